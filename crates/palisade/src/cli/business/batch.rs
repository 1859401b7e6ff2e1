//! `palisade business batch`: a file of counterparties, screened on all cores, answered in its order.

use super::{
    Screening,
    progress::{self, BegunWith, Progress},
    screen::{self, Told},
};
use crate::cli::Failure;
use crate::clock::now;
use crate::kyb::{Answer, How, Lists, mode_name, shown_name};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use palisade_kyb::screening::{Counterparties, CounterpartyRow, run_batch};
use palisade_model::Severity;
use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Seek as _, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Bytes of a file of counterparties.
const INPUT_BYTES_MAX: u64 = 64 << 30;
/// How often it is kept how far a batch has come.
const KEEP_EVERY: Duration = Duration::from_secs(1);
const HEADING: &str = "row,id,name,verdict,severity,score,list,list_version,entry,listed,reason,evidence,error\n";

/// Screen a file of counterparties, row by row; stopped, it goes on where it was
#[derive(Args)]
#[command(after_help = "\
The input is CSV with a heading (name, and where known type, id, aliases, date_of_birth, country, identifiers, address …)
or one JSON object a line with the same names. Stop it with Ctrl-C; the same command goes on behind the last row. It does
so only while input, lists and how are the same, so that all answers of a file have one meaning.")]
pub(super) struct BatchArgs {
    /// The counterparties; - for standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where answers go: CSV for a name that ends in .csv, else one JSON result a line; - for standard output
    #[arg(value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    screening: Screening,
    /// How answers are written, whatever the name of the output
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Begin anew, in place of what the output has
    #[arg(long)]
    restart: bool,
    /// Exit with 1 when a hit is at least this severe
    #[arg(long, default_value = "medium", value_name = "LEVEL")]
    fail_on: Severity,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A row for each hit, and one for each counterparty without.
    Csv,
    /// One JSON result for each row.
    Ndjson,
}

/// One result, with where its row stood.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    line: u64,
}

struct Batch {
    lists: Lists,
    how: How,
    input: PathBuf,
    output: PathBuf,
    format: Format,
    progress: Progress,
    short: Vec<String>,
    lines: u64,
}

/// # Errors
/// When arguments, input, output or lists cannot be used, and when it was stopped.
pub(super) async fn run(args: BatchArgs) -> anyhow::Result<ExitCode> {
    let fail_on = args.fail_on;
    let how = args.screening.how()?;
    let lists = args.screening.load().await?;
    let batch = tokio::task::spawn_blocking(move || Batch::prepare(args, how, lists)).await??;
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.store(true, Relaxed);
        }
    });
    let Some(progress) = tokio::task::spawn_blocking(move || batch.screen(&stop)).await?? else {
        let failure = Failure::internal("stopped before the end");
        return Err(failure.hint("run the same command again, and it goes on behind the last row").into());
    };
    eprintln!(
        "{} rows screened, {} with hits, {} that could not be read",
        progress.row - progress.unreadable,
        progress.hits,
        progress.unreadable
    );
    Ok(screen::Tally { worst: progress.worst, failed: progress.unreadable }.exit(fail_on))
}

impl Batch {
    fn prepare(args: BatchArgs, how: How, lists: Lists) -> anyhow::Result<Self> {
        let is_csv = args.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let format = args.format.unwrap_or(if is_csv { Format::Csv } else { Format::Ndjson });
        let short = screen::short(&lists, &how);
        let mut batch = Self {
            lists,
            how,
            input: args.input,
            output: args.output,
            format,
            progress: Progress::default(),
            short,
            lines: 0,
        };
        if !batch.is_resumable() {
            return Ok(batch);
        }
        let (hash, lines) =
            progress::look_at(&batch.input).with_context(|| format!("cannot read {}", batch.input.display()))?;
        let How { mode, at_least, limit, .. } = &batch.how;
        let asked = format!("{} {at_least} {limit} {format:?}", mode_name(*mode));
        let begun_with = BegunWith { input: hash, lists: batch.short.clone(), how: asked };
        batch.lines = lines;
        batch.progress = match args.restart {
            true => Progress { begun_with, ..Progress::default() },
            false => resumed(&batch.output, begun_with)?,
        };
        Ok(batch)
    }

