//! `palisade bench inspect`: how fast the guard judges, and what it says about a corpus. No server is needed.

mod texts;

use super::report;
use crate::{
    cli::{
        Failure, Format, bounded,
        table::{Cell, render},
    },
    clock::now,
    config,
};
use clap::Args;
use palisade_guard::{
    Guard,
    policy::{Circumstances, Policy},
};
use palisade_model::{FindingDraft, Verdict};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    hint::black_box,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};
use texts::Texts;

/// Messages that are timed one by one.
const MESSAGES_TIMED: usize = 100_000;
/// Every text is judged so often, at least.
const PASSES_MIN: usize = 3;
/// A corpus is held in memory, so that only judging is timed.
const CORPUS_BYTES_MAX: u64 = 1 << 30;

/// Measure how fast the guard judges texts, on one core and without a server
#[derive(Args)]
#[command(after_help = "\
Everything is on: all detectors, all decodings. With --corpus, every line of the file is one text, and the shares with
findings and blocked are printed instead.

Examples:
  palisade bench inspect
  palisade bench inspect --seconds 5 --format json
  palisade bench inspect --corpus mails.jsonl --field text --policy strict
  palisade bench inspect --corpus answers.jsonl --json")]
pub struct InspectArgs {
    /// How long each kind of text is judged
    #[arg(long, value_name = "S", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Judge the lines of this file instead
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Every line of the corpus is a JSON record, and this member of it is the text
    #[arg(long, value_name = "NAME", requires = "corpus")]
    field: Option<String>,
    /// Every line of the corpus is a JSON document that is judged as one, in all its names and strings
    #[arg(long, requires = "corpus", conflicts_with = "field")]
    json: bool,
    /// What a verdict is: observe, balanced or strict, or a file with a policy
    #[arg(long, value_name = "NAME|FILE", default_value = "balanced")]
    policy: String,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What was measured of one kind of text.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InspectFigures {
    /// What was judged.
    pub name: String,
    /// How many different texts.
    pub texts: usize,
    /// Their bytes.
    pub bytes: usize,
    /// Millions of bytes that one core judges in a second when it is left alone: each text counts with the median of
    /// its times, so that what other programs take away in between does not.
    pub megabytes_per_second: f64,
    /// Of 100 texts, how many have a finding.
    pub with_findings_percent: f64,
    /// Of 100 texts, how many the policy blocks.
    pub blocked_percent: f64,
    /// How many findings each detector has made.
    pub findings: BTreeMap<&'static str, usize>,
    /// How long one takes, where that was measured, in microseconds.
    pub microseconds: Option<Microseconds>,
}

/// How long one message takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Microseconds {
    /// Half take no longer.
    pub p50: f64,
    /// 99 of 100 take no longer.
    pub p99: f64,
}

/// Runs `palisade bench inspect`.
///
/// # Errors
/// When the corpus or the policy cannot be read.
pub async fn run(args: InspectArgs) -> anyhow::Result<ExitCode> {
    let format = args.format;
    let figures = tokio::task::spawn_blocking(move || measure(&args)).await??;
    report::print(&figures, table, format)?;
    Ok(ExitCode::SUCCESS)
}

fn measure(args: &InspectArgs) -> anyhow::Result<Vec<InspectFigures>> {
    let judge = Judge { guard: Guard::new(), policy: config::policy(&args.policy)? };
    let time = Duration::from_secs(args.seconds);
    if let Some(path) = &args.corpus {
        let busy = report::busy(format!("judging {}", path.display()));
        let texts = corpus(path, &text_of(args.field.as_deref(), args.json))?;
        let corpus = Texts { name: "corpus", texts, are_json: args.json };
        let figures = InspectFigures { name: path.display().to_string(), ..judge.figures(&corpus, Duration::ZERO) };
        busy.finish_and_clear();
        return Ok(vec![figures]);
    }
    let mut figures = Vec::new();
    for kind in texts::all() {
        let busy = report::busy(format!("judging {}", kind.name));
        figures.push(judge.figures(&kind, time));
        busy.finish_and_clear();
    }
    let messages = Texts { name: "one message of 1 KB", texts: texts::messages(), are_json: false };
    let microseconds = Some(judge.one_by_one(&messages.texts));
    figures.push(InspectFigures { microseconds, ..judge.figures(&messages, time) });
    Ok(figures)
}

