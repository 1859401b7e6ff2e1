//! Bidirectional control characters that reorder what a reader sees.
//!
//! **What it finds.** Embeddings, overrides and isolates (U+202A–U+202E, U+2066–U+2068) that are opened and not closed
//! within their paragraph, that turn letters against their own direction, or that reorder text in which nothing is
//! written from right to left.
//!
//! **Why it matters.** A reviewer sees `exe.txt` where the machine reads `txt.exe` (CVE-2021-42574, "Trojan Source").
//!
//! **Example.** `pay\u{202E}txt.exe`
//!
//! Balanced controls around Arabic or Hebrew are how those scripts are written, and are left alone; so is an embedding
//! that opens a paragraph with such letters and only sets its direction, as subtitles and file dialogs do, and a
//! balanced first-strong isolate, as translation libraries put around every inserted name.
//! Rules P1, X1–X8 of UAX #9 decide what closes what.

use super::script::{is_left_to_right_letter, is_right_to_left_letter};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::BIDI_DEPTH_MAX,
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static BIDI: Detector = Detector {
    class: "guard.unicode.bidi",
    version: "1",
    severity: Severity::High,
    title: "Bidirectional control characters reorder text",
    remediation: "Remove the control characters, or show them escaped.",
    references: &["CVE-2021-42574", "CWE-1007"],
    finds: Finds::Places {
        needles: &[b"\xE2\x80\xAA", b"\xE2\x80\xAB", b"\xE2\x80\xAD", b"\xE2\x80\xAE", b"\xE2\x81"],
        confirm,
    },
};

/// Looks at the rest of the paragraph once, from the first control in it.
fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if !view.character_at(at).is_some_and(opens) {
        return Outcome::Clean { until: 0 };
    }
    let paragraph = view.paragraph_at(at);
    let text = view.slice(paragraph.clone());
    let mut reading = Reading {
        right_to_left: text.chars().any(is_right_to_left_letter),
        opens_paragraph: text[..at - paragraph.start].trim().is_empty(),
        open: Vec::new(),
        worst: None,
    };
    for (offset, character) in text[at - paragraph.start..].char_indices() {
        reading.read(at + offset, character);
    }
    reading.end(at, paragraph.end);
    match reading.worst {
        None => Outcome::Clean { until: paragraph.end },
        Some(offence) => {
            let hit = Hit::text(offence.span, None, offence.confidence, offence.explanation);
            Outcome::Found(hit.rated(offence.severity).until(paragraph.end))
        }
    }
}

fn opens(character: char) -> bool {
    matches!(character, '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}')
}

/// A control that waits to be closed.
struct Open {
    at: usize,
    control: char,
    /// A letter stands in it.
    letter: bool,
    /// It is an override, and a letter in it is turned against its direction.
    turned: bool,
}

impl Open {
    fn is_isolate(&self) -> bool {
        matches!(self.control, '\u{2066}'..='\u{2068}')
    }
}

struct Offence {
    span: Range<usize>,
    severity: Severity,
    confidence: f64,
    explanation: &'static str,
}

/// What is known of a paragraph while it is read.
struct Reading {
    right_to_left: bool,
    opens_paragraph: bool,
    open: Vec<Open>,
    /// The offence that stands first.
    worst: Option<Offence>,
}

impl Reading {
    fn read(&mut self, at: usize, character: char) {
        match character {
            control if opens(control) => {
                if self.open.len() < BIDI_DEPTH_MAX {
                    self.open.push(Open { at, control, letter: false, turned: false });
                }
            }
            '\u{202C}' if self.open.last().is_some_and(|last| !last.is_isolate()) => self.close(at + 3),
            '\u{2069}' if self.open.iter().any(Open::is_isolate) => {
                while self.open.last().is_some_and(|last| !last.is_isolate()) {
                    self.close(at);
                }
                self.close(at + 3);
            }
            letter => self.letter(letter),
        }
    }

