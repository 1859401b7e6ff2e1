//! `palisade scan`: the guard over files, folders or standard input, without a server.
//!
//! Results go to standard output in the order of the inputs; notes about what was skipped go to standard error. The
//! work is done by as many threads as there are cores, a batch at a time, so memory stays bounded.

mod files;
mod judge;
mod lines;
mod sarif;
mod snippet;

use crate::config;
use clap::{Args, ValueEnum};
use palisade_guard::{Detector, Guard, policy::Policy};
use palisade_model::{Severity, Timestamp};
use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

/// Inspect files, folders or standard input for hidden Unicode, leaked secrets, injections and prompt injections.
#[derive(Args, Debug)]
pub(crate) struct ScanArgs {
    /// Files and folders; `-` is standard input, also when no path is given.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How results are written [default: text; with --lines: ndjson].
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Exit with 1 when a finding is at least this severe: informational, low, medium, high or critical.
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    fail_on: Severity,
    /// Take every input line as one text and print one JSON result a line.
    #[arg(long)]
    lines: bool,
    /// With --lines: every line is a JSON record, and this member of it is the text.
    #[arg(long, value_name = "NAME", requires = "lines")]
    field: Option<String>,
    /// What a verdict is: observe, balanced or strict, or a file with a policy.
    #[arg(long, value_name = "NAME|FILE", default_value = "balanced")]
    policy: String,
    /// Also inspect files that .gitignore and .ignore exclude.
    #[arg(long)]
    no_ignore: bool,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the place, the line, the reason.
    Text,
    /// One JSON document with all results.
    Json,
    /// One JSON result a line.
    Ndjson,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
}

/// What every worker needs.
struct Scan {
    guard: Guard,
    policy: Policy,
    format: Format,
    field: Option<String>,
    colour: bool,
    now: Timestamp,
}

/// What was seen, for the summary and the exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tally {
    inputs: u64,
    findings: u64,
    worst: Option<Severity>,
    /// Inputs that could not be read or understood.
    failed: u64,
    skipped_binary: u64,
    skipped_huge: u64,
    not_utf8: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.inputs += other.inputs;
        self.findings += other.findings;
        self.worst = self.worst.max(other.worst);
        self.failed += other.failed;
        self.skipped_binary += other.skipped_binary;
        self.skipped_huge += other.skipped_huge;
        self.not_utf8 += other.not_utf8;
    }

    /// 1 for findings at or above `fail_on`, else 2 when an input failed, else 0.
    fn exit(&self, fail_on: Severity) -> u8 {
        match self {
            tally if tally.worst.is_some_and(|worst| worst >= fail_on) => 1,
            tally if tally.failed > 0 => 2,
            _ => 0,
        }
    }

    /// The notes and the summary, one a line.
    fn notes(&self) -> Vec<String> {
        let counted = [
            (self.skipped_binary, "skipped: binary".to_owned()),
            (self.skipped_huge, format!("skipped: larger than {} MiB", files::FILE_BYTES_MAX >> 20)),
            (self.not_utf8, "read with invalid UTF-8 replaced".to_owned()),
            (self.failed, "could not be read".to_owned()),
        ];
        let told = counted.into_iter().filter(|(count, _)| *count > 0);
        let mut notes: Vec<String> = told.map(|(count, what)| format!("note: {count} {what}")).collect();
        notes.push(format!("{} inspected, {}", plural(self.inputs, "input"), plural(self.findings, "finding")));
        notes
    }
}

fn plural(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Runs the command and tells how it ended: 0 nothing found, 1 findings, 2 wrong usage or unreadable input.
///
/// # Errors
/// When standard output cannot be written to, other than because its reader has left.
pub(crate) fn run(args: ScanArgs) -> anyhow::Result<ExitCode> {
    let format = match (args.format, args.lines) {
        (None, false) => Format::Text,
        (None | Some(Format::Ndjson), true) => Format::Ndjson,
        (Some(format), false) => format,
        (Some(_), true) => {
            return Ok(usage("--lines prints one JSON result a line: use it with --format ndjson, or none"));
        }
    };
    let mut paths = args.paths;
    if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Ok(usage("say what to scan: a file, a folder, or - for standard input"));
        }
        paths.push(PathBuf::from("-"));
    }
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let policy = match config::policy(&args.policy) {
        Ok(policy) => policy,
        Err(error) => return Ok(usage(&format!("{error:#}"))),
    };
    // Files hold addresses and names of people as a matter of course; messages are asked about them.
    let guard = if args.lines { Guard::new() } else { Guard::with(|detector| !is_personal(detector)) };
    let scan = Scan { guard, policy, format, field: args.field, colour, now: now() };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let ended = if args.lines {
        lines::scan(&scan, &paths, &mut out)
    } else {
        files::scan(&scan, &paths, args.no_ignore, &mut out)
    };
    match ended.and_then(|tally| out.flush().map(|()| tally)) {
        Ok(tally) => {
            tally.notes().iter().for_each(|note| eprintln!("{note}"));
            Ok(ExitCode::from(tally.exit(args.fail_on)))
        }
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(anyhow::Error::new(error).context("writing results")),
    }
}

fn is_personal(detector: &Detector) -> bool {
    detector.class.starts_with("guard.personal.")
}

fn usage(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// Does `work` on contiguous pieces of `items`, one a core, and returns what came out in order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let piece = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = items.chunks(piece).map(|chunk| scope.spawn(move || work(chunk))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_guard::policy::Preset;

    /// A scan without colours at the beginning of time.
    pub(super) fn scan(format: Format, field: Option<&str>) -> Scan {
        let field = field.map(str::to_owned);
        Scan {
            guard: Guard::new(),
            policy: Preset::Balanced.policy(),
            format,
            field,
            colour: false,
            now: Timestamp::default(),
        }
    }

    #[test]
    fn exit_codes() {
        let tally = |worst, failed| Tally { worst, failed, ..Tally::default() };
        for (tally, code) in [
            (tally(None, 0), 0),
            (tally(None, 1), 2),
            (tally(Some(Severity::Low), 0), 0),
            (tally(Some(Severity::Low), 1), 2),
            (tally(Some(Severity::Medium), 0), 1),
            (tally(Some(Severity::High), 1), 1),
        ] {
            assert_eq!(tally.exit(Severity::Medium), code, "{tally:?}");
        }
    }

    #[test]
    fn parallel_work_keeps_order() {
        let items: Vec<u32> = (0..1_000).collect();
        let doubled: Vec<u32> =
            in_parallel(&items, |piece| piece.iter().map(|item| item * 2).collect::<Vec<_>>()).concat();
        assert_eq!(doubled, (0..1_000).map(|item| item * 2).collect::<Vec<_>>());
        assert!(in_parallel(&[] as &[u32], <[u32]>::len).is_empty());
    }
}
