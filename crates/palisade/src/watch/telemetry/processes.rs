//! Which processes took what was taken: the most telling cause of an odd processor or memory, where processes are
//! measured (`process.cpu.utilization` and `process.memory.usage`, of this machine or by a collector).
//!
//! A process that has just begun has no history to be odd against, so it is compared with what it used before: nothing.

use palisade_model::{Metric, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};

/// Hosts, names of processes on one, and points of each that are remembered.
const HOSTS_MAX: usize = 256;
const NAMES_MAX: usize = 64;
const POINTS_MAX: usize = 36;
/// Points of each that a checkpoint keeps: enough to know after a restart what was usual.
const POINTS_KEPT: usize = 8;
/// Points before an anomaly within this time say what was usual.
const BEFORE_NANOS: i64 = 5 * 60 * 1_000_000_000;
/// A host that was looked at for less says nothing of what is new on it.
const KNOWN_NANOS: i64 = 60 * 1_000_000_000;
/// The least that a cause has taken: of all processors, and of memory.
const PROCESSORS_MIN: f64 = 0.04;
const BYTES_MIN: f64 = 48.0 * 1024.0 * 1024.0;

/// What of a machine a process takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// A share of all processors.
    Cpu,
    /// Bytes.
    Memory,
}

impl Resource {
    /// The resource that the metric is about.
    pub(super) fn of(name: &str) -> Option<Self> {
        let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
        match () {
            () if holds(&["cpu", "load"]) => Some(Self::Cpu),
            () if holds(&["memory", "paging", "swap"]) => Some(Self::Memory),
            () => None,
        }
    }
}

/// A process that takes more than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Taken {
    pub(super) process: String,
    pub(super) resource: Resource,
    pub(super) before: f64,
    pub(super) now: f64,
    pub(super) since: Timestamp,
}

#[derive(Debug, Default)]
struct Host {
    known_since: Timestamp,
    uses: HashMap<(String, Resource), VecDeque<(Timestamp, f64)>>,
}

/// What each process took of which resource, point by point.
type Uses = Vec<(String, Resource, Vec<(Timestamp, f64)>)>;

/// How a host is kept over a restart.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    host: String,
    known_since: Timestamp,
    uses: Uses,
}

/// What processes used lately.
#[derive(Debug, Default)]
pub(super) struct Processes {
    hosts: HashMap<String, Host>,
}

impl Processes {
    /// Notes a point, if it is one of a process; returns whether it is.
    pub(super) fn note(&mut self, metric: &Metric) -> bool {
        let resource = match metric.name.as_str() {
            "process.cpu.utilization" => Resource::Cpu,
            "process.memory.usage" => Resource::Memory,
            _ => return false,
        };
        self.note_use(metric, resource);
        true
    }

    fn note_use(&mut self, metric: &Metric, resource: Resource) {
        let name = metric.attributes.iter().find(|(label, _)| label.starts_with("process.") && label.ends_with("name"));
        let Some((_, name)) = name.filter(|_| metric.value.is_finite()) else { return };
        if !self.hosts.contains_key(&metric.host) && self.hosts.len() >= HOSTS_MAX {
            return;
        }
        let host = self
            .hosts
            .entry(metric.host.clone())
            .or_insert_with(|| Host { known_since: metric.time, ..Host::default() });
        let key = (name.to_string(), resource);
        if host.uses.len() >= 2 * NAMES_MAX && !host.uses.contains_key(&key) {
            let silent = |points: &VecDeque<(Timestamp, f64)>| points.back().map(|(time, _)| *time);
            let oldest = host.uses.iter().min_by_key(|(_, points)| silent(points)).map(|(key, _)| key.clone());
            oldest.map(|oldest| host.uses.remove(&oldest));
        }
        let points = host.uses.entry(key).or_default();
        if points.len() == POINTS_MAX {
            points.pop_front();
        }
        points.push_back((metric.time, metric.value));
    }

    /// What is kept over a restart.
    pub(super) fn kept(&self) -> Vec<Kept> {
        let points = |points: &VecDeque<(Timestamp, f64)>| {
            points.iter().skip(points.len().saturating_sub(POINTS_KEPT)).copied().collect()
        };
        let uses = |host: &Host| host.uses.iter().map(|((name, of), all)| (name.clone(), *of, points(all))).collect();
        let keep = |(name, host): (&String, &Host)| Kept {
            host: name.clone(),
            known_since: host.known_since,
            uses: uses(host),
        };
        self.hosts.iter().map(keep).collect()
    }

