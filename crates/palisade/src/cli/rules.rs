//! `palisade rules`: what rules there are, what is wrong with them, whether they do what they should, and why.

mod explain;
mod metric_tests;
mod testing;
mod trace;

use super::{
    Format,
    rule_options::RuleOptions,
    table::{self, Cell},
};
use crate::rules::Loaded;
use clap::{Args, Subcommand};
use palisade_events::{LoadedCorrelation, Problem, Tuned};
use palisade_model::Severity;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// List, check, test and explain Sigma rules
#[derive(Args)]
#[command(after_help = "\
Without a PATH it is about the rules of the feed sigma.

Examples:
  palisade rules list sigma/rules --tuning tuning.toml
  palisade rules lint sigma_core.zip
  palisade rules test rules
  palisade rules explain 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11 --rules rules --event event.json")]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List rules and correlations with their severity and what they look at
    List(On),
    /// Say what is wrong with rules: exit code 1 when one does not run
    Lint(On),
    /// Run the tests beside rules (*.test.yml): exit code 1 when one fails
    Test(testing::TestArgs),
    /// Say what a rule looks for, and what it makes of an event
    Explain(explain::ExplainArgs),
}

#[derive(Args)]
struct On {
    /// Sigma rules: files, folders, archives, or feed:sigma.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: RuleOptions,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

/// A line of the list.
#[derive(Serialize)]
struct Listed<'r> {
    id: &'r str,
    /// None for one that does not run.
    severity: Option<Severity>,
    /// Product, category and service that it looks at, or the type of the correlation.
    looks_at: String,
    title: &'r str,
    file: &'r str,
    line: usize,
    /// What tuning says about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tuned: Vec<&'r Tuned>,
}

/// A line of what is wrong.
#[derive(Serialize)]
struct Wrong<'r> {
    file: &'r str,
    line: usize,
    reason: &'r str,
    /// False when the rule runs all the same.
    is_refused: bool,
}

/// Runs the command.
///
/// # Errors
/// When a path cannot be read, or holds no rules.
pub(super) fn run(args: &RulesArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::List(on) => list(&on.options.load(&on.paths)?, on.format),
        Command::Lint(on) => lint(&on.options.load(&on.paths)?, on.format),
        Command::Test(args) => testing::run(args),
        Command::Explain(args) => explain::run(args),
    }
}

fn list(loaded: &Loaded, format: Format) -> anyhow::Result<ExitCode> {
    let all = listed(loaded);
    match format {
        Format::Json => println!("{}", serde_json::to_string(&all)?),
        Format::Table => {
            let is_tuned = all.iter().any(|rule| !rule.tuned.is_empty());
            let heads = ["severity", "id", "looks at", "title", "tuning"];
            let heads = if is_tuned { &heads[..] } else { &heads[..4] };
            let rows = all.iter().map(|rule| row(rule).into_iter().take(heads.len()).collect());
            print!("{}", table::render(heads, rows.collect(), None));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(loaded: &Loaded) -> Vec<Listed<'_>> {
    let rules = loaded.ruleset.engine().rules().iter().map(|rule| Listed {
        id: &rule.id,
        severity: Some(rule.severity),
        looks_at: rule.source.to_string(),
        title: &rule.title,
        file: &rule.file,
        line: rule.line,
        tuned: rule.tuned.iter().collect(),
    });
    let correlations = loaded.ruleset.correlations().iter().map(|correlation| {
        let LoadedCorrelation { rule, file, line, tuned } = correlation;
        Listed {
            id: rule.id.as_deref().or(rule.name.as_deref()).unwrap_or(&rule.title),
            severity: Some(palisade_events::severity_of(rule.level)),
            looks_at: rule.correlation_type.as_str().to_owned(),
            title: &rule.title,
            file,
            line: *line,
            tuned: tuned.iter().collect(),
        }
    });
    let disabled = loaded.ruleset.disabled().iter().map(|rule| Listed {
        id: &rule.id,
        severity: None,
        looks_at: String::new(),
        title: &rule.title,
        file: &rule.file,
        line: rule.line,
        tuned: vec![&rule.by],
    });
    rules.chain(correlations).chain(disabled).collect()
}

fn row(rule: &Listed<'_>) -> [Cell; 5] {
    let severity = rule.severity.map_or_else(|| "disabled".to_owned(), |severity| severity.to_string());
    let tuned: Vec<String> = rule.tuned.iter().map(ToString::to_string).collect();
    [&severity, rule.id, &rule.looks_at, rule.title, &tuned.join("; ")].map(Cell::text)
}

fn lint(loaded: &Loaded, format: Format) -> anyhow::Result<ExitCode> {
    let ruleset = &loaded.ruleset;
    let problems: Vec<&Problem> = ruleset.problems().iter().chain(ruleset.tuning_problems()).collect();
    let refused = problems.iter().filter(|problem| problem.is_refused).count();
    match format {
        Format::Json => {
            let wrong = problems.iter().map(|problem| Wrong {
                file: &problem.file,
                line: problem.line,
                reason: &problem.reason,
                is_refused: problem.is_refused,
            });
            println!("{}", serde_json::to_string(&wrong.collect::<Vec<_>>())?);
        }
        Format::Table => problems.iter().for_each(|problem| println!("{problem}")),
    }
    let (rules, correlations) = (ruleset.engine().rules().len(), ruleset.correlations().len());
    let disabled = match ruleset.disabled().len() {
        0 => String::new(),
        count => format!(", disabled {count}"),
    };
    eprintln!(
        "files {}, rules {rules}, correlations {correlations}{disabled}, remarks {}, refused {refused}",
        loaded.files,
        problems.len()
    );
    Ok(ExitCode::from(u8::from(refused > 0)))
}
