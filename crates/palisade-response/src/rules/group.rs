//! A group: rules that are evaluated together, one after the other, every interval.

use super::{
    ActiveAlert, AlertingRule, Environment, RecordingRule, Rule,
    active::{Active, Found, Stage, Waits, check_count, later},
    template::Filling,
};
use crate::{
    outcome::Record,
    promql::{Element, Matcher, Memory, NAME, Queryable, Sample, Series, stale},
};
use palisade_model::{Labels, Signal, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Rules that are evaluated together. What a rule records, the rules behind it see.
#[derive(Clone, Debug)]
pub struct Group {
    /// The file that it stands in.
    pub file: String,
    /// Its name, the only one in its file.
    pub name: String,
    /// How often it is evaluated, in milliseconds.
    pub interval: i64,
    /// How many alerts or series each of its rules may give; 0 for as many as any.
    pub limit: usize,
    rules: Vec<Placed>,
}

/// A rule with what it remembers.
#[derive(Clone, Debug)]
struct Placed {
    rule: Rule,
    /// Of its records: file, group, name, and which one of this name it is.
    key: String,
    active: Active,
    /// The series of the last evaluation; one that is gone is ended.
    recorded: BTreeSet<Arc<Labels>>,
}

/// What follows from one evaluation. The caller keeps records and signals in one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// What fires or is over.
    pub signals: Vec<Signal>,
    /// What was recorded, one sample a series, `ALERTS` and `ALERTS_FOR_STATE` among them.
    pub series: Vec<Series>,
    /// What alerts wait for.
    pub records: Vec<Record>,
    /// Rules that could not be evaluated. Their alerts stay as they are.
    pub failures: Vec<Failure>,
    /// When to evaluate again.
    pub next: Timestamp,
}

/// Why a rule could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub rule: String,
    /// What went wrong.
    pub message: String,
}

/// What the result of one rule leads to.
type Outcome = Result<(Vec<Series>, super::active::Step), String>;

impl Group {
    pub(super) fn new(file: &str, name: String, interval: i64, limit: usize, rules: Vec<Rule>) -> Self {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let placed = rules.into_iter().map(|rule| {
            let count = seen.entry(rule.name().to_owned()).or_default();
            *count += 1;
            let key = format!("{file}/{name}/{}/{count}", rule.name());
            Placed { rule, key, active: Active::default(), recorded: BTreeSet::new() }
        });
        let rules = placed.collect();
        Self { file: file.to_owned(), name, interval, limit, rules }
    }

    /// Its rules, in order.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|placed| &placed.rule)
    }

    /// The alerts of each alerting rule that wait or fire.
    pub fn alerts(&self) -> impl Iterator<Item = (&AlertingRule, &ActiveAlert)> {
        self.rules.iter().flat_map(|placed| {
            let rule = match &placed.rule {
                Rule::Alerting(rule) => Some(rule.as_ref()),
                Rule::Recording(_) => None,
            };
            rule.into_iter().flat_map(|rule| placed.active.alerts().map(move |alert| (rule, alert)))
        })
    }

    /// Takes over what alerts waited for before a restart, or before the file was read again. Records of other groups
    /// and of rules that are gone are passed over.
    pub fn restore<'r>(&mut self, records: impl IntoIterator<Item = &'r Record>) {
        let places: BTreeMap<String, usize> =
            self.rules.iter().enumerate().map(|(place, placed)| (placed.key.clone(), place)).collect();
        for record in records.into_iter().filter(|record| record.kind == super::RECORD_KIND) {
            let key = record.key.rsplit_once('/').map_or("", |(key, _)| key);
            let (Some(place), Some(body)) = (places.get(key), &record.body) else { continue };
            if let Ok(alert) = serde_json::from_value(body.clone()) {
                self.rules[*place].active.restore(alert);
            }
        }
    }

    /// What its alerts wait for, as [`Group::restore`] takes it.
    pub fn kept(&self) -> impl Iterator<Item = Record> {
        self.rules.iter().flat_map(|placed| placed.active.records(&placed.key))
    }

    /// When to evaluate first after `now`: groups of one interval do not all run in the same moment.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Timestamp {
        let interval = self.interval.max(1);
        let spread = xxhash_rust::xxh3::xxh3_64(format!("{}/{}", self.file, self.name).as_bytes());
        let offset = (spread % interval.unsigned_abs()) as i64;
        let passed = (now.millis() - offset).div_euclid(interval) * interval + offset;
        Timestamp::from_millis(passed + interval)
    }

    /// Evaluates all rules at `now` over `data`.
    pub fn evaluate(&mut self, now: Timestamp, data: &dyn Queryable, environment: &Environment) -> Evaluation {
        let mut evaluation = Evaluation { next: self.next_after(now), ..Evaluation::default() };
        let mut layered = Layered { below: data, above: Memory::default() };
        let (interval, limit) = (self.interval, self.limit);
        for placed in &mut self.rules {
            match placed.evaluate(now, &layered, environment, interval, limit) {
                Ok((series, step)) => {
                    let series = placed.with_ends(series, now);
                    series.iter().for_each(|series| layered.above.add_series(series));
                    evaluation.series.extend(series);
                    evaluation.signals.extend(step.signals);
                    evaluation.records.extend(step.records);
                }
                Err(message) => {
                    let rule = placed.rule.name().to_owned();
                    evaluation.failures.push(Failure { rule, message });
                }
            }
        }
        evaluation
    }
}

