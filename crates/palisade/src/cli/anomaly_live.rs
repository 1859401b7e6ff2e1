//! `palisade anomaly list|live|feedback`: what a server finds odd in the series that come in.

use super::{
    Format,
    client::{Client, Connection, path_part},
    shown::{CELL_CHARS_MAX, age, cell, items, print, text},
    table::{Cell, render},
};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::{io::Write as _, process::ExitCode};

const ANOMALIES: &str = "/api/v1/anomalies";
/// Causes in a list.
const CAUSES_SHOWN: usize = 3;

/// What is asked of which server, and how the answer is printed.
#[derive(Args)]
pub(super) struct Asked {
    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Args)]
pub(super) struct ListArgs {
    /// Those that last (current) or are over (recent); both when left out
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// At most so many
    #[arg(long, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Clone, Copy, ValueEnum)]
enum Status {
    /// They last
    Current,
    /// They are over
    Recent,
}

#[derive(Args)]
pub(super) struct LiveArgs {
    /// With this text in name, host, service or labels
    #[arg(value_name = "TEXT")]
    contains: Option<String>,
    /// Of this host
    #[arg(long)]
    host: Option<String>,
    /// Of this service
    #[arg(long)]
    service: Option<String>,
    /// Only those that are odd now
    #[arg(long)]
    odd: bool,
    /// At most so many
    #[arg(long, default_value_t = 200)]
    limit: usize,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args)]
pub(super) struct FeedbackArgs {
    /// Of the anomaly, as `palisade anomaly list` shows it
    finding: String,
    /// Was something wrong?
    #[arg(value_enum)]
    verdict: Verdict,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Clone, Copy, ValueEnum)]
enum Verdict {
    /// Nothing was wrong: the like of it is no alarm again
    Fine,
    /// Something was wrong
    Real,
}

/// # Errors
/// When the server cannot be reached or refuses.
pub(super) async fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let status = args.status.map(|status| match status {
        Status::Current => "current".to_owned(),
        Status::Recent => "recent".to_owned(),
    });
    let parameters = [("status", status), ("limit", Some(args.limit.to_string()))];
    let page: Value = Client::new(&args.asked.connection)?.get_with(ANOMALIES, &parameters).await?;
    write(&print(&page, args.asked.format, |page| anomalies(page, jiff::Timestamp::now()))?)
}

/// # Errors
/// As [`list`].
pub(super) async fn live(args: &LiveArgs) -> anyhow::Result<ExitCode> {
    let parameters = [
        ("contains", args.contains.clone()),
        ("host", args.host.clone()),
        ("service", args.service.clone()),
        ("odd", args.odd.then(|| "true".to_owned())),
        ("limit", Some(args.limit.to_string())),
    ];
    let client = Client::new(&args.asked.connection)?;
    let page: Value = client.get_with(&format!("{ANOMALIES}/series"), &parameters).await?;
    write(&print(&page, args.asked.format, series)?)
}

/// # Errors
/// As [`list`].
pub(super) async fn feedback(args: &FeedbackArgs) -> anyhow::Result<ExitCode> {
    let verdict = match args.verdict {
        Verdict::Fine => "fine",
        Verdict::Real => "real",
    };
    let path = format!("{ANOMALIES}/{}/feedback", path_part(&args.finding));
    let anomaly: Value = Client::new(&args.asked.connection)?.post(&path, &json!({ "verdict": verdict })).await?;
    write(&print(&anomaly, args.asked.format, |anomaly| {
        anomalies(&json!({ "items": [anomaly] }), jiff::Timestamp::now())
    })?)
}

