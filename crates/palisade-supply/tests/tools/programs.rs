//! Other people's programs, where `tests/setup.sh` installs them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A program of the Python environment; `None` when the test is to be skipped.
pub(crate) fn of_python(name: &str) -> Option<Command> {
    let folder = folder("PALISADE_TEST_VENV", "venv")?.join("bin");
    let mut command = found(folder.join(name), name)?;
    command.env("PATH", path_with(&folder));
    Some(command)
}

/// A script of the JavaScript packages, run by Node.js; `None` when the test is to be skipped.
pub(crate) fn of_node(script: &str) -> Option<Command> {
    let script_path = folder("PALISADE_TEST_NODE", "node")?.join("node_modules").join(script);
    found(script_path.clone(), script)?;
    let mut command = Command::new("node");
    command.arg(script_path);
    Some(command)
}

/// A program of this machine; `None` when the test is to be skipped.
pub(crate) fn of_machine(name: &str) -> Option<Command> {
    let works = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if works { Some(Command::new(name)) } else { missing(name) }
}

/// Runs the program in `folder`, which must succeed.
pub(crate) fn run(mut command: Command, folder: &Path, arguments: &[&str]) -> String {
    let output = command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// Writes a file of the project in `folder`, with the folders above it.
pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn folder(variable: &str, usual: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    named.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cache/palisade").join(usual)))
}

fn path_with(first: &Path) -> std::ffi::OsString {
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([first.to_owned()].into_iter().chain(std::env::split_paths(&others))).unwrap()
}

fn found(path: PathBuf, name: &str) -> Option<Command> {
    if path.is_file() { Some(Command::new(path)) } else { missing(name) }
}

fn missing(name: &str) -> Option<Command> {
    let required = std::env::var_os("PALISADE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
    assert!(!required, "{name} is missing: run tests/setup.sh");
    eprintln!("SKIPPED: {name} is missing: run tests/setup.sh");
    None
}
