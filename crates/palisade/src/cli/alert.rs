//! `palisade alert`: what somebody should look at, and what people do about it.

use super::{
    Failure, Format,
    client::{Asking, Client, path_part},
    duration,
    shown::{CELL_CHARS_MAX, age, cell, items, print, text},
    table::{Cell, render},
};
use clap::{Args, Subcommand};
use palisade_model::Severity;
use serde_json::{Value, json};
use std::{io::Write as _, process::ExitCode, time::Duration};

const ALERTS: &str = "/api/v1/alerts";

/// See alerts and act on them
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade alert list --severity high
  palisade alert list --filter 'alertname=\"Down\", host=~\"web-.*\"'
  palisade alert ack 1f0c8a52d1e94c77 --note 'restarting it'
  palisade alert snooze 1f0c8a52d1e94c77 --for 2h")]
pub struct AlertArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Subcommand)]
enum Command {
    /// List alerts, the worst first
    List {
        /// Those that stand so: pending, firing or resolved; all that are not resolved when left out
        #[arg(long)]
        status: Option<String>,
        /// At least this severe
        #[arg(long)]
        severity: Option<Severity>,
        /// Conditions on labels in Alertmanager's notation
        #[arg(long, value_name = "MATCHERS")]
        filter: Option<String>,
        /// Those that somebody looks at (true), or that nobody does (false)
        #[arg(long, value_name = "BOOL")]
        acknowledged: Option<bool>,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show one alert
    Show {
        /// Of the alert, as `palisade alert list` shows it
        fingerprint: String,
    },
    /// Say that you look at alerts
    Ack {
        /// Of the alerts
        #[arg(required = true)]
        fingerprints: Vec<String>,
        /// What there is to say
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Say that you look at them no more
    Unack {
        /// Of the alerts
        #[arg(required = true)]
        fingerprints: Vec<String>,
    },
    /// Have nobody told for a time
    Snooze {
        /// Of the alerts
        #[arg(required = true)]
        fingerprints: Vec<String>,
        /// For how long, for example 30m or 12h
        #[arg(long = "for", value_parser = duration::parse, value_name = "TIME")]
        time: Duration,
    },
    /// Say that alerts are over
    Resolve {
        /// Of the alerts
        #[arg(required = true)]
        fingerprints: Vec<String>,
        /// What there is to say
        #[arg(long, default_value = "")]
        note: String,
    },
}

/// Runs `palisade alert`.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn run(args: AlertArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.asking.connection)?;
    let format = args.asking.format;
    let output = match args.command {
        Command::List { status, severity, filter, acknowledged, limit } => {
            let parameters = [
                ("status", status),
                ("severity", severity.map(|severity| severity.name().to_owned())),
                ("filter", filter),
                ("acknowledged", acknowledged.map(|wanted| wanted.to_string())),
                ("limit", Some(limit.to_string())),
            ];
            let page: Value = client.get_with(ALERTS, &parameters).await?;
            print(&page, format, |page| table(page, jiff::Timestamp::now()))?
        }
        Command::Show { fingerprint } => {
            let alert: Value = client.get(&path(&fingerprint, "")?).await?;
            print(&alert, format, describe)?
        }
        Command::Ack { fingerprints, note } => {
            act(&client, &fingerprints, "acknowledge", &json!({ "note": note }), format).await?
        }
        Command::Unack { fingerprints } => act(&client, &fingerprints, "unacknowledge", &json!({}), format).await?,
        Command::Snooze { fingerprints, time } => {
            let until = jiff::Timestamp::now().checked_add(time)?;
            act(&client, &fingerprints, "snooze", &json!({ "until": format!("{until:.0}") }), format).await?
        }
        Command::Resolve { fingerprints, note } => {
            act(&client, &fingerprints, "resolve", &json!({ "note": note }), format).await?
        }
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn path(fingerprint: &str, action: &str) -> Result<String, Failure> {
    if fingerprint.is_empty() {
        return Err(Failure::input("an alert is named by its fingerprint").hint("`palisade alert list` shows them"));
    }
    Ok(format!("{ALERTS}/{}{action}", path_part(fingerprint)))
}

/// Does the same to each, and shows what they are then.
async fn act(
    client: &Client,
    fingerprints: &[String],
    action: &str,
    body: &Value,
    format: Format,
) -> anyhow::Result<String> {
    let mut changed = Vec::new();
    for fingerprint in fingerprints {
        let alert: Value = client.post(&path(fingerprint, &format!("/{action}"))?, body).await?;
        changed.push(alert);
    }
    print(&json!({ "items": changed }), format, |page| table(page, jiff::Timestamp::now()))
}

fn table(page: &Value, now: jiff::Timestamp) -> String {
    let (alerts, more) = items(page);
    if alerts.is_empty() {
        return "No alerts.\n".to_owned();
    }
    let head = ["severity", "state", "fingerprint", "alert", "since", "count", "summary"];
    let row = |alert: &Value| {
        vec![
            cell(alert, "/severity"),
            Cell::text(state(alert)),
            cell(alert, "/fingerprint"),
            cell(alert, "/labels/alertname"),
            Cell::text(age(text(alert, "/starts_at"), now)),
            cell(alert, "/count"),
            cell(alert, "/annotations/summary"),
        ]
    };
    render(&head, alerts.iter().map(row).collect(), Some(CELL_CHARS_MAX)) + more
}

/// Where it stands, in the word that matters most to who decides whether to look.
fn state(alert: &Value) -> String {
    let status = text(alert, "/status");
    let by = text(alert, "/acknowledged/by");
    let suppressed = text(alert, "/suppressed_by/0/kind");
    match (status, by, suppressed) {
        ("resolved", ..) => "resolved".to_owned(),
        (_, by, _) if !by.is_empty() => format!("{by} looks"),
        (_, _, "silence") => "silenced".to_owned(),
        (_, _, "inhibition") => "inhibited".to_owned(),
        (_, _, "maintenance") => "in maintenance".to_owned(),
        _ if !text(alert, "/snoozed_until").is_empty() => "snoozed".to_owned(),
        (status, ..) if alert.get("flapping") == Some(&Value::Bool(true)) => format!("{status}, flapping"),
        (status, ..) => status.to_owned(),
    }
}

fn describe(alert: &Value) -> String {
    let mut rows = Vec::new();
    for name in
        ["fingerprint", "severity", "status", "source", "starts_at", "ends_at", "last_seen", "count", "incident"]
    {
        rows.push(vec![Cell::text(name), cell(alert, &format!("/{name}"))]);
    }
    rows.push(vec![Cell::text("state"), Cell::text(state(alert))]);
    for (table, names) in [("label", alert.get("labels")), ("annotation", alert.get("annotations"))] {
        for (name, value) in names.and_then(Value::as_object).into_iter().flatten() {
            rows.push(vec![Cell::text(format!("{table} {name}")), Cell::value(value)]);
        }
    }
    render(&["what", "value"], rows, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_that_matters_most_is_shown() {
        for (alert, wanted) in [
            (json!({"status": "firing"}), "firing"),
            (json!({"status": "firing", "flapping": true}), "firing, flapping"),
            (json!({"status": "firing", "acknowledged": {"by": "ann"}}), "ann looks"),
            (json!({"status": "firing", "suppressed_by": [{"kind": "silence", "by": "x"}]}), "silenced"),
            (json!({"status": "resolved", "acknowledged": {"by": "ann"}}), "resolved"),
        ] {
            assert_eq!(state(&alert), wanted);
        }
    }

    #[test]
    fn a_list_is_a_table() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let alert = json!({"severity": "high", "status": "firing", "fingerprint": "f1", "count": 3,
            "starts_at": "2026-11-20T11:58:00Z", "labels": {"alertname": "Down"}, "annotations": {"summary": "web-1"}});
        let shown = table(&json!({"items": [alert], "next": "x"}), now);
        let line = shown.lines().nth(2).unwrap();
        for part in ["high", "firing", "f1", "Down", "2m", "3", "web-1"] {
            assert!(line.contains(part), "{part} is missing in {line}");
        }
        assert!(shown.ends_with("ask for fewer.\n"));
        assert_eq!(table(&json!({"items": []}), now), "No alerts.\n");
    }
}
