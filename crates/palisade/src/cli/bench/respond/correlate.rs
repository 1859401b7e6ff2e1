//! Many alerts into incidents, without a server: the machine alone.

use super::Figure;
use crate::cli::bench::memory::Gauge;
use palisade_model::{Alert, AlertStatus, Labels, Severity, Timestamp};
use palisade_response::incident::{Config, Incidents};
use std::time::Instant;

const ALERTS: usize = 100_000;
/// So many alerts are about one host.
const PER_HOST: usize = 5;

pub(super) async fn measure() -> anyhow::Result<Figure> {
    let alerts: Vec<Alert> = (0..ALERTS).map(alert).collect();
    let gauge = Gauge::Process(std::process::id());
    let before = gauge.read().await;
    let mut incidents = Incidents::new(Config::default());
    let start = Instant::now();
    for alert in &alerts {
        incidents.take_alert(alert.starts_at, alert);
    }
    let time = start.elapsed();
    let grown = gauge.read().await.zip(before).map(|(after, before)| after.saturating_sub(before));
    let memory = grown.map_or_else(String::new, |bytes| format!(", {} MB more memory", bytes >> 20));
    anyhow::ensure!(!incidents.is_empty(), "no incident was opened");
    let note = format!("{ALERTS} alerts into {} incidents in {:.2} s{memory}", incidents.len(), time.as_secs_f64());
    let per_second = Some(ALERTS as f64 / time.as_secs_f64());
    Ok(Figure { name: "correlation of alerts", per_second, ms: None, note })
}

fn alert(number: usize) -> Alert {
    let host = number / PER_HOST;
    let labels: Labels = [
        ("alertname", format!("rule-{}", number % 50)),
        ("host", format!("host-{host}")),
        ("service", format!("service-{}", host % 400)),
        ("severity", "high".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    // Ten a second, so that the window holds thousands.
    let starts_at = Timestamp::from_millis(1_795_000_000_000 + number as i64 * 100);
    Alert {
        fingerprint: format!("{number:016x}"),
        labels,
        severity: Severity::High,
        status: AlertStatus::Firing,
        starts_at,
        last_seen: starts_at,
        updated_at: starts_at,
        ..Alert::default()
    }
}
