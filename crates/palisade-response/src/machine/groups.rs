//! Groups: alerts that are told together by one route.

use super::{Response, RouteState, alerts::Rank, keeping::Kind, membership::Membership, timers::Timer};
use crate::{
    limits::{GROUPS_PER_MINUTE_MAX, MESSAGE_ALERTS_MAX},
    routing::Way,
};
use palisade_model::{Alert, AlertStatus, Labels, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A group, what is kept of it, and what follows from its alerts.
#[derive(Debug)]
pub(super) struct GroupEntry {
    pub(super) key: Arc<str>,
    /// The number of its route.
    pub(super) route: usize,
    pub(super) state: GroupState,
    /// How many alerts have to do with it.
    pub(super) members: usize,
    /// Alerts that are listed in messages, the worst first.
    pub(super) listed: BTreeMap<Rank, usize>,
    /// How many of them nobody looks at.
    pub(super) unattended: usize,
    /// What is to be told, by number.
    pub(super) news: BTreeMap<u64, usize>,
    pub(super) armed: Option<Timestamp>,
}

/// What is kept of a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct GroupState {
    /// The key of its route.
    pub(super) route: String,
    /// What its alerts have in common.
    pub(super) labels: Labels,
    /// The next piece of news takes this number.
    pub(super) next: u64,
    /// All news up to this number is told.
    pub(super) told: u64,
    /// How many messages there were.
    pub(super) turn: u64,
    /// When what is new is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tells_at: Option<Timestamp>,
    /// When people were last told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told_at: Option<Timestamp>,
    /// People were told that somebody looks at all of it.
    pub(super) is_told_acknowledged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) escalation: Option<EscalationState>,
    /// Whom escalations have told, by channel: they hear of the end as well.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) escalated: BTreeMap<String, Vec<String>>,
    /// Alerts that people know and that have gone to another group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) left: Vec<Alert>,
}

/// How far an escalation has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct EscalationState {
    /// The step that comes next, from 0.
    pub(super) step: usize,
    /// How often all steps were taken.
    pub(super) round: u32,
    /// When it is taken; `None` when all are.
    pub(super) due: Option<Timestamp>,
}

impl GroupEntry {
    pub(super) fn new(key: Arc<str>, route: usize, state: GroupState) -> Self {
        Self {
            key,
            route,
            state,
            members: 0,
            listed: BTreeMap::new(),
            unattended: 0,
            news: BTreeMap::new(),
            armed: None,
        }
    }

    /// Enters a piece of news about `alert` and returns its number.
    pub(super) fn add_news(&mut self, alert: usize, way: &Way, now: Timestamp) -> u64 {
        self.wait(way, now);
        self.keep_news(alert)
    }

    /// As [`GroupEntry::add_news`], of news that is told along with other news only.
    pub(super) fn keep_news(&mut self, alert: usize) -> u64 {
        let number = self.state.next;
        self.state.next += 1;
        self.news.insert(number, alert);
        number
    }

    /// What is new is told when others had time to join it, and not too soon after the last message.
    pub(super) fn wait(&mut self, way: &Way, now: Timestamp) {
        if self.state.tells_at.is_none() {
            let gathered = way.group_wait.after(now);
            let after_last = self.state.told_at.map(|at| way.group_interval.after(at));
            self.state.tells_at = after_last.into_iter().chain([gathered]).max();
        }
    }

    /// Gives `member` its place among those listed.
    pub(super) fn list(&mut self, member: &mut Membership, rank: Option<&Rank>, is_unattended: bool, alert: usize) {
        if member.rank.as_ref() != rank {
            if let Some(before) = member.rank.take() {
                self.listed.remove(&before);
            }
            if let Some(rank) = rank {
                self.listed.insert(rank.clone(), alert);
                member.rank = Some(rank.clone());
            }
        }
        self.unattended += usize::from(is_unattended);
        self.unattended -= usize::from(member.is_unattended);
        member.is_unattended = is_unattended;
    }

