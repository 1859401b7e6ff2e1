//! Whether one attribute makes a browser run code, and how surely nobody but an attacker writes it.

use super::super::tag::{Attribute, Tag};
use super::{
    address::{Address, address},
    element::{BRINGS, SCRIPT, STYLE, Verdict},
    script::{attacks, shows, together},
    style::style,
};

const HANDLER: &str = "An attribute makes a browser run code when something happens.";
const ADDRESS: &str = "An address makes a browser run code.";
const DOCUMENT: &str = "An address holds a document of its own.";

/// Letters after the `on` of a handler; `oncontentvisibilityautostatechange` is the longest.
const HANDLER_BYTES_MAX: usize = 40;

/// What `attribute` of `tag` does.
pub(super) fn judge(tag: &Tag<'_>, attribute: &Attribute<'_>) -> Verdict {
    judge_attribute(tag, attribute).or_else(|| hidden_handler(tag, attribute))
}

/// A handler that a strict reader takes for something else: in a value without quotes, or with signs after its name.
fn hidden_handler(tag: &Tag<'_>, attribute: &Attribute<'_>) -> Verdict {
    if attribute.quoted {
        return None;
    }
    if attribute.value.is_empty() {
        let length = attribute.name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        return (is_handler(&attribute.name[..length]) && attacks(&together(tag.window_from(attribute.place))))
            .then_some((0.85, HANDLER));
    }
    // `="src"onerror=…`: what the sign began ends with a quote for some readers.
    if let Some(quote) = memchr::memrchr2(b'"', b'\'', attribute.name)
        && is_handler(&attribute.name[quote + 1..])
        && attacks(&together(attribute.value))
    {
        return Some((0.88, HANDLER));
    }
    let equals = memchr::memchr(b'=', attribute.value)?;
    let before = &attribute.value[..equals];
    let start = before.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |place| place + 1);
    (is_handler(&before[start..]) && attacks(&together(&attribute.value[equals..]))).then_some((0.88, HANDLER))
}

fn judge_attribute(tag: &Tag<'_>, attribute: &Attribute<'_>) -> Verdict {
    if is_handler(attribute.name) {
        return handler(tag, attribute);
    }
    if attribute.value.is_empty() {
        return None;
    }
    if is_of_framework(attribute.name) {
        let code = together(attribute.value);
        let escapes = code.contains("constructor")
            || code.contains("composedpath")
            || code.contains("|orderby:")
            || code.contains("fromcharcode");
        return (escapes || shows(&code) && !attribute.quoted).then_some((0.88, HANDLER));
    }
    let is = |name: &str| attribute.name.eq_ignore_ascii_case(name.as_bytes());
    if is("style") {
        return style(attribute.value).then_some((0.9, STYLE));
    }
    if is("srcdoc") {
        let markup = memchr::memchr2(b'<', b'&', attribute.value).is_some();
        let script = together(attribute.value);
        let runs = script.contains("script") || script.contains("on") && attacks(&script);
        return markup.then_some((if runs { 0.9 } else { 0.5 }, BRINGS));
    }
    if is("attributename") {
        let target = attribute.value.trim_ascii();
        let markup = target.eq_ignore_ascii_case(b"innerhtml");
        return (markup || is_handler(target)).then_some((0.9, HANDLER));
    }
    let refresh = tag.is("meta") && is("content");
    let value = match (refresh, memchr::memchr2(b';', b',', attribute.value)) {
        (true, Some(place)) => &attribute.value[place + 1..],
        _ => attribute.value,
    };
    if value.starts_with(b"&{") {
        return Some((0.85, SCRIPT));
    }
    if refresh && together(attribute.value).contains("url=javascript:") {
        return Some((0.93, ADDRESS));
    }
    if !attribute.quoted && begins_scheme(value) {
        let tag = together(tag.window_from(attribute.place));
        let runs = tag.starts_with("javascript:") || tag.starts_with("vbscript:");
        return runs.then_some((0.88, ADDRESS));
    }
    if brings_local_file(tag, attribute.name, value) {
        return Some((0.84, "An address brings in a file of the machine."));
    }
    if value.starts_with(b"data:") && tag.is_any(&["use", "script", "animate", "import"]) {
        return Some((0.85, DOCUMENT));
    }
    match address(value) {
        Address::Attacks => Some((0.93, ADDRESS)),
        // Nobody writes code where a picture or a document is fetched from.
        Address::Runs
            if !tag.is_any(&["a", "area", "form", "button", "input", "span", "div", "li"]) || !attribute.quoted =>
        {
            Some((0.85, ADDRESS))
        }
        Address::Runs => Some((0.5, ADDRESS)),
        Address::Document => Some((0.88, DOCUMENT)),
        Address::Idle if tag.is("base") => Some((0.85, ADDRESS)),
        Address::Idle if tag.is_any(&["img", "script", "iframe", "embed", "object", "body", "base"]) => {
            Some((0.6, ADDRESS))
        }
        Address::Idle | Address::Plain if tag.is("a") && is("href") => None,
        Address::Idle | Address::Plain => old_way(attribute),
    }
}

