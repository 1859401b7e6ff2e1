//! What people do to one incident: take it in hand, say where it stands, write things down.

use super::{
    change::Changes,
    command::{Change, Command, NewIncident},
    incidents::{Incidents, is_live},
    sentence::{counted, kind_words, one_line, status_words, who, with_note},
};
use crate::{Actor, Outcome, Refusal};
use palisade_model::{Id, Incident, IncidentStatus, Link, Severity, Task, Timestamp};
use serde_json::json;

impl Incidents {
    /// Does what somebody wants done.
    ///
    /// # Errors
    /// When it cannot be done; nothing has changed then.
    pub fn apply(&mut self, now: Timestamp, actor: Actor, command: Command) -> Result<Outcome, Refusal> {
        let mut changes = Changes::new(now, actor);
        match command {
            Command::Open(new) => self.open_by_hand(&mut changes, new)?,
            Command::SetTemplate { kind, template } => self.set_template(&mut changes, kind, template)?,
            Command::Change { incident, change } => self.change(&mut changes, incident, change)?,
        }
        Ok(self.finish(changes))
    }

    fn open_by_hand(&mut self, changes: &mut Changes, new: NewIncident) -> Result<(), Refusal> {
        let limits = &self.config.limits;
        let title = self.line("title", &new.title)?;
        let summary = self.text("summary", &new.summary)?;
        let owner = new.owner.as_deref().map(|owner| self.line("owner", owner)).transpose()?;
        for (kind, value) in &new.entities {
            self.line("name of an entity", kind)?;
            self.line("entity", value)?;
        }
        within("entities", new.entities.len(), limits.entities_max)?;
        within("alerts", new.alerts.len(), limits.alerts_max)?;
        let alerts = self.known_alerts(&new.alerts)?;
        let head = Incident {
            kind: new.kind,
            title,
            summary,
            severity: new.severity,
            opened_by: changes.actor.name.clone(),
            started_at: alerts.iter().map(|(_, began)| *began).min().unwrap_or(changes.now),
            entities: new.entities,
            ..Incident::default()
        };
        let sentence = format!("{} opened the {}: {}", who(&changes.actor), kind_words(head.kind), head.title);
        let id = self.open(changes, head)?;
        self.tell(changes, id, "opened", sentence);
        changes.audit("open", &id.to_string(), json!({"kind": new.kind, "severity": new.severity}));
        if owner.is_some() {
            self.set_owner(changes, id, owner);
        }
        for (fingerprint, _) in &alerts {
            self.move_alert(changes, id, fingerprint);
        }
        Ok(())
    }

    fn change(&mut self, changes: &mut Changes, id: Id, change: Change) -> Result<(), Refusal> {
        let entries = self.case(id)?.timeline.len();
        within("entries of the timeline", entries + 1, self.config.limits.entries_max)?;
        let detail = self.detail(&change);
        let name = match change {
            Change::Acknowledge => self.acknowledge(changes, id),
            Change::SetStatus { status, note } => self.set_status(changes, id, status, &note),
            Change::SetSeverity { severity, note } => self.set_severity(changes, id, severity, &note),
            Change::SetOwner { owner } => self.change_owner(changes, id, owner.as_deref()),
            Change::SetRole { role, person } => self.set_role(changes, id, &role, person.as_deref()),
            Change::Describe { title, summary } => self.describe(changes, id, title.as_deref(), summary.as_deref()),
            Change::Note { text } => self.note(changes, id, &text),
            Change::Message { channel, text } => self.message(changes, id, &channel, &text),
            Change::AddTask { title, owner } => self.add_task(changes, id, &title, owner.as_deref()),
            Change::FinishTask { task } => self.finish_task(changes, id, task),
            Change::AddLink { title, url } => self.add_link(changes, id, &title, &url),
            Change::Relate { other } => self.relate_by_hand(changes, id, other),
            Change::DuplicateOf { other } => self.duplicate_of(changes, id, other),
            Change::MergeInto { other } => self.merge_by_hand(changes, id, other),
            Change::AssignAlerts { alerts } => self.assign_alerts(changes, id, &alerts),
            Change::ReleaseAlerts { alerts } => self.release_alerts(changes, id, &alerts),
            Change::Decide { outcome, reason } => self.decide(changes, id, outcome, &reason),
            Change::DraftPostMortem { replace } => self.draft_post_mortem(changes, id, replace),
            Change::WritePostMortem { text } => self.write_post_mortem(changes, id, &text),
            Change::Resolve { note } => self.set_status(changes, id, IncidentStatus::Resolved, &note),
            Change::Reopen { reason } => self.reopen(changes, id, &reason),
            Change::Close { reason } => self.close(changes, id, &reason),
        }?;
        changes.audit(name, &id.to_string(), detail);
        Ok(())
    }

