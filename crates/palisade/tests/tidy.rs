//! The rules of the house that a machine can keep.
//!
//! The sources are read as lines, not parsed: `cargo fmt` has put every closing brace under the line that opened it,
//! and that is all these rules need. Dependencies come from `cargo metadata`. What may be longer than the house allows
//! stands in `tidy_exceptions.txt`, each with a reason.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot read the checkout fails")]

use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 500;

/// Which of our crates each of our crates may depend on. A new crate is entered here first.
const ARROWS: &[(&str, &[&str])] = &[
    ("palisade-memory", &[]),
    ("palisade-mapped", &[]),
    ("palisade-model", &[]),
    ("palisade-guard", &["palisade-model"]),
    ("palisade-events", &["palisade-model"]),
    ("palisade-telemetry", &["palisade-model"]),
    ("palisade-supply", &["palisade-model"]),
    ("palisade-kyb", &["palisade-model"]),
    ("palisade-response", &["palisade-model"]),
    ("palisade-store", &["palisade-model"]),
    ("palisade-sources", &["palisade-model"]),
    ("palisade-notify", &["palisade-model"]),
    ("palisade-mcp", &["palisade-model", "palisade-guard"]),
];

/// The one crate that may name the engines.
const STORE: &str = "palisade-store";
const ENGINES: &[&str] = &["arrow", "datafusion", "deltalake", "parquet", "redis", "sqlx"];
/// Names that say nothing about what is in the room.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "managers", "processor", "processors", "misc"];
/// Marks of unfinished work, in two halves so that this file does not find itself.
const UNFINISHED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!"), concat!("unimple", "mented!")];

/// One Rust file of the workspace.
struct Source {
    /// Path from the root of the workspace, with forward slashes.
    path: String,
    text: String,
}

impl Source {
    fn crate_name(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// True for files that are compiled only for tests.
    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path.ends_with("_tests.rs")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every Rust file below `crates/`, in order of path.
fn sources() -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.extend((!path.ends_with("target")).then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(found.len() > 20, "only {} files found below crates/", found.len());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The packages of the workspace, as `cargo metadata` describes them.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

fn dependencies(package: &Value) -> impl Iterator<Item = &str> {
    package["dependencies"].as_array().unwrap().iter().map(|dependency| text(dependency, "name"))
}

/// Fails with all of `faults` at once.
fn none(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

/// True when `word` stands in `line` with no letter, digit or underscore before it.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

/// `text` without its inline `#[cfg(test)] mod … { … }` blocks.
fn without_tests(text: &str) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let opens =
            line == "#[cfg(test)]" && lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'));
        if opens {
            lines.by_ref().find(|line| *line == "}");
        } else {
            kept.push(line);
        }
    }
    kept
}

/// The name of the function that begins on `line`.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix("fn ") {
            return after.split(['(', '<']).next();
        }
        let (word, after) = rest.split_once(' ')?;
        let modifier = matches!(word, "pub" | "const" | "async" | "extern" | "\"C\"") || word.starts_with("pub(");
        // `pub(in some::path)` has a space of its own.
        rest = if word == "pub(in" { after.split_once(' ')?.1 } else { after };
        if !modifier {
            return None;
        }
    }
}

/// Name and number of lines of every function with a body of its own lines, nested ones too.
fn functions<'a>(lines: &[&'a str]) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let Some(head) = lines[start..].iter().position(|line| line.ends_with(['{', ';', '}'])) else { continue };
        if !lines[start + head].ends_with('{') {
            continue;
        }
        let closing = format!("{indent}}}");
        if let Some(body) = lines[start + head..].iter().position(|line| *line == closing) {
            found.push((name, head + body + 1));
        }
    }
    found
}

/// What is longer than the house allows, as it is written in the exception file.
fn oversized(source: &Source) -> Vec<(String, usize)> {
    if source.is_test() {
        return Vec::new();
    }
    let lines = without_tests(&source.text);
    let file = (lines.len() > FILE_LINES_MAX).then(|| (format!("file {}", source.path), lines.len()));
    let long = functions(&lines).into_iter().filter(|(_, length)| *length > FUNCTION_LINES_MAX);
    file.into_iter().chain(long.map(|(name, length)| (format!("function {} {name}", source.path), length))).collect()
}

/// The entries of the exception file.
fn exceptions() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tidy_exceptions.txt");
    let text = fs::read_to_string(path).unwrap();
    let entries = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    entries
        .map(|line| {
            let (entry, reason) = line.split_once(": ").unwrap_or((line, ""));
            assert!(reason.trim().len() >= 10, "tidy_exceptions.txt: no reason given for `{entry}`");
            entry.to_owned()
        })
        .collect()
}

#[test]
fn crates_depend_only_downwards() {
    let mut faults = Vec::new();
    for package in packages() {
        let name = text(&package, "name");
        if name == "palisade" {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            faults.push(format!("{name} does not stand in the table of arrows"));
            continue;
        };
        let ours = dependencies(&package).filter(|to| *to == "palisade" || to.starts_with("palisade-"));
        faults.extend(ours.filter(|to| !allowed.contains(to)).map(|to| format!("{name} must not depend on {to}")));
    }
    none("dependencies between crates", &faults);
}

