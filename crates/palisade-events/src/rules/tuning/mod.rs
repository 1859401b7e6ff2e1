//! Tuning: what users change about rules that others wrote, without editing them.
//!
//! ```toml
//! [[allow]]                       # events that are known to be harmless, though the rule matches
//! rule = "7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11"
//! reason = "the agent of our monitoring asks who it is"
//! expires = 2027-01-31            # the last day on which it counts, in UTC
//! event = { "ParentImage|endswith" = '\agent.exe', User = 'CORP\svc-monitor' }
//!
//! [[severity]]                    # how bad a match is here
//! rule = ["Whoami*", "failed_logon"]
//! severity = "low"
//! reason = "administrators do this all day"
//!
//! [[disable]]                     # rules that do not run here
//! tag = "attack.t1197"
//! path = "*/windows/*"
//! reason = "no machine of ours has this service"
//! ```
//!
//! **Which rules.** `rule` is an id, a name or a title, `tag` a tag, `path` the file as it was named; each may be a list,
//! and hold `*` and `?`. What is given must all fit. The first entry for a severity counts, every `allow` does.
//!
//! **What is allowed.** `event` is a detection as rules have it: fields with modifiers that must all fit, several values
//! of one field as alternatives, a list of such tables as alternatives too. It speaks of the fields that the rule speaks
//! of: pipelines rewrite both.
//!
//! **What is wrong.** A text that says what tuning cannot say is refused as a whole, with its line. An entry for a rule
//! that is not loaded does not count and is told: a list of rules may lose one, and the rest must go on. An entry that
//! has expired does not count and is told too.
//!
//! **What it must not know.** The clock: whoever loads rules says what time it is.

mod applying;
mod reading;

pub(super) use applying::{Applying, Decided, Exception, Subject};

use super::pattern::Pattern;
use jiff::civil::Date;
use palisade_model::Severity;
use rsigma_parser::SigmaRule;
use serde::Serialize;
use std::fmt;

/// What a file says about rules.
#[derive(Clone, Debug, Default)]
pub struct Tuning {
    file: String,
    entries: Vec<Entry>,
}

/// One entry of a file.
#[derive(Clone, Debug)]
struct Entry {
    line: usize,
    scope: Scope,
    effect: Effect,
    reason: String,
    /// The last day on which it counts, in UTC.
    last_day: Option<Date>,
}

#[derive(Clone, Debug)]
enum Effect {
    Disable,
    Severity(Severity),
    /// The detection of a rule stands for the events that are allowed.
    Allow(Box<SigmaRule>),
}

/// The rules that an entry is about. What is empty is left open.
#[derive(Clone, Debug)]
struct Scope {
    rules: Vec<Wanted>,
    tags: Vec<Wanted>,
    paths: Vec<Wanted>,
}

/// A pattern as it is written, for people, and as it is held against names.
#[derive(Clone, Debug)]
struct Wanted {
    written: String,
    pattern: Pattern,
}

/// An entry that counts for a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tuned {
    /// What it does: `disabled`, `severity low` or `allow`.
    pub effect: String,
    /// The file in which it stands.
    pub file: String,
    /// The line on which it begins.
    pub line: usize,
    /// Why somebody has put it there.
    pub reason: String,
    /// The last day on which it counts, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

impl fmt::Display for Tuned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { effect, file, line, reason, expires } = self;
        write!(formatter, "{effect} at {file}:{line}: {reason}")?;
        expires.as_ref().map_or(Ok(()), |day| write!(formatter, " (until {day})"))
    }
}

/// A rule or correlation that tuning has switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisabledRule {
    /// Its id, or its name or title where it has none.
    pub id: String,
    /// The name by which correlations may call it, empty when it has none.
    pub name: String,
    /// One line for a list.
    pub title: String,
    /// The file that it stands in.
    pub file: String,
    /// The line on which it begins.
    pub line: usize,
    /// Who says so, and why.
    pub by: Tuned,
}

impl Entry {
    fn tuned(&self, file: &str) -> Tuned {
        let effect = match &self.effect {
            Effect::Disable => "disabled".to_owned(),
            Effect::Severity(severity) => format!("severity {severity}"),
            Effect::Allow(_) => "allow".to_owned(),
        };
        let expires = self.last_day.map(|day| day.to_string());
        Tuned { effect, file: file.to_owned(), line: self.line, reason: self.reason.clone(), expires }
    }
}

impl Wanted {
    /// True when it fits one of `texts`, which are in lower case.
    fn fits_one(&self, texts: &[String]) -> bool {
        texts.iter().any(|text| self.pattern.matches(text))
    }
}

#[cfg(test)]
mod tests;
