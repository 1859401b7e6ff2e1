//! Any text, written in every way that the guard decodes and in those within each other: no panic, places between
//! characters of what was given, and an end in bounded work.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_guard::Guard;
use std::{fmt::Write as _, sync::LazyLock};

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

/// `text`, written in the way that `how` names.
fn written(how: u8, text: &str) -> String {
    let mut out = String::new();
    match how % 8 {
        0 => text.bytes().for_each(|byte| _ = write!(out, "%{byte:02x}")),
        1 => text.chars().for_each(|character| _ = write!(out, "&#{};", u32::from(character))),
        2 => text.encode_utf16().for_each(|unit| _ = write!(out, "\\u{unit:04x}")),
        3 => text.bytes().for_each(|byte| _ = write!(out, "{byte:02x}")),
        4 => out = text.replace(' ', "/**/"),
        5 => out = text.replace(' ', "+"),
        6 => text.chars().for_each(|character| out.extend([character, '\u{200B}'])),
        _ => out = base64(text.as_bytes()),
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| chunk.iter().fold(0, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
    let digits = |chunk: &[u8]| {
        let group = group(chunk);
        (0..=chunk.len()).map(move |place| char::from(DIGITS[(group >> (18 - 6 * place)) as usize & 63]))
    };
    bytes.chunks(3).flat_map(digits).collect()
}

fuzz_target!(|input: (Vec<u8>, &str, &str, &str)| {
    let (ways, before, inner, after) = input;
    let coded = ways.iter().take(5).fold(inner.to_owned(), |text, &how| written(how, &text));
    let text = format!("{before}{coded}{after}");
    let found = GUARD.inspect_text(&text);
    for place in found.iter().flat_map(|finding| &finding.evidence) {
        assert!(text.get(place.start..place.end).is_some());
    }
    assert_eq!(found, GUARD.inspect_text(&text));
});
