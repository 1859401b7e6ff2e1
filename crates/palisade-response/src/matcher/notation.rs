//! The notation of matchers: `{name="value", other=~"a|b"}`, braces and quotes optional where nothing is in doubt.

use super::{Comparison, Matcher, MatcherError, shortened};
use crate::limits::MATCHERS_MAX;
use std::fmt;

/// Reads one or several matchers, with or without braces around them.
///
/// # Errors
/// When one is not as it should be; says which.
pub fn parse_matchers(text: &str) -> Result<Vec<Matcher>, MatcherError> {
    let mut rest = text.trim();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner.strip_suffix('}').ok_or_else(|| error(text, "the closing brace is missing"))?;
    }
    let mut matchers = Vec::new();
    rest = rest.trim_start();
    while !rest.is_empty() {
        let (matcher, after) = one(rest)?;
        matchers.push(matcher);
        if matchers.len() > MATCHERS_MAX {
            return Err(MatcherError::TooMany);
        }
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return Err(error(after, "a comma is missing before it")),
        };
    }
    Ok(matchers)
}

/// Reads exactly one matcher.
pub(super) fn parse_matcher(text: &str) -> Result<Matcher, MatcherError> {
    let (matcher, rest) = one(text.trim())?;
    if rest.trim().is_empty() { Ok(matcher) } else { Err(error(rest, "something stands after the matcher")) }
}

/// The matcher at the start of `text`, and what follows it.
fn one(text: &str) -> Result<(Matcher, &str), MatcherError> {
    let (name, rest) = name(text)?;
    let (comparison, rest) = comparison(rest.trim_start()).ok_or_else(|| error(text, "the comparison is missing"))?;
    let (value, rest) = value(rest.trim_start())?;
    Ok((Matcher::new(&name, comparison, &value)?, rest))
}

fn name(text: &str) -> Result<(String, &str), MatcherError> {
    if text.starts_with('"') {
        return quoted(text);
    }
    let end = text.find(['=', '!']).ok_or_else(|| error(text, "the comparison is missing"))?;
    let name = text[..end].trim_end();
    let is_plain = !name.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | '"' | '~' | '\\'));
    if is_plain { Ok((name.to_owned(), &text[end..])) } else { Err(error(text, "the name of the label is not plain")) }
}

fn comparison(text: &str) -> Option<(Comparison, &str)> {
    // The longer signs first: `=` begins `=~`.
    const SIGNS: [Comparison; 4] =
        [Comparison::Matches, Comparison::NotMatches, Comparison::NotEqual, Comparison::Equal];
    SIGNS.into_iter().find_map(|comparison| Some((comparison, text.strip_prefix(comparison.sign())?)))
}

fn value(text: &str) -> Result<(String, &str), MatcherError> {
    if text.starts_with('"') {
        return quoted(text);
    }
    // Without quotes it ends at the comma.
    let end = text.find(',').unwrap_or(text.len());
    let value = text[..end].trim_end();
    if value.contains('"') {
        Err(error(text, "a quotation mark stands within the value"))
    } else {
        Ok((value.to_owned(), &text[end..]))
    }
}

/// The text within quotation marks at the start of `text`, and what follows them.
fn quoted(text: &str) -> Result<(String, &str), MatcherError> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, '"')) => value.push('"'),
                Some((_, '\\')) => value.push('\\'),
                // Patterns are written with single backslashes: `\d` stays as it is.
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err(error(text, "the closing quotation mark is missing"))
}

fn error(text: &str, reason: &'static str) -> MatcherError {
    MatcherError::Notation { text: shortened(text), reason }
}

/// Writes the name of a label, within quotation marks where it is not plain.
pub(super) fn write_name(formatter: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-' | '/'));
    if is_plain { formatter.write_str(name) } else { write_quoted(formatter, name) }
}

/// Writes `text` within quotation marks.
pub(super) fn write_quoted(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    formatter.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' => formatter.write_str("\\\"")?,
            '\\' => formatter.write_str("\\\\")?,
            '\n' => formatter.write_str("\\n")?,
            other => fmt::Write::write_char(formatter, other)?,
        }
    }
    formatter.write_str("\"")
}
