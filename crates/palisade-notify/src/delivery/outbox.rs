//! Where notifications wait until they are delivered. The binary keeps it in the state store; whatever decides that
//! somebody is to be told writes the notification there in the same transaction.
//!
//! Why nothing is lost and nothing is repeated without saying so:
//!
//! 1. [`Outbox::claim`] marks what it hands out as on its way, and has that on disk before it returns.
//! 2. The lane sends it, and [`Outbox::settle`] writes what became of it.
//! 3. Whatever is still marked when the server starts was on its way when it died: nobody knows whether it arrived.
//!    [`Outbox::recover`] makes it due again, as what [may repeat](Claimed::may_repeat). Receivers that honour keys drop
//!    the second by the id; all others are told in the message.

use crate::channel::Receipt;
use async_trait::async_trait;
use palisade_model::{Notification, Timestamp};

/// The outbox could not be read or written. It is asked again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the outbox: {0}")]
pub struct OutboxError(pub String);

/// What waits for delivery.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Called once, before anything is claimed: what an earlier run had claimed and not settled becomes due again, with
    /// `may_repeat`. Whether it counts as an attempt does not matter.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn recover(&self) -> Result<(), OutboxError>;

    /// Up to `most` of `channel`'s notifications that are due at `now`, the oldest first. They are claimed on disk when
    /// this returns, and are not handed out again before they are settled.
    ///
    /// Of one group only the oldest that is neither sent nor dead is handed out: *resolved* never overtakes *firing*.
    ///
    /// # Errors
    /// When the store does not answer. Then nothing is claimed.
    async fn claim(&self, channel: &str, now: Timestamp, most: usize) -> Result<Claim, OutboxError>;

    /// Writes what became of claimed notifications, all in one transaction. Called again with the same after an error, it
    /// changes nothing twice.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn settle(&self, settled: &[Settled]) -> Result<(), OutboxError>;

    /// Makes dead letters of what waits for channels that are not in `known`: they were taken away.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn bury_orphans(&self, known: &[String]) -> Result<(), OutboxError>;
}

/// What was claimed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    /// The notifications.
    pub entries: Vec<Claimed>,
    /// When the next of the channel is due that was not yet at the time of the claim.
    pub next_due: Option<Timestamp>,
}

/// One notification on its way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claimed {
    /// What is to be told.
    pub notification: Notification,
    /// When it came into the outbox, or was taken out of the dead letters to be tried again.
    pub since: Timestamp,
    /// How often it was tried and not taken since then.
    pub failures: u32,
    /// Whether an earlier attempt may have arrived.
    pub may_repeat: bool,
    /// [`Receipt::thread`] of the first message of the same channel and group that had one.
    pub thread: Option<String>,
    /// Recipients that were reached by an earlier attempt.
    pub reached: Vec<String>,
}

/// What became of a claimed notification.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// Its id.
    pub id: String,
    /// Its channel.
    pub channel: String,
    /// Its group; with the channel it is what a thread is kept under.
    pub group_key: String,
    /// When this was known.
    pub at: Timestamp,
    /// What became of it.
    pub settlement: Settlement,
}

/// What became of a claimed notification.
#[derive(Clone, Debug, PartialEq)]
pub enum Settlement {
    /// The receiver has it. If the receipt has a thread and the group has none yet, it is kept.
    Sent(Receipt),
    /// It is tried again: failures are one more, and these are its next [`Claimed`] members.
    Retry {
        /// Not before this time.
        at: Timestamp,
        /// What went wrong.
        reason: String,
        /// Whether an attempt may have arrived.
        may_repeat: bool,
        /// Recipients that were reached.
        reached: Vec<String>,
    },
    /// It is not tried again unless somebody says so: it goes to the dead letters.
    Dead {
        /// What went wrong the last time.
        reason: String,
        /// Whether an attempt may have arrived.
        may_repeat: bool,
        /// Recipients that were reached.
        reached: Vec<String>,
    },
}
