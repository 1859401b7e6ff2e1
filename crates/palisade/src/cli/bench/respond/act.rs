//! Commands with many alerts there: how long until the answer, until the API shows it, and until the stream tells it.

use super::{Figure, alerts};
use crate::cli::{
    bench::{Target, latency::Samples, server::Measured},
    client::Client,
    live::LiveStream,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ALERTS: usize = 10_000;
const TIMES: usize = 100;
const TOLD_TIME_MAX: Duration = Duration::from_secs(10);

pub(super) async fn measure(target: &Target) -> anyhow::Result<Vec<Figure>> {
    let server = Measured::start(target, "[incidents.correlation]\nenabled = false\n").await?;
    let client = Client::new(&server.connection)?;
    let all = alerts(
        (0..ALERTS)
            .map(|number| json!({"alertname": format!("bench-{}", number % 20), "host": format!("host-{number}")})),
    );
    let _: Value = client.post("/api/v2/alerts", &all).await?;
    let page: Value = client.get_with("/api/v1/alerts", &[("limit", Some("1000".to_owned()))]).await?;
    let chosen: Vec<String> = page["items"]
        .as_array()
        .into_iter()
        .flatten()
        .take(TIMES)
        .filter_map(|alert| alert["fingerprint"].as_str().map(str::to_owned))
        .collect();
    anyhow::ensure!(chosen.len() == TIMES, "there are no alerts");
    let (mut answered, mut told) = (Samples::default(), Samples::default());
    for fingerprint in &chosen {
        let filter = format!("type=alert fingerprint={fingerprint}");
        let mut stream = LiveStream::open(&client, &[("filter", &filter)]).await?;
        let start = Instant::now();
        let path = format!("/api/v1/alerts/{fingerprint}");
        let _: Value = client.post(&format!("{path}/acknowledge"), &json!({})).await?;
        let shown: Value = client.get(&path).await?;
        anyhow::ensure!(shown["acknowledged"].is_object(), "the API does not show what it has answered");
        answered.add(start.elapsed());
        tokio::time::timeout(TOLD_TIME_MAX, stream.next_text()).await??;
        told.add(start.elapsed());
    }
    let silenced = silences(&client).await?;
    server.stop().await;
    let note = || format!("with {ALERTS} alerts");
    let figure =
        |name, mut samples: Samples| Figure { name, per_second: None, ms: Some(samples.percentiles()), note: note() };
    Ok(vec![
        figure("acknowledge, shown by the API", answered),
        figure("acknowledge, told by the stream", told),
        figure("silence 500 alerts, shown by the API", silenced),
    ])
}

async fn silences(client: &Client) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    for number in 0..20 {
        let name = format!("alertname=\"bench-{number}\"");
        let wish = json!({"matchers": [name], "ends_at": "2099-01-01T00:00:00Z", "reason": "bench"});
        let parameters =
            [("filter", Some(name)), ("suppressed", Some("false".to_owned())), ("limit", Some("1".to_owned()))];
        let start = Instant::now();
        let _: Value = client.post("/api/v1/silences", &wish).await?;
        let left: Value = client.get_with("/api/v1/alerts", &parameters).await?;
        samples.add(start.elapsed());
        anyhow::ensure!(left["items"].as_array().is_some_and(Vec::is_empty), "the API does not show the silence");
    }
    Ok(samples)
}
