//! The dispatcher: one lane a channel, started and stopped as channels come and go.

use super::{
    lane::Lane,
    outbox::{Outbox, OutboxError},
    status::ChannelStatus,
};
use crate::open::OpenChannel;
use palisade_model::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Delivers what is in an [`Outbox`]. It has to be made and used within a tokio runtime.
pub struct Dispatcher {
    outbox: Arc<dyn Outbox>,
    clock: Clock,
    lanes: Mutex<Lanes>,
}

struct Lanes {
    running: BTreeMap<String, Running>,
    /// Lanes of channels that were changed or taken away; they finish what they have on its way.
    finishing: Vec<JoinHandle<()>>,
    random: fastrand::Rng,
}

struct Running {
    channel: Arc<OpenChannel>,
    status: Arc<Mutex<ChannelStatus>>,
    wake: Arc<Notify>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Dispatcher {
    /// Makes due again what an earlier run left on its way. Nothing is sent before [`Self::set_channels`]. `seed` is for
    /// the jitter of retries.
    ///
    /// # Errors
    /// When the outbox does not answer.
    pub async fn start(outbox: Arc<dyn Outbox>, clock: Clock, seed: u64) -> Result<Self, OutboxError> {
        outbox.recover().await?;
        let lanes = Lanes { running: BTreeMap::new(), finishing: Vec::new(), random: fastrand::Rng::with_seed(seed) };
        Ok(Self { outbox, clock, lanes: Mutex::new(lanes) })
    }

    /// Delivers to these channels from now on. The lanes of those that have not changed go on; what waits for channels
    /// that are not among them goes to the dead letters.
    ///
    /// # Errors
    /// When the outbox does not answer; the channels are set all the same.
    pub async fn set_channels(&self, channels: Vec<Arc<OpenChannel>>) -> Result<(), OutboxError> {
        let known: Vec<String> = channels.iter().map(|channel| channel.settings().name.clone()).collect();
        {
            let mut lanes = self.lanes();
            let names = lanes.running.keys().cloned().collect::<Vec<_>>();
            for name in names.iter().filter(|name| !known.contains(name)) {
                lanes.stop(name);
            }
            for channel in channels {
                let name = channel.settings().name.clone();
                let unchanged = lanes.running.get(&name).is_some_and(|running| running.channel.is_same_as(&channel));
                if !unchanged {
                    lanes.stop(&name);
                    let running = self.run(channel, lanes.random.fork());
                    lanes.running.insert(name, running);
                }
            }
        }
        self.outbox.bury_orphans(&known).await
    }

    fn run(&self, channel: Arc<OpenChannel>, random: fastrand::Rng) -> Running {
        let status = ChannelStatus {
            name: channel.settings().name.clone(),
            kind: channel.row().name,
            ..ChannelStatus::default()
        };
        let status = Arc::new(Mutex::new(status));
        let (stop, stopped) = watch::channel(false);
        let wake = Arc::new(Notify::new());
        let lane = Lane::new(
            Arc::clone(&channel),
            Arc::clone(&self.outbox),
            Arc::clone(&self.clock),
            random,
            Arc::clone(&status),
        );
        let task = tokio::spawn(lane.run(Arc::clone(&wake), stopped));
        Running { channel, status, wake, stop, task }
    }

    /// Says that something new may be due. To be called after each transaction that writes to the outbox.
    pub fn wake(&self) {
        for running in self.lanes().running.values() {
            running.wake.notify_one();
        }
    }

    /// The channel of this name, to test it.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<Arc<OpenChannel>> {
        self.lanes().running.get(name).map(|running| Arc::clone(&running.channel))
    }

    /// How each channel is doing, by name.
    #[must_use]
    pub fn status(&self) -> Vec<ChannelStatus> {
        let now = (self.clock)();
        let of = |running: &Running| running.status.lock().unwrap_or_else(PoisonError::into_inner).clone().at(now);
        self.lanes().running.values().map(of).collect()
    }

    /// Claims nothing more, and waits until what is on its way has arrived or failed and is written back.
    pub async fn stop(&self) {
        let finishing = {
            let mut lanes = self.lanes();
            for name in lanes.running.keys().cloned().collect::<Vec<_>>() {
                lanes.stop(&name);
            }
            std::mem::take(&mut lanes.finishing)
        };
        for task in finishing {
            if let Err(error) = task.await {
                tracing::error!(%error, "a lane broke off");
            }
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn stop(&mut self, name: &str) {
        self.finishing.retain(|task| !task.is_finished());
        if let Some(running) = self.running.remove(name) {
            let _ = running.stop.send(true);
            self.finishing.push(running.task);
        }
    }
}
