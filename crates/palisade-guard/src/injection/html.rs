//! Markup that changes a page where a plain value should be, without any script.
//!
//! **What it finds.** Forms that send to another host, a refresh that leads elsewhere, frames and blocks that cover the
//! page, and elements left open so that what follows them becomes part of an address.
//!
//! **Why it matters.** The page shows, asks for, or sends what its owner did not write (CWE-80).
//!
//! **Example.** `<meta http-equiv=refresh content="0;url=https://evil.example/">`
//!
//! Whole pages and ordinary markup such as links, pictures and headings are left alone. To allow rich text, allow the
//! class for its field.

use super::{standing::found, standing::is_value, tag::Tag};
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static HTML: Detector = Detector {
    class: "guard.injection.html",
    version: "1",
    severity: Severity::High,
    title: "Markup that changes a page",
    remediation: "Escape text before it is shown, or pass it through a sanitiser of markup.",
    references: &["CWE-80"],
    finds: Finds::Places {
        needles: &[b"<form", b"<meta", b"<iframe", b"<div", b"<img", b"<button", b"<input", b"<plaintext", b"<a "],
        confirm,
    },
};

/// Bytes behind a form that are searched for a field for passwords.
const FORM_BYTES_MAX: usize = 1024;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if !is_value(view) {
        return Outcome::Clean { until: bytes.len() };
    }
    let rest = &bytes[at..];
    let Some(tag) = Tag::read(rest) else { return Outcome::Clean { until: at + 1 } };
    let (verdict, length) = judge(&tag, rest);
    match verdict {
        Some((sure, why)) => found(view, at..at + length, sure, why),
        None => Outcome::Clean { until: at + 1 },
    }
}

/// How sure and why, and how long the tag is.
fn judge(tag: &Tag<'_>, rest: &[u8]) -> (Option<(f64, &'static str)>, usize) {
    let mut attributes = tag.attributes();
    let (mut foreign, mut covers, mut refreshes, mut leads, mut dangles) = (false, false, false, false, false);
    let mut away = false;
    for one in attributes.by_ref() {
        let is = |names: &[&str]| names.iter().any(|name| one.name.eq_ignore_ascii_case(name.as_bytes()));
        let value = one.value;
        foreign |= is(&["action", "formaction"]) && is_foreign(value);
        covers |= is(&["style"]) && is_cover(value);
        refreshes |= is(&["http-equiv"]) && value.eq_ignore_ascii_case(b"refresh");
        away |= memchr::memmem::find(value, b"//").is_some() || memchr::memmem::find(value, b"data:").is_some();
        leads |= is(&["content"]) && is_redirect(value);
        dangles |= is(&["src", "href"])
            && !one.quoted
            && matches!(value.first(), Some(b'"' | b'\''))
            && is_foreign(&value[1..]);
    }
    let length = attributes.end().min(rest.len());
    let verdict = if tag.is_any(&["form", "button", "input"]) && foreign {
        let window = &rest[length..rest.len().min(length + FORM_BYTES_MAX)];
        let asks = window.windows(8).any(|part| part.eq_ignore_ascii_case(b"password"));
        Some((if asks { 0.88 } else { 0.82 }, "A form sends what is entered to another host."))
    } else if refreshes && leads {
        Some((if away { 0.86 } else { 0.5 }, "The page is left for another address."))
    } else if covers && tag.is_any(&["iframe", "div", "a", "img", "form"]) {
        Some((0.82, "An element covers the page."))
    } else if dangles && length == rest.trim_ascii_end().len().min(length) && !rest.contains(&b'>') {
        Some((0.82, "An element is left open, so that what follows it is sent to another host."))
    } else if tag.is("plaintext") {
        Some((0.6, "The rest of the page is shown as text."))
    } else {
        None
    };
    (verdict, length)
}

fn is_foreign(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    ["http:", "https:", "//", "\\\\"]
        .iter()
        .any(|start| value.get(..start.len()).is_some_and(|first| first.eq_ignore_ascii_case(start.as_bytes())))
}

/// `0;url=…`, at once.
fn is_redirect(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let rest = value[digits..].trim_ascii_start();
    digits < 3 && rest.first().is_some_and(|byte| matches!(byte, b';' | b',')) && rest.contains(&b'=')
}

/// A style that lays an element over everything.
fn is_cover(value: &[u8]) -> bool {
    let close: Vec<u8> = value.iter().filter(|byte| !byte.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
    let has = |part: &str| memchr::memmem::find(&close, part.as_bytes()).is_some();
    let placed = has("position:fixed") || has("position:absolute");
    placed && (has("width:100") || has("height:100") || has("inset:0") || has("z-index:99") || has("opacity:0"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn html() {
        check(
            "guard.injection.html",
            &[
                ("<meta http-equiv=refresh content=\"0;url=https://e.example/\">", 0..60),
                ("<form action=\"https://e.example/\"><input type=password></form>", 0..34),
                ("<div style=\"position: fixed; width: 100%\">Log in</div>", 0..42),
                ("<img src='https://e.example/?", 0..29),
            ],
            &[
                "<form action=\"/search\"><input name=\"q\"></form>",
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
                "<div style=\"position: absolute; top: 3px\">x</div>",
                "<a href=\"https://e.example/\">Link</a> <img src=\"https://e.example/a.png\" alt=\"\">",
            ],
        );
    }
}
