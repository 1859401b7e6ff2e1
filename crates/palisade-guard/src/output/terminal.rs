//! Sequences that a terminal obeys.
//!
//! **What it finds.** Sequences after ESC that write the clipboard (OSC 52), show a link under words that name another
//! place (OSC 8), define keys or ask the terminal to answer (DCS), set the title, and those that move, erase or hide
//! what is shown. The forms of one C1 character are told by `guard.unicode.control`.
//!
//! **Why it matters.** A log or an answer that is printed hides commands, changes what was shown before, or types for
//! the user (CWE-150).
//!
//! **Example.** ESC`]52;c;cm0gLXJmIH4=`BEL
//!
//! Colours are left alone; sequences between quotes, as programs have them that use a terminal, and the few that
//! progress bars need are only mentioned.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static TERMINAL: Detector = Detector {
    class: "guard.injection.ansi",
    version: "1",
    severity: Severity::High,
    title: "Sequence that a terminal obeys",
    remediation: "Remove the sequences or show them escaped before the text is printed.",
    references: &["CWE-150", "CWE-116"],
    finds: Finds::Places {
        needles: &[b"\x1B[", b"\x1B]", b"\x1BP", b"\x1B_", b"\x1B^", b"\x1Bc", b"\x1B7", b"\x1B8", b"\x1B("],
        confirm,
    },
};

/// Bytes of one sequence that are read. Terminals give up on longer ones, and links are shorter.
const SEQUENCE_BYTES_MAX: usize = 1_024;

/// Bytes of the words of a link that are read.
const LABEL_BYTES_MAX: usize = 256;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let body = at + 2;
    let (end, verdict) = match view.bytes()[at + 1] {
        b'[' => control_sequence(view, body),
        b']' => command(view, body),
        b'P' | b'p' => {
            let end = string_end(view, body);
            let asks = matches!(view.bytes().get(body..body + 2), Some(b"$q" | b"+q"));
            let (severity, sure) = if asks { (Severity::High, 0.82) } else { (Severity::Medium, 0.75) };
            (end, (end > body + 2).then_some((severity, sure, "A control string makes the terminal act, or answer.")))
        }
        b'_' | b'^' => {
            let end = string_end(view, body);
            (end, (end > body + 2).then_some((Severity::Low, 0.5, "A control string that terminals read themselves.")))
        }
        b'c' if view.word_may_end(body) => {
            (body, Some((Severity::Medium, 0.7, "The terminal is reset, and what it showed is gone.")))
        }
        _ => (body, None),
    };
    let Some((severity, confidence, why)) = verdict else { return Outcome::Clean { until: end } };
    let span = at..view.slice(0..view.bytes().len()).ceil_char_boundary(end);
    // Programs that use a terminal hold such sequences in quotes.
    let quoted = at > 0 && matches!(view.bytes()[at - 1], b'"' | b'\'' | b'`');
    let confidence = if quoted { f64::min(confidence, 0.4) } else { confidence };
    let severity = if quoted { Severity::Low } else { severity };
    Outcome::Found(Hit::text(span.clone(), None, confidence, why).rated(severity).until(span.end))
}

