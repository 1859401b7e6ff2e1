//! What people are told of a group, and when: news, repetition, escalation, and that somebody looks at it.

use super::{
    Response,
    alerts::Rank,
    groups::EscalationState,
    membership::{Membership, News},
};
use palisade_model::{Alert, AlertStatus, Notification, Reason, Timestamp, fingerprint};
use serde_json::json;
use std::collections::BTreeMap;

/// What a message says.
struct Message<'a> {
    reason: Reason,
    channels: &'a [String],
    recipients: Vec<String>,
    step: u32,
    /// Only what nobody looks at.
    is_for_unattended: bool,
    /// Alerts that are over and were told.
    resolved: &'a [Alert],
    /// There is nothing new but them.
    is_of_ends: bool,
}

impl<'a> Message<'a> {
    fn new(reason: Reason, channels: &'a [String]) -> Self {
        Self {
            reason,
            channels,
            recipients: Vec::new(),
            step: 0,
            is_for_unattended: false,
            resolved: &[],
            is_of_ends: false,
        }
    }
}

impl Response {
    /// Tells what is due of `group`.
    pub(super) fn tell(&mut self, now: Timestamp, group: usize) {
        let entry = &self.groups[group];
        let way = self.rules.routing.get(entry.route);
        let has_news = entry.state.tells_at.is_some_and(|at| at <= now);
        let repeats_at = entry.state.told_at.map(|at| way.repeat_interval.after(at));
        let repeats = !way.repeat_interval.is_zero() && entry.unattended > 0 && repeats_at.is_some_and(|at| at <= now);
        // A repetition lists what was held back, too.
        if has_news || repeats && entry.state.tells_at.is_none() {
            self.tell_news(now, group, repeats);
        }
        self.escalate(now, group);
        let key = self.groups[group].key.clone();
        self.touched.insert(key);
    }

    /// Tells what is new in `group`, if anybody needs to hear of it.
    fn tell_news(&mut self, now: Timestamp, group: usize, repeats: bool) {
        let entry = &mut self.groups[group];
        entry.state.told = entry.state.next.saturating_sub(1);
        entry.state.tells_at = None;
        let news = std::mem::take(&mut entry.news);
        let mut resolved: BTreeMap<Rank, Alert> = BTreeMap::new();
        for alert in std::mem::take(&mut entry.state.left) {
            let rank = (std::cmp::Reverse(alert.severity), alert.starts_at, alert.fingerprint.as_str().into());
            resolved.insert(rank, alert);
        }
        let mut is_new = false;
        let mut attended = Vec::new();
        for alert in news.into_values() {
            let was_known = self.membership(alert, group).is_some_and(|member| member.is_known);
            match self.hear(group, alert, &mut resolved) {
                true => is_new = true,
                false if was_known => {}
                false => attended.push(alert),
            }
        }
        let resolved: Vec<Alert> = resolved.into_values().collect();
        let reason = match (is_new, resolved.is_empty(), self.groups[group].listed.is_empty()) {
            (true, ..) => Some(Reason::Firing),
            (false, false, true) => Some(Reason::Resolved),
            (false, false, false) => Some(Reason::Firing),
            (false, true, _) => repeats.then_some(Reason::Repeat),
        };
        if let Some(reason) = reason {
            self.tell_group(now, group, reason, &resolved, !is_new && !resolved.is_empty());
        } else {
            // Nothing is sent about what somebody looks at already: it stays news that waits for others.
            attended.into_iter().for_each(|alert| self.hold_back(group, alert));
        }
    }

    fn membership(&mut self, alert: usize, group: usize) -> Option<&mut Membership> {
        self.alerts.get_mut(alert)?.memberships.iter_mut().find(|member| member.group == group)
    }

    fn hold_back(&mut self, group: usize, alert: usize) {
        let number = self.groups[group].keep_news(alert);
        if let Some(member) = self.membership(alert, group) {
            member.is_known = false;
            member.news = News::Number(number);
            self.mark_alert(alert);
        }
    }

