//! Headers that a value smuggles into a message.
//!
//! **What it finds.** The end of a line within a value, followed by a header or a status line of HTTP, or a header of
//! mail that adds receivers: `en%0d%0aSet-Cookie: a=b`. Also characters whose last byte becomes the end of a line
//! where a program cuts them.
//!
//! **Why it matters.** A program that writes the value into a header sends another header, or a whole second answer
//! (CWE-113), and mail to receivers that nobody meant (CWE-93).
//!
//! **Example.** `/login?next=%0d%0aSet-Cookie:%20admin=1`
//!
//! Messages as a whole, lists of headers, settings and prose are left alone: a value of one name, address or parameter
//! has to stand before the end of the line. To allow headers in a field, allow this class for that field.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static HEADER: Detector = Detector {
    class: "guard.injection.header",
    version: "1",
    severity: Severity::High,
    title: "Header smuggled in a value",
    remediation: "Refuse ends of lines in what goes into a header.",
    references: &["CWE-113", "CWE-93", "CWE-644"],
    finds: Finds::Places {
        needles: &[
            b"\nset-cookie",
            b"\ncontent-",
            b"\nlocation:",
            b"\nhttp/1.",
            b"\nx-",
            b"\nrefresh:",
            b"\nbcc:",
            b"\ncc:",
            b"\nto:",
            b"\nreply-to:",
            b"\nsubject:",
            b"\nhost:",
            b"\ntransfer-encoding:",
            b"\ncookie:",
            b"\nauthorization:",
            b"\naccess-control-",
            b"\nlink:",
            b"\nreferer:",
            b"\nconnection:",
            b"\nlast-modified:",
            b"\nmime-version:",
            b"\nget /",
            b"\npost /",
            b"\nrcpt to:",
            b"\nmail from:",
            b"\rset-cookie",
            b"\rcontent-",
            b"\rlocation:",
            b"\rhttp/1.",
            b"\rx-",
            b"\rbcc:",
            b"\xE5\x98\x8D\xE5\x98\x8A",
            b"\xE5\x98\x8A\xE5\x98\x8D",
            b"\xC4\x8D\xC4\x8A",
            b"\\r\\n",
            b"\\nset-cookie",
            b"\\nlocation:",
            b"\\nbcc:",
            b"\n set-cookie",
            b"\n\tset-cookie",
            b"\nkeep-alive:",
            b"\r\nset ",
            b"\r\nslaveof ",
            b"\r\nconfig set ",
            b"\r\nflushall",
            b"\r\neval \"",
            b"transfer-encoding\r",
            b"transfer-encoding\n",
            b"transfer-encoding :",
            b"transfer-encoding: x",
            b"\nuser-agent:",
            b"\ncontentlength:",
            b"\ncontenttype:",
            b"\ncontentlen",
        ],
        confirm,
    },
};

/// Bytes of a text that is one value; longer ones are messages or documents.
const VALUE_BYTES_MAX: usize = 2_048;

/// Bytes of the line before the end of a line; longer values are not put into headers.
const LEAD_BYTES_MAX: usize = 300;

/// How telling the name of a header is where no header belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// Nobody writes it for anything but a message.
    Certain,
    /// Adds receivers to a mail that nobody sees.
    Receiver,
    /// Adds receivers or text to a mail.
    Mail,
    /// Also the key of a setting or a field.
    Vague,
}

/// What stands before the end of the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// Nothing at all.
    Nothing,
    /// One word of letters.
    Word,
    /// One value: a number, an address, a path, a parameter.
    Value,
    /// A few words.
    Words,
    /// The rest of a line of request: `x HTTP/1.1`.
    Request,
}

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes.len() > VALUE_BYTES_MAX {
        return Outcome::Clean { until: bytes.len() };
    }
    let judged = if bytes[at].eq_ignore_ascii_case(&b't') { smuggled(bytes, at) } else { judge(bytes, at) };
    let Some((span, confidence)) = judged else { return Outcome::Clean { until: at + 1 } };
    let all = view.slice(0..bytes.len());
    let span = all.floor_char_boundary(span.start)..all.ceil_char_boundary(span.end);
    let why = "An end of line in the value begins a header of its own.";
    let hit = Hit::text(span, None, confidence, why).until(bytes.len());
    Outcome::Found(if confidence < 0.7 { hit.rated(Severity::Low) } else { hit })
}

/// A place, and how sure it is that a header was smuggled in there.
type Verdict = Option<(Range<usize>, f64)>;

