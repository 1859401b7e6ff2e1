//! `palisade detect`: Sigma rules and correlations over files of events, without a server.
//!
//! Files are read in blocks and events are judged in their order, so that correlations see a stream; memory does not
//! grow with the files. Findings go to standard output, what cannot be read to standard error.

mod run;
mod told;

use super::rule_options::{RuleOptions, tell_problems};
use clap::{Args, ValueEnum};
use palisade_events::readers;
use palisade_model::Severity;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

/// Run Sigma rules and correlations over files of events
#[derive(Args)]
#[command(after_help = "\
Events are read from NDJSON, EVTX, syslog, CEF, LEEF, logfmt, auditd, access logs, CloudTrail, Kubernetes audit and more; the
format is told by the first bytes. What an event is of (product, category, service) is told by the event itself.

Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 something could not be read, 3 internal error.

Examples:
  palisade detect --rules sigma/rules Security.evtx
  zcat events.ndjson.gz | palisade detect --rules sigma/rules --format ndjson -
  palisade detect --rules spray.yml --stats auth.log
  palisade feed import sigma sigma_core.zip && palisade detect --tuning tuning.toml Security.evtx")]
pub(super) struct DetectArgs {
    /// Files of events; `-` is standard input, also when none is given and it is no terminal.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Sigma rules: files, folders, archives, or feed:sigma, which is what counts when none is given; may be given several
    /// times.
    #[arg(long, value_name = "PATH", num_args = 1)]
    rules: Vec<PathBuf>,
    #[command(flatten)]
    options: RuleOptions,
    /// How findings are written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// What the files are written in: auto, json, evtx, syslog, cef, leef, logfmt, auditd, access-log and more.
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = input_format)]
    input: Input,
    /// Print to standard error how many events, matches and findings there were, of which rules, and how fast it went.
    #[arg(long)]
    stats: bool,
    /// Exit with 1 when a finding is at least this severe: informational, low, medium, high or critical.
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    fail_on: Severity,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the rule, the event, the fields on which it matched.
    Text,
    /// One JSON document with all findings.
    Json,
    /// One finding a line.
    Ndjson,
}

/// A format of events, or none when each file tells its own.
type Input = Option<readers::Format>;

fn input_format(text: &str) -> Result<Input, String> {
    if text == "auto" {
        Ok(None)
    } else {
        text.parse().map(Some).map_err(|error: readers::UnknownFormat| error.to_string())
    }
}

/// Runs the command.
///
/// # Errors
/// When no rule can be used, or standard output cannot be written to.
pub(super) fn run(args: DetectArgs) -> anyhow::Result<ExitCode> {
    let mut files = args.files;
    if files.is_empty() {
        if io::stdin().is_terminal() {
            eprintln!("error: say what to look at: a file of events, or - for standard input");
            return Ok(ExitCode::from(2));
        }
        files.push(PathBuf::from("-"));
    }
    let loaded = args.options.load(&args.rules)?;
    tell_problems(&loaded);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut teller = told::Teller::new(args.format, &mut out);
    let ended = run::all(&loaded.ruleset, &files, args.input, &mut teller).and_then(|tally| {
        teller.finish()?;
        Ok(tally)
    });
    match ended {
        Ok(tally) => {
            if args.stats {
                eprint!("{}", tally.shown(&loaded.ruleset));
            }
            Ok(ExitCode::from(tally.exit(args.fail_on)))
        }
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(anyhow::Error::new(error).context("writing findings")),
    }
}
