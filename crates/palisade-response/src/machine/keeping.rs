//! What is kept of the machine, and how it is made again.
//!
//! Records hold what cannot be found out otherwise. What follows from it and the configuration (which silences match an
//! alert, its channels, the members of a group) is found out again.

use super::{
    KeptOverride, Response, RouteState,
    alerts::{AlertEntry, AlertState, Standing},
    groups::{GroupEntry, GroupState},
    membership::{Membership, News},
};
use crate::{Record, Silence};
use palisade_model::{Alert, AlertStatus, Id};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

/// The sorts of records beside alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Silence,
    Override,
    Window,
    Route,
    Group,
}

const ALERT: &str = "alert";
const KINDS: [Kind; 5] = [Kind::Silence, Kind::Override, Kind::Window, Kind::Route, Kind::Group];

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Override => "override",
            Self::Window => "maintenance",
            Self::Route => "route",
            Self::Group => "group",
        }
    }
}

/// A record that could not be used, and why. The machine goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {kind} '{key}' cannot be restored: {reason}")]
pub struct RestoreProblem {
    /// The sort of thing.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// What is wrong.
    pub reason: String,
}

/// An alert as it is kept.
#[derive(Serialize, Deserialize)]
struct KeptAlert<A> {
    alert: A,
    #[serde(default)]
    state: AlertState,
    #[serde(default)]
    groups: Vec<KeptMembership>,
}

#[derive(Serialize, Deserialize)]
struct KeptMembership {
    group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    news: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_held: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_known: bool,
}

impl Response {
    /// Makes the machine again out of the records that were kept, in any order. It must have seen nothing yet.
    /// Returns what could not be used: a damaged record is told, and does not keep the others from working.
    pub fn restore(&mut self, records: impl IntoIterator<Item = Record>) -> Vec<RestoreProblem> {
        let mut problems = Vec::new();
        let mut alerts = Vec::new();
        for record in records {
            let Some(body) = record.body else { continue };
            let result = match (record.kind.as_str(), KINDS.into_iter().find(|kind| kind.name() == record.kind)) {
                (ALERT, _) => {
                    alerts.push((record.key, body));
                    continue;
                }
                (_, Some(kind)) => self.restore_one(kind, &record.key, body),
                // What others keep beside us.
                (_, None) => continue,
            };
            if let Err(reason) = result {
                problems.push(RestoreProblem { kind: record.kind, key: record.key, reason });
            }
        }
        // In order, so that the machine does not depend on that of the records.
        alerts.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (key, body) in alerts {
            if let Err(reason) = self.restore_alert(&key, body) {
                problems.push(RestoreProblem { kind: ALERT.to_owned(), key, reason });
            }
        }
        self.restore_standings();
        problems
    }

    /// What belongs to a route or window that the configuration no longer has goes; its alerts find another group.
    fn restore_one(&mut self, kind: Kind, key: &str, body: Value) -> Result<(), String> {
        match kind {
            Kind::Silence => self.enter_silence(read::<Silence>(body)?),
            Kind::Override => self.enter_override(key.parse::<Id>().map_err(|e| e.to_string())?, read(body)?),
            Kind::Window => match self.rules.windows.iter().position(|window| window.name == key) {
                Some(number) => self.windows[number].is_on = true,
                None => self.mark(Kind::Window, key),
            },
            Kind::Route => {
                let state: RouteState = read(body)?;
                match self.rules.routing.find(key) {
                    Some(route) => self.routes[route] = state,
                    None => self.mark(Kind::Route, key),
                }
            }
            Kind::Group => {
                let state: GroupState = read(body)?;
                match self.rules.routing.find(&state.route) {
                    Some(route) => {
                        let key: Arc<str> = key.into();
                        let group = self.groups.insert(GroupEntry::new(Arc::clone(&key), route, state));
                        self.by_group_key.insert(key, group);
                    }
                    None => self.mark(Kind::Group, key),
                }
            }
        }
        Ok(())
    }

    fn restore_alert(&mut self, key: &str, body: Value) -> Result<(), String> {
        let kept: KeptAlert<Alert> = read(body)?;
        if kept.alert.fingerprint != key {
            return Err("its fingerprint is another".to_owned());
        }
        let key: Arc<str> = key.into();
        let mut entry = AlertEntry::new(kept.alert, Arc::clone(&key));
        entry.state = kept.state;
        let is_over = entry.alert.status == AlertStatus::Resolved && !entry.alert.flapping;
        for kept in kept.groups {
            let Some(&group) = self.by_group_key.get(kept.group.as_str()) else { continue };
            let mut member = Membership::new(group);
            member.is_known = kept.is_known;
            member.news = match kept.news {
                Some(number) => News::Number(number),
                None if kept.is_held => News::Held,
                None => News::Nothing,
            };
            member.catch_up(self.groups[group].state.told);
            // Its end is told, so the group is done with it.
            if !(is_over && member.news == News::Nothing) {
                entry.memberships.push(member);
            }
        }
        let alert = self.alerts.insert(entry);
        self.by_fingerprint.insert(key, alert);
        self.follow_labels(alert);
        Ok(())
    }

