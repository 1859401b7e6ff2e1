//! `palisade rules explain`: what a rule looks for, in words, and what it makes of events.

use super::{RuleOptions, trace};
use crate::cli::{Failure, Format, rule_options::tell_problems, table::visible};
use crate::clock::now;
use anyhow::Context as _;
use clap::Args;
use palisade_events::correlation;
use palisade_events::readers::{Problem, Reader};
use palisade_events::{
    DisabledRule, Explained, FoundRule, LoadedCorrelation, Record, RuleNumber, Ruleset, Trace, Tuned, severity_of,
};
use palisade_model::Severity;
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Events that are looked at; nobody reads more trees.
const EVENTS_MAX: usize = 20;

/// Bytes of events that are read: as many fit as are looked at.
const EVENTS_BYTES_MAX: u64 = 64 << 20;

/// Alternatives of what an event must have that are shown.
const NEEDS_SHOWN_MAX: usize = 5;

/// Say what a rule looks for, and what it makes of an event
#[derive(Args)]
pub(super) struct ExplainArgs {
    /// The id, name or title of the rule.
    #[arg(value_name = "RULE")]
    rule: String,
    /// Sigma rules among which it is: files, folders, archives, or feed:sigma, which is what counts when none is given.
    #[arg(long, value_name = "PATH", num_args = 1)]
    rules: Vec<PathBuf>,
    /// A file of events in any format that `palisade detect` reads; `-` is standard input. The first twenty are looked at.
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    #[command(flatten)]
    options: RuleOptions,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

/// What there is to say about a rule.
#[derive(Default, Serialize)]
struct Explanation {
    id: String,
    title: String,
    severity: Severity,
    file: String,
    line: usize,
    /// Product, category and service that it looks at, or the type of the correlation.
    looks_at: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// What a correlation looks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Explained>,
    /// What an event must have for the rule to be looked at; none when it is looked at always.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tuned: Vec<Tuned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<Tuned>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Trace>,
    /// The rules that a correlation counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Explanation>,
}

/// Runs the command.
///
/// # Errors
/// When rules or events cannot be read, or there is no such rule.
pub(super) fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let events = args.event.as_deref().map(read_events).transpose()?.unwrap_or_default();
    let loaded = args.options.load(&args.rules)?;
    let explanation = match loaded.ruleset.find(&args.rule) {
        None => {
            tell_problems(&loaded);
            return Err(not_found(&args.rule));
        }
        Some(FoundRule::Disabled(rule)) => {
            let untuned = args.options.load_untuned(&args.rules)?;
            let found = untuned.ruleset.find(&rule.id).ok_or_else(|| not_found(&args.rule))?;
            Explanation { disabled: Some(rule.by.clone()), ..explain(&untuned.ruleset, found, &events) }
        }
        Some(found) => explain(&loaded.ruleset, found, &events),
    };
    match args.format {
        Format::Json => println!("{}", serde_json::to_string(&explanation)?),
        Format::Table => print!("{}", explanation.told()),
    }
    Ok(ExitCode::SUCCESS)
}

fn not_found(rule: &str) -> anyhow::Error {
    let failure = Failure::input(format!("no rule that runs has the id, name or title '{rule}'"));
    failure.hint("`palisade rules list` shows all rules; --rules says where they are").into()
}

fn read_events(path: &Path) -> anyhow::Result<Vec<u8>> {
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot read {}", path.display()))?)
    };
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    source.take(EVENTS_BYTES_MAX).read_to_end(&mut bytes)?;
    let (mut events, mut problems) = (0, Vec::new());
    each_event(&bytes, &mut |read| match read {
        Ok(_) => events += 1,
        Err(problem) => problems.push(problem.to_string()),
    });
    if events == 0 {
        let why = problems.first().map_or_else(String::new, |problem| format!(": {problem}"));
        return Err(Failure::input(format!("there is no event in {}{why}", path.display())).into());
    }
    if events > EVENTS_MAX {
        eprintln!("of {events} events the first {EVENTS_MAX} are looked at");
    }
    Ok(bytes)
}

