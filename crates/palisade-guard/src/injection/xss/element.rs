//! Whether one tag makes a browser run code, and how surely nobody but an attacker writes it.

use super::super::standing::BEYOND_DOUBT;
use super::super::tag::{Attribute, Tag};
use super::{
    address::{Address, address},
    script::{attacks, is_symbols_only, shows, together},
};

/// Bytes of script or style within an element that are read.
const CONTENT_BYTES_MAX: usize = 1024;

/// Scripts of pages are longer than this.
const SNIPPET_BYTES_MIN: usize = 128;

/// How sure a tag is an attack by itself, and what it does.
pub(super) type Verdict = Option<(f64, &'static str)>;

const HANDLER: &str = "An attribute makes a browser run code when something happens.";
const ADDRESS: &str = "An address makes a browser run code.";
const DOCUMENT: &str = "An address holds a document of its own.";
const STYLE: &str = "A style makes a browser run code.";
const BRINGS: &str = "An element brings in a document or changes what addresses mean.";
const SCRIPT: &str = "An element makes a browser run a script.";

/// The tag that begins `markup`, judged; with its length and what follows it to the end of the element.
pub(super) fn judge(tag: &Tag<'_>, markup: &[u8]) -> (Verdict, usize) {
    let mut best: Verdict = None;
    let mut attributes = tag.attributes();
    for attribute in attributes.by_ref() {
        let verdict = judge_attribute(tag, &attribute).or_else(|| hidden_handler(tag, &attribute));
        if verdict.map_or(0.0, |(sure, _)| sure) > best.map_or(0.0, |(sure, _)| sure) {
            best = verdict;
        }
    }
    let end = attributes.end().min(markup.len());
    // What a quoted value hides is judged as well: the quote may not count where the value is put.
    let inner = memchr::memchr_iter(b'<', &markup[1..end]).map(|place| place + 1);
    let end = inner.into_iter().next().unwrap_or(end);
    if tag.closing || best.is_some_and(|(sure, _)| sure > 0.9) {
        return (best, end);
    }
    let of_element = judge_element(tag, &markup[end..]);
    let best =
        if of_element.map_or(0.0, |(sure, _)| sure) > best.map_or(0.0, |(sure, _)| sure) { of_element } else { best };
    (best, end)
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
    let mut letters = name.iter().filter(|byte| **byte > b' ' && **byte < 0x7F).map(u8::to_ascii_lowercase);
    if (letters.next(), letters.next()) != (Some(b'o'), Some(b'n')) {
        return false;
    }
    let mut count = 0;
    letters.all(|letter| {
        count += 1;
        letter.is_ascii_lowercase()
    }) && (3..=30).contains(&count)
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

/// True when a style runs code.
fn style(value: &[u8]) -> bool {
    if memchr::memchr(b'(', value).is_none() {
        return false;
    }
    let close = together(value);
    let runs = close.contains("expression(") && !close.contains("regular");
    runs || close.contains("javascript:")
        || close.contains("vbscript:")
        || close.contains("-moz-binding:")
        || close.contains("behavior:url(")
        || close.contains("behaviour:url(")
}

/// True when a tag may be an attack by its name and what stands in its element.
pub(super) fn acts_alone(tag: &Tag<'_>) -> bool {
    let local = memchr::memrchr(b':', tag.name).map_or(0, |colon| colon + 1);
    !tag.closing && tag.name.get(local).is_none_or(|first| matches!(first | 0x20, b's' | b'h') || *first <= b' ')
}

/// Judges what an element is, and what stands in it, in `after`.
fn judge_element(tag: &Tag<'_>, after: &[u8]) -> Verdict {
    let local = memchr::memrchr(b':', tag.name).map_or(0, |colon| colon + 1);
    let first = tag.name.get(local)?.to_ascii_lowercase();
    match first {
        b's' if tag.is("script") || has_prefix(tag.name, b"script") && tag.name.len() < 9 => script(tag, after),
        b's' if tag.is("style") => {
            let inner = content(after);
            let close = together(inner).replace('\\', "");
            let imports = close.starts_with("@import") && close.contains("//") && inner.len() < 128;
            (style(inner) || imports || close.contains("javascript:") || shows(&close)).then_some((0.85, STYLE))
        }
        b'o' | b'e' | b'a' if tag.is_any(&["object", "embed", "applet"]) => {
            has_attributes(tag).then_some((if is_foreign(tag) { 0.82 } else { 0.4 }, BRINGS))
        }
        b'i' | b'f' if tag.is_any(&["iframe", "frame", "frameset"]) => {
            let bare = tag.attributes().any(|one| !one.quoted && one.name.eq_ignore_ascii_case(b"src"));
            is_foreign(tag).then_some((if bare { 0.82 } else { 0.5 }, BRINGS))
        }
        b'b' if tag.is("base") => is_foreign(tag).then_some((0.82, BRINGS)),
        b'm' if tag.is("meta") => tag
            .attributes()
            .any(|one| [&b"set-cookie"[..], b"link"].iter().any(|name| one.value.eq_ignore_ascii_case(name)))
            .then_some((0.82, BRINGS)),
        b'l' if tag.is("layer") => is_foreign(tag).then_some((0.82, BRINGS)),
        b'l' if tag.is("link") => {
            let brings = |value: &[u8]| value.eq_ignore_ascii_case(b"import") || value.starts_with(b"data:");
            let imports = tag.attributes().any(|one| brings(one.value));
            (imports || is_foreign(tag)).then_some((if imports { 0.82 } else { 0.4 }, BRINGS))
        }
        b'h' if tag.is("handler") => attacks(&together(content(after))).then_some((0.85, SCRIPT)),
        b'x' if tag.is("xml")
            && tag
                .attributes()
                .any(|one| one.name.eq_ignore_ascii_case(b"src") || one.name.eq_ignore_ascii_case(b"id")) =>
        {
            Some((0.82, BRINGS))
        }
        _ => None,
    }
}

fn has_prefix(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        && name.get(prefix.len()).is_some_and(|byte| *byte < b' ')
}

/// What stands up to the end of a script or style, or up to the next one.
pub(super) fn content(after: &[u8]) -> &[u8] {
    let window = &after[..after.len().min(CONTENT_BYTES_MAX)];
    let ends = |place: &usize| {
        let rest = &window[place + 1..];
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        let is = |other: &[u8]| name.get(..other.len()).is_some_and(|start| start.eq_ignore_ascii_case(other));
        is(b"scr") || is(b"sty") || rest.starts_with(b"/") && (is(b"code") || is(b"pre"))
    };
    let end = memchr::memchr_iter(b'<', window).find(ends);
    &window[..end.unwrap_or(window.len())]
}

/// Shows that it runs, or reaches for what identifies the user. Scripts of pages store, send and load as well.
fn proves(code: &str) -> bool {
    shows(code) || ["document.cookie", "document.domain", "fromcharcode"].iter().any(|mark| code.contains(mark))
}

fn script(tag: &Tag<'_>, after: &[u8]) -> Verdict {
    let code = together(content(after));
    let guarded = tag
        .attributes()
        .any(|one| ["integrity", "nonce"].iter().any(|name| one.name.eq_ignore_ascii_case(name.as_bytes())));
    let data = tag.attributes().any(|one| one.value.windows(4).any(|part| part.eq_ignore_ascii_case(b"json")));
    // A word in angle brackets, as usage texts and types have it.
    let closes = after[content(after).len()..].starts_with(b"</");
    let bare = !has_attributes(tag) && !closes;
    let sure = if code.len() > 256 && is_symbols_only(&code) {
        BEYOND_DOUBT
    } else if attacks(&code) && !data && (code.len() < SNIPPET_BYTES_MIN || proves(&code)) {
        0.93
    } else if is_foreign(tag) && !guarded {
        0.82
    } else if tag
        .attributes()
        .any(|one| one.name.eq_ignore_ascii_case(b"src") || one.name.eq_ignore_ascii_case(b"type"))
        || guarded
    {
        0.4
    } else if bare {
        return None;
    } else {
        0.5
    };
    Some((sure, SCRIPT))
}

fn has_attributes(tag: &Tag<'_>) -> bool {
    tag.attributes().next().is_some()
}

/// Some address of `tag` leads to another host, or to code.
fn is_foreign(tag: &Tag<'_>) -> bool {
    tag.attributes().any(|one| {
        let value = one.value.trim_ascii();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let slashes = value.first().is_some_and(|byte| matches!(byte, b'/' | b'\\'))
            && value.get(1).is_some_and(|byte| matches!(byte, b'/' | b'\\'));
        let names = ["src", "data", "href", "codebase", "code", "movie", "value", "xlink:href"];
        let address =
            one.name.ends_with(b":href") || names.iter().any(|name| one.name.eq_ignore_ascii_case(name.as_bytes()));
        address && (slashes || has_scheme(value))
    })
}

fn has_scheme(value: &[u8]) -> bool {
    ["http:", "https:", "ftp:", "data:"]
        .iter()
        .any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes())))
}
