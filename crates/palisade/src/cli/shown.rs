//! What commands about alerts and incidents have in common: parts of JSON answers as cells, and how long ago.

use super::table::Cell;
use serde_json::Value;

/// Characters of a cell; a summary may be as long as it likes.
pub const CELL_CHARS_MAX: usize = 80;

/// The text at this JSON Pointer; empty when there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The same as a cell.
pub fn cell(value: &Value, pointer: &str) -> Cell {
    value.pointer(pointer).map_or_else(|| Cell::text(""), Cell::value)
}

/// The list at this key, as JSON or through `table`.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn print(answer: &Value, format: super::Format, table: impl FnOnce(&Value) -> String) -> anyhow::Result<String> {
    Ok(match format {
        super::Format::Json => serde_json::to_string_pretty(answer)? + "\n",
        super::Format::Table => table(answer),
    })
}

/// The items of a page, and a line that says that there are more.
pub fn items(page: &Value) -> (&[Value], &'static str) {
    let items = page.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let has_more = page.get("next").is_some_and(|next| !next.is_null());
    (items, if has_more { "There are more: raise --limit, or ask for fewer.\n" } else { "" })
}

/// How long ago a time is, in the largest whole unit: `3m`, `2h`, `5d`.
pub fn age(time: &str, now: jiff::Timestamp) -> String {
    let Ok(time) = time.parse::<jiff::Timestamp>() else { return String::new() };
    let seconds = now.as_second().saturating_sub(time.as_second());
    let (sign, seconds) = if seconds < 0 { ("in ", -seconds) } else { ("", seconds) };
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, 's'));
    format!("{sign}{}{unit}", seconds / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_in_their_largest_unit() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        for (time, wanted) in [
            ("2026-11-20T11:59:30.5Z", "30s"),
            ("2026-11-20T11:00:01Z", "59m"),
            ("2026-11-20T11:00:00Z", "1h"),
            ("2026-11-10T11:00:00Z", "10d"),
            ("2026-11-20T14:00:00Z", "in 2h"),
            ("", ""),
        ] {
            assert_eq!(age(time, now), wanted, "{time}");
        }
    }
}
