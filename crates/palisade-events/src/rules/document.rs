//! The text of a file of rules: its documents, and the line on which something in it stands.

use crate::limits::CONDITION_DEPTH_MAX;

/// The documents of a file, each with the line on which it begins.
pub(crate) fn documents(text: &str) -> Vec<(usize, &str)> {
    let (mut found, mut start, mut first_line, mut at) = (Vec::new(), 0, 1, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_end() == "---" {
            found.push((first_line, &text[start..at]));
            (start, first_line) = (at + line.len(), index + 2);
        }
        at += line.len();
    }
    found.push((first_line, &text[start..]));
    found.retain(|(_, document)| document.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')));
    found
}

/// Why conditions in the document could be nested too deep for a parser that works by recursion.
pub(super) fn too_deep(text: &str) -> Option<&'static str> {
    let (mut open, mut negations) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > CONDITION_DEPTH_MAX {
            return Some("too many brackets are open at once");
        }
    }
    for word in text.split_ascii_whitespace() {
        negations = if word.eq_ignore_ascii_case("not") { negations + 1 } else { 0 };
        if negations > CONDITION_DEPTH_MAX {
            return Some("too many `not` stand in a row");
        }
    }
    None
}

/// The line, counted from 1, on which `near` stands first; 1 where it does not.
pub(super) fn line_of(text: &str, near: &str) -> usize {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let begins_word = |(at, _): &(usize, &str)| !near.starts_with(is_of_word) || !text[..*at].ends_with(is_of_word);
    let place = if near.is_empty() { None } else { text.match_indices(near).find(begins_word).map(|(at, _)| at) };
    place.map_or(1, |place| 1 + text[..place].bytes().filter(|byte| *byte == b'\n').count())
}

/// The line of the file for `near` in a document whose title stands on `title_line`.
pub(super) fn line_within(text: &str, title_line: usize, near: &str) -> usize {
    let title = text.lines().position(|line| line.starts_with("title:")).map_or(1, |index| index + 1);
    match line_of(text, near) {
        1 => title_line,
        line => (title_line + line).saturating_sub(title),
    }
}

/// The line that a message of the parser is about.
pub(super) fn line_of_error(text: &str, message: &str) -> usize {
    let quoted = message.strip_prefix("Unknown modifier '").and_then(|rest| rest.strip_suffix('\''));
    if let Some(modifier) = quoted {
        return line_of(text, &format!("|{modifier}"));
    }
    if message.starts_with("Condition parse error") {
        return line_of(text, "condition:");
    }
    let told = message.split_once(" at line ").map(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next());
    told.flatten().and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// The first line of a message, and what the last one adds.
pub(super) fn one_line(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    match lines.next_back() {
        Some(last) => format!("{} {}", first.trim_end_matches("-->"), last.trim_start_matches("= ")),
        None => first.to_owned(),
    }
}
