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

use super::place::line_around;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static XSS: Detector = Detector {
    class: "guard.injection.xss",
    version: "1",
    severity: Severity::High,
    title: "Script injection",
    remediation: "Escape text for the place it is shown in, or pass it through a sanitiser of markup.",
    references: &["CWE-79", "OWASP-LLM05"],
    finds: Finds::Places {
        needles: &[
            b"<script",
            b"</script",
            b"<iframe",
            b"<object",
            b"<embed",
            b"<base",
            b"<meta",
            b"<svg",
            b"<link",
            b"<style",
            b"<?xml",
            b"<set",
            b"<animate",
            b"<x ",
            b"<math",
            b"<form",
            b"srcdoc",
            b"javascript:",
            b"vbscript:",
            b"livescript:",
            b"data:text/html",
            b"data:image/svg",
            b"expression(",
            b"-moz-binding",
            b"behavior:",
            b" on",
            b"/on",
            b"\"on",
            b"'on",
            b"\ton",
            b"`on",
            b"alert(",
            b"alert`",
            b"prompt(",
            b"confirm(",
            b"fromcharcode",
            b"document.cookie",
            b"eval(",
            b"alert&",
            b"document.write",
            b"document.domain",
        ],
        confirm,
    },
};

/// What documentation shows among other text is told, but not blocked.
const AMONG_OTHER_TEXT: f64 = 0.7;

/// More words than these before the markup are prose.
const WORDS_BEFORE_MAX: usize = 4;

/// Longest name of an event, with room for new ones.
const EVENT_BYTES_MAX: usize = 32;

/// What an attack calls to show that it runs, or to send what it reads.
const CALLS: &[&str] = &[
    "alert(",
    "alert`",
    "prompt(",
    "prompt`",
    "confirm(",
    "confirm`",
    "eval(",
    "document.cookie",
    "document.domain",
    "document.write",
    "fromcharcode",
    "location=",
    "location.href",
    "alert&",
    "window.open(",
    "fetch(",
    "import(",
    "xmlhttprequest",
    "atob(",
    "setinterval(",
    "settimeout(",
    "function(",
    "constructor(",
    "location.hash",
    "localstorage",
    "alert)",
    "alert\\",
    "print(",
    "write(",
    "alert.",
    "alert'",
    "alert\"",
    "alert,",
    "open(",
    "alert(",
    "msgbox",
    "xss",
    "=alert",
    "\\u00",
    "location.",
    "innerhtml",
    "jav&",
];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if !may_assign(&view.bytes()[at..]) {
        return Outcome::Clean { until: at + 1 };
    }
    let line = line_around(view, at);
    let until = line.range.end.max(at + 1);
    let lower = view.slice(line.range.clone()).to_ascii_lowercase();
    let Some((place, sure, why)) = judge(&lower) else { return Outcome::Clean { until } };
    let before = lower[..place].trim_start();
    let prose = !before.starts_with(['<', '"', '\'']) && before.split_ascii_whitespace().count() > WORDS_BEFORE_MAX;
    let sure = if line.alone && !prose { sure } else { sure * AMONG_OTHER_TEXT };
    let span = line.range.start + place..line.range.end;
    let hit = Hit::text(span, None, sure, why).until(until);
    Outcome::Found(if sure < 0.5 { hit.rated(Severity::Medium) } else { hit })
}

/// False when `rest` begins with a word after `on` to which nothing is assigned, as every second line of prose has it.
fn may_assign(rest: &[u8]) -> bool {
    let [sign, b'o' | b'O', b'n' | b'N', name @ ..] = rest else { return true };
    if sign.is_ascii_alphabetic() {
        return true;
    }
    let name = &name[name.iter().take(EVENT_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count()..];
    let next = name.iter().take(EVENT_BYTES_MAX).find(|byte| byte.is_ascii_alphanumeric() || b"=<>".contains(byte));
    name.len() < rest.len() - 3 && next == Some(&b'=')
}

/// Where it begins, how sure it is an attack, and what it does.
type Verdict = Option<(usize, f64, &'static str)>;

/// Judges a line in lower case.
fn judge(line: &str) -> Verdict {
    let calls = CALLS.iter().any(|call| line.contains(call));
    script_element(line, calls)
        .or_else(|| handler(line, calls))
        .or_else(|| address(line, calls))
        .or_else(|| style(line, calls))
        .or_else(|| element(line))
        .or_else(|| code(line, calls))
}

/// The line ends an attribute, an element or a string before it goes on with markup at `place`.
fn breaks_out(line: &str, place: usize) -> bool {
    let before = line[..place].trim_start();
    let closed =
        ["\">", "'>", "`>", "-->", "\"/>", "'/>", "</script>", "</title>", "</textarea>", "</style>", "\">", "]]>"];
    before.starts_with(['"', '\'', '>', '`']) || closed.iter().any(|end| before.ends_with(end))
}

fn script_element(line: &str, calls: bool) -> Verdict {
    let place = line.find("<script").or_else(|| line.find(":script"))?;
    let rest = &line[place + 7..];
    let goes_on = rest.chars().next().is_none_or(|next| !next.is_ascii_alphanumeric() && next != '-');
    if !goes_on {
        return None;
    }
    let foreign = [
        "src=http",
        "src=\"http",
        "src='http",
        "src=//",
        "src=\"//",
        "src='//",
        "src=data:",
        "src=\"data:",
        "src=\\",
        "src=\"\\",
    ];
    let foreign = foreign.iter().any(|source| rest.replace(' ', "").contains(source));
    let sure = match (calls, breaks_out(line, place)) {
        (true, _) => 0.93,
        (false, true) => 0.9,
        _ if foreign && !line.contains("integrity=") => 0.82,
        _ => 0.45,
    };
    Some((place, sure, "An element makes a browser run a script."))
}

/// ` onload = …` within an element or after the end of an attribute.
fn handler(line: &str, calls: bool) -> Verdict {
    let bytes = line.as_bytes();
    let (place, value) = line.match_indices("on").find_map(|(place, _)| {
        let before = *bytes[..place].last()?;
        let starts =
            !before.is_ascii_alphanumeric() && !matches!(before, b'_' | b'-' | b'.' | b'$' | b'(' | b',' | b'@');
        let name = bytes[place..].iter().take(EVENT_BYTES_MAX).take_while(|byte| byte.is_ascii_lowercase()).count();
        let rest = &line[place + name..];
        let blanks =
            rest.trim_start_matches(|next: char| !next.is_ascii_alphanumeric() && !matches!(next, '=' | '>' | '<'));
        let assigns =
            blanks.starts_with('=') && !blanks.starts_with("==") && name > 4 && rest.len() - blanks.len() < 32;
        (starts && assigns).then(|| (place, &blanks[1..]))
    })?;
    let markup = line[..place].rfind('<').filter(|open| {
        line[open + 1..]
            .starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '?' | '!' | '%' | '\\'))
    });
    let quoted = line.trim_start().starts_with(['"', '\'', '`']);
    let calls = calls || value.contains('(') && value.contains("this") || value.contains("javascript:");
    match markup {
        Some(open) => {
            let sure = if calls || breaks_out(line, open) { 0.93 } else { 0.6 };
            Some((open, sure, "An attribute makes a browser run code when something happens."))
        }
        None if calls && (quoted || place < 2) => Some((place, 0.88, "It adds an attribute that runs code.")),
        None => None,
    }
}