/// The texts of a corpus, one a line; empty lines are none.
fn corpus(path: &Path, text_of: &dyn Fn(&str) -> Result<String, String>) -> anyhow::Result<Vec<String>> {
    let content = bounded::read_file(path, CORPUS_BYTES_MAX)?;
    let lines = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let texts: Vec<String> = lines
        .map(|(number, line)| text_of(line).map_err(|why| format!("{}:{}: {why}", path.display(), number + 1)))
        .collect::<Result<_, _>>()
        .map_err(Failure::input)?;
    match texts.is_empty() {
        true => Err(Failure::input(format!("{} holds no text", path.display())).into()),
        false => Ok(texts),
    }
}

/// What finds the text in a line: its member `field`, or all of it, which is a document when it has to be `json`.
fn text_of(field: Option<&str>, json: bool) -> impl Fn(&str) -> Result<String, String> {
    move |line| {
        if let Some(field) = field {
            let record: serde_json::Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            let text = record.get(field).and_then(serde_json::Value::as_str);
            return text.map(str::to_owned).ok_or_else(|| format!("the record has no text called {field:?}"));
        }
        if json {
            serde_json::from_str::<serde::de::IgnoredAny>(line).map_err(|error| error.to_string())?;
        }
        Ok(line.to_owned())
    }
}

struct Judge {
    guard: Guard,
    policy: Policy,
}

impl Judge {
    /// Judges all texts again and again for `time`.
    fn figures(&self, texts: &Texts, time: Duration) -> InspectFigures {
        let bytes: usize = texts.texts.iter().map(String::len).sum();
        let (mut with_findings, mut blocked, mut findings) = (0, 0, BTreeMap::new());
        for text in &texts.texts {
            let found = self.ask(text, texts.are_json);
            with_findings += usize::from(!found.is_empty());
            blocked += usize::from(self.verdict(&found) == Verdict::Block);
            found.iter().for_each(|finding| *findings.entry(finding.detector).or_default() += 1);
        }
        let percent = |part: usize| 100.0 * part as f64 / texts.texts.len() as f64;
        InspectFigures {
            name: texts.name.to_owned(),
            texts: texts.texts.len(),
            bytes,
            megabytes_per_second: bytes as f64 / 1e6 / self.seconds(texts, time),
            with_findings_percent: percent(with_findings),
            blocked_percent: percent(blocked),
            findings,
            microseconds: None,
        }
    }

    /// How long all texts take: the sum of the medians of each.
    fn seconds(&self, texts: &Texts, time: Duration) -> f64 {
        let started = Instant::now();
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); texts.texts.len()];
        let mut passes = 0;
        while passes < PASSES_MIN || started.elapsed() < time {
            for (text, times) in texts.texts.iter().zip(&mut times) {
                let start = Instant::now();
                black_box(self.ask(black_box(text), texts.are_json));
                times.push(start.elapsed());
            }
            passes += 1;
        }
        let median = |times: &mut Vec<Duration>| {
            times.sort_unstable();
            times[times.len() / 2]
        };
        times.iter_mut().map(median).sum::<Duration>().as_secs_f64()
    }

    /// Times each message by itself, as an agent waits for it.
    fn one_by_one(&self, messages: &[String]) -> Microseconds {
        let time = |message: &String| {
            let start = Instant::now();
            let found = black_box(self.ask(black_box(message), false));
            black_box(self.verdict(&found));
            start.elapsed()
        };
        let mut times: Vec<Duration> = messages.iter().cycle().take(MESSAGES_TIMED).map(time).collect();
        times.sort_unstable();
        let at = |share: f64| times[((share * times.len() as f64).ceil() as usize).max(1) - 1].as_secs_f64() * 1e6;
        Microseconds { p50: at(0.50), p99: at(0.99) }
    }

    fn ask(&self, text: &str, is_json: bool) -> Vec<FindingDraft> {
        let found = if is_json { self.guard.inspect_json(text).ok() } else { None };
        found.unwrap_or_else(|| self.guard.inspect_text(text))
    }

    fn verdict(&self, found: &[FindingDraft]) -> Verdict {
        self.policy.decide(found, &Circumstances { now: now(), ..Circumstances::default() }).verdict
    }
}

