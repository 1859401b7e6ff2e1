//! How alerts are made, grouped, held back and told: what stands under `[response]`.
//!
//! Everything has a default: without a configuration there is one route, which groups by `alertname` and tells the
//! channel `default`. [`crate::Response::new`] checks a configuration and names the place of each mistake.

use crate::{Matcher, Period};
use palisade_model::{Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use crate::schedule::{Layer, Override, Schedule};
pub use crate::time_interval::{TimeInterval, TimeRange};

/// The whole of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which findings become alerts.
    pub findings: FindingRules,
    /// The way of alerts to channels: the root, with all other routes in it.
    pub route: Route,
    /// What need not be told while something worse is.
    pub inhibit_rules: Vec<InhibitRule>,
    /// Times at which alerts are expected and nobody is told.
    pub maintenance: Vec<MaintenanceWindow>,
    /// Named times, for routes and maintenance windows.
    pub time_intervals: Vec<NamedTimeInterval>,
    /// Who is told when nobody acts.
    pub escalations: Vec<Escalation>,
    /// Who is on call when.
    pub schedules: Vec<Schedule>,
    /// What the response must know of channels, by name. A channel that does not stand here has the defaults.
    pub channels: BTreeMap<String, ChannelRules>,
    /// When an alert that comes and goes is held.
    pub flapping: Flapping,
    /// How long a resolved alert can be looked at.
    pub resolved_kept: Kept,
}

/// Which findings become alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FindingRules {
    /// Findings below this severity become no alerts.
    pub minimum_severity: Severity,
    /// Another minimum by class: the longest name counts that is the class or a leading part of it
    /// (`guard.injection` for `guard.injection.sql`).
    pub classes: BTreeMap<String, Severity>,
}

impl Default for FindingRules {
    /// Medium: what is low or informational can be looked at when there is time, and wakes nobody.
    fn default() -> Self {
        Self { minimum_severity: Severity::Medium, classes: BTreeMap::new() }
    }
}

/// One way of alerts. What is not said is that of the route above; matchers and mute times are each route's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Route {
    /// All must be met. The root takes everything and has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matchers: Vec<Matcher>,
    /// Which channels are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// Alerts with equal values of these labels are told together; `...` stands for all labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<Vec<String>>,
    /// How long the first alert of a group waits for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_wait: Option<Period>,
    /// How long after a message what is new in a group is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_interval: Option<Period>,
    /// How long after a message the same is told again while nobody has acknowledged it; `0s` for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_interval: Option<Period>,
    /// An alert fires when it has been there for so long.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub hold_for: Option<Period>,
    /// An alert that is over goes on firing for so long, in case it comes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_firing_for: Option<Period>,
    /// An alert whose signals do not say when it ends is over so long after the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve_after: Option<Period>,
    /// The escalation that begins when an alert is told; the empty text for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// Named times at which this route tells nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mute_time_intervals: Vec<String>,
    /// Named times outside of which this route tells nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub active_time_intervals: Vec<String>,
    /// An alert that takes this route looks at those beside it as well.
    #[serde(rename = "continue", skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// Routes for some of its alerts; the first that fits is taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
}

/// What the root says where it is not said.
pub mod defaults {
    use crate::Period;

    /// The channel that is told.
    pub const CHANNEL: &str = "default";
    /// What alerts are grouped by.
    pub const GROUP_BY: &str = "alertname";
    /// A quarter of a second gathers what one attack does, and still reaches people within the second.
    pub const GROUP_WAIT: Period = Period::from_millis(250);
    /// Alertmanager's.
    pub const GROUP_INTERVAL: Period = Period::from_mins(5);
    /// Alertmanager's.
    pub const REPEAT_INTERVAL: Period = Period::from_hours(4);
    /// A finding has no end; an hour without a further one is taken for it.
    pub const RESOLVE_AFTER: Period = Period::from_hours(1);
}

/// While an alert fires that meets `source_matchers`, alerts that meet `target_matchers` are not told, where both have
/// the same values of the labels `equal`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InhibitRule {
    /// A name, for people.
    pub name: String,
    /// Of the alert that inhibits.
    pub source_matchers: Vec<Matcher>,
    /// Of the alerts that are inhibited.
    pub target_matchers: Vec<Matcher>,
    /// Labels that must be the same; one that both lack is.
    pub equal: Vec<String>,
}

/// A time at which alerts are expected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaintenanceWindow {
    /// Its name, which alerts show that it holds back.
    pub name: String,
    /// Which alerts; none for all.
    pub matchers: Vec<Matcher>,
    /// Not before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Not from this time on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Only at these named times; none for the whole time from start to end.
    pub time_intervals: Vec<String>,
}

/// A time with a name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NamedTimeInterval {
    /// Its name.
    pub name: String,
    /// It is when any of these is.
    pub time_intervals: Vec<TimeInterval>,
}

/// Who is told when nobody acts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Escalation {
    /// Its name.
    pub name: String,
    /// One after the other, until somebody acknowledges.
    pub steps: Vec<EscalationStep>,
    /// How often all steps are taken again after the last.
    pub repeat: u32,
}

/// One step of an escalation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EscalationStep {
    /// How long after the message, or after the step before.
    pub after: Period,
    /// Which channels are told; none for those of the route.
    pub channels: Vec<String>,
    /// Who is told by them: people, addresses, numbers.
    pub people: Vec<String>,
    /// Schedules whose people on call are told as well.
    pub schedules: Vec<String>,
}

/// What the response must know of a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelRules {
    /// At most so many alerts in one message; 0 for the default, 50.
    pub max_alerts: usize,
    /// Whether it is told that something is over.
    pub send_resolved: bool,
    /// Whether it is told that somebody looks at it.
    pub send_acknowledged: bool,
}

impl Default for ChannelRules {
    fn default() -> Self {
        Self { max_alerts: 0, send_resolved: true, send_acknowledged: true }
    }
}

/// When an alert that comes and goes is held: people are told once that it does, and then nothing until it is calm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flapping {
    /// So many changes between firing and resolved within the window; 0 for never.
    pub changes: u32,
    /// The window. An alert is calm again when it has not changed for as long.
    pub window: Period,
}

impl Default for Flapping {
    /// Three times on and three times off within half an hour.
    fn default() -> Self {
        Self { changes: 6, window: Period::from_mins(30) }
    }
}

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(pub Period);

impl Default for Kept {
    /// A day.
    fn default() -> Self {
        Self(Period::from_hours(24))
    }
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct ConfigError {
    /// Where, as in `route.routes[2].matchers`.
    pub place: String,
    /// What, and what to do.
    pub reason: String,
}

impl ConfigError {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}
