//! Headers that a value smuggles into a message.
//!
//! **What it finds.** The end of a line within a value, followed by a header or a status line of HTTP, or a header of
//! mail that adds receivers: `en%0d%0aSet-Cookie: a=b`. Also characters whose last byte becomes the end of a line
//! where a program cuts them, commands of a cache that read lines, and lengths of a message that two servers read
//! differently.
//!
//! **Why it matters.** A program that writes the value into a header sends another header, or a whole second answer
//! (CWE-113), and mail to receivers that nobody meant (CWE-93).
//!
//! **Example.** `/login?next=%0d%0aSet-Cookie:%20admin=1`
//!
//! Messages as a whole, lists of headers, settings and prose are left alone: a value of one name, address or parameter
//! has to stand before the end of the line. To allow headers in a field, allow this class for that field.

mod line;
mod telling;

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use line::{Lead, breaks, is_code, lead, line_length, start_of_break, starts_with};
use palisade_model::Severity;
use std::ops::Range;
use telling::{Telling, is_command, smuggled, telling};

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
            b"\xE5\x98\x8Dset-cookie",
            b"\xE5\x98\x8Dcontent-",
            b"\xE5\x98\x8Dlocation:",
            b"\xE5\x98\x8Dx-",
            b"\xE5\x98\x8Aset-cookie",
            b"\xE5\x98\x8Acontent-",
            b"\xE5\x98\x8Alocation:",
            b"\xE5\x98\x8Ax-",
            b"\r\nhelo ",
            b"\r\nehlo ",
            b"\r\ndata\r",
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
            b"transfer-encoding: chunked",
            b"\r\n x-",
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

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes.len() > VALUE_BYTES_MAX {
        return Outcome::Clean { until: bytes.len() };
    }
    let judged = if bytes[at].eq_ignore_ascii_case(&b't') { smuggled(bytes, at) } else { judge(bytes, at) };
    let Some((span, confidence)) = judged else {
        return Outcome::Clean { until: at + breaks(&bytes[at..]).max(1) };
    };
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
        (Lead::Value, Telling::Mail) if carriage && bytes[..start].contains(&b'@') => 0.82,
        (Lead::Value, Telling::Vague) if carriage && last => 0.82,
        (Lead::Value, Telling::Vague | Telling::Mail) if carriage => 0.6,
        (Lead::Word | Lead::Nothing | Lead::Words, Telling::Certain) => 0.5,
        _ => return None,
    };
    Some((start..end, confidence))
}

fn has_cookie(header: &[u8]) -> bool {
    starts_with(header, b"set-cookie") && header.contains(&b'=')
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
                ("v1\\r\\nSet-Cookie: a=b", 2..21),
                ("a HTTP/1.1\r\nHost: b", 10..19),
                ("key\r\nset a 0 60 5\r\nhello", 3..17),
                ("anna\r\nBcc: all@mail.example", 4..27),
                ("v1\u{560D}Content-Type:text/html", 2..27),
                ("198.51.100.7 \r\nHELO x", 13..21),
            ],
            &[
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nHello",
                "From: anna@mail.example\nTo: bo@mail.example\nSubject: Lunch",
                "GET / HTTP/1.1\r\nHost: shop.example\r\nCookie: a",
                "name: web\nhost: shop.example\nx-extra: 1",
                "Dear Anna,\nTo: be or not to be",
                "Notes\nlocation: Berlin",
                "write!(s, \"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\")",
                "The answer has these headers:\nContent-Type: text/plain",
            ],
        );
    }
}
