//! `palisade feed`: reference data, straight on the data folder, with or without a running server.

mod list;

use super::{
    Failure, Format,
    table::{Cell, render},
};
use crate::clock::now;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use list::Admission;
use palisade_store::{
    State,
    feeds::{FeedError, FeedState, FeedStatus, FeedVersion, Feeds, Imported},
};
use serde::Serialize;
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

/// Look after reference data
#[derive(Args)]
#[command(after_help = "\
A new version is checked from its first byte to its last before it takes the old one's place. A running server on the
same folder takes it over by itself.

Examples:
  palisade feed list
  palisade feed import ofac-sdn sdn.csv alt.csv add.csv
  palisade feed import sigma sigma_core.zip
  palisade feed sync asn --sha256 4f2c…
  palisade feed sync sigma --address file:///srv/mirror/sigma_core.zip
  palisade feed show asn")]
pub struct FeedArgs {
    #[command(subcommand)]
    command: Command,
    /// The server's data folder
    #[arg(long, env = "PALISADE_DATA_DIR", default_value = "./palisade-data", value_name = "DIR", global = true)]
    data_dir: PathBuf,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Subcommand)]
enum Command {
    /// List every feed with its state, age, size and address
    List,
    /// Show one feed: its versions, files and hashes, and what went wrong last
    Show {
        /// Its name
        name: String,
    },
    /// Take a feed from files, in its publisher's own format
    Import {
        /// Its name
        name: String,
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Take a list in spite of what speaks against it, after looking at it: the hash that the refusal named
        #[arg(long, value_name = "HASH")]
        confirm: Option<String>,
    },
    /// Take a feed from its address
    Sync {
        /// Its name
        name: String,
        /// Another address than the publisher's: https: or file:
        #[arg(long, value_name = "URL")]
        address: Option<String>,
        /// The SHA-256 that the file must have; needed for https: addresses
        #[arg(long, value_name = "HASH")]
        sha256: Option<String>,
        /// Take a list in spite of what speaks against it, after looking at it: the hash that the refusal named
        #[arg(long, value_name = "HASH")]
        confirm: Option<String>,
    },
}

/// Runs `palisade feed`.
///
/// # Errors
/// When the folder cannot be used, the feed is unknown, or what came is not a whole file of its format.
pub async fn run(args: FeedArgs) -> anyhow::Result<ExitCode> {
    let confirmed = match &args.command {
        Command::Import { confirm, .. } | Command::Sync { confirm, .. } => confirm.clone(),
        _ => None,
    };
    let admission = Admission::confirming(confirmed);
    let feeds = open(&args.data_dir, admission.clone()).await?;
    let (now, format) = (now(), args.format);
    let text = match args.command {
        Command::List => {
            let all = feeds.list(now).await.map_err(failure)?;
            printed(&all, format, |all| list(all))?
        }
        Command::Show { name } => {
            let status = feeds.show(&name, now).await.map_err(failure)?;
            let list = list::Shown::of(&feeds, &status).await?;
            printed(&list::WithList { feed: status, list }, format, |shown| {
                show(&shown.feed) + &shown.list.as_ref().map(list::Shown::lines).unwrap_or_default()
            })?
        }
        Command::Import { name, files, .. } => {
            let result = feeds.import(&name, &files, now).await;
            printed(&result.map_err(failure)?, format, |result| imported(result) + &admission.said())?
        }
        Command::Sync { name, address, sha256, .. } => {
            let result = feeds.sync(&name, address.as_deref(), sha256.as_deref(), now).await;
            printed(&result.map_err(failure)?, format, |result| imported(result) + &admission.said())?
        }
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

async fn open(data_dir: &Path, admission: Admission) -> anyhow::Result<Feeds> {
    std::fs::create_dir_all(data_dir).with_context(|| format!("cannot use the folder {}", data_dir.display()))?;
    let state = State::open(&data_dir.join("state.db")).await?;
    Ok(Feeds::open_judged(data_dir, state, Arc::new(move |candidate| admission.judge(candidate))).await?)
}

/// A bad name or file is the user's to mend; a broken disk or network is not.
fn failure(error: FeedError) -> Failure {
    let text = error.to_string();
    match error {
        FeedError::File { source, .. } if source.kind() != std::io::ErrorKind::NotFound => Failure::internal(text),
        FeedError::State(_) | FeedError::Download { .. } => Failure::internal(text),
        _ => Failure::input(text),
    }
}

fn printed<T: Serialize + ?Sized>(what: &T, format: Format, table: impl Fn(&T) -> String) -> anyhow::Result<String> {
    Ok(match format {
        Format::Table => table(what),
        Format::Json => serde_json::to_string_pretty(what)? + "\n",
    })
}

fn list(all: &[FeedStatus]) -> String {
    let row = |feed: &FeedStatus| {
        vec![
            Cell::text(feed.name),
            Cell::text(state(feed.state)),
            feed.age_seconds.map_or_else(|| Cell::text(""), |seconds| Cell::number(age(seconds))),
            feed.version.as_ref().map_or_else(|| Cell::text(""), |version| Cell::number(bytes(version.size_bytes))),
            Cell::text(feed.title),
            Cell::text(feed.address.unwrap_or("import a file")),
        ]
    };
    render(&["feed", "state", "age", "size", "what", "address"], all.iter().map(row).collect(), None)
}

fn show(feed: &FeedStatus) -> String {
    let formats: Vec<&str> = feed.formats.iter().map(|format| format.as_str()).collect();
    let mut lines = vec![
        ("feed", feed.name.to_owned()),
        ("what", feed.title.to_owned()),
        ("formats", formats.join(", ")),
        ("address", feed.address.unwrap_or("none: import a file").to_owned()),
        ("state", state(feed.state).to_owned()),
    ];
    if let Some(version) = &feed.version {
        lines.extend(version_lines(version));
    }
    lines.extend(feed.attempted.map(|time| ("last attempt", time.to_string())));
    lines.extend(feed.problem.clone().map(|problem| ("problem", problem)));
    aligned(&lines)
}

fn version_lines(version: &FeedVersion) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("version", version.serial.to_string()),
        ("imported", version.imported.to_string()),
        ("from", version.source.clone()),
        ("size", bytes(version.size_bytes)),
        ("sha256", version.sha256.clone()),
    ];
    lines.extend(version.files.iter().map(|file| ("file", file.path.display().to_string())));
    lines
}

