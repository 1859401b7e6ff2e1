//! After a start: what correlations had counted is counted again from the tables, over the longest of their windows.
//!
//! It happens before the log is replayed, so that a correlation whose events lie on both sides of a stop is found once,
//! as if there had been none. Nothing of it is told to anybody.

use super::stages::Again;
use crate::{clock, watch::Watches};
use palisade_model::Observation;
use palisade_store::{Lake, QueryError, QueryLimits};
use std::time::{Duration, Instant};

/// Events that are looked at again, the latest ones. Some ten seconds of a start at the most, and only where rules
/// correlate.
const EVENTS_MAX: usize = 500_000;
/// Events in memory at a time.
const EVENTS_AT_ONCE: usize = 5_000;
/// By how much senders may be late; twice what correlations wait for them.
const SENDERS_LATE: Duration = Duration::from_secs(120);

/// Shows `again` the events that its correlations still count. Without them it goes on, and says so.
pub(super) async fn correlations(mut again: Again, lake: &Lake, watches: &Watches) -> Again {
    let Some(window) = watches.rules.get().and_then(|ruleset| ruleset.longest_window()) else { return again };
    let began = Instant::now();
    match count(&mut again, lake, window + SENDERS_LATE).await {
        Ok(0) => {}
        Ok(events) => tracing::info!(events, seconds = began.elapsed().as_secs_f64(), "counted again for correlations"),
        Err(error) => tracing::error!(%error, "correlations begin anew: the events before cannot be read"),
    }
    again
}

async fn count(again: &mut Again, lake: &Lake, window: Duration) -> Result<usize, QueryError> {
    let limits = QueryLimits::default();
    let mut next = lake.first_received_within(window, EVENTS_MAX, clock::now(), &limits).await?;
    let mut counted = 0;
    while let Some(first) = next {
        let events = lake.received_from(first, EVENTS_AT_ONCE, &limits).await?;
        next = events.last().filter(|_| events.len() == EVENTS_AT_ONCE).map(|last| last.id.nth(1));
        counted += events.len();
        let observations: Vec<Observation> = events.into_iter().map(Observation::Event).collect();
        // The threads of requests have nothing to do yet.
        tokio::task::block_in_place(|| again.count(&observations));
    }
    Ok(counted)
}
