//! Bytes that are no encoding of any character, as they show in text.
//!
//! **What it finds.** Overlong UTF-8 written in escapes (`%c0%af`, `\xc0\xae`, `%e0%80%af`), UTF-7 that stands for markup
//! (`+ADw-script+AD4-`), halves of surrogate pairs in escapes (`\ud800`), and replacement characters (U+FFFD) one after
//! another, which software writes for bytes that it could not read.
//!
//! **Why it matters.** A careless decoder reads `%c0%af` as a slash and `+ADw-` as an angle bracket, behind the back of
//! whatever has looked for those.
//!
//! **Example.** `..%c0%af..%c0%afetc/passwd`
//!
//! One replacement character, classes of surrogates in regular expressions (`[\ud800-\udbff]`), pairs of them, and
//! addresses in other encodings (`%C0%C1%B7%CE`) are left alone.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use base64::{
    Engine as _,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static INVALID_ENCODING: Detector = Detector {
    class: "guard.unicode.invalid-encoding",
    version: "1",
    severity: Severity::High,
    title: "Invalid encoding of characters",
    remediation: "Refuse the input: no sound program writes characters like this.",
    references: &["CWE-176", "CWE-173", "CWE-22"],
    finds: Finds::Places {
        needles: &[
            b"%c0%",
            b"%c1%",
            b"%e0%8",
            b"%e0%9",
            b"%f0%8",
            b"\\xc0\\x",
            b"\\xc1\\x",
            b"\\xe0\\x8",
            b"\\xe0\\x9",
            b"\\xf0\\x8",
            b"+AD",
            b"\\ud8",
            b"\\ud9",
            b"\\uda",
            b"\\udb",
            b"\\udc",
            b"\\udd",
            b"\\ude",
            b"\\udf",
            b"\xEF\xBF\xBD\xEF\xBF\xBD",
        ],
        confirm,
    },
};

/// Bytes of one stretch of UTF-7 that are decoded.
const UTF7_BYTES_MAX: usize = 64;

/// Letters of Chinese, Korean and Cyrillic encodings begin there.
const OTHER_LETTERS_FROM: u8 = 0xB0;

/// Characters in which UTF-7 hides markup and code.
const MARKUP: [char; 8] = ['<', '>', '"', '\'', '&', '(', ')', ';'];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    match view.bytes()[at] {
        b'+' => utf7(view, at).into(),
        0xEF => replacements(view, at),
        _ if view.bytes()[at + 1].eq_ignore_ascii_case(&b'u') => surrogate(view, at).into(),
        _ => overlong(view, at).into(),
    }
}

/// The byte of the escape (`%af` or `\xaf`) at `at`, and where it ends.
fn escaped_byte(view: &View<'_>, at: usize) -> Option<(u8, usize)> {
    let rest = view.bytes().get(at..)?;
    let digits = match rest {
        [b'%', ..] => 1,
        [b'\\', b'x' | b'X', ..] => 2,
        _ => return None,
    };
    let digit = |index: usize| rest.get(index).and_then(|&byte| char::from(byte).to_digit(16));
    let value = digit(digits)? * 16 + digit(digits + 1)?;
    Some((u8::try_from(value).ok()?, at + digits + 2))
}

/// Escapes that decode to an ASCII character in more bytes than it needs (RFC 3629 §3).
fn overlong(view: &View<'_>, at: usize) -> Option<Hit> {
    let (first, mut end) = escaped_byte(view, at)?;
    let more = match first {
        0xC0 | 0xC1 => 1,
        0xE0 => 2,
        0xF0 => 3,
        _ => return None,
    };
    let mut code = u32::from(first & (0x7F >> (more + 1)));
    for _ in 0..more {
        let (byte, after) = escaped_byte(view, end)?;
        if byte & 0xC0 != 0x80 {
            return broken_path(view, at, after, byte);
        }
        code = code << 6 | u32::from(byte & 0x3F);
        end = after;
    }
    let meant = char::from_u32(code).filter(char::is_ascii)?;
    let why = format!("An overlong encoding of '{}', which careless decoders accept.", meant.escape_default());
    if view.bytes()[at] == b'\\' {
        return overlong_in_code(view, at..end, meant, why);
    }
    let special = matches!(meant, '\0' | '\r' | '\n' | '.' | '/' | '\\' | '<' | '>' | '"' | '\'');
    match (is_among_bytes(view, at, end), special) {
        (true, true) if view.bytes()[at] == b'%' => Some(Hit::text(at..end, None, 0.5, why).rated(Severity::Low)),
        (true, _) => None,
        (false, true) if is_quoted(view, at, end) => Some(Hit::text(at..end, None, 0.6, why).rated(Severity::Medium)),
        (false, true) => Some(Hit::text(at..end, None, 0.88, why)),
        (false, false) => Some(Hit::text(at..end, None, 0.5, why).rated(Severity::Low)),
    }
}

