//! `palisade audit`: who changed what, and whether the log of it is whole.

use super::{
    client::{Asking, Client},
    shown::{CELL_CHARS_MAX, cell, items, print, text},
    table::{Cell, render},
};
use clap::{Args, Subcommand};
use serde_json::Value;
use std::{io::Write as _, process::ExitCode};

const AUDIT: &str = "/api/v1/audit";
/// The log is not whole.
const FOUND: u8 = 1;

/// See who changed what, and check that nothing of it was changed afterwards
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade audit list
  palisade audit verify
  palisade audit verify --head \"$(cat head-of-last-week)\"

Exit codes: 0 whole, 1 something was changed or removed, 2 usage or input error, 3 internal error.")]
pub struct AuditArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Subcommand)]
enum Command {
    /// List changes, the latest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Compute the chain of hashes again
    Verify {
        /// A head that an earlier run printed: the log must still hold that entry
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
}

/// Runs `palisade audit`.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn run(args: AuditArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.asking.connection)?;
    let (output, code) = match args.command {
        Command::List { limit } => {
            let page: Value = client.get_with(AUDIT, &[("limit", Some(limit.to_string()))]).await?;
            (print(&page, args.asking.format, table)?, ExitCode::SUCCESS)
        }
        Command::Verify { head } => {
            let parameters = [("head", head)];
            let verdict: Value = client.get_with(&format!("{AUDIT}/verify"), &parameters).await?;
            let is_whole = verdict.get("broken").is_none_or(Value::is_null);
            let code = if is_whole { ExitCode::SUCCESS } else { ExitCode::from(FOUND) };
            (print(&verdict, args.asking.format, said)?, code)
        }
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(code)
}

fn said(verdict: &Value) -> String {
    let entries = verdict.get("entries").and_then(Value::as_u64).unwrap_or_default();
    match text(verdict, "/broken") {
        "" if entries == 0 => "No entries yet.\n".to_owned(),
        "" => format!("{entries} entries, as they were written. Head: {}\n", text(verdict, "/head")),
        broken => format!("NOT WHOLE: {broken}. The {entries} entries before it are as they were written.\n"),
    }
}

fn table(page: &Value) -> String {
    let (entries, more) = items(page);
    if entries.is_empty() {
        return "Nothing was changed yet.\n".to_owned();
    }
    let row = |entry: &Value| {
        let at = text(entry, "/at").get(..19).unwrap_or_default().replace('T', " ");
        let detail =
            entry.get("detail").filter(|detail| !detail.is_null()).map(ToString::to_string).unwrap_or_default();
        vec![
            cell(entry, "/sequence"),
            Cell::text(at),
            cell(entry, "/actor"),
            cell(entry, "/via"),
            cell(entry, "/action"),
            cell(entry, "/subject"),
            Cell::text(detail),
        ]
    };
    let head = ["entry", "at", "who", "via", "did", "to", "detail"];
    render(&head, entries.iter().map(row).collect(), Some(CELL_CHARS_MAX)) + more
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_broken_chain_is_said_loudly() {
        assert!(said(&json!({"entries": 3, "head": "abc", "broken": null})).contains("Head: abc"));
        let broken = said(&json!({"entries": 3, "head": "abc", "broken": "entry 4 is missing"}));
        assert!(broken.starts_with("NOT WHOLE: entry 4 is missing."));
    }
}
