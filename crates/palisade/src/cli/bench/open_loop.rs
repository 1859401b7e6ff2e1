//! An open loop: requests go out when they are due, whatever became of the others. What is refused is not sent again:
//! the next one is due already.

use super::{
    bodies::Bodies,
    latency::Samples,
    post::{Answer, Poster, Route},
};
use crate::clock::now;
use anyhow::Context as _;
use bytes::Bytes;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// A request that goes out later than this after it was due found no connection free.
const LATE: Duration = Duration::from_millis(50);

/// What came of it.
#[derive(Default)]
pub struct Offered {
    /// Requests that were sent.
    pub requests: u64,
    /// … of them later than they were due: beyond a few, the loop was not open.
    pub late: u64,
    /// … taken.
    pub accepted: u64,
    /// … told to come back later.
    pub refused: u64,
    /// … neither: the connection broke off.
    pub broken: u64,
    /// Due to acknowledged.
    pub accepted_latency: Samples,
    /// Sent to refused.
    pub refused_latency: Samples,
    /// How long it took altogether.
    pub time: Duration,
}

struct Shared {
    bodies: Arc<dyn Bodies>,
    route: Arc<Route>,
    start: Instant,
    next: AtomicU64,
    rate: f64,
    time: Duration,
}

/// Offers `rate` observations a second for `time` over up to `connections` at once.
///
/// # Errors
/// When the server answers anything but success or *come back later*.
pub async fn offer(
    route: Route,
    bodies: Arc<dyn Bodies>,
    rate: f64,
    time: Duration,
    connections: usize,
) -> anyhow::Result<Offered> {
    let start = Instant::now();
    let shared = Arc::new(Shared { bodies, route: Arc::new(route), start, next: AtomicU64::new(0), rate, time });
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        senders.spawn(run(Arc::clone(&shared)));
    }
    let mut all = Offered::default();
    while let Some(one) = senders.join_next().await {
        let one = one.context("a sender broke off")?;
        all.requests += one.requests;
        all.late += one.late;
        all.accepted += one.accepted;
        all.refused += one.refused;
        all.broken += one.broken;
        all.accepted_latency.append(one.accepted_latency);
        all.refused_latency.append(one.refused_latency);
    }
    all.time = start.elapsed();
    Ok(all)
}

async fn run(shared: Arc<Shared>) -> Offered {
    let mut offered = Offered::default();
    let mut poster = Poster::new(Arc::clone(&shared.route));
    loop {
        let mark = shared.next.fetch_add(1, Relaxed);
        let after = Duration::from_secs_f64(mark as f64 * shared.bodies.batch() as f64 / shared.rate);
        if after >= shared.time {
            return offered;
        }
        let due = shared.start + after;
        tokio::time::sleep_until(due.into()).await;
        let now = now();
        let body = Bytes::from(shared.bodies.body(mark, &|_| now));
        let sent = Instant::now();
        offered.requests += 1;
        offered.late += u64::from(sent.duration_since(due) > LATE);
        match poster.post(body).await {
            Ok(Answer::Accepted) => {
                offered.accepted += 1;
                offered.accepted_latency.add(due.elapsed());
            }
            Ok(Answer::Later(_)) => {
                offered.refused += 1;
                offered.refused_latency.add(sent.elapsed());
            }
            Err(error) => {
                offered.broken += 1;
                tracing::debug!(%error, "a request broke off");
            }
        }
    }
}
