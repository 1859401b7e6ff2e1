//! A file of rules, taken apart: what in it is a rule, a filter, a correlation, or wrong.

use super::{
    document::{documents, line_of, line_of_error, one_line, too_deep},
    problem::Problem,
    rule::LoadedCorrelation,
    tuning::{Applying, Decided, DisabledRule, Subject},
};
use crate::{limits::RULE_FILE_BYTES_MAX, taxonomy::Pipelines};
use palisade_model::Severity;
use rsigma_parser::{FilterRule, Level, SigmaRule, parse_sigma_yaml};

/// A file of rules, taken apart.
#[derive(Debug, Default)]
pub struct ParsedFile {
    pub(super) file: String,
    pub(super) rules: Vec<LocatedRule>,
    pub(super) filters: Vec<LocatedFilter>,
    pub(super) correlations: Vec<LoadedCorrelation>,
    pub(super) problems: Vec<Problem>,
}

/// A rule, where it stands, and what tuning says about it.
#[derive(Debug)]
pub(super) struct LocatedRule {
    pub(super) rule: SigmaRule,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) decided: Decided,
}

/// A filter and where it stands.
#[derive(Debug)]
pub(super) struct LocatedFilter {
    pub(super) rule: FilterRule,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) text: String,
}

/// Takes a file of rules apart: one or more YAML documents, each a rule, a filter or a correlation.
#[must_use]
pub fn parse_file(file: &str, text: &str) -> ParsedFile {
    let mut parsed = ParsedFile { file: file.to_owned(), ..ParsedFile::default() };
    if text.len() > RULE_FILE_BYTES_MAX {
        parsed.refuse(1, format!("the file has more than {} KiB", RULE_FILE_BYTES_MAX / 1024));
        return parsed;
    }
    // An `action` in one document changes those behind it, so such a file stays whole.
    let is_linked = text.lines().any(|line| line.starts_with("action:"));
    let documents = if is_linked { vec![(1, text)] } else { documents(text) };
    for (line, document) in documents {
        match too_deep(document) {
            Some(reason) => parsed.refuse(line, reason.into()),
            None => parsed.document(line, document),
        }
    }
    parsed
}

impl ParsedFile {
    fn document(&mut self, first_line: usize, text: &str) {
        let read = parse_sigma_yaml(text);
        let (mut collection, errors) = match read {
            Ok(mut collection) => {
                let errors = std::mem::take(&mut collection.errors);
                (collection, errors)
            }
            Err(error) => (rsigma_parser::SigmaCollection::default(), vec![error.to_string()]),
        };
        let is_refused = collection.is_empty();
        for error in errors {
            let line = first_line - 1 + line_of_error(text, &error);
            self.problems.push(Problem { file: self.file.clone(), line, reason: one_line(&error), is_refused });
        }
        let line = |title: &str| first_line - 1 + line_of(text, title);
        for rule in collection.rules.drain(..) {
            let (line, text) = (line(&rule.title), text.to_owned());
            self.rules.push(LocatedRule { rule, line, text, decided: Decided::default() });
        }
        for rule in collection.filters.drain(..) {
            let (line, text) = (line(&rule.title), text.to_owned());
            self.filters.push(LocatedFilter { rule, file: self.file.clone(), line, text });
        }
        for rule in collection.correlations.drain(..) {
            let (line, file) = (line(&rule.title), self.file.clone());
            self.correlations.push(LoadedCorrelation { rule, file, line, tuned: Vec::new() });
        }
    }

    /// Asks `tuning` about all rules and correlations, and takes out those that are disabled.
    pub(super) fn tune(&mut self, tuning: &mut Applying) -> Vec<DisabledRule> {
        let mut disabled = Vec::new();
        for mut located in std::mem::take(&mut self.rules) {
            let subject = Subject::of_rule(&self.file, &located.rule);
            located.decided = tuning.decide(&subject);
            match located.decided.disabled.take() {
                Some(by) => disabled.push(subject.disabled(located.line, by)),
                None => self.rules.push(located),
            }
        }
        for mut located in std::mem::take(&mut self.correlations) {
            let subject = Subject::of_correlation(&self.file, &located.rule);
            let decided = tuning.decide(&subject);
            if let Some(by) = decided.disabled {
                disabled.push(subject.disabled(located.line, by));
                continue;
            }
            if let Some(severity) = decided.severity {
                located.rule.level = Some(level_of(severity));
            }
            located.tuned = decided.tuned;
            self.correlations.push(located);
        }
        disabled
    }

    /// Rewrites rules and correlations; a rule that a pipeline refuses is refused.
    pub(super) fn rewrite(&mut self, pipelines: &Pipelines) {
        if pipelines.is_empty() {
            return;
        }
        for mut located in std::mem::take(&mut self.rules) {
            match located.rewrite(pipelines) {
                Ok(()) => self.rules.push(located),
                Err(reason) => self.refuse(located.line, reason),
            }
        }
        // Correlations mostly stand beside their rules; by these it is told which pipelines concern them.
        let sources: Vec<_> = self.rules.iter().map(|located| located.rule.logsource.clone()).collect();
        self.correlations.iter_mut().for_each(|one| pipelines.apply_to_correlation(&mut one.rule, &sources));
    }

    fn refuse(&mut self, line: usize, reason: String) {
        self.problems.push(Problem { file: self.file.clone(), line, reason, is_refused: true });
    }
}

impl LocatedRule {
    /// Rewrites the rule, and what is allowed in the same way: it speaks of the fields of the rule.
    fn rewrite(&mut self, pipelines: &Pipelines) -> Result<(), String> {
        for exception in &mut self.decided.exceptions {
            exception.rule.logsource = self.rule.logsource.clone();
            pipelines.apply(&mut exception.rule).map_err(|fault| format!("{fault} ({})", exception.by))?;
        }
        pipelines.apply(&mut self.rule).map_err(|fault| fault.to_string())
    }
}

fn level_of(severity: Severity) -> Level {
    match severity {
        Severity::Informational => Level::Informational,
        Severity::Low => Level::Low,
        Severity::Medium => Level::Medium,
        Severity::High => Level::High,
        Severity::Critical => Level::Critical,
    }
}
