//! What alerts of one rule wait for: `for`, `keep_firing_for`, and being over.

use super::{Environment, RECORD_KIND};
use crate::Record;
use palisade_model::{Labels, Severity, Signal, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One rule may have this many alerts.
const ALERTS_MAX: usize = 10_000;

/// An alert that waits or fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveAlert {
    /// What it is about, `alertname` among them.
    pub labels: Labels,
    /// What to tell people.
    pub annotations: Labels,
    /// The latest number; not kept over a restart.
    #[serde(skip)]
    pub value: f64,
    /// Where it stands.
    pub stage: Stage,
    /// Since when it is so.
    pub active_at: Timestamp,
    /// Since when it fires.
    pub fired_at: Option<Timestamp>,
    /// Since when it fires only because of `keep_firing_for`.
    pub kept_since: Option<Timestamp>,
    /// When it was last told.
    #[serde(skip)]
    told_at: Option<Timestamp>,
}

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// So, but not yet for long enough.
    Pending,
    /// Told.
    Firing,
}

/// What a rule says is so now.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
    pub(super) value: f64,
}

/// How long alerts wait; milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    pub(super) hold: i64,
    pub(super) keep_firing: i64,
    pub(super) every: i64,
}

/// The alerts of one rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Active {
    alerts: BTreeMap<Labels, ActiveAlert>,
}

/// What follows from one evaluation.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) signals: Vec<Signal>,
    pub(super) records: Vec<Record>,
}

impl Active {
    pub(super) fn alerts(&self) -> impl Iterator<Item = &ActiveAlert> {
        self.alerts.values()
    }

    /// What is kept of all alerts of the rule with this key.
    pub(super) fn records(&self, key: &str) -> impl Iterator<Item = Record> {
        self.alerts.iter().map(move |(labels, alert)| record(key, labels, Some(alert)))
    }

    /// Takes over an alert from its record.
    pub(super) fn restore(&mut self, alert: ActiveAlert) {
        self.alerts.insert(alert.labels.clone(), alert);
    }

    /// Goes on to `now`, when `found` is so. `key` is that of the rule.
    pub(super) fn advance(
        &mut self,
        key: &str,
        now: Timestamp,
        found: Vec<Found>,
        waits: Waits,
        environment: &Environment,
    ) -> Result<Step, String> {
        let found = by_labels(found)?;
        let mut step = Step::default();
        self.leave(key, now, &found, waits, &mut step);
        for (labels, found) in found {
            let alert = self.alerts.entry(labels);
            let is_new = matches!(alert, std::collections::btree_map::Entry::Vacant(_));
            let alert = alert.or_insert_with_key(|labels| ActiveAlert::pending(labels, now));
            let before = (alert.stage, alert.kept_since.take());
            alert.value = found.value;
            alert.annotations = found.annotations;
            if alert.stage == Stage::Pending && since(alert.active_at, now) >= waits.hold {
                alert.stage = Stage::Firing;
                alert.fired_at = Some(now);
            }
            if is_new || before.0 != alert.stage || before.1.is_some() {
                step.records.push(record(key, &alert.labels, Some(alert)));
            }
        }
        self.tell(now, waits, environment, &mut step);
        Ok(step)
    }

    /// Lets go of alerts that are not so any more, or keeps them firing for a while.
    fn leave(&mut self, key: &str, now: Timestamp, found: &BTreeMap<Labels, Found>, waits: Waits, step: &mut Step) {
        let mut over = Vec::new();
        for (labels, alert) in self.alerts.iter_mut().filter(|(labels, _)| !found.contains_key(*labels)) {
            if alert.stage == Stage::Firing && waits.keep_firing > 0 {
                let is_new = alert.kept_since.is_none();
                let kept_since = *alert.kept_since.get_or_insert(now);
                if since(kept_since, now) < waits.keep_firing {
                    if is_new {
                        step.records.push(record(key, labels, Some(alert)));
                    }
                    continue;
                }
            }
            if alert.stage == Stage::Firing {
                step.signals.push(alert.signal(now));
            }
            over.push(labels.clone());
        }
        for labels in over {
            self.alerts.remove(&labels);
            step.records.push(record(key, &labels, None));
        }
    }

    /// Tells what fires and was not told lately. Its end is far enough for some evaluations to be missed.
    fn tell(&mut self, now: Timestamp, waits: Waits, environment: &Environment, step: &mut Step) {
        let lasts = environment.resend_after.max(waits.every).saturating_mul(4);
        for alert in self.alerts.values_mut().filter(|alert| alert.stage == Stage::Firing) {
            if alert.told_at.is_none_or(|told| since(told, now) >= environment.resend_after) {
                alert.told_at = Some(now);
                step.signals.push(alert.signal(later(now, lasts)));
            }
        }
    }
}

/// Refuses more alerts than there may be: `limit`, or as many as of any rule when it is 0.
pub(super) fn check_count(count: usize, limit: usize) -> Result<(), String> {
    let most = if limit == 0 { ALERTS_MAX } else { limit.min(ALERTS_MAX) };
    if count <= most { Ok(()) } else { Err(format!("there are {count} alerts, and the limit is {most}")) }
}

/// Milliseconds from one time to another.
pub(super) fn since(from: Timestamp, to: Timestamp) -> i64 {
    to.millis().saturating_sub(from.millis())
}

/// So many milliseconds later.
pub(super) fn later(at: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_nanos(at.nanos().saturating_add(milliseconds.saturating_mul(1_000_000)))
}

fn by_labels(found: Vec<Found>) -> Result<BTreeMap<Labels, Found>, String> {
    let mut by_labels = BTreeMap::new();
    for each in found {
        if let Some(other) = by_labels.insert(each.labels.clone(), each) {
            return Err(format!(
                "two alerts have the same labels {:?}: keep a label that tells them apart",
                other.labels
            ));
        }
    }
    Ok(by_labels)
}

fn record(key: &str, labels: &Labels, alert: Option<&ActiveAlert>) -> Record {
    let mut written = String::new();
    for (name, value) in labels {
        written.extend([name.as_str(), "\0", value, "\0"]);
    }
    let hash = xxhash_rust::xxh3::xxh3_128(written.as_bytes());
    let body = alert.and_then(|alert| serde_json::to_value(alert).ok());
    Record { kind: RECORD_KIND.to_owned(), key: format!("{key}/{hash:032x}"), body }
}

impl ActiveAlert {
    fn pending(labels: &Labels, now: Timestamp) -> Self {
        Self {
            labels: labels.clone(),
            annotations: Labels::new(),
            value: 0.0,
            stage: Stage::Pending,
            active_at: now,
            fired_at: None,
            kept_since: None,
            told_at: None,
        }
    }

    fn signal(&self, ends_at: Timestamp) -> Signal {
        Signal {
            labels: self.labels.clone(),
            annotations: self.annotations.clone(),
            severity: self.labels.get("severity").map_or(Severity::Medium, |name| severity_of(name)),
            source: "rules".to_owned(),
            starts_at: self.fired_at,
            ends_at: Some(ends_at),
            ..Signal::default()
        }
    }
}

/// The severity of what rule files write in the label of that name; medium for what is unknown.
fn severity_of(name: &str) -> Severity {
    match name.to_ascii_lowercase().as_str() {
        "critical" | "page" | "fatal" | "emergency" | "disaster" | "p1" => Severity::Critical,
        "high" | "error" | "major" | "p2" => Severity::High,
        "low" | "minor" | "notice" | "p4" => Severity::Low,
        "info" | "informational" | "information" | "none" | "debug" | "p5" => Severity::Informational,
        _ => Severity::Medium,
    }
}
