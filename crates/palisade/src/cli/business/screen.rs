//! `palisade business screen`: names against all lists, one answer each, in their order.

use super::{Screening, question, question::Known, report};
use crate::cli::{
    Failure,
    input_lines::{LINE_BYTES_MAX, Line, READ_BYTES, batch},
};
use crate::clock::now;
use crate::kyb::{Answer, Hit, How, Lists, Searched};
use crate::parallel::in_parallel;
use clap::{Args, ValueEnum};
use palisade_kyb::entity::Entity;
use palisade_model::{Finding, Severity, Timestamp, Verdict};
use serde::Serialize;
use std::io::{self, BufReader, Write};
use std::process::ExitCode;

/// Screen names against the lists
#[derive(Args)]
pub(super) struct ScreenArgs {
    /// The names; what is known beside holds for each of them
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    screening: Screening,
    /// Take one a line from standard input, a name or a JSON object, and print one JSON result a line
    #[arg(long)]
    stdin: bool,
    /// How answers are written [default: text; with --stdin: ndjson]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Exit with 1 when a hit is at least this severe
    #[arg(long, default_value = "medium", value_name = "LEVEL")]
    fail_on: Severity,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A record that can be signed and filed.
    Text,
    /// One JSON document.
    Json,
    /// One result a line.
    Ndjson,
}

/// The result about one.
#[derive(Default, Serialize)]
pub(super) struct Told<'a> {
    /// Which of them it is, from 1.
    pub(super) input: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) severity: Option<Severity>,
    pub(super) score: f32,
    pub(super) hits: &'a [Hit],
    #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
    pub(super) findings: &'a [Finding],
    /// The lists that were searched, with the beginning of their hash.
    pub(super) searched: &'a [String],
}

/// Everything that a compliance record needs, for programs.
#[derive(Serialize)]
struct Record<'a> {
    time: Timestamp,
    program: &'static str,
    mode: &'static str,
    at_least: f32,
    searched: &'a [Searched],
    warnings: &'a [String],
    results: Vec<Told<'a>>,
}

/// What was seen, for the exit code.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) worst: Option<Severity>,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) fn count(&mut self, outcome: &Result<Answer, String>) {
        match outcome {
            Ok(answer) => self.worst = self.worst.max(answer.severity),
            Err(_) => self.failed += 1,
        }
    }

    /// 1 for hits that fail the run, else 2 when something could not be read, else 0.
    pub(super) fn exit(&self, fail_on: Severity) -> ExitCode {
        ExitCode::from(match self {
            tally if tally.worst.is_some_and(|worst| worst >= fail_on) => 1,
            tally if tally.failed > 0 => 2,
            _ => 0,
        })
    }
}

/// # Errors
/// When arguments or lists cannot be used, or standard output cannot be written to.
pub(super) async fn run(args: ScreenArgs) -> anyhow::Result<ExitCode> {
    let lines = args.stdin || args.names == ["-"];
    let format = args.format.unwrap_or(if lines { Format::Ndjson } else { Format::Text });
    if lines && format != Format::Ndjson {
        let failure = "--stdin prints one JSON result a line: use it with --format ndjson, or none";
        return Err(Failure::input(failure).into());
    }
    if !lines && args.names.is_empty() {
        let hint = if args.known.is_empty() { "palisade business screen --help" } else { "add the name" };
        return Err(Failure::input("say whom to screen: a name, or --stdin").hint(hint).into());
    }
    let how = args.screening.how()?;
    let asked = match lines {
        true => Vec::new(),
        false => args.names.iter().map(|name| args.known.named(name)).collect::<Result<Vec<Entity>, Failure>>()?,
    };
    let lists = args.screening.load().await?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let ended = match lines {
        true => each_line(&lists, &how, &args.known, &mut out),
        false => each_named(&lists, &how, asked, format, &mut out),
    };
    match ended.and_then(|tally| out.flush().map(|()| tally)) {
        Ok(tally) => Ok(tally.exit(args.fail_on)),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(anyhow::Error::new(error).context("writing results")),
    }
}

