//! `palisade package check`: packages that are named, one result each, in their order.

use super::judging::{Judging, Online};
use super::{Format, Options, named, report, sarif};
use crate::cli::{
    Failure,
    client::{Client, Connection},
    input_lines::{LINE_BYTES_MAX, Line, READ_BYTES, batch},
};
use crate::parallel::in_parallel;
use crate::supply::Answer;
use clap::Args;
use palisade_model::{Finding, Severity, Verdict};
use palisade_supply::Package;
use serde::Serialize;
use std::io::{self, BufReader, IsTerminal as _, Write};
use std::process::ExitCode;

/// Judge packages that are named
#[derive(Args)]
pub(super) struct CheckArgs {
    /// Package URLs, or names such as npm/lodash@4.17.21
    #[arg(value_name = "PURL|ECOSYSTEM/NAME[@VERSION]")]
    packages: Vec<String>,
    /// Take one package a line from standard input and print one JSON result a line
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    options: Options,
    /// How results are written [default: text; with --stdin: ndjson]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Hand the work to a running server, with its feeds and its policy, instead of judging here
    #[arg(long, conflicts_with_all = ["online", "policy", "private"])]
    server: bool,
    #[command(flatten)]
    connection: Connection,
    /// Exit with 1 when a finding is at least this severe [default: what the policy says]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<Severity>,
}

/// The result about one package.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    /// Which of them it is, from 1.
    pub(super) input: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) package: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) severity: Option<Severity>,
    pub(super) score: f64,
    #[serde(serialize_with = "palisade_model::written")]
    pub(super) findings: &'a [Finding],
}

/// What was seen, for the exit code.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) blocked: u64,
    pub(super) findings: u64,
    pub(super) worst: Option<Severity>,
    pub(super) failed: u64,
    pub(super) suppressed: u64,
}

impl Tally {
    pub(super) fn count(&mut self, answer: &Answer) {
        self.blocked += u64::from(answer.verdict == Verdict::Block);
        self.findings += answer.findings.len() as u64;
        self.worst = self.worst.max(answer.severity());
        self.suppressed += answer.suppressed as u64;
    }

    fn count_outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Ok((_, answer)) => self.count(answer),
            Err(_) => self.failed += 1,
        }
    }

    /// 1 for findings that fail the run, else 2 when something could not be read, else 0.
    pub(super) fn exit(&self, fail_on: Option<Severity>) -> ExitCode {
        let fails = match fail_on {
            Some(level) => self.worst.is_some_and(|worst| worst >= level),
            None => self.blocked > 0,
        };
        ExitCode::from(match self {
            _ if fails => 1,
            tally if tally.failed > 0 => 2,
            _ => 0,
        })
    }
}

/// # Errors
/// When arguments or feeds cannot be used, or standard output cannot be written to.
pub(super) async fn run(args: CheckArgs) -> anyhow::Result<ExitCode> {
    let lines = args.stdin || args.packages == ["-"];
    let format = args.format.unwrap_or(if lines { Format::Ndjson } else { Format::Text });
    if lines && format != Format::Ndjson {
        return Err(
            Failure::input("--stdin prints one JSON result a line: use it with --format ndjson, or none").into()
        );
    }
    if !lines && args.packages.is_empty() {
        let failure = Failure::input("say which packages: npm/lodash@4.17.21, a package URL, or --stdin");
        return Err(failure.into());
    }
    let mut judging = judging(&args).await?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let ended = match lines {
        true => each_line(&mut judging, &mut out).await,
        false => each_named(&mut judging, &args.packages, format, &mut out).await,
    };
    judging.close().await;
    match ended.and_then(|tally| Ok(out.flush().map(|()| tally)?)) {
        Ok(tally) => Ok(tally.exit(args.fail_on)),
        Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error),
    }
}

/// Nobody reads on: no fault.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

async fn judging(args: &CheckArgs) -> anyhow::Result<Judging> {
    if args.server {
        return Ok(Judging::Server(Client::new(&args.connection)?));
    }
    let supply = Box::new(args.options.load().await?);
    let online = if args.options.online { Some(Box::new(Online::open(&args.options).await?)) } else { None };
    Ok(Judging::Here { supply, online })
}

