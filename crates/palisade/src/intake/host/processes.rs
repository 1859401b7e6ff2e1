//! The busiest programs, by name: a handful, so that a cause can be named and labels stay few.
//!
//! Processes of one name count together. A name that was among the busiest goes on being told for a while, so that its
//! series does not come and go with its rank.

use super::measure::Points;
use std::collections::HashMap;
use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};

/// Names told by processor time, and by memory.
const TOLD: usize = 4;
/// Names told at once.
const NAMES_MAX: usize = 12;
/// Rounds that a name is told after it was last among the busiest: a quarter of an hour at five seconds.
const ROUNDS_KEPT: u32 = 180;
/// Bytes of a name.
const NAME_BYTES_MAX: usize = 64;
/// Processes looked at.
const PROCESSES_MAX: usize = 20_000;

#[derive(Default)]
pub(super) struct Busiest {
    /// Names with the rounds that they are still told.
    told: HashMap<String, u32>,
}

#[derive(Clone, Copy, Default)]
struct Use {
    /// Processor time in processors.
    processors: f64,
    bytes: f64,
}

impl Busiest {
    pub(super) fn refresh(&mut self, system: &mut System) {
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    }

    pub(super) fn tell(&mut self, system: &System, points: &mut Points<'_>) {
        let used = by_name(system);
        self.choose(&used);
        let processors = system.cpus().len().max(1) as f64;
        for name in self.told.keys() {
            // A program that ended uses nothing.
            let used = used.get(name).copied().unwrap_or_default();
            let labels = [("process.executable.name", name.as_str())];
            points.gauge("process.cpu.utilization", "1", used.processors / processors, &labels);
            points.gauge("process.memory.usage", "By", used.bytes, &labels);
        }
    }

    fn choose(&mut self, used: &HashMap<String, Use>) {
        self.told.values_mut().for_each(|rounds| *rounds -= 1);
        self.told.retain(|_, rounds| *rounds > 0);
        let mut names: Vec<(&String, &Use)> = used.iter().collect();
        names.sort_by(|a, b| b.1.processors.total_cmp(&a.1.processors).then(a.0.cmp(b.0)));
        let by_time: Vec<String> = names.iter().take(TOLD).map(|(name, _)| (*name).clone()).collect();
        names.sort_by(|a, b| b.1.bytes.total_cmp(&a.1.bytes).then(a.0.cmp(b.0)));
        let by_memory = names.iter().take(TOLD).map(|(name, _)| (*name).clone());
        for name in by_time.into_iter().chain(by_memory) {
            self.told.insert(name, ROUNDS_KEPT);
        }
        while self.told.len() > NAMES_MAX {
            let Some(oldest) = self.told.iter().min_by_key(|(name, rounds)| (**rounds, (*name).clone())) else {
                return;
            };
            let oldest = oldest.0.clone();
            self.told.remove(&oldest);
        }
    }
}

fn by_name(system: &System) -> HashMap<String, Use> {
    let mut used: HashMap<String, Use> = HashMap::new();
    for process in system.processes().values().filter(|process| process.thread_kind().is_none()).take(PROCESSES_MAX) {
        let name = process.name().to_string_lossy();
        let name = &name[..name.floor_char_boundary(NAME_BYTES_MAX)];
        let of_name = match used.get_mut(name) {
            Some(of_name) => of_name,
            None => used.entry(name.to_owned()).or_default(),
        };
        of_name.processors += f64::from(process.cpu_usage()) / 100.0;
        of_name.bytes += process.memory() as f64;
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(names: &[(&str, f64, f64)]) -> HashMap<String, Use> {
        names.iter().map(|&(name, processors, bytes)| (name.to_owned(), Use { processors, bytes })).collect()
    }

    #[test]
    fn names_are_few_and_stay_for_a_while() {
        let mut busiest = Busiest::default();
        busiest.choose(&used(&[("once", 2.0, 1.0)]));
        for round in 1..ROUNDS_KEPT {
            busiest.choose(&used(&[("a", 1.0, 5.0)]));
            assert!(busiest.told.contains_key("once"), "{round}");
        }
        busiest.choose(&used(&[("a", 1.0, 5.0)]));
        assert_eq!(busiest.told.keys().collect::<Vec<_>>(), ["a"]);
        for round in 0..50 {
            let names: Vec<String> = (0..9).map(|name| format!("{round}-{name}")).collect();
            let all: Vec<_> = names.iter().map(|name| (name.as_str(), 1.0, 1.0)).collect();
            busiest.choose(&used(&all));
            assert!(busiest.told.len() <= NAMES_MAX);
        }
    }
}
