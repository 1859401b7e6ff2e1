//! How requests are counted: a histogram of latency for each path and class of status.
//!
//! Each is made when it is first needed, so that `/metrics` shows what happens and not what could; from then on a request
//! costs a look in a short table and an atomic addition.

use super::{OTHER_PATH, PATHS};
use axum::http::StatusCode;
use metrics::{Histogram, Unit};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// Bounds of the latency histograms in seconds: a fsync takes milliseconds, a query seconds.
const LATENCY_SECONDS: [f64; 14] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Bounds of the time from a finding to its alert and messages: finer where its promise of 5 ms stands.
const RESPONSE_SECONDS: [f64; 14] =
    [0.000_5, 0.001, 0.001_5, 0.002, 0.002_5, 0.003, 0.003_5, 0.004, 0.005, 0.007_5, 0.01, 0.05, 0.25, 1.0];

const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// The histograms of requests.
pub struct Metering {
    latencies: [[OnceLock<Histogram>; CLASSES.len()]; PATHS.len()],
}

/// Installs the recorder of this process and says what the numbers mean.
///
/// # Errors
/// When another recorder is installed.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let builder = PrometheusBuilder::new();
    let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCY_SECONDS)?;
    let response = Matcher::Full("palisade_response_seconds".to_owned());
    let builder = builder.set_buckets_for_metric(response, &RESPONSE_SECONDS)?;
    let handle = builder.install_recorder()?;
    metrics::describe_histogram!("palisade_http_request_seconds", Unit::Seconds, "Time to answer, by path and status");
    metrics::describe_histogram!("palisade_grpc_request_seconds", Unit::Seconds, "Time to answer, by source and code");
    metrics::describe_counter!("palisade_ingest_bytes_total", Unit::Bytes, "Bytes of bodies read, as sent");
    metrics::describe_counter!("palisade_ingest_events_total", "Observations accepted and durable");
    metrics::describe_counter!("palisade_ingest_rejected_events_total", "Events refused one by one in accepted bodies");
    metrics::describe_counter!("palisade_refused_total", "Requests refused at a limit, by reason");
    metrics::describe_counter!(
        "palisade_datagram_drops_total",
        "What was dropped of datagrams for want of room, by sender"
    );
    metrics::describe_counter!("palisade_scrape_failures_total", "Questions to a scrape target that failed");
    metrics::describe_gauge!("palisade_scrape_target_down", "1 while a scrape target cannot be scraped");
    metrics::describe_gauge!("palisade_in_flight_bytes", Unit::Bytes, "Bytes of requests being served");
    metrics::describe_gauge!("palisade_series", "Series of metrics that points came of lately");
    metrics::describe_gauge!("palisade_rules", "Sigma rules that run");
    metrics::describe_gauge!(
        "palisade_rules_refused",
        "Sigma rules and correlations that do not run because of a mistake"
    );
    metrics::describe_gauge!("palisade_queue_bytes", Unit::Bytes, "Durable bytes that wait for the watches");
    metrics::describe_gauge!("palisade_files_followed", "Files that are followed");
    metrics::describe_gauge!("palisade_files_unreadable", "Files that would be followed if they could be read");
    metrics::describe_gauge!("palisade_live_subscribers", "Open live streams");
    metrics::describe_counter!("palisade_live_missed_total", "Frames left out for slow live subscribers");
    metrics::describe_counter!("palisade_signals_total", "Signals of other tools that are kept, by source");
    metrics::describe_counter!(
        "palisade_signals_rejected_total",
        "Signals of other tools that were refused, by source"
    );
    metrics::describe_histogram!(
        "palisade_response_seconds",
        Unit::Seconds,
        "Time from a finding to its alert and messages being kept"
    );
    metrics::describe_counter!(
        "palisade_messages_without_channel_total",
        "Messages for the default channel that were left out because there is none"
    );
    metrics::describe_gauge!("palisade_alerts", "Alerts, by status");
    metrics::describe_gauge!("palisade_incidents", "Incidents that are not over");
    metrics::describe_gauge!("process_resident_memory_bytes", Unit::Bytes, "Resident memory of the server");
    Ok(handle)
}

impl Metering {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self { latencies: std::array::from_fn(|_| std::array::from_fn(|_| OnceLock::new())) }
    }

    /// Counts a request for `path` that took this long. Switching to a WebSocket counts as 2xx.
    pub fn record(&self, path: usize, status: StatusCode, took: Duration) {
        let class = usize::from((status.as_u16() / 100).clamp(2, 5) - 2);
        let latency = self.latencies[path][class].get_or_init(
            || metrics::histogram!("palisade_http_request_seconds", "path" => PATHS[path], "status" => CLASSES[class]),
        );
        latency.record(took.as_secs_f64());
    }
}

/// The place in [`PATHS`] that a request for `path` is counted under.
#[must_use]
pub fn index(path: &str) -> usize {
    let other = || PATHS.iter().position(|known| *known == OTHER_PATH).unwrap_or(0);
    let exactly = PATHS.iter().position(|known| *known == path);
    exactly.or_else(|| PATHS.iter().position(|known| fits(known, path))).unwrap_or_else(other)
}

/// Whether the path is of this pattern, in which `{…}` stands for any one part.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == part || (wanted.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_counted_by_their_pattern() {
        for (path, wanted) in [
            ("/api/v1/events", "/api/v1/events"),
            ("/api/v1/events/0199f1c2", "/api/v1/events/{id}"),
            ("/api/v1/alerts/f00/acknowledge", "/api/v1/alerts/{fingerprint}/acknowledge"),
            ("/api/v1/incidents/figures", "/api/v1/incidents/figures"),
            ("/api/v1/incidents/7", "/api/v1/incidents/{id}"),
            ("/api/v1/events/", "other"),
            ("/api/v1/keys/pal_1/x", "other"),
            ("/", "/"),
            ("/wp-login.php", "other"),
            ("other", "other"),
        ] {
            assert_eq!(PATHS[index(path)], wanted, "{path}");
        }
    }
}
