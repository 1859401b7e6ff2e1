//! `palisade demo load`: takes a processor or memory of this machine for a time, so that one can see that it is noticed.
//!
//! It ends by itself, and takes no more than its bounds.

use super::{Failure, duration};
use clap::{Args, Subcommand};
use std::hint::black_box;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

/// The longest that it goes on.
const TIME_MAX: Duration = Duration::from_secs(600);
/// The most memory that it takes.
const BYTES_MAX: u64 = 16 << 30;
const PAGE_BYTES: usize = 4_096;
/// What the process is called while it does this, where the system lets it choose (Linux).
const NAME: &str = "palisade-load";

/// Take a processor or memory for a time, to see that it is noticed
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade demo load --cpu --for 30s
  palisade demo load --memory 2GiB --for 30s")]
pub(super) struct DemoArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keep one processor busy, or hold memory
    Load(LoadArgs),
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct What {
    /// Keep one processor busy
    #[arg(long)]
    cpu: bool,
    /// Hold so much memory, for example 500MiB or 2GiB; at most 16GiB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory: Option<u64>,
}

#[derive(Args)]
struct LoadArgs {
    #[command(flatten)]
    what: What,
    /// For how long, at most 10m
    #[arg(long = "for", value_parser = duration::parse, value_name = "TIME", default_value = "30s")]
    time: Duration,
}

/// # Errors
/// When more is asked for than it takes.
pub(super) fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    let Command::Load(LoadArgs { what, time }) = &args.command;
    if *time > TIME_MAX {
        return Err(Failure::input("--for: at most 10m").into());
    }
    // Only a name: where it cannot be set, the process is called as its program.
    let _stays_as_it_is = std::fs::write("/proc/self/comm", NAME);
    let held = hold(what.memory.unwrap_or_default())?;
    tell!("Taking {} for {} s", in_words(what), time.as_secs());
    let until = Instant::now() + *time;
    if what.cpu {
        spin(until);
    } else {
        wait(until);
    }
    black_box(&held);
    Ok(ExitCode::SUCCESS)
}

fn in_words(what: &What) -> String {
    let cpu = what.cpu.then(|| "a processor".to_owned());
    let memory = what.memory.map(|bytes| format!("{} MiB", bytes >> 20));
    cpu.into_iter().chain(memory).collect::<Vec<_>>().join(" and ")
}

/// Memory that is truly there: a byte of every page is written.
fn hold(bytes: u64) -> Result<Vec<u8>, Failure> {
    let short = || Failure::input("--memory: the system does not give so much");
    let bytes = usize::try_from(bytes).map_err(|_| short())?;
    let mut held = Vec::new();
    held.try_reserve_exact(bytes).map_err(|_| short())?;
    held.resize(bytes, 0);
    held.iter_mut().step_by(PAGE_BYTES).for_each(|byte| *byte = 1);
    Ok(held)
}

fn wait(until: Instant) {
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        thread::park_timeout(left);
    }
}

fn spin(until: Instant) {
    let mut number = 1_u64;
    while Instant::now() < until {
        for _ in 0..100_000 {
            number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
    }
}

/// A number of bytes with a unit.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "MiB" | "M" | "MB" => 20,
        "GiB" | "G" | "GB" => 30,
        _ => return Err("write it like 500MiB or 2GiB".to_owned()),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << shift));
    bytes.filter(|&bytes| bytes > 0 && bytes <= BYTES_MAX).ok_or_else(|| "1MiB to 16GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_bounded() {
        for (text, wanted) in [
            ("1MiB", Some(1 << 20)),
            ("2G", Some(2 << 30)),
            ("16GiB", Some(BYTES_MAX)),
            ("17GiB", None),
            ("0M", None),
            ("5", None),
            ("MiB", None),
            ("99999999999999999999GiB", None),
        ] {
            assert_eq!(size(text).ok(), wanted, "{text}");
        }
    }

    #[test]
    fn memory_is_there_and_spinning_ends() {
        assert_eq!(hold(1 << 20).unwrap().len(), 1 << 20);
        spin(Instant::now() + Duration::from_millis(5));
    }
}