    /// When all is there: what holds what back, who stands where in which group, and what is due.
    fn restore_standings(&mut self) {
        let mut alerts: Vec<usize> = self.alerts.iter().map(|(alert, _)| alert).collect();
        alerts.sort_by(|a, b| self.alerts[*a].key.cmp(&self.alerts[*b].key));
        for &alert in &alerts {
            if self.alerts[alert].alert.status == AlertStatus::Firing {
                self.restore_source(alert);
            }
        }
        for &alert in &alerts {
            self.alerts[alert].alert.suppressed_by = self.suppressions(alert);
            self.restore_memberships(alert);
            let entry = &self.alerts[alert];
            if entry.is_done() {
                self.forgettable.insert((entry.alert.ends_at.unwrap_or_default(), Arc::clone(&entry.key)));
            }
            self.arm_alert(alert);
        }
        let groups: Vec<usize> = self.groups.iter().map(|(group, _)| group).collect();
        for group in groups {
            let entry = &self.groups[group];
            if entry.members == 0 && entry.state.left.is_empty() {
                self.touched.insert(Arc::clone(&entry.key));
            } else {
                self.arm_group(group);
            }
        }
    }

    fn restore_memberships(&mut self, alert: usize) {
        let entry = &mut self.alerts[alert];
        entry.standing = Standing::of(&entry.alert);
        let rank = entry.standing.is_listed().then(|| entry.rank());
        let is_unattended = entry.standing.is_unattended();
        for member in &mut entry.memberships {
            let group = &mut self.groups[member.group];
            group.members += 1;
            if let News::Number(number) = member.news {
                group.news.insert(number, alert);
            }
            group.list(member, rank.as_ref(), is_unattended, alert);
        }
        let entry = &self.alerts[alert];
        let ways = self.rules.routing.take(&entry.alert.labels);
        let is_placed = entry.memberships.iter().all(|member| {
            let group = &self.groups[member.group];
            let way = self.rules.routing.get(group.route);
            let is_own = *group.key == *way.group_key(&way.group_labels(&entry.alert.labels));
            ways.contains(&group.route) && (is_own || *group.key == *way.common_key())
        });
        if !is_placed || (entry.standing.is_open && entry.memberships.len() != ways.len()) {
            self.misplaced.push(alert);
        }
    }

    /// Everything that is to be kept now, each thing once.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        let mut others: BTreeSet<(Kind, String)> = BTreeSet::new();
        others.extend(self.silences.keys().map(|id| (Kind::Silence, id.to_string())));
        others.extend(self.overrides.keys().map(|id| (Kind::Override, id.to_string())));
        others.extend(self.rules.windows.iter().map(|window| (Kind::Window, window.name.clone())));
        others.extend(self.rules.routing.iter().map(|way| (Kind::Route, way.key.clone())));
        others.extend(self.groups.iter().map(|(_, group)| (Kind::Group, group.key.to_string())));
        let mut keys: Vec<&Arc<str>> = self.by_fingerprint.keys().collect();
        keys.sort_unstable();
        let others =
            others.into_iter().map(|(kind, key)| self.record(kind, key)).filter(|record| record.body.is_some());
        others.chain(keys.into_iter().map(|key| self.alert_record(key))).collect()
    }

    /// The records of what has changed, in an order that follows from their keys.
    pub(super) fn changed_records(
        &mut self,
        mut alerts: Vec<Arc<str>>,
        others: BTreeSet<(Kind, String)>,
    ) -> Vec<Record> {
        alerts.sort_unstable();
        alerts.dedup();
        for key in &alerts {
            if let Some(&alert) = self.by_fingerprint.get(key) {
                self.alerts[alert].is_dirty = false;
            }
        }
        let others = others.into_iter().map(|(kind, key)| self.record(kind, key));
        others.chain(alerts.iter().map(|key| self.alert_record(key))).collect()
    }

    fn record(&self, kind: Kind, key: String) -> Record {
        let id = || key.parse::<Id>().ok();
        let body = match kind {
            Kind::Silence => id().and_then(|id| self.silences.get(&id)).map(|entry| json!(entry.silence)),
            Kind::Override => id().and_then(|id| self.overrides.get(&id)).map(|kept: &KeptOverride| json!(kept)),
            Kind::Window => {
                let number = self.rules.windows.iter().position(|window| window.name == key);
                number.filter(|number| self.windows[*number].is_on).map(|_| json!({}))
            }
            Kind::Route => {
                let state = self.rules.routing.find(&key).map(|route| &self.routes[route]);
                state.filter(|state| **state != RouteState::default()).map(|state| json!(state))
            }
            Kind::Group => self.by_group_key.get(key.as_str()).map(|group| json!(self.groups[*group].state)),
        };
        Record { kind: kind.name().to_owned(), key, body }
    }

    fn alert_record(&self, key: &Arc<str>) -> Record {
        let entry = self.by_fingerprint.get(key).map(|alert| &self.alerts[*alert]);
        Record { kind: ALERT.to_owned(), key: key.to_string(), body: entry.map(|entry| self.alert_body(entry)) }
    }

    fn alert_body(&self, entry: &AlertEntry) -> Value {
        let membership = |member: &Membership| {
            let group = &self.groups[member.group];
            // What was told since is the group's to know.
            let mut member = member.clone();
            member.catch_up(group.state.told);
            KeptMembership {
                group: group.key.to_string(),
                news: if let News::Number(number) = member.news { Some(number) } else { None },
                is_held: member.news == News::Held,
                is_known: member.is_known,
            }
        };
        let groups = entry.memberships.iter().map(membership).collect();
        let mut body = json!(KeptAlert { alert: &entry.alert, state: entry.state.clone(), groups });
        // These follow from the rest.
        if let Some(alert) = body.get_mut("alert").and_then(Value::as_object_mut) {
            alert.shift_remove("suppressed_by");
            alert.shift_remove("channels");
        }
        body
    }
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, String> {
    serde_json::from_value(body).map_err(|error| error.to_string())
}
