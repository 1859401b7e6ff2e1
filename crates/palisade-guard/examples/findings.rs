//! Everything that is found, in full, in the texts of the benchmarks, in hostile repetition and in the lines of files:
//! what two states of the guard print differs only where they judge differently.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example findings -- FILE… > before
//! ```
//!
//! A line that is a JSON string is the text it stands for, and one that is an object is walked as JSON.
#![allow(clippy::disallowed_methods, reason = "reads corpora that its user names")]
#![allow(dead_code, reason = "the benchmarks use more of these texts")]

#[path = "../src/flood/pieces.rs"]
mod pieces;
#[path = "../benches/inspect/texts.rs"]
mod texts;

use palisade_guard::Guard;
use palisade_model::FindingDraft;
use std::io::{BufWriter, Write};

/// Bytes of hostile texts.
const HOSTILE_BYTES: usize = 1 << 14;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guard = Guard::new();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (index, text) in texts::documents().iter().chain(&texts::attacks()).enumerate() {
        print(&mut out, &format!("text {index}"), &judge(&guard, text))?;
    }
    for (name, message) in [("latin", "GET /cart answered"), ("persian", "سبد خرید می‌خواهم 👨‍👩‍👧‍👦 ❤️ — پاسخ")]
    {
        print(&mut out, name, &guard.inspect_text(&texts::events(200, message)))?;
    }
    for piece in hostile(&guard) {
        let text = piece.repeat(HOSTILE_BYTES / piece.len());
        print(&mut out, &format!("{piece:?}"), &guard.inspect_text(&text))?;
    }
    for file in std::env::args().skip(1) {
        let content = std::fs::read(&file)?;
        for (number, line) in String::from_utf8_lossy(&content).lines().enumerate() {
            let decoded: Option<String> = serde_json::from_str(line).ok();
            let found = judge(&guard, decoded.as_deref().unwrap_or(line));
            print(&mut out, &format!("{file}:{}", number + 1), &found)?;
        }
    }
    Ok(())
}

/// Pieces that hostile texts repeat: those of the benchmarks, and every needle in some surroundings.
fn hostile(guard: &Guard) -> Vec<String> {
    let mut all: Vec<String> = pieces::PIECES.iter().map(|&piece| piece.to_owned()).collect();
    for (needle, _) in guard.needles() {
        let needle = String::from_utf8_lossy(&needle).into_owned();
        all.extend([format!("{needle} "), format!("{needle}=1\n"), format!("x {needle}'\"")]);
    }
    all
}

/// What is found in `text`, walked as JSON when it is an object.
fn judge(guard: &Guard, text: &str) -> Vec<FindingDraft> {
    match text.starts_with('{').then(|| guard.inspect_json(text)) {
        Some(Ok(found)) => found,
        Some(Err(_)) | None => guard.inspect_text(text),
    }
}

fn print(out: &mut impl Write, name: &str, found: &[FindingDraft]) -> std::io::Result<()> {
    for finding in found {
        let FindingDraft { detector, severity, confidence, explanation, matter, .. } = finding;
        write!(out, "{name}\t{detector} {severity:?} {confidence:.6} {matter} {explanation:?}")?;
        for place in &finding.evidence {
            write!(out, " {:?} {}..{} {:?}", place.pointer, place.start, place.end, place.excerpt)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
