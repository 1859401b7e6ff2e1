//! The machine: [`Response`], what it is given, and what can be read of it.

mod alerts;
mod commands;
mod groups;
mod inhibition;
mod keeping;
mod membership;
mod mutes;
mod reading;
mod removal;
mod rules;
mod signals;
mod silences;
mod telling;
mod timers;

use crate::{AuditEntry, Config, ConfigError, Input, Outcome, Override, Refusal, Silence, matcher::MatcherIndex};
use alerts::AlertEntry;
use groups::GroupEntry;
use inhibition::Inhibition;
use palisade_model::{Id, Notification, Timestamp};
use rules::Rules;
use serde::{Deserialize, Serialize};
use slab::Slab;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use timers::Timers;

pub use keeping::RestoreProblem;
pub use reading::{Counts, Group, OnCall};

/// From signals, commands and time to what people are told. See the documentation of the crate.
#[derive(Debug)]
pub struct Response {
    config: Config,
    rules: Rules,
    alerts: Slab<AlertEntry>,
    by_fingerprint: HashMap<Arc<str>, usize>,
    groups: Slab<GroupEntry>,
    by_group_key: HashMap<Arc<str>, usize>,
    silences: BTreeMap<Id, SilenceEntry>,
    silence_index: MatcherIndex<Id>,
    overrides: BTreeMap<Id, KeptOverride>,
    /// By the number of the maintenance window.
    windows: Vec<Window>,
    window_index: MatcherIndex<usize>,
    /// By the number of the route.
    routes: Vec<RouteState>,
    inhibition: Inhibition,
    timers: Timers,
    /// Resolved alerts that nobody waits for, the oldest first.
    forgettable: BTreeSet<(Timestamp, Arc<str>)>,
    /// Groups in which something has changed during this input.
    touched: BTreeSet<Arc<str>>,
    /// Alerts whose groups are no longer those of the configuration.
    misplaced: Vec<usize>,
    pending: PendingOutcome,
}

/// A silence and the alerts that it matches.
#[derive(Debug)]
struct SilenceEntry {
    silence: Silence,
    alerts: BTreeSet<Arc<str>>,
}

/// An override that was commanded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct KeptOverride {
    schedule: String,
    #[serde(flatten)]
    stand_in: Override,
}

/// A maintenance window and the alerts that it matches.
#[derive(Debug, Default)]
struct Window {
    is_on: bool,
    alerts: BTreeSet<Arc<str>>,
}

/// What changes about a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct RouteState {
    /// The named time that keeps it from telling.
    muted_by: Option<String>,
    /// The minute, counted from the epoch, in which it last opened a group.
    minute: i64,
    /// How many it opened in that minute.
    opened: u32,
}

/// What goes into the next [`Outcome`].
#[derive(Debug, Default)]
struct PendingOutcome {
    /// Keys of alerts that have changed or are gone.
    alerts: Vec<Arc<str>>,
    /// Everything else that has changed or is gone.
    others: BTreeSet<(keeping::Kind, String)>,
    notifications: Vec<Notification>,
    audit: Vec<AuditEntry>,
}

impl Response {
    /// A machine that has seen nothing.
    ///
    /// # Errors
    /// When the configuration has a mistake; says where and what.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let rules = Rules::new(&config)?;
        let mut window_index = MatcherIndex::default();
        for (number, window) in rules.windows.iter().enumerate() {
            window_index.insert(&window.matchers, number);
        }
        let mut timers = Timers::default();
        if rules.has_times() {
            timers.arm_clock(Timestamp::from_nanos(i64::MIN));
        }
        Ok(Self {
            inhibition: Inhibition::new(&rules.inhibit),
            windows: rules.windows.iter().map(|_| Window::default()).collect(),
            routes: rules.routing.iter().map(|_| RouteState::default()).collect(),
            alerts: Slab::new(),
            by_fingerprint: HashMap::new(),
            groups: Slab::new(),
            by_group_key: HashMap::new(),
            silences: BTreeMap::new(),
            silence_index: MatcherIndex::default(),
            overrides: BTreeMap::new(),
            window_index,
            timers,
            forgettable: BTreeSet::new(),
            touched: BTreeSet::new(),
            misplaced: Vec::new(),
            pending: PendingOutcome::default(),
            config,
            rules,
        })
    }

    /// Takes one input and returns what follows from it and from the time that has passed.
    ///
    /// # Errors
    /// When a command cannot be carried out or a signal is too large. It has then changed nothing; what follows from
    /// the time that has passed is in the next outcome.
    pub fn apply(&mut self, now: Timestamp, input: Input) -> Result<Outcome, Refusal> {
        self.take_in(now, input)?;
        Ok(self.take_outcome())
    }

    /// Takes one of many inputs; [`Response::take_outcome`] returns what follows from all of them together, each
    /// record once. That is how a batch is applied.
    ///
    /// # Errors
    /// As [`Response::apply`].
    pub fn take_in(&mut self, now: Timestamp, input: Input) -> Result<(), Refusal> {
        self.place_again(now);
        self.run_due(now);
        let result = match input {
            Input::Signal(signal) => self.take_signal(now, signal),
            Input::Command(actor, command) => self.command(now, &actor, command),
            Input::Tick => Ok(()),
        };
        self.settle(now);
        self.run_due(now);
        result
    }

    /// What has followed from all inputs since it was last asked.
    pub fn take_outcome(&mut self) -> Outcome {
        let pending = std::mem::take(&mut self.pending);
        Outcome {
            records: self.changed_records(pending.alerts, pending.others),
            notifications: pending.notifications,
            audit: pending.audit,
        }
    }

    /// When the next thing is due: a [`Input::Tick`] is wanted then, if no other input comes before.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        if self.misplaced.is_empty() { self.timers.first() } else { Some(Timestamp::from_nanos(i64::MIN)) }
    }

    /// Goes on with another configuration: alerts take their new ways with the next input.
    ///
    /// # Errors
    /// When the configuration has a mistake; the machine is then as it was.
    pub fn reconfigure(&mut self, config: Config) -> Result<(), ConfigError> {
        let mut renewed = Self::new(config)?;
        renewed.restore(self.records());
        let pending = std::mem::take(&mut self.pending);
        renewed.pending.alerts.extend(pending.alerts);
        renewed.pending.others.extend(pending.others);
        renewed.pending.notifications = pending.notifications;
        renewed.pending.audit = pending.audit;
        *self = renewed;
        Ok(())
    }
}
