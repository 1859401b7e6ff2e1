//! The two fonts that every reader of PDF has, Helvetica and Helvetica-Bold: which characters they can show, and how
//! wide those are (Adobe's core 14 font metrics, thousandths of the size).
//!
//! They have the characters of Windows-1252 (PDF 32000-1, annex D, WinAnsiEncoding). Whatever else is written is
//! transliterated, and shown between ‹ and › so that a reader sees that it was: Москва becomes ‹Moskva›. The text that
//! is copied or searched in the file is the original.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// A font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// Helvetica.
    Regular,
    /// Helvetica-Bold.
    Bold,
}

/// Widths of the characters from blank to tilde.
const REGULAR: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];
/// What the bytes 0x80 to 0x9F stand for; those that stand for nothing are blank.
const UPPER: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];
/// Wide enough for every other character of the fonts but the widest.
const OTHER_WIDTH: u16 = 611;
/// The widest: `…`, `—`, `‰`, `™`, `Æ`, `Œ`, `œ`.
const WIDEST: u16 = 1000;

/// The byte of a character that the fonts have.
fn byte(c: char) -> Option<u8> {
    match c {
        ' '..='~' | '\u{a1}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        '\u{a0}' | '\u{202f}' => Some(b' '),
        '\u{2010}' | '\u{2011}' | '\u{2212}' => Some(b'-'),
        c => UPPER.iter().position(|upper| *upper == c && c != ' ').map(|place| 0x80 + place as u8),
    }
}

/// `text` in characters that the fonts have; what they do not have is transliterated and marked.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut foreign = false;
    for c in text.nfc().map(|c| if c.is_control() { ' ' } else { c }) {
        // A blank between two foreign words belongs to them.
        let known = byte(c).is_some() && (c != ' ' || !foreign);
        if known == foreign {
            mark(&mut shown, foreign);
            foreign = !foreign;
        }
        if known {
            shown.push(c);
        } else if c == ' ' {
            shown.push(' ');
        } else {
            shown.push_str(deunicode::deunicode_char(c).unwrap_or("?"));
        }
    }
    if foreign {
        mark(&mut shown, true);
    }
    Cow::Owned(shown)
}

fn mark(shown: &mut String, ends: bool) {
    if ends {
        let blanks = shown.len() - shown.trim_end_matches(' ').len();
        shown.truncate(shown.len() - blanks);
        shown.push('›');
        shown.push_str(if blanks > 0 { " " } else { "" });
    } else {
        shown.push('‹');
    }
}

/// The bytes of a text whose characters the fonts have.
pub(super) fn bytes(shown: &str) -> Vec<u8> {
    shown.chars().map(|c| byte(c).unwrap_or(b'?')).collect()
}

impl Font {
    /// How wide `text` is at this size, in points.
    pub(super) fn width(self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| f32::from(self.width_of(c))).sum::<f32>() * size / 1000.0
    }

    fn width_of(self, c: char) -> u16 {
        let widths = if self == Self::Bold { &BOLD } else { &REGULAR };
        // An accent does not make a letter wider.
        let base = c.nfd().next().unwrap_or(c);
        match (base, c) {
            (' '..='~', _) => widths[base as usize - usize::from(b' ')],
            (_, '…' | '—' | '‰' | '™' | 'Æ' | 'Œ' | 'œ') => WIDEST,
            (_, 'æ' | '¼' | '½' | '¾') => 889,
            (_, 'Ø' | 'Ð' | '©' | '®') => 778,
            _ => OTHER_WIDTH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fonts_lack_is_transliterated_and_marked() {
        for (text, wanted) in [
            ("Disk is full", "Disk is full"),
            ("Größe – „naïve“ €5", "Größe – „naïve“ €5"),
            ("in Москва today", "in ‹Moskva› today"),
            ("in Нижний Новгород", "in ‹Nizhnii Novgorod›"),
            ("cafe\u{301}", "café"),
            ("a\tb\u{7}", "a b "),
            ("\u{1F4A9}\u{E000}", "‹poop ?›"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
            assert!(shown(text).chars().all(|c| byte(c).is_some()), "{text}");
        }
    }

    #[test]
    fn widths_are_those_of_the_metrics() {
        assert!((Font::Regular.width("Hello", 10.0) - 22.78).abs() < 0.01);
        assert!(Font::Bold.width("Hello", 10.0) > Font::Regular.width("Hello", 10.0));
        assert_eq!(Font::Regular.width("é", 10.0), Font::Regular.width("e", 10.0));
    }
}
