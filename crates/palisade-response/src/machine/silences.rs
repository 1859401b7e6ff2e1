//! Silences and overrides as they are commanded, begin and end.

use super::{KeptOverride, Response, SilenceEntry, keeping::Kind, timers::Timer};
use crate::{
    Actor, Override, Period, Refusal, Silence, SilenceDraft, SilenceStatus, all_met,
    limits::{MATCHERS_MAX, OVERRIDES_MAX, SILENCES_MAX},
};
use palisade_model::{Id, Labels, Timestamp};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How long a silence can be looked at after it has expired.
const EXPIRED_KEPT: Period = Period::from_hours(5 * 24);

impl SilenceEntry {
    pub(super) fn new(silence: Silence) -> Self {
        Self { silence, alerts: BTreeSet::new() }
    }

    pub(super) fn is_active(&self) -> bool {
        self.silence.status == SilenceStatus::Active
    }

    /// When the next thing happens to it by itself.
    fn due_at(&self) -> Timestamp {
        match self.silence.status {
            SilenceStatus::Pending => self.silence.starts_at,
            SilenceStatus::Active => self.silence.ends_at,
            SilenceStatus::Expired => EXPIRED_KEPT.after(self.silence.ends_at),
        }
    }
}

impl Response {
    /// Makes a silence, or changes one. Where the alerts that it matches would be others, the one that is there ends
    /// and another begins, so that what was silenced by whom stays to be seen.
    pub(super) fn silence(&mut self, now: Timestamp, actor: &Actor, draft: SilenceDraft) -> Result<(), Refusal> {
        check_draft(now, &draft)?;
        let before = draft.id.map(|id| self.silences.get(&id).ok_or_else(|| no_silence(id))).transpose()?;
        let before = before.map(|entry| &entry.silence).filter(|silence| silence.status != SilenceStatus::Expired);
        let is_same = before.is_some_and(|before| {
            before.matchers == draft.matchers
                && (before.status == SilenceStatus::Pending || draft_start(now, &draft) <= now)
        });
        let replaced = before.filter(|_| !is_same).map(|silence| silence.id);
        let unexpired = self.silences.values().filter(|entry| entry.silence.status != SilenceStatus::Expired).count();
        if before.is_none() && unexpired >= SILENCES_MAX {
            return Err(Refusal::Limit(format!("there are {SILENCES_MAX} silences: expire some that are not needed")));
        }
        let kept = before.filter(|_| is_same).map(|silence| (silence.id, silence.status, silence.starts_at));
        let id = kept.map_or_else(|| self.silence_id(now, &draft), |(id, ..)| id);
        let starts_at = match kept {
            // What has begun has begun.
            Some((_, SilenceStatus::Active, starts_at)) => starts_at,
            _ => draft_start(now, &draft),
        };
        let silence = Silence {
            id,
            matchers: draft.matchers,
            starts_at,
            ends_at: draft.ends_at,
            created_by: draft.created_by.unwrap_or_else(|| actor.name.clone()),
            reason: draft.reason,
            updated_at: now,
            status: if starts_at <= now { SilenceStatus::Active } else { SilenceStatus::Pending },
        };
        let action = if kept.is_some() { "silence.change" } else { "silence.create" };
        let detail = json!({
            "matchers": silence.matchers, "starts_at": silence.starts_at, "ends_at": silence.ends_at,
            "created_by": silence.created_by, "reason": silence.reason,
        });
        self.note(now, actor, action, id.to_string(), detail);
        if let Some(replaced) = replaced {
            self.expire(now, replaced);
            self.note(now, actor, "silence.expire", replaced.to_string(), json!({"replaced_by": id.to_string()}));
        }
        self.put_silence(now, silence);
        Ok(())
    }

    /// Enters `silence` in place of the one with its id, finds its alerts and holds them back.
    fn put_silence(&mut self, now: Timestamp, silence: Silence) {
        let id = silence.id;
        let before = self.take_silence_out(id);
        self.enter_silence(silence);
        self.mark(Kind::Silence, id.to_string());
        let alerts = self.match_silence(id);
        self.hold_all_again(now, &before);
        self.hold_all_again(now, &alerts);
    }