fn write(text: &str) -> anyhow::Result<ExitCode> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Each anomaly in a few lines: what is odd, and what likely caused it.
fn anomalies(page: &Value, now: jiff::Timestamp) -> String {
    let (anomalies, more) = items(page);
    if anomalies.is_empty() {
        return "No anomalies.\n".to_owned();
    }
    let mut out = String::new();
    for anomaly in anomalies {
        let since = age(text(anomaly, "/since"), now);
        let state = match text(anomaly, "/ended") {
            "" => format!("since {since}"),
            ended => format!("{since} ago, over for {}", age(ended, now)),
        };
        let severity = text(anomaly, "/severity");
        let said = text(anomaly, "/feedback");
        let said = if said.is_empty() { String::new() } else { format!(", called {said}") };
        out.push_str(&format!("{severity:<7} {state}{said}  {}\n", text(anomaly, "/finding")));
        out.push_str(&format!("        {}\n", super::table::visible(text(anomaly, "/title"))));
        let causes = anomaly.get("causes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (number, cause) in causes.iter().take(CAUSES_SHOWN).enumerate() {
            out.push_str(&format!("        {}. {}\n", number + 1, super::table::visible(&cause_in_words(cause))));
        }
    }
    out + more
}

fn cause_in_words(cause: &Value) -> String {
    let first = if cause.get("first_mover") == Some(&Value::Bool(true)) { ", moved first" } else { "" };
    format!("{} {}{first}", text(cause, "/kind"), text(cause, "/name"))
}

fn series(page: &Value) -> String {
    let (series, more) = items(page);
    if series.is_empty() {
        return "No series.\n".to_owned();
    }
    let head = ["host", "service", "series", "value", "expected", "score", "alarm at", "state"];
    let row = |series: &Value| {
        let last = series.get("points").and_then(Value::as_array).and_then(|points| points.last());
        let number = |name: &str| last.and_then(|last| last.get(name)).and_then(Value::as_f64);
        let band = number("low").zip(number("high")).map(|(low, high)| format!("{} to {}", short(low), short(high)));
        vec![
            cell(series, "/host"),
            cell(series, "/service"),
            Cell::text(named(series)),
            Cell::number(number("value").map(short).unwrap_or_default()),
            Cell::text(band.unwrap_or_default()),
            Cell::number(
                series.get("score").and_then(Value::as_f64).map(|score| format!("{score:.1}")).unwrap_or_default(),
            ),
            Cell::number(
                series.get("threshold").and_then(Value::as_f64).map(|score| format!("{score:.1}")).unwrap_or_default(),
            ),
            cell(series, "/state"),
        ]
    };
    render(&head, series.iter().map(row).collect(), Some(CELL_CHARS_MAX)) + more
}

fn named(series: &Value) -> String {
    let labels = series.get("labels").and_then(Value::as_object);
    let labels: Vec<String> = labels
        .into_iter()
        .flatten()
        .map(|(label, value)| format!("{label}={}", value.as_str().unwrap_or_default()))
        .collect();
    match labels.is_empty() {
        true => text(series, "/name").to_owned(),
        false => format!("{}{{{}}}", text(series, "/name"), labels.join(",")),
    }
}

/// A number in four digits or so.
fn short(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e7).contains(&size) => format!("{number:.3e}"),
        size if size >= 100.0 => format!("{number:.0}"),
        _ => format!("{number:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anomalies_and_series_are_shown_with_cause_and_band() {
        let anomaly = json!({"finding": "f1", "severity": "medium", "since": "2026-11-20T11:59:00Z", "ended": null,
            "title": "cpu is high", "causes": [{"kind": "process", "name": "miner", "first_mover": false}]});
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let shown = anomalies(&json!({ "items": [anomaly] }), now);
        assert_eq!(shown, "medium  since 1m  f1\n        cpu is high\n        1. process miner\n");
        let point = json!({"value": 0.5, "low": 0.1, "high": 0.2});
        let one = json!({"name": "cpu", "host": "a", "labels": {"cpu": "0"}, "state": "odd", "score": 6.5,
            "threshold": 6.0, "points": [point]});
        let shown = series(&json!({ "items": [one] }));
        for part in ["cpu{cpu=0}", "0.500", "0.100 to 0.200", "6.5", "odd"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }
}
