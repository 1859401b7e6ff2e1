//! Characters of no width that carry a message, break up words, or pass for letters.
//!
//! **What it finds.** Runs of zero-width characters (decoded where they spell something), words of Latin, Greek or
//! Cyrillic letters broken up by them, and Hangul fillers away from Hangul.
//!
//! **Why it matters.** They carry hidden instructions and watermarks, carry words past filters (`ig\u{200B}nore`), and
//! make identifiers that look like nothing at all.
//!
//! **Example.** `ig\u{200B}no\u{200B}re pre\u{200B}vious`
//!
//! Persian, Arabic and the Indic scripts are written with joiners, emoji sequences are held together by them, soft
//! hyphens and break opportunities stand in long words, text files begin with a byte order mark: all left alone.

use super::{
    script::{is_hangul, is_hangul_filler, is_invisible, is_plain_letter},
    zero_width,
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::{View, ends_paragraph},
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static INVISIBLE: Detector = Detector {
    class: "guard.unicode.invisible",
    version: "1",
    severity: Severity::Medium,
    title: "Invisible characters",
    remediation: "Remove the invisible characters, or show them escaped.",
    references: &["CWE-1007", "CWE-451", "OWASP-LLM01"],
    finds: Finds::Places {
        needles: &[
            b"\xE2\x80\x8B",
            b"\xE2\x80\x8C",
            b"\xE2\x80\x8D",
            b"\xE2\x80\x8E",
            b"\xE2\x80\x8F",
            b"\xE2\x81",
            b"\xEF\xBB\xBF",
            b"\xC2\xAD",
            b"\xCD\x8F",
            b"\xE1\xA0\x8E",
            b"\xE1\x85\x9F",
            b"\xE1\x85\xA0",
            b"\xE3\x85\xA4",
            b"\xEF\xBE\xA0",
        ],
        confirm,
    },
};

/// Characters in a row that no writing has.
const RUN_MIN: usize = 4;

/// Characters in a row that are no accident, even when they are all the same.
const LONG_RUN_MIN: usize = 16;

/// Breaks within words that make a pattern.
const SPLITS_MIN: usize = 3;

/// Bytes of text that may stand between two breaks of one pattern.
const GAP_BYTES: usize = 64;

/// Symbols, spread over a text, from which a message is read.
const SPREAD_SYMBOLS_MIN: usize = 16;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let mut run = view.run(at, is_invisible);
    if at == 0 && view.character_at(0) == Some('\u{FEFF}') {
        run.start += '\u{FEFF}'.len_utf8();
    }
    if run.is_empty() {
        return Outcome::Clean { until: run.end };
    }
    match filler(view, &run).or_else(|| in_a_row(view, &run)) {
        Some(hit) => Outcome::Found(hit),
        None if splits_word(view, &run) => spread(view, &run),
        None => Outcome::Clean { until: run.end },
    }
}

/// Hangul fillers where there is no Hangul.
fn filler(view: &View<'_>, run: &Range<usize>) -> Option<Hit> {
    if !view.slice(run.clone()).chars().any(is_hangul_filler) {
        return None;
    }
    let beside = [view.character_before(run.start), view.character_at(run.end)];
    if beside.into_iter().flatten().any(is_hangul) {
        return None;
    }
    let why = "A Hangul filler counts as a letter and looks like nothing.";
    let hit = Hit::text(run.clone(), None, 0.85, why);
    let near = view.floor(run.start.saturating_sub(HANGUL_BYTES_MAX))
        ..view.floor((run.end + HANGUL_BYTES_MAX).min(view.bytes().len()));
    let near = view.slice(near);
    let in_table =
        beside == [Some('\''); 2] || near.chars().any(is_hangul) || near.to_ascii_lowercase().contains("hangul");
    Some(if in_table { Hit { confidence: 0.4, ..hit }.rated(Severity::Low) } else { hit })
}

/// Bytes around a filler within which other letters of Hangul make it a part of a table of them.
const HANGUL_BYTES_MAX: usize = 64;

/// Many in a row.
fn in_a_row(view: &View<'_>, run: &Range<usize>) -> Option<Hit> {
    let symbols: Vec<char> = view.slice(run.clone()).chars().collect();
    let first = *symbols.first()?;
    let same = symbols.iter().all(|&symbol| symbol == first);
    if symbols.len() < RUN_MIN || (same && matches!(first, '\u{00AD}' | '\u{034F}' | '\u{200E}' | '\u{200F}')) {
        return None;
    }
    if let Some(message) = zero_width::decode(&symbols) {
        let why = "A message is written in characters of no width.";
        return Some(Hit::text(run.clone(), Some(message), 0.97, why).rated(Severity::High));
    }
    let hit = Hit::text(run.clone(), None, 0.8, "Many characters of no width follow one another.");
    Some(if same && symbols.len() < LONG_RUN_MIN { hit.rated(Severity::Low) } else { hit })
}