/// How bad a sequence is, how sure that is, and why.
type Verdict = Option<(Severity, f64, &'static str)>;

/// CSI: parameters and a final byte.
fn control_sequence(view: &View<'_>, body: usize) -> (usize, Verdict) {
    let parameters = body..parameters_end(view.bytes(), body);
    let Some(&last) = view.bytes().get(parameters.end) else { return (parameters.end, None) };
    let text = view.slice(parameters.clone());
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b';');
    let verdict = match last {
        b'm' if text.split(';').any(|code| code == "8" || code == "08") => {
            Some((Severity::High, 0.82, "Text is shown so that nobody sees it."))
        }
        b'J' | b'K' | b'X' | b'P' | b'M' if plain => erases(last, text),
        b'A' | b'F' | b'H' | b'f' | b'G' | b'D' if plain => {
            Some((Severity::Medium, 0.6, "The cursor is moved over what was shown."))
        }
        b'S' | b'T' | b'L' | b'@' | b'r' | b'd' | b'B' | b'C' | b'E' if plain => {
            Some((Severity::Low, 0.4, "The cursor or the screen is moved."))
        }
        b'n' | b'c' | b't' | b'q' => {
            Some((Severity::Medium, 0.6, "The terminal is made to answer, as if the user typed."))
        }
        b'h' | b'l' => Some((Severity::Low, 0.4, "A mode of the terminal is changed.")),
        b'p' if text.contains('"') || text.contains(';') => {
            Some((Severity::High, 0.82, "A key of the terminal is given another meaning."))
        }
        _ => None,
    };
    (parameters.end + usize::from(last.is_ascii()), verdict)
}

/// Bytes of the parameters of one sequence that are read.
const PARAMETER_BYTES_MAX: usize = 64;

/// Where the parameters end, strings in quotes among them.
fn parameters_end(bytes: &[u8], body: usize) -> usize {
    let window = &bytes[body..bytes.len().min(body + PARAMETER_BYTES_MAX)];
    let mut quoted = false;
    let ends = |&byte: &u8| {
        quoted ^= byte == b'"';
        !(matches!(byte, b' '..=b'?') || quoted && matches!(byte, b'@'..=b'~'))
    };
    body + window.iter().position(ends).unwrap_or(window.len())
}

/// Erasing to the end of the line is what progress bars do.
fn erases(last: u8, text: &str) -> Verdict {
    match (last, text) {
        (b'K', "" | "0") => Some((Severity::Low, 0.3, "The rest of a line is erased, as progress bars do.")),
        _ => Some((Severity::Medium, 0.7, "What was shown before is erased.")),
    }
}

/// OSC: a number, and text up to BEL or ST.
fn command(view: &View<'_>, body: usize) -> (usize, Verdict) {
    let end = string_end(view, body);
    let text = view.slice(body..view.slice(0..view.bytes().len()).floor_char_boundary(end));
    let (number, rest) = text.split_once(';').unwrap_or((text, ""));
    let verdict = match number {
        "52" if !is_question(rest) => Some((Severity::High, 0.92, "The clipboard is overwritten.")),
        "52" => Some((Severity::High, 0.88, "The clipboard is read, and typed into the terminal.")),
        "8" => return link(view, end, rest),
        "0" | "1" | "2" | "l" | "L" => Some((Severity::Medium, 0.6, "The title of the window is set.")),
        "50" | "777" | "9" | "7" | "1337" => Some((Severity::Medium, 0.6, "The terminal is made to act.")),
        "4" | "10" | "11" | "12" if rest.contains('?') => {
            Some((Severity::Medium, 0.6, "The terminal is made to answer, as if the user typed."))
        }
        _ => None,
    };
    (end, verdict)
}

fn is_question(rest: &str) -> bool {
    rest.trim_end_matches(['\u{7}', '\u{1B}', '\\']).ends_with(";?")
}

/// A link: its words lie when they name another host than the address.
fn link(view: &View<'_>, end: usize, rest: &str) -> (usize, Verdict) {
    let address = rest.split_once(';').map_or("", |(_, address)| address);
    let Some(host) = host(address) else {
        let other = address.split_once(':').is_some_and(|(scheme, _)| !matches!(scheme, "file" | "mailto"));
        return (end, other.then_some((Severity::High, 0.8, "A link with a scheme that starts programs.")));
    };
    let label = view.byte_run(end, LABEL_BYTES_MAX, |byte| byte != 0x1B);
    let all = view.slice(0..view.bytes().len());
    let label = &all[all.ceil_char_boundary(label.start)..all.ceil_char_boundary(label.end)];
    let shown =
        label.split_whitespace().find_map(|word| host_of_word(word.trim_matches(['(', ')', '"', '\'', ',', '<', '>'])));
    let verdict = match shown {
        Some(shown) if !same_site(shown, host) => {
            Some((Severity::High, 0.9, "A link leads to another host than its words say."))
        }
        _ => Some((Severity::Low, 0.3, "A link of the terminal.")),
    };
    (end, verdict)
}

fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\u{7}', '\u{1B}']).next()?;
    let host = authority.rsplit('@').next()?;
    (scheme.starts_with("http") && host.contains('.')).then_some(host)
}

/// The host in `word`, when it is an address or a name with the ending of a domain.
fn host_of_word(word: &str) -> Option<&str> {
    if let Some(host) = host(word) {
        return Some(host);
    }
    let name = word.split('/').next()?.trim_end_matches(['.', ':']);
    let ending = name.rsplit_once('.')?.1;
    let known = ["com", "org", "net", "io", "dev", "gov", "edu", "example", "de", "uk", "eu", "app", "co"];
    (known.contains(&ending) && !name.contains('@')).then_some(name)
}

/// True when both end in the same two labels.
fn same_site(one: &str, other: &str) -> bool {
    let site = |host: &str| {
        let labels: Vec<String> =
            host.split(':').next().unwrap_or(host).rsplit('.').take(2).map(str::to_ascii_lowercase).collect();
        labels
    };
    site(one) == site(other)
}

/// Where the control string that holds `body` ends, behind BEL or ST.
fn string_end(view: &View<'_>, body: usize) -> usize {
    let bytes = view.bytes();
    let window = &bytes[body..bytes.len().min(body + SEQUENCE_BYTES_MAX)];
    match window.iter().position(|byte| matches!(byte, 0x07 | 0x1B | b'\n')) {
        Some(length) if window[length] == 0x07 => body + length + 1,
        Some(length) if window[length..].starts_with(b"\x1B\\") => body + length + 2,
        Some(length) => body + length,
        None => body + window.len(),
    }
}

/// True when the BEL at `at` ends a command to the terminal, which is told as a whole.
pub(crate) fn ends_command(view: &View<'_>, at: usize) -> bool {
    let window: Range<usize> = at.saturating_sub(SEQUENCE_BYTES_MAX)..at;
    let before = &view.bytes()[window];
    let last = before.iter().rposition(|byte| matches!(byte, 0x07 | 0x1B | b'\n'));
    last.is_some_and(|last| before[last] == 0x1B && matches!(before.get(last + 1), Some(b']' | b'P' | b'_' | b'^')))
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    #[test]
    fn terminal() {
        check(
            "guard.injection.ansi",
            &[
                ("done \x1B]52;c;cm0gLXJmIH4=\x07", 5..25),
                ("\x1B]8;;https://evil.example/x\x1B\\bank.example.org\x1B]8;;\x1B\\", 0..29),
                ("ok\x1B[2J\x1B", 2..6),
                ("key \x1B[24;\"ls\"p", 4..14),
                ("\x1B[8msecret", 0..4),
            ],
            &["\x1B[31mred\x1B[0m and \x1B[1;38;5;208mbold\x1B[m", "an ESC \x1B alone"],
        );
    }

    #[test]
    fn what_programs_hold_is_milder_than_what_is_printed() {
        let severities = |text: &str| -> Vec<Severity> {
            Guard::new().inspect_text(text).iter().map(|finding| finding.severity).collect()
        };
        assert_eq!(severities("x\x1B]52;c;YQ==\x07"), [Severity::High]);
        assert_eq!(severities("print('\x1B]52;c;YQ==\x07')"), [Severity::Low]);
        assert_eq!(
            severities("\x1B]8;;https://docs.example.org/a\x1B\\docs.example.org\x1B]8;;\x1B\\"),
            [Severity::Low]
        );
    }
}
