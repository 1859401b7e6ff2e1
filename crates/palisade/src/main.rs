//! `palisade`: the one binary. It reads the command line, runs the command and turns its end into an exit code.
//!
//! Exit codes are part of the contract with scripts: 0 done or nothing found, 1 findings at or above the level asked
//! for, 2 usage or input error, 3 anything else. Answers go to standard output, everything else to standard error.
#![forbid(unsafe_code)]
#![allow(
    unreachable_pub,
    reason = "nothing reaches a binary from outside; `pub` marks what a module offers the others"
)]

#[macro_use]
mod tell;

mod alert_rules;
mod api;
mod archive;
mod cli;
mod clock;
mod config;
mod desk;
mod intake;
mod pipeline;
mod rules;
mod watch;
mod web;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: palisade_allocator::Allocator = palisade_allocator::Allocator;

fn main() -> ExitCode {
    palisade_allocator::give_back_at_once();
    match cli::run() {
        Ok(code) => code,
        Err(error) => cli::report(&error),
    }
}
