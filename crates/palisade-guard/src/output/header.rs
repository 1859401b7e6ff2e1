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
}

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes.len() > VALUE_BYTES_MAX {
        return Outcome::Clean { until: bytes.len() };
    }
    let start = start_of_break(bytes, at);
    let line =
        at + bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | 0xE5 | 0x98 | 0x8A | 0x8D)).count();
    let end = line + bytes[line..].iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
    let header = &bytes[line..end];
    let found = telling(header).zip(lead(bytes, start));
    // A header, an empty line and markup are a whole answer.
    let answers = bytes[end..].starts_with(b"\n\n") && memchr::memchr(b'<', &bytes[end..]).is_some();
    let carriage = answers || bytes[start..line].contains(&b'\r') || bytes[at] >= 0x80;
    let Some((telling, lead)) = found else { return Outcome::Clean { until: line } };
    let confidence = match (lead, telling) {
        (Lead::Value, Telling::Certain) => 0.92,
        (Lead::Word, Telling::Certain) if carriage || has_cookie(header) => 0.88,
        (Lead::Nothing, Telling::Certain) if carriage || has_cookie(header) => 0.85,
        (Lead::Value, Telling::Mail) if header.contains(&b'@') => 0.88,
        (Lead::Word | Lead::Words, Telling::Mail) if carriage && header.contains(&b'@') => 0.7,
        (Lead::Value, Telling::Vague | Telling::Mail) if carriage => 0.6,
        (Lead::Word | Lead::Nothing | Lead::Words, Telling::Certain) => 0.5,
        _ => return Outcome::Clean { until: line },
    };
    let span = view.slice(0..bytes.len()).floor_char_boundary(start)..end;
    let why = "An end of line in the value begins a header of its own.";
    let hit = Hit::text(span, None, confidence, why).until(bytes.len());
    Outcome::Found(if confidence < 0.7 { hit.rated(Severity::Low) } else { hit })
}

/// Where the ends of lines around `at` begin.
fn start_of_break(bytes: &[u8], at: usize) -> usize {
    let before = bytes[..at].iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    at - before
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
        b"bcc" | b"cc" | b"to" | b"reply-to" | b"rcpt to" | b"mail from" => Telling::Mail,
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
    if line.is_empty() || matches!(line, b"/" | b"?" | b"#") {
        return Some(Lead::Nothing);
    }
    let is_header = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let header = is_header > 0 && matches!(&line[is_header..], [b':', b' ', ..] | [b':']);
    let marks =
        matches!(line[0], b'#' | b'-' | b'*' | b'>' | b'<' | b'{' | b'[' | b'`' | b'/') && !line.starts_with(b"/");
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
