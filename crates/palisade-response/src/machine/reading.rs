//! What can be read of the machine.

use super::Response;
use crate::{Config, Silence, config::FindingRules};
use palisade_model::{Alert, AlertStatus, Id, Labels, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// A group of alerts that are told together.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// Its key, which messages carry.
    pub key: &'a str,
    /// The key of its route.
    pub route: &'a str,
    /// What its alerts have in common.
    pub labels: &'a Labels,
    /// Who is told.
    pub channels: &'a [String],
    /// Its alerts, by fingerprint.
    pub alerts: Vec<&'a Alert>,
    /// The named time at which nobody is told.
    pub muted_by: Option<&'a str>,
    /// When people were last told.
    pub told_at: Option<Timestamp>,
    /// When they will be told what is new.
    pub tells_at: Option<Timestamp>,
    /// The next step of the escalation, from 1, and when it is taken.
    pub escalation: Option<(usize, Timestamp)>,
}

/// Who is on call by one schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCall {
    /// The schedule.
    pub schedule: String,
    /// Who; nobody when it is empty.
    pub people: Vec<String>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Alerts that are not yet there for long enough.
    pub pending: usize,
    /// Alerts that fire.
    pub firing: usize,
    /// Alerts that are over and still kept.
    pub resolved: usize,
    /// Groups.
    pub groups: usize,
    /// Silences, expired ones too.
    pub silences: usize,
    /// Signals that found no room since the alert that tells of it began.
    pub dropped: u64,
}

impl Response {
    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Which findings become alerts.
    #[must_use]
    pub fn finding_rules(&self) -> &FindingRules {
        &self.config.findings
    }

    /// All alerts, in no order that means anything.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().map(|(_, entry)| &entry.alert)
    }

    /// The alert with this fingerprint.
    #[must_use]
    pub fn alert(&self, fingerprint: &str) -> Option<&Alert> {
        self.by_fingerprint.get(fingerprint).map(|alert| &self.alerts[*alert].alert)
    }

    /// All silences, the oldest first.
    pub fn silences(&self) -> impl Iterator<Item = &Silence> {
        self.silences.values().map(|entry| &entry.silence)
    }

    /// The silence with this id.
    #[must_use]
    pub fn silence_with(&self, id: Id) -> Option<&Silence> {
        self.silences.get(&id).map(|entry| &entry.silence)
    }

    /// The fingerprints of the alerts that the silence matches, when it has not expired.
    pub fn silenced_by(&self, id: Id) -> impl Iterator<Item = &str> {
        self.silences.get(&id).into_iter().flat_map(|entry| entry.alerts.iter().map(|key| &**key))
    }

    /// All groups, by key. This looks at every alert.
    pub fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        let mut members: HashMap<usize, Vec<&Alert>> = HashMap::new();
        for (_, entry) in &self.alerts {
            for member in &entry.memberships {
                members.entry(member.group).or_default().push(&entry.alert);
            }
        }
        let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
        for (number, group) in &self.groups {
            let mut alerts = members.remove(&number).unwrap_or_default();
            alerts.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
            let way = self.rules.routing.get(group.route);
            let escalation = group.state.escalation.and_then(|state| Some((state.step + 1, state.due?)));
            let view = Group {
                key: &group.key,
                route: &way.key,
                labels: &group.state.labels,
                channels: &way.channels,
                alerts,
                muted_by: self.routes[group.route].muted_by.as_deref(),
                told_at: group.state.told_at,
                tells_at: group.state.tells_at,
                escalation,
            };
            groups.insert(&group.key, view);
        }
        groups.into_values()
    }

    /// Who is on call now, by schedule.
    #[must_use]
    pub fn on_call(&self, now: Timestamp) -> Vec<OnCall> {
        let people = |schedule: &str| self.people_on_call(schedule, now).into_iter().map(str::to_owned).collect();
        self.rules.schedules().map(|name| OnCall { schedule: name.to_owned(), people: people(name) }).collect()
    }

    /// The overrides that were commanded and are not over: id, schedule, who and when.
    pub fn overrides(&self) -> impl Iterator<Item = (Id, &str, &crate::Override)> {
        self.overrides.iter().map(|(id, kept)| (*id, kept.schedule.as_str(), &kept.stand_in))
    }

    /// How much there is.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { groups: self.groups.len(), silences: self.silences.len(), ..Counts::default() };
        for alert in self.alerts() {
            match alert.status {
                AlertStatus::Pending => counts.pending += 1,
                AlertStatus::Firing => counts.firing += 1,
                AlertStatus::Resolved => counts.resolved += 1,
            }
        }
        counts.dropped = self.alert(super::removal::DROPPED).map_or(0, |alert| alert.count);
        counts
    }
}