    /// `group` has told of `alert`. True when it should be looked at; else what is over goes to `resolved`.
    fn hear(&mut self, group: usize, alert: usize, resolved: &mut BTreeMap<Rank, Alert>) -> bool {
        let told = self.groups[group].state.told;
        let entry = &mut self.alerts[alert];
        let Some(at) = entry.memberships.iter().position(|member| member.group == group) else { return false };
        entry.memberships[at].catch_up(told);
        if entry.standing.is_open {
            return entry.standing.is_unattended();
        }
        entry.memberships.remove(at);
        resolved.insert(entry.rank(), entry.alert.clone());
        self.groups[group].members -= 1;
        self.after_telling(alert);
        false
    }

    /// Sends a message about `group` to the channels of its route. `is_of_ends`: nothing is new but what is over.
    fn tell_group(&mut self, now: Timestamp, group: usize, reason: Reason, resolved: &[Alert], is_of_ends: bool) {
        let entry = &mut self.groups[group];
        entry.state.told_at = Some(now);
        let way = self.rules.routing.get(entry.route);
        if entry.state.escalation.is_none() && entry.unattended > 0 && reason != Reason::Resolved {
            let steps = way.escalation.as_deref().and_then(|name| self.rules.escalation(name));
            let first = steps.and_then(|(steps, _)| steps.first());
            entry.state.escalation =
                first.map(|step| EscalationState { due: Some(step.after.after(now)), ..EscalationState::default() });
        }
        let channels = way.channels.clone();
        let message = Message { is_of_ends, resolved, ..Message::new(reason, &channels) };
        self.send(now, group, message);
        if !resolved.is_empty() {
            self.tell_escalated(now, group, &Message { is_of_ends, resolved, ..Message::new(reason, &channels) });
        }
    }

    /// Tells, once, that somebody looks at everything in `group` that people were told of.
    pub(super) fn tell_acknowledged(&mut self, now: Timestamp, group: usize) {
        let entry = &mut self.groups[group];
        let is_muted = self.routes[entry.route].muted_by.is_some();
        let is_due = !entry.listed.is_empty() && entry.state.told_at.is_some() && !entry.state.is_told_acknowledged;
        if !is_due || is_muted {
            return;
        }
        entry.state.is_told_acknowledged = true;
        let channels = self.rules.routing.get(entry.route).channels.clone();
        self.note_known(group);
        let message = Message::new(Reason::Acknowledged, &channels);
        self.tell_escalated(now, group, &message);
        self.send(now, group, message);
    }

    /// Takes the steps of the escalation of `group` that are due.
    fn escalate(&mut self, now: Timestamp, group: usize) {
        loop {
            let entry = &self.groups[group];
            let name = self.rules.routing.get(entry.route).escalation.clone();
            let Some((state, name)) = entry.state.escalation.zip(name) else { return };
            let Some((steps, repeat)) = self.rules.escalation(&name) else { return };
            if entry.unattended == 0 || state.due.is_none_or(|due| due > now) {
                return;
            }
            let next = match state.step + 1 {
                next if next < steps.len() => (next, state.round, true),
                _ => (0, state.round + 1, state.round < repeat),
            };
            let due = steps.get(next.0).filter(|_| next.2).map(|step| step.after.after(now));
            let Some(step) = steps.get(state.step).cloned() else { return };
            self.groups[group].state.escalation = Some(EscalationState { step: next.0, round: next.1, due });
            self.take_step(now, group, &name, state.step, &step);
        }
    }

    fn take_step(
        &mut self,
        now: Timestamp,
        group: usize,
        name: &str,
        number: usize,
        step: &crate::config::EscalationStep,
    ) {
        let mut recipients = step.people.clone();
        for schedule in &step.schedules {
            for person in self.people_on_call(schedule, now) {
                if !recipients.iter().any(|other| other == person) {
                    recipients.push(person.to_owned());
                }
            }
        }
        let entry = &self.groups[group];
        let way = self.rules.routing.get(entry.route);
        let channels = if step.channels.is_empty() { way.channels.clone() } else { step.channels.clone() };
        let key = entry.key.to_string();
        let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let detail = json!({"escalation": name, "step": number, "channels": channels, "recipients": recipients});
        self.note_automatic(now, "group.escalate", key, detail);
        self.note_known(group);
        self.note_escalated(group, &channels, &recipients);
        let message = Message {
            recipients,
            step: number,
            is_for_unattended: true,
            ..Message::new(Reason::Escalation, &channels)
        };
        self.send(now, group, message);
    }

