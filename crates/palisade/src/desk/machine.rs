//! The two machines of the response as one: what changes about alerts is taken note of by the incidents.
//!
//! Pure as its parts: time comes in, outcomes go out, and the records that they carry make the same machine again.

use crate::pipeline::change::Change;
use palisade_model::{Alert, Id, Notification, Signal, Timestamp};
use palisade_response::incident::{self, Incidents};
use palisade_response::{
    Actor, AuditEntry, Command, Config, Counts, Group, Input, OnCall, Outcome, Override, Record, Refusal, Response,
    Silence,
};
use palisade_store::state::ResponseRecord;
use serde_json::json;

/// The records of these sorts are told on the live stream.
const ALERT: &str = "alert";
const INCIDENT: &str = "incident";
const SILENCE: &str = "silence";

/// Alerts and incidents.
#[derive(Debug)]
pub struct Machine {
    response: Response,
    incidents: Incidents,
}

/// What somebody or something asks for.
#[derive(Clone, Debug)]
pub enum Order {
    /// A command about alerts and silences.
    Alert(Command),
    /// A command about incidents.
    Incident(incident::Command),
    /// Something is wrong, or over.
    Signal(Signal),
    /// Something that was done elsewhere and belongs into the audit log; who and when are added.
    Note {
        /// What was done.
        action: &'static str,
        /// To what.
        subject: String,
        /// What else there is to say.
        detail: serde_json::Value,
    },
    /// What rules over metrics and tables wait for.
    Keep(Vec<Record>),
    /// A message that somebody wants sent.
    Tell(Box<Notification>),
}

impl Machine {
    /// The machine that the store kept as these records.
    ///
    /// # Errors
    /// As [`Machine::new`].
    pub fn restored(config: Config, incidents: incident::Config, kept: Vec<ResponseRecord>) -> anyhow::Result<Self> {
        let read = |ResponseRecord { kind, key, body }| match serde_json::from_str(&body.unwrap_or_default()) {
            Ok(body) => Some(Record { kind, key, body: Some(body) }),
            Err(error) => {
                tracing::error!(kind, key, %error, "a record of the response is damaged and left out");
                None
            }
        };
        Self::new(config, incidents, kept.into_iter().filter_map(read).collect())
    }

    /// The machine that was kept as these records. What cannot be used of them is told in the log and left out.
    ///
    /// # Errors
    /// When the configuration has a mistake, or the incidents cannot be made again.
    pub fn new(config: Config, incidents: incident::Config, records: Vec<Record>) -> anyhow::Result<Self> {
        let mut response = Response::new(config).map_err(|error| anyhow::anyhow!("response.{error}"))?;
        let incidents = Incidents::restore(incidents, &records)
            .map_err(|refusal| anyhow::anyhow!("the incidents cannot be restored: {refusal:?}"))?;
        for problem in response.restore(records) {
            tracing::error!(%problem, "a record of the response is left out");
        }
        Ok(Self { response, incidents })
    }

    /// Carries out an order.
    ///
    /// # Errors
    /// When it cannot be carried out; nothing has changed then.
    pub(super) fn order(&mut self, now: Timestamp, actor: &Actor, order: &Order) -> Result<Outcome, Refusal> {
        let outcome = match order.clone() {
            Order::Alert(command) => self.response.apply(now, Input::Command(actor.clone(), command))?,
            Order::Incident(command) => return self.incidents.apply(now, actor.clone(), command),
            Order::Signal(signal) => self.response.take_in(now, Input::Signal(signal)).map(|()| Outcome::default())?,
            Order::Keep(records) => Outcome { records, ..Outcome::default() },
            Order::Tell(notification) => Outcome { notifications: vec![*notification], ..Outcome::default() },
            Order::Note { action, subject, detail } => {
                let Actor { name, via } = actor.clone();
                let entry = AuditEntry { at: now, actor: name, via, action: action.to_owned(), subject, detail };
                Outcome { audit: vec![entry], ..Outcome::default() }
            }
        };
        Ok(self.follow(now, outcome))
    }

