//! Live subscribers that measure how long after its acknowledgement an event reaches them.

use super::{
    bodies::mark_in,
    latency::{Percentiles, Samples},
    load::Acks,
};
use crate::cli::{
    client::{Client, Connection},
    live::{Frame, LiveStream, read},
};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinSet};

/// Frames on their way when the senders end get this long to arrive.
const LAST_FRAMES: Duration = Duration::from_secs(2);

/// Open streams.
pub struct Subscribers {
    stop: watch::Sender<bool>,
    tasks: JoinSet<anyhow::Result<Seen>>,
}

/// What one subscriber saw.
#[derive(Default)]
struct Seen {
    latency: Samples,
    missed: u64,
}

/// What all subscribers saw.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Live {
    /// Acknowledgement to arrival in milliseconds, over all frames of all subscribers. An arrival before the
    /// acknowledgement counts as 0.
    pub latency_ms: Percentiles,
    /// The p99 of the subscriber that fared worst.
    pub worst_p99_ms: f64,
    /// Frames that were left out because a subscriber was too slow.
    pub missed: u64,
}

impl Subscribers {
    /// Opens `count` streams.
    ///
    /// # Errors
    /// When the server refuses one.
    pub async fn open(connection: &Connection, count: usize, acks: &Arc<Acks>) -> anyhow::Result<Self> {
        let client = Client::new(connection)?;
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            let stream = LiveStream::open(&client, &[("filter", "type=event")]).await?;
            tasks.spawn(follow(stream, Arc::clone(acks), stopped.clone()));
        }
        Ok(Self { stop, tasks })
    }

    /// Closes the streams and says what they saw; `None` when there were none.
    ///
    /// # Errors
    /// When one broke off before.
    pub async fn finish(mut self) -> anyhow::Result<Option<Live>> {
        if self.tasks.is_empty() {
            return Ok(None);
        }
        tokio::time::sleep(LAST_FRAMES).await;
        let _ = self.stop.send(true);
        let (mut live, mut all) = (Live::default(), Samples::default());
        while let Some(seen) = self.tasks.join_next().await {
            let mut seen = seen??;
            live.missed += seen.missed;
            live.worst_p99_ms = live.worst_p99_ms.max(seen.latency.percentiles().p99);
            all.append(seen.latency);
        }
        live.latency_ms = all.percentiles();
        Ok(Some(live))
    }
}

async fn follow(mut stream: LiveStream, acks: Arc<Acks>, mut stopped: watch::Receiver<bool>) -> anyhow::Result<Seen> {
    let mut seen = Seen::default();
    loop {
        let text = tokio::select! {
            text = stream.next_text() => text?,
            _ = stopped.changed() => return Ok(seen),
        };
        let Some(text) = text else { anyhow::bail!("the server closed a live stream") };
        if let Some(mark) = mark_in(&text) {
            seen.latency.add(acks.since(mark));
        } else if let Some(Frame::Missed(count)) = read(&text) {
            seen.missed += count;
        }
    }
}
