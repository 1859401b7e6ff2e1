//! The kinds of channels, one file each. The table of them all is [`crate::KINDS`].

pub mod alertmanager;
pub mod command;
pub mod discord;
pub mod file;
pub mod ntfy;
pub mod pagerduty;
pub mod slack;
pub mod sms;
pub mod smtp;
pub mod syslog;
pub mod teams;
pub mod telegram;
pub mod webhook;

#[cfg(test)]
mod tests;

use crate::{secret::Secret, settings::SettingsError};
use palisade_model::Severity;

/// The colour of a card: grey, blue, yellow, orange, red, as `RRGGBB`; green when it is over.
const fn colour(severity: Severity, over: bool) -> u32 {
    match severity {
        _ if over => 0x002e_a043,
        Severity::Informational => 0x006e_7781,
        Severity::Low => 0x0009_69da,
        Severity::Medium => 0x00d4_a72c,
        Severity::High => 0x00e3_6209,
        Severity::Critical => 0x00cf_222e,
    }
}

/// Refuses a text that has to be there and is not.
fn present(field: &str, text: &str) -> Result<(), SettingsError> {
    if text.trim().is_empty() { Err(SettingsError::new(field, "is missing")) } else { Ok(()) }
}

/// Refuses a secret that has to be there and is not.
fn secret_present(field: &str, secret: &Secret) -> Result<(), SettingsError> {
    if secret.is_missing() { Err(SettingsError::new(field, "is missing")) } else { Ok(()) }
}
