//! What the guard says about every line of a file, and about all of them together; for judging detectors on a corpus.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example lines -- FILE… [--field text] [--only guard.injection] [--quiet]
//! ```
//!
//! With `--field`, every line is a JSON object whose field is the text. A line counts as *blocked* when one finding is
//! high or critical with a confidence of at least 0.8, as the policy `balanced` has it.
#![allow(clippy::disallowed_methods, reason = "reads corpora that its user names")]

use palisade_guard::Guard;
use palisade_model::Severity;
use std::collections::BTreeMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut files, mut field, mut only, mut quiet) = (Vec::new(), None, String::new(), false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--field" => field = arguments.next(),
            "--only" => only = arguments.next().unwrap_or_default(),
            "--quiet" => quiet = true,
            _ => files.push(argument),
        }
    }
    let guard = Guard::new();
    let mut classes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut lines, mut found_lines, mut blocked_lines, mut bytes) = (0, 0, 0, 0);
    let started = std::time::Instant::now();
    for file in &files {
        let content = std::fs::read(file)?;
        for line in String::from_utf8_lossy(&content).lines().filter(|line| !line.trim().is_empty()) {
            let text = match &field {
                None => line.to_owned(),
                Some(field) => {
                    let record: serde_json::Value = serde_json::from_str(line)?;
                    record[field].as_str().unwrap_or_default().to_owned()
                }
            };
            let mut found = guard.inspect_text(&text);
            found.retain(|finding| finding.detector.starts_with(&only));
            let blocks = |severity: Severity, confidence: f64| severity >= Severity::High && confidence >= 0.8;
            let blocked = found.iter().any(|finding| blocks(finding.severity, finding.confidence));
            lines += 1;
            bytes += text.len();
            found_lines += usize::from(!found.is_empty());
            blocked_lines += usize::from(blocked);
            for finding in &found {
                let count = classes.entry(finding.detector).or_default();
                count.0 += 1;
                count.1 += usize::from(blocks(finding.severity, finding.confidence));
            }
            if !quiet {
                let names: Vec<String> =
                    found.iter().map(|finding| format!("{} {:.2}", finding.detector, finding.confidence)).collect();
                println!("{}\t{}\t{text}", if blocked { "BLOCKED" } else { "passed" }, names.join(", "));
            }
        }
    }
    let share = |part: usize| 100.0 * part as f64 / f64::from(u32::try_from(lines.max(1)).unwrap_or(u32::MAX));
    for (class, (all, blocking)) in classes {
        eprintln!("{class}: {all} findings, {blocking} of them blocking");
    }
    eprintln!(
        "{lines} lines, {found_lines} with findings ({:.2} %), {blocked_lines} blocked ({:.2} %), {:.0} MB/s",
        share(found_lines),
        share(blocked_lines),
        bytes as f64 / 1e6 / started.elapsed().as_secs_f64(),
    );
    Ok(())
}
