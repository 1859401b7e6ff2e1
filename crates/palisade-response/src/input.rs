//! What comes in: signals that something is wrong or over, commands of people, and time.

use crate::{SilenceDraft, schedule::Override};
use palisade_model::{Id, Signal, Timestamp};
use serde::{Deserialize, Serialize};

/// One thing that the machine is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Something is wrong, or over.
    Signal(Signal),
    /// Somebody wants something done.
    Command(Actor, Command),
    /// Time has passed; see [`crate::Response::wake_at`].
    Tick,
}

/// Who commands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// A person's or key's name, or `palisade`.
    pub name: String,
    /// By what way: `api`, `cli`, `slack`, `amtool`, `automatic` …
    pub via: String,
}

/// What people can have done. Each names what it is about; the machine refuses what is not there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Somebody looks at the alert with this fingerprint.
    Acknowledge {
        /// Of the alert.
        fingerprint: String,
        /// What they have to say.
        note: String,
    },
    /// Nobody looks at it any more.
    Unacknowledge {
        /// Of the alert.
        fingerprint: String,
    },
    /// Nobody is told before this time.
    Snooze {
        /// Of the alert.
        fingerprint: String,
        /// Until when.
        until: Timestamp,
    },
    /// It is over.
    Resolve {
        /// Of the alert.
        fingerprint: String,
        /// What they have to say.
        note: String,
    },
    /// A silence begins, or one that is there changes. The first audit entry of the outcome has its id as `subject`.
    Silence(SilenceDraft),
    /// A silence ends now.
    ExpireSilence {
        /// Of the silence.
        id: Id,
    },
    /// Somebody stands in for those on call. The first audit entry of the outcome has its id as `subject`.
    Override {
        /// The schedule.
        schedule: String,
        /// Who, and when.
        #[serde(flatten)]
        stand_in: Override,
    },
    /// An override ends now, or does not begin.
    EndOverride {
        /// Of the override.
        id: Id,
    },
}
