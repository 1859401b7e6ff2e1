//! `palisade silence`: have nobody told of alerts, for a time, for a reason.

use super::{
    client::{Asking, Client, path_part},
    duration,
    shown::{age, cell, items, print, text},
    table::{Cell, render},
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::{io::Write as _, process::ExitCode, time::Duration};

const SILENCES: &str = "/api/v1/silences";

/// Have nobody told of alerts for a time
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade silence create 'host=~\"web-.*\"' --for 2h --reason 'moving racks'
  palisade silence list
  palisade silence expire 0199f1c2-7a31-7c51-8000-5b1e00000000")]
pub struct SilenceArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Subcommand)]
enum Command {
    /// List silences
    List {
        /// Those that stand so: pending, active or expired; all that are not expired when left out
        #[arg(long)]
        status: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Make a silence
    Create {
        /// Conditions on labels in Alertmanager's notation, which all must be met
        #[arg(required = true)]
        matchers: Vec<String>,
        /// For how long, for example 30m or 12h
        #[arg(long = "for", value_parser = duration::parse, value_name = "TIME")]
        time: Duration,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// End silences
    Expire {
        /// As `palisade silence list` shows them
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// Runs `palisade silence`.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn run(args: SilenceArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.asking.connection)?;
    let answer = match args.command {
        Command::List { status, limit } => {
            let parameters = [("status", status), ("limit", Some(limit.to_string()))];
            client.get_with(SILENCES, &parameters).await?
        }
        Command::Create { matchers, time, reason } => {
            let ends_at = format!("{:.0}", jiff::Timestamp::now().checked_add(time)?);
            let wish = json!({ "matchers": matchers, "ends_at": ends_at, "reason": reason });
            let made: Value = client.post(SILENCES, &wish).await?;
            json!({ "items": [made] })
        }
        Command::Expire { ids } => {
            let mut ended = Vec::new();
            for id in ids {
                ended.push(client.delete_for::<Value>(&format!("{SILENCES}/{}", path_part(&id))).await?);
            }
            json!({ "items": ended })
        }
    };
    let output = print(&answer, args.asking.format, |page| table(page, jiff::Timestamp::now()))?;
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn table(page: &Value, now: jiff::Timestamp) -> String {
    let (silences, more) = items(page);
    if silences.is_empty() {
        return "No silences.\n".to_owned();
    }
    let row = |silence: &Value| {
        let matchers = silence.get("matchers").and_then(Value::as_array).into_iter().flatten();
        let matchers: Vec<&str> = matchers.filter_map(Value::as_str).collect();
        vec![
            cell(silence, "/id"),
            cell(silence, "/status"),
            Cell::text(matchers.join(", ")),
            Cell::text(age(text(silence, "/ends_at"), now)),
            cell(silence, "/created_by"),
            cell(silence, "/reason"),
        ]
    };
    render(&["id", "state", "matchers", "ends", "by", "reason"], silences.iter().map(row).collect(), None) + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_a_table() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let silence = json!({"id": "i", "status": "active", "matchers": ["a=\"b\"", "c=\"d\""],
            "ends_at": "2026-11-20T14:00:00Z", "created_by": "ann", "reason": "racks"});
        let shown = table(&json!({"items": [silence]}), now);
        assert!(shown.lines().nth(2).unwrap().contains("a=\"b\", c=\"d\"  in 2h  ann  racks"), "{shown}");
    }
}