/// Judges an escape as programs write them, in which bytes of all kinds stand: it counts where a path is climbed.
fn overlong_in_code(view: &View<'_>, span: Range<usize>, meant: char, why: String) -> Option<Hit> {
    let of_path = matches!(meant, '.' | '/' | '\\');
    let (before, after) = (&view.bytes()[..span.start], &view.bytes()[span.end..]);
    let overlong = |escape: &[u8]| matches!(escape, [b'\\', b'x', b'c' | b'C', b'0' | b'1']);
    let repeated =
        before.len() >= 8 && overlong(&before[before.len() - 8..][..4]) || after.get(..4).is_some_and(overlong);
    let climbs = before.ends_with(b"..") || after.starts_with(b"..") || (repeated && meant == '.');
    let among = before.len() >= 4 && escaped_byte(view, span.start - 4).is_some() || after.first() == Some(&b'\\');
    match (of_path, climbs) {
        (true, true) if !is_among_bytes(view, span.start, span.end) => Some(Hit::text(span, None, 0.88, why)),
        (true, _) if !among => Some(Hit::text(span, None, 0.6, why).rated(Severity::Medium)),
        (false, _) if !among => Some(Hit::text(span, None, 0.4, why).rated(Severity::Low)),
        _ => None,
    }
}

/// True between quotes or backticks of its own, as text that explains such encodings writes it.
fn is_quoted(view: &View<'_>, at: usize, end: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| view.bytes().get(before));
    matches!(before, Some(b'`' | b'"' | b'\'')) && view.bytes().get(end) == before
}

/// The first byte of an overlong encoding before an escaped dot or slash, which decoders take for that alone when they
/// look at its lower bits only.
fn broken_path(view: &View<'_>, at: usize, end: usize, second: u8) -> Option<Hit> {
    let of_path = matches!(second, b'.' | b'/' | b'\\') && !is_among_bytes(view, at, end);
    let in_address = view.bytes()[at] == b'%';
    let climbs = of_path && (in_address || view.bytes()[..at].ends_with(b".."));
    climbs.then(|| {
        Hit::text(at..end, None, 0.85, "A broken encoding of a part of a path, which careless decoders accept.")
    })
}

/// True when escaped bytes of another encoding stand beside `at..end`, which are then rather of that encoding too.
fn is_among_bytes(view: &View<'_>, at: usize, end: usize) -> bool {
    let width = if view.bytes()[at] == b'%' { 3 } else { 4 };
    let ending = |end: usize| {
        let start = end.checked_sub(width)?;
        escaped_byte(view, start).filter(|(_, its_end)| *its_end == end).map(|(byte, _)| byte)
    };
    let is_overlong = |byte: Option<u8>| matches!(byte, Some(0xC0 | 0xC1 | 0xE0 | 0xF0));
    let in_address = view.bytes()[at] == b'%';
    let is_letter = |byte: Option<u8>| {
        // Bytes written with \x are rather those of a program; only of a path they are not.
        byte.is_some_and(|byte| byte >= OTHER_LETTERS_FROM || !(in_address || matches!(byte, b'.' | b'/' | b'\\')))
    };
    let before = is_letter(ending(at)) && !is_overlong(at.checked_sub(width).and_then(ending));
    let after = escaped_byte(view, end).map(|(byte, _)| byte);
    before || (is_letter(after) && !is_overlong(after))
}

/// `+ADw-`: UTF-16 in base64 between a plus and a minus (RFC 2152), that stands for markup.
fn utf7(view: &View<'_>, at: usize) -> Option<Hit> {
    const DECODER: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
    );
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let body = view.byte_run(at + 1, UTF7_BYTES_MAX, base64);
    if view.bytes().get(body.end) != Some(&b'-') || body.len() < 3 {
        return None;
    }
    let bytes = DECODER.decode(&view.bytes()[body.clone()]).ok()?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).ok()?;
    if !text.contains(MARKUP) || text.chars().any(|character| !matches!(character, ' '..='~')) {
        return None;
    }
    let bracket = text.contains(['<', '>']);
    let hit = Hit::text(at..body.end + 1, Some(text), if bracket { 0.85 } else { 0.6 }, "UTF-7 stands for markup.");
    Some(if bracket { hit } else { hit.rated(Severity::Medium) })
}

