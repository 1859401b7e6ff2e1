//! `POST /api/v1/businesses/screen`: as many as get through, then a hundred a second while events come in beside.

use super::{KybFigures, LISTED, made::Made};
use crate::cli::bench::{
    Target,
    beside::{self, TIME},
    latency::Samples,
    server::{Folder, Measured},
};
use crate::cli::client::Client;
use crate::clock::now;
use anyhow::Context as _;
use palisade_kyb::entity::EntityType;
use palisade_store::{Feeds, State};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;

/// Clients at once; more would only wait for a core.
const CLIENTS: usize = 8;
/// Requests before, so that what is measured is a warm server.
const WARM: usize = 100;

pub(super) async fn measure(target: &Target, figures: &mut KybFigures) -> anyhow::Result<()> {
    let folder = Folder::of(target);
    let mut target = target.clone();
    if target.data_dir.is_none() && target.url.is_none() {
        import(folder.path()).await.context("cannot import a list")?;
        target.data_dir = Some(folder.path().to_owned());
    }
    let server = Measured::start(&target, "").await?;
    let client = Arc::new(Client::new(&server.connection)?);
    for number in 0..WARM {
        ask(&client, number).await?;
    }
    most(&client, figures).await?;
    let beside = beside::measure(&server, |number| {
        let client = Arc::clone(&client);
        async move { ask(&client, number).await }
    });
    let beside = beside.await?;
    (figures.beside_mb_per_second, figures.beside_ms) = (beside.mb_per_second, Some(beside.answers));
    server.stop().await;
    Ok(())
}

/// Makes a list in the folder.
async fn import(folder: &std::path::Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut text = String::from("id,name,type,dates,countries,programs\n");
    for entity in Made::new(3).entities("own-list", LISTED) {
        let (name, date) = (&entity.names[0].full, entity.dates[0]);
        let entity_type = format!("{:?}", entity.entity_type).to_lowercase();
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{},\"{name}\",{entity_type},{:04}-{:02}-{:02},{},MADE-UP",
            entity.id, date.year, date.month, date.day, entity.countries[0]
        );
    }
    let file = folder.join("made.csv");
    std::fs::write(&file, text)?;
    let state = State::open(&folder.join("state.db")).await?;
    let feeds = Feeds::open(folder, state.clone()).await?;
    feeds.import("own-list", &[file], now()).await?;
    state.close().await;
    Ok(())
}

/// Every client asks again as soon as it is answered.
async fn most(client: &Arc<Client>, figures: &mut KybFigures) -> anyhow::Result<()> {
    let (started, mut asking) = (Instant::now(), JoinSet::new());
    for first in 0..CLIENTS {
        let client = Arc::clone(client);
        asking.spawn(async move {
            let mut samples = Samples::default();
            for number in (first..).step_by(CLIENTS) {
                if started.elapsed() >= TIME {
                    break;
                }
                let asked = Instant::now();
                ask(&client, number).await?;
                samples.add(asked.elapsed());
            }
            anyhow::Ok(samples)
        });
    }
    let mut samples = Samples::default();
    while let Some(done) = asking.join_next().await {
        samples.append(done??);
    }
    let percentiles = samples.percentiles();
    figures.requests_per_second = percentiles.count as f64 / started.elapsed().as_secs_f64();
    figures.request_ms = Some(percentiles);
    Ok(())
}

async fn ask(client: &Client, number: usize) -> anyhow::Result<()> {
    let (name, entity_type) = Made::new(1_000 + number as u64).name();
    let kind = if entity_type == EntityType::Person { "person" } else { "organization" };
    let question = json!({"party": {"name": name, "type": kind}});
    let answer: Value = client.post("/api/v1/businesses/screen", &question).await?;
    anyhow::ensure!(answer["results"][0]["verdict"].is_string(), "there is no verdict in the answer");
    Ok(())
}
