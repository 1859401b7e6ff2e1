//! `palisade rules`: what rules there are, and what is wrong with them.

use super::{
    Format,
    table::{self, Cell},
};
use crate::rules::{self, Loaded, Sources};
use clap::{Args, Subcommand};
use palisade_events::LogSource;
use palisade_model::Severity;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// List and check Sigma rules
#[derive(Args)]
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
}

#[derive(Args)]
struct On {
    /// Sigma rules: files and folders.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

/// A line of the list.
#[derive(Serialize)]
struct Listed<'r> {
    id: &'r str,
    severity: Severity,
    /// Product, category and service that it looks at, or the type of the correlation.
    looks_at: String,
    title: &'r str,
    file: &'r str,
    line: usize,
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
        Command::List(on) => list(&load(on)?, on.format),
        Command::Lint(on) => lint(&load(on)?, on.format),
    }
}

fn load(on: &On) -> anyhow::Result<Loaded> {
    rules::load(&Sources { rules: on.paths.clone(), ..Sources::default() })
}

fn list(loaded: &Loaded, format: Format) -> anyhow::Result<ExitCode> {
    let rules = loaded.ruleset.engine().rules().iter().map(|rule| Listed {
        id: &rule.id,
        severity: rule.severity,
        looks_at: source(&rule.source),
        title: &rule.title,
        file: &rule.file,
        line: rule.line,
    });
    let correlations = loaded.ruleset.correlations().iter().map(|correlation| {
        let rule = &correlation.rule;
        Listed {
            id: rule.id.as_deref().or(rule.name.as_deref()).unwrap_or(&rule.title),
            severity: palisade_events::severity_of(rule.level),
            looks_at: rule.correlation_type.as_str().to_owned(),
            title: &rule.title,
            file: &correlation.file,
            line: correlation.line,
        }
    });
    let all: Vec<Listed<'_>> = rules.chain(correlations).collect();
    match format {
        Format::Json => println!("{}", serde_json::to_string(&all)?),
        Format::Table => {
            let rows = all
                .iter()
                .map(|rule| [&rule.severity.to_string(), rule.id, &rule.looks_at, rule.title].map(Cell::text).into());
            print!("{}", table::render(&["severity", "id", "looks at", "title"], rows.collect(), None));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn lint(loaded: &Loaded, format: Format) -> anyhow::Result<ExitCode> {
    let problems = loaded.ruleset.problems();
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
    let (rules, correlations) = (loaded.ruleset.engine().rules().len(), loaded.ruleset.correlations().len());
    eprintln!(
        "files {}, rules {rules}, correlations {correlations}, remarks {}, refused {refused}",
        loaded.files,
        problems.len()
    );
    Ok(ExitCode::from(u8::from(refused > 0)))
}

fn source(source: &LogSource) -> String {
    let parts = [&source.product, &source.category, &source.service];
    let named: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    if named.is_empty() { "anything".to_owned() } else { named.join("/") }
}
