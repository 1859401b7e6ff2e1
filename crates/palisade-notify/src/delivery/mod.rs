//! Delivery: from the outbox to the channels, and back what became of it.

mod breaker;
mod dispatcher;
mod lane;
mod outbox;
mod rate;
mod retry;
mod status;
#[cfg(test)]
mod tests;

pub use breaker::BreakerState;
pub use dispatcher::{Clock, Dispatcher};
pub use outbox::{Claim, Claimed, Outbox, OutboxError, Settled, Settlement};
pub use status::ChannelStatus;
