//! Values that bring no markup of their own: they leave an attribute or a string, or are code or an address.

use super::{
    address::{Address, address},
    attribute::is_handler,
    element::Verdict,
    script::{attacks, is_symbols_only, shows, together},
};

/// Bytes of a value that are read from its start, or from a needle on.
const VALUE_BYTES_MAX: usize = 1024;

/// Bytes of a scheme, with what is dropped from it.
const SCHEME_BYTES_MAX: usize = 16;

/// Signs of a script without letters: shorter ones do nothing.
const SYMBOLS_BYTES_MIN: usize = 24;

/// Bytes before a call within which a value leaves the string it is put into.
const BREAK_OUT_BYTES_MAX: usize = 64;

/// `" onfocus=…`: the quote at `at` ends an attribute, and another one begins.
pub(super) fn new_attribute(bytes: &[u8], at: usize) -> Verdict {
    let rest = &bytes[at + 1..bytes.len().min(at + VALUE_BYTES_MAX)];
    let gap = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'+')).count();
    let length = rest[gap..].iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let value = rest[gap + length..].trim_ascii_start().strip_prefix(b"=")?;
    if !is_handler(&rest[gap..gap + length]) || value.starts_with(b"=") {
        return None;
    }
    let before = &bytes[at.saturating_sub(VALUE_BYTES_MAX)..at];
    let closed = memchr::memchr_iter(bytes[at], before).count() % 2 == 1;
    let code = together(value);
    let sure = match (attacks(&code), gap > 0) {
        _ if closed => return None,
        (true, _) => 0.92,
        (false, true) if code.contains('(') || before.is_empty() => 0.82,
        _ => 0.5,
    };
    Some((sure, "It ends an attribute and adds another, which runs code."))
}

/// An address that is run, at `at`, as a value, a parameter, or the target of a link.
pub(super) fn target(bytes: &[u8], at: usize) -> Verdict {
    let before = bytes[..at].trim_ascii_end();
    let starts = before.last().is_none_or(|byte| b"=\"'(`:,;>#/+|".contains(byte) || *byte >= 0x80);
    let rest = &bytes[at..bytes.len().min(at + VALUE_BYTES_MAX)];
    let colon = memchr::memchr(b':', rest)?;
    let spaced = rest.get(colon + 1).is_none_or(u8::is_ascii_whitespace);
    let code = together(rest);
    let calls = code.contains(['(', '`', '=', '%']);
    let why = "An address makes a browser run code.";
    match address(rest) {
        Address::Attacks if starts => Some((0.9, why)),
        Address::Runs if starts && !spaced && calls => Some((if before.is_empty() { 0.82 } else { 0.5 }, why)),
        Address::Idle if before.is_empty() && code.contains("//") && code.len() > 24 && code.contains(['<', '(']) => {
            Some((0.85, why))
        }
        Address::Document if starts => {
            let holds = code.contains("base64,") || code.contains('<') || code.contains("script");
            Some((if holds { 0.85 } else { 0.5 }, "An address holds a document of its own."))
        }
        _ => None,
    }
}

/// Where the scheme begins that ends with the `script:` at `at`: letters, and what browsers drop between them.
pub(super) fn scheme_start(bytes: &[u8], at: usize) -> Option<usize> {
    let window = &bytes[at.saturating_sub(SCHEME_BYTES_MAX)..at];
    let mut letters = [0; 4];
    let mut count = 0;
    for (place, byte) in window.iter().enumerate().rev() {
        if *byte <= b' ' {
            continue;
        }
        if !byte.is_ascii_alphabetic() {
            break;
        }
        letters[3 - count] = byte.to_ascii_lowercase();
        count += 1;
        let known = &letters[4 - count..];
        let start = at - (window.len() - place);
        let apart = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        if apart && [&b"java"[..], b"vb", b"live", b"j"].contains(&known) {
            return Some(start);
        }
        if count == letters.len() {
            break;
        }
    }
    None
}

/// JavaScript of brackets, signs and escapes alone, which needs no letters.
pub(super) fn symbols(bytes: &[u8], at: usize) -> Verdict {
    let text = bytes.trim_ascii();
    let near = at < BREAK_OUT_BYTES_MAX * 2;
    (near && text.len() >= SYMBOLS_BYTES_MIN && is_symbols_only(&together(text)))
        .then_some((0.88, "The value is a script that is written with signs alone."))
}

