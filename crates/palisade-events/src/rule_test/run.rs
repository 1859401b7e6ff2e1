//! Runs tests of rules, and says why one fails.

use super::{Expected, RuleTest, TestEvents, TestFile};
use crate::{
    DisabledRule, Evaluator, FoundRule, Record, RuleNumber, Ruleset, Trace,
    correlation::Settings,
    limits::TRACES_MAX,
    readers::{EventReader, Format, Reader},
    source::EventSource,
};
use palisade_model::Timestamp;
use serde::Serialize;

/// The time of the first event where it has none: a day like any other.
const FIRST_TIME: Timestamp = Timestamp::from_millis(946_684_800_000);

/// Runs tests over one set of rules.
pub struct Tester<'r> {
    ruleset: &'r Ruleset,
    evaluator: Evaluator,
}

/// What came of a test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// True when it is as it must be.
    pub passed: bool,
    /// What had to come of it.
    pub expected: String,
    /// Matches.
    pub found: u64,
    /// Events that were looked at.
    pub events: u64,
    /// What is to be said where it failed, in a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What a rule made of events that matched, or did not, against expectation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<Why>,
}

/// What a rule made of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The number of the event, from 1.
    pub event: u64,
    /// The title of the rule: that of the test, or one that the correlation counts.
    pub rule: String,
    /// What it made of it.
    #[serde(flatten)]
    pub trace: Trace,
}

/// The events of one test, and what they are of.
struct Input<'t> {
    events: &'t TestEvents,
    bytes: &'t [u8],
    source: Option<EventSource>,
}

impl Input<'_> {
    /// Gives every event with its number from 1. With why some could not be read.
    fn each(&self, each: &mut dyn FnMut(u64, &Record<'_>)) -> Vec<String> {
        let (mut number, mut problems) = (0, Vec::new());
        match self.events {
            TestEvents::Written(texts) => {
                let mut reader = EventReader::default();
                for text in texts {
                    let read = reader.read(text, Format::Json, &mut |record| {
                        number += 1;
                        each(number, record);
                    });
                    problems.extend(read.err().map(|fault| format!("event {}: {fault}", number + 1)));
                }
            }
            TestEvents::File(_) => {
                let mut reader = Reader::new(None).with_reference(FIRST_TIME);
                let mut read = |read: Result<&Record<'_>, crate::readers::Problem>| match read {
                    Ok(record) => {
                        number += 1;
                        each(number, record);
                    }
                    Err(problem) => problems.push(problem.to_string()),
                };
                reader.feed(self.bytes, &mut read);
                reader.finish(&mut read);
            }
        }
        problems.truncate(TRACES_MAX);
        problems
    }
}

impl<'r> Tester<'r> {
    /// Runs tests over `ruleset`.
    #[must_use]
    pub fn new(ruleset: &'r Ruleset) -> Self {
        Self { ruleset, evaluator: ruleset.evaluator() }
    }

    /// Runs `test` of `file`. `bytes` are those of the file that it names, if it does.
    pub fn run(&mut self, file: &TestFile, test: &RuleTest, bytes: &[u8]) -> Outcome {
        let source = file.source.clone().map(EventSource::Declared);
        let input = Input { events: &test.events, bytes, source };
        match self.ruleset.find(&file.rule) {
            Some(FoundRule::Rule(rule)) => self.rule(rule, &input, test.expected),
            Some(FoundRule::Correlation(index)) => self.correlation(index, &input, test.expected),
            Some(FoundRule::Disabled(DisabledRule { by, .. })) => not_run(test.expected, format!("the rule is {by}")),
            None => {
                let reason = format!("no rule that runs has the id, name or title '{}'", file.rule);
                not_run(test.expected, reason)
            }
        }
    }

    fn rule(&mut self, rule: RuleNumber, input: &Input<'_>, expected: Expected) -> Outcome {
        let mut matched = Vec::new();
        let problems = input.each(&mut |_, record| matched.push(self.evaluate(record, input).contains(&rule)));
        let found = matched.iter().filter(|is_match| **is_match).count() as u64;
        let mut outcome = outcome(expected, found, matched.len() as u64, problems);
        if !outcome.passed {
            let is_unexpected = !expected.asks_for_more_than(found);
            let chosen = numbers(matched.iter().map(|is_match| *is_match == is_unexpected));
            outcome.why = self.why(rule, input, &chosen);
        }
        outcome
    }

