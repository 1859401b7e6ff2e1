//! `palisade config`: check a file, print one with every setting, or make one of Alertmanager's.

mod import;

use crate::config::{Config, reference};
use clap::{Args, Subcommand};
use std::{io::Write as _, path::PathBuf, process::ExitCode};

/// Check a configuration file, print one with every setting, or make one of Alertmanager's
#[derive(Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say whether a configuration file can be used, and if not, which line and key stand in the way
    Check {
        /// The file
        file: PathBuf,
        /// How to print the settings that follow from it
        #[arg(long, value_enum, default_value_t)]
        format: super::Format,
    },
    /// Print an Alertmanager configuration as sections of ours; what has no counterpart is told on standard error
    #[command(after_help = "Example:\n  palisade config import alertmanager.yml >> palisade.toml")]
    Import {
        /// The file, alertmanager.yml
        file: PathBuf,
    },
    /// Print a complete configuration: every key with its default and what it means
    #[command(after_help = "Example:\n  palisade config reference > palisade.toml")]
    Reference {
        /// How to print: `table` is commented TOML, `json` the defaults alone
        #[arg(long, value_enum, default_value_t)]
        format: super::Format,
    },
}

/// Runs `palisade config`.
///
/// # Errors
/// When the file cannot be used.
pub fn run(args: ConfigArgs) -> anyhow::Result<ExitCode> {
    let text = match args.command {
        Command::Check { file, format: super::Format::Table } => {
            Config::read(&file)?;
            format!("{} can be used\n", file.display())
        }
        Command::Check { file, format: super::Format::Json } => json(&Config::read(&file)?)?,
        Command::Import { file } => {
            let (text, remarks) = import::sections(&file)?;
            remarks.iter().for_each(|remark| tell!("{remark}"));
            text
        }
        Command::Reference { format: super::Format::Table } => reference(),
        Command::Reference { format: super::Format::Json } => json(&Config::default())?,
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn json(config: &Config) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(config)? + "\n")
}