fn each_event(bytes: &[u8], each: &mut dyn FnMut(Result<&Record<'_>, Problem>)) {
    let mut reader = Reader::new(None).with_reference(now());
    reader.feed(bytes, each);
    reader.finish(each);
}

fn explain(ruleset: &Ruleset, found: FoundRule<'_>, events: &[u8]) -> Explanation {
    match found {
        FoundRule::Rule(rule) => explain_rule(ruleset, rule, events),
        FoundRule::Correlation(index) => explain_correlation(ruleset, index, events),
        FoundRule::Disabled(DisabledRule { id, title, file, line, by, .. }) => Explanation {
            id: id.clone(),
            title: title.clone(),
            file: file.clone(),
            line: *line,
            disabled: Some(by.clone()),
            ..Explanation::default()
        },
    }
}

fn explain_rule(ruleset: &Ruleset, number: RuleNumber, events: &[u8]) -> Explanation {
    let engine = ruleset.engine();
    let rule = engine.rule(number);
    let mut evaluator = ruleset.evaluator();
    let mut traces = Vec::new();
    each_event(events, &mut |read| {
        if let Ok(record) = read
            && traces.len() < EVENTS_MAX
        {
            traces.push(evaluator.trace(record, number, None));
        }
    });
    Explanation {
        id: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        file: rule.file.clone(),
        line: rule.line,
        looks_at: rule.source.to_string(),
        description: rule.description.trim().to_owned(),
        condition: Some(engine.explain(number)),
        needs: engine.needs(number),
        fields: engine.fields_of(number).into_iter().map(str::to_owned).collect(),
        tuned: rule.tuned.clone(),
        events: traces,
        ..Explanation::default()
    }
}

/// A correlation has no condition over one event: the rules that it counts have.
fn explain_correlation(ruleset: &Ruleset, index: usize, events: &[u8]) -> Explanation {
    let LoadedCorrelation { rule, file, line, tuned } = &ruleset.correlations()[index];
    let below = rule.rules.iter().filter_map(|name| match ruleset.find(name)? {
        // Correlations over correlations are named, and can be asked about themselves.
        FoundRule::Correlation(_) => None,
        found => Some(explain(ruleset, found, events)),
    });
    Explanation {
        id: rule.id.as_ref().or(rule.name.as_ref()).unwrap_or(&rule.title).clone(),
        title: rule.title.clone(),
        severity: severity_of(rule.level),
        file: file.clone(),
        line: *line,
        looks_at: rule.correlation_type.as_str().to_owned(),
        description: rule.description.as_deref().unwrap_or_default().trim().to_owned(),
        counts: Some(correlation::explain(rule)),
        tuned: tuned.clone(),
        rules: below.collect(),
        ..Explanation::default()
    }
}

impl Explanation {
    /// All of it, for people.
    fn told(&self) -> String {
        let mut text = format!("{}  [{}]\n", visible(&self.title), visible(&self.id));
        let mut line = |name: &str, says: &str| {
            if !says.is_empty() {
                let _ = writeln!(text, "  {name:<12}{}", visible(says));
            }
        };
        line("severity", &self.severity.to_string());
        line("file", &format!("{}:{}", self.file, self.line));
        line("looks at", &self.looks_at);
        line("means", &self.description.split_whitespace().collect::<Vec<_>>().join(" "));
        line("matches on", self.counts.as_deref().unwrap_or_default());
        line("fields", &self.fields.join(", "));
        if let Some(by) = &self.disabled {
            line("tuning", &by.to_string());
        }
        self.tuned.iter().for_each(|tuned| line("tuning", &tuned.to_string()));
        match &self.needs {
            Some(needs) => line("needs", &first_of(needs)),
            None if self.condition.is_some() => {
                line("needs", "nothing: it is asked about every event that it looks at")
            }
            None => {}
        }
        match &self.condition {
            Some(condition) if self.events.is_empty() => {
                text.push_str("  matches when\n");
                trace::condition(condition, 2, &mut text);
            }
            _ => self.tell_events(&mut text),
        }
        for rule in &self.rules {
            let _ = write!(text, "\nIt counts\n{}", rule.told());
        }
        text
    }

    fn tell_events(&self, text: &mut String) {
        for (index, event) in self.events.iter().enumerate() {
            let verdict = if event.is_match { "matches" } else { "does not match" };
            let _ = writeln!(text, "  event {}: {verdict}", index + 1);
            trace::event(event, 2, text);
        }
    }
}

/// The first of the alternatives, and how many more there are.
fn first_of(needs: &[String]) -> String {
    match needs.len().saturating_sub(NEEDS_SHOWN_MAX) {
        0 => needs.join(", or "),
        more => format!("{}, or one of {more} more", needs[..NEEDS_SHOWN_MAX].join(", or ")),
    }
}
