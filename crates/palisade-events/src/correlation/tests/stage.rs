//! A correlator with rules from text, to be fed by name.

use crate::{
    Record, Value,
    correlation::{CorrelationMatch, Correlations, Correlator, Refusal, Repeat, Settings, Target},
};
use palisade_model::Timestamp;
use rsigma_parser::{SigmaCollection, parse_sigma_yaml};
use std::{sync::Arc, time::Duration};

/// Detection rules that there are besides those in the text.
const RULES: [&str; 4] = ["a", "b", "c", "d"];

/// The same as text, for another engine.
pub(super) const RULES_TEXT: &str = "
title: a
id: a
name: a
logsource: {category: test}
detection: {selection: {kind: a}, condition: selection}
---
title: b
id: b
name: b
logsource: {category: test}
detection: {selection: {kind: b}, condition: selection}
---
title: c
id: c
name: c
logsource: {category: test}
detection: {selection: {kind: c}, condition: selection}
---
title: d
id: d
name: d
logsource: {category: test}
detection: {selection: {kind: d}, condition: selection}
";

/// No match.
pub(super) const NONE: [f64; 0] = [];

pub(super) struct Stage {
    pub(super) correlator: Correlator,
    rules: Vec<String>,
    pub(super) titles: Vec<String>,
}

/// Settings without a limit to lateness.
pub(super) fn patient(repeat: Repeat) -> Settings {
    Settings { lateness: Duration::from_secs(1 << 33), repeat, ..Settings::default() }
}

pub(super) fn parse(text: &str) -> SigmaCollection {
    let collection = parse_sigma_yaml(text.trim_end().trim_end_matches("---")).expect("valid YAML");
    assert!(collection.errors.is_empty(), "{:?}", collection.errors);
    collection
}

pub(super) fn compile(collection: &SigmaCollection) -> (Correlations, Vec<Refusal>) {
    let resolve = |name: &str| {
        let is_meant = |id: &Option<String>| id.as_deref() == Some(name);
        let correlation = collection.correlations.iter().position(|rule| is_meant(&rule.id) || is_meant(&rule.name));
        let rule = collection.rules.iter().position(|rule| is_meant(&rule.id) || is_meant(&rule.name));
        let given = RULES.iter().position(|given| *given == name).map(|index| index + collection.rules.len());
        correlation.map(Target::Correlation).or(rule.or(given).map(Target::Rule))
    };
    Correlations::compile(&collection.correlations, resolve)
}

impl Stage {
    pub(super) fn new(text: &str, settings: Settings) -> Self {
        let collection = parse(text);
        let (correlations, refusals) = compile(&collection);
        assert!(refusals.is_empty(), "{refusals:?}");
        let named = collection.rules.iter().filter_map(|rule| rule.name.clone());
        Self {
            rules: named.chain(RULES.map(String::from)).collect(),
            titles: collection.correlations.iter().map(|rule| rule.title.clone()).collect(),
            correlator: Correlator::new(Arc::new(correlations), settings),
        }
    }

    /// Every event for which the condition holds.
    pub(super) fn each(text: &str) -> Self {
        Self::new(text, patient(Repeat::EachEvent))
    }

    /// The index of a detection rule.
    pub(super) fn rule(&self, name: &str) -> usize {
        self.rules.iter().position(|held| held == name).expect("a rule of this name")
    }

    /// A hit of a rule at a second.
    pub(super) fn hit(&mut self, rule: &str, second: i64, fields: &[(&str, &str)]) -> Vec<CorrelationMatch> {
        let mut matches = Vec::new();
        let time = Timestamp::from_millis(second * 1_000);
        self.correlator.hit(self.rule(rule), &record(fields), time, &mut matches);
        matches
    }

    /// The numbers of the matches of a hit.
    pub(super) fn numbers(&mut self, rule: &str, second: i64, fields: &[(&str, &str)]) -> Vec<f64> {
        self.hit(rule, second, fields).iter().map(|matched| matched.number).collect()
    }
}

/// A record with these fields; values that are numbers are written as such.
pub(super) fn record(fields: &[(&str, &str)]) -> Record<'static> {
    let mut record = Record::new("");
    for (name, value) in fields {
        let is_number = value.parse::<f64>().is_ok();
        record.push(name, if is_number { Value::Number(value) } else { Value::text(value) });
    }
    record
}
