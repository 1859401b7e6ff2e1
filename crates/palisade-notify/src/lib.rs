//! Notifications to their receivers: what the response decided is carried out here.
//!
//! ```text
//! Outbox (store) ──claim──► Dispatcher ──► one lane a channel ──► join ──► compose ──► Channel ──► receiver
//!        ▲                                 (rate, breaker,       (when the   (templates)  (one file a kind)
//!        └────────── settle ◄───────────── retry)                rate is reached)
//! ```
//!
//! - A **channel** is one way to one receiver. [`ChannelSettings`] describe it, [`OpenChannel::open`] checks them, and
//!   [`KINDS`] lists every kind. What a channel sends is made by a pure function of a [`Message`], so its shape is
//!   tested against what the receiver's publisher documents; sending is shared.
//! - The [`Dispatcher`] takes from an [`Outbox`] what is due, and writes back what became of it. Each channel has a lane
//!   of its own, so a receiver that hangs holds up nobody else.
//! - Whatever is not certain is said: a message that may have arrived before, because its first sending was cut off,
//!   says so, unless the receiver honours keys and drops the second by itself.
//!
//! This crate knows nothing of alerting rules, and nothing of the database behind the outbox.
#![forbid(unsafe_code)]

// The outbox of the tests is written as a user of this crate would write it.
#[cfg(test)]
extern crate self as palisade_notify;

mod address;
mod channel;
mod channels;
mod delivery;
mod http;
mod kind;
mod message;
mod open;
mod over_http;
mod secret;
mod settings;
mod template;
mod tls;

pub use address::is_internal;
pub use channel::{Channel, Failure, Receipt, Retry};
pub use channels::slack::interaction as slack_interaction;
pub use channels::{
    alertmanager, command, discord, file, ntfy, pagerduty, slack, sms, smtp, syslog, teams, telegram, webhook,
};
pub use delivery::{
    BreakerState, ChannelStatus, Claim, Claimed, Clock, Dispatcher, Outbox, OutboxError, Settled, Settlement,
};
pub use http::{Answer, Http, HttpRequest};
pub use kind::{KINDS, Kind, KindRow};
pub use message::{Message, Shown, ShownAlert, Site};
pub use open::OpenChannel;
pub use secret::{MASK, Secret, keep_masked};
pub use settings::{ChannelSettings, DeliverySettings, SettingsError, TemplateSettings};
pub use template::{Markup, Template, TemplateError};
