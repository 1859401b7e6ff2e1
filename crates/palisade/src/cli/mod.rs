//! The command line: every command in one visible table, and what they share.
//!
//! A command's arguments, help and code stand together in the file of its name. None of them knows another.

mod alert;
mod anomaly;
mod anomaly_live;
mod audit;
mod bench;
pub mod bounded;
mod business;
mod client;
mod completions;
mod config;
pub mod demo;
mod demo_load;
mod detect;
mod duration;
mod failure;
mod feed;
mod forecast;
mod incident;
mod input_lines;
mod key;
mod live;
mod notify;
mod package;
mod query;
mod random;
mod rule_options;
mod rules;
mod runtime;
mod sample;
mod sarif;
mod scan;
mod series;
mod serve;
mod shown;
mod silence;
mod table;
mod tail;

pub use failure::{Failure, report};

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// Watches everything that crosses your trust boundary: events, logs, text and tool calls; finds what is wrong in it,
/// keeps it queryable and shows it live.
#[derive(Parser)]
#[command(
    name = "palisade",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "\
Start:
  palisade serve --demo                      a server with sample observations
  curl -H \"Authorization: Bearer $PALISADE_KEY\" -d '{\"message\":\"hello\"}' http://127.0.0.1:7171/api/v1/events
  palisade tail                              see it live
  palisade query \"SELECT * FROM findings\"    ask for it later

Exit codes: 0 done or nothing found, 1 findings at or above --fail-on, 2 usage or input error, 3 internal error."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::ServeArgs),
    /// Inspect files, archives or standard input for injections, secrets and hidden text
    Scan(scan::ScanArgs),
    /// Run Sigma rules and correlations over files of events
    Detect(detect::DetectArgs),
    /// List, check, test and explain Sigma rules
    Rules(rules::RulesArgs),
    /// Judge packages by name, manifest and advisory
    Package(package::PackageArgs),
    /// Screen businesses and people against lists
    Business(business::BusinessArgs),
    /// Find what is odd in a series of values
    Anomaly(anomaly::AnomalyArgs),
    /// Say what comes next in a series of values
    Forecast(forecast::ForecastArgs),
    /// Take a processor or memory for a time, to see that it is noticed
    Demo(demo_load::DemoArgs),
    /// Ask the lake in SQL
    Query(query::QueryArgs),
    /// Watch observations and findings as they come in
    Tail(tail::TailArgs),
    /// See alerts and act on them
    Alert(alert::AlertArgs),
    /// Have nobody told of alerts for a time
    Silence(silence::SilenceArgs),
    /// Open incidents and work on them
    Incident(incident::IncidentArgs),
    /// See and test channels, and retry messages
    Notify(notify::NotifyArgs),
    /// See who changed what, and check that nothing of it was changed afterwards
    Audit(audit::AuditArgs),
    /// Look after reference data
    Feed(feed::FeedArgs),
    /// Make, list and revoke API keys
    Key(key::KeyArgs),
    /// Check a configuration file, or print one with every setting
    Config(config::ConfigArgs),
    /// Measure how fast and how small the server is on this machine
    Bench(bench::BenchArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
}

/// How an answer is printed, where there is nothing but text for people and JSON for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns for people
    #[default]
    Table,
    /// JSON for programs
    Json,
}

/// Reads the command line and runs the command.
///
/// # Errors
/// What the command says; [`report`] prints it.
pub fn run() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Scan(args) => scan::run(args),
        Command::Detect(args) => detect::run(args),
        Command::Rules(args) => rules::run(&args),
        Command::Package(args) => runtime::run(package::run(args)),
        Command::Business(args) => runtime::run(business::run(args)),
        Command::Anomaly(args) => anomaly::run(&args),
        Command::Forecast(args) => forecast::run(&args),
        Command::Demo(args) => demo_load::run(&args),
        Command::Query(args) => runtime::run(query::run(args)),
        Command::Tail(args) => runtime::run(tail::run(args)),
        Command::Alert(args) => runtime::run(alert::run(args)),
        Command::Silence(args) => runtime::run(silence::run(args)),
        Command::Incident(args) => runtime::run(incident::run(args)),
        Command::Notify(args) => runtime::run(notify::run(args)),
        Command::Audit(args) => runtime::run(audit::run(args)),
        Command::Feed(args) => runtime::run(feed::run(args)),
        Command::Key(args) => runtime::run(key::run(args)),
        Command::Config(args) => config::run(args),
        Command::Bench(args) => runtime::run(bench::run(args)),
        Command::Completions(args) => completions::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_argument_is_well_formed() {
        Cli::command().debug_assert();
    }
}