    /// Takes a signal in; what follows is in the next [`Machine::outcome`].
    ///
    /// # Errors
    /// When it is too large.
    pub(super) fn signal(&mut self, now: Timestamp, signal: Signal) -> Result<(), Refusal> {
        self.response.take_in(now, Input::Signal(signal))
    }

    /// What has followed from signals since it was last asked.
    pub(super) fn outcome(&mut self, now: Timestamp) -> Outcome {
        let outcome = self.response.take_outcome();
        self.follow(now, outcome)
    }

    /// Does what is due.
    pub(super) fn tick(&mut self, now: Timestamp) -> Outcome {
        // A tick is never refused.
        let _refusal = self.response.take_in(now, Input::Tick);
        let mut outcome = self.outcome(now);
        join(&mut outcome, self.incidents.tick(now));
        outcome
    }

    /// When [`Machine::tick`] has something to do.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.response.wake_at().into_iter().chain(self.incidents.wake_at()).min()
    }

    /// Has the incidents take note of the alerts that changed.
    fn follow(&mut self, now: Timestamp, mut outcome: Outcome) -> Outcome {
        let alerts = outcome.records.iter().filter(|record| record.kind == ALERT);
        let alerts = alerts.filter_map(|record| self.response.alert(&record.key));
        let followed: Vec<Outcome> = alerts.map(|alert| self.incidents.take_alert(now, alert)).collect();
        followed.into_iter().for_each(|followed| join(&mut outcome, followed));
        outcome
    }

    /// What the live stream tells of these records: each thing as the API shows it.
    pub(super) fn changes<'a>(&self, records: impl Iterator<Item = &'a Record>) -> Vec<Change> {
        let change = |record: &Record| {
            let body = match record.kind.as_str() {
                ALERT => json!(self.whole(self.response.alert(&record.key)?)),
                INCIDENT | SILENCE => record.body.clone()?,
                _ => return None,
            };
            Change::of(&record.kind, body)
        };
        records.filter_map(change).collect()
    }

    /// All alerts, in no order that means anything.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.response.alerts()
    }

    /// The alert with this fingerprint.
    #[must_use]
    pub fn alert(&self, fingerprint: &str) -> Option<&Alert> {
        self.response.alert(fingerprint)
    }

    /// The alert with the incident that it belongs to.
    #[must_use]
    pub fn whole(&self, alert: &Alert) -> Alert {
        Alert { incident: self.incidents.incident_of(&alert.fingerprint), ..alert.clone() }
    }

    /// All silences, the oldest first.
    pub fn silences(&self) -> impl Iterator<Item = &Silence> {
        self.response.silences()
    }

    /// The silence with this id.
    #[must_use]
    pub fn silence(&self, id: Id) -> Option<&Silence> {
        self.response.silence_with(id)
    }

    /// All groups, by key.
    pub fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        self.response.groups()
    }

    /// Who is on call now, by schedule.
    #[must_use]
    pub fn on_call(&self, now: Timestamp) -> Vec<OnCall> {
        self.response.on_call(now)
    }

    /// Who stands in for those on call: id, schedule, who and when.
    pub fn overrides(&self) -> impl Iterator<Item = (Id, &str, &Override)> {
        self.response.overrides()
    }

    /// How many alerts, groups and silences there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.response.counts()
    }

    /// The incidents.
    #[must_use]
    pub fn incidents(&self) -> &Incidents {
        &self.incidents
    }

    /// Which findings become alerts.
    #[must_use]
    pub fn finding_rules(&self) -> &palisade_response::config::FindingRules {
        self.response.finding_rules()
    }
}

fn join(outcome: &mut Outcome, further: Outcome) {
    outcome.records.extend(further.records);
    outcome.notifications.extend(further.notifications);
    outcome.audit.extend(further.audit);
}
