//! The live view of a watch: findings run upwards, and below them stand the counts since the start.
//!
//! It stays on the ordinary screen, so that what has passed can be scrolled back to, copied and kept. Only the lines of
//! the counts are drawn again: the cursor goes up over them, and everything below is cleared (ECMA-48 CUU, ED).

use super::line::{colour, text};
use crate::cli::table::visible;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    time::{Duration, Instant},
};
use terminal_size::{Height, Width, terminal_size};

const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "informational"];
/// Detectors that are counted by name; a server has about 200.
const DETECTORS_MAX: usize = 1_000;
/// Columns where the terminal does not say how many it has.
const COLUMNS: usize = 80;
/// How long lines may gather while more are coming.
const DRAW_EVERY: Duration = Duration::from_millis(100);

/// Columns of the terminal.
pub(super) fn size() -> usize {
    terminal_size().map_or(COLUMNS, |(Width(width), Height(_))| usize::from(width))
}

/// What is shown, and what is yet to be.
pub(super) struct Board {
    colours: bool,
    severities: [u64; SEVERITIES.len()],
    detectors: BTreeMap<String, u64>,
    waiting: Vec<String>,
    drawn: Instant,
    /// Lines of counts that stand on the screen now.
    counts_drawn: usize,
    has_ended: bool,
}

impl Board {
    pub(super) fn new(colours: bool) -> Self {
        Self {
            colours,
            severities: [0; SEVERITIES.len()],
            detectors: BTreeMap::new(),
            waiting: Vec::new(),
            drawn: Instant::now(),
            counts_drawn: 0,
            has_ended: false,
        }
    }

    /// Counts a finding, and returns its line: time, severity, detector, what, where.
    pub(super) fn line(&mut self, finding: &Value) -> String {
        self.count(finding);
        let at = |pointer: &str| visible(finding.pointer(pointer).and_then(Value::as_str).unwrap_or_default());
        let (time, severity) = (visible(text(finding, "time")), text(finding, "severity"));
        let time = time.get(11..19).unwrap_or(&time);
        let place = [at("/subject/name"), at("/evidence/0/pointer")].concat();
        let (on, off) = self.painted(severity);
        format!(
            "{time}  {on}{:<8}{off}  {:<28}  {}  {place}  {}",
            short(severity),
            visible(text(finding, "class")),
            visible(text(finding, "title")),
            at("/evidence/0/excerpt"),
        )
    }

    fn count(&mut self, finding: &Value) {
        let severity = text(finding, "severity");
        if let Some(place) = SEVERITIES.iter().position(|known| *known == severity) {
            self.severities[place] += 1;
        }
        let class = text(finding, "class");
        if self.detectors.len() < DETECTORS_MAX || self.detectors.contains_key(class) {
            *self.detectors.entry(class.to_owned()).or_default() += 1;
        }
    }

    /// Adds a line above the counts, with the next drawing.
    pub(super) fn add(&mut self, line: &str) {
        self.waiting.push(line.to_owned());
    }

    /// True when there are lines that do not stand on the screen yet.
    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// True when they have waited for long enough.
    pub(super) fn is_due(&self) -> bool {
        self.drawn.elapsed() > DRAW_EVERY
    }

    /// Nothing more will come.
    pub(super) fn finish(&mut self) {
        self.has_ended = true;
    }

    /// What to send to a terminal of so many columns.
    pub(super) fn draw(&mut self, columns: usize) -> String {
        let mut out = String::new();
        if self.counts_drawn > 0 {
            // Writing into a String cannot fail.
            let _ = write!(out, "\u{1b}[{}A\u{1b}[J", self.counts_drawn);
        }
        for line in self.waiting.drain(..) {
            out.push_str(&cut(&line, columns));
            out.push('\n');
        }
        let counts = self.counts(columns);
        self.counts_drawn = counts.len();
        counts.iter().for_each(|line| out.push_str(&format!("{line}\n")));
        self.drawn = Instant::now();
        out
    }