/// True when the address `value` brings in a file of the machine. A page that is opened from a disk leads to other
/// files, but does not bring them in.
fn brings_local_file(tag: &Tag<'_>, name: &[u8], value: &[u8]) -> bool {
    const READING: [&str; 6] = ["file:", "expect:", "php:", "gopher:", "jar:", "netdoc:"];
    const BRINGING: [&str; 6] = ["src", "href", "data", "xlink:href", "poster", "background"];
    let begins =
        |scheme: &&str| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()));
    READING.iter().any(begins)
        && BRINGING.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        && !tag.is("a")
}

/// `v-on:click`, `ng-focus`, `@click`, `x-data`: a library runs the value.
fn is_of_framework(name: &[u8]) -> bool {
    ["v-", "ng-", "data-ng-", "x-", "@", "hx-on", "on:"]
        .iter()
        .any(|start| name.get(..start.len()).is_some_and(|first| first.eq_ignore_ascii_case(start.as_bytes())))
}

/// The first letters of a scheme that is run, after which blanks may follow.
fn begins_scheme(value: &[u8]) -> bool {
    let begins =
        |scheme: &str| value.len() < scheme.len() && scheme.as_bytes()[..value.len()].eq_ignore_ascii_case(value);
    !value.is_empty() && (begins("javascript:") || begins("vbscript:"))
}

/// What old browsers ran: `dynsrc`, data islands and the like.
fn old_way(attribute: &Attribute<'_>) -> Verdict {
    let is = |name: &str| attribute.name.eq_ignore_ascii_case(name.as_bytes());
    let island = is("datasrc") && attribute.value.starts_with(b"#") || is("dataformatas");
    (island || is("implementation")).then_some((0.82, BRINGS))
}

/// True for `onload` and whatever else browsers will call on.
pub(super) fn is_handler(name: &[u8]) -> bool {
    // `x:ontimer`
    let name = memchr::memrchr(b':', name).map_or(name, |colon| &name[colon + 1..]);
    let mut letters = name.iter().filter(|byte| **byte > b' ' && **byte < 0x7F).map(u8::to_ascii_lowercase);
    if (letters.next(), letters.next()) != (Some(b'o'), Some(b'n')) {
        return false;
    }
    let mut count = 0;
    letters.all(|letter| {
        count += 1;
        letter.is_ascii_lowercase()
    }) && (3..=HANDLER_BYTES_MAX).contains(&count)
}

fn handler(tag: &Tag<'_>, attribute: &Attribute<'_>) -> Verdict {
    let value = attribute.value;
    // Of JSX and templates: `onClick={…}`.
    if value.starts_with(b"{") {
        return None;
    }
    let code = together(value);
    let known = is_known(tag);
    let event = |events: &[&str]| events.iter().any(|event| attribute.name.eq_ignore_ascii_case(event.as_bytes()));
    let by_itself = event(&[
        "onerror",
        "onbegin",
        "onend",
        "onrepeat",
        "ontoggle",
        "onstart",
        "onanimationstart",
        "ontransitionend",
    ]);
    let sure = if attacks(&code) {
        0.93
    } else if code.contains(['(', '`', '=']) && !attribute.quoted {
        0.88
    } else if !known && !code.is_empty() {
        0.85
    } else if code.is_empty() {
        return None;
    } else if by_itself
        && code.contains('(')
        && tag.is_any(&["img", "svg", "video", "audio", "details", "animate", "set"])
    {
        0.7
    } else {
        0.4
    };
    Some((sure, HANDLER))
}

/// An element that pages have. Handlers of others are made up.
fn is_known(tag: &Tag<'_>) -> bool {
    tag.name.len() > 2
        || tag.is_any(&[
            "a", "b", "i", "p", "q", "s", "u", "g", "br", "dd", "dl", "dt", "em", "hr", "li", "ol", "rp", "rt", "td",
            "th", "tr", "tt", "ul", "h1", "h2", "h3", "h4", "h5", "h6",
        ])
}
