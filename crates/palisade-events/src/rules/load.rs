//! Reads files of rules. What is wrong with one rule is told with file and line and concerns no other.
//!
//! Reading has two steps, so that callers with many files may take the first, which costs most, on many threads:
//! [`parse_file`](super::parse_file) takes a file apart, and a [`Loader`] puts all rules together, applies tuning,
//! pipelines and filters, and compiles them over shared predicates.

use super::{
    assembly::Assembly,
    file::{LocatedFilter, ParsedFile, parse_file},
    predicate::{Names, Predicates},
    problem::Problem,
    rule::{LoadedCorrelation, Rule},
    tuning::{Applying, DisabledRule, Tuning},
};
use crate::taxonomy::Pipelines;
use palisade_model::Timestamp;
use std::collections::HashMap;

/// Compiled rules, ready for [`Engine::new`](crate::Engine::new).
#[derive(Debug)]
pub struct Rules {
    /// The rules that run.
    pub rules: Vec<Rule>,
    /// Correlations over them.
    pub correlations: Vec<LoadedCorrelation>,
    /// What is wrong with rules, in the order of files and lines.
    pub problems: Vec<Problem>,
    /// Rules and correlations that tuning has switched off.
    pub disabled: Vec<DisabledRule>,
    /// Entries of tuning that do not count: of those that are refused no rule is known, the others have expired.
    pub tuning_problems: Vec<Problem>,
    pub(crate) names: Names,
    pub(crate) predicates: Predicates,
}

/// Puts files of rules together.
#[derive(Debug, Default)]
pub struct Loader {
    files: Vec<ParsedFile>,
    placeholders: HashMap<String, Vec<String>>,
    pipelines: Pipelines,
    tuning: Applying,
}

impl Loader {
    /// A loader without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the values for which `%name%` stands in values with the modifier `expand`.
    pub fn placeholder(&mut self, name: &str, values: &[&str]) {
        self.placeholders.insert(name.to_owned(), values.iter().map(|&value| value.to_owned()).collect());
    }

    /// Rewrites all rules by `pipelines` before they are compiled.
    pub fn pipelines(&mut self, pipelines: Pipelines) {
        self.pipelines = pipelines;
    }

    /// Applies `tunings`, in their order, as far as they have not expired at `now`.
    pub fn tune(&mut self, tunings: Vec<Tuning>, now: Timestamp) {
        self.tuning = Applying::new(tunings, now);
    }

    /// Reads a file of rules.
    pub fn add(&mut self, file: &str, text: &str) {
        self.add_parsed(parse_file(file, text));
    }

    /// Takes a file that was parsed before.
    pub fn add_parsed(&mut self, file: ParsedFile) {
        self.files.push(file);
    }

    /// Compiles all rules.
    #[must_use]
    pub fn finish(self) -> Rules {
        let Self { mut files, placeholders, pipelines, mut tuning } = self;
        let disabled = files.iter_mut().flat_map(|file| file.tune(&mut tuning)).collect();
        files.iter_mut().for_each(|file| file.rewrite(&pipelines));
        let filters: Vec<LocatedFilter> = files.iter_mut().flat_map(|file| file.filters.drain(..)).collect();
        let mut assembly = Assembly::new(&placeholders, filters);
        files.into_iter().for_each(|file| assembly.file(file));
        assembly.finish(disabled, tuning.problems())
    }
}