/// What the end of a line at `at` begins.
fn judge(bytes: &[u8], at: usize) -> Verdict {
    let start = start_of_break(bytes, at);
    let mut line = at + breaks(&bytes[at..]);
    let mut end = line + line_length(&bytes[line..]);
    // A header without a value is there to be followed by another.
    if bytes[line..end].ends_with(b":") {
        line = end + breaks(&bytes[end..]);
        end = line + line_length(&bytes[line..]);
    }
    let header = bytes[line..end].trim_ascii_start();
    if is_command(header) {
        let carriage = bytes[start..line].contains(&b'\r');
        return (carriage && lead(bytes, start).is_some_and(|lead| lead != Lead::Words)).then_some((start..end, 0.86));
    }
    let (telling, lead) = (telling(header)?, lead(bytes, start)?);
    // A header, an empty line and markup are a whole answer.
    let answers = bytes[end..].starts_with(b"\n\n") && memchr::memchr(b'<', &bytes[end..]).is_some();
    let written_out = bytes[start] == b'\\';
    if written_out && is_code(&bytes[..start]) {
        return None;
    }
    let carriage = answers || bytes[start..line].contains(&b'\r') || bytes[at] >= 0x80 || written_out;
    let last = bytes[end..].iter().all(|byte| byte.is_ascii_whitespace() || b"\\rn".contains(byte));
    let confidence = match (lead, telling) {
        (Lead::Request, _) => 0.9,
        (Lead::Value, Telling::Certain) => 0.92,
        (Lead::Word, Telling::Certain) if carriage || has_cookie(header) => 0.88,
        (Lead::Nothing, Telling::Certain) if carriage || has_cookie(header) => 0.85,
        // The value is nothing but the header.
        (Lead::Nothing, Telling::Certain) if last => 0.82,
        (Lead::Nothing, Telling::Vague) if last && carriage => 0.82,
        (Lead::Value | Lead::Word | Lead::Nothing, Telling::Receiver) if carriage && header.contains(&b'@') => 0.86,
        (Lead::Value, Telling::Mail | Telling::Receiver) if header.contains(&b'@') => 0.88,
        (Lead::Word | Lead::Words, Telling::Mail | Telling::Receiver) if carriage && header.contains(&b'@') => 0.7,
        (Lead::Value, Telling::Vague) if carriage && last => 0.82,
        (Lead::Value, Telling::Vague | Telling::Mail) if carriage => 0.6,
        (Lead::Word | Lead::Nothing | Lead::Words, Telling::Certain) => 0.5,
        _ => return None,
    };
    Some((start..end, confidence))
}

/// Code holds answers and requests in strings, with the ends of their lines written as escapes.
fn is_code(before: &[u8]) -> bool {
    before.iter().any(|byte| b"\"'`({[;\\".contains(byte))
}

/// `Transfer-Encoding` written so that one server reads it and another does not: twice, with a blank before the colon,
/// or with a value that only looks like one.
fn smuggled(bytes: &[u8], at: usize) -> Verdict {
    let name = b"transfer-encoding";
    let after = &bytes[at + name.len()..];
    let end = at + name.len() + line_length(after);
    let value = after.iter().position(|byte| *byte == b':').map(|colon| after[colon + 1..].trim_ascii_start());
    let chunked = value.is_some_and(|value| starts_with(value, b"chunked") || starts_with(value, b"xchunked"));
    let odd = !after.starts_with(b": c") && (after.starts_with(b": x") || after.trim_ascii_start().starts_with(b":"));
    (chunked && odd).then_some((at..end.max(at + name.len()), 0.85))
}

/// A command of a server that reads lines, such as a cache: `set key 0 60 5`.
fn is_command(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let Some(name) = words.next() else { return false };
    let numbers = || {
        line.split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
            .count()
    };
    match name.to_ascii_lowercase().as_slice() {
        b"set" => words.count() == 4 && numbers() == 3,
        b"slaveof" => words.count() == 2 && numbers() == 1,
        b"config" => words.count() >= 3,
        b"flushall" => words.next().is_none(),
        b"eval" => numbers() > 0,
        _ => false,
    }
}

/// The length of the ends of lines that `text` begins with, also written as escapes.
fn breaks(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match &text[at..] {
            [b'\r' | b'\n', ..] => 1,
            [b'\\', b'r' | b'n', ..] => 2,
            [0xE5, 0x98, 0x8A | 0x8D, ..] => 3,
            [0xC4, 0x8A | 0x8D, ..] => 2,
            _ => return at,
        };
    }
}

/// Bytes up to the end of the line, also to one written as an escape.
fn line_length(text: &[u8]) -> usize {
    let end = memchr::memchr2(b'\r', b'\n', text).unwrap_or(text.len());
    let escape = [&b"\\r"[..], b"\\n"].iter().filter_map(|escape| memchr::memmem::find(&text[..end], escape)).min();
    escape.unwrap_or(end)
}

/// Where the ends of lines around `at` begin.
fn start_of_break(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    loop {
        start -= match &bytes[..start] {
            [.., b'\r' | b'\n'] => 1,
            [.., b'\\', b'r' | b'n'] => 2,
            _ => return start,
        };
    }
}