/// `<x>=&{…}`: what old browsers ran in the value of an attribute.
pub(super) fn entity(bytes: &[u8], at: usize) -> Verdict {
    (at < BREAK_OUT_BYTES_MAX && bytes[..at].contains(&b'<') && bytes[at..].contains(&b'}'))
        .then_some((0.84, "It tries which signs pass a filter of markup."))
}

/// `¼script¾`, which a reader of seven bits takes for `<script>`.
pub(super) fn eighth_bit(bytes: &[u8], at: usize) -> Verdict {
    let rest = &bytes[at..bytes.len().min(at + VALUE_BYTES_MAX)];
    (memchr::memmem::find(rest, "¾".as_bytes()).is_some() && together(rest).contains('('))
        .then_some((0.85, "Markup is written with an eighth bit that some readers drop."))
}

/// Code that follows the end of a string of a script, or that is all the value says. The call stands at `at`.
pub(super) fn code(bytes: &[u8], at: usize) -> Verdict {
    let text = bytes.trim_ascii();
    let start = bytes.len() - bytes.trim_ascii_start().len();
    if at < start {
        return None;
    }
    let before = &bytes[start..at];
    if before.len() > BREAK_OUT_BYTES_MAX {
        return None;
    }
    let close = together(text);
    if let Some(sure) = of_handler(before).filter(|_| attacks(&close)) {
        return Some((sure, "It adds an attribute that runs code."));
    }
    if leaves_string(before) && attacks(&close) {
        return Some((0.88, "Code follows the end of a string."));
    }
    let rest = together(&bytes[at..]);
    let address = before.eq_ignore_ascii_case(b"data:,") || before.eq_ignore_ascii_case(b"data:text/javascript,");
    if is_probe(&rest) && (is_parameter(before) || is_number(before) || address) {
        return Some((0.85, "A value goes on as a script that shows that it runs."));
    }
    (is_probe(&close) || is_indirect(text, &close)).then_some((0.84, "The value is a script that shows that it runs."))
}

/// `… onfocus=` before a call, where no tag is seen to begin; less sure where the quotes are even, as in a line of a
/// page whose tag began on another one.
fn of_handler(before: &[u8]) -> Option<f64> {
    let head = before.trim_ascii_end();
    let quoted = head.last().is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let head = if quoted { &head[..head.len() - 1] } else { head };
    let name = head.trim_ascii_end().strip_suffix(b"=")?.trim_ascii_end();
    let start = name.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |place| place + 1);
    let apart = start == 0 || name[start - 1].is_ascii_whitespace() || b"\"'`/>".contains(&name[start - 1]);
    let even = memchr::memchr_iter(b'"', before).count() % 2 == usize::from(quoted);
    (apart && is_handler(&name[start..]) && !name.contains(&b'<')).then_some(if !quoted {
        0.88
    } else if start == 0 {
        0.82
    } else if even {
        0.5
    } else {
        0.85
    })
}

/// Ends a string, a call or a comment, and goes on with an operator: `';`, `"-`, `*/`, `}}//`.
fn leaves_string(before: &[u8]) -> bool {
    let before = before.trim_ascii();
    let (Some(first), Some(last)) = (before.first(), before.last()) else { return false };
    let single = before.len() < 33 && !before.iter().any(|byte| matches!(byte, b' ' | b'=' | b'('));
    let after_value = single && first.is_ascii_alphanumeric() && before.iter().any(|byte| b"'\"`;".contains(byte));
    let comments = before.starts_with(b"//") && before.iter().any(|byte| b"'\"`".contains(byte));
    let ends = after_value || comments || b"'\"`;})]*\\-$".contains(first);
    let joins = b";-+*/(}|&,^{=:?<>%[!~\n".contains(last) || before.ends_with(b"in") || before.ends_with(b"void");
    // An item of a list in code, such as `"alert(",`.
    let item = before.len() == 1 && matches!(first, b'\'' | b'"' | b'`');
    // Prose and code of some length between the end of the string and the call.
    let wordy = before
        .split(u8::is_ascii_whitespace)
        .filter(|word| word.len() > 2 && word.iter().all(u8::is_ascii_alphabetic))
        .count()
        > 2;
    let opens_block = matches!(first, b'}') && !before.contains(&b';') && !before.contains(&b'/') && before.len() > 1;
    let bullet = *first == b'*' && !before.starts_with(b"*/");
    ends && joins && !item && !bullet && !wordy && !opens_block
}