/// `javascript:alert(1)` as an address.
fn address(line: &str, calls: bool) -> Verdict {
    let why = "An address makes a browser run code.";
    for scheme in ["javascript:", "vbscript:", "livescript:", "mocha:"] {
        let Some(place) = line.find(scheme) else { continue };
        let value = line[place + scheme.len()..].trim_start();
        let starts = place == 0 || !line.as_bytes()[place - 1].is_ascii_alphanumeric();
        let does_nothing =
            ["void(0)", "void 0", ";", "\"", "'", "//\"", "history."].iter().any(|idle| value.starts_with(idle));
        if starts && !value.is_empty() && (calls || (!does_nothing && value.contains('('))) {
            return Some((place, 0.9, why));
        }
    }
    let place = line.find("data:text/html").or_else(|| line.find("data:image/svg").filter(|_| calls))?;
    let runs = line.contains("base64,") || line.contains('<') || line.contains("script") || calls;
    Some((place, if runs { 0.85 } else { 0.5 }, "An address holds a document of its own."))
}

fn style(line: &str, calls: bool) -> Verdict {
    let expression =
        line.find("expression(").or_else(|| line.find("-moz-binding")).or_else(|| line.find("behavior:"))?;
    let styled = line.contains("style") || line.contains("{");
    (styled && (calls || line.contains("url("))).then_some((expression, 0.88, "A style makes a browser run code."))
}

/// Elements that bring in something else.
fn element(line: &str) -> Verdict {
    let why = "An element brings in a document or changes what addresses mean.";
    let first =
        |name: &str| line.find(name).filter(|place| breaks_out(line, *place) || line[..*place].trim().is_empty());
    for name in ["<iframe", "<object", "<embed", "<base ", "<link "] {
        let Some(place) = first(name) else { continue };
        let foreign =
            line.contains("//") || line.contains("data:") || line.contains("srcdoc") || line.contains("script");
        let sure = match name {
            _ if breaks_out(line, place) => 0.88,
            "<object" | "<embed" | "<base " if foreign => 0.82,
            _ => 0.5,
        };
        return Some((place, sure, why));
    }
    let refresh = first("<meta")?;
    let refreshes = line.contains("refresh") && (line.contains("url") || line.contains("data:"));
    let cookie = line.contains("set-cookie");
    (refreshes || cookie).then_some((refresh, 0.82, why))
}

/// Code after the end of a string of a script, or code that is the whole value.
fn code(line: &str, calls: bool) -> Verdict {
    let trimmed = line.trim();
    let shows = ["alert(", "alert`", "prompt(", "confirm(", "eval(", "fromcharcode", "document.cookie"];
    let place = shows.iter().filter_map(|call| line.find(call)).min()?;
    if trimmed.starts_with('<')
        && trimmed[1..].starts_with(|next: char| next.is_ascii_alphabetic())
        && line.contains('>')
    {
        return Some((line.find('<')?, 0.85, "Markup holds a call that shows that code runs."));
    }
    let opens = trimmed.starts_with(['\'', '"', '`', ';', '}', ')', '-', '*', '\\', '>', ']']);
    let before = line[..place].trim();
    let joins = before.ends_with([
        ';', '-', '+', '*', '/', '(', '}', '|', '&', ',', '^', '{', '=', '\'', '"', ':', '?', '<', '>', '%', '[',
    ]);
    (calls && opens && joins && before.len() < 48).then_some((place, 0.85, "Code follows the end of a string."))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn xss() {
        check(
            "guard.injection.xss",
            &[
                ("<script>alert(1)</script>", 0..25),
                ("\"><b onmouseover=alert(1)>", 2..26),
                ("javascript:alert(document.cookie)", 0..33),
                ("';alert(7)//", 2..12),
            ],
            &["It depends on = and on more.", "An alert (see below) was confirmed.", "let confirmation = on_click(5);"],
        );
    }
}
