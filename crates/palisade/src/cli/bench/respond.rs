//! `palisade bench respond`: how fast findings become alerts, messages and incidents.

mod act;
mod correlate;
mod dedupe;
mod open;
mod tell;

use super::{Target, latency::Percentiles, report};
use crate::cli::{
    Failure, Format,
    client::Client,
    table::{Cell, render},
};
use clap::Args;
use serde::Serialize;
use std::{process::ExitCode, time::Duration};

/// Measure how fast findings become alerts, messages and incidents
#[derive(Args)]
pub struct RespondArgs {
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// How many a second, where that is the figure.
    pub per_second: Option<f64>,
    /// How long one took, in milliseconds, where that is the figure.
    pub ms: Option<Percentiles>,
    /// What else there is to say.
    pub note: String,
}

/// Runs `palisade bench respond`.
///
/// # Errors
/// When the server cannot be started or refuses.
pub async fn run(args: RespondArgs) -> anyhow::Result<ExitCode> {
    if args.target.connection().is_some() {
        return Err(Failure::input("the server needs settings of the benchmark's own: leave --url out").into());
    }
    let busy = report::busy("findings".to_owned());
    let mut all = dedupe::measure(&args.target).await?;
    busy.set_message("commands");
    all.extend(act::measure(&args.target).await?);
    busy.set_message("messages");
    all.extend(tell::measure(&args.target).await?);
    busy.set_message("incidents");
    all.extend(open::measure(&args.target).await?);
    busy.set_message("correlation");
    all.push(correlate::measure().await?);
    busy.finish_and_clear();
    report::print(&all, table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

fn table(all: &[Figure]) -> String {
    let row = |figure: &Figure| {
        let of = |part: fn(Percentiles) -> f64| report::tenths(figure.ms.map(part));
        vec![
            Cell::text(figure.name),
            figure.per_second.map_or_else(|| Cell::text(""), report::whole),
            of(|ms| ms.p50),
            of(|ms| ms.p99),
            of(|ms| ms.max),
            Cell::text(&figure.note),
        ]
    };
    render(&["what", "per s", "p50 ms", "p99 ms", "max ms", "note"], all.iter().map(row).collect(), None)
}

/// Alerts as Alertmanager's API takes them.
fn alerts(labels: impl Iterator<Item = serde_json::Value>) -> serde_json::Value {
    labels.map(|labels| serde_json::json!({ "labels": labels })).collect()
}

/// The sum of a series of `/metrics` over all its labels.
async fn metric(client: &Client, start: &str) -> anyhow::Result<f64> {
    let text = client.get_text("/metrics").await?;
    let lines = text.lines().filter(|line| line.starts_with(start));
    Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
}

/// A little time for something that has just been asked for.
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
