//! Why a policy cannot be used, and what to write instead.

use std::ops::Range;

/// What is wrong with the text of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the policy: {message}")]
pub struct PolicyError {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong there, and what to write instead.
    pub message: String,
}

impl PolicyError {
    /// The problem at the bytes `span` of `text`.
    pub(super) fn at(text: &str, span: &Range<usize>, message: impl Into<String>) -> Self {
        let before = &text[..text.floor_char_boundary(span.start)];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        }
    }
}

/// The message of `serde` about a key that is not known, with the key that was rather meant; other messages as they
/// are. Its form is that of `serde::de::Error::unknown_field`.
pub(super) fn with_nearest_key(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field `") else { return message.to_owned() };
    let mut quoted = rest.split('`');
    let unknown = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.skip(1).step_by(2).collect();
    let meant = known.iter().min_by_key(|key| distance(unknown, key));
    let likely = meant.filter(|key| distance(unknown, key) <= key.len().div_ceil(2));
    let meant = likely.map_or_else(String::new, |key| format!("; did you mean '{key}'?"));
    format!("the key '{unknown}' is not known here{meant} (known: {})", known.join(", "))
}

/// Letters of a key that are compared: all that are known are shorter.
const KEY_CHARS_MAX: usize = 32;

/// How many letters have to be added, taken away or replaced to get from `one` to `other` (Levenshtein, 1965).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(KEY_CHARS_MAX).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().take(KEY_CHARS_MAX).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (place, theirs) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *theirs);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_told() {
        let told = with_nearest_key("unknown field `actoin`, expected one of `name`, `class`, `action`");
        assert_eq!(told, "the key 'actoin' is not known here; did you mean 'action'? (known: name, class, action)");
        let none = with_nearest_key("unknown field `zzzzzzzzzz`, expected `name` or `class`");
        assert_eq!(none, "the key 'zzzzzzzzzz' is not known here (known: name, class)");
        assert_eq!(with_nearest_key("something else"), "something else");
    }

    #[test]
    fn distances() {
        for (one, other, wanted) in [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("tol", "tool", 1)] {
            assert_eq!(distance(one, other), wanted);
        }
    }

    #[test]
    fn columns_count_characters() {
        let problem = PolicyError::at("a\né = x", &(7..8), "");
        assert_eq!((problem.line, problem.column), (2, 5));
        assert_eq!(PolicyError::at("", &(9..9), "").column, 1);
    }
}
