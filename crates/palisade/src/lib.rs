//! The whole program behind the one binary: commands, configuration, server and its ways in.
//!
//! It is a library only for the compiler's sake: a library is compiled while the engines under it still are, a binary
//! waits for the last of them (docs/build-time.md).
#![forbid(unsafe_code)]
#![allow(unreachable_pub, reason = "only `run` is for outside; other `pub` marks what a module offers the others")]

#[macro_use]
mod tell;

mod alert_rules;
mod api;
mod archive;
mod cli;
mod clock;
mod compiled;
mod config;
mod desk;
mod intake;
mod kyb;
mod parallel;
mod pipeline;
mod rules;
mod supply;
mod watch;
mod web;

use std::process::ExitCode;

/// Reads the command line, runs the command and turns its end into an exit code.
#[must_use]
pub fn run() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(error) => cli::report(&error),
    }
}
