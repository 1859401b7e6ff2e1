//! `palisade key`: API keys of a running server.

use super::{
    Format,
    client::{Asking, Client},
    duration,
    table::{Cell, render},
};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use palisade_store::state::Scope;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{io::Write as _, process::ExitCode, time::Duration};

const KEYS: &str = "/api/v1/keys";

/// Make, list and revoke API keys
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade key create shipper --scope ingest
  palisade key create dashboards --scope read --expires 30d
  palisade key list
  palisade key revoke pal_k3Yx81aQ")]
pub struct KeyArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Subcommand)]
enum Command {
    /// Make a key. It is printed once and cannot be shown again
    Create {
        /// What it is for
        name: String,
        /// What its holder may do: ingest, inspect, read, respond, admin
        #[arg(long, required = true, value_delimiter = ',', value_name = "SCOPE")]
        scope: Vec<Scope>,
        /// For how long it is valid, for example 12h, 30d or 1y; without end when left out
        #[arg(long, value_parser = duration::parse, value_name = "TIME")]
        expires: Option<Duration>,
    },
    /// List the keys
    List,
    /// Make a key useless, at once
    Revoke {
        /// Its id, as `palisade key list` shows it
        id: String,
    },
}

#[derive(Serialize)]
struct Wish<'a> {
    name: &'a str,
    scopes: &'a [Scope],
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
}

/// The list, each key as the server describes it.
#[derive(Deserialize, Serialize)]
struct Keys {
    keys: Vec<Value>,
}

/// Runs `palisade key`.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn run(args: KeyArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.asking.connection)?;
    let text = match args.command {
        Command::Create { name, scope, expires } => create(&client, &name, &scope, expires, args.asking.format).await?,
        Command::List => list(&client, args.asking.format).await?,
        Command::Revoke { id } => revoke(&client, &id, args.asking.format).await?,
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Standard output gets the key alone, so that a script can keep it; the rest goes to the person.
async fn create(
    client: &Client,
    name: &str,
    scopes: &[Scope],
    expires: Option<Duration>,
    format: Format,
) -> anyhow::Result<String> {
    let expires = expires.map(|span| jiff::Timestamp::now().checked_add(span)).transpose()?;
    let wish = Wish { name, scopes, expires: expires.map(|time| format!("{time:.0}")) };
    let made: Value = client.post(KEYS, &wish).await?;
    if format == Format::Json {
        return Ok(serde_json::to_string_pretty(&made)? + "\n");
    }
    let key = made.get("key").and_then(Value::as_str).context("the server's answer holds no key")?;
    eprintln!("This is the only time that the key is shown:");
    Ok(format!("{key}\n"))
}

async fn list(client: &Client, format: Format) -> anyhow::Result<String> {
    let list: Keys = client.get(KEYS).await?;
    if format == Format::Json {
        return Ok(serde_json::to_string_pretty(&list)? + "\n");
    }
    let rows = list.keys.iter().map(|key| row(key, jiff::Timestamp::now())).collect();
    Ok(render(&["id", "name", "scopes", "created", "expires", "last used", "state"], rows, None))
}

fn row(key: &Value, now: jiff::Timestamp) -> Vec<Cell> {
    let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
    let day_and_minute = |name: &str| text(name).get(..16).unwrap_or_default().replace('T', " ");
    let scopes = key.get("scopes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let is_over = text("expires").parse().is_ok_and(|expires: jiff::Timestamp| expires <= now);
    let state = match (text("revoked"), is_over) {
        ("", false) => "valid",
        ("", true) => "expired",
        _ => "revoked",
    };
    vec![
        Cell::text(text("id")),
        Cell::text(text("name")),
        Cell::text(scopes.collect::<Vec<_>>().join(",")),
        Cell::text(day_and_minute("created")),
        Cell::text(day_and_minute("expires")),
        Cell::text(day_and_minute("last_used")),
        Cell::text(state),
    ]
}

async fn revoke(client: &Client, id: &str, format: Format) -> anyhow::Result<String> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        let hint = "`palisade key list` shows the ids";
        return Err(super::Failure::input(format!("{id:?} is not the id of a key")).hint(hint).into());
    }
    client.delete(&format!("{KEYS}/{id}")).await?;
    Ok(match format {
        Format::Json => serde_json::to_string(&serde_json::json!({ "id": id, "revoked": true }))? + "\n",
        Format::Table => format!("{id} is revoked\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_tell_valid_from_expired_and_revoked() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let cases = [
            (json!({"expires": null, "revoked": null}), "valid"),
            (json!({"expires": "2026-11-20T12:00:01Z"}), "valid"),
            (json!({"expires": "2026-11-20T12:00:00Z"}), "expired"),
            (json!({"expires": "2030-01-01T00:00:00Z", "revoked": "2026-11-19T12:00:00Z"}), "revoked"),
        ];
        for (key, wanted) in cases {
            let text = render(&["", "", "", "", "", "", "state"], vec![row(&key, now)], None);
            assert!(text.lines().last().unwrap().ends_with(wanted), "{key} {text}");
        }
    }
}
