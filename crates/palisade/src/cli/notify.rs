//! `palisade notify`: channels, and the messages to them.

use super::{
    Format,
    client::{Asking, Client, path_part},
    shown::{CELL_CHARS_MAX, age, cell, items, print, text},
    table::{Cell, render},
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::{io::Write as _, process::ExitCode};

const CHANNELS: &str = "/api/v1/channels";
const OUTBOX: &str = "/api/v1/outbox";
/// A message was not delivered.
const FOUND: u8 = 1;

/// See and test channels, and retry messages
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade notify list
  palisade notify test mail
  palisade notify dead
  palisade notify retry --all

Exit codes: 0 done, 1 a test message was not delivered, 2 usage or input error, 3 internal error.")]
pub struct NotifyArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Subcommand)]
enum Command {
    /// List channels and how delivery to them fares
    List,
    /// Send a test message and wait for what becomes of it
    Test {
        /// The channel
        channel: String,
    },
    /// List messages
    Outbox {
        /// Those that stand so: waiting, sending, sent or dead
        #[arg(long)]
        state: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// List messages that were given up
    Dead {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Try messages again that were given up
    Retry {
        /// As `palisade notify dead` shows them
        #[arg(required_unless_present = "all")]
        ids: Vec<String>,
        /// The last thousand of them
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
}

/// Runs `palisade notify`.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn run(args: NotifyArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.asking.connection)?;
    let mut code = ExitCode::SUCCESS;
    let output = match args.command {
        Command::List => {
            let answer: Value = client.get(CHANNELS).await?;
            print(&answer, args.asking.format, channels)?
        }
        Command::Test { channel } => {
            let tested: Value = client.post(&format!("{CHANNELS}/{}/test", path_part(&channel)), &json!({})).await?;
            if text(&tested, "/state") != "sent" {
                code = ExitCode::from(FOUND);
            }
            print(&tested, args.asking.format, outcome)?
        }
        Command::Outbox { state, limit } => list(&client, state, limit, args.asking.format).await?,
        Command::Dead { limit } => list(&client, Some("dead".to_owned()), limit, args.asking.format).await?,
        Command::Retry { ids, all } => {
            let ids = if all { dead(&client).await? } else { ids };
            for id in &ids {
                client
                    .post_bytes(&format!("{OUTBOX}/{}/retry", path_part(id)), "application/json", Vec::new(), &[])
                    .await?;
            }
            let answer = json!({ "retried": ids });
            print(&answer, args.asking.format, |_| format!("{} will be tried again\n", ids.len()))?
        }
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(code)
}

async fn list(client: &Client, state: Option<String>, limit: usize, format: Format) -> anyhow::Result<String> {
    let page: Value = client.get_with(OUTBOX, &[("state", state), ("limit", Some(limit.to_string()))]).await?;
    print(&page, format, |page| messages(page, jiff::Timestamp::now()))
}

async fn dead(client: &Client) -> anyhow::Result<Vec<String>> {
    let parameters = [("state", Some("dead".to_owned())), ("limit", Some("1000".to_owned()))];
    let page: Value = client.get_with(OUTBOX, &parameters).await?;
    Ok(items(&page).0.iter().map(|message| text(message, "/id").to_owned()).collect())
}

fn channels(answer: &Value) -> String {
    let channels = answer.get("channels").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if channels.is_empty() {
        return "No channels: add [[channels]] to the configuration, or put one through the API.\n".to_owned();
    }
    let row = |channel: &Value| {
        let configured = channel.get("configured") == Some(&Value::Bool(true));
        vec![
            cell(channel, "/name"),
            cell(channel, "/kind"),
            Cell::text(if configured { "file" } else { "API" }),
            cell(channel, "/status/sent"),
            cell(channel, "/status/retried"),
            cell(channel, "/status/dead"),
            cell(channel, "/status/last_error"),
        ]
    };
    let head = ["name", "kind", "made in", "sent", "retried", "dead", "last error"];
    render(&head, channels.iter().map(row).collect(), Some(CELL_CHARS_MAX))
}

fn outcome(tested: &Value) -> String {
    match (text(tested, "/state"), text(tested, "/error")) {
        ("sent", _) => "The test message was taken.\n".to_owned(),
        (state, "") => format!("The test message is {state}; `palisade notify outbox` shows what becomes of it.\n"),
        (state, error) => format!("The test message is {state}: {}\n", super::table::visible(error)),
    }
}

fn messages(page: &Value, now: jiff::Timestamp) -> String {
    let (messages, more) = items(page);
    if messages.is_empty() {
        return "No messages.\n".to_owned();
    }
    let row = |message: &Value| {
        vec![
            cell(message, "/id"),
            cell(message, "/channel"),
            cell(message, "/state"),
            cell(message, "/reason"),
            cell(message, "/alerts"),
            cell(message, "/attempts"),
            Cell::text(age(text(message, "/created"), now)),
            cell(message, "/last_error"),
        ]
    };
    let head = ["id", "channel", "state", "reason", "alerts", "failures", "age", "last error"];
    render(&head, messages.iter().map(row).collect(), None) + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_test_is_said() {
        for (tested, wanted) in [
            (json!({"state": "sent"}), "The test message was taken.\n"),
            (json!({"state": "dead", "error": "404"}), "The test message is dead: 404\n"),
        ] {
            assert_eq!(outcome(&tested), wanted);
        }
        assert!(channels(&json!({"channels": []})).contains("[[channels]]"));
    }
}
