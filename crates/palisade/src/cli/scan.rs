//! `palisade scan`: the guard over files, folders or standard input, without a server.
//!
//! Results go to standard output in the order of the inputs; notes about what was skipped go to standard error. The
//! work is done by as many threads as there are cores, a batch at a time, so memory stays bounded.

mod entries;
mod files;
mod judge;
mod lines;
mod outcome;
mod position;
mod sarif;
mod snippet;

use crate::{archive, clock::now, config};
use clap::{Args, ValueEnum};
use palisade_guard::{Detector, Guard, policy::Policy};
use palisade_model::{Severity, Timestamp};
use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Inspect files, folders, archives or standard input for hidden Unicode, leaked secrets, injections and prompt
/// injections.
#[derive(Args, Debug)]
#[command(after_help = "\
Archives (zip and what is built on it, tar, gzip, bzip2, xz, Zstandard) are opened in memory, up to two in one another; their entries
are called archive.zip!/inner/path. What .gitignore, .ignore and .palisadeignore exclude is left out, and so is what is
binary or larger than 64 MiB. What the policy's allow-list lets pass is counted and not told.

Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 something could not be read, 3 internal error.

Examples:
  palisade scan .
  palisade scan . --format sarif > palisade.sarif
  palisade scan dist/*.whl --fail-on high
  git diff | palisade scan -
  palisade scan --lines --field text prompts.ndjson")]
pub(crate) struct ScanArgs {
    /// Files and folders; `-` is standard input, also when no path is given and it is no terminal.
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
    /// What a verdict is: observe, balanced or strict, or a file with a policy [default: palisade-policy.toml where
    /// there is one, else balanced].
    #[arg(long, value_name = "NAME|FILE")]
    policy: Option<String>,
    /// Tell only findings that are at least this sure, from 0 to 1 [default: 0.7; with --lines: 0].
    #[arg(long, value_name = "SHARE", value_parser = confidence)]
    min_confidence: Option<f64>,
    /// Also inspect files that .gitignore, .ignore and .palisadeignore exclude.
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
    confidence_min: f64,
    colour: bool,
    now: Timestamp,
    /// The folder that the names of files are told from.
    base: PathBuf,
}

impl Scan {
    /// The name of a file as seen from where the command runs, with slashes and no `./`; others stay as they are.
    fn relative<'n>(&self, name: &'n str) -> &'n str {
        let base = self.base.to_str().and_then(|base| name.strip_prefix(base)?.strip_prefix('/'));
        base.unwrap_or_else(|| name.strip_prefix("./").unwrap_or(name))
    }
}

/// What files have to reach to be told: source code and documentation hold much that looks like an attack and is none.
/// Messages are judged by the policy alone.
const FILE_CONFIDENCE_MIN: f64 = 0.7;

/// The policy that counts where none is named.
const POLICY_FILE: &str = "palisade-policy.toml";

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
    /// Findings that the policy's allow-list lets pass.
    allowed: u64,
    /// Findings that are less sure than what was asked for.
    unsure: u64,
    /// Archives and entries that were not, or not wholly, unpacked.
    not_unpacked: u64,
    /// Results for which the format has no room.
    left_out: u64,
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
        self.allowed += other.allowed;
        self.unsure += other.unsure;
        self.not_unpacked += other.not_unpacked;
        self.left_out += other.left_out;
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
            (self.skipped_huge, format!("skipped: larger than {} MiB", archive::FILE_BYTES_MAX >> 20)),
            (self.not_utf8, "read with invalid UTF-8 replaced".to_owned()),
            (self.not_unpacked, "in archives not inspected".to_owned()),
            (self.allowed, "allowed by the policy".to_owned()),
            (self.unsure, "less sure and not told: --min-confidence 0 tells them".to_owned()),
            (self.left_out, format!("left out: SARIF holds {} results", sarif::RESULTS_MAX)),
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
            return Ok(usage("say what to scan: a file, a folder (. is this one), or - for standard input"));
        }
        paths.push(PathBuf::from("-"));
    }
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let policy = match policy(args.policy.as_deref()) {
        Ok(policy) => policy,
        Err(error) => return Ok(usage(&format!("{error:#}"))),
    };
    policy.expired(now()).for_each(|entry| eprintln!("note: the policy has an entry that has expired: {entry}"));
    // Files hold addresses and names of people as a matter of course; messages are asked about them.
    let guard = if args.lines { Guard::new() } else { Guard::with(|detector| !is_personal(detector)) };
    let confidence_min = args.min_confidence.unwrap_or(if args.lines { 0.0 } else { FILE_CONFIDENCE_MIN });
    let scan = Scan { guard, policy, format, field: args.field, confidence_min, colour, now: now(), base: base() };
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

/// The policy of that name, or the one that lies where the command runs.
fn policy(name: Option<&str>) -> anyhow::Result<Policy> {
    match name {
        Some(name) => config::policy(name),
        None if Path::new(POLICY_FILE).is_file() => {
            eprintln!("policy: {POLICY_FILE}");
            config::policy(POLICY_FILE)
        }
        None => Ok(Policy::default()),
    }
}

/// Where the command runs; nothing is told from there when it cannot be known.
fn base() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

fn is_personal(detector: &Detector) -> bool {
    detector.class.starts_with("guard.personal.")
}

/// A number from 0 to 1.
fn confidence(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "write a number from 0 to 1, such as 0.5".to_owned())
}

fn usage(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
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
            confidence_min: 0.0,
            colour: false,
            now: Timestamp::default(),
            base: PathBuf::from("/base"),
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
}
