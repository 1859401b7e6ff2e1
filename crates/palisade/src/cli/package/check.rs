//! `palisade package check`: packages that are named, one result each, in their order.

use super::{Format, Options, named, report, sarif};
use crate::cli::{
    Failure,
    input_lines::{LINE_BYTES_MAX, Line, READ_BYTES, batch},
};
use crate::clock::now;
use crate::parallel::in_parallel;
use crate::supply::registry::Public;
use crate::supply::{Answer, Known, Supply};
use clap::Args;
use palisade_model::{Finding, Severity, Timestamp, Verdict};
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
    if lines && args.options.online {
        return Err(Failure::input("--online is for packages that are named, not for --stdin").into());
    }
    if !lines && args.packages.is_empty() {
        let failure = Failure::input("say which packages: npm/lodash@4.17.21, a package URL, or --stdin");
        return Err(failure.into());
    }
    let supply = args.options.load().await?;
    let named: Vec<_> =
        if lines { Vec::new() } else { args.packages.iter().map(|name| named::package(name)).collect() };
    let public = args.options.public(&supply, named.iter().flatten().cloned().collect()).await?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let ended = match lines {
        true => each_line(&supply, &mut out),
        false => each_named(&supply, named, &public, format, &mut out),
    };
    match ended.and_then(|tally| out.flush().map(|()| tally)) {
        Ok(tally) => Ok(tally.exit(args.fail_on)),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(anyhow::Error::new(error).context("writing results")),
    }
}

fn each_named(
    supply: &Supply,
    named: Vec<Result<Package, String>>,
    public: &Public,
    format: Format,
    out: &mut impl Write,
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut results = Vec::new();
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let now = now();
    let judged: Vec<_> = named.into_iter().map(|package| Ok(judge(supply, package?, public, now))).collect();
    for (input, outcome) in (1..).zip(&judged) {
        match outcome {
            Ok((_, answer)) => tally.count(answer),
            Err(_) => tally.failed += 1,
        }
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

fn judge(supply: &Supply, package: Package, public: &Public, now: Timestamp) -> (Package, Answer) {
    let answer = supply.answer(&package, &Known { facts: public.facts(&package), ..Known::default() }, now);
    (package, answer)
}

/// One result as JSON.
fn told(input: u64, outcome: &Result<(Package, Answer), String>) -> String {
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
fn each_line(supply: &Supply, out: &mut impl Write) -> io::Result<Tally> {
    let mut source = BufReader::with_capacity(READ_BYTES, io::stdin().lock());
    let (mut number, mut total) = (0, Tally::default());
    loop {
        let lines = batch(&mut source, &mut number)?;
        if lines.is_empty() {
            return Ok(total);
        }
        let now = now();
        let judged =
            in_parallel(&lines, |piece| piece.iter().map(|line| one_line(supply, line, now)).collect::<Vec<_>>());
        for (text, tally) in judged.into_iter().flatten() {
            writeln!(out, "{text}")?;
            total.blocked += tally.blocked;
            total.findings += tally.findings;
            total.worst = total.worst.max(tally.worst);
            total.failed += tally.failed;
        }
        out.flush()?;
    }
}

fn one_line(supply: &Supply, line: &Line, now: Timestamp) -> (String, Tally) {
    let bytes = line.bytes.as_deref().ok_or_else(|| format!("the line is longer than {} MiB", LINE_BYTES_MAX >> 20));
    let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).map_err(|_| "the line is not UTF-8".to_owned()));
    let outcome = text.and_then(named::package).map(|package| judge(supply, package, &Public::default(), now));
    let mut tally = Tally::default();
    match &outcome {
        Ok((_, answer)) => tally.count(answer),
        Err(_) => tally.failed += 1,
    }
    (told(line.number, &outcome), tally)
}