/// `?callback=` and `page?`: a parameter of an address begins.
fn is_parameter(before: &[u8]) -> bool {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(byte);
    let head = before.strip_suffix(b"=").map(|head| head.trim_ascii_end()).unwrap_or(before);
    let length = if head.len() < before.len() { head.iter().rev().take_while(|byte| name(byte)).count() } else { 0 };
    let head = &head[..head.len() - length];
    head.last().is_some_and(|byte| matches!(byte, b'?' | b'&' | b'#')) && !head.iter().any(u8::is_ascii_whitespace)
}

/// `1-` and `7;`: a number ends.
fn is_number(before: &[u8]) -> bool {
    let digits = before.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && matches!(&before[digits..], [b'-' | b'+' | b'*' | b';' | b',' | b'/' | b'|' | b'&'])
}

/// `alert(1)` and its like, alone: what it shows is a number, or of the page.
fn is_probe(close: &str) -> bool {
    let code = close.trim_end_matches([';', '/', '*', '-', '\'', '"', '<', '!', '>']);
    let Some(rest) =
        ["alert", "prompt", "confirm", "(alert)", "window.alert"].iter().find_map(|name| code.strip_prefix(name))
    else {
        return is_runner(code);
    };
    let inner = rest.trim_start_matches("?.").trim_start_matches(['(', '`', '\'', '"']);
    let inner = inner.trim_end_matches([')', '`', '\'', '"']);
    let number = inner.len() < 9 && inner.bytes().all(|byte| byte.is_ascii_digit());
    let called = rest.starts_with(['(', '`', '?']);
    called
        && (number
            || ["document.", "location", "/", "origin", "xss", "atob", "string.fromcharcode", "alert"]
                .iter()
                .any(|shown| inner.starts_with(shown)))
}

/// `eval(location.hash)`: what stands elsewhere is run.
fn is_runner(code: &str) -> bool {
    let inner = ["eval(", "settimeout(", "setinterval("].iter().find_map(|call| code.strip_prefix(call));
    let elsewhere =
        ["location", "name", "url", "window.name", "atob(", "string.fromcharcode", "document.cookie", "unescape("];
    inner.is_some_and(|inner| elsewhere.iter().any(|place| inner.starts_with(place)))
        || code.strip_prefix("string.fromcharcode(").is_some_and(|codes| {
            codes.matches(',').count() > 1 && codes.bytes().all(|byte| byte.is_ascii_digit() || b",)x".contains(&byte))
        })
}

/// A call that no program writes so: `top["al"+"ert"](1)`, `[1].find(alert)`, `a=alert,a(1)`.
fn is_indirect(text: &[u8], close: &str) -> bool {
    if text.len() > 256 || text.contains(&b' ') && !close.ends_with(')') {
        return false;
    }
    let named = [
        "find(alert)",
        "map(alert)",
        "every(alert)",
        "filter(alert)",
        "foreach(alert)",
        "some(alert)",
        "=alert,",
        "=alert;",
        "['alert']",
        "[\"alert\"]",
        "[`alert`]",
        ".source](",
        "call(null,alert",
        "settimeout`",
        "settimeout('alert",
        "settimeout(\"alert",
        "eval(atob(",
        "constructor.constructor(",
        "].constructor(",
        "..tostring(3",
    ];
    named.iter().any(|form| close.contains(form)) && (shows(close) || close.contains("alert") || attacks(close))
}

/// `x:expression(alert(1))` of a style.
pub(super) fn expression(bytes: &[u8], at: usize) -> Verdict {
    let property = bytes[..at].trim_ascii_end().ends_with(b":");
    let rest = &bytes[at..bytes.len().min(at + VALUE_BYTES_MAX)];
    (property && attacks(&together(&rest[10..]))).then_some((0.85, "A style makes a browser run code."))
}

/// UTF-7, `+ADw-script+AD4-`, which a browser may take a page without a charset for.
pub(super) fn seven_bits(bytes: &[u8], at: usize) -> Verdict {
    let rest = together(&bytes[at..bytes.len().min(at + VALUE_BYTES_MAX)]);
    let closes = rest.contains("+ad4-");
    let runs = rest.contains("script") || rest.contains("onerror") || attacks(&rest);
    (closes && runs).then_some((0.85, "Markup is written in UTF-7."))
}