    /// What the audit log says of a change; long texts stand in the incident itself.
    fn detail(&self, change: &Change) -> serde_json::Value {
        match change {
            Change::WritePostMortem { text } => json!({"bytes": text.len()}),
            other => serde_json::to_value(other).unwrap_or_default(),
        }
    }

    fn acknowledge(&mut self, changes: &mut Changes, id: Id) -> Result<&'static str, Refusal> {
        let case = self.case(id)?;
        if case.head.acknowledged_at.is_some() {
            return Err(Refusal::Invalid("somebody looks at it already: add a note, or take it as owner".into()));
        }
        self.take_in_hand(changes, id);
        self.tell(changes, id, "acknowledged", format!("{} looks at it.", who(&changes.actor)));
        changes.told.insert(id);
        Ok("acknowledge")
    }

    fn set_status(
        &mut self,
        changes: &mut Changes,
        id: Id,
        status: IncidentStatus,
        note: &str,
    ) -> Result<&'static str, Refusal> {
        let note = self.text("note", note)?;
        let case = self.case(id)?;
        let before = case.head.status;
        Self::allows(case.head.kind, status)?;
        match (is_live(before), status) {
            _ if before == status => return Err(Refusal::Invalid(format!("it is {} already", status_words(status)))),
            (_, IncidentStatus::Closed) => return self.close(changes, id, &note),
            (false, _) => return Err(Refusal::Invalid("it is over: reopen it, with a reason".into())),
            (true, IncidentStatus::Resolved) if case.must_be_decided() => {
                return Err(Refusal::Invalid("decide it, with a reason: that resolves it".into()));
            }
            _ => {}
        }
        self.enter(changes, id, status);
        let sentence =
            format!("{} set it from {} to {}", who(&changes.actor), status_words(before), status_words(status));
        self.tell(changes, id, "status", with_note(&sentence, &note));
        Ok(if status == IncidentStatus::Resolved { "resolve" } else { "status" })
    }

    /// Puts an incident into a status, with the times that go with it.
    pub(super) fn enter(&mut self, changes: &mut Changes, id: Id, status: IncidentStatus) {
        let now = changes.now;
        if status != IncidentStatus::Open && status != IncidentStatus::Closed {
            self.take_in_hand(changes, id);
        }
        if let Some(head) = self.head(changes, id) {
            head.status = status;
            head.resolved_at = match status {
                IncidentStatus::Resolved => Some(now),
                IncidentStatus::Closed => head.resolved_at,
                _ => None,
            };
        }
        changes.told.insert(id);
    }

    fn set_severity(
        &mut self,
        changes: &mut Changes,
        id: Id,
        severity: Severity,
        note: &str,
    ) -> Result<&'static str, Refusal> {
        let note = self.text("note", note)?;
        let before = self.case(id)?.head.severity;
        if before == severity {
            return Err(Refusal::Invalid(format!("its severity is {severity} already")));
        }
        if let Some(head) = self.head(changes, id) {
            head.severity = severity;
        }
        let verb = if severity > before { "raised" } else { "lowered" };
        let sentence = format!("{} {verb} the severity from {before} to {severity}", who(&changes.actor));
        self.tell(changes, id, "severity", with_note(&sentence, &note));
        changes.told.insert(id);
        Ok("severity")
    }

    fn change_owner(&mut self, changes: &mut Changes, id: Id, owner: Option<&str>) -> Result<&'static str, Refusal> {
        let owner = owner.map(|owner| self.line("owner", owner)).transpose()?;
        if self.case(id)?.head.owner == owner {
            return Err(Refusal::Invalid("that is so already".into()));
        }
        self.set_owner(changes, id, owner);
        Ok("owner")
    }

    fn set_owner(&mut self, changes: &mut Changes, id: Id, owner: Option<String>) {
        let sentence = match &owner {
            Some(owner) if *owner == changes.actor.name => format!("{owner} took it in hand."),
            Some(owner) => format!("{} gave it to {owner}.", who(&changes.actor)),
            None => format!("{} left it without an owner.", who(&changes.actor)),
        };
        if owner.is_some() {
            self.take_in_hand(changes, id);
        }
        if let Some(head) = self.head(changes, id) {
            head.owner = owner;
        }
        self.tell(changes, id, "owner", sentence);
    }

    fn set_role(
        &mut self,
        changes: &mut Changes,
        id: Id,
        role: &str,
        person: Option<&str>,
    ) -> Result<&'static str, Refusal> {
        let role = self.line("role", role)?;
        let person = person.map(|person| self.line("person", person)).transpose()?;
        let roles = &self.case(id)?.head.roles;
        if roles.get(&role) == person.as_ref() {
            return Err(Refusal::Invalid("that is so already".into()));
        }
        within("roles", roles.len() + usize::from(!roles.contains_key(&role)), self.config.limits.roles_max)?;
        let sentence = match &person {
            Some(person) => format!("{person} is {role} from now on, {} said.", who(&changes.actor)),
            None => format!("{} left the role {role} empty.", who(&changes.actor)),
        };
        if let Some(head) = self.head(changes, id) {
            match person {
                Some(person) => head.roles.insert(role, person),
                None => head.roles.remove(&role),
            };
        }
        self.tell(changes, id, "role", sentence);
        Ok("role")
    }

    fn describe(
        &mut self,
        changes: &mut Changes,
        id: Id,
        title: Option<&str>,
        summary: Option<&str>,
    ) -> Result<&'static str, Refusal> {
        let title = title.map(|title| self.line("title", title)).transpose()?;
        let summary = summary.map(|summary| self.text("summary", summary)).transpose()?;
        let by = who(&changes.actor).to_owned();
        let sentence = match (&title, &summary) {
            (None, None) => return Err(Refusal::Invalid("say a title or a summary".into())),
            (Some(title), None) => format!("{by} called it “{title}”."),
            (Some(title), Some(_)) => format!("{by} called it “{title}” and wrote down what is known."),
            (None, Some(_)) => format!("{by} wrote down what is known."),
        };
        if let Some(head) = self.head(changes, id) {
            head.title = title.unwrap_or_else(|| std::mem::take(&mut head.title));
            head.summary = summary.unwrap_or_else(|| std::mem::take(&mut head.summary));
        }
        self.tell(changes, id, "description", sentence);
        Ok("describe")
    }

    fn note(&mut self, changes: &mut Changes, id: Id, text: &str) -> Result<&'static str, Refusal> {
        let text = self.said("note", text)?;
        self.tell(changes, id, "note", format!("{} noted: {text}", who(&changes.actor)));
        Ok("note")
    }

    fn message(&mut self, changes: &mut Changes, id: Id, channel: &str, text: &str) -> Result<&'static str, Refusal> {
        let (channel, text) = (self.line("channel", channel)?, self.said("message", text)?);
        self.tell(changes, id, "message", format!("{} said in {channel}: {text}", who(&changes.actor)));
        Ok("message")
    }

    fn add_task(
        &mut self,
        changes: &mut Changes,
        id: Id,
        title: &str,
        owner: Option<&str>,
    ) -> Result<&'static str, Refusal> {
        let title = self.line("title", title)?;
        let owner = owner.map(|owner| self.line("owner", owner)).transpose()?;
        within("tasks", self.case(id)?.head.tasks.len() + 1, self.config.limits.tasks_max)?;
        let whose = owner.as_ref().map_or_else(String::new, |owner| format!(" for {owner}"));
        let sentence = format!("{} added a task{whose}: {title}", who(&changes.actor));
        if let Some(head) = self.head(changes, id) {
            head.tasks.push(Task { title, owner, done_at: None });
        }
        self.tell(changes, id, "task", sentence);
        Ok("task_add")
    }

    fn finish_task(&mut self, changes: &mut Changes, id: Id, number: usize) -> Result<&'static str, Refusal> {
        let tasks = &self.case(id)?.head.tasks;
        let place = number.wrapping_sub(1);
        let task = tasks.get(place).ok_or_else(|| {
            Refusal::NotFound(format!("there is no task {number}: it has {}", counted(tasks.len(), "task")))
        })?;
        if task.done_at.is_some() {
            return Err(Refusal::Invalid(format!("task {number} is done already")));
        }
        let open = tasks.iter().filter(|task| task.done_at.is_none()).count() - 1;
        let sentence =
            format!("{} finished the task “{}”; {} left.", who(&changes.actor), task.title, counted(open, "task"));
        let now = changes.now;
        if let Some(task) = self.head(changes, id).and_then(|head| head.tasks.get_mut(place)) {
            task.done_at = Some(now);
        }
        self.tell(changes, id, "task", sentence);
        Ok("task_done")
    }

    fn add_link(&mut self, changes: &mut Changes, id: Id, title: &str, url: &str) -> Result<&'static str, Refusal> {
        let (title, url) = (self.line("title", title)?, self.line("address", url)?);
        // Others would be run by who clicks on them (`javascript:`), or lead onto their own machine (`file:`).
        if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) || url.contains(char::is_whitespace) {
            return Err(Refusal::Invalid("the address must begin with http:// or https:// and have no blanks".into()));
        }
        within("links", self.case(id)?.head.links.len() + 1, self.config.limits.links_max)?;
        let sentence = format!("{} added a link: {title} ({url})", who(&changes.actor));
        if let Some(head) = self.head(changes, id) {
            head.links.push(Link { title, url });
        }
        self.tell(changes, id, "link", sentence);
        Ok("link")
    }

    fn reopen(&mut self, changes: &mut Changes, id: Id, reason: &str) -> Result<&'static str, Refusal> {
        let reason = self.said("reason", reason)?;
        let head = &self.case(id)?.head;
        if is_live(head.status) {
            return Err(Refusal::Invalid("it is open".into()));
        }
        if let Some(other) = head.duplicate_of {
            return Err(Refusal::Invalid(format!("it goes on in incident {other}: reopen that one")));
        }
        within("open incidents", self.live() + 1, self.config.limits.live_incidents_max)?;
        self.enter(changes, id, IncidentStatus::Open);
        let withdrawn = self.head(changes, id).and_then(|head| head.decision.take()).is_some();
        let what = if withdrawn { "reopened it and withdrew the decision" } else { "reopened it" };
        self.tell(changes, id, "status", with_note(&format!("{} {what}", who(&changes.actor)), &reason));
        self.release_moved(changes, id);
        Ok("reopen")
    }

    fn close(&mut self, changes: &mut Changes, id: Id, reason: &str) -> Result<&'static str, Refusal> {
        let reason = self.said("reason", reason)?;
        if self.case(id)?.head.status == IncidentStatus::Closed {
            return Err(Refusal::Invalid("it is closed already".into()));
        }
        self.enter(changes, id, IncidentStatus::Closed);
        self.tell(changes, id, "status", with_note(&format!("{} closed it", who(&changes.actor)), &reason));
        Ok("close")
    }

    /// `text` as one line that says something.
    pub(super) fn line(&self, what: &str, text: &str) -> Result<String, Refusal> {
        within_bytes(what, text, self.config.limits.line_bytes_max)?;
        let line = one_line(text, usize::MAX / 8);
        if line.is_empty() {
            return Err(Refusal::Invalid(format!("say the {what}")));
        }
        Ok(line)
    }

    /// `text` as it may be kept; it may be empty.
    pub(super) fn text(&self, what: &str, text: &str) -> Result<String, Refusal> {
        within_bytes(what, text, self.config.limits.text_bytes_max)?;
        Ok(printable(text.trim()))
    }

    /// A text that says something.
    pub(super) fn said(&self, what: &str, text: &str) -> Result<String, Refusal> {
        let text = self.text(what, text)?;
        if text.is_empty() { Err(Refusal::Invalid(format!("say the {what}"))) } else { Ok(text) }
    }
}

/// Without characters that steer terminals and viewers.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect()
}

pub(super) fn within(what: &str, count: usize, max: usize) -> Result<(), Refusal> {
    if count <= max { Ok(()) } else { Err(Refusal::Limit(format!("at most {max} {what}"))) }
}

pub(super) fn within_bytes(what: &str, text: &str, max: usize) -> Result<(), Refusal> {
    if text.len() <= max {
        return Ok(());
    }
    Err(Refusal::Limit(format!("the {what} has {} bytes, at most {max} are kept", text.len())))
}