    /// Enters `silence` where it can be found; its alerts are not looked for.
    pub(super) fn enter_silence(&mut self, silence: Silence) {
        let entry = SilenceEntry::new(silence);
        let id = entry.silence.id;
        self.timers.insert(entry.due_at(), Timer::Silence(id));
        if entry.silence.status != SilenceStatus::Expired {
            self.silence_index.insert(&entry.silence.matchers, id);
        }
        self.silences.insert(id, entry);
    }

    /// Takes the silence out; returns the alerts that it matched.
    fn take_silence_out(&mut self, id: Id) -> BTreeSet<Arc<str>> {
        let Some(entry) = self.silences.remove(&id) else { return BTreeSet::new() };
        self.timers.remove(entry.due_at(), Timer::Silence(id));
        self.silence_index.remove(&entry.silence.matchers, &id);
        for key in &entry.alerts {
            if let Some(&alert) = self.by_fingerprint.get(key) {
                self.alerts[alert].silences.retain(|other| *other != id);
            }
        }
        entry.alerts
    }

    /// Looks through all alerts, once, for those that the silence matches.
    fn match_silence(&mut self, id: Id) -> BTreeSet<Arc<str>> {
        let Some(entry) = self.silences.get_mut(&id) else { return BTreeSet::new() };
        let mut found = Vec::new();
        for (_, alert) in &mut self.alerts {
            if all_met(&entry.silence.matchers, &alert.alert.labels) {
                alert.silences.push(id);
                alert.silences.sort_unstable();
                found.push(Arc::clone(&alert.key));
            }
        }
        // Sorted first, the set is built in one go.
        found.sort_unstable();
        entry.alerts = found.into_iter().collect();
        entry.alerts.clone()
    }

    /// Ends the silence by command.
    pub(super) fn expire_silence(&mut self, now: Timestamp, actor: &Actor, id: Id) -> Result<(), Refusal> {
        let entry = self.silences.get(&id).ok_or_else(|| no_silence(id))?;
        if entry.silence.status == SilenceStatus::Expired {
            return Err(Refusal::Invalid(format!("the silence {id} has expired already")));
        }
        self.expire(now, id);
        self.note(now, actor, "silence.expire", id.to_string(), Value::Null);
        Ok(())
    }

    fn expire(&mut self, now: Timestamp, id: Id) {
        let Some(mut silence) = self.silences.get(&id).map(|entry| entry.silence.clone()) else { return };
        silence.status = SilenceStatus::Expired;
        silence.starts_at = silence.starts_at.min(now);
        silence.ends_at = silence.ends_at.min(now);
        silence.updated_at = now;
        let alerts = self.take_silence_out(id);
        self.enter_silence(silence);
        self.mark(Kind::Silence, id.to_string());
        self.hold_all_again(now, &alerts);
    }

    /// The silence begins, ends or is forgotten.
    pub(super) fn silence_due(&mut self, now: Timestamp, id: Id) {
        let Some(entry) = self.silences.get_mut(&id) else { return };
        match entry.silence.status {
            SilenceStatus::Pending => {
                entry.silence.status = SilenceStatus::Active;
                entry.silence.updated_at = now;
                self.timers.insert(entry.due_at(), Timer::Silence(id));
                let alerts = entry.alerts.clone();
                self.mark(Kind::Silence, id.to_string());
                self.note_automatic(now, "silence.begin", id.to_string(), json!({"alerts": alerts.len()}));
                self.hold_all_again(now, &alerts);
            }
            SilenceStatus::Active => {
                self.expire(now, id);
                self.note_automatic(now, "silence.end", id.to_string(), Value::Null);
            }
            SilenceStatus::Expired => {
                self.take_silence_out(id);
                self.mark(Kind::Silence, id.to_string());
            }
        }
    }

    /// An id that no silence has, derived from what is asked for.
    fn silence_id(&self, now: Timestamp, draft: &SilenceDraft) -> Id {
        let text: String = draft.matchers.iter().map(ToString::to_string).chain([draft.reason.clone()]).collect();
        let first = Id::first_of_block(now, xxh3_64_with_seed(text.as_bytes(), now.nanos().unsigned_abs()));
        (0..=u32::MAX).map(|index| first.nth(index)).find(|id| !self.silences.contains_key(id)).unwrap_or(first)
    }

