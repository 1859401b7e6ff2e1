//! What every channel has in common: it is given a [`Message`], and gives a [`Receipt`] or a [`Failure`].

use crate::message::Message;
use async_trait::async_trait;
use std::time::Duration;

/// One way to one receiver.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Sends `message`. The caller sets the time limit, and drops the future when it is over.
    ///
    /// # Errors
    /// When the receiver did not take it; the failure says whether it helps to try again.
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure>;
}

/// The receiver has taken the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The receiver's name for the message, on which answers to it can hang: Slack's `ts`, Telegram's `message_id`.
    pub thread: Option<String>,
    /// What else is worth knowing, for example recipients that the receiver refused.
    pub note: String,
}

/// The receiver has not taken the message, or nobody knows whether it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, without secrets.
    pub reason: String,
    /// Whether it helps to try again.
    pub retry: Retry,
    /// True when the receiver may have taken the message all the same: it was sent, and no answer came.
    pub uncertain: bool,
    /// Of several recipients, those that have it already.
    pub reached: Vec<String>,
}

/// Whether it helps to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// No: somebody has to change the settings first.
    Never,
    /// Yes, after a while.
    Later,
    /// Yes, but not before this long: the receiver said so.
    After(Duration),
}

impl Failure {
    /// The receiver certainly does not have the message.
    #[must_use]
    pub fn certain(reason: impl Into<String>, retry: Retry) -> Self {
        Self { reason: reason.into(), retry, uncertain: false, reached: Vec::new() }
    }

    /// The message was sent, and nobody knows whether it arrived.
    #[must_use]
    pub fn uncertain(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), retry: Retry::Later, uncertain: true, reached: Vec::new() }
    }
}