    /// Goes on from what was kept.
    pub(super) fn restore(&mut self, kept: Vec<Kept>) {
        for Kept { host, known_since, uses } in kept.into_iter().take(HOSTS_MAX) {
            let points = |points: Vec<(Timestamp, f64)>| {
                points.into_iter().filter(|(_, value)| value.is_finite()).take(POINTS_KEPT).collect()
            };
            let uses = uses.into_iter().take(2 * NAMES_MAX).map(|(name, of, all)| ((name, of), points(all)));
            self.hosts.insert(host, Host { known_since, uses: uses.collect() });
        }
    }

    /// Who on the host took more of the resource since about `since`, the most first.
    pub(super) fn taken(&self, host: &str, resource: Resource, since: Timestamp) -> Vec<Taken> {
        let Some(host) = self.hosts.get(host) else { return Vec::new() };
        if since.nanos().saturating_sub(host.known_since.nanos()) < KNOWN_NANOS {
            return Vec::new();
        }
        let least = if resource == Resource::Cpu { PROCESSORS_MIN } else { BYTES_MIN };
        let of_resource = host.uses.iter().filter(|((_, of), _)| *of == resource);
        let mut taken: Vec<Taken> = of_resource
            .filter_map(|((process, _), points)| change(process, resource, points, since))
            .filter(|taken| taken.now - taken.before >= least)
            .collect();
        taken.sort_by(|a, b| (b.now - b.before).total_cmp(&(a.now - a.before)).then(a.process.cmp(&b.process)));
        taken.truncate(3);
        taken
    }
}

fn change(process: &str, resource: Resource, points: &VecDeque<(Timestamp, f64)>, since: Timestamp) -> Option<Taken> {
    let from = since.nanos().saturating_sub(BEFORE_NANOS);
    let (mut sum, mut count) = (0.0, 0.0);
    for (_, value) in points.iter().filter(|(time, _)| *time < since && time.nanos() >= from) {
        sum += value;
        count += 1.0;
    }
    // Long before, as when the server was down between: the last that is known.
    let last = || points.iter().rev().find(|(time, _)| *time < since).map_or(0.0, |(_, value)| *value);
    let before = if count > 0.0 { sum / count } else { last() };
    let after = points.iter().filter(|(time, _)| *time >= since);
    let (since, now) = after.copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Taken { process: process.to_owned(), resource, before, now, since })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(second: i64, process: &str, value: f64) -> Metric {
        Metric {
            time: Timestamp::from_millis(second * 1_000),
            name: "process.cpu.utilization".into(),
            host: "a".into(),
            value,
            attributes: vec![("process.executable.name".into(), process.into())],
            ..Metric::default()
        }
    }

    #[test]
    fn who_is_new_and_takes_most_comes_first() {
        let mut processes = Processes::default();
        for second in (0..300).step_by(5) {
            processes.note(&point(second, "database", 0.30));
            processes.note(&point(second, "shell", 0.01));
        }
        let since = Timestamp::from_millis(300_000);
        for (process, value) in [("database", 0.36), ("shell", 0.01), ("miner", 0.55)] {
            processes.note(&point(300, process, value));
        }
        let names = |since| -> Vec<String> {
            processes.taken("a", Resource::Cpu, since).into_iter().map(|taken| taken.process).collect()
        };
        assert_eq!(names(since), ["miner", "database"]);
        assert!(names(Timestamp::from_millis(30_000)).is_empty(), "half a minute says nothing of what is new");
        assert!(processes.taken("b", Resource::Cpu, since).is_empty());
        processes.note(&point(305, "newcomer", 0.7));
        processes.note(&point(310, "newcomer", 0.7));
        assert_eq!(
            processes.taken("a", Resource::Cpu, since)[0].process,
            "newcomer",
            "what goes on alike had nothing before it began"
        );
        let mut again = Processes::default();
        again.restore(processes.kept());
        again.note(&point(340, "miner", 0.55));
        let later = Timestamp::from_millis(340_000);
        assert!(again.taken("a", Resource::Cpu, later).is_empty(), "after a restart it is known, and as before");
        again.note(&point(345, "other", 0.3));
        assert_eq!(again.taken("a", Resource::Cpu, later)[0].process, "other");
        assert!((0..500).all(|name| processes.note(&point(301, &format!("p{name}"), 0.1))));
        assert!(processes.hosts["a"].uses.len() <= 2 * NAMES_MAX);
    }
}
