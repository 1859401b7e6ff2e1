//! `POST /api/v1/scan` a hundred times a second, while events come in beside.

use super::SupplyFigures;
use crate::cli::bench::{Target, beside, server::Measured};
use crate::cli::client::Client;
use serde_json::{Value, json};
use std::sync::Arc;

/// Requests before, so that what is measured is a warm server.
const WARM: usize = 50;

pub(super) async fn measure(target: &Target, figures: &mut SupplyFigures) -> anyhow::Result<()> {
    let server = Measured::start(target, "").await?;
    let client = Arc::new(Client::new(&server.connection)?);
    for number in 0..WARM {
        ask(&client, number).await?;
    }
    let beside = beside::measure(&server, |number| {
        let client = Arc::clone(&client);
        async move { ask(&client, number).await }
    });
    let beside = beside.await?;
    (figures.beside_mb_per_second, figures.scan_ms) = (beside.mb_per_second, Some(beside.answers));
    server.stop().await;
    Ok(())
}

async fn ask(client: &Client, number: usize) -> anyhow::Result<()> {
    const NAMES: [&str; 8] =
        ["lodash", "lodahs", "react", "expresss", "crossenv", "left-pad", "reqeust", "made-up-name"];
    let question = json!({"ecosystem": "npm", "package_name": NAMES[number % NAMES.len()], "version": "1.0.0"});
    let answer: Value = client.post("/api/v1/scan", &question).await?;
    anyhow::ensure!(answer["verdict"].is_string(), "there is no verdict in the answer");
    Ok(())
}
