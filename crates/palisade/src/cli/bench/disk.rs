//! `palisade bench disk`: what real logs take on disk, once they are merged.

use super::{
    Target,
    bodies::Content,
    lake::{LakeUnderTest, NO_RATE, settle, usage},
    post::{Answer, Poster, Route},
    report,
    server::Measured,
};
use crate::cli::{
    Failure, Format,
    table::{Cell, render},
};
use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use palisade_store::{Lake, TableFootprint};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, task::JoinSet};

/// Lines of one request, and bytes of one, whichever is reached first.
const BATCH: usize = 1_000;
const BATCH_BYTES: usize = 1 << 20;
const CONNECTIONS: usize = 4;
/// The longest line that is sent; what is longer is cut there.
const LINE_BYTES_MAX: u64 = 256 << 10;
/// A refused batch is sent again after what the server says, but not later than this.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Send log files and see what they take on disk after merging
#[derive(Args)]
#[command(after_help = "\
Every file goes to a fresh server: each line as an event with the file's name as its service and the line as its message,
or, when it is a JSON object, as it is.")]
pub struct DiskArgs {
    /// Log files: lines of text, or NDJSON
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Lines of each file, at most
    #[arg(long, value_name = "N", default_value_t = u64::MAX, hide_default_value = true)]
    lines: u64,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What one file came to.
#[derive(Clone, Debug, Serialize)]
pub struct DiskFigures {
    /// Its name.
    pub file: String,
    /// Lines, all of which were acknowledged and can be queried.
    pub events: u64,
    /// Bytes of them, line ends included, divided by their number.
    pub input_bytes_per_event: f64,
    /// Acknowledged events a second; files are read and sent by the same machine.
    pub events_per_second: f64,
    /// Bytes of the whole folder of the lake divided by the events: data of all tables, their logs, and files that were
    /// merged into others and are not deleted yet.
    pub folder_bytes_per_event: f64,
    /// Bytes of the data files that the newest versions name, of all tables, divided by the events.
    pub disk_bytes_per_event: f64,
    /// Data files.
    pub files: u64,
    /// Findings among the lines.
    pub findings: u64,
    /// Bytes by column of the table of events, divided by the events.
    pub columns: BTreeMap<String, f64>,
}

/// What is read from a file and sent.
struct Input {
    reader: Mutex<Lines>,
    service: String,
}

struct Lines {
    source: BufReader<File>,
    left: u64,
    lines: u64,
    bytes: u64,
}

/// Runs `palisade bench disk`.
///
/// # Errors
/// When a file cannot be read, or the server refuses what it holds.
pub async fn run(args: DiskArgs) -> anyhow::Result<ExitCode> {
    let mut all = Vec::new();
    for file in &args.files {
        all.push(measure(file, args.lines).await?);
    }
    report::print(&all, disk_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(path: &Path, lines_max: u64) -> anyhow::Result<DiskFigures> {
    let open = File::open(path).map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let source = BufReader::with_capacity(1 << 20, open);
    let lines = Lines { source, left: lines_max, lines: 0, bytes: 0 };
    let input = Arc::new(Input { reader: Mutex::new(lines), service: name.clone() });
    let fresh = Target { url: None, key: None, data_dir: None };
    let server = Measured::start(&fresh, NO_RATE).await?;
    let busy = report::busy(format!("sending {name}"));
    let start = Instant::now();
    send(&server, &input).await?;
    let seconds = start.elapsed().as_secs_f64();
    busy.finish_and_clear();
    let (events, bytes) = {
        let read = input.reader.lock().await;
        (read.lines, read.bytes)
    };
    anyhow::ensure!(events > 0, "{name} holds no lines");
    let lake = LakeUnderTest::new(&server.connection)?;
    lake.wait_for("events", events).await?;
    let folder = server.folder().context("the server is this benchmark's own")?.to_owned();
    settle(&folder).await;
    let figures = footprint(&folder, name, events, bytes as f64 / events as f64, events as f64 / seconds).await;
    server.stop().await;
    figures
}

async fn send(server: &Measured, input: &Arc<Input>) -> anyhow::Result<()> {
    let route = Arc::new(Route::new(&server.connection, Content::Events, BATCH)?);
    let mut senders = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (mut poster, input) = (Poster::new(Arc::clone(&route)), Arc::clone(input));
        senders.spawn(async move {
            while let Some(body) = input.next_body().await? {
                while let Answer::Later(pause) = poster.post(body.clone()).await? {
                    tokio::time::sleep(pause.min(PAUSE_MAX)).await;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    Ok(())
}

async fn footprint(
    folder: &Path,
    file: String,
    events: u64,
    input_bytes_per_event: f64,
    events_per_second: f64,
) -> anyhow::Result<DiskFigures> {
    let tables: Vec<TableFootprint> = Lake::open_read_only(folder).await?.footprint()?;
    let of_events = tables.iter().find(|table| table.table == "events").context("there is a table of events")?;
    anyhow::ensure!(of_events.rows == events, "{} of {events} events are in files", of_events.rows);
    let each = |bytes: u64| bytes as f64 / events as f64;
    Ok(DiskFigures {
        file,
        events,
        input_bytes_per_event,
        events_per_second,
        folder_bytes_per_event: each(usage(&folder.join("lake")).0),
        disk_bytes_per_event: each(tables.iter().map(|table| table.bytes).sum()),
        files: of_events.files,
        findings: tables.iter().filter(|table| table.table == "findings").map(|table| table.rows).sum(),
        columns: of_events.columns.iter().map(|(name, &bytes)| (name.clone(), each(bytes))).collect(),
    })
}

impl Input {
    /// The next lines as NDJSON; `None` at the end.
    async fn next_body(&self) -> anyhow::Result<Option<Bytes>> {
        let lines = self.reader.lock().await.next(BATCH)?;
        let mut body = Vec::with_capacity(lines.iter().map(|line| line.len() + 64).sum());
        for line in &lines {
            serde_json::to_writer(&mut body, &event(line, &self.service))?;
            body.push(b'\n');
        }
        Ok((!lines.is_empty()).then(|| Bytes::from(body)))
    }
}

impl Lines {
    /// The next lines that hold anything, without their ends.
    fn next(&mut self, count: usize) -> anyhow::Result<Vec<String>> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while lines.len() < count && bytes < BATCH_BYTES && self.left > 0 {
            let mut line = Vec::new();
            let read = (&mut self.source).take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
            if !text.is_empty() {
                self.lines += 1;
                self.left -= 1;
                self.bytes += read as u64;
                bytes += read;
                lines.push(text);
            }
        }
        Ok(lines)
    }
}

/// The event of a line.
fn event(line: &str, service: &str) -> Value {
    let object: Option<Map<String, Value>> =
        Some(line).filter(|line| line.starts_with('{')).and_then(|line| serde_json::from_str(line).ok());
    match object {
        Some(mut object) => {
            object.entry("service").or_insert_with(|| json!(service));
            Value::Object(object)
        }
        None => json!({"kind": "log", "service": service, "message": line}),
    }
}

fn disk_table(all: &[DiskFigures]) -> String {
    let head = ["file", "events", "input B/event", "disk B/event", "folder B/event", "files", "findings", "events/s"];
    let row = |figures: &DiskFigures| {
        vec![
            Cell::text(&figures.file),
            Cell::number(figures.events),
            report::tenths(Some(figures.input_bytes_per_event)),
            report::tenths(Some(figures.disk_bytes_per_event)),
            report::tenths(Some(figures.folder_bytes_per_event)),
            Cell::number(figures.files),
            Cell::number(figures.findings),
            report::whole(figures.events_per_second),
        ]
    };
    let mut text = render(&head, all.iter().map(row).collect(), None);
    for figures in all {
        let column = |(name, &bytes): (&String, &f64)| vec![Cell::text(name), Cell::number(format!("{bytes:.2}"))];
        let title = format!("column of {}", figures.file);
        text += "\n";
        text += &render(&[&title, "B/event"], figures.columns.iter().map(column).collect(), None);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_events_as_they_are() {
        assert_eq!(event("plain", "a.log"), json!({"kind": "log", "service": "a.log", "message": "plain"}));
        assert_eq!(event(r#"{"message":"m"}"#, "a.log"), json!({"message": "m", "service": "a.log"}));
        assert_eq!(event(r#"{"service":"s"}"#, "a.log"), json!({"service": "s"}));
        assert_eq!(event("{broken", "a.log")["message"], "{broken");
    }

    #[test]
    fn lines_are_counted_with_their_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, "one\n\ntwo\r\nthree").unwrap();
        let source = BufReader::new(File::open(&path).unwrap());
        let mut lines = Lines { source, left: 9, lines: 0, bytes: 0 };
        assert_eq!(lines.next(2).unwrap(), ["one", "two"]);
        assert_eq!(lines.next(2).unwrap(), ["three"]);
        assert!(lines.next(2).unwrap().is_empty());
        assert_eq!((lines.lines, lines.bytes), (3, 14));
    }
}