    /// An alert that has left comes back before anybody was told that it had: true when people know it as firing.
    fn take_left(&mut self, fingerprint: &str) -> bool {
        let before = self.state.left.len();
        self.state.left.retain(|alert| alert.fingerprint != fingerprint);
        self.state.left.len() < before
    }

    fn has_news(&self) -> bool {
        !self.news.is_empty() || !self.state.left.is_empty()
    }

    /// When it has something to say by itself.
    fn due_at(&self, way: &Way, route: &RouteState) -> Option<Timestamp> {
        if route.muted_by.is_some() {
            return None;
        }
        let news = self.state.tells_at.filter(|_| self.has_news());
        let is_open = self.unattended > 0;
        // What is new says the rest along.
        let repeats = is_open && !way.repeat_interval.is_zero() && news.is_none();
        let repeat = self.state.told_at.filter(|_| repeats).map(|at| way.repeat_interval.after(at));
        let escalation = self.state.escalation.and_then(|escalation| escalation.due).filter(|_| is_open);
        [news, repeat, escalation].into_iter().flatten().min()
    }
}

impl Response {
    /// Puts a firing alert into its groups; those that it is in already stay as they are.
    pub(super) fn enter_groups(&mut self, now: Timestamp, alert: usize) {
        let ways = self.rules.routing.take(&self.alerts[alert].alert.labels);
        for route in ways {
            let is_in = self.alerts[alert].memberships.iter().any(|member| self.groups[member.group].route == route);
            if !is_in {
                let group = self.group_for(now, route, alert);
                let entry = &mut self.groups[group];
                entry.members += 1;
                let was_told = entry.take_left(&self.alerts[alert].alert.fingerprint);
                let member = if was_told { Membership::known(group) } else { Membership::new(group) };
                self.alerts[alert].memberships.push(member);
            }
        }
    }

    /// The group of `route` for the labels of `alert`, opened when there is none.
    fn group_for(&mut self, now: Timestamp, route: usize, alert: usize) -> usize {
        let way = self.rules.routing.get(route);
        let labels = way.group_labels(&self.alerts[alert].alert.labels);
        let key = way.group_key(&labels);
        let common = way.common_key();
        if let Some(&group) = self.by_group_key.get(key.as_str()) {
            return group;
        }
        if self.may_open(now, route) {
            return self.open_group(now, key, route, labels);
        }
        match self.by_group_key.get(common.as_str()) {
            Some(&group) => group,
            None => self.open_group(now, common, route, Labels::new()),
        }
    }

    /// Counts one more group of `route`, unless it has opened too many within this minute.
    fn may_open(&mut self, now: Timestamp, route: usize) -> bool {
        let minute = now.nanos().div_euclid(60_000_000_000);
        let state = &mut self.routes[route];
        if state.minute != minute {
            state.minute = minute;
            state.opened = 0;
        }
        if state.opened >= GROUPS_PER_MINUTE_MAX {
            return false;
        }
        state.opened += 1;
        let key = self.rules.routing.get(route).key.clone();
        self.pending.others.insert((Kind::Route, key));
        true
    }

    /// Opens a group. Its numbers begin with the time, so that what alerts still know of a group of this key that was
    /// closed before counts as told.
    fn open_group(&mut self, now: Timestamp, key: String, route: usize, labels: Labels) -> usize {
        let key: Arc<str> = key.into();
        let route_key = self.rules.routing.get(route).key.clone();
        let told = u64::try_from(now.nanos()).unwrap_or(0);
        let state = GroupState { route: route_key, labels, told, next: told + 1, ..GroupState::default() };
        let group = self.groups.insert(GroupEntry::new(Arc::clone(&key), route, state));
        self.by_group_key.insert(key, group);
        group
    }

