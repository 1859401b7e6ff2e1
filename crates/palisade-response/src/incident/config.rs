//! What the operator decides about incidents: when they open, what belongs together, who hears of it, how much is kept.

use palisade_model::{Alert, IncidentKind, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All settings of incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which alerts open an incident by themselves; the first that matches counts.
    pub rules: Vec<OpenRule>,
    /// How alerts are joined into incidents.
    pub correlation: Correlation,
    /// An incident without a firing alert resolves by itself after this many seconds. Not said: people resolve it.
    pub resolve_after_seconds: Option<u32>,
    /// An alert that fires again within this many seconds after its incident was resolved opens that one again.
    pub reopen_within_seconds: u32,
    /// Who hears of incidents.
    pub channels: Vec<NotifiedChannel>,
    /// How much is kept.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            correlation: Correlation::default(),
            resolve_after_seconds: None,
            // Long enough for a fix that did not hold, too short for the next day's matter.
            reopen_within_seconds: 600,
            channels: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// A rule that opens an incident for an alert.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenRule {
    /// Its name; the incident is opened by `rule:NAME`.
    pub name: String,
    /// What sort of matter it opens. A business or a package to decide about takes in the alerts of its rule with the
    /// same `group_by`, and none that only happens at the same time or place.
    pub kind: IncidentKind,
    /// Labels that the alert must have, each with one of the values that are listed.
    pub labels: BTreeMap<String, Values>,
    /// The least severity.
    pub min_severity: Severity,
    /// Alerts that match and have the same values of these labels go into one incident while it is open.
    pub group_by: Vec<String>,
    /// Who has the incident in hand from the start.
    pub owner: Option<String>,
}

impl OpenRule {
    /// Whether `alert` is one of those that the rule is for.
    #[must_use]
    pub fn matches(&self, alert: &Alert) -> bool {
        alert.severity >= self.min_severity
            && self
                .labels
                .iter()
                .all(|(name, values)| alert.labels.get(name).is_some_and(|value| values.contain(value)))
    }
}

/// One value or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Values {
    /// This one.
    One(String),
    /// Any of these.
    Several(Vec<String>),
}

impl Values {
    fn contain(&self, value: &str) -> bool {
        match self {
            Self::One(one) => one == value,
            Self::Several(several) => several.iter().any(|one| one == value),
        }
    }
}

/// How alerts are joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Correlation {
    /// Whether alerts are joined at all.
    pub enabled: bool,
    /// Alerts join when they began within this many seconds of each other; the nearer, the more it weighs.
    pub window_seconds: u32,
    /// Alerts of at least this severity are looked at.
    pub min_severity: Severity,
    /// Alerts that belong together open an incident when one of them is at least this severe.
    pub open_severity: Severity,
    /// What must be reached for two alerts to belong together. One rare host that both name weighs 1 when they began at
    /// once, and half as much at the end of the window.
    pub threshold: f64,
    /// For so many seconds alerts are remembered, to know which entities are rare. At least twice the window.
    pub memory_seconds: u32,
    /// Further labels that name a thing, or other weights for those that are known.
    pub entities: BTreeMap<String, EntityLabel>,
    /// Services and hosts that talk to each other: alerts on direct neighbours may belong together.
    pub topology: Vec<Service>,
}

impl Default for Correlation {
    fn default() -> Self {
        Self {
            enabled: true,
            // Alerts of one cause come within minutes: rules wait (`for`), scrapes and batches delay.
            window_seconds: 900,
            min_severity: Severity::Low,
            open_severity: Severity::Medium,
            threshold: 0.5,
            // A quarter of a day's alerts tells what is common here.
            memory_seconds: 6 * 3600,
            entities: BTreeMap::new(),
            topology: Vec::new(),
        }
    }
}

/// What a label names, and how much it tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityLabel {
    /// The sort of thing: labels of the same sort are compared with each other (`host` and `instance` both name a host).
    pub kind: String,
    /// From 0, it tells nothing, to 1, who shares it belongs together.
    pub weight: f64,
}

/// A service or host and those that it depends on. Ends are written as entities: `service=checkout`, `host=db1`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// The one.
    pub name: String,
    /// The others.
    pub depends_on: Vec<String>,
}

/// A channel that hears of incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotifiedChannel {
    /// The channel's name.
    pub name: String,
    /// From this severity on.
    pub min_severity: Severity,
    /// Of these kinds; of all when none is named.
    pub kinds: Vec<IncidentKind>,
}

/// How much is kept. What people add beyond is refused with the limit's name; what comes by itself is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Incidents that are not resolved.
    pub live_incidents_max: usize,
    /// Incidents in all; beyond, the one that was finished first is forgotten.
    pub incidents_max: usize,
    /// Alerts of one incident.
    pub alerts_max: usize,
    /// Entries that alerts make in one timeline.
    pub automatic_entries_max: usize,
    /// Entries of one timeline.
    pub entries_max: usize,
    /// Tasks of one incident.
    pub tasks_max: usize,
    /// Links of one incident, and incidents that it is related to.
    pub links_max: usize,
    /// Roles of one incident.
    pub roles_max: usize,
    /// Entities of one incident.
    pub entities_max: usize,
    /// Bytes of a title, a name, an address.
    pub line_bytes_max: usize,
    /// Bytes of a note, a message, a summary, a reason.
    pub text_bytes_max: usize,
    /// Bytes of a post-mortem.
    pub post_mortem_bytes_max: usize,
    /// Alerts that are remembered; beyond, those that were to be forgotten first are.
    pub known_alerts_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            live_incidents_max: 10_000,
            incidents_max: 20_000,
            alerts_max: 10_000,
            automatic_entries_max: 12_000,
            entries_max: 16_000,
            tasks_max: 500,
            links_max: 200,
            roles_max: 50,
            entities_max: 64,
            line_bytes_max: 2_000,
            text_bytes_max: 20_000,
            post_mortem_bytes_max: 512 * 1024,
            known_alerts_max: 200_000,
        }
    }
}
