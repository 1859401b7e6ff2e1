//! Incidents opened through the API by a few at once.

use super::Figure;
use crate::cli::{
    bench::{Target, latency::Samples, server::Measured},
    client::Client,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TIME: Duration = Duration::from_secs(5);
const CONNECTIONS: usize = 4;

pub(super) async fn measure(target: &Target) -> anyhow::Result<Vec<Figure>> {
    let server = Measured::start(target, "").await?;
    let client = Client::new(&server.connection)?;
    let start = Instant::now();
    let opening: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(open(client.clone(), start + TIME))).collect();
    let (mut samples, mut opened) = (Samples::default(), 0);
    for opening in opening {
        let (some, count) = opening.await??;
        samples.append(some);
        opened += count;
    }
    let per_second = Some(opened as f64 / start.elapsed().as_secs_f64());
    server.stop().await;
    let note = format!("{opened} opened over {CONNECTIONS} connections");
    Ok(vec![Figure { name: "incidents opened", per_second, ms: Some(samples.percentiles()), note }])
}

async fn open(client: Client, until: Instant) -> anyhow::Result<(Samples, usize)> {
    let (mut samples, mut opened) = (Samples::default(), 0);
    while Instant::now() < until {
        let start = Instant::now();
        let wish = json!({"title": "bench", "severity": "low", "summary": "opened to see how long it takes"});
        let _: Value = client.post("/api/v1/incidents", &wish).await?;
        samples.add(start.elapsed());
        opened += 1;
    }
    Ok((samples, opened))
}
