//! One anomaly: what was odd together, since when, and what likely caused it.

use super::processes::{Resource, Taken};
use super::series::{Group, Series};
use palisade_model::{FindingId, Id, Severity, Timestamp};
use palisade_telemetry::anomaly::{Band, Contribution, Feedback, SeriesId, Similar};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An alarm of one series.
#[derive(Clone, Debug)]
pub(super) struct Odd {
    pub(super) series: Series,
    pub(super) observation: Option<Id>,
    pub(super) member: Member,
}

/// One series of an anomaly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The number of the series.
    #[serde(skip_serializing)]
    #[serde(default)]
    pub(super) id: SeriesId,
    /// Its name and labels.
    pub series: String,
    /// When it was found odd.
    pub time: Timestamp,
    /// Since when its scores were raised.
    pub since: Timestamp,
    /// The value then.
    pub value: f64,
    /// What was expected.
    pub band: Option<Band>,
    /// How odd: decades of how rare it is, and by how much.
    pub score: f32,
    /// What the score had to reach.
    pub threshold: f32,
    /// 1 less the part of earlier scores that are as high.
    pub likelihood: f64,
    /// Which detectors say so, the surest first.
    pub detectors: Vec<Contribution>,
    /// Earlier alarms of the series that looked alike.
    pub similar: Vec<Similar>,
    /// The score, comparable between series.
    pub(super) strength: f32,
}

/// What else was odd, or took what was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// process or series.
    pub kind: CauseKind,
    /// The name of the process, or the series with its labels.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// How odd it was; none for processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// What a process took of which resource, before and then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<Amount>,
    /// What it has in common with the anomaly, as `name=value`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub shared: Vec<String>,
    /// Whether it moved first, and so is the likely cause.
    pub first_mover: bool,
}

/// The sort of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CauseKind {
    /// A process that takes more than before.
    Process,
    /// Another series that is odd.
    Series,
}

/// What was taken of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// cpu (a share of all processors) or memory (bytes).
    pub resource: String,
    /// Before the anomaly.
    pub before: f64,
    /// At its height.
    pub now: f64,
}

impl From<Taken> for Cause {
    fn from(taken: Taken) -> Self {
        let resource = if taken.resource == Resource::Cpu { "cpu" } else { "memory" };
        Self {
            kind: CauseKind::Process,
            name: taken.process,
            since: taken.since,
            score: None,
            taken: Some(Amount { resource: resource.to_owned(), before: taken.before, now: taken.now }),
            shared: Vec::new(),
            first_mover: false,
        }
    }
}

/// What was odd together. Its finding has the same id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Anomaly {
    /// The finding.
    pub finding: FindingId,
    /// `telemetry.anomaly`, or `telemetry.storm`.
    pub class: String,
    /// Equal for anomalies of the same matter; the alert has it.
    pub fingerprint: String,
    /// How bad.
    pub severity: Severity,
    /// When the server took in what made it.
    pub time: Timestamp,
    /// Since when something of it was odd.
    pub since: Timestamp,
    /// When all of it was usual again; none while it lasts.
    pub ended: Option<Timestamp>,
    /// What it is about.
    pub group: Group,
    /// One line.
    pub title: String,
    /// How many series were odd.
    pub series_count: usize,
    /// The oddest of them.
    pub series: Vec<Member>,
    /// What likely caused it, the most telling first.
    pub causes: Vec<Cause>,
    /// Whether it became a finding. What is beyond the budget of its host is listed here alone.
    pub told: bool,
    /// What a person said of it.
    pub feedback: Option<Feedback>,
}

/// An anomaly with what is needed while it lasts.
#[derive(Clone, Debug)]
pub(super) struct Episode {
    pub(super) anomaly: Anomaly,
    /// Every series that was odd in it.
    pub(super) all: BTreeSet<SeriesId>,
    pub(super) calm_since: Option<Timestamp>,
}

/// How an episode is kept: what the API does not show stands beside what it shows.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    anomaly: Anomaly,
    members: Vec<SeriesId>,
    all: BTreeSet<SeriesId>,
    calm_since: Option<Timestamp>,
}

impl Episode {
    pub(super) fn keep(&self) -> Kept {
        let members = self.anomaly.series.iter().map(|member| member.id).collect();
        Kept { anomaly: self.anomaly.clone(), members, all: self.all.clone(), calm_since: self.calm_since }
    }
}

impl From<Kept> for Episode {
    fn from(kept: Kept) -> Self {
        let mut anomaly = kept.anomaly;
        for (member, id) in anomaly.series.iter_mut().zip(kept.members) {
            member.id = id;
        }
        Self { anomaly, all: kept.all, calm_since: kept.calm_since }
    }
}
