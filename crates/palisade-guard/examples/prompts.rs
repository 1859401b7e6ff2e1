//! How many attacks on models are found, and how many harmless texts are taken for one, by family.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example prompts -- [FOLDER] [--show] [--half 0|1]
//! ```
//!
//! The folder, `crates/palisade-guard/tests/prompts` unless another is named, has a file a family below `attack` and
//! `benign`, with a text a line; `\n` stands for a line break. A text is *blocked* when one finding is high or critical
//! with a confidence of at least 0.8, as the policy `balanced` has it, and *flagged* when there is any. With `--show`
//! every text that is not judged as it should be is printed; `--half` takes only the even or only the odd lines.
#![allow(clippy::disallowed_methods, reason = "reads texts that its user names")]

use palisade_guard::Guard;
use palisade_model::Severity;
use std::path::{Path, PathBuf};

/// Counts of texts.
#[derive(Default)]
struct Counts {
    all: usize,
    flagged: usize,
    blocked: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut folder, mut show, mut half) = (None, false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--show" => show = true,
            "--half" => half = arguments.next().and_then(|half| half.parse::<usize>().ok()),
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prompts"));
    let guard = Guard::new();
    for kind in ["attack", "benign"] {
        let mut total = Counts::default();
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.join(kind))?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        files.sort();
        for file in files {
            let content = std::fs::read_to_string(&file)?;
            let lines = content.lines().enumerate().filter(|(number, _)| half.is_none_or(|half| number % 2 == half));
            let mut counts = Counts::default();
            for (_, line) in lines {
                let (flagged, blocked, found) = judge(&guard, &line.replace("\\n", "\n"));
                counts.all += 1;
                counts.flagged += usize::from(flagged);
                counts.blocked += usize::from(blocked);
                if show && blocked != (kind == "attack") {
                    println!("{}\t{found}\t{line}", if flagged { "flagged" } else { "passed" });
                }
            }
            print(&file.file_stem().unwrap_or_default().to_string_lossy(), &counts);
            total.all += counts.all;
            total.flagged += counts.flagged;
            total.blocked += counts.blocked;
        }
        print(kind, &total);
    }
    Ok(())
}

/// Whether `text` is flagged, whether it is blocked, and what is found.
fn judge(guard: &Guard, text: &str) -> (bool, bool, String) {
    let found = guard.inspect_text(text);
    let blocked = found.iter().any(|finding| finding.severity >= Severity::High && finding.confidence >= 0.8);
    let names: Vec<String> =
        found.iter().map(|finding| format!("{} {:.2}", finding.detector, finding.confidence)).collect();
    (!found.is_empty(), blocked, names.join(", "))
}

fn print(name: &str, counts: &Counts) {
    let share = |part: usize| 100.0 * part as f64 / counts.all.max(1) as f64;
    let Counts { all, flagged, blocked } = counts;
    println!("{name:24} {all:5} texts {:5.1} % flagged {:5.1} % blocked", share(*flagged), share(*blocked));
}
