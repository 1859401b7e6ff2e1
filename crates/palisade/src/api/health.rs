//! `/healthz`, `/readyz`, `/metrics`: how the server is. They need no key, so they tell no more than that.

use super::Api;
use super::schema::{Health, HealthStatus};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

/// The file has some 1.5 KB.
const STATUS_BYTES_MAX: u64 = 64 * 1024;

/// Whether the process lives
#[utoipa::path(get, path = "/healthz", tag = "operating", security(()),
    responses((status = 200, description = "It does", body = Health)))]
pub async fn live() -> Json<Health> {
    Json(Health { status: HealthStatus::Ok, reasons: Vec::new() })
}

/// Whether the server takes in, keeps and answers
#[utoipa::path(get, path = "/readyz", tag = "operating", security(()),
    responses(
        (status = 200, description = "It does", body = Health),
        (status = 503, description = "It does not, for these reasons", body = Health),
    ))]
pub async fn ready(State(api): State<Arc<Api>>) -> (StatusCode, Json<Health>) {
    let status = api.pipeline.status();
    let mut reasons = status.degraded;
    if let Some(error) = status.lake.last_error {
        // What the engine says may name paths and addresses, and this answer needs no key.
        reasons.retain(|reason| *reason != error);
        tracing::warn!(%error, "not ready: the last commit failed");
        reasons.push("the last commit to the tables failed; the log of the server says why".to_owned());
    }
    if let Err(error) = api.store.state.ping().await {
        tracing::warn!(%error, "not ready: the state does not answer");
        reasons.push("the state database does not answer; the log of the server says why".to_owned());
    }
    reasons.extend(api.desk.trouble().map(str::to_owned));
    let is_ready = reasons.is_empty();
    if status.is_watch_full {
        // Points of other series are kept all the same, so the server is ready.
        reasons.push("not all series are watched for what is odd: there are more than telemetry.series_max".to_owned());
    }
    match is_ready {
        true => (StatusCode::OK, Json(Health { status: HealthStatus::Ok, reasons })),
        false => (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: HealthStatus::Degraded, reasons })),
    }
}

/// Numbers for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "operating", security(()),
    responses((status = 200, description = "Prometheus text format", body = String, content_type = "text/plain")))]
pub async fn metrics(State(api): State<Arc<Api>>) -> ([(HeaderName, &'static str); 1], String) {
    let status = api.pipeline.status();
    metrics::gauge!("palisade_in_flight_bytes").set(api.admission.bytes_held() as f64);
    metrics::gauge!("palisade_queue_bytes").set(status.queue_bytes as f64);
    metrics::gauge!("palisade_queue_bytes_max").set(status.queue_bytes_max as f64);
    metrics::gauge!("palisade_series").set(status.series as f64);
    metrics::gauge!("palisade_telemetry_series").set(status.watched as f64);
    metrics::gauge!("palisade_telemetry_series_full").set(f64::from(u8::from(status.is_watch_full)));
    metrics::gauge!("palisade_memtable_rows").set(status.lake.memory_rows as f64);
    metrics::gauge!("palisade_memtable_bytes").set(status.lake.memory_bytes as f64);
    let counts = api.desk.machine().counts();
    for (status, count) in [("pending", counts.pending), ("firing", counts.firing), ("resolved", counts.resolved)] {
        metrics::gauge!("palisade_alerts", "status" => status).set(count as f64);
    }
    metrics::gauge!("palisade_incidents").set(api.desk.machine().incidents().live() as f64);
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], api.recorder.render())
}

/// Resident memory of this process, where the system tells it (Linux, proc(5)).
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let mut status = String::new();
    let file = File::open("/proc/self/status").ok()?;
    #[expect(clippy::disallowed_methods, reason = "bounded by `take` in the same line")]
    file.take(STATUS_BYTES_MAX).read_to_string(&mut status).ok()?;
    resident_bytes_in(&status)
}

fn resident_bytes_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read() {
        assert_eq!(resident_bytes_in("Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t2\n"), Some(2 << 20));
        assert_eq!(resident_bytes_in("Name:\tx\n"), None);
    }
}