/// What came out for one input.
type Outcome = Result<(Package, Answer), String>;

/// Judges those inputs that name a package; the others keep their error.
async fn outcomes(judging: &mut Judging, named: Vec<Result<Package, String>>) -> anyhow::Result<Vec<Outcome>> {
    let packages: Vec<Package> = named.iter().flatten().cloned().collect();
    let mut answers = judging.answers(&packages).await?.into_iter();
    let mut pair = |package| (package, answers.next().unwrap_or_default());
    Ok(named.into_iter().map(|named| named.map(&mut pair)).collect())
}

async fn each_named(
    judging: &mut Judging,
    texts: &[String],
    format: Format,
    out: &mut impl Write,
) -> anyhow::Result<Tally> {
    let judged = outcomes(judging, texts.iter().map(|text| named::package(text)).collect()).await?;
    let mut tally = Tally::default();
    let mut results = Vec::new();
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    for (input, outcome) in (1..).zip(&judged) {
        tally.count_outcome(outcome);
        match (format, outcome) {
            (Format::Text, Ok((package, answer))) => {
                out.write_all(report::package(package, answer, colour).as_bytes())?
            }
            (Format::Text | Format::Sarif, Err(error)) => eprintln!("error: {error}"),
            (Format::Ndjson, outcome) => writeln!(out, "{}", told(input, outcome))?,
            (Format::Json, outcome) => results.push(told(input, outcome)),
            (Format::Sarif, Ok(_)) => {}
        }
    }
    match format {
        Format::Json => writeln!(out, "{{\"results\":[\n{}\n]}}", results.join(",\n"))?,
        Format::Sarif => {
            let findings = judged.iter().flatten().flat_map(|(_, answer)| &answer.findings);
            out.write_all(sarif::document(findings.map(|finding| (None, finding))).as_bytes())?;
        }
        Format::Text | Format::Ndjson => {}
    }
    Ok(tally)
}

/// One result as JSON.
fn told(input: u64, outcome: &Outcome) -> String {
    let told = match outcome {
        Ok((package, answer)) => Told {
            input,
            package: package.to_purl().or_else(|| Some(package.named())),
            error: None,
            verdict: Some(answer.verdict),
            severity: answer.severity(),
            score: answer.score(),
            findings: &answer.findings,
        },
        Err(error) => Told {
            input,
            package: None,
            error: Some(error.clone()),
            verdict: None,
            severity: None,
            score: 0.0,
            findings: &[],
        },
    };
    serde_json::to_string(&told).unwrap_or_default()
}

/// One result for each line of standard input, in their order; those of a slow source do not wait for more.
async fn each_line(judging: &mut Judging, out: &mut impl Write) -> anyhow::Result<Tally> {
    let mut source = BufReader::with_capacity(READ_BYTES, io::stdin().lock());
    let (mut number, mut tally) = (0, Tally::default());
    loop {
        let lines = batch(&mut source, &mut number)?;
        if lines.is_empty() {
            return Ok(tally);
        }
        for lines in lines.chunks(judging.piece()) {
            let outcomes = outcomes(judging, lines.iter().map(package_of).collect()).await?;
            let numbered: Vec<(u64, Outcome)> = lines.iter().map(|line| line.number).zip(outcomes).collect();
            let written = |(number, outcome): &(u64, Outcome)| told(*number, outcome);
            for text in in_parallel(&numbered, |piece| piece.iter().map(written).collect::<Vec<_>>()).concat() {
                writeln!(out, "{text}")?;
            }
            numbered.iter().for_each(|(_, outcome)| tally.count_outcome(outcome));
            out.flush()?;
        }
    }
}

fn package_of(line: &Line) -> Result<Package, String> {
    let bytes = line.bytes.as_deref().ok_or_else(|| format!("the line is longer than {} MiB", LINE_BYTES_MAX >> 20))?;
    named::package(std::str::from_utf8(bytes).map_err(|_| "the line is not UTF-8".to_owned())?)
}
