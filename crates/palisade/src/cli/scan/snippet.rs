//! A finding as people read it: the place, the line with a mark under it, the reason, what to do.
//!
//! What stands around a finding may hold other secrets: every place that was found is masked, and what is left passes
//! through the guard once more before it is shown.

use super::{Scan, judge::Input, judge::Judged, position::Positions};
use palisade_model::{Evidence, Finding, Severity};
use std::{fmt::Write as _, ops::Range};

/// Characters of the line that are shown before and after a place.
const CONTEXT_CHARS: usize = 60;

/// Bytes of the line that are looked at to show them.
const CONTEXT_BYTES: usize = 4096;

/// All findings of `judged`, which was found in `text`.
pub(super) fn write(scan: &Scan, judged: &Judged, text: &str) -> String {
    if judged.findings.is_empty() {
        return String::new();
    }
    let source = Source { scan, positions: Positions::new(text), text, secrets: secret_spans(&judged.findings) };
    let mut out = String::new();
    for (number, finding) in judged.findings.iter().enumerate() {
        source.write_one(judged, number, finding, &mut out);
    }
    out
}

/// The text that findings are shown in.
struct Source<'t> {
    scan: &'t Scan,
    text: &'t str,
    positions: Positions<'t>,
    /// Every place where a secret stands, in order.
    secrets: Vec<Range<usize>>,
}

impl Source<'_> {
    fn write_one(&self, judged: &Judged, number: usize, finding: &Finding, out: &mut String) {
        let at = finding.evidence.first().filter(|at| at.end > at.start);
        let position = judged.place(number).map(|place| self.positions.line_and_column(place.start));
        let severity = self.paint(colour_of(finding.severity), finding.severity.name());
        let place = self.paint("1", &place_name(&judged.input, position, at));
        // Writing into a String cannot fail.
        let _ = writeln!(out, "{place} {severity} {} {}", finding.class, finding.title);
        if let Some(at) = at {
            let (before, after) = self.surroundings(at);
            let line = position.map(|(line, _)| line.to_string()).unwrap_or_default();
            let margin = " ".repeat(line.len());
            let mark = "^".repeat(at.excerpt.chars().count().max(1));
            let indent = " ".repeat(before.chars().count());
            let _ = writeln!(out, "  {line} | {before}{}{after}", at.excerpt);
            let _ = writeln!(out, "  {margin} | {indent}{}", self.paint(colour_of(finding.severity), &mark));
        }
        let _ = writeln!(out, "    {}\n    {}\n", finding.explanation, finding.remediation);
    }

    fn paint(&self, style: &str, text: &str) -> String {
        if self.scan.colour { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What stands on the line before and after `at`; nothing of that for a place within JSON, where it may be escaped.
    fn surroundings(&self, at: &Evidence) -> (String, String) {
        if !at.pointer.is_empty() {
            return (String::new(), String::new());
        }
        let text = self.text;
        let line_end = text[at.end..].find('\n').map_or(text.len(), |length| at.end + length);
        let line_start = self.positions.line_start(at.start);
        let from = text.ceil_char_boundary(line_start.max(at.start.saturating_sub(CONTEXT_BYTES)));
        let to = text.floor_char_boundary(line_end.min(at.end + CONTEXT_BYTES));
        let before = self.shown(from..at.start);
        let after = self.shown(at.end..to.max(at.end));
        let hidden = before.chars().count().saturating_sub(CONTEXT_CHARS);
        let before: String = before.chars().skip(hidden).collect();
        let after: String = after.chars().take(CONTEXT_CHARS).collect();
        (before, after.trim_end().to_owned())
    }

    /// The text at `range` with all secrets masked and everything unseen written out.
    fn shown(&self, range: Range<usize>) -> String {
        let (mut masked, mut at) = (String::new(), range.start);
        for secret in self.secrets.iter().filter(|secret| secret.start < range.end && secret.end > range.start) {
            masked.push_str(&self.text[at..secret.start.max(at)]);
            masked.push_str("********");
            at = secret.end.clamp(at, range.end);
        }
        masked.push_str(&self.text[at..range.end]);
        printable(&self.scan.guard.mask(&masked))
    }
}

/// `file:line:column`, which terminals and editors make a link of; in JSON with the pointer.
fn place_name(input: &Input, position: Option<(usize, usize)>, at: Option<&Evidence>) -> String {
    let name = match input {
        Input::Path(path) => printable(path),
        Input::Line(number) => format!("line {number}"),
    };
    let pointer = at.map(|at| at.pointer.as_str()).filter(|pointer| !pointer.is_empty());
    let pointer = pointer.map(|pointer| format!(" ({})", printable(pointer))).unwrap_or_default();
    match position {
        Some((line, column)) => format!("{name}:{line}:{column}{pointer}"),
        None => format!("{name}{pointer}"),
    }
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

/// `text` with what a terminal would obey, or would not show, written out. Tabs become blanks, so that marks fit.
pub(super) fn printable(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::scan::{Format, tests};
    use palisade_model::Subject;

    fn text_of(text: &str) -> String {
        let scan = tests::scan(Format::Text, None);
        write(&scan, &Judged::of(&scan, Input::Path("f".into()), Subject::default(), text, text.starts_with('{')), text)
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
    fn in_json_the_line_of_the_string_is_named() {
        let shown = text_of("{\"a\": 1,\n  \"b\": [\"pay\\u202etxt.exe\"]}");
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "f:2:9 (/b/0) high guard.unicode.bidi Bidirectional control characters reorder text");
        assert!(lines[1].starts_with(r"  2 | \u{202E}"), "{shown}");
    }

    #[test]
    fn terminal_escapes_are_not_obeyed() {
        let shown = text_of("\x1b[31mred \u{202E}x");
        assert!(!shown.contains('\x1b') && shown.contains(r"\u{001B}[31mred"), "{shown}");
    }
}
