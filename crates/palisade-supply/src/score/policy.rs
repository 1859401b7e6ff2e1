//! What is told, what fails a run, and what is let pass: a small policy that users write in TOML.
//!
//! ```toml
//! extends = "balanced"        # observe, balanced or strict
//! report = 0.5                # probability from which a likeness is told
//! fail_on = "medium"          # severity from which a run fails; "never" lets every run pass
//!
//! [[suppress]]
//! package = "npm/loadsh"      # ecosystem/name, with * for any letters; @version behind it for one version only
//! class = "supply.squat"      # this class and all below it; all when left out
//! reference = "CVE-2026-1"    # findings that name it; all when left out
//! reason = "our own package, older than the policy"
//! expires = 2027-01-31        # the last day on which it counts, in UTC
//! ```

use super::judge::FAIL_ON;
use crate::Package;
use palisade_model::{Finding, Severity, Timestamp};
use serde::Deserialize;

/// Rules that a policy may have.
const SUPPRESSIONS_MAX: usize = 10_000;
const TEXT_MAX: usize = 4 << 20;

/// What to do about findings on packages.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The probability from which a likeness becomes a finding.
    pub report: f64,
    /// The severity from which a run fails, if any.
    pub fail_on: Option<Severity>,
    /// What is let pass.
    pub suppressions: Vec<Suppression>,
}

/// A starting point that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Tells what is likely, fails nothing.
    Observe,
    /// Tells what is likely, fails from medium on.
    Balanced,
    /// Tells what is possible, fails from low on.
    Strict,
}

/// A finding that is let pass, for a reason and maybe for a time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// `ecosystem/name`, or `ecosystem/name@version`; `*` stands for any letters.
    pub package: String,
    /// A class and all below it.
    #[serde(default)]
    pub class: Option<String>,
    /// One of the finding's references.
    #[serde(default)]
    pub reference: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    #[serde(default)]
    pub expires: Option<Day>,
}

/// A day in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "toml::value::Datetime")]
pub struct Day(pub i64);

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision<'a> {
    /// It is told, and fails the run.
    Fail,
    /// It is told.
    Tell,
    /// It is let pass.
    Suppress(&'a Suppression),
}

/// Why a policy was not taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// It is longer than any policy.
    #[error("longer than {TEXT_MAX} bytes")]
    TooLong,
    /// It is no TOML, or has keys and values that are not known.
    #[error("{0}")]
    Form(String),
    /// A value cannot be meant.
    #[error("{0}")]
    Value(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default = "balanced")]
    extends: Preset,
    report: Option<f64>,
    fail_on: Option<String>,
    #[serde(default)]
    suppress: Vec<Suppression>,
}

fn balanced() -> Preset {
    Preset::Balanced
}

impl Default for Policy {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl Policy {
    /// The policy of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let (report, fail_on) = match preset {
            Preset::Observe => (0.5, None),
            Preset::Balanced => (0.5, Some(FAIL_ON)),
            Preset::Strict => (0.2, Some(Severity::Low)),
        };
        Self { report, fail_on, suppressions: Vec::new() }
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// When the text is no TOML, has keys that are not known, or values that cannot be meant; with line and column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > TEXT_MAX {
            return Err(PolicyError::TooLong);
        }
        let written: Written = toml::from_str(text).map_err(|error| PolicyError::Form(error.to_string()))?;
        let mut policy = Self::preset(written.extends);
        if let Some(report) = written.report {
            policy.report = probability(report)?;
        }
        if let Some(fail_on) = written.fail_on {
            policy.fail_on = severity(&fail_on)?;
        }
        if written.suppress.len() > SUPPRESSIONS_MAX {
            return Err(PolicyError::Value(format!("more than {SUPPRESSIONS_MAX} suppressions")));
        }
        for suppression in &written.suppress {
            suppression.check()?;
        }
        policy.suppressions = written.suppress;
        Ok(policy)
    }

    /// The suppression that lets `finding` about `package` pass at `now`, if there is one.
    #[must_use]
    pub fn suppression(&self, package: &Package, finding: &Finding, now: Timestamp) -> Option<&Suppression> {
        self.suppressions.iter().find(|suppression| suppression.fits(package, finding, now))
    }

    /// The suppressions that no longer count at `now`, for telling that they can go.
    pub fn expired(&self, now: Timestamp) -> impl Iterator<Item = &Suppression> {
        self.suppressions.iter().filter(move |suppression| suppression.expired(now))
    }

    /// What becomes of `finding` about `package` at `now`.
    #[must_use]
    pub fn decide(&self, package: &Package, finding: &Finding, now: Timestamp) -> Decision<'_> {
        match self.suppression(package, finding, now) {
            Some(suppression) => Decision::Suppress(suppression),
            None if self.fail_on.is_some_and(|severity| finding.severity >= severity) => Decision::Fail,
            None => Decision::Tell,
        }
    }
}

