//! A finding as people read it: the place, the line with a mark under it, the reason, what to do.
//!
//! What stands around a finding may hold other secrets: every place that was found is masked, and what is left passes
//! through the guard once more before it is shown.

use super::{Scan, judge::Input, judge::Judged};
use palisade_model::{Evidence, Finding, Severity};
use std::{fmt::Write as _, ops::Range};

/// Characters of the line that are shown before and after a place.
const CONTEXT_CHARS: usize = 60;

/// Bytes of the line that are looked at to show them.
const CONTEXT_BYTES: usize = 4096;

/// All findings of `judged`, which was found in `text`.
pub(super) fn write(scan: &Scan, judged: &Judged, text: &str) -> String {
    let mut out = String::new();
    let secrets = secret_spans(&judged.findings);
    for finding in &judged.findings {
        write_one(scan, &judged.input, finding, text, &secrets, &mut out);
    }
    out
}

fn write_one(scan: &Scan, input: &Input, finding: &Finding, text: &str, secrets: &[Range<usize>], out: &mut String) {
    let paint = |style, text: &str| if scan.colour { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() };
    let name = match input {
        Input::Path(path) => printable(path),
        Input::Line(number) => format!("line {number}"),
    };
    let at = finding.evidence.first().filter(|at| at.end > at.start);
    let place = match at {
        Some(at) if at.pointer.is_empty() => {
            let (line, column) = line_and_column(text, at.start);
            format!("{name}:{line}:{column}")
        }
        Some(at) => format!("{name}#{}:{}", printable(&at.pointer), at.start),
        None => name,
    };
    let severity = paint(colour_of(finding.severity), finding.severity.name());
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{} {severity} {} {}", paint("1", &place), finding.class, finding.title);
    if let Some(at) = at {
        let (number, before, after) = surroundings(scan, at, text, secrets);
        let margin = " ".repeat(number.len());
        let mark = "^".repeat(at.excerpt.chars().count().max(1));
        let indent = " ".repeat(before.chars().count());
        let _ = writeln!(out, "  {number} | {before}{}{after}", at.excerpt);
        let _ = writeln!(out, "  {margin} | {indent}{}", paint(colour_of(finding.severity), &mark));
    }
    let _ = writeln!(out, "    {}\n    {}\n", finding.explanation, finding.remediation);
}

fn colour_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "1;31",
        Severity::Medium => "33",
        Severity::Low | Severity::Informational => "36",
    }
}

/// Every place in the text itself where a secret stands, in order.
fn secret_spans(findings: &[Finding]) -> Vec<Range<usize>> {
    let secrets = findings.iter().filter(|finding| finding.class.starts_with("guard.secret."));
    let places = secrets.flat_map(|finding| &finding.evidence).filter(|at| at.pointer.is_empty());
    let mut spans: Vec<Range<usize>> = places.map(|at| at.start..at.end).collect();
    spans.sort_by_key(|span| span.start);
    spans
}

/// The line number, and what stands on the line before and after `at`; nothing of that for a place within JSON.
fn surroundings(scan: &Scan, at: &Evidence, text: &str, secrets: &[Range<usize>]) -> (String, String, String) {
    if !at.pointer.is_empty() {
        return (" ".to_owned(), String::new(), String::new());
    }
    let line_start = text[..at.start].rfind('\n').map_or(0, |end| end + 1);
    let line_end = text[at.end..].find('\n').map_or(text.len(), |length| at.end + length);
    let from = text.ceil_char_boundary(line_start.max(at.start.saturating_sub(CONTEXT_BYTES)));
    let to = text.floor_char_boundary(line_end.min(at.end + CONTEXT_BYTES));
    let before = shown(scan, text, from..at.start, secrets);
    let after = shown(scan, text, at.end..to.max(at.end), secrets);
    let hidden = before.chars().count().saturating_sub(CONTEXT_CHARS);
    let before: String = before.chars().skip(hidden).collect();
    let after: String = after.chars().take(CONTEXT_CHARS).collect();
    (line_and_column(text, at.start).0.to_string(), before, after.trim_end().to_owned())
}

/// The text at `range` with all secrets masked and everything unseen written out.
fn shown(scan: &Scan, text: &str, range: Range<usize>, secrets: &[Range<usize>]) -> String {
    let (mut masked, mut at) = (String::new(), range.start);
    for secret in secrets.iter().filter(|secret| secret.start < range.end && secret.end > range.start) {
        masked.push_str(&text[at..secret.start.max(at)]);
        masked.push_str("********");
        at = secret.end.clamp(at, range.end);
    }
    masked.push_str(&text[at..range.end]);
    printable(&scan.guard.mask(&masked))
}

/// `text` with what a terminal would obey, or would not show, written out. Tabs become blanks, so that marks fit.
fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => printable.push(' '),
            unseen if unseen.is_control() || is_unseen(unseen) => {
                let _ = write!(printable, "\\u{{{:04X}}}", u32::from(unseen));
            }
            plain => printable.push(plain),
        }
    }
    printable
}

/// True for characters without a shape, and those that change the order of others on a terminal.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
}

/// Line and column of the byte `at`, both from 1, the column in characters.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (line, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::scan::{Format, judge, tests};
    use palisade_model::Subject;

    fn text_of(text: &str) -> String {
        let scan = tests::scan(Format::Text, None);
        let drafts = judge::inspect(&scan, text, false);
        write(&scan, &Judged::new(&scan, Input::Path("f".into()), Subject::default(), drafts), text)
    }

    #[test]
    fn other_secrets_on_the_line_stay_hidden() {
        let (id, secret) = (concat!("AKIA", "Q3EGHWJ2TLMZ5KRP"), "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKo/nWz");
        let token = concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s");
        let shown = text_of(&format!("{id} {secret} {token} \u{202E}x {token}"));
        for hidden in [&id[6..], &secret[6..], &token[8..]] {
            assert!(!shown.contains(hidden), "{hidden} in {shown}");
        }
        assert_eq!(shown.matches(" | AKIA********").count(), 1);
    }

    #[test]
    fn the_mark_stands_under_the_place() {
        let shown = text_of("first\n\tpay\u{202E}txt.exe");
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "f:2:5 high guard.unicode.bidi Bidirectional control characters reorder text");
        assert_eq!(lines[1], r"  2 |  pay\u{202E}txt.exe");
        assert_eq!(lines[2], "    |     ^^^^^^^^^^^^^^^");
    }

    #[test]
    fn terminal_escapes_are_not_obeyed() {
        let shown = text_of("\x1b[31mred \u{202E}x");
        assert!(!shown.contains('\x1b') && shown.contains(r"\u{001B}[31mred"), "{shown}");
    }
}
