//! `POST /api/v1/scan` a hundred times a second, while events come in beside.

use super::SupplyFigures;
use crate::cli::bench::{
    Target,
    bodies::Content,
    latency::Samples,
    load::{Acks, End, Plan, send},
    post::Route,
    server::Measured,
};
use crate::cli::client::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const TIME: Duration = Duration::from_secs(15);
const EVERY: Duration = Duration::from_millis(10);
/// Requests before, so that what is measured is a warm server.
const WARM: usize = 50;
const EVENT_BYTES: usize = 300;
const BATCH: usize = 100;
/// Bytes of events a second beside.
const BESIDE_BYTES: f64 = 10e6;

pub(super) async fn measure(target: &Target, figures: &mut SupplyFigures) -> anyhow::Result<()> {
    let server = Measured::start(target, "").await?;
    let client = Arc::new(Client::new(&server.connection)?);
    for number in 0..WARM {
        ask(&client, number).await?;
    }
    let route = Route::new(&server.connection, Content::Events, BATCH)?;
    let plan = Plan { connections: 4, rate: Some(BESIDE_BYTES / EVENT_BYTES as f64), end: End::After(TIME) };
    let bodies = Content::Events.bodies(BATCH, EVENT_BYTES);
    let beside = tokio::spawn(send(route, bodies, Arc::new(Acks::new()), plan));
    let mut samples = asked(&client).await?;
    let sent = beside.await??;
    figures.beside_mb_per_second = sent.requests as f64 * (BATCH * EVENT_BYTES) as f64 / 1e6 / sent.time.as_secs_f64();
    figures.scan_ms = Some(samples.percentiles());
    server.stop().await;
    Ok(())
}

/// Asks when it is due, whatever became of the questions before.
async fn asked(client: &Arc<Client>) -> anyhow::Result<Samples> {
    let (start, mut asking, mut samples) = (Instant::now(), JoinSet::new(), Samples::default());
    for number in 0.. {
        let due = start + EVERY * number;
        if due.duration_since(start) >= TIME {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        let client = Arc::clone(client);
        asking.spawn(async move {
            ask(&client, number as usize).await?;
            anyhow::Ok(due.elapsed())
        });
    }
    while let Some(time) = asking.join_next().await {
        samples.add(time??);
    }
    Ok(samples)
}

async fn ask(client: &Client, number: usize) -> anyhow::Result<()> {
    const NAMES: [&str; 8] =
        ["lodash", "lodahs", "react", "expresss", "crossenv", "left-pad", "reqeust", "made-up-name"];
    let question = json!({"ecosystem": "npm", "package_name": NAMES[number % NAMES.len()], "version": "1.0.0"});
    let answer: Value = client.post("/api/v1/scan", &question).await?;
    anyhow::ensure!(answer["verdict"].is_string(), "there is no verdict in the answer");
    Ok(())
}