fn each_named(lists: &Lists, how: &How, asked: Vec<Entity>, format: Format, out: &mut impl Write) -> io::Result<Tally> {
    let now = now();
    let (searched, warnings) = (lists.searched(&how.lists, now), lists.warnings(&how.lists, now));
    let short = short(lists, how);
    let answers: Vec<Result<Answer, String>> =
        asked.into_iter().map(|entity| Ok(lists.answer(entity, how, now))).collect();
    let mut tally = Tally::default();
    answers.iter().for_each(|answer| tally.count(answer));
    let told = (1..).zip(&answers).map(|(number, answer)| told(number, answer, &short));
    match format {
        Format::Text => {
            let record = report::Record { how, now, searched: &searched, warnings: &warnings };
            out.write_all(record.text(answers.iter().flatten()).as_bytes())?;
        }
        Format::Json => {
            let program = concat!("palisade ", env!("CARGO_PKG_VERSION"));
            let (mode, at_least) = (crate::kyb::mode_name(how.mode), how.at_least);
            let results = told.collect();
            let record =
                Record { time: now, program, mode, at_least, searched: &searched, warnings: &warnings, results };
            serde_json::to_writer_pretty(&mut *out, &record)?;
            writeln!(out)?;
        }
        Format::Ndjson => {
            for told in told {
                writeln!(out, "{}", serde_json::to_string(&told)?)?;
            }
        }
    }
    Ok(tally)
}

/// The lists that are searched: name and the beginning of their hash.
pub(super) fn short(lists: &Lists, how: &How) -> Vec<String> {
    let wanted = |list: &String| how.lists.is_empty() || how.lists.contains(list);
    let editions = lists.editions().iter().filter(|edition| wanted(&edition.list));
    editions.map(|edition| format!("{}@{}", edition.list, edition.hash.get(..12).unwrap_or_default())).collect()
}

/// One result.
pub(super) fn told<'a>(input: u64, outcome: &'a Result<Answer, String>, searched: &'a [String]) -> Told<'a> {
    match outcome {
        Ok(answer) => Told {
            input,
            name: Some(crate::kyb::shown_name(&answer.asked)),
            verdict: Some(answer.verdict),
            severity: answer.severity,
            score: answer.score,
            hits: &answer.hits,
            findings: &answer.findings,
            searched,
            ..Told::default()
        },
        Err(error) => Told { input, error: Some(error), searched, ..Told::default() },
    }
}

/// One result for each line of standard input, in their order; those of a slow source do not wait for more.
fn each_line(lists: &Lists, how: &How, known: &Known, out: &mut impl Write) -> io::Result<Tally> {
    let mut source = BufReader::with_capacity(READ_BYTES, io::stdin().lock());
    let (mut number, mut total) = (0, Tally::default());
    let short = short(lists, how);
    loop {
        let lines = batch(&mut source, &mut number)?;
        if lines.is_empty() {
            return Ok(total);
        }
        let now = now();
        let one = |line: &Line| {
            let outcome = one_line(lists, how, known, line, now);
            (serde_json::to_string(&told(line.number, &outcome, &short)), outcome)
        };
        for (text, outcome) in
            in_parallel(&lines, |piece| piece.iter().map(one).collect::<Vec<_>>()).into_iter().flatten()
        {
            writeln!(out, "{}", text?)?;
            total.count(&outcome);
        }
        out.flush()?;
    }
}

fn one_line(lists: &Lists, how: &How, known: &Known, line: &Line, now: Timestamp) -> Result<Answer, String> {
    let bytes = line.bytes.as_deref().ok_or_else(|| format!("the line is longer than {} MiB", LINE_BYTES_MAX >> 20))?;
    Ok(lists.answer(question::of_line(bytes, line.number, known)?, how, now))
}
