//! Findings into alerts: how many a second, and how long one takes when there are few.

use super::{Figure, metric, pause};
use crate::cli::{
    bench::{
        Target,
        latency::Percentiles,
        server::{Folder, Measured},
    },
    client::Client,
};
use serde_json::Value;
use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

const RULE: &str = "title: Bench\nid: 2f9d4a3c-7a5b-4a0a-9d51-6a5b8f6f0c12\nlogsource: {product: bench}\n\
                    detection:\n  selection: {action: probe}\n  condition: selection\nlevel: high\n";
/// Findings that are sent as fast as they are taken, in requests of so many, about so many hosts.
const FINDINGS: usize = 300_000;
const BATCH: usize = 1_000;
const HOSTS: usize = 500;
/// … and at leisure, in requests of 10.
const PACED: usize = 400;
const PACED_BATCH: usize = 10;
const PACE: Duration = Duration::from_millis(10);
const TIME_MAX: Duration = Duration::from_secs(120);
const COUNT: &str = "palisade_response_seconds_count";
const BUCKET: &str = "palisade_response_seconds_bucket{le=";

pub(super) async fn measure(target: &Target) -> anyhow::Result<Vec<Figure>> {
    let folder = Folder::of(&Target { data_dir: None, ..target.clone() });
    std::fs::create_dir_all(folder.path())?;
    let rule = folder.path().join("bench.yml");
    std::fs::write(&rule, RULE)?;
    let settings = format!(
        "[events]\nrules = [{rule:?}]\n[limits]\nrate_events_per_second = 10000000\nrate_events_burst = 10000000\n"
    );
    let server = Measured::start(target, &settings).await?;
    let client = Client::new(&server.connection)?;
    let paced = paced(&client).await?;
    let most = most(&client).await?;
    server.stop().await;
    Ok(vec![most, paced])
}

fn events(from: usize, count: usize) -> Vec<u8> {
    (from..from + count)
        .fold(String::new(), |mut lines, number| {
            // Writing to a String cannot fail.
            let _ = writeln!(
                lines,
                r#"{{"service":"bench","action":"probe","host":"host-{}","message":"number {number}"}}"#,
                number % HOSTS
            );
            lines
        })
        .into_bytes()
}

async fn send(client: &Client, from: usize, count: usize) -> anyhow::Result<()> {
    let lines = events(from, count);
    client.post_bytes("/api/v1/events", "application/x-ndjson", lines, &[]).await.map(drop)
}

async fn most(client: &Client) -> anyhow::Result<Figure> {
    let before = told(client).await?;
    let start = Instant::now();
    for from in (0..FINDINGS).step_by(BATCH) {
        send(client, from, BATCH).await?;
    }
    while told(client).await? < before + FINDINGS as u64 {
        anyhow::ensure!(start.elapsed() < TIME_MAX, "not all findings became alerts");
        pause(Duration::from_millis(20)).await;
    }
    let per_second = FINDINGS as f64 / start.elapsed().as_secs_f64();
    let note = format!("{FINDINGS} findings into alerts, by one sender");
    Ok(Figure { name: "findings de-duplicated", per_second: Some(per_second), ms: None, note })
}

/// How often alerts were told, all together.
async fn told(client: &Client) -> anyhow::Result<u64> {
    let parameters = [("limit", Some("1000".to_owned()))];
    let page: Value = client.get_with("/api/v1/alerts", &parameters).await?;
    let counts = page["items"].as_array().into_iter().flatten().filter_map(|alert| alert["count"].as_u64());
    Ok(counts.sum())
}

/// From the finding to the alert and its messages on disk, as the server's own histogram has it.
async fn paced(client: &Client) -> anyhow::Result<Figure> {
    send(client, 0, HOSTS).await?;
    pause(Duration::from_secs(1)).await;
    let before = buckets(client).await?;
    for round in 0..PACED {
        send(client, round * PACED_BATCH, PACED_BATCH).await?;
        pause(PACE).await;
    }
    pause(Duration::from_millis(500)).await;
    let count = metric(client, COUNT).await?;
    let after = buckets(client).await?;
    let grown: Vec<(f64, f64)> =
        after.iter().zip(&before).map(|((bound, after), (_, before))| (*bound, after - before)).collect();
    let at_most = |share: f64| {
        let all = grown.last().map_or(0.0, |(_, count)| *count);
        let bound = grown.iter().find(|(_, count)| *count >= all * share).map_or(f64::INFINITY, |(bound, _)| *bound);
        bound * 1_000.0
    };
    let ms = Percentiles {
        count: count as usize,
        p50: at_most(0.5),
        p95: at_most(0.95),
        p99: at_most(0.99),
        max: at_most(1.0),
    };
    let note = "upper bounds of the server's histogram".to_owned();
    Ok(Figure { name: "finding to alert and intent", per_second: None, ms: Some(ms), note })
}

/// Bounds in seconds with how many were within them.
async fn buckets(client: &Client) -> anyhow::Result<Vec<(f64, f64)>> {
    let text = client.get_text("/metrics").await?;
    let bucket = |line: &str| {
        let (bound, count) = line.strip_prefix(BUCKET)?.split_once("} ")?;
        Some((bound.trim_matches('"').replace("+Inf", "inf").parse().ok()?, count.parse().ok()?))
    };
    Ok(text.lines().filter_map(bucket).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_are_lines() {
        let lines = String::from_utf8(events(499, 2)).unwrap();
        let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!(
            (lines.lines().count(), &first),
            (2, &json!({"service": "bench", "action": "probe", "host": "host-499", "message": "number 499"}))
        );
    }
}
