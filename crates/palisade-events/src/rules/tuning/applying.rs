//! Holds tuning against the rules that are loaded, and notes which entries are of no use.

use super::{DisabledRule, Effect, Entry, Tuned, Tuning};
use crate::{
    limits::EXCEPTIONS_MAX,
    rules::{Problem, lowered},
};
use jiff::civil::Date;
use palisade_model::{Severity, Timestamp};
use rsigma_parser::{CorrelationRule, SigmaRule};

/// Tuning while rules are loaded.
#[derive(Debug, Default)]
pub(in crate::rules) struct Applying {
    entries: Vec<Held>,
    /// Of all rules together.
    exceptions: usize,
}

/// An entry, and what has been seen of its use.
#[derive(Debug)]
struct Held {
    file: String,
    entry: Entry,
    is_expired: bool,
    /// For each rule that it names, whether there is one.
    found: Vec<bool>,
    /// There is a rule, and not only correlations, that it is about.
    has_rule: bool,
    has_correlation: bool,
    /// Rules for which it does not count, because there were too many exceptions.
    left_out: usize,
}

/// A rule or a correlation as tuning knows it.
pub(in crate::rules) struct Subject<'r> {
    file: &'r str,
    id: Option<&'r str>,
    name: Option<&'r str>,
    title: &'r str,
    is_correlation: bool,
    /// What patterns are held against, in lower case: names, tags and file.
    names: Vec<String>,
    tags: Vec<String>,
    path: String,
}

/// What tuning says about one rule.
#[derive(Debug, Default)]
pub(in crate::rules) struct Decided {
    pub(in crate::rules) disabled: Option<Tuned>,
    pub(in crate::rules) severity: Option<Severity>,
    pub(in crate::rules) exceptions: Vec<Exception>,
    /// All that counts, for people.
    pub(in crate::rules) tuned: Vec<Tuned>,
}

/// Events on which a rule does not match.
#[derive(Debug)]
pub(in crate::rules) struct Exception {
    pub(in crate::rules) rule: SigmaRule,
    pub(in crate::rules) by: Tuned,
}

impl<'r> Subject<'r> {
    pub(in crate::rules) fn of_rule(file: &'r str, rule: &'r SigmaRule) -> Self {
        let SigmaRule { id, name, title, tags, .. } = rule;
        Self::new(file, (id.as_deref(), name.as_deref(), title), tags, false)
    }

    pub(in crate::rules) fn of_correlation(file: &'r str, rule: &'r CorrelationRule) -> Self {
        let CorrelationRule { id, name, title, tags, .. } = rule;
        Self::new(file, (id.as_deref(), name.as_deref(), title), tags, true)
    }

    fn new(
        file: &'r str,
        (id, name, title): (Option<&'r str>, Option<&'r str>, &'r str),
        tags: &[String],
        is_correlation: bool,
    ) -> Self {
        let names = [id, name, Some(title)].into_iter().flatten().map(lowered).collect();
        let tags = tags.iter().map(|tag| lowered(tag)).collect();
        Self { file, id, name, title, is_correlation, names, tags, path: lowered(file) }
    }

    /// How it is told that it does not run.
    pub(in crate::rules) fn disabled(&self, line: usize, by: Tuned) -> DisabledRule {
        DisabledRule {
            id: self.id.or(self.name).unwrap_or(self.title).to_owned(),
            name: self.name.unwrap_or_default().to_owned(),
            title: self.title.to_owned(),
            file: self.file.to_owned(),
            line,
            by,
        }
    }
}

impl Applying {
    /// Begins with all `tunings`, in their order, as they count at `now`.
    pub(in crate::rules) fn new(tunings: Vec<Tuning>, now: Timestamp) -> Self {
        let today = day(now);
        let mut entries = Vec::new();
        for Tuning { file, entries: of_file } in tunings {
            entries.extend(of_file.into_iter().map(|entry| Held {
                file: file.clone(),
                is_expired: entry.last_day.zip(today).is_some_and(|(last, today)| today > last),
                found: vec![false; entry.scope.rules.len()],
                has_rule: false,
                has_correlation: false,
                left_out: 0,
                entry,
            }));
        }
        Self { entries, exceptions: 0 }
    }

