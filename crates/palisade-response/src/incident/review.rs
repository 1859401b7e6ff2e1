//! Decisions of cases and reviews, and what was learnt.

use super::{
    act::{printable, within_bytes},
    change::Changes,
    incidents::{Case, Incidents, is_live},
    keep::{TEMPLATE, gone, kept},
    sentence::{kind_key, kind_words, outcome_words, who, with_note},
    template::{check_template, fill},
};
use crate::Refusal;
use palisade_model::{Decision, DecisionOutcome, Id, IncidentKind, IncidentStatus};
use serde_json::json;

impl Case {
    /// Whether it is a case or review that nobody has decided.
    pub(super) fn must_be_decided(&self) -> bool {
        self.head.kind != IncidentKind::Incident && self.head.decision.is_none()
    }
}

impl Incidents {
    pub(super) fn decide(
        &mut self,
        changes: &mut Changes,
        id: Id,
        outcome: DecisionOutcome,
        reason: &str,
    ) -> Result<&'static str, Refusal> {
        let reason = self.said("reason", reason)?;
        let head = &self.case(id)?.head;
        if head.kind == IncidentKind::Incident {
            return Err(Refusal::Invalid("only KYB cases and supply reviews are decided: resolve it".into()));
        }
        if !is_live(head.status) {
            return Err(Refusal::Invalid("it is over: reopen it, with a reason".into()));
        }
        let by = who(&changes.actor).to_owned();
        let sentence = format!("{by} decided the {}: {}", kind_words(head.kind), outcome_words(outcome));
        let decision = Decision { outcome, reason: reason.clone(), by: changes.actor.name.clone(), at: changes.now };
        self.enter(changes, id, IncidentStatus::Resolved);
        if let Some(head) = self.head(changes, id) {
            head.decision = Some(decision);
        }
        self.tell(changes, id, "decision", with_note(&sentence, &reason));
        Ok("decide")
    }

    pub(super) fn draft_post_mortem(
        &mut self,
        changes: &mut Changes,
        id: Id,
        replace: bool,
    ) -> Result<&'static str, Refusal> {
        let incident = self.get(id).ok_or_else(|| Refusal::NotFound(format!("there is no incident {id}")))?;
        if !replace && !incident.post_mortem.is_empty() {
            return Err(Refusal::Invalid("there is a post-mortem already: say that it is to be replaced".into()));
        }
        let text = fill(self.template(incident.kind), &incident, changes.now)
            .map_err(|wrong| Refusal::Invalid(format!("the template cannot be filled: {wrong}")))?;
        self.keep_post_mortem(changes, id, text, "drafted the post-mortem from the template")?;
        Ok("post_mortem_draft")
    }

    pub(super) fn write_post_mortem(
        &mut self,
        changes: &mut Changes,
        id: Id,
        text: &str,
    ) -> Result<&'static str, Refusal> {
        within_bytes("post-mortem", text, self.config.limits.post_mortem_bytes_max)?;
        let text = printable(text);
        let did = if text.trim().is_empty() { "withdrew the post-mortem" } else { "wrote the post-mortem" };
        self.keep_post_mortem(changes, id, text, did)?;
        Ok("post_mortem")
    }

    fn keep_post_mortem(&mut self, changes: &mut Changes, id: Id, text: String, did: &str) -> Result<(), Refusal> {
        within_bytes("post-mortem", &text, self.config.limits.post_mortem_bytes_max)?;
        if let Some(head) = self.head(changes, id) {
            head.post_mortem = text;
        }
        self.tell(changes, id, "post_mortem", format!("{} {did}.", who(&changes.actor)));
        Ok(())
    }

    pub(super) fn set_template(
        &mut self,
        changes: &mut Changes,
        kind: IncidentKind,
        template: String,
    ) -> Result<(), Refusal> {
        let key = kind_key(kind);
        changes.audit("template", key, json!({"bytes": template.len()}));
        if template.trim().is_empty() {
            self.templates.remove(key);
            changes.records.push(gone(TEMPLATE, key.to_owned()));
            return Ok(());
        }
        check_template(&template).map_err(|wrong| Refusal::Invalid(wrong.to_string()))?;
        changes.records.push(kept(TEMPLATE, key.to_owned(), &template));
        self.templates.insert(key, template);
        Ok(())
    }
}