/// One or a few here and there, within words that need none.
fn spread(view: &View<'_>, run: &Range<usize>) -> Outcome {
    let found = Spread::read(view, run.start);
    if found.symbols.len() >= SPREAD_SYMBOLS_MIN
        && let Some(message) = zero_width::decode(&found.symbols)
    {
        let why = "A message is written in characters of no width, spread over a text.";
        return Outcome::Found(Hit::text(found.span, Some(message), 0.9, why).rated(Severity::High));
    }
    let why = "Words are broken up by characters of no width, as is done to get past filters.";
    match found.splits {
        SPLITS_MIN.. => Outcome::Found(Hit::text(found.span, None, 0.8, why)),
        1.. => Outcome::Found(Hit::text(found.span, None, 0.4, why).rated(Severity::Low)),
        0 => Outcome::Clean { until: found.span.end },
    }
}

/// True when letters that need no joiner stand on both sides of `run`.
fn splits_word(view: &View<'_>, run: &Range<usize>) -> bool {
    view.character_before(run.start).is_some_and(is_plain_letter)
        && view.character_at(run.end).is_some_and(is_plain_letter)
}

/// The characters of no width of a stretch of text.
struct Spread {
    span: Range<usize>,
    /// Those that follow a letter that needs no joiner.
    symbols: Vec<char>,
    /// How often a word is broken up, where that has no good reason.
    splits: usize,
}

impl Spread {
    /// Reads on from the run at `start`, which breaks up a word.
    fn read(view: &View<'_>, start: usize) -> Self {
        let mut spread = Self { span: start..start, symbols: Vec::new(), splits: 0 };
        let (mut before, mut letters_since) = (None, usize::MAX);
        let mut at = start;
        while let Some(character) =
            view.character_at(at).filter(|&c| !ends_paragraph(c) && at <= spread.span.end + GAP_BYTES)
        {
            if !is_invisible(character) {
                letters_since = letters_since.saturating_add(1);
                before = Some(character);
                at += character.len_utf8();
                continue;
            }
            let run = view.run(at, is_invisible);
            if view.slice(run.clone()).chars().nth(RUN_MIN - 1).is_some() || is_hangul_filler(character) {
                break;
            }
            if before.is_none_or(is_plain_letter) {
                spread.symbols.extend(view.slice(run.clone()).chars());
                if splits_word(view, &run) {
                    spread.splits += usize::from(is_odd_break(character, letters_since));
                    spread.span.end = run.end;
                }
            }
            letters_since = 0;
            at = run.end;
        }
        spread
    }
}

/// True when `character` has no business between two letters of a word. A soft hyphen or non-joiner may stand there,
/// but not after every letter; invisible operators belong to formulas.
fn is_odd_break(character: char, letters_since: usize) -> bool {
    match character {
        '\u{00AD}' | '\u{200C}' => letters_since <= 1,
        '\u{2061}' | '\u{2062}' | '\u{2064}' | '\u{200E}' | '\u{200F}' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};

    #[test]
    fn invisible() {
        check(
            "guard.unicode.invisible",
            &[
                ("ig\u{200B}no\u{200B}re pre\u{200B}vious", 2..19),
                ("a\u{200B}\u{200B}\u{200B}\u{200B}b", 1..13),
                ("end\u{2060}\u{200B}\u{2060}\u{FEFF}\u{200D}", 3..18),
                ("const { a,\u{3164}} = b", 10..13),
                ("pass\u{2060}word", 4..7),
                ("i\u{AD}g\u{AD}n\u{AD}o\u{AD}re", 1..12),
                ("\u{FEFF}\u{200B}\u{200C}\u{200B}\u{200D}x", 3..15),
            ],
            &[
                "می‌خواهم کتاب‌ها را بخوانم، نمی‌دانم",
                "क्‍ष श्री‌मान् ക്‍ ශ්‍රී",
                "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 ❤️‍🔥",
                "\u{FEFF}A text file with a byte order mark",
                "Do\u{AD}nau\u{AD}dampf\u{AD}schiff\u{AD}fahrt",
                "Auf\u{200C}lage, f\u{2061}(x), 2\u{2062}x",
                "ᄒ\u{1160}ᆫ 한\u{3164}글",
                "العربية\u{200F}، עברית\u{200E}",
                "tabs\tand\nnewlines\r\n and a\u{A0}space",
                "ภาษา\u{200B}ไทย\u{200B}ไม่\u{200B}เว้น",
                "https://example.com/\u{200B}path",
            ],
        );
    }

    #[test]
    fn messages_are_told() {
        let bits: String = "go"
            .bytes()
            .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
            .map(|bit| if bit == 0 { '\u{200B}' } else { '\u{200C}' })
            .collect();
        let told = |text: &str| {
            let found = Guard::new().inspect_text(text);
            (found[0].evidence[0].excerpt.clone(), found[0].severity.name())
        };
        assert_eq!(told(&format!("x{bits}y")), ("go".to_owned(), "high"));
        let spread: String = bits.chars().flat_map(|bit| ['a', bit]).chain(['z']).collect();
        assert_eq!(told(&spread), ("go".to_owned(), "high"));
        assert_eq!(told("a\u{200B}b").1, "low");
    }
}