    /// What counts for `subject`.
    pub(in crate::rules) fn decide(&mut self, subject: &Subject<'_>) -> Decided {
        let mut decided = Decided::default();
        for held in &mut self.entries {
            if held.concerns(subject) && !held.is_expired {
                held.add_to(&mut decided, subject, self.exceptions >= EXCEPTIONS_MAX);
            }
        }
        self.exceptions += decided.exceptions.len();
        decided
    }

    /// What is wrong with entries, once all rules were asked about.
    pub(in crate::rules) fn problems(&self) -> Vec<Problem> {
        self.entries.iter().filter_map(Held::problem).collect()
    }
}

impl Held {
    fn concerns(&mut self, subject: &Subject<'_>) -> bool {
        let scope = &self.entry.scope;
        let mut is_named = scope.rules.is_empty();
        for (wanted, found) in scope.rules.iter().zip(&mut self.found) {
            if wanted.fits_one(&subject.names) {
                (is_named, *found) = (true, true);
            }
        }
        let fits = is_named
            && (scope.tags.is_empty() || scope.tags.iter().any(|wanted| wanted.fits_one(&subject.tags)))
            && (scope.paths.is_empty() || scope.paths.iter().any(|wanted| wanted.pattern.matches(&subject.path)));
        self.has_correlation |= fits && subject.is_correlation;
        self.has_rule |= fits && !subject.is_correlation;
        fits
    }

    fn add_to(&mut self, decided: &mut Decided, subject: &Subject<'_>, is_full: bool) {
        let tuned = self.entry.tuned(&self.file);
        match &self.entry.effect {
            Effect::Disable if decided.disabled.is_none() => decided.disabled = Some(tuned.clone()),
            Effect::Severity(severity) if decided.severity.is_none() => decided.severity = Some(*severity),
            Effect::Allow(_) if is_full => {
                self.left_out += 1;
                return;
            }
            Effect::Allow(rule) if !subject.is_correlation => {
                decided.exceptions.push(Exception { rule: (**rule).clone(), by: tuned.clone() });
            }
            _ => return,
        }
        decided.tuned.push(tuned);
    }

    fn problem(&self) -> Option<Problem> {
        let missing: Vec<&str> = self
            .entry
            .scope
            .rules
            .iter()
            .zip(&self.found)
            .filter(|(_, found)| !**found)
            .map(|(w, _)| &*w.written)
            .collect();
        let is_for_events = matches!(self.entry.effect, Effect::Allow(_));
        let (reason, is_refused) = if !missing.is_empty() {
            (format!("no rule that is loaded has the id, name or title '{}'", missing.join("', '")), true)
        } else if !self.has_rule && !self.has_correlation {
            ("no rule that is loaded has such a name, tag and path together".to_owned(), true)
        } else if is_for_events && !self.has_rule {
            let reason = "a correlation has no event of its own: allow events of the rules that it counts";
            (reason.to_owned(), true)
        } else if self.left_out > 0 {
            let left_out = self.left_out;
            (format!("there are more than {EXCEPTIONS_MAX} exceptions: for {left_out} rules it does not count"), true)
        } else if self.is_expired {
            let day = self.entry.last_day.map(|day| day.to_string()).unwrap_or_default();
            (
                format!("the entry counted until {day} and has expired: renew or remove it ({})", self.entry.reason),
                false,
            )
        } else {
            return None;
        };
        Some(Problem { file: self.file.clone(), line: self.entry.line, reason, is_refused })
    }
}

/// The day of the calendar, in UTC.
fn day(now: Timestamp) -> Option<Date> {
    let instant = jiff::Timestamp::from_nanosecond(i128::from(now.nanos())).ok()?;
    Some(instant.to_zoned(jiff::tz::TimeZone::UTC).date())
}
