//! Rules and the correlations over them, put together: what they find becomes findings.
//!
//! Several threads may look at events, each with an [`Evaluator`] of its own; what they find goes, in the order of the
//! stream, to the one [`Correlator`].

use crate::{
    DisabledRule, Engine, Evaluator, LoadedCorrelation, Match, Problem, Record, Rule, RuleNumber, Rules, Value,
    correlation::{CorrelationMatch, Correlations, Correlator, OtherNames, Settings},
    matched::technique,
    rules::severity_of,
    taxonomy::Taxonomy,
};
use palisade_model::{Evidence, Finding, FindingId, Id, Subject, Timestamp, fingerprint};
use rsigma_parser::CorrelationRule;
use std::{sync::Arc, time::Duration};

/// Fields that name the machine that an event is of, the first that is there counts.
const HOSTS: [&str; 8] =
    ["Computer", "host.name", "Hostname", "hostname", "host", "host.hostname", "computer_name", "device.hostname"];

/// Everything that was loaded, ready to run.
pub struct Ruleset {
    engine: Arc<Engine>,
    correlations: Arc<Correlations>,
    /// Under which other names events may have the fields that correlations ask for.
    names: OtherNames,
    loaded: Vec<LoadedCorrelation>,
    problems: Vec<Problem>,
    disabled: Vec<DisabledRule>,
    tuning_problems: Vec<Problem>,
}

/// A rule of a set, by one of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundRule<'r> {
    /// A rule that runs.
    Rule(RuleNumber),
    /// The correlation with this place in [`Ruleset::correlations`].
    Correlation(usize),
    /// One that tuning has switched off.
    Disabled(&'r DisabledRule),
}

impl Ruleset {
    /// Compiles what was loaded. What is wrong with single rules stands in [`Ruleset::problems`].
    #[must_use]
    pub fn new(mut rules: Rules, taxonomy: &Taxonomy) -> Self {
        let loaded = std::mem::take(&mut rules.correlations);
        let mut problems = std::mem::take(&mut rules.problems);
        let disabled = std::mem::take(&mut rules.disabled);
        let tuning_problems = std::mem::take(&mut rules.tuning_problems);
        let (correlations, refused) = Correlations::of_loaded(&loaded, &rules.rules, &disabled);
        problems.extend(refused);
        let names = OtherNames::new(&correlations, taxonomy);
        let engine = Engine::new(rules, taxonomy);
        problems.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        let (engine, correlations) = (Arc::new(engine), Arc::new(correlations));
        Self { engine, correlations, names, loaded, problems, disabled, tuning_problems }
    }

    /// What is wrong with rules, in the order of files and lines.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Rules and correlations that tuning has switched off.
    #[must_use]
    pub fn disabled(&self) -> &[DisabledRule] {
        &self.disabled
    }

    /// Entries of tuning that do not count, in their order: of those that are refused no rule is loaded, the others have
    /// expired.
    #[must_use]
    pub fn tuning_problems(&self) -> &[Problem] {
        &self.tuning_problems
    }

    /// The rule with this id, or else this name, or else this title.
    #[must_use]
    pub fn find(&self, called: &str) -> Option<FoundRule<'_>> {
        let rules = self.engine.rules();
        let rule = |is_it: &dyn Fn(&Rule) -> bool| {
            rules.iter().position(is_it).map(|index| FoundRule::Rule(RuleNumber(index as u32)))
        };
        let correlation = |is_it: &dyn Fn(&CorrelationRule) -> bool| {
            self.loaded.iter().position(|loaded| is_it(&loaded.rule)).map(FoundRule::Correlation)
        };
        let disabled = |is_it: &dyn Fn(&DisabledRule) -> bool| {
            self.disabled.iter().find(|rule| is_it(rule)).map(FoundRule::Disabled)
        };
        let is = |name: &Option<String>| name.as_deref() == Some(called);
        rule(&|rule| rule.id == called)
            .or_else(|| correlation(&|rule| is(&rule.id)))
            .or_else(|| disabled(&|rule| rule.id == called))
            .or_else(|| rule(&|rule| rule.name == called))
            .or_else(|| correlation(&|rule| is(&rule.name)))
            .or_else(|| disabled(&|rule| rule.name == called))
            .or_else(|| rule(&|rule| rule.title == called))
            .or_else(|| correlation(&|rule| rule.title == called))
            .or_else(|| disabled(&|rule| rule.title == called))
    }

    /// The title of the rule that [`Ruleset::find`] finds.
    #[must_use]
    pub fn title(&self, called: &str) -> Option<&str> {
        Some(match self.find(called)? {
            FoundRule::Rule(number) => &self.engine.rule(number).title,
            FoundRule::Correlation(index) => &self.loaded[index].rule.title,
            FoundRule::Disabled(rule) => &rule.title,
        })
    }

    /// The rules that run.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The correlations as they were read, those too that are refused.
    #[must_use]
    pub fn correlations(&self) -> &[LoadedCorrelation] {
        &self.loaded
    }

    /// The longest time that a correlation looks back; `None` when there are none.
    #[must_use]
    pub fn longest_window(&self) -> Option<Duration> {
        self.correlations.longest_window()
    }

    /// An evaluator, for one thread.
    #[must_use]
    pub fn evaluator(&self) -> Evaluator {
        Evaluator::new(Arc::clone(&self.engine))
    }

    /// The correlator, one for the stream.
    #[must_use]
    pub fn correlator(&self, settings: Settings) -> Correlator {
        Correlator::new(Arc::clone(&self.correlations), settings)
    }

    /// Goes on with `correlator`, which ran other rules: correlations defined as before keep what they have seen.
    pub fn take_over(&self, correlator: &mut Correlator) {
        correlator.reload(Arc::clone(&self.correlations));
    }

    /// Gives a match of `rule` with `record` to `correlator`, which runs the correlations of this set.
    pub fn correlate(
        &self,
        correlator: &mut Correlator,
        rule: RuleNumber,
        record: &Record<'_>,
        time: Timestamp,
        matches: &mut Vec<CorrelationMatch>,
    ) {
        correlator.hit(rule.index(), &self.names.of(record), time, matches);
    }

    /// True when a correlation waits for matches of this rule.
    #[must_use]
    pub fn is_correlated(&self, rule: RuleNumber) -> bool {
        self.correlations.has_rule(rule.index())
    }

    /// True when a match of this rule is told by itself: rules that serve correlations are not, unless one of those
    /// says `generate: true`.
    #[must_use]
    pub fn is_told(&self, rule: RuleNumber) -> bool {
        !self.correlations.is_silent(rule.index())
    }

    /// The finding that a correlation is, completed by the event `observation`.
    #[must_use]
    pub fn correlated(&self, matched: &CorrelationMatch, observation: Option<Id>) -> Finding {
        let LoadedCorrelation { rule, .. } = &self.loaded[matched.correlation];
        let id = rule.id.as_ref().or(rule.name.as_ref()).unwrap_or(&rule.title);
        let group: Vec<String> = matched
            .group
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("(none)")))
            .collect();
        let name = if group.is_empty() { "all events".to_owned() } else { group.join(" ") };
        let subject = Subject { kind: "correlation".to_owned(), name };
        let observed = observation.map(|id| *id.as_bytes());
        let place = format!("{}:{}", subject.name, matched.from.nanos());
        Finding {
            id: FindingId::derive(id, observed.as_ref().map_or(&[][..], |bytes| bytes), &place),
            time: matched.until,
            detector: id.clone(),
            version: "1".to_owned(),
            class: "events.correlation".to_owned(),
            severity: severity_of(rule.level),
            confidence: 1.0,
            fingerprint: fingerprint(&[id, &subject.kind, &subject.name]),
            subject,
            title: rule.title.clone(),
            explanation: explanation(
                rule.description.as_deref(),
                &crate::matched::shown(&self.correlations.describe(matched)),
            ),
            remediation: String::new(),
            references: rule.tags.iter().filter_map(|tag| technique(tag)).collect(),
            evidence: group_evidence(matched),
            observation,
        }
    }
}

