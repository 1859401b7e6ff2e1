//! Tests of alert rules over metrics, in the format of `promtool test rules`.

use crate::cli::{Failure, bounded, table::visible};
use anyhow::Context as _;
use globset::Glob;
use palisade_response::rules::unit::{self, Report, UnitTests};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Bytes of a rule file.
const RULE_FILE_BYTES_MAX: u64 = 8 << 20;
/// Keys that only such files have.
const KEYS: [&str; 2] = ["rule_files:", "evaluation_interval:"];

/// What came of one file.
#[derive(Clone, Serialize)]
pub(super) struct Told {
    file: String,
    checks: usize,
    failures: Vec<Failed>,
}

/// A check that did not hold.
#[derive(Clone, Serialize)]
struct Failed {
    test: String,
    check: String,
    expected: String,
    got: String,
}

/// True when the text is a file of such tests.
pub(super) fn are_in(text: &str) -> bool {
    text.lines().any(|line| KEYS.iter().any(|key| line.starts_with(key)))
}

/// Runs the tests of one file.
///
/// # Errors
/// When they, or the rules that they name, cannot be read.
pub(super) fn run(path: &Path, text: &str) -> anyhow::Result<Vec<Told>> {
    let wrong = |message: String| Failure::input(format!("{}: {message}", path.display()));
    let tests = UnitTests::read(text).map_err(wrong)?;
    let mut files = Vec::new();
    for pattern in &tests.rule_files {
        for file in matching(path.parent().unwrap_or(Path::new("")), pattern)? {
            let text = bounded::read_file(&file, RULE_FILE_BYTES_MAX)
                .map_err(|error| Failure::input(format!("cannot read {}: {error}", file.display())))?;
            files.push((file.to_string_lossy().into_owned(), text));
        }
    }
    let Report { checks, failures } = unit::run(&tests, &files).map_err(wrong)?;
    let failures = failures.into_iter().map(|failure| Failed {
        test: failure.test,
        check: failure.check,
        expected: failure.expected,
        got: failure.got,
    });
    Ok(vec![Told { file: path.to_string_lossy().into_owned(), checks, failures: failures.collect() }])
}

/// The files that `pattern` stands for, seen from `folder`; `*` and `?` are for the last part of the path.
fn matching(folder: &Path, pattern: &str) -> anyhow::Result<Vec<PathBuf>> {
    let path = folder.join(pattern);
    if !pattern.contains(['*', '?', '[']) {
        return Ok(vec![path]);
    }
    let wrong = || format!("the pattern {pattern} in rule_files");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let glob = Glob::new(&name).with_context(wrong)?.compile_matcher();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path.parent().unwrap_or(folder)).with_context(wrong)? {
        let entry = entry.with_context(wrong)?;
        found.extend(glob.is_match(entry.file_name()).then(|| entry.path()));
    }
    found.sort();
    Ok(found)
}

impl Told {
    pub(super) fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    pub(super) fn text(&self) -> String {
        let verdict = if self.passed() { "pass" } else { "FAIL" };
        let mut text = format!("{verdict}  {}  {} checks\n", visible(&self.file), self.checks);
        for Failed { test, check, expected, got } in &self.failures {
            let lines = [format!("{test}: {check}"), format!("  expected: {expected}"), format!("  got:      {got}")];
            lines.iter().for_each(|line| text.extend(["      ", &visible(line), "\n"]));
        }
        text
    }
}
