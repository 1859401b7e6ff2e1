//! Whether one tag makes a browser run code, and how surely nobody but an attacker writes it.

use super::super::standing::BEYOND_DOUBT;
use super::super::tag::Tag;
use super::{
    attribute,
    script::{attacks, is_symbols_only, shows, together},
    style::style,
};

/// Bytes of script or style within an element that are read.
const CONTENT_BYTES_MAX: usize = 1024;

/// Scripts of pages are longer than this.
const SNIPPET_BYTES_MIN: usize = 128;

/// How sure a tag is an attack by itself, and what it does.
pub(super) type Verdict = Option<(f64, &'static str)>;

pub(super) const STYLE: &str = "A style makes a browser run code.";
pub(super) const BRINGS: &str = "An element brings in a document or changes what addresses mean.";
pub(super) const SCRIPT: &str = "An element makes a browser run a script.";

/// The tag that begins `markup`, judged; with its length and what follows it to the end of the element.
pub(super) fn judge(tag: &Tag<'_>, markup: &[u8]) -> (Verdict, usize) {
    let mut best: Verdict = None;
    let mut attributes = tag.attributes();
    for attribute in attributes.by_ref() {
        let verdict = attribute::judge(tag, &attribute);
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
        b's' if tag.name.eq_ignore_ascii_case(b"msxsl:script") => Some((0.84, SCRIPT)),
        b's' if tag.is("script") || has_prefix(tag.name, b"script") && tag.name.len() < 9 => script(tag, after),
        b's' if tag.is("style") => {
            let inner = content(after);
            let close = together(inner).replace('\\', "");
            let imports = close.starts_with("@import") && close.contains("//") && inner.len() < 128;
            // A selector tells what a field holds, letter by letter.
            let tells = close.contains("[value^=") && close.contains("url(") && close.contains("//");
            (style(inner) || imports || tells || close.contains("javascript:") || shows(&close))
                .then_some((0.85, STYLE))
        }
        b'o' | b'e' | b'a' if tag.is_any(&["object", "embed", "applet"]) => {
            let always = tag.attributes().any(|one| {
                one.name.eq_ignore_ascii_case(b"allowscriptaccess") && one.value.eq_ignore_ascii_case(b"always")
            });
            has_attributes(tag).then_some((if is_foreign(tag) || always { 0.82 } else { 0.4 }, BRINGS))
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
            let document = |value: &[u8]| value.starts_with(b"data:t") || value.starts_with(b"data:a");
            let brings = |value: &[u8]| value.eq_ignore_ascii_case(b"import") || document(value);
            let imports = tag.attributes().any(|one| brings(one.value));
            let bare = tag.attributes().any(|one| !one.quoted && one.name.eq_ignore_ascii_case(b"href"));
            (imports || is_foreign(tag)).then_some((if imports || bare { 0.82 } else { 0.4 }, BRINGS))
        }
        b'x' if tag.is("?xml-stylesheet") || tag.is("xml-stylesheet") => is_foreign(tag).then_some((0.82, BRINGS)),
        b'f' | b'i' if tag.is_any(&["form", "img", "image", "input"]) && clobbers(tag) => {
            Some((0.82, "An element takes the name of a part of the document."))
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

/// Names that scripts ask a document for, which an element takes over (DOM clobbering).
const CLOBBERED: [&str; 20] = [
    "attributes",
    "getelementbyid",
    "getelementsbytagname",
    "createelement",
    "queryselector",
    "queryselectorall",
    "documentelement",
    "cookie",
    "parentnode",
    "childnodes",
    "nodename",
    "nodetype",
    "ownerdocument",
    "currentscript",
    "implementation",
    "innerhtml",
    "removechild",
    "appendchild",
    "defaultview",
    "__proto__",
];

/// Its name or id is that of a part of the document.
fn clobbers(tag: &Tag<'_>) -> bool {
    tag.attributes().any(|one| {
        let names = one.name.eq_ignore_ascii_case(b"name") || one.name.eq_ignore_ascii_case(b"id");
        // Forms ask for words as well.
        let word = tag.is("input") && ["cookie", "implementation"].iter().any(|word| one.value == word.as_bytes());
        names && !word && CLOBBERED.iter().any(|known| one.value.eq_ignore_ascii_case(known.as_bytes()))
    })
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
    } else if attacks(&code)
        && !data
        && (code.len() < SNIPPET_BYTES_MIN && !is_of_lines(content(after)) || proves(&code))
    {
        0.93
    } else if !data && !guarded && code.len() < SNIPPET_BYTES_MIN && !is_of_lines(content(after)) && leads_away(&code) {
        0.84
    } else if is_foreign(tag) && !guarded {
        if is_library(tag) { 0.6 } else { 0.82 }
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

/// A script that does nothing but leave the page or open another, or stop.
fn leads_away(code: &str) -> bool {
    let address = code.contains("'//") || code.contains("\"//") || code.contains("'http") || code.contains("\"http");
    let moves = ["location=", "location.href=", "location.replace(", "location.assign(", "window.open("];
    address && moves.iter().any(|call| code.contains(call)) && !code.contains("if(")
        || matches!(code.trim_end_matches(';'), "print()" | "window.print()" | "debugger")
}

/// Scripts of pages have several lines; a payload is one, or has the call on one of its own.
fn is_of_lines(content: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', content.trim_ascii()).count() > 1
}

/// A script that pages load from one of the hosts that serve libraries to everybody.
fn is_library(tag: &Tag<'_>) -> bool {
    let hosts = [
        "cdn.",
        "cdnjs.",
        "ajax.googleapis",
        "code.jquery",
        "unpkg.com",
        "maxcdn",
        "stackpath",
        "www.googletagmanager",
        "polyfill",
        "use.fontawesome",
        "static.",
        "assets.",
        "www.google-analytics",
        "js.stripe",
        "platform.twitter",
    ];
    tag.attributes().any(|one| {
        let value = one.value.strip_prefix(b"https:").or(one.value.strip_prefix(b"http:")).unwrap_or(one.value);
        let host = value.strip_prefix(b"//").unwrap_or_default();
        let query = memchr::memchr(b'?', host).map_or(host, |end| &host[..end]);
        let plain = memchr::memmem::find(host, b"callback").is_none();
        let counts = host.starts_with(b"www.googletagmanager.com/gtag/js?id=");
        one.quoted
            && plain
            && (query.ends_with(b".js") || counts)
            && (hosts.iter().any(|known| host.starts_with(known.as_bytes())) || query.ends_with(b".min.js"))
    })
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
    ["http:", "https:", "ftp:", "data:", "mhtml:", "view-source:", "feed:"]
        .iter()
        .any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes())))
}