fn has_cookie(header: &[u8]) -> bool {
    starts_with(header, b"set-cookie") && header.contains(&b'=')
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|there| there.eq_ignore_ascii_case(start))
}

/// How telling `header` is; none when it is not a whole header.
fn telling(header: &[u8]) -> Option<Telling> {
    if starts_with(header, b"http/1.") {
        return header.get(8).is_some_and(|byte| *byte == b' ').then_some(Telling::Certain);
    }
    if starts_with(header, b"get /") || starts_with(header, b"post /") {
        return header.windows(6).any(|six| six.eq_ignore_ascii_case(b" http/")).then_some(Telling::Certain);
    }
    let name_length =
        header.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b' ')).count();
    let (name, rest) = header.split_at(name_length.min(header.len()));
    let value = rest.strip_prefix(b":")?.trim_ascii();
    if value.is_empty() || name.len() > 48 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    Some(match &name[..] {
        b"set-cookie" | b"set-cookie2" => value.contains(&b'=').then_some(Telling::Certain)?,
        b"location" | b"refresh" => {
            let address =
                value.starts_with(b"/") || value.windows(3).any(|three| three == b"://") || value.contains(&b';');
            if address { Telling::Certain } else { return None }
        }
        b"content-type" | b"contenttype" => (value.contains(&b'/') || value == b"html").then_some(Telling::Certain)?,
        b"content-length" | b"contentlength" => value[0].is_ascii_digit().then_some(Telling::Certain)?,
        b"bcc" | b"cc" => Telling::Receiver,
        b"to" | b"reply-to" | b"rcpt to" | b"mail from" => Telling::Mail,
        b"subject" | b"mime-version" => Telling::Mail,
        b"host" | b"link" | b"connection" | b"cookie" | b"authorization" | b"referer" | b"user-agent" => Telling::Vague,
        name if name.contains(&b'-') => Telling::Certain,
        _ => return None,
    })
}

/// What stands before the end of the line at `start`; none where the text is a message, a list or code.
fn lead(bytes: &[u8], start: usize) -> Option<Lead> {
    let before = &bytes[..start];
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
    // A value stands at the beginning: what has lines before is a document.
    if line.len() != before.len() || line.len() > LEAD_BYTES_MAX {
        return None;
    }
    let line = line.trim_ascii();
    if line.is_empty() || line.len() < 4 && line.iter().all(|byte| b"/?#&=.%".contains(byte)) {
        return Some(Lead::Nothing);
    }
    let is_header = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let header = is_header > 0 && matches!(&line[is_header..], [b':', b' ', ..] | [b':']);
    let marks =
        matches!(line[0], b'#' | b'-' | b'*' | b'>' | b'<' | b'{' | b'[' | b'`' | b'/') && !line.starts_with(b"/");
    let splits = line.ends_with(b"HTTP/1.1") || line.ends_with(b"HTTP/1.0");
    if splits && !line.starts_with(b"HTTP/") && line.iter().filter(|byte| **byte == b' ').count() < 2 {
        return Some(Lead::Request);
    }
    let request =
        line.windows(6).any(|six| six == b" HTTP/") || line.starts_with(b"HTTP/") || line.starts_with(b"curl ");
    if header
        || marks
        || request
        || line.ends_with(b":")
        || line.ends_with(b"{")
        || !line.iter().any(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let blanks = line.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    Some(match blanks {
        0 if line.iter().all(u8::is_ascii_alphabetic) => Lead::Word,
        0 => Lead::Value,
        _ if line.contains(&b'=') && memchr::memrchr(b'=', line) > memchr::memrchr(b' ', line) => Lead::Value,
        _ => Lead::Words,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn header() {
        check(
            "guard.injection.header",
            &[
                ("/next?to=1%0d%0aSet-Cookie:%20role=owner", 10..40),
                ("en\r\nSet-Cookie: role=owner", 2..26),
                ("x1\r\n\r\nHTTP/1.1 200 OK\r\nServer: a", 2..21),
                ("anna@mail.example\nBcc: all@mail.example", 17..39),
                ("\r\nLocation: https://other.example/", 0..34),
                ("v=1%0AContent-Type:%20text/html", 3..31),
                ("v1\u{560A}\u{560D}Set-Cookie: a=b", 2..23),
            ],
            &[
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nHello",
                "From: anna@mail.example\nTo: bo@mail.example\nSubject: Lunch",
                "GET / HTTP/1.1\r\nHost: shop.example\r\nCookie: a",
                "name: web\nhost: shop.example\nx-extra: 1",
                "Dear Anna,\nTo: be or not to be",
                "Notes\nlocation: Berlin",
                "The answer has these headers:\nContent-Type: text/plain",
            ],
        );
    }
}
