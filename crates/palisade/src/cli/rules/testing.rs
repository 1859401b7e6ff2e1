//! `palisade rules test`: runs the tests beside rules and says why one fails.

use super::{RuleOptions, metric_tests, trace};
use crate::cli::{Failure, Format, bounded, rule_options::tell_problems, table::visible};
use crate::rules::tests_in;
use anyhow::Context as _;
use clap::Args;
use palisade_events::limits::TEST_FILE_BYTES_MAX;
use palisade_events::{Outcome, RuleTest, TestEvents, TestFile, Tester};
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bytes of a file of events that a test names.
const EVENTS_BYTES_MAX: u64 = 64 << 20;

/// Run the tests beside rules
#[derive(Args)]
#[command(after_help = "\
A file of tests is called *.test.yml, names a rule, and holds events and whether the rule must match them:

  rule: 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11
  logsource: {product: windows, category: process_creation}
  tests:
    - name: a service account
      event: {Image: 'C:\\Windows\\System32\\whoami.exe', User: 'CORP\\svc-backup'}
      match: true

Files in the format of `promtool test rules` are tests of alert rules over metrics.")]
pub(super) struct TestArgs {
    /// Files of tests, and folders with all below them.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Sigma rules that are tested: files, folders, archives, or feed:sigma; those beside the tests unless given.
    #[arg(long, value_name = "PATH", num_args = 1)]
    rules: Vec<PathBuf>,
    #[command(flatten)]
    options: RuleOptions,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

/// What came of one test.
#[derive(Serialize)]
struct Told {
    file: String,
    line: usize,
    /// The title of the rule, or what the test calls it where there is none.
    rule: String,
    test: String,
    #[serde(flatten)]
    outcome: Outcome,
}

/// Runs the command.
///
/// # Errors
/// When a file of tests, of rules or of events cannot be read.
pub(super) fn run(args: &TestArgs) -> anyhow::Result<ExitCode> {
    let paths = tests_in(&args.paths)?;
    if paths.is_empty() {
        let failure = Failure::input("there is no file of tests (*.test.yml) there");
        return Err(failure.hint("`palisade rules test --help` shows one").into());
    }
    let (mut files, mut of_metrics) = (Vec::new(), Vec::new());
    for path in &paths {
        let text = read(path)?;
        if metric_tests::are_in(&text) {
            of_metrics.push(metric_tests::run(path, &text)?);
        } else {
            files.extend(tests_of(path, &text)?.into_iter().map(|file| (path.as_path(), file)));
        }
    }
    let told = if files.is_empty() { Vec::new() } else { run_all(args, &files)? };
    let of_metrics = of_metrics.concat();
    match args.format {
        Format::Json => {
            let all: Vec<serde_json::Value> = told
                .iter()
                .map(serde_json::to_value)
                .chain(of_metrics.iter().map(serde_json::to_value))
                .collect::<Result<_, _>>()?;
            println!("{}", serde_json::to_string(&all)?);
        }
        Format::Table => {
            told.iter().for_each(|told| print!("{}", told.text()));
            of_metrics.iter().for_each(|told| print!("{}", told.text()));
        }
    }
    let passed = told.iter().map(|told| told.outcome.passed).chain(of_metrics.iter().map(metric_tests::Told::passed));
    let (all, failed) = passed.fold((0, 0), |(all, failed), passed| (all + 1, failed + u32::from(!passed)));
    eprintln!("tests {all}, passed {}, failed {failed}", all - failed);
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Runs the tests of Sigma rules.
fn run_all(args: &TestArgs, files: &[(&Path, TestFile)]) -> anyhow::Result<Vec<Told>> {
    let rules = if args.rules.is_empty() { beside(&args.paths) } else { args.rules.clone() };
    let loaded = args.options.load(&rules)?;
    tell_problems(&loaded);
    let mut tester = Tester::new(&loaded.ruleset);
    let mut told = Vec::new();
    for (path, file) in files {
        for test in &file.tests {
            let outcome = tester.run(file, test, &events_of(path, test)?);
            let rule = loaded.ruleset.title(&file.rule).unwrap_or(&file.rule).to_owned();
            let (line, test) = (test.line, test.name.clone());
            told.push(Told { file: file.file.clone(), line, rule, test, outcome });
        }
    }
    Ok(told)
}

/// Folders as they are, and of files of tests the folders in which they are.
fn beside(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for path in paths {
        let folder = match path.parent() {
            _ if path.is_dir() => path.as_path(),
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
    }
    folders
}

fn read(path: &Path) -> anyhow::Result<String> {
    let text = bounded::read_file(path, TEST_FILE_BYTES_MAX as u64);
    text.map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())).into())
}

fn tests_of(path: &Path, text: &str) -> anyhow::Result<Vec<TestFile>> {
    TestFile::parse(&path.to_string_lossy(), text).map_err(|problem| Failure::input(problem.to_string()).into())
}

/// The bytes of the file of events that a test names, which lies beside the file of tests.
fn events_of(path: &Path, test: &RuleTest) -> anyhow::Result<Vec<u8>> {
    let TestEvents::File(name) = &test.events else { return Ok(Vec::new()) };
    let path = path.parent().unwrap_or(Path::new("")).join(name);
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    File::open(&path)
        .and_then(|file| file.take(EVENTS_BYTES_MAX + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > EVENTS_BYTES_MAX {
        return Err(Failure::input(format!("{} has more than {} MiB", path.display(), EVENTS_BYTES_MAX >> 20)).into());
    }
    Ok(bytes)
}

impl Told {
    /// One line for a test that has passed; for one that has not, why.
    fn text(&self) -> String {
        let Self { file, line, rule, test, outcome } = self;
        let verdict = if outcome.passed { "pass" } else { "FAIL" };
        let mut text = format!("{verdict}  {file}:{line}  {}: {}\n", visible(rule), visible(test));
        if outcome.passed {
            return text;
        }
        let events = if outcome.events == 1 { "1 event".to_owned() } else { format!("{} events", outcome.events) };
        let _ = writeln!(text, "      wanted: {}; found: {} of {events}", outcome.expected, outcome.found);
        for reason in &outcome.reasons {
            let _ = writeln!(text, "      {}", visible(reason));
        }
        for why in &outcome.why {
            let verdict = if why.trace.is_match { "matches" } else { "does not match" };
            let _ = writeln!(text, "      event {} {verdict} {}", why.event, visible(&why.rule));
            trace::event(&why.trace, 4, &mut text);
        }
        text
    }
}