/// The finding about the event `record`, which is of `time`.
#[must_use]
pub fn finding(matched: &Match<'_>, record: &Record<'_>, time: Timestamp, observation: Option<Id>) -> Finding {
    let host = HOSTS.iter().find_map(|name| record.first(name).and_then(Value::get)).unwrap_or_default();
    let subject = Subject { kind: "event".to_owned(), name: host.into_owned() };
    matched.finding(subject, time, observation)
}

fn explanation(description: Option<&str>, found: &str) -> String {
    match description.map(str::trim).filter(|description| !description.is_empty()) {
        Some(description) => format!("{description} Found: {found}."),
        None => format!("Found: {found}."),
    }
}

fn group_evidence(matched: &CorrelationMatch) -> Vec<Evidence> {
    let of_group = matched.group.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)));
    let examples = matched.examples.iter().map(|value| ("examples", value.as_str()));
    let evidence = |(name, value): (&str, &str)| Evidence {
        pointer: crate::matched::pointer(name),
        start: 0,
        end: value.len(),
        excerpt: crate::matched::shown(value),
    };
    of_group.chain(examples).map(evidence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Loader, readers::json};
    use palisade_model::Severity;

    const RULES: &str = "
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection:
    selection: {EventID: 4625}
    condition: selection
---
title: Password spray
id: 5f1d0a52-5a3a-4d8f-9f2e-0a7d3c1b2e4f
correlation:
    type: value_count
    rules: [failed_logon]
    group-by: [IpAddress]
    timespan: 5m
    condition: {gte: 3, field: TargetUserName}
level: high
---
title: Orphan
correlation: {type: event_count, rules: [nobody], timespan: 5m, condition: {gte: 3}}
";

    #[test]
    fn a_correlation_tells_and_its_rule_does_not() {
        let mut loader = Loader::new();
        loader.add("spray.yml", RULES);
        let ruleset = Ruleset::new(loader.finish(), &Taxonomy::default());
        let problems: Vec<String> = ruleset.problems().iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("spray.yml:") && problems[0].contains("nobody"), "{problems:?}");
        let (mut evaluator, mut correlator) = (ruleset.evaluator(), ruleset.correlator(Settings::default()));
        let mut matches = Vec::new();
        for user in ["anna", "bert", "anna", "carl"] {
            let line = format!(
                r#"{{"Channel":"Security","EventID":4625,"IpAddress":"10.0.0.9","TargetUserName":"{user}","Computer":"dc1"}}"#
            );
            let record = json::read(&line, Record::default()).unwrap();
            let rules = evaluator.evaluate(&record).to_vec();
            assert_eq!(rules.len(), 1);
            assert!(ruleset.is_correlated(rules[0]) && !ruleset.is_told(rules[0]));
            ruleset.correlate(&mut correlator, rules[0], &record, Timestamp::from_millis(1_000), &mut matches);
        }
        assert_eq!(matches.len(), 1);
        let finding = ruleset.correlated(&matches[0], None);
        assert_eq!((&*finding.class, &*finding.subject.name), ("events.correlation", "IpAddress=10.0.0.9"));
        assert_eq!((&*finding.title, finding.severity), ("Password spray", Severity::High));
        assert!(finding.explanation.contains("3 different values"), "{}", finding.explanation);
    }
}
