//! Aligned columns on a terminal.
//!
//! What stands in a cell came from elsewhere and may carry control characters that would move the cursor, or
//! directional ones that would show another text than is there: both are shown as escapes.

use std::fmt::Write as _;

/// One cell of a table.
pub struct Cell {
    text: String,
    right: bool,
}

impl Cell {
    /// Text, aligned left.
    #[must_use]
    pub fn text(text: impl AsRef<str>) -> Self {
        Self { text: visible(text.as_ref()), right: false }
    }

    /// A number, aligned right.
    #[must_use]
    pub fn number(number: impl ToString) -> Self {
        Self { text: number.to_string(), right: true }
    }

    /// A value of a query's answer.
    #[must_use]
    pub fn value(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::text(""),
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Number(number) => Self::number(number),
            other => Self::text(other.to_string()),
        }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn cut(&mut self, width_max: usize) {
        if self.width() > width_max {
            self.text = self.text.chars().take(width_max.saturating_sub(1)).collect();
            self.text.push('…');
        }
    }
}

/// The table as text, every line ended. Cells wider than `width_max` are cut.
#[must_use]
pub fn render(head: &[&str], mut rows: Vec<Vec<Cell>>, width_max: Option<usize>) -> String {
    if let Some(width_max) = width_max {
        rows.iter_mut().flatten().for_each(|cell| cell.cut(width_max));
    }
    let head: Vec<String> = head.iter().map(|name| visible(name)).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(Cell::width).max().unwrap_or(0);
        cells.max(head[column].chars().count())
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let is_right = |column: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.text.is_empty()).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.right)
    };
    let right: Vec<bool> = (0..head.len()).map(is_right).collect();

    let mut text = String::new();
    write_line(&mut text, head.iter().map(String::as_str), &widths, &right);
    let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
    write_line(&mut text, rules.iter().map(String::as_str), &widths, &right);
    for row in &rows {
        write_line(&mut text, row.iter().map(|cell| cell.text.as_str()), &widths, &right);
    }
    text
}

fn write_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>, widths: &[usize], right: &[bool]) {
    let start = text.len();
    for ((cell, &width), &right) in cells.zip(widths).zip(right) {
        let gap = if text.len() == start { "" } else { "  " };
        let _ = if right { write!(text, "{gap}{cell:>width$}") } else { write!(text, "{gap}{cell:<width$}") };
    }
    text.truncate(start + text[start..].trim_end_matches(' ').len());
    text.push('\n');
}

/// `text` with everything that does not show as itself written as an escape.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            letter if misleads(letter) => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    shown
}

/// Control characters, zero-width and directional ones, and tags.
fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(head: &[&str], rows: serde_json::Value, width_max: Option<usize>, wanted: &[&str]) {
        let rows = rows.as_array().unwrap();
        let rows = rows.iter().map(|row| row.as_array().unwrap().iter().map(Cell::value).collect()).collect();
        assert_eq!(render(head, rows, width_max).lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn numbers_stand_right_and_text_left() {
        check(
            &["kind", "count"],
            json!([["login", 7], ["http", 12345], ["dns", null]]),
            None,
            &["kind   count", "─────  ─────", "login      7", "http   12345", "dns"],
        );
    }

    #[test]
    fn columns_of_both_stand_left() {
        check(&["v"], json!([[1], ["ab"]]), None, &["v", "──", "1", "ab"]);
    }

    #[test]
    fn wide_cells_are_cut_where_asked() {
        check(&["m"], json!([["abcdefgh"], ["grüße"]]), Some(5), &["m", "─────", "abcd…", "grüße"]);
    }

    #[test]
    fn no_rows_is_only_a_head() {
        check(&["a", "b"], json!([]), None, &["a  b", "─  ─"]);
    }

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_text() {
        assert_eq!(visible("a\u{1b}[2J\u{202e}b\u{e0041}\n"), "a\\u{1b}[2J\\u{202e}b\\u{e0041}\\n");
        assert_eq!(visible("grüße ✓ سلام"), "grüße ✓ سلام");
    }
}