fn imported(imported: &Imported) -> String {
    let version = &imported.version;
    let what = if imported.changed { "has a new version" } else { "had this version already" };
    format!("{} {what}: {}, sha256 {}\n", version.name, bytes(version.size_bytes), version.sha256)
}

fn aligned(lines: &[(&str, String)]) -> String {
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    lines.iter().map(|(name, value)| format!("{name:<width$}  {}\n", super::table::visible(value))).collect()
}

const fn state(state: FeedState) -> &'static str {
    match state {
        FeedState::Absent => "absent",
        FeedState::Ready => "ready",
        FeedState::Stale => "stale",
        FeedState::Damaged => "damaged",
    }
}

/// The age in the largest unit that gives at least 2.
fn age(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "d"), (3_600, "h"), (60, "min")];
    let unit = UNITS.iter().find(|(length, _)| seconds >= 2 * length);
    unit.map_or_else(|| format!("{} s", seconds.max(0)), |(length, name)| format!("{} {name}", seconds / length))
}

fn bytes(count: i64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.1} GB", count as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_sizes_are_short() {
        for (seconds, wanted) in [(-3, "0 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (172_800, "2 d")] {
            assert_eq!(age(seconds), wanted);
        }
        for (count, wanted) in [(999, "999 B"), (1_500, "1.5 kB"), (2_000_000, "2.0 MB"), (3_100_000_000, "3.1 GB")] {
            assert_eq!(bytes(count), wanted);
        }
    }

    #[tokio::test]
    async fn a_file_is_imported_shown_and_listed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("names.txt");
        std::fs::write(&file, "left-pad\nreact\n").unwrap();
        let feeds = open(&folder.path().join("data"), Admission::default()).await.unwrap();
        let first = feeds.import("npm-popular", &[file], now()).await.unwrap();
        assert!(imported(&first).starts_with("npm-popular has a new version: 15 B, sha256 "));
        let listed = list(&feeds.list(now()).await.unwrap());
        assert!(listed.lines().any(|line| line.starts_with("npm-popular") && line.contains("ready")), "{listed}");
        assert!(show(&feeds.show("npm-popular", now()).await.unwrap()).contains("sha256   "));
        assert!(matches!(feeds.show("nothing", now()).await, Err(FeedError::Unknown(_))));
    }
}
