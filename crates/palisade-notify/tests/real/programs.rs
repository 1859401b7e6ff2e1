//! Other people's programs, which `tests/setup.sh` installs.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A file of this folder.
pub(crate) fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real").join(name)
}

/// The Python with the packages of `tests/requirements.txt`; `None` when the test is to be skipped.
pub(crate) fn python() -> Option<PathBuf> {
    let python = cached("PALISADE_TEST_VENV", "venv").join("bin/python");
    found(python.is_file(), "the Python environment that tests/setup.sh makes").then_some(python)
}

/// The folder of JavaScript packages with all of `wanted` in it; `None` when the test is to be skipped.
pub(crate) fn packages(wanted: &[&str]) -> Option<PathBuf> {
    let packages = cached("PALISADE_TEST_NODE", "node").join("node_modules");
    let there = wanted.iter().all(|package| packages.join(package).is_dir());
    (found(starts("node"), "node") && found(there, "a JavaScript package that tests/setup.sh installs"))
        .then_some(packages)
}

/// Whether `name` can be started; when not, the test is to be skipped.
pub(crate) fn program(name: &str) -> bool {
    found(starts(name), name)
}

fn starts(name: &str) -> bool {
    // Not every program knows the flag; that it can be started is enough.
    Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn cached(variable: &str, folder: &str) -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/palisade").join(folder);
    std::env::var_os(variable).map_or_else(home, PathBuf::from)
}

fn found(there: bool, what: &str) -> bool {
    if !there {
        let required = std::env::var_os("PALISADE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "{what} is missing: run tests/setup.sh");
        eprintln!("SKIPPED: {what} is missing: run tests/setup.sh");
    }
    there
}