    /// Those who were escalated to, by channels that are not the route's, hear `message` too.
    fn tell_escalated(&mut self, now: Timestamp, group: usize, message: &Message<'_>) {
        let mut escalated = self.groups[group].state.escalated.clone();
        escalated.retain(|channel, _| !message.channels.contains(channel));
        for (channel, recipients) in escalated {
            let channels = [channel];
            let Message { is_of_ends, resolved, reason, .. } = *message;
            self.send(now, group, Message { recipients, is_of_ends, resolved, ..Message::new(reason, &channels) });
        }
        if message.reason == Reason::Resolved {
            self.groups[group].state.escalated.clear();
        }
    }

    fn note_escalated(&mut self, group: usize, channels: &[String], recipients: &[String]) {
        for channel in channels {
            let told = self.groups[group].state.escalated.entry(channel.clone()).or_default();
            let new: Vec<String> = recipients.iter().filter(|person| !told.contains(person)).cloned().collect();
            told.extend(new);
        }
    }

    /// A message lists alerts whose own turn has not come: that they fire is known from now on, so their end is told.
    fn note_known(&mut self, group: usize) {
        let news: Vec<usize> = self.groups[group].news.values().copied().collect();
        for alert in news {
            let entry = &mut self.alerts[alert];
            let member = entry.memberships.iter_mut().find(|member| member.group == group && !member.is_known);
            if let Some(member) = member.filter(|_| entry.standing.is_listed()) {
                member.is_known = true;
                self.mark_alert(alert);
            }
        }
    }

    /// One notification for each channel that wants to hear it.
    fn send(&mut self, now: Timestamp, group: usize, message: Message<'_>) {
        let entry = &mut self.groups[group];
        entry.state.turn += 1;
        let entry = &self.groups[group];
        for channel in message.channels {
            let rules = self.rules.channel(channel);
            let resolved = if rules.send_resolved { message.resolved } else { &[] };
            let is_wanted = match message.reason {
                Reason::Acknowledged => rules.send_acknowledged,
                _ => rules.send_resolved || !message.is_of_ends,
            };
            let listed = entry.listed.values().map(|&alert| &self.alerts[alert]);
            let open = listed.filter(|alert| !message.is_for_unattended || alert.standing.is_unattended());
            let alerts: Vec<Alert> =
                open.map(|alert| &alert.alert).chain(resolved).take(rules.max_alerts).cloned().collect();
            if !is_wanted || alerts.is_empty() {
                continue;
            }
            let all = if message.is_for_unattended { entry.unattended } else { entry.listed.len() } + resolved.len();
            self.pending.notifications.push(Notification {
                id: notification_id(&entry.key, entry.state.turn, channel, message.reason, &alerts),
                channel: channel.clone(),
                decided_at: now,
                reason: message.reason,
                group_key: entry.key.to_string(),
                group_labels: entry.state.labels.clone(),
                truncated_alerts: (all - alerts.len()) as u64,
                alerts,
                incident: None,
                escalation_step: message.step,
                recipients: message.recipients.clone(),
            });
        }
    }

    /// A resolved alert that nobody waits for may be forgotten.
    pub(super) fn after_telling(&mut self, alert: usize) {
        let entry = &self.alerts[alert];
        if entry.is_done() {
            let end = entry.alert.ends_at.unwrap_or_default();
            self.forgettable.insert((end, entry.key.clone()));
            self.arm_alert(alert);
            self.forget_excess();
        }
    }
}

/// The identity of a message: which message of the group it is, to whom, why, and about which alerts.
fn notification_id(group: &str, turn: u64, channel: &str, reason: Reason, alerts: &[Alert]) -> String {
    let turn = turn.to_string();
    let reason = format!("{reason:?}");
    let about: String = alerts
        .iter()
        .map(|alert| {
            let mark = if alert.status == AlertStatus::Resolved { '-' } else { '+' };
            format!("{mark}{}", alert.id)
        })
        .collect();
    fingerprint(&[group, &turn, channel, &reason, &about])
}
