//! How much memory the server has in use, sampled while it works.

use crate::cli::{bounded, client::Client};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};

/// Between two samples.
const PERIOD: Duration = Duration::from_millis(500);
/// The kernel writes some 1.5 kB.
const STATUS_BYTES_MAX: u64 = 64 << 10;
/// The gauge that servers export (Prometheus client conventions).
const GAUGE: &str = "process_resident_memory_bytes";

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// The least seen.
    pub min: u64,
    /// The most seen.
    pub max: u64,
}

/// Where to look.
#[derive(Clone)]
pub enum Gauge {
    /// At a process of this machine.
    Process(u32),
    /// At what the server exports.
    Metrics(Arc<Client>),
}

impl Gauge {
    /// Resident memory now, in bytes; `None` when it cannot be had.
    pub async fn read(&self) -> Option<u64> {
        match self {
            Self::Process(pid) => resident_of(*pid),
            Self::Metrics(client) => exported(&client.get_text("/metrics").await.ok()?),
        }
    }

    /// Samples until told to stop.
    #[must_use]
    pub fn watch(self) -> Watch {
        let (stop, mut stopped) = watch::channel(false);
        let samples = tokio::spawn(async move {
            let mut seen: Option<Memory> = None;
            loop {
                if let Some(bytes) = self.read().await {
                    let memory = seen.get_or_insert(Memory { min: bytes, max: bytes });
                    *memory = Memory { min: memory.min.min(bytes), max: memory.max.max(bytes) };
                }
                if tokio::time::timeout(PERIOD, stopped.changed()).await.is_ok() {
                    return seen;
                }
            }
        });
        Watch { stop, samples }
    }
}

/// Sampling under way.
pub struct Watch {
    stop: watch::Sender<bool>,
    samples: JoinHandle<Option<Memory>>,
}

impl Watch {
    /// Stops and says what was seen.
    pub async fn finish(self) -> Option<Memory> {
        let _ = self.stop.send(true);
        self.samples.await.ok().flatten()
    }
}

/// Resident memory of a process of this machine, in bytes; `None` when it cannot be had.
pub fn resident_of(pid: u32) -> Option<u64> {
    resident(&bounded::read_file(format!("/proc/{pid}/status").as_ref(), STATUS_BYTES_MAX).ok()?)
}

/// `VmRSS` of `/proc/PID/status` (proc_pid_status(5)), in bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

fn exported(metrics: &str) -> Option<u64> {
    let line = metrics.lines().find(|line| line.starts_with(GAUGE))?;
    let value: f64 = line.rsplit(' ').next()?.parse().ok()?;
    Some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_either_text() {
        assert_eq!(resident("Name:\tpalisade\nVmRSS:\t   81920 kB\nThreads:\t4\n"), Some(83_886_080));
        assert_eq!(resident("Name:\tkthreadd\n"), None);
        assert_eq!(
            exported("# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes 8.1e7\n"),
            Some(81_000_000)
        );
        assert_eq!(exported("up 1\n"), None);
    }
}
