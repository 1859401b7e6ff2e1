//! `palisade`: the one binary.
//!
//! Exit codes are part of the contract with scripts: 0 done or nothing found, 1 findings at or above the level asked
//! for, 2 usage or input error, 3 anything else. Answers go to standard output, everything else to standard error.
#![forbid(unsafe_code)]

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: palisade_memory::Allocator = palisade_memory::Allocator;

fn main() -> ExitCode {
    palisade_memory::give_back_at_once();
    palisade::run()
}
