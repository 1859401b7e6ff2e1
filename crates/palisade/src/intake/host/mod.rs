//! The machine that the server runs on, as a source: processors, memory, disks, network and the busiest processes.
//!
//! Names and units are those of OpenTelemetry's conventions for systems and processes, so that what other collectors send
//! of other machines looks the same. Points go through the pipeline as those of any source.

mod devices;
mod measure;
mod processes;

use super::Intake;
use crate::api::server::told;
use crate::clock;
use crate::config;
use measure::Machine;
use palisade_sources::Parsed;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

/// The name of this way in.
pub const NAME: &str = "host";

/// About what a point takes as text, for the count of bytes taken in.
const POINT_BYTES: usize = 64;

/// Starts to measure, if the configuration says how often.
pub fn start(config: &config::Telemetry, intake: Intake, stopped: &watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    if config.host_seconds > 0 {
        tasks.spawn(run(Duration::from_secs(config.host_seconds), intake, stopped.clone()));
    }
}

async fn run(every: Duration, intake: Intake, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut machine = Machine::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = told(&mut stopped) => return,
        }
        // Files of /proc are read: some milliseconds, which are not for a thread of requests.
        let measured = spawn_blocking(move || {
            let points = machine.measure(clock::now());
            (machine, points)
        });
        let observations = match measured.await {
            Ok((again, points)) => {
                machine = again;
                points
            }
            Err(error) => return tracing::error!(%error, "this machine is measured no more"),
        };
        let bytes = observations.len() * POINT_BYTES;
        if intake.keep(Parsed { observations, ..Parsed::default() }, bytes, None).await.is_err() {
            return;
        }
    }
}