    /// Somebody stands in for those on call.
    pub(super) fn stand_in(
        &mut self,
        now: Timestamp,
        actor: &Actor,
        schedule: String,
        stand_in: Override,
    ) -> Result<(), Refusal> {
        if !self.rules.has_schedule(&schedule) {
            return Err(Refusal::NotFound(format!("there is no schedule '{schedule}'")));
        }
        if stand_in.starts_at >= stand_in.ends_at || stand_in.ends_at <= now {
            return Err(Refusal::Invalid("an override ends after it begins, and in the future".to_owned()));
        }
        super::commands::check_text("person", &stand_in.person)?;
        if stand_in.person.is_empty() {
            return Err(Refusal::Invalid("say who stands in".to_owned()));
        }
        if self.overrides.len() >= OVERRIDES_MAX {
            return Err(Refusal::Limit(format!("there are {OVERRIDES_MAX} overrides: end some")));
        }
        let first = Id::first_of_block(now, xxh3_64_with_seed(stand_in.person.as_bytes(), now.nanos().unsigned_abs()));
        let free = (0..=u32::MAX).map(|index| first.nth(index)).find(|id| !self.overrides.contains_key(id));
        let id = free.unwrap_or(first);
        let kept = KeptOverride { schedule, stand_in };
        self.note(now, actor, "override.create", id.to_string(), json!(kept));
        self.enter_override(id, kept);
        self.mark(Kind::Override, id.to_string());
        Ok(())
    }

    pub(super) fn enter_override(&mut self, id: Id, kept: KeptOverride) {
        self.timers.insert(kept.stand_in.ends_at, Timer::Override(id));
        self.overrides.insert(id, kept);
    }

    pub(super) fn end_override(&mut self, now: Timestamp, actor: &Actor, id: Id) -> Result<(), Refusal> {
        let Some(kept) = self.overrides.remove(&id) else {
            return Err(Refusal::NotFound(format!("there is no override {id}")));
        };
        self.timers.remove(kept.stand_in.ends_at, Timer::Override(id));
        self.mark(Kind::Override, id.to_string());
        self.note(now, actor, "override.end", id.to_string(), json!(kept));
        Ok(())
    }

    /// An override that is over is forgotten.
    pub(super) fn override_due(&mut self, id: Id) {
        self.overrides.remove(&id);
        self.mark(Kind::Override, id.to_string());
    }

    /// Who is on call by the schedule of this name.
    pub(super) fn people_on_call<'a>(&'a self, schedule: &'a str, now: Timestamp) -> Vec<&'a str> {
        let further = self.overrides.values().filter(|kept| kept.schedule == schedule).map(|kept| &kept.stand_in);
        self.rules.on_call(schedule, now, further)
    }
}

fn no_silence(id: Id) -> Refusal {
    Refusal::NotFound(format!("there is no silence {id}"))
}

fn draft_start(now: Timestamp, draft: &SilenceDraft) -> Timestamp {
    draft.starts_at.unwrap_or(now).max(now)
}

fn check_draft(now: Timestamp, draft: &SilenceDraft) -> Result<(), Refusal> {
    let refused = |reason: &str| Err(Refusal::Invalid(reason.to_owned()));
    super::commands::check_text("reason", &draft.reason)?;
    super::commands::check_text("created_by", draft.created_by.as_deref().unwrap_or_default())?;
    if draft.matchers.len() > MATCHERS_MAX {
        return Err(Refusal::Limit(format!("a silence has at most {MATCHERS_MAX} matchers")));
    }
    if draft.ends_at <= now {
        return refused("the silence would be over already: give it an end in the future");
    }
    if draft.starts_at.is_some_and(|start| start >= draft.ends_at) {
        return refused("the silence ends before it begins");
    }
    // Met by an alert without labels, they would be met by nearly everything.
    if all_met(&draft.matchers, &Labels::new()) {
        return refused("the silence would match every alert: add a matcher that asks for a value");
    }
    Ok(())
}