fn probability(value: f64) -> Result<f64, PolicyError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(PolicyError::Value(format!("`report` is a probability between 0 and 1, not {value}")))
    }
}

fn severity(text: &str) -> Result<Option<Severity>, PolicyError> {
    if text.eq_ignore_ascii_case("never") {
        return Ok(None);
    }
    let read: Result<Severity, _> = text.parse();
    read.map(Some).map_err(|error| PolicyError::Value(format!("`fail_on`: {error}, or never")))
}

impl Suppression {
    fn check(&self) -> Result<(), PolicyError> {
        let whole = self.package.split_once('/').is_some_and(|(ecosystem, name)| {
            !name.is_empty() && (ecosystem == "*" || ecosystem.parse::<crate::Ecosystem>().is_ok())
        });
        if !whole {
            let text: String = self.package.chars().take(64).collect();
            return Err(PolicyError::Value(format!(
                "`package` is written ecosystem/name, as npm/lodash, not `{text}`"
            )));
        }
        if self.reason.trim().is_empty() {
            return Err(PolicyError::Value(format!("the suppression of {} says no reason", self.package)));
        }
        Ok(())
    }

    fn expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|day| now.days() > day.0)
    }

    fn fits(&self, package: &Package, finding: &Finding, now: Timestamp) -> bool {
        !self.expired(now)
            && self.class.as_deref().is_none_or(|class| below(class, &finding.class))
            && self.reference.as_ref().is_none_or(|reference| finding.references.contains(reference))
            && self.names(package)
    }

    fn names(&self, package: &Package) -> bool {
        let Some((ecosystem, rest)) = self.package.split_once('/') else { return false };
        let here = ecosystem == "*" || ecosystem.parse() == Ok(package.ecosystem);
        // A scope begins with the sign that stands before a version.
        let at = rest.char_indices().skip(1).filter(|(_, character)| *character == '@').last().map(|(at, _)| at);
        let (name, version) = at.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
        let of_version = version.is_none_or(|version| package.version.as_deref() == Some(version));
        let normal = |name: &str| package.ecosystem.normalize(name).into_owned();
        here && of_version && like(normal(name).as_bytes(), normal(&package.name).as_bytes())
    }
}

/// True when `class` is `top` or below it.
fn below(top: &str, class: &str) -> bool {
    class.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// True when `text` fits `pattern`, in which `*` stands for any bytes. Takes time by the product of the lengths at most.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(byte) if *byte == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                in_text = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl TryFrom<toml::value::Datetime> for Day {
    type Error = String;

    fn try_from(written: toml::value::Datetime) -> Result<Self, String> {
        let (Some(date), None, None) = (written.date, written.time, written.offset) else {
            return Err("`expires` is a day, as 2027-01-31".to_owned());
        };
        let text = format!("{date}T00:00:00Z");
        Timestamp::parse(&text).map(|time| Self(time.days())).map_err(|error| error.to_string())
    }
}
