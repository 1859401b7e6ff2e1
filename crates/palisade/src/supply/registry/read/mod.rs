//! What registries answer, read: one file a registry. Only what facts need is taken, and of that a bounded number.

pub(super) mod crates_io;
pub(super) mod npm;
pub(super) mod pypi;

use palisade_model::Timestamp;
use serde::{Deserialize, Deserializer};

/// A moment as registries write it; `None` where it is none.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).ok()
}

/// What is not of the form that is expected counts as absent: one strange field must not hide all others.
fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(input: D) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(input)?;
    Ok(serde_json::from_value(value).ok())
}
