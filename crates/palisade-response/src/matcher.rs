//! Conditions on labels, in Alertmanager's notation: `severity="critical"`, `host!~"test-.*"`.
//!
//! A regular expression matches the whole value, has no look-around, and is bounded in size and in what it compiles to,
//! so matching takes time in proportion to the value. A label that an alert does not have counts as empty.

use crate::limits::{MATCHERS_MAX, PATTERN_BYTES_MAX, REGEX_BYTES_MAX};
use palisade_model::Labels;
use regex_automata::meta::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

mod index;
mod notation;

pub(crate) use index::{MatcherIndex, confirmed};
pub use notation::parse_matchers;

/// How a matcher compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Matches,
    /// `!~`
    NotMatches,
}

impl Comparison {
    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Matches => "=~",
            Self::NotMatches => "!~",
        }
    }

    /// Whether it stands for a regular expression; what Alertmanager's API calls `isRegex`.
    #[must_use]
    pub const fn is_regex(self) -> bool {
        matches!(self, Self::Matches | Self::NotMatches)
    }

    /// Whether it asks for a match and not for none; what Alertmanager's API calls `isEqual`.
    #[must_use]
    pub const fn is_equal(self) -> bool {
        matches!(self, Self::Equal | Self::Matches)
    }

    /// The comparison with these two properties.
    #[must_use]
    pub const fn of(is_regex: bool, is_equal: bool) -> Self {
        match (is_regex, is_equal) {
            (false, true) => Self::Equal,
            (false, false) => Self::NotEqual,
            (true, true) => Self::Matches,
            (true, false) => Self::NotMatches,
        }
    }
}

/// One condition on one label. Its JSON and TOML form is its notation.
#[derive(Clone, Debug)]
pub struct Matcher {
    name: String,
    comparison: Comparison,
    value: String,
    regex: Option<Regex>,
}

/// Why a matcher is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatcherError {
    /// The notation is not that of matchers.
    #[error("'{text}' is not a matcher ({reason}): write it like severity=\"critical\", with =, !=, =~ or !~")]
    Notation {
        /// What was written, shortened.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The regular expression cannot be used.
    #[error("the regular expression '{pattern}' cannot be used: {reason}")]
    Regex {
        /// The expression, shortened.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There are too many.
    #[error("there are more than {MATCHERS_MAX} matchers")]
    TooMany,
}

impl Matcher {
    /// The condition that the label `name` compares to `value`.
    ///
    /// # Errors
    /// When the name is empty, or the regular expression is wrong or too large.
    pub fn new(name: &str, comparison: Comparison, value: &str) -> Result<Self, MatcherError> {
        if name.is_empty() {
            return Err(MatcherError::Notation { text: shortened(value), reason: "the name of the label is missing" });
        }
        let regex = comparison.is_regex().then(|| compile(value)).transpose()?;
        Ok(Self { name: name.to_owned(), comparison, value: value.to_owned(), regex })
    }

    /// The label.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it compares.
    #[must_use]
    pub const fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// The value or pattern.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// True when the label in `labels` is as asked.
    #[must_use]
    pub fn is_met(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.name).map_or("", String::as_str);
        match (&self.regex, self.comparison) {
            (None, Comparison::NotEqual) => value != self.value,
            (None, _) => value == self.value,
            (Some(regex), Comparison::NotMatches) => !regex.is_match(value),
            (Some(regex), _) => regex.is_match(value),
        }
    }
}

/// True when all of `matchers` are met.
#[must_use]
pub fn all_met(matchers: &[Matcher], labels: &Labels) -> bool {
    matchers.iter().all(|matcher| matcher.is_met(labels))
}

/// The expression for whole values.
fn compile(pattern: &str) -> Result<Regex, MatcherError> {
    let error = |reason: String| MatcherError::Regex { pattern: shortened(pattern), reason };
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(error(format!("it is longer than {PATTERN_BYTES_MAX} bytes")));
    }
    let config = Regex::config().nfa_size_limit(Some(REGEX_BYTES_MAX)).onepass_size_limit(Some(REGEX_BYTES_MAX));
    let built = Regex::builder().configure(config).build(&format!("^(?s:{pattern})$"));
    let regex = built.map_err(|cause| match cause.size_limit() {
        Some(_) => error("it is too large when compiled; use fewer repetitions".to_owned()),
        None => error(cause.syntax_error().map_or_else(|| cause.to_string(), ToString::to_string)),
    })?;
    // The pattern must be one by itself: `a)|(b` would escape the brackets around it.
    Regex::builder()
        .configure(Regex::config().nfa_size_limit(Some(REGEX_BYTES_MAX)))
        .build(pattern)
        .map_err(|cause| error(cause.syntax_error().map_or_else(|| cause.to_string(), ToString::to_string)))?;
    Ok(regex)
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.comparison, &self.value) == (&other.name, other.comparison, &other.value)
    }
}

impl Eq for Matcher {}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        notation::write_name(formatter, &self.name)?;
        formatter.write_str(self.comparison.sign())?;
        notation::write_quoted(formatter, &self.value)
    }
}

impl FromStr for Matcher {
    type Err = MatcherError;

    fn from_str(text: &str) -> Result<Self, MatcherError> {
        notation::parse_matcher(text)
    }
}

impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "matcher/tests.rs"]
mod tests;