impl Placed {
    fn evaluate(
        &mut self,
        now: Timestamp,
        data: &dyn Queryable,
        environment: &Environment,
        interval: i64,
        limit: usize,
    ) -> Outcome {
        let value = self.rule.query().instant(data, now.millis(), &environment.options);
        let elements = value.and_then(crate::promql::Value::into_vector).map_err(|error| error.to_string())?;
        match &self.rule {
            Rule::Recording(rule) => {
                let series = recorded(rule, elements, now)?;
                if limit > 0 && series.len() > limit {
                    return Err(format!("there are {} series, and the limit is {limit}", series.len()));
                }
                Ok((series, super::active::Step::default()))
            }
            Rule::Alerting(rule) => {
                check_count(elements.len(), limit)?;
                let found = elements.iter().map(|element| rule.found(element, now, data, environment)).collect();
                let waits = Waits { hold: rule.hold, keep_firing: rule.keep_firing, every: interval };
                let step = self.active.advance(&self.key, now, found, waits, environment)?;
                Ok((self.active.alerts().flat_map(|alert| states(alert, now)).collect(), step))
            }
        }
    }

    /// The series, and the end of those that were there before and are not any more.
    fn with_ends(&mut self, mut series: Vec<Series>, now: Timestamp) -> Vec<Series> {
        let labels: BTreeSet<Arc<Labels>> = series.iter().map(|series| Arc::clone(&series.labels)).collect();
        for gone in self.recorded.difference(&labels) {
            series.push(one_sample(Arc::clone(gone), now, stale()));
        }
        self.recorded = labels;
        series
    }
}

impl AlertingRule {
    /// The alert on one element of the result.
    fn found(&self, element: &Element, now: Timestamp, data: &dyn Queryable, environment: &Environment) -> Found {
        let filling = Filling {
            labels: &element.labels,
            value: element.value,
            external: &environment.external,
            data: Some(data),
            now: now.millis(),
            options: &environment.options,
        };
        let mut labels = Labels::clone(&element.labels);
        labels.remove(NAME);
        for (name, template) in &self.labels {
            labels.insert(name.clone(), template.fill(&filling));
        }
        labels.insert("alertname".to_owned(), self.name.clone());
        labels.retain(|_, value| !value.is_empty());
        let annotations = self.annotations.iter();
        let annotations = annotations.map(|(name, template)| (name.clone(), template.fill(&filling))).collect();
        Found { labels, annotations, value: element.value }
    }
}

fn recorded(rule: &RecordingRule, elements: Vec<Element>, now: Timestamp) -> Result<Vec<Series>, String> {
    let mut seen = BTreeSet::new();
    let mut series = Vec::with_capacity(elements.len());
    for element in elements {
        let mut labels = Labels::clone(&element.labels);
        labels.extend(rule.labels.iter().map(|(name, value)| (name.clone(), value.clone())));
        labels.insert(NAME.to_owned(), rule.name.clone());
        labels.retain(|_, value| !value.is_empty());
        let labels = Arc::new(labels);
        if !seen.insert(Arc::clone(&labels)) {
            return Err(format!("two series have the same labels {labels:?}: keep a label that tells them apart"));
        }
        series.push(one_sample(labels, now, element.value));
    }
    Ok(series)
}

/// `ALERTS` and `ALERTS_FOR_STATE` of an alert.
fn states(alert: &ActiveAlert, now: Timestamp) -> [Series; 2] {
    let mut labels = alert.labels.clone();
    labels.insert(NAME.to_owned(), "ALERTS_FOR_STATE".to_owned());
    let since = one_sample(Arc::new(labels.clone()), now, alert.active_at.millis().div_euclid(1000) as f64);
    labels.insert(NAME.to_owned(), "ALERTS".to_owned());
    let stage = if alert.stage == Stage::Firing { "firing" } else { "pending" };
    labels.insert("alertstate".to_owned(), stage.to_owned());
    [one_sample(Arc::new(labels), now, 1.0), since]
}

fn one_sample(labels: Arc<Labels>, now: Timestamp, value: f64) -> Series {
    Series { labels, samples: vec![Sample { at: now.millis(), value }] }
}

/// Series, and above them what rules of the same evaluation have recorded.
struct Layered<'a> {
    below: &'a dyn Queryable,
    above: Memory,
}

impl Queryable for Layered<'_> {
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Series>, String> {
        let above = self.above.select(matchers, from, to)?;
        let below = self.below.select(matchers, from, to)?;
        if above.is_empty() {
            return Ok(below);
        }
        let mut joined: BTreeMap<Arc<Labels>, Vec<Sample>> =
            below.into_iter().map(|series| (series.labels, series.samples)).collect();
        for series in above {
            let samples = joined.entry(series.labels).or_default();
            let first = series.samples.first().map_or(i64::MAX, |sample| sample.at);
            samples.retain(|sample| sample.at < first);
            samples.extend(series.samples);
        }
        Ok(joined.into_iter().map(|(labels, samples)| Series { labels, samples }).collect())
    }
}

impl Evaluation {
    /// For callers that evaluate every so many milliseconds without a group.
    pub(super) fn of_step(step: super::active::Step, now: Timestamp, every: i64) -> Self {
        Self { signals: step.signals, records: step.records, next: later(now, every), ..Self::default() }
    }
}
