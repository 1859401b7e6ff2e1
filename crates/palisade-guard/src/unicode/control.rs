//! Control characters that have no business in text.
//!
//! **What it finds.** Characters U+0000–U+001F and U+007F–U+009F other than tab, the ends of lines, and form feed. NUL in
//! the middle of text, backspaces that rub out what stands before them, and the C1 form of terminal sequences are told
//! more severely than what is rather a slip.
//!
//! **Why it matters.** C programs end a name at NUL (`avatar.php\0.png`); terminals and log viewers obey the others, so
//! that what is shown is not what is there.
//!
//! **Example.** `avatar.php\u{0}.png`
//!
//! Overstriking as manual pages have it (`N`, backspace, `N`), Ctrl-Z at the end of a file, sequences that begin with
//! ESC, with the BEL that ends one (which `guard.injection.ansi` judges), and the next-line character of mainframes are left alone.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    output::ends_command,
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static CONTROL: Detector = Detector {
    class: "guard.unicode.control",
    version: "1",
    severity: Severity::Medium,
    title: "Control characters",
    remediation: "Remove the control characters, or show them escaped.",
    references: &["CWE-150", "CWE-158"],
    finds: Finds::Places {
        needles: &[
            b"\x00",
            b"\x01",
            b"\x02",
            b"\x03",
            b"\x04",
            b"\x05",
            b"\x06",
            b"\x07",
            b"\x08",
            b"\x0B",
            b"\x0E",
            b"\x0F",
            b"\x10",
            b"\x11",
            b"\x12",
            b"\x13",
            b"\x14",
            b"\x15",
            b"\x16",
            b"\x17",
            b"\x18",
            b"\x19",
            b"\x1A",
            b"\x1C",
            b"\x1D",
            b"\x1E",
            b"\x1F",
            b"\x7F",
            b"\xC2\x80",
            b"\xC2\x81",
            b"\xC2\x82",
            b"\xC2\x83",
            b"\xC2\x84",
            b"\xC2\x86",
            b"\xC2\x87",
            b"\xC2\x88",
            b"\xC2\x89",
            b"\xC2\x8A",
            b"\xC2\x8B",
            b"\xC2\x8C",
            b"\xC2\x8D",
            b"\xC2\x8E",
            b"\xC2\x8F",
            b"\xC2\x90",
            b"\xC2\x91",
            b"\xC2\x92",
            b"\xC2\x93",
            b"\xC2\x94",
            b"\xC2\x95",
            b"\xC2\x96",
            b"\xC2\x97",
            b"\xC2\x98",
            b"\xC2\x99",
            b"\xC2\x9A",
            b"\xC2\x9B",
            b"\xC2\x9C",
            b"\xC2\x9D",
            b"\xC2\x9E",
            b"\xC2\x9F",
        ],
        confirm,
    },
};

/// Bytes of other text that may stand between two control characters that are told together.
const GAP_BYTES: usize = 64;

/// NULs from which on they rather part records, as in the output of `find -print0`, than cut a name.
const SEPARATORS_MIN: usize = 3;

/// Backspaces that rub out more than overstriking does.
const BACKSPACES_MIN: usize = 3;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if let Some(until) = harmless_until(view, at) {
        return Outcome::Clean { until };
    }
    let (span, controls) = view.stretch(at, GAP_BYTES, is_odd, |_| false);
    if controls.is_empty() {
        return Outcome::Clean { until: at + 1 };
    }
    let hit = |confidence, why| Hit::text(span.clone(), None, confidence, why);
    Outcome::Found(if cuts_name(view, &span, &controls) {
        hit(0.75, "A NUL stands in the middle of text: what follows is not seen by programs that end there.")
    } else if view.slice(span.clone()).contains(&"\u{8}".repeat(BACKSPACES_MIN)) {
        hit(0.7, "Backspaces rub out what stands before them where the text is shown.")
    } else if is_terminal_sequence(view, at) {
        hit(0.75, "A sequence of one C1 character is obeyed by terminals.")
    } else {
        hit(0.4, "Control characters stand in text.").rated(Severity::Low)
    })
}

/// True for control characters that no text needs. ESC is judged by what it begins, elsewhere.
fn is_odd(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\u{C}' | '\r' | '\u{1B}' | '\u{85}')
}

/// Where overstriking, Ctrl-Z at the end, or NULs that fill the end of a file end; none when nothing of the kind is there.
fn harmless_until(view: &View<'_>, at: usize) -> Option<usize> {
    match view.bytes()[at] {
        0x08 => {
            let (before, after) = (view.character_before(at)?, view.character_at(at + 1));
            let strikes_over = Some(before) == after || before == '_' || after == Some('_');
            (strikes_over && !is_odd(before)).then_some(at + 1)
        }
        0x07 if ends_command(view, at) => Some(at + 1),
        0x1A => Some(at + 1).filter(|&end| end == view.bytes().len()),
        0 => {
            let fill = view.byte_run(at, usize::MAX, |byte| byte == 0);
            (fill.end == view.bytes().len() && memchr::memchr(b'\n', &view.bytes()[..at]).is_some()).then_some(fill.end)
        }
        _ => None,
    }
}

/// True when one or two NULs stand between other characters.
fn cuts_name(view: &View<'_>, span: &Range<usize>, controls: &[char]) -> bool {
    let nuls = controls.iter().filter(|&&control| control == '\0').count();
    if view.bytes()[span.start] != 0 || !(1..SEPARATORS_MIN).contains(&nuls) {
        return false;
    }
    let beside = [view.character_before(span.start), view.character_at(span.start + 1)];
    beside.into_iter().all(|character| character.is_some_and(|c| !c.is_control()))
}

/// True for CSI, OSC, DCS and their like in one character, with what they need behind them.
fn is_terminal_sequence(view: &View<'_>, at: usize) -> bool {
    let first = view.character_at(at);
    let rest = &view.bytes()[(at + 2).min(view.bytes().len())..];
    let parameters = rest.iter().take(GAP_BYTES).take_while(|byte| matches!(byte, b'0'..=b'?')).count();
    match first {
        Some('\u{9B}') => parameters > 0 && rest.get(parameters).is_some_and(|byte| matches!(byte, b'@'..=b'~')),
        Some('\u{9D}' | '\u{90}') => parameters > 0 && rest.get(parameters - 1) == Some(&b';'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    #[test]
    fn control() {
        check(
            "guard.unicode.control",
            &[
                ("avatar.php\0.png", 10..11),
                ("rm -rf\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}ls -la", 6..12),
                ("a\u{9B}2Jb", 1..3),
                ("bell\u{7} and \u{7}", 4..11),
                ("it\u{92}s", 2..4),
            ],
            &[
                "tab\tline\r\nform\u{C}feed",
                "N\u{8}NA\u{8}AM\u{8}ME\u{8}E _\u{8}x",
                "the end\u{1A}",
                "a mainframe\u{85}line",
                "padded\n\0\0\0",
            ],
        );
    }

    #[test]
    fn what_separates_is_milder_than_what_cuts() {
        let severity = |text: &str| Guard::new().inspect_text(text)[0].severity;
        assert_eq!(severity("a\0b"), Severity::Medium);
        assert_eq!(severity("a\0b\0c\0d\0"), Severity::Low);
        assert_eq!(severity("8=FIX.4.4\u{1}9=1\u{1}"), Severity::Low);
    }
}
