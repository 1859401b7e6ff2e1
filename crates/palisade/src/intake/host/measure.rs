//! One round of measuring: what `sysinfo` and the system's own tables tell, as points.

use super::{devices, processes::Busiest};
use palisade_model::{Attributes, Metric, MetricKind, Observation, Timestamp};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, System};

/// Processors that have a series of their own.
const PROCESSORS_MAX: usize = 128;
/// The service of all points.
pub(super) const SERVICE: &str = "host";

/// The machine, with what the next round compares with.
pub(super) struct Machine {
    system: System,
    busiest: Busiest,
    host: String,
    rounds: u32,
}

/// The points of one round.
pub(super) struct Points<'a> {
    host: &'a str,
    time: Timestamp,
    all: Vec<Observation>,
}

impl Points<'_> {
    pub(super) fn gauge(&mut self, name: &str, unit: &str, value: f64, labels: &[(&str, &str)]) {
        self.add(MetricKind::Gauge, name, unit, value, labels);
    }

    pub(super) fn counter(&mut self, name: &str, unit: &str, value: f64, labels: &[(&str, &str)]) {
        self.add(MetricKind::Counter, name, unit, value, labels);
    }

    fn add(&mut self, kind: MetricKind, name: &str, unit: &str, value: f64, labels: &[(&str, &str)]) {
        let attributes: Attributes =
            labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).into())).collect();
        self.all.push(Observation::Metric(Metric {
            time: self.time,
            name: name.to_owned(),
            kind,
            value,
            unit: unit.to_owned(),
            service: SERVICE.to_owned(),
            host: self.host.to_owned(),
            attributes,
            ..Metric::default()
        }));
    }
}

impl Machine {
    pub(super) fn new() -> Self {
        // Otherwise it would keep a file open for every process there is.
        let _unsupported_elsewhere = sysinfo::set_open_files_limit(0);
        let host = System::host_name().filter(|name| !name.is_empty()).unwrap_or_else(|| "localhost".to_owned());
        Self { system: System::new(), busiest: Busiest::default(), host, rounds: 0 }
    }

    /// Measures once. The first round has no shares of time yet: they are since the round before.
    pub(super) fn measure(&mut self, now: Timestamp) -> Vec<Observation> {
        self.system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_cpu_usage());
        self.system.refresh_memory_specifics(MemoryRefreshKind::everything());
        self.busiest.refresh(&mut self.system);
        let mut points = Points { host: &self.host, time: now, all: Vec::new() };
        if self.rounds > 0 {
            processors(&self.system, &mut points);
            self.busiest.tell(&self.system, &mut points);
        }
        self.rounds = self.rounds.saturating_add(1);
        memory(&self.system, &mut points);
        let load = System::load_average();
        points.gauge("system.cpu.load_average.1m", "{thread}", load.one, &[]);
        devices::tell(&mut points);
        points.all
    }
}

fn processors(system: &System, points: &mut Points<'_>) {
    points.gauge("system.cpu.utilization", "1", f64::from(system.global_cpu_usage()) / 100.0, &[]);
    for (number, cpu) in system.cpus().iter().take(PROCESSORS_MAX).enumerate() {
        let number = number.to_string();
        points.gauge("system.cpu.utilization", "1", f64::from(cpu.cpu_usage()) / 100.0, &[("cpu", &number)]);
    }
}

fn memory(system: &System, points: &mut Points<'_>) {
    let total = system.total_memory().max(1) as f64;
    let used = system.total_memory().saturating_sub(system.available_memory()) as f64;
    points.gauge("system.memory.usage", "By", used, &[("state", "used")]);
    points.gauge("system.memory.utilization", "1", used / total, &[("state", "used")]);
    if system.total_swap() > 0 {
        let swap = system.used_swap() as f64 / system.total_swap() as f64;
        points.gauge("system.paging.utilization", "1", swap, &[("state", "used")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn this_machine_has_processors_and_memory_and_no_series_twice() {
        let mut machine = Machine::new();
        let first = machine.measure(Timestamp::from_millis(1_000));
        let second = machine.measure(Timestamp::from_millis(6_000));
        let value = |points: &[Observation], wanted: &str| {
            points.iter().find_map(|point| match point {
                Observation::Metric(metric) if metric.name == wanted => Some(metric.value),
                _ => None,
            })
        };
        assert!(value(&first, "system.cpu.utilization").is_none(), "there is no round before the first");
        for (name, most) in [("system.cpu.utilization", 1.0), ("system.memory.utilization", 1.0)] {
            let value = value(&second, name).unwrap();
            assert!((0.0..=most).contains(&value), "{name} {value}");
        }
        let series: Vec<u64> = second
            .iter()
            .map(|point| if let Observation::Metric(metric) = point { metric.series() } else { 0 })
            .collect();
        assert_eq!(series.iter().collect::<HashSet<_>>().len(), series.len());
        assert!(series.len() < 400, "{}", series.len());
    }
}
