//! What people command, and what the audit log says of it.

use super::Response;
use crate::{Actor, AuditEntry, Command, Refusal, limits::TEXT_BYTES_MAX};
use palisade_model::{Acknowledgement, AlertStatus, Id, Timestamp};
use serde_json::{Value, json};

impl Response {
    /// Carries out `command`.
    pub(super) fn command(&mut self, now: Timestamp, actor: &Actor, command: Command) -> Result<(), Refusal> {
        check_text("name", &actor.name)?;
        match command {
            Command::Acknowledge { fingerprint, note } => self.acknowledge(now, actor, &fingerprint, note),
            Command::Unacknowledge { fingerprint } => self.unacknowledge(now, actor, &fingerprint),
            Command::Snooze { fingerprint, until } => self.snooze(now, actor, &fingerprint, until),
            Command::Resolve { fingerprint, note } => self.resolve_by_hand(now, actor, &fingerprint, &note),
            Command::Silence(draft) => self.silence(now, actor, draft),
            Command::ExpireSilence { id } => self.expire_silence(now, actor, id),
            Command::Override { schedule, stand_in } => self.stand_in(now, actor, schedule, stand_in),
            Command::EndOverride { id } => self.end_override(now, actor, id),
        }
    }

    /// The alert with this fingerprint, which is not over.
    fn ongoing(&self, fingerprint: &str) -> Result<usize, Refusal> {
        let Some(&alert) = self.by_fingerprint.get(fingerprint) else {
            let shown: String = fingerprint.chars().take(64).collect();
            return Err(Refusal::NotFound(format!("there is no alert '{shown}'")));
        };
        if self.alerts[alert].alert.status == AlertStatus::Resolved && !self.alerts[alert].alert.flapping {
            return Err(Refusal::Invalid("the alert is resolved already".to_owned()));
        }
        Ok(alert)
    }

    fn acknowledge(&mut self, now: Timestamp, actor: &Actor, key: &str, note: String) -> Result<(), Refusal> {
        check_text("note", &note)?;
        let alert = self.ongoing(key)?;
        self.note(now, actor, "alert.acknowledge", key.to_owned(), json!({"note": note}));
        let entry = &mut self.alerts[alert];
        entry.alert.acknowledged = Some(Acknowledgement { by: actor.name.clone(), at: now, note });
        // Who looks at it need not be kept from it any longer.
        entry.alert.snoozed_until = None;
        self.changed_by_hand(now, alert, false);
        Ok(())
    }

    fn unacknowledge(&mut self, now: Timestamp, actor: &Actor, key: &str) -> Result<(), Refusal> {
        let alert = self.ongoing(key)?;
        let entry = &mut self.alerts[alert];
        if entry.alert.acknowledged.take().is_none() {
            return Err(Refusal::Invalid("nobody has acknowledged the alert".to_owned()));
        }
        self.note(now, actor, "alert.unacknowledge", key.to_owned(), Value::Null);
        self.changed_by_hand(now, alert, true);
        Ok(())
    }

    fn snooze(&mut self, now: Timestamp, actor: &Actor, key: &str, until: Timestamp) -> Result<(), Refusal> {
        let alert = self.ongoing(key)?;
        if until <= now {
            return Err(Refusal::Invalid("a snooze ends in the future".to_owned()));
        }
        self.note(now, actor, "alert.snooze", key.to_owned(), json!({"until": until}));
        self.alerts[alert].alert.snoozed_until = Some(until);
        // When it ends people are told again.
        self.changed_by_hand(now, alert, true);
        Ok(())
    }

    fn resolve_by_hand(&mut self, now: Timestamp, actor: &Actor, key: &str, note: &str) -> Result<(), Refusal> {
        check_text("note", note)?;
        let alert = self.ongoing(key)?;
        self.note(now, actor, "alert.resolve", key.to_owned(), json!({"note": note}));
        // People say that it is over: it is not held any longer.
        let entry = &mut self.alerts[alert];
        entry.state.changes.clear();
        if std::mem::take(&mut entry.alert.flapping) && entry.alert.status == AlertStatus::Resolved {
            self.changed_by_hand(now, alert, false);
            self.after_telling(alert);
            return Ok(());
        }
        self.alerts[alert].alert.ends_at = Some(now);
        self.resolve_now(now, alert);
        Ok(())
    }

    /// Resolves `alert` without waiting for what its route would have it wait.
    fn resolve_now(&mut self, now: Timestamp, alert: usize) {
        self.resolve(now, alert);
        if self.alerts.contains(alert) {
            self.arm_alert(alert);
        }
    }

    fn changed_by_hand(&mut self, now: Timestamp, alert: usize, is_news: bool) {
        self.alerts[alert].alert.updated_at = now;
        self.refresh(now, alert, is_news);
        self.mark_alert(alert);
        self.arm_alert(alert);
    }

    /// Says which incident an alert belongs to; nothing when there is no such alert.
    pub fn set_incident(&mut self, fingerprint: &str, incident: Option<Id>) {
        if let Some(&alert) = self.by_fingerprint.get(fingerprint)
            && self.alerts[alert].alert.incident != incident
        {
            self.alerts[alert].alert.incident = incident;
            self.mark_alert(alert);
        }
    }

    /// What somebody did goes to the audit log.
    pub(super) fn note(&mut self, now: Timestamp, actor: &Actor, action: &str, subject: String, detail: Value) {
        self.pending.audit.push(AuditEntry {
            at: now,
            actor: actor.name.clone(),
            via: actor.via.clone(),
            action: action.to_owned(),
            subject,
            detail,
        });
    }

    /// What happened by itself goes to the audit log.
    pub(super) fn note_automatic(&mut self, now: Timestamp, action: &str, subject: String, detail: Value) {
        let palisade = Actor { name: "palisade".to_owned(), via: "automatic".to_owned() };
        self.note(now, &palisade, action, subject, detail);
    }
}

/// Refuses texts that are too long.
pub(super) fn check_text(name: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Refusal::Limit(format!("'{name}' has at most {TEXT_BYTES_MAX} bytes")));
    }
    Ok(())
}