#[test]
fn only_the_store_knows_engines() {
    let mut faults = Vec::new();
    for package in packages() {
        let name = text(&package, "name").to_owned();
        let engines = dependencies(&package).filter(|to| ENGINES.contains(&to.split('-').next().unwrap_or(to)));
        faults.extend(engines.filter(|_| name != STORE).map(|to| format!("{name} depends on {to}")));
    }
    for source in sources().iter().filter(|source| source.crate_name() != STORE) {
        for (number, line) in source.text.lines().enumerate() {
            let named = ENGINES.iter().filter(|engine| names(line, &format!("{engine}::")));
            faults.extend(named.map(|engine| format!("{}:{} names {engine}", source.path, number + 1)));
        }
    }
    none("engines outside palisade-store", &faults);
}

/// A profile inherits what its parent says of single packages, and that goes before what it says of all.
#[test]
fn published_binaries_are_optimised_throughout() {
    let manifest: toml::Table = toml::from_str(&fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    let levels = |profile: &str| manifest["profile"][profile]["package"].as_table().unwrap().clone();
    let dist = levels("dist");
    let low = levels("release").into_iter().filter(|(_, package)| package["opt-level"].as_integer() != Some(3));
    let missing = low.filter(|(name, _)| dist.get(name).and_then(|of| of["opt-level"].as_integer()) != Some(3));
    let faults: Vec<String> =
        missing.map(|(name, _)| format!("profile.dist.package.{name} is not at level 3")).collect();
    none("packages that are slow in published binaries", &faults);
}

#[test]
fn names_say_what_is_inside() {
    let mut faults = Vec::new();
    for source in sources() {
        let inside = source.path.trim_end_matches(".rs").split('/').skip(2);
        let words = inside.flat_map(|part| part.split(['_', '-']));
        faults.extend(words.filter(|word| EMPTY_NAMES.contains(word)).map(|word| format!("{}: {word}", source.path)));
        let modules = source.text.lines().filter_map(|line| line.trim().strip_suffix('{')?.trim().rsplit_once("mod "));
        let empty = modules.filter(|(_, name)| EMPTY_NAMES.contains(name));
        faults.extend(empty.map(|(_, name)| format!("{}: mod {name}", source.path)));
    }
    none("names that say nothing", &faults);
}

#[test]
fn every_file_opens_with_its_purpose() {
    let files = sources();
    let faults: Vec<_> =
        files.iter().filter(|source| !source.text.starts_with("//! ")).map(|s| s.path.clone()).collect();
    none("files that do not open with `//! `", &faults);
}

/// Crates that hold what has no safe interface; what of them is unsafe says why it is not.
const UNSAFE_CRATES: [&str; 2] = ["palisade-memory", "palisade-mapped"];

#[test]
fn every_crate_forbids_unsafe_code() {
    let mut faults = Vec::new();
    for package in packages().iter().filter(|package| !UNSAFE_CRATES.contains(&text(package, "name"))) {
        for target in package["targets"].as_array().unwrap() {
            let kinds = target["kind"].as_array().unwrap();
            let is_root = kinds.iter().any(|kind| ["lib", "bin", "proc-macro"].contains(&kind.as_str().unwrap()));
            let path = text(target, "src_path");
            if is_root && !fs::read_to_string(path).unwrap().lines().any(|line| line == "#![forbid(unsafe_code)]") {
                faults.push(path.to_owned());
            }
        }
    }
    none("crate roots without `#![forbid(unsafe_code)]`", &faults);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut faults = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            let marks = UNFINISHED.iter().filter(|mark| names(line, mark));
            faults.extend(marks.map(|mark| format!("{}:{}: {mark}", source.path, number + 1)));
        }
    }
    none("unfinished work", &faults);
}

#[test]
fn files_and_functions_are_short() {
    let allowed = exceptions();
    let found: Vec<_> = sources().iter().flat_map(oversized).collect();
    let mut faults: Vec<_> = found
        .iter()
        .filter(|(entry, _)| !allowed.contains(entry))
        .map(|(entry, length)| format!("{entry}: {length} lines"))
        .collect();
    let stale = allowed.iter().filter(|entry| !found.iter().any(|(name, _)| name == *entry));
    faults.extend(stale.map(|entry| format!("{entry}: the exception is no longer needed")));
    none("too long (70 lines a function, 500 a file)", &faults);
}

#[test]
fn functions_are_measured_from_signature_to_brace() {
    let code = "\
trait Shape {
    fn area(&self) -> f64;
}
impl Square {
    pub(in crate::shape) const fn side(
        &self,
    ) -> f64
    where
        Self: Sized,
    {
        if self.0 > 0.0 {
            self.0
        } else {
            0.0
        }
    }
    fn empty(&self) {}
}
pub async fn draw() {
    fn nested<T>() {
        one();
    }
    nested();
}
// fn in_a_comment() {
#[cfg(test)]
mod tests {
    fn not_counted() {
        one();
    }
}
pub(crate) fn after() {
    one();
}";
    let lines = without_tests(code);
    assert_eq!(functions(&lines), [("side", 12), ("draw", 6), ("nested", 3), ("after", 3)]);
}

#[test]
fn what_is_too_long_is_found() {
    let body = "    one();\n";
    let source = |lines: usize, path: &str| Source {
        path: path.to_owned(),
        text: format!("//! Doc.\nfn long() {{\n{}}}\n", body.repeat(lines)),
    };
    let path = "crates/x/src/y.rs";
    assert_eq!(oversized(&source(68, path)), []);
    assert_eq!(oversized(&source(69, path)), [(format!("function {path} long"), 71)]);
    assert_eq!(oversized(&source(498, path)).len(), 2);
    assert_eq!(oversized(&source(498, "crates/x/tests/y.rs")), []);
}
