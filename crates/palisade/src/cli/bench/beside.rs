//! Questions that are asked a hundred times a second, while 10 MB of events a second come in beside.

use super::{
    bodies::Content,
    latency::{Percentiles, Samples},
    load::{Acks, End, Plan, send},
    post::Route,
    server::Measured,
};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How long questions are asked.
pub const TIME: Duration = Duration::from_secs(15);
const EVERY: Duration = Duration::from_millis(10);
const EVENT_BYTES: usize = 300;
const BATCH: usize = 100;
const BYTES_PER_SECOND: f64 = 10e6;

/// How quickly questions were answered, and beside what.
pub struct Beside {
    /// Of events that came in, a second.
    pub mb_per_second: f64,
    /// From when a question was due until its answer.
    pub answers: Percentiles,
}

/// Asks when it is due, whatever became of the questions before, while events come in.
///
/// # Errors
/// When a question or a batch of events is not answered.
pub async fn measure<F>(server: &Measured, ask: impl Fn(usize) -> F) -> anyhow::Result<Beside>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let route = Route::new(&server.connection, Content::Events, BATCH)?;
    let plan = Plan { connections: 4, rate: Some(BYTES_PER_SECOND / EVENT_BYTES as f64), end: End::After(TIME) };
    let bodies = Content::Events.bodies(BATCH, EVENT_BYTES);
    let sending = tokio::spawn(send(route, bodies, Arc::new(Acks::new()), plan));
    let answers = answered(ask).await?;
    let sent = sending.await??;
    let bytes = sent.requests as f64 * (BATCH * EVENT_BYTES) as f64;
    Ok(Beside { mb_per_second: bytes / 1e6 / sent.time.as_secs_f64(), answers })
}

async fn answered<F>(ask: impl Fn(usize) -> F) -> anyhow::Result<Percentiles>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let (start, mut asking, mut samples) = (Instant::now(), JoinSet::new(), Samples::default());
    for number in 0.. {
        let due = start + EVERY * number;
        if due.duration_since(start) >= TIME {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        let answer = ask(number as usize);
        asking.spawn(async move {
            answer.await?;
            anyhow::Ok(due.elapsed())
        });
    }
    while let Some(time) = asking.join_next().await {
        samples.add(time??);
    }
    Ok(samples.percentiles())
}