    /// Takes `alert` out of groups that are no longer its own, because its labels or the routes have changed. `last` is
    /// what those groups know.
    pub(super) fn leave_groups(&mut self, now: Timestamp, alert: usize, last: &Alert) {
        let members = std::mem::take(&mut self.alerts[alert].memberships);
        let labels = &self.alerts[alert].alert.labels;
        let ways = self.rules.routing.take(labels);
        let routing = &self.rules.routing;
        let belongs = |group: &GroupEntry| {
            let way = routing.get(group.route);
            let key = || way.group_key(&way.group_labels(labels));
            ways.contains(&group.route) && (*group.key == *way.common_key() || *group.key == *key())
        };
        let (stay, leave): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|member| belongs(&self.groups[member.group]));
        self.alerts[alert].memberships = stay;
        self.leave(now, alert, leave, last);
    }

    /// Takes `alert` out of the groups of `members`. Those who were told by them hear that it is over, or no longer
    /// theirs.
    pub(super) fn leave(&mut self, now: Timestamp, alert: usize, members: Vec<Membership>, last: &Alert) {
        for mut member in members {
            let group = &mut self.groups[member.group];
            member.catch_up(group.state.told);
            member.unsay(group);
            group.list(&mut member, None, false, alert);
            group.members -= 1;
            if member.is_known && group.state.left.len() < MESSAGE_ALERTS_MAX {
                let mut copy = last.clone();
                if copy.status != AlertStatus::Resolved {
                    copy.status = AlertStatus::Resolved;
                    copy.ends_at = Some(now);
                }
                // What follows from other state is not kept.
                copy.suppressed_by.clear();
                copy.flapping = false;
                group.state.left.push(copy);
                group.wait(self.rules.routing.get(group.route), now);
            }
            self.touched.insert(Arc::clone(&group.key));
        }
    }

    /// Finds new groups for alerts whose routes a new configuration has changed.
    pub(super) fn place_again(&mut self, now: Timestamp) {
        for alert in std::mem::take(&mut self.misplaced) {
            let last = self.alerts[alert].alert.clone();
            self.leave_groups(now, alert, &last);
            if self.alerts[alert].standing.is_open {
                self.enter_groups(now, alert);
                self.refresh(now, alert, false);
            }
            self.mark_alert(alert);
            self.arm_alert(alert);
        }
        self.settle(now);
    }

    /// Looks at every group in which something has changed.
    pub(super) fn settle(&mut self, now: Timestamp) {
        while let Some(key) = self.touched.pop_first() {
            let Some(&group) = self.by_group_key.get(&key) else { continue };
            let entry = &mut self.groups[group];
            if entry.members == 0 && entry.state.left.is_empty() {
                self.close_group(group);
                continue;
            }
            if !entry.has_news() {
                entry.state.tells_at = None;
            }
            if entry.unattended == 0 {
                entry.state.escalation = None;
                self.tell_acknowledged(now, group);
            } else {
                entry.state.is_told_acknowledged = false;
            }
            self.pending.others.insert((Kind::Group, key.to_string()));
            self.arm_group(group);
        }
    }

    fn close_group(&mut self, group: usize) {
        let entry = self.groups.remove(group);
        self.by_group_key.remove(&entry.key);
        self.timers.disarm(entry.armed, || Timer::Group(Arc::clone(&entry.key)));
        self.pending.others.insert((Kind::Group, entry.key.to_string()));
    }

    pub(super) fn arm_group(&mut self, group: usize) {
        let entry = &mut self.groups[group];
        let due = entry.due_at(self.rules.routing.get(entry.route), &self.routes[entry.route]);
        let key = &entry.key;
        self.timers.arm(&mut entry.armed, due, || Timer::Group(Arc::clone(key)));
    }

    /// Does what is due of the group `key`, whose timer stood at `armed`.
    pub(super) fn group_due(&mut self, now: Timestamp, armed: Timestamp, key: &Arc<str>) {
        let Some(&group) = self.by_group_key.get(key) else { return };
        let entry = &mut self.groups[group];
        entry.armed = None;
        let due = entry.due_at(self.rules.routing.get(entry.route), &self.routes[entry.route]);
        if due.is_some_and(|due| due <= armed) {
            self.tell(now, group);
        } else {
            self.arm_group(group);
        }
    }
}