/// Half of a surrogate pair in an escape, outside of a class of a regular expression.
fn surrogate(view: &View<'_>, at: usize) -> Option<Hit> {
    let unit = escaped_unit(view, at)?;
    let (before, after) = (at.checked_sub(6).and_then(|before| escaped_unit(view, before)), escaped_unit(view, at + 6));
    let paired = match unit {
        0xD800..0xDC00 => after.is_some_and(|unit| (0xDC00..0xE000).contains(&unit)),
        0xDC00..0xE000 => before.is_some_and(|unit| (0xD800..0xDC00).contains(&unit)),
        _ => true,
    };
    let beside = [at.checked_sub(1).and_then(|before| view.bytes().get(before)), view.bytes().get(at + 6)];
    let in_class = beside.into_iter().flatten().any(|byte| matches!(byte, b'[' | b']' | b'-' | b'^' | b'\\' | b'{'));
    let why = "Half of a surrogate pair: programs disagree on what it is.";
    (!paired && !in_class).then(|| Hit::text(at..at + 6, None, 0.4, why).rated(Severity::Low))
}

/// The number of `\uXXXX` at `at`.
fn escaped_unit(view: &View<'_>, at: usize) -> Option<u32> {
    let escape = view.bytes().get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
    escape[2..].iter().try_fold(0, |number, &byte| Some(number * 16 + char::from(byte).to_digit(16)?))
}

/// Replacement characters one after another.
fn replacements(view: &View<'_>, at: usize) -> Outcome {
    let run: Range<usize> = view.run(at, |character| character == char::REPLACEMENT_CHARACTER);
    let until = run.end;
    let climbs = view.bytes()[..at].ends_with(b"..") || view.bytes()[run.end..].starts_with(b"..");
    let hit = if climbs {
        let why = "Unreadable bytes stand where a path is climbed, as overlong slashes do.";
        Hit::text(run, None, 0.6, why).rated(Severity::Medium)
    } else {
        Hit::text(run, None, 0.3, "Bytes that are no text have been replaced here.").rated(Severity::Low)
    };
    Outcome::Found(hit.until(until))
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    #[test]
    fn invalid_encoding() {
        check(
            "guard.unicode.invalid-encoding",
            &[
                ("..%c0%af", 2..8),
                ("GET /%C0%AE%20", 5..11),
                (r"a\xc0\xafb", 1..9),
                ("/%c0%2e%2e/", 1..7),
                ("%e0%80%af", 0..9),
                ("%f0%80%80%af", 0..12),
                ("+ADw-script", 0..5),
                (r"x\ud800y", 1..7),
                (r"\udc00", 0..6),
                ("..\u{FFFD}\u{FFFD}etc", 2..8),
            ],
            &[
                "100%c0 and %c1%",
                "%C0%C1%B7%CE",
                "%CD%C0%2E %C0%41",
                "%e0%b8%81 %f0%9f%98%80 %c3%a9",
                r"/[\ud800-\udbff][\udc00-\udfff]/",
                r"\ud83d\ude00",
                r"\x30\x82\xc0\xaf\x05",
                r"\xcc\xa9\xc0\x30\xc0\x2f\n\xc0\x28\xc0\x27",
                r"\xBF\xA7\0\xC0\xA7\0\xC1\xA7\0",
                "one \u{FFFD} only",
                "C+ADD-ON +ADA- a+ADb",
                "iVBORw0KGgo+ADwx/AAA=",
            ],
        );
    }

    #[test]
    fn other_encodings_are_milder() {
        let severity = |text: &str| Guard::new().inspect_text(text)[0].severity;
        assert_eq!(severity("%c0%af"), Severity::High);
        assert_eq!(severity("%B9%C0%AF%CE"), Severity::Low);
        assert_eq!(severity("a slash as `%c0%af`"), Severity::Medium);
        assert_eq!(severity("%c0%ae%c0%ae%c0%af"), Severity::High);
        assert_eq!(severity(r"..\xc0\xaf..\xc0\xaf"), Severity::High);
    }
}
