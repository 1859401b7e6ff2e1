//! Modifiers that change the values of a rule before they are compared (Sigma specification, "Modifiers").

use crate::limits::WINDASH_MAX;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

/// What a Windows program may take for the dash of an option.
const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// The text in lower case, character by character.
pub(crate) fn lowered(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().flat_map(char::to_lowercase).collect() }
}

/// A way to write text as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-16, least significant byte first.
    Wide,
    /// UTF-16, most significant byte first.
    WideBig,
    /// UTF-16, least significant byte first, after a byte order mark.
    WideMarked,
}

impl Encoding {
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        match self {
            Self::Wide => little.collect(),
            Self::WideBig => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::WideMarked => [0xFF, 0xFE].into_iter().chain(little).collect(),
        }
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// What of the encoded bytes stands in the encoding of any text that holds them, for each of the three places that
/// they may begin at. At the ends, letters that neighbours share are left out.
pub(super) fn base64_at_offsets(bytes: &[u8]) -> Vec<String> {
    let variant = |offset: usize| {
        let padded: Vec<u8> = std::iter::repeat_n(0, offset).chain(bytes.iter().copied()).collect();
        let whole_bits = padded.len() * 8;
        let first = (offset * 8).div_ceil(6);
        let encoded = BASE64.encode(&padded);
        encoded.get(first..whole_bits / 6).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    (0..3).filter_map(variant).collect()
}

/// The text with each dash of an option as every character that Windows programs take for one; `None` when there are
/// more dashes than [`WINDASH_MAX`].
pub(super) fn windash(text: &str) -> Option<Vec<String>> {
    let dashes: Vec<usize> = text.char_indices().filter(|(at, _)| is_dash(text, *at)).map(|(at, _)| at).collect();
    if dashes.len() > WINDASH_MAX {
        return None;
    }
    let mut variants = vec![String::new()];
    let mut done = 0;
    for at in dashes {
        let before = &text[done..at];
        variants = variants
            .iter()
            .flat_map(|variant| DASHES.iter().map(move |dash| format!("{variant}{before}{dash}")))
            .collect();
        done = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    variants.iter_mut().for_each(|variant| variant.push_str(&text[done..]));
    Some(variants)
}

/// True for a dash, and for a `/` before a word and not after one: within paths and addresses it is no option.
fn is_dash(text: &str, at: usize) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let (before, after) = (
        text[..at].chars().next_back(),
        text[at + text[at..].chars().next().map_or(0, char::len_utf8)..].chars().next(),
    );
    match text.as_bytes()[at] {
        b'-' => true,
        // The first byte of the longer dashes.
        0xE2 => DASHES[2..].iter().any(|dash| text[at..].starts_with(*dash)),
        b'/' => !before.is_some_and(is_word) && after.is_some_and(is_word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_that_of_each_character() {
        assert_eq!(lowered("ÄΑΣ İK"), "äας".replace('ς', "σ") + " i\u{307}k");
    }

    #[test]
    fn encodings_are_those_of_windows() {
        assert_eq!(Encoding::Wide.encode("aé"), [0x61, 0, 0xE9, 0]);
        assert_eq!(Encoding::WideBig.encode("a"), [0, 0x61]);
        assert_eq!(Encoding::WideMarked.encode("a"), [0xFF, 0xFE, 0x61, 0]);
        assert_eq!(base64(b"foo"), "Zm9v");
    }

    #[test]
    fn offsets_are_found_in_any_surrounding() {
        let needles = base64_at_offsets(b"/bin/bash");
        assert_eq!(needles, ["L2Jpbi9iYXNo", "9iaW4vYmFza", "vYmluL2Jhc2"]);
        for before in ["", "x", "xy", "xyz"] {
            for after in ["", "1", "12"] {
                let encoded = base64(format!("{before}/bin/bash{after}").as_bytes());
                assert!(needles.iter().any(|needle| encoded.contains(needle)), "{before} {after} {encoded}");
            }
        }
        assert_eq!(base64_at_offsets(b""), Vec::<String>::new());
    }

    #[test]
    fn dashes_of_options_vary() {
        assert_eq!(windash("-a").map(|variants| variants.len()), Some(5));
        assert_eq!(windash(" /a x/y").unwrap_or_default(), [" -a x/y", " /a x/y", " –a x/y", " —a x/y", " ―a x/y"]);
        assert_eq!(windash("-a -b").map(|variants| variants.len()), Some(25));
        assert_eq!(windash("none"), Some(vec!["none".into()]));
        assert_eq!(windash(&"-".repeat(WINDASH_MAX + 1)), None);
    }
}
