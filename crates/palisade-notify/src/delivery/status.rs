//! How a channel is doing, for people who look at it.

use super::breaker::BreakerState;
use palisade_model::Timestamp;
use serde::Serialize;

/// How a channel is doing since the server was started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChannelStatus {
    /// Its name.
    pub name: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// Whether its receiver is sent to.
    pub breaker: BreakerState,
    /// Until when it is left alone, when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Timestamp>,
    /// Messages on their way.
    pub in_flight: usize,
    /// Messages that were taken.
    pub sent: u64,
    /// Attempts that failed and will be made again.
    pub retried: u64,
    /// Notifications that went to the dead letters.
    pub dead: u64,
    /// Notifications that went out joined with others.
    pub joined: u64,
    /// What went wrong last.
    pub last_error: String,
    /// When something was last taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sent_at: Option<Timestamp>,
}

impl ChannelStatus {
    /// What of it holds at `now`: a pause ends without anything else happening.
    pub(super) fn at(mut self, now: Timestamp) -> Self {
        self.paused_until = self.paused_until.filter(|until| *until > now);
        if self.breaker == BreakerState::Open && self.paused_until.is_none() {
            self.breaker = BreakerState::HalfOpen;
        }
        self
    }
}
