//! How figures are shown: one row a measurement, or JSON.

use super::{ingest::Figures, query::QueryFigures};
use crate::cli::{
    Format,
    table::{Cell, render},
};
use indicatif::ProgressBar;
use serde::Serialize;
use std::{io::Write as _, time::Duration};

/// Prints `all` to standard output.
///
/// # Errors
/// When it cannot be written.
pub fn print<T: Serialize>(all: &[T], table: fn(&[T]) -> String, format: Format) -> anyhow::Result<()> {
    let text = match format {
        Format::Table => table(all),
        Format::Json => serde_json::to_string_pretty(all)? + "\n",
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// A sign of life on a terminal; nothing elsewhere.
pub fn busy(message: String) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Throughput, latency, live stream and memory.
pub fn ingest_table(all: &[Figures]) -> String {
    let head = [
        "run",
        "per s",
        "requests/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "live p50 ms",
        "live p99 ms",
        "missed",
        "RSS max MB",
        "RSS idle MB",
        "refused",
        "disk B each",
        "generator per s",
    ];
    let row = |figures: &Figures| {
        let (request, live) = (figures.request_ms, figures.live);
        vec![
            Cell::text(figures.shape.name),
            whole(figures.events_per_second),
            whole(figures.requests_per_second),
            tenths(Some(request.p50)),
            tenths(Some(request.p95)),
            tenths(Some(request.p99)),
            tenths(live.map(|live| live.latency_ms.p50)),
            tenths(live.map(|live| live.latency_ms.p99)),
            live.map_or_else(|| Cell::text(""), |live| Cell::number(live.missed)),
            megabytes(figures.memory_bytes.map(|memory| memory.max)),
            megabytes(figures.idle_memory_bytes),
            Cell::number(figures.refused),
            tenths(figures.disk_bytes_per_event),
            whole(figures.generator_events_per_second),
        ]
    };
    render(&head, all.iter().map(row).collect(), None)
}

/// Query times and disk.
pub fn query_table(all: &[QueryFigures]) -> String {
    let mut text = String::new();
    for figures in all {
        let rows = figures.queries.iter().map(|query| {
            let time = query.milliseconds;
            vec![
                Cell::text(query.name),
                Cell::number(time.count),
                tenths(Some(time.p50)),
                tenths(Some(time.p95)),
                tenths(Some(time.max)),
            ]
        });
        text += &render(&["query", "times", "p50 ms", "p95 ms", "max ms"], rows.collect(), None);
        text += &format!("\n{} events", figures.rows);
        if let Some(rate) = figures.fill_events_per_second {
            text += &format!(", filled at {rate:.0} events/s");
        }
        if let Some(bytes) = figures.disk_bytes_per_event {
            text += &format!(", {bytes:.1} bytes on disk an event");
        }
        text.push('\n');
    }
    text
}

/// Without decimals.
pub fn whole(number: f64) -> Cell {
    Cell::number(format!("{number:.0}"))
}

/// With one decimal; empty when there is none.
pub fn tenths(number: Option<f64>) -> Cell {
    number.map_or_else(|| Cell::text(""), |number| Cell::number(format!("{number:.1}")))
}

/// In millions of bytes.
pub fn megabytes(bytes: Option<u64>) -> Cell {
    tenths(bytes.map(|bytes| bytes as f64 / 1e6))
}
