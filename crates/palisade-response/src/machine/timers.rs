//! When what is due: one entry for each thing that waits, in order of time.
//!
//! An entry may be too early, never too late: a thing whose time moves back keeps its entry, and is entered again when
//! that comes up. So an alert that is told a thousand times a second moves no timer.

use super::Response;
use palisade_model::{Id, Timestamp};
use std::{collections::BTreeSet, sync::Arc};

/// What waits. The order among those due at the same time is that of their names, so it does not depend on history.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// Windows and named times are looked at.
    Clock,
    Silence(Id),
    Override(Id),
    Alert(Arc<str>),
    Group(Arc<str>),
}

#[derive(Debug, Default)]
pub(super) struct Timers {
    entries: BTreeSet<(Timestamp, Timer)>,
}

const MINUTE_NANOS: i64 = 60_000_000_000;

impl Timers {
    /// When the first is due.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.entries.first().map(|(at, _)| *at)
    }

    /// Takes out the first that is due at `now`.
    fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Timer)> {
        if self.first()? <= now { self.entries.pop_first() } else { None }
    }

    /// Sees to it that there is an entry at `due` or before. `armed` is where the one that there is stands.
    pub(super) fn arm(&mut self, armed: &mut Option<Timestamp>, due: Option<Timestamp>, timer: impl Fn() -> Timer) {
        let Some(due) = due else { return };
        if armed.is_some_and(|armed| armed <= due) {
            return;
        }
        if let Some(before) = armed.replace(due) {
            self.entries.remove(&(before, timer()));
        }
        self.entries.insert((due, timer()));
    }

    /// Takes out the entry at `armed`.
    pub(super) fn disarm(&mut self, armed: Option<Timestamp>, timer: impl Fn() -> Timer) {
        if let Some(at) = armed {
            self.entries.remove(&(at, timer()));
        }
    }

    /// Enters what has no entry yet.
    pub(super) fn insert(&mut self, at: Timestamp, timer: Timer) {
        self.entries.insert((at, timer));
    }

    pub(super) fn remove(&mut self, at: Timestamp, timer: Timer) {
        self.entries.remove(&(at, timer));
    }

    pub(super) fn arm_clock(&mut self, at: Timestamp) {
        self.entries.insert((at, Timer::Clock));
    }
}

impl Response {
    /// Does what is due at `now`, in order.
    pub(super) fn run_due(&mut self, now: Timestamp) {
        while let Some((at, timer)) = self.timers.pop(now) {
            match timer {
                Timer::Clock => {
                    self.look_at_clock(now);
                    let next = now.nanos().div_euclid(MINUTE_NANOS).saturating_add(1).saturating_mul(MINUTE_NANOS);
                    // At the end of time there is no next minute.
                    if next > now.nanos() {
                        self.timers.arm_clock(Timestamp::from_nanos(next));
                    }
                }
                Timer::Silence(id) => self.silence_due(now, id),
                Timer::Override(id) => self.override_due(id),
                Timer::Alert(key) => self.alert_due(now, at, &key),
                Timer::Group(key) => self.group_due(now, at, &key),
            }
            self.settle(now);
        }
    }
}
