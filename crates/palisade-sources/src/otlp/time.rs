//! Times of records: nanoseconds since the epoch, 0 when unknown.

use crate::window;
use palisade_model::Timestamp;

/// The attribute that says why a record has the time of receipt instead of the one that it names.
pub(super) const TIME_PROBLEM: &str = "otel.time_problem";

/// The time that is named; `None` when none is.
///
/// # Errors
/// When it is not believable.
pub(super) fn named(nanos: u64, received: Timestamp) -> Result<Option<Timestamp>, String> {
    if nanos == 0 {
        return Ok(None);
    }
    let nanos = i64::try_from(nanos).map_err(|_| format!("{nanos} ns lie beyond the year 2261"))?;
    window::check(Timestamp::from_nanos(nanos), received).map(Some)
}

/// The time that is named, or that of receipt with the reason why the other is not believable, empty without one.
pub(super) fn or_received(nanos: u64, received: Timestamp) -> (Timestamp, String) {
    match named(nanos, received) {
        Ok(time) => (time.unwrap_or(received), String::new()),
        Err(problem) => (received, problem),
    }
}