    /// Notes what `character` says about the control that it stands in.
    fn letter(&mut self, character: char) {
        let forward = is_left_to_right_letter(character) || character.is_ascii_digit();
        let backward = is_right_to_left_letter(character);
        if let Some(last) = self.open.last_mut().filter(|_| forward || backward) {
            last.letter = true;
            last.turned |= (last.control == '\u{202E}' && forward) || (last.control == '\u{202D}' && backward);
        }
    }

    /// Closes the last control; it covers the bytes up to `end`.
    fn close(&mut self, end: usize) {
        let Some(closed) = self.open.pop() else { return };
        if let Some(outer) = self.open.last_mut() {
            outer.letter |= closed.letter;
        }
        let span = closed.at..end;
        if closed.turned {
            self.add(span, Severity::High, 0.95, "An override shows letters in the reverse of their order.");
        } else if closed.letter && !self.right_to_left && matches!(closed.control, '\u{202B}' | '\u{2067}') {
            let why = "Text without any right-to-left letter is set from right to left.";
            self.add(span, Severity::Medium, 0.8, why);
        }
    }

    /// Judges what is still open at the end of the paragraph; `first` is where its first control stands.
    fn end(&mut self, first: usize, end: usize) {
        let Some(open) = self.open.first() else { return };
        let sets_direction = open.at == first && self.opens_paragraph && self.right_to_left;
        if sets_direction && matches!(open.control, '\u{202A}' | '\u{202B}') && self.open.len() == 1 {
            return;
        }
        let why = "The text is shown in another order than it is read: a control is opened and never closed.";
        let severity = match open.control {
            '\u{202B}' | '\u{202E}' | '\u{2067}' => Severity::High,
            _ if self.right_to_left || self.open.len() > 1 => Severity::High,
            '\u{202A}' => Severity::Low,
            _ => Severity::Medium,
        };
        self.add(open.at..end, severity, 0.9, why);
    }

    fn add(&mut self, span: Range<usize>, severity: Severity, confidence: f64, explanation: &'static str) {
        if self.worst.as_ref().is_none_or(|worst| span.start < worst.span.start) {
            self.worst = Some(Offence { span, severity, confidence, explanation });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn bidi() {
        check(
            "guard.unicode.bidi",
            &[
                ("pay\u{202E}txt.exe", 3..13),
                ("if (a) { \u{2066}// end", 9..18),
                ("a \u{202E}txt.exe\u{202C} b", 2..15),
                ("שלום \u{202E}txt.exe\u{202C}", 9..22),
                ("\u{202E}a", 0..4),
                ("x \u{2067}admin\u{2069}\nnext", 2..13),
                ("/*\u{202E} } \u{2066}if (isAdmin)\u{2069} \u{2066} begin admins only */", 2..51),
                ("one\r\ntwo \u{202D}תג\u{202C}", 9..19),
                // A PDI closes what was opened within its isolate (X6a), a PDF never closes an isolate (X7).
                ("a \u{2068}b \u{202E}c\u{2069} d", 7..11),
                ("a \u{2066}b\u{202C} c", 2..11),
                ("\u{202A}C:\\Users", 0..11),
            ],
            &[
                "تاريخ \u{2067}2026-11-20\u{2069} صحيح",
                "plain\ntext\twith tabs",
                "שלום \u{202B}עולם\u{202C}",
                "\u{202B}שלום עולם, a subtitle",
                "Hello \u{2068}Anna\u{2069}, you have \u{2068}3\u{2069} messages",
                "\u{202C} \u{2069} nothing was opened",
                "תקציב \u{200F}2026\u{200F} ו־\u{200E}Palisade\u{200E}",
                "x⁰ + y² — “quotes” ‰ ⁂",
                "\u{2067}\u{2069}",
            ],
        );
    }

    #[test]
    fn deep_nesting_is_bounded() {
        let deep = "\u{202E}".repeat(10_000) + "x";
        check("guard.unicode.bidi", &[(&deep, 0..30_001)], &[]);
    }
}
