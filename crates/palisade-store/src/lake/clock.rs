//! The lake's clock: when versions are made, and which days have passed.

use palisade_model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// The time now.
pub(super) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
}
