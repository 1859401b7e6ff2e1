//! Directives that a web server or a cache carries out in the pages it delivers.
//!
//! **What it finds.** Server-side includes (`<!--#exec …-->`, `#include`, `#echo` and the rest) and elements of Edge Side
//! Includes (`<esi:include …>`).
//!
//! **Why it matters.** They run commands, show variables and files of the server, or make a cache fetch addresses
//! (CWE-97).
//!
//! **Example.** `<!--#exec cmd="id" -->`
//!
//! Among other text, as in documentation and whole pages, they are told with less confidence; parts of the same site,
//! such as a footer, and the form of dates are only mentioned.

use super::standing::found;
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static SERVER_INCLUDE: Detector = Detector {
    class: "guard.injection.server-include",
    version: "1",
    severity: Severity::High,
    title: "Server-side include",
    remediation: "Escape text before it becomes part of a page, and switch includes off where they are not needed.",
    references: &["CWE-97"],
    finds: Finds::Places { needles: &[b"<!--#", b"<!-- #", b"<esi:", b"<!--esi"], confirm },
};

/// Bytes of a directive that are read.
const DIRECTIVE_BYTES_MAX: usize = 256;

/// Directives of Apache and nginx, and how sure an attack uses each.
const DIRECTIVES: [(&str, f64); 10] = [
    ("exec", 0.93),
    ("include", 0.84),
    ("echo", 0.84),
    ("printenv", 0.86),
    ("config", 0.82),
    ("fsize", 0.84),
    ("flastmod", 0.84),
    ("set", 0.6),
    ("perl", 0.86),
    ("block", 0.5),
];

/// How sure one may be of what pages have every day: a part beside them, the form of a date.
const EVERYDAY: f64 = 0.5;

/// Elements of Edge Side Includes.
const ELEMENTS: [&str; 10] =
    ["include", "inline", "debug", "vars", "eval", "assign", "function", "invalidate", "try", "choose"];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let rest = &bytes[at..bytes.len().min(at + DIRECTIVE_BYTES_MAX)];
    let edge = rest[1].eq_ignore_ascii_case(&b'e') || rest.len() > 6 && rest[4].eq_ignore_ascii_case(&b'e');
    let sure = if edge { element(rest) } else { directive(rest) };
    let Some(sure) = sure else { return Outcome::Clean { until: at + 5 } };
    let close: &[u8] = if edge { b">" } else { b"-->" };
    let length = memchr::memmem::find(rest, close).map_or(rest.len(), |place| place + close.len());
    found(view, at..at + length, sure, "A server carries the directive out.")
}

fn directive(rest: &[u8]) -> Option<f64> {
    let text = &rest[memchr::memchr(b'#', rest)? + 1..];
    let length = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (name, after) = text.split_at(length);
    let ends = after.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'-');
    let known = DIRECTIVES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))?;
    let given = after.contains(&b'=') || known.0 == "printenv";
    let everyday = match known.0 {
        "include" | "fsize" | "flastmod" => is_part_of_site(after),
        "config" => contains(after, b"timefmt") || contains(after, b"sizefmt"),
        "echo" => contains(after, b"last_modified"),
        _ => false,
    };
    (ends && given).then_some(if everyday { EVERYDAY } else { known.1 })
}

/// The file is a part of the same site, as the footer of a page is.
fn is_part_of_site(after: &[u8]) -> bool {
    let leaves = [&b".."[..], b"://", b"%", b"etc/", b"proc/", b"log", b"passw", b"\\", b"?", b"/dev/", b"htaccess"];
    let absolute_file = contains(after, b"file=\"/") || contains(after, b"file='/");
    let named = after.iter().any(|byte| matches!(byte, b'.' | b'/'));
    named && !absolute_file && !leaves.iter().any(|part| contains(after, part))
}

/// `part`, in lower case, stands in `text`, before the directive ends.
fn contains(text: &[u8], part: &[u8]) -> bool {
    let end = memchr::memchr(b'>', text).unwrap_or(text.len());
    text[..end].windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

fn element(rest: &[u8]) -> Option<f64> {
    if rest.starts_with(b"<!--") {
        return (rest.get(4..7).is_some_and(|name| name.eq_ignore_ascii_case(b"esi")) && rest.contains(&b'<'))
            .then_some(0.5);
    }
    let text = &rest[5..];
    let length = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let known = ELEMENTS.iter().any(|known| text[..length].eq_ignore_ascii_case(known.as_bytes()));
    known.then_some(0.86)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn server_include() {
        check(
            "guard.injection.server-include",
            &[
                ("<!--#include virtual=\"../x.html\" -->", 0..36),
                ("<!--#include file=\"/srv/secret\" -->", 0..35),
                ("<!--#include virtual=\"/footer.html\" -->", 0..39),
                ("<!--#echo var=\"TZ\" --> end", 0..22),
                ("<esi:include src=\"http://e.example/\"/>", 0..38),
            ],
            &["<!-- # Heading -->", "<!--#region-->", "<!-- #endif -->"],
        );
    }
}
