//! Datagrams of statsd clients, gathered for an interval and then kept.
//!
//! A sender of datagrams cannot be made to wait. So while the server is at its limits the interval goes on: what comes
//! is added to what is there, which is bounded; what is beyond the bounds is dropped and counted for its sender.

use super::{Intake, senders::Senders};
use crate::api::server::told;
use crate::cli::Failure;
use crate::clock;
use crate::config;
use palisade_model::Observation;
use palisade_sources::{
    Parsed,
    statsd::{Aggregator, Bounds},
};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// The name of this way in.
pub const NAME: &str = "statsd";

/// The largest datagram there can be.
const DATAGRAM_BYTES_MAX: usize = 65_535;

/// How long the last interval may take to be kept when the server stops.
const LAST_TIME_MAX: Duration = Duration::from_secs(5);

struct Receiver {
    intake: Intake,
    aggregator: Aggregator,
    senders: Senders,
    /// Bytes of this interval.
    bytes: usize,
    keeping: Option<JoinHandle<()>>,
}

/// Starts to take datagrams, if the configuration says where; returns the address.
///
/// # Errors
/// When it cannot listen there.
pub async fn start(
    config: &config::Statsd,
    intake: Intake,
    stopped: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<Option<SocketAddr>> {
    if config.listen.is_empty() {
        return Ok(None);
    }
    let cannot = |error: std::io::Error| {
        Failure::input(format!("cannot take datagrams of statsd at {}: {error}", config.listen))
            .hint("set statsd.listen to another address, or to \"\" for none")
    };
    let socket = UdpSocket::bind(&config.listen).await.map_err(cannot)?;
    let address = socket.local_addr().map_err(cannot)?;
    let receiver = Receiver {
        aggregator: Aggregator::new(*intake.limits(), Bounds::default(), clock::now()),
        intake,
        senders: Senders::new(NAME),
        bytes: 0,
        keeping: None,
    };
    tasks.spawn(receiver.run(socket, Duration::from_secs(config.flush_seconds), stopped.clone()));
    Ok(Some(address))
}

impl Receiver {
    async fn run(mut self, socket: UdpSocket, interval: Duration, mut stopped: watch::Receiver<bool>) {
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        let mut ticks = interval_at(Instant::now() + interval, interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                received = socket.recv_from(&mut buffer) => match received {
                    Ok((length, sender)) => self.take(&buffer[..length], sender),
                    Err(error) => tracing::debug!(%error, "a datagram of statsd cannot be read"),
                },
                _ = ticks.tick() => self.flush_when_kept(),
                () = told(&mut stopped) => break,
            }
        }
        // What is still in the socket counts for the last interval.
        while let Ok((length, sender)) = socket.try_recv_from(&mut buffer) {
            self.take(&buffer[..length], sender);
        }
        self.finish().await;
    }

    fn take(&mut self, datagram: &[u8], sender: SocketAddr) {
        self.bytes += datagram.len();
        let taken = self.aggregator.take(datagram);
        self.senders.dropped(sender.ip(), taken.beyond_bounds);
        self.intake.refused(taken.rejected);
        if let Some(problem) = taken.problems.first() {
            tracing::debug!(source = NAME, %sender, rejected = taken.rejected, %problem, "lines are refused");
        }
    }

    /// Ends the interval, unless the one before is still waiting to be kept.
    fn flush_when_kept(&mut self) {
        if self.keeping.as_ref().is_some_and(|keeping| !keeping.is_finished()) {
            return;
        }
        let points = self.aggregator.flush(clock::now());
        if points.is_empty() {
            return;
        }
        let (intake, bytes) = (self.intake.clone(), std::mem::take(&mut self.bytes));
        self.keeping = Some(tokio::spawn(keep(intake, points, bytes)));
    }

    async fn finish(mut self) {
        let last = async {
            if let Some(keeping) = self.keeping.take() {
                let _ended = keeping.await;
            }
            let points = self.aggregator.flush(clock::now());
            keep(self.intake, points, self.bytes).await;
        };
        if tokio::time::timeout(LAST_TIME_MAX, last).await.is_err() {
            tracing::warn!("the last measurements of statsd could not be kept in time");
        }
    }
}

async fn keep(intake: Intake, points: Vec<Observation>, bytes: usize) {
    let parsed = Parsed { observations: points, ..Parsed::default() };
    if intake.keep(parsed, bytes, None).await.is_err() {
        tracing::warn!("measurements of statsd came too late to be kept");
    }
}