    /// Streams cannot be gone back to.
    fn is_resumable(&self) -> bool {
        self.input.as_os_str() != "-" && self.output.as_os_str() != "-"
    }

    fn open_output(&self) -> io::Result<Box<dyn Output>> {
        if self.output.as_os_str() == "-" {
            return Ok(Box::new(io::stdout()));
        }
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(&self.output)?;
        // What came behind the last row that was kept is written again.
        file.set_len(self.progress.bytes)?;
        file.seek(SeekFrom::Start(self.progress.bytes))?;
        Ok(Box::new(file))
    }

    /// The progress at the end; nothing when it was stopped before.
    fn screen(mut self, stop: &AtomicBool) -> anyhow::Result<Option<Progress>> {
        let output = self.open_output().with_context(|| format!("cannot write {}", self.output.display()))?;
        let mut output = BufWriter::with_capacity(1 << 18, output);
        if self.progress.bytes == 0 && self.format == Format::Csv {
            output.write_all(HEADING.as_bytes())?;
            self.progress.bytes = HEADING.len() as u64;
        }
        let content: Box<dyn io::Read> = match self.input.as_os_str() == "-" {
            true => Box::new(io::stdin().lock()),
            false => Box::new(File::open(&self.input)?),
        };
        let name = self.input.display().to_string();
        let rows = Counterparties::open(&name, content, INPUT_BYTES_MAX).map_err(|error| {
            Failure::input(format!("{name}: {error}")).hint("a heading needs at least the column name")
        })?;
        let bar = self.bar();
        let (now, behind) = (now(), self.progress.row);
        let (lists, how) = (&self.lists, &self.how);
        let mut writing = Writing { output, progress: self.progress.clone(), kept: Instant::now() };
        let mut failure = None;
        run_batch(
            rows,
            behind,
            |entity, scratch| lists.answer_with(entity.clone(), how, now, scratch),
            |row, answer, _| {
                bar.set_position(row.number);
                match writing.row(&self, row, answer) {
                    Ok(()) if !stop.load(Relaxed) => ControlFlow::Continue(()),
                    Ok(()) => ControlFlow::Break(()),
                    Err(error) => {
                        failure = Some(error);
                        ControlFlow::Break(())
                    }
                }
            },
        );
        bar.finish_and_clear();
        if let Some(error) = failure {
            return Err(anyhow::Error::new(error).context(format!("cannot write {}", self.output.display())));
        }
        writing.output.flush()?;
        if !self.is_resumable() {
            return Ok((!stop.load(Relaxed)).then_some(writing.progress));
        }
        writing.keep(&self)?;
        if stop.load(Relaxed) {
            return Ok(None);
        }
        fs::remove_file(progress::file_of(&self.output))?;
        Ok(Some(writing.progress))
    }

    fn bar(&self) -> ProgressBar {
        if !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{pos}/{len} rows {wide_bar} {per_sec}, {eta} to go");
        ProgressBar::new(self.lines).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }

    fn line(&self, row: &CounterpartyRow, outcome: &Result<Answer, String>) -> io::Result<String> {
        if self.format == Format::Csv {
            return Ok(csv_lines(row, outcome));
        }
        let mut told = screen::told(row.number, outcome, &self.short);
        told.findings = &[];
        told.id = row.party.as_ref().ok().map(|party| party.id.as_str());
        Ok(serde_json::to_string(&Row { told, line: row.line })? + "\n")
    }
}

/// What a batch that goes on has done; a new one nothing.
fn resumed(output: &Path, begun_with: BegunWith) -> anyhow::Result<Progress> {
    match progress::read(output)? {
        Some(before) => match begun_with.differs(&before.begun_with) {
            None => {
                eprintln!("going on behind row {}", before.row);
                Ok(before)
            }
            Some(what) => {
                let failure = Failure::input(format!("{} was begun with {what}", output.display()));
                Err(failure.hint("--restart begins it anew; another OUT leaves it as it is").into())
            }
        },
        None if fs::metadata(output).is_ok_and(|found| found.len() > 0) => {
            let failure = Failure::input(format!("{} is there already", output.display()));
            Err(failure.hint("--restart writes in its place").into())
        }
        None => Ok(Progress { begun_with, ..Progress::default() }),
    }
}

