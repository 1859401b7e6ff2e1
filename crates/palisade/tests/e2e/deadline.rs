//! Waiting for something to become true, and no longer than a deadline.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Longer than anything here takes on a slow machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks: short for a person, long for a processor.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// What `look` finds, looked for until it is there.
///
/// # Panics
/// When it is not there in time; `what` says what was waited for.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain for {what}");
        thread::park_timeout(BETWEEN_LOOKS);
    }
}