    fn correlation(&mut self, index: usize, input: &Input<'_>, expected: Expected) -> Outcome {
        let (ruleset, named) = (self.ruleset, &self.ruleset.correlations()[index].rule.rules);
        let below: Vec<(&String, Option<RuleNumber>)> =
            named.iter().map(|name| (name, rule_of(ruleset, name))).collect();
        let mut hits = vec![0_u64; below.len()];
        let (mut correlator, mut matches, mut time) = (ruleset.correlator(Settings::default()), Vec::new(), FIRST_TIME);
        let (mut found, mut events, mut idle) = (0, 0, Vec::new());
        let problems = input.each(&mut |_, record| {
            events += 1;
            time = record.time().unwrap_or(time);
            let rules = self.evaluate(record, input).to_vec();
            for rule in &rules {
                ruleset.correlate(&mut correlator, *rule, record, time, &mut matches);
            }
            found += matches.drain(..).filter(|matched| matched.correlation == index).count() as u64;
            let mut is_idle = true;
            for ((_, rule), hits) in below.iter().zip(&mut hits) {
                let is_hit = rule.is_some_and(|rule| rules.contains(&rule));
                *hits += u64::from(is_hit);
                is_idle &= !is_hit;
            }
            idle.push(is_idle);
        });
        let mut outcome = outcome(expected, found, events, problems);
        if !outcome.passed {
            let counts = below.iter().zip(&hits).filter(|((_, rule), _)| rule.is_some());
            let says = counts.map(|((name, _), hits)| format!("its rule {name} matched {hits} of {events} events"));
            outcome.reasons.extend(says);
            outcome.reasons.extend(self.refusal(index));
            let first = below.iter().find_map(|(_, rule)| *rule);
            if expected.asks_for_more_than(found)
                && let Some(rule) = first
            {
                outcome.why = self.why(rule, input, &numbers(idle.into_iter()));
            }
        }
        outcome
    }

    /// Why the correlation does not run, if it does not.
    fn refusal(&self, index: usize) -> Option<String> {
        let loaded = &self.ruleset.correlations()[index];
        let mut problems = self.ruleset.problems().iter();
        let refusal = problems.find(|p| p.is_refused && p.file == loaded.file && p.line == loaded.line)?;
        Some(format!("it does not run: {}", refusal.reason))
    }

    fn evaluate(&mut self, record: &Record<'_>, input: &Input<'_>) -> &[RuleNumber] {
        match &input.source {
            Some(source) => self.evaluator.evaluate_as(record, source),
            None => self.evaluator.evaluate(record),
        }
    }

    /// What `rule` made of the events with these numbers.
    fn why(&mut self, rule: RuleNumber, input: &Input<'_>, chosen: &[u64]) -> Vec<Why> {
        let title = self.ruleset.engine().rule(rule).title.clone();
        let mut why = Vec::new();
        input.each(&mut |event, record| {
            if chosen.contains(&event) {
                let trace = self.evaluator.trace(record, rule, input.source.as_ref());
                why.push(Why { event, rule: title.clone(), trace });
            }
        });
        why
    }
}

fn rule_of(ruleset: &Ruleset, name: &str) -> Option<RuleNumber> {
    match ruleset.find(name) {
        Some(FoundRule::Rule(rule)) => Some(rule),
        _ => None,
    }
}

/// The numbers of the first events of which this is true.
fn numbers(chosen: impl Iterator<Item = bool>) -> Vec<u64> {
    (1..).zip(chosen).filter(|(_, is_chosen)| *is_chosen).map(|(number, _)| number).take(TRACES_MAX).collect()
}

fn outcome(expected: Expected, found: u64, events: u64, problems: Vec<String>) -> Outcome {
    let passed = problems.is_empty() && expected.is_met_by(found);
    Outcome { passed, expected: expected.to_string(), found, events, reasons: problems, why: Vec::new() }
}

fn not_run(expected: Expected, reason: String) -> Outcome {
    Outcome { expected: expected.to_string(), reasons: vec![reason], ..Outcome::default() }
}