    /// The lines below.
    fn counts(&self, columns: usize) -> Vec<String> {
        let all: u64 = self.severities.iter().sum();
        let mut by_severity = format!("{all} found");
        for (severity, count) in SEVERITIES.iter().zip(self.severities).filter(|(_, count)| *count > 0) {
            let (on, off) = self.painted(severity);
            let _ = write!(by_severity, "   {on}{} {count}{off}", short(severity));
        }
        if !self.has_ended {
            by_severity.push_str("   (Ctrl-C ends)");
        }
        let mut lines = vec!["─".repeat(columns.saturating_sub(1)), cut(&by_severity, columns)];
        if !self.detectors.is_empty() {
            lines.push(cut(&self.by_detector(), columns));
        }
        lines
    }

    /// The detectors that have found most, first.
    fn by_detector(&self) -> String {
        let mut counts: Vec<(&String, &u64)> = self.detectors.iter().collect();
        counts.sort_by(|one, other| other.1.cmp(one.1));
        let counts: Vec<String> = counts.iter().map(|(class, count)| format!("{} {count}", visible(class))).collect();
        counts.join("   ")
    }

    fn painted(&self, severity: &str) -> (&'static str, &'static str) {
        if self.colours { (colour(severity), "\u{1b}[0m") } else { ("", "") }
    }
}

/// The name of a severity in a column of eight.
fn short(severity: &str) -> &str {
    if severity == "informational" { "info" } else { severity }
}

/// `line` in fewer characters than a terminal has columns, colours aside, so that it stays on one line.
fn cut(line: &str, columns: usize) -> String {
    let (mut shown, mut width, mut in_escape) = (String::new(), 0, false);
    for character in line.chars() {
        in_escape |= character == '\u{1b}';
        if !in_escape {
            width += 1;
            if width >= columns {
                shown.push('…');
                break;
            }
        }
        shown.push(character);
        in_escape &= character != 'm';
    }
    if line.contains('\u{1b}') {
        shown.push_str("\u{1b}[0m");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn finding(class: &str, severity: &str) -> Value {
        json!({
            "time": "2026-11-20T12:00:00.000000000Z", "severity": severity, "class": class, "title": "GitHub token",
            "subject": {"kind": "event", "name": "ci"}, "evidence": [{"pointer": "/message", "excerpt": "ghp_\u{1b}[2J"}]
        })
    }

    #[test]
    fn findings_stand_above_the_counts() {
        let mut board = Board::new(false);
        let line = board.line(&finding("guard.secret.github", "high"));
        board.add(&line);
        assert!(board.waits());
        let drawn = board.draw(120);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(
            lines[0],
            "12:00:00  high      guard.secret.github           GitHub token  ci/message  ghp_\\u{1b}[2J"
        );
        assert_eq!(lines[2..], ["1 found   high 1   (Ctrl-C ends)", "guard.secret.github 1"]);
        assert!(!board.waits());
    }

    #[test]
    fn only_the_counts_are_drawn_again() {
        let mut board = Board::new(false);
        assert!(!board.draw(80).contains('\u{1b}'), "nothing stands there yet");
        for (class, severity) in [("guard.a", "low"), ("guard.b", "critical"), ("guard.b", "informational")] {
            let line = board.line(&finding(class, severity));
            board.add(&line);
        }
        let drawn = board.draw(80);
        assert!(drawn.starts_with("\u{1b}[2A\u{1b}[J12:00:00"), "{drawn}");
        assert!(drawn.ends_with("3 found   critical 1   low 1   info 1   (Ctrl-C ends)\nguard.b 2   guard.a 1\n"));
        board.finish();
        let last = board.draw(80);
        assert!(last.starts_with("\u{1b}[3A\u{1b}[J") && !last.contains("Ctrl-C"), "{last}");
    }

    #[test]
    fn lines_fit_the_terminal() {
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("abcd", 5), "abcd");
        assert_eq!(cut("\u{1b}[31mabcdef\u{1b}[0m", 5), "\u{1b}[31mabcd…\u{1b}[0m");
        let mut board = Board::new(true);
        let line = board.line(&finding(&"guard.x".repeat(30), "high"));
        board.add(&line);
        for line in board.draw(40).lines() {
            let plain = line.replace("\u{1b}[1;31m", "").replace("\u{1b}[0m", "");
            assert!(plain.chars().count() <= 40, "{plain}");
        }
    }
}
