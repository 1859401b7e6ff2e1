//! How fast alerts come into incidents, and how much memory the incidents take.
//! `cargo bench -p palisade-response --bench correlate_alerts` prints alerts a second and the largest memory.
//!
//! The alerts are those of a bad day: 100,000, none of them resolved, of 4,000 hosts and 300 services that depend on each
//! other, and labels that nearly all share. Two of three come in bursts of forty within a minute on one host, the
//! others from anywhere. Making the records that a caller keeps is part of the time.

use divan::{AllocProfiler, Bencher, black_box, counter::ItemsCount};
use palisade_model::{Alert, AlertStatus, Severity, Timestamp};
use palisade_response::{
    Actor,
    incident::{Command, Config, Incidents, NewIncident, Service},
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const ALERTS: usize = 100_000;
const START: i64 = 1_800_000_000_000;

fn main() {
    let incidents = taken(&config(), &alerts());
    let heads: Vec<_> = incidents.heads().filter(|head| head.duplicate_of.is_none()).collect();
    let sizes = || heads.iter().filter_map(|head| incidents.get(head.id)).map(|incident| incident.alerts.len());
    println!(
        "{ALERTS} alerts: {} in {} incidents, {} in the largest",
        sizes().sum::<usize>(),
        heads.len(),
        sizes().max().unwrap_or(0)
    );
    divan::main();
}

fn config() -> Config {
    let mut config = Config::default();
    let service = |n: usize| format!("service=s{n}");
    config.correlation.topology =
        (0..300).map(|n| Service { name: service(n), depends_on: vec![service((n * 7 + 1) % 300)] }).collect();
    config
}

fn scrambled(index: usize) -> usize {
    ((index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize
}

fn alerts() -> Vec<Alert> {
    (0..ALERTS)
        .map(|index| {
            // Two of three belong to the burst of that moment, the others to anything.
            let host = if index % 3 == 0 { scrambled(index) % 4_000 } else { scrambled(index / 60) % 4_000 };
            // A day has 864 ms for each.
            let labels = [
                ("alertname", format!("Check{}", scrambled(index) % 50)),
                ("host", format!("host-{host}")),
                ("service", format!("s{}", host % 300)),
                ("pod", format!("pod-{}", scrambled(index) % 50_000)),
                ("cluster", "eu-1".to_owned()),
                ("namespace", format!("n{}", host % 3)),
                ("env", "prod".to_owned()),
            ];
            Alert {
                fingerprint: format!("{:016x}", scrambled(index) * ALERTS + index),
                labels: labels.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                severity: Severity::ALL[1 + scrambled(index) % 4],
                status: AlertStatus::Firing,
                starts_at: Timestamp::from_millis(START + index as i64 * 864),
                ..Alert::default()
            }
        })
        .collect()
}

fn taken(config: &Config, alerts: &[Alert]) -> Incidents {
    let mut incidents = Incidents::new(config.clone());
    for alert in alerts {
        black_box(incidents.take_alert(alert.starts_at, alert));
    }
    incidents
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn correlate(bencher: Bencher) {
    let (config, alerts) = (config(), alerts());
    bencher.counter(ItemsCount::new(ALERTS)).bench_local(|| taken(&config, &alerts));
}

/// The worst for an index by entity: all alerts on one host.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn correlate_one_host(bencher: Bencher) {
    let config = config();
    let mut alerts = alerts();
    for alert in &mut alerts {
        alert.labels.insert("host".into(), "host-1".into());
    }
    bencher.counter(ItemsCount::new(ALERTS)).bench_local(|| taken(&config, &alerts));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn open_by_hand(bencher: Bencher) {
    let open = |incidents: &mut Incidents, index: usize| {
        let actor = Actor { name: "anna".into(), via: "api".into() };
        let new = NewIncident { title: format!("Incident {index}"), ..NewIncident::default() };
        incidents.apply(Timestamp::from_millis(START + index as i64), actor, Command::Open(new))
    };
    bencher.counter(ItemsCount::new(10_000usize)).bench_local(|| {
        let mut incidents = Incidents::new(Config::default());
        for index in 0..10_000 {
            let _ = black_box(open(&mut incidents, index));
        }
        incidents
    });
}
