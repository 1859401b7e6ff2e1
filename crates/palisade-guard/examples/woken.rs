//! Which needles wake which detectors in some files, a thousand bytes of text, and how many of them find something:
//! what is not rare in ordinary text makes everything slow.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example woken -- FILE… [--lines] [--json] [--by-needle]
//! ```
//!
//! With `--lines` every line is a text of its own, with `--json` every string of the line.
#![allow(clippy::disallowed_methods, reason = "reads files that its user names")]

use palisade_guard::Guard;
use std::collections::BTreeMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let mut texts: Vec<String> = Vec::new();
    for file in &files {
        let content = String::from_utf8_lossy(&std::fs::read(file)?).into_owned();
        if has("--json") {
            for line in content.lines().filter(|line| !line.trim().is_empty()) {
                strings(&serde_json::from_str(line)?, &mut texts);
            }
        } else if has("--lines") {
            texts.extend(content.lines().map(str::to_owned));
        } else {
            texts.push(content);
        }
    }
    let guard = Guard::new();
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut rows: BTreeMap<(String, &'static str), (usize, usize)> = BTreeMap::new();
    for woken in texts.iter().flat_map(|text| guard.woken(text)) {
        let needle = if has("--by-needle") { woken.needle } else { String::new() };
        let row = rows.entry((needle, woken.detector)).or_default();
        row.0 += 1;
        row.1 += usize::from(woken.found);
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    let total: usize = rows.iter().map(|(_, (count, _))| count).sum();
    println!("{bytes} bytes, {:.2} woken a thousand bytes", total as f64 * 1e3 / bytes as f64);
    for ((needle, detector), (count, found)) in rows.iter().take(60) {
        println!("{:8.3} {found:6} found  {detector}  {needle}", *count as f64 * 1e3 / bytes as f64);
    }
    Ok(())
}

fn strings(value: &serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => texts.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| strings(value, texts)),
        serde_json::Value::Object(members) => members.iter().for_each(|(name, value)| {
            texts.push(name.clone());
            strings(value, texts);
        }),
        _ => {}
    }
}