/// What can be written to, and made durable where it is a file.
trait Output: Write {
    fn make_durable(&mut self) -> io::Result<()>;
}

impl Output for File {
    fn make_durable(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

impl Output for io::Stdout {
    fn make_durable(&mut self) -> io::Result<()> {
        self.flush()
    }
}

struct Writing {
    output: BufWriter<Box<dyn Output>>,
    progress: Progress,
    kept: Instant,
}

impl Writing {
    fn row(&mut self, batch: &Batch, row: &CounterpartyRow, answer: Option<Answer>) -> io::Result<()> {
        let outcome = match (&row.party, answer) {
            (Ok(_), Some(answer)) => Ok(answer),
            (Err(reason), _) => Err(reason.clone()),
            (Ok(_), None) => Err("it was not screened".to_owned()),
        };
        let line = batch.line(row, &outcome)?;
        self.output.write_all(line.as_bytes())?;
        self.progress.row = row.number;
        self.progress.bytes += line.len() as u64;
        match &outcome {
            Ok(answer) => {
                self.progress.hits += u64::from(!answer.hits.is_empty());
                self.progress.worst = self.progress.worst.max(answer.severity);
            }
            Err(reason) => {
                self.progress.unreadable += 1;
                eprintln!("row {}, line {}: {reason}", row.number, row.line);
            }
        }
        if batch.is_resumable() && self.kept.elapsed() >= KEEP_EVERY {
            self.keep(batch)?;
        }
        Ok(())
    }

    /// The answers first: what is noted as done must be there.
    fn keep(&mut self, batch: &Batch) -> io::Result<()> {
        self.output.flush()?;
        self.output.get_mut().make_durable()?;
        progress::keep(&batch.output, &self.progress)?;
        self.kept = Instant::now();
        Ok(())
    }
}

/// A row for each hit; one for a counterparty without, or that could not be read.
fn csv_lines(row: &CounterpartyRow, outcome: &Result<Answer, String>) -> String {
    let number = row.number.to_string();
    let answer = match outcome {
        Ok(answer) => answer,
        Err(reason) => return csv_line(&[&number, "", "", "", "", "", "", "", "", "", "", "", reason]),
    };
    let (id, name) = (answer.asked.id.as_str(), shown_name(&answer.asked));
    if answer.hits.is_empty() {
        return csv_line(&[&number, id, name, &answer.verdict.to_string(), "", "0", "", "", "", "", "", "", ""]);
    }
    let line = |(hit, finding): (&crate::kyb::Hit, Option<&palisade_model::Finding>)| {
        csv_line(&[
            &number,
            id,
            name,
            &answer.verdict.to_string(),
            &hit.severity.to_string(),
            &format!("{:.3}", hit.score),
            &hit.list,
            &hit.list_version,
            &hit.entry,
            shown_name(&hit.listed),
            finding.map_or("", |finding| finding.explanation.as_str()),
            &hit.evidence,
            "",
        ])
    };
    let findings = answer.findings.iter().map(Some).chain(std::iter::repeat(None));
    answer.hits.iter().zip(findings).map(line).collect()
}

/// Cells in quotes where they need them (RFC 4180). One that a spreadsheet would take for a formula gets an apostrophe
/// in front: names come from outside.
fn csv_line(cells: &[&str]) -> String {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let cell = if formula { format!("'{cell}") } else { (*cell).to_owned() };
        match cell.contains(['"', ',', '\n', '\r']) {
            true => line.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
            false => line.push_str(&cell),
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        assert_eq!(csv_line(&["1", "a,b", "say \"so\"", "=1+1"]), "1,\"a,b\",\"say \"\"so\"\"\",'=1+1\n");
        assert_eq!(csv_line(&["two\nlines", ""]), "\"two\nlines\",\n");
    }
}