fn table(all: &[InspectFigures]) -> String {
    let head = ["text", "texts", "MB", "MB/s", "with findings %", "blocked %", "p50 µs", "p99 µs"];
    let hundredths = |number: f64| Cell::number(format!("{number:.2}"));
    let row = |figures: &InspectFigures| {
        let time = figures.microseconds;
        vec![
            Cell::text(&figures.name),
            Cell::number(figures.texts),
            report::megabytes(Some(figures.bytes as u64)),
            report::whole(figures.megabytes_per_second),
            hundredths(figures.with_findings_percent),
            hundredths(figures.blocked_percent),
            report::tenths(time.map(|time| time.p50)),
            report::tenths(time.map(|time| time.p99)),
        ]
    };
    render(&head, all.iter().map(row).collect(), None) + &found(all)
}

/// What was found where it says something: in a corpus.
fn found(all: &[InspectFigures]) -> String {
    let [corpus] = all else { return String::new() };
    let mut counts: Vec<(&&str, &usize)> = corpus.findings.iter().collect();
    counts.sort_by(|one, other| other.1.cmp(one.1));
    let rows = counts.into_iter().map(|(class, count)| vec![Cell::text(class), Cell::number(count)]);
    format!("\n{}", render(&["detector", "findings"], rows.collect(), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn judge() -> Judge {
        Judge { guard: Guard::new(), policy: Policy::default() }
    }

    #[test]
    fn shares_of_a_corpus() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        write!(file, "{{\"t\":\"clean\"}}\n\n{{\"t\":\"pay\\u202etxt.exe\"}}\n{{\"t\":\"a\"}}\n{{\"t\":\"b\"}}\n")
            .unwrap();
        let texts =
            Texts { name: "c", texts: corpus(file.path(), &text_of(Some("t"), false)).unwrap(), are_json: false };
        let figures = judge().figures(&texts, Duration::ZERO);
        assert_eq!((figures.texts, figures.with_findings_percent, figures.blocked_percent), (4, 25.0, 25.0));
        assert!(figures.megabytes_per_second > 0.0);
        let error = corpus(file.path(), &text_of(Some("u"), false)).unwrap_err().to_string();
        assert!(error.ends_with(":1: the record has no text called \"u\""), "{error}");
    }

    #[test]
    fn documents_of_a_corpus() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "{{\"t\":\"a\\u202eb\"}}").unwrap();
        let documents = corpus(file.path(), &text_of(None, true)).unwrap();
        let figures = |are_json| {
            judge().figures(&Texts { name: "c", texts: documents.clone(), are_json }, Duration::ZERO).findings
        };
        // As a text, it holds an escape; as a document, what that stands for.
        assert_eq!(figures(true).get("guard.unicode.bidi"), Some(&1));
        writeln!(file, "{{").unwrap();
        let error = corpus(file.path(), &text_of(None, true)).unwrap_err().to_string();
        assert!(error.contains(":2: "), "{error}");
    }

    #[test]
    fn clean_texts_are_clean_and_attacks_are_found() {
        for kind in texts::all() {
            let figures = judge().figures(&kind, Duration::ZERO);
            let wanted = if kind.name.starts_with("clean") { 0.0 } else { 100.0 };
            assert_eq!(figures.with_findings_percent, wanted, "{}: {:?}", kind.name, figures.findings);
        }
    }

    #[test]
    fn times_are_in_order() {
        let times = judge().one_by_one(&["a message".to_owned()]);
        assert!(times.p50 > 0.0 && times.p50 <= times.p99);
    }
}
