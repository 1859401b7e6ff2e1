//! Goes through the files and asks the rules about every event.

use super::{Input, told::Teller};
use crate::clock::now;
use palisade_events::correlation::{CorrelationMatch, Correlator, Settings};
use palisade_events::readers::Reader;
use palisade_events::{Evaluator, Record, RuleNumber, Ruleset, finding};
use palisade_model::{Finding, Severity, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Bytes that are read at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// Problems of one file that are told one by one.
const PROBLEMS_TOLD_MAX: u64 = 10;

/// What was seen, for the statistics and the exit code.
#[derive(Default)]
pub(super) struct Tally {
    events: u64,
    bytes: u64,
    findings: u64,
    worst: Option<Severity>,
    /// Files and events that could not be read.
    failed: u64,
    of_rules: BTreeMap<String, (String, u64)>,
    seconds: f64,
}

/// A run over files.
struct Run<'r, 'o> {
    ruleset: &'r Ruleset,
    evaluator: Evaluator,
    correlator: Correlator,
    correlated: Vec<CorrelationMatch>,
    teller: &'r mut Teller<'o>,
    tally: Tally,
    now: Timestamp,
    /// Writing failed; what comes is not looked at.
    failure: Option<io::Error>,
}

/// Looks at `files`, one after the other.
pub(super) fn all(ruleset: &Ruleset, files: &[PathBuf], input: Input, teller: &mut Teller<'_>) -> io::Result<Tally> {
    let started = Instant::now();
    let mut run = Run {
        ruleset,
        evaluator: ruleset.evaluator(),
        correlator: ruleset.correlator(Settings::default()),
        correlated: Vec::new(),
        teller,
        tally: Tally::default(),
        now: now(),
        failure: None,
    };
    for file in files {
        run.file(file, input)?;
    }
    run.tally.seconds = started.elapsed().as_secs_f64();
    Ok(run.tally)
}

impl Run<'_, '_> {
    fn file(&mut self, path: &Path, input: Input) -> io::Result<()> {
        let name = path.to_string_lossy().into_owned();
        let opened: io::Result<Box<dyn Read>> = if path == Path::new("-") {
            Ok(Box::new(io::stdin().lock()))
        } else {
            File::open(path).map(|file| Box::new(file) as Box<dyn Read>)
        };
        let read = opened.and_then(|source| self.stream(&name, source, input));
        if let Err(error) = read {
            eprintln!("error: {name}: {error}");
            self.tally.failed += 1;
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    fn stream(&mut self, name: &str, mut source: Box<dyn Read>, input: Input) -> io::Result<()> {
        let mut reader = Reader::new(input).with_reference(self.now);
        let mut block = vec![0; BLOCK_BYTES];
        let (mut number, mut problems) = (0, 0);
        loop {
            let length = match source.read(&mut block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.tally.bytes += length as u64;
            let mut each = |read: Result<&Record<'_>, palisade_events::readers::Problem>| match read {
                Ok(record) => {
                    number += 1;
                    self.event(name, number, record);
                }
                Err(problem) => {
                    problems += 1;
                    if problems <= PROBLEMS_TOLD_MAX {
                        eprintln!("warning: {name}: {problem}");
                    }
                }
            };
            if length == 0 {
                reader.finish(&mut each);
                break;
            }
            reader.feed(&block[..length], &mut each);
            if self.failure.is_some() {
                break;
            }
        }
        if problems > PROBLEMS_TOLD_MAX {
            eprintln!("warning: {name}: {problems} parts could not be read");
        }
        self.tally.failed += problems;
        Ok(())
    }

    fn event(&mut self, name: &str, number: u64, record: &Record<'_>) {
        self.tally.events += 1;
        let matched = self.evaluator.evaluate(record);
        if matched.is_empty() || self.failure.is_some() {
            return;
        }
        let rules: Vec<RuleNumber> = matched.to_vec();
        let time = record.time().unwrap_or(self.now);
        for rule in rules {
            if self.ruleset.is_told(rule) {
                let found = finding(&self.evaluator.explain(record, rule), record, time, None);
                self.tell(name, number, &found);
            }
            if self.ruleset.is_correlated(rule) {
                self.ruleset.correlate(&mut self.correlator, rule, record, time, &mut self.correlated);
            }
        }
        for matched in std::mem::take(&mut self.correlated) {
            if !matched.is_silent {
                let found = self.ruleset.correlated(&matched, None);
                self.tell(name, number, &found);
            }
        }
    }

    fn tell(&mut self, name: &str, number: u64, found: &Finding) {
        self.tally.findings += 1;
        self.tally.worst = self.tally.worst.max(Some(found.severity));
        self.tally.of_rules.entry(found.detector.clone()).or_insert_with(|| (found.title.clone(), 0)).1 += 1;
        if let Err(error) = self.teller.tell(name, number, found) {
            self.failure = Some(error);
        }
    }
}

impl Tally {
    /// 1 for findings at or above `fail_on`, else 2 when something could not be read, else 0.
    pub(super) fn exit(&self, fail_on: Severity) -> u8 {
        match self {
            tally if tally.worst.is_some_and(|worst| worst >= fail_on) => 1,
            tally if tally.failed > 0 => 2,
            _ => 0,
        }
    }

    /// For people: what there was, and how fast it went.
    pub(super) fn shown(&self, ruleset: &Ruleset) -> String {
        let mut shown = String::new();
        let mut rules: Vec<_> = self.of_rules.iter().collect();
        rules.sort_by_key(|(_, (_, count))| std::cmp::Reverse(*count));
        for (id, (title, count)) in rules {
            let _ = writeln!(shown, "{count:>8}  {title}  ({id})");
        }
        let seconds = self.seconds.max(1e-9);
        let _ = writeln!(
            shown,
            "{} events, {:.1} MB in {:.2} s: {:.0} events/s, {:.1} MB/s; {} findings of {} rules and {} correlations",
            self.events,
            self.bytes as f64 / 1e6,
            self.seconds,
            self.events as f64 / seconds,
            self.bytes as f64 / 1e6 / seconds,
            self.findings,
            ruleset.engine().rules().len(),
            ruleset.correlations().len(),
        );
        shown
    }
}
