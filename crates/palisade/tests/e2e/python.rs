//! Other people's programs: what `tests/setup.sh` installs, and `curl`.
//!
//! Where they are missing a test says that it was skipped, and fails with `PALISADE_REQUIRE_SERVERS=1`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The Python with the packages of `tests/requirements.txt`; `None` when the test is to be skipped.
pub fn python() -> Option<PathBuf> {
    let named = std::env::var_os("PALISADE_TEST_VENV").map(PathBuf::from);
    let usual = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/palisade/venv"));
    let python = named.or_else(usual)?.join("bin/python");
    found(python.is_file().then_some(python), "the Python environment that tests/setup.sh makes")
}

/// Node.js with the packages of `tests/javascript`, to run a script of the folder `javascript` beside this file; `None`
/// when the test is to be skipped.
pub fn javascript(name: &str) -> Option<Command> {
    let named = std::env::var_os("PALISADE_TEST_NODE").map(PathBuf::from);
    let usual = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/palisade/node"));
    let packages = named.or_else(usual)?.join("node_modules");
    let packages =
        found(packages.is_dir().then_some(packages), "the folder of JavaScript packages that tests/setup.sh makes")?;
    let mut command = Command::new("node");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/javascript").join(name));
    command.env("NODE_PATH", packages).env("NO_PROXY", "127.0.0.1").env("no_grpc_proxy", "127.0.0.1");
    Some(command)
}

/// A program that Debian packages; `None` when the test is to be skipped.
pub fn program(name: &'static str) -> Option<Command> {
    let works = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    // Not every program knows the flag; that it can be started is enough.
    found(works.is_ok().then(|| Command::new(name)), name)
}

/// A program of a package that tests/setup.sh unpacks, by its path in the package; `None` when the test is to be skipped.
pub fn unpacked(path: &'static str) -> Option<Command> {
    let folder = unpacked_folder()?;
    let program = found(folder.join(path).is_file().then(|| folder.join(path)), path)?;
    let mut command = Command::new(program);
    let libraries = [folder.join("usr/lib/syslog-ng"), libraries()?].map(|path| path.display().to_string());
    command.env("LD_LIBRARY_PATH", libraries.join(":"));
    Some(command)
}

/// The folder of unpacked packages.
pub fn unpacked_folder() -> Option<PathBuf> {
    let named = std::env::var_os("PALISADE_TEST_DEBIAN").map(PathBuf::from);
    named.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/palisade/debian")))
}

/// The folder of libraries among the unpacked packages: that of this machine's architecture is the only one.
pub fn libraries() -> Option<PathBuf> {
    let folders = std::fs::read_dir(unpacked_folder()?.join("usr/lib")).ok()?;
    folders.flatten().map(|entry| entry.path()).find(|path| path.to_string_lossy().ends_with("-linux-gnu"))
}

/// `curl`; `None` when the test is to be skipped.
pub fn curl() -> Option<PathBuf> {
    let works =
        Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    found(works.then(|| PathBuf::from("curl")), "curl")
}

/// A script of the folder `python` beside this file.
pub fn script(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/python").join(name));
    command.env("NO_PROXY", "127.0.0.1").env("no_grpc_proxy", "127.0.0.1").env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// A library that is loaded into the server to play tricks on it, in one of the folders of Debian's packages; `None`
/// when the test is to be skipped.
pub fn preload(name: &str) -> Option<PathBuf> {
    let machine = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders = ["fiu", "faketime"].map(|folder| [format!("/usr/lib/{folder}"), format!("{machine}/{folder}")]);
    let mut paths = folders.iter().flatten().map(|folder| Path::new(folder).join(name));
    found(paths.find(|path| path.is_file()), name)
}

/// What a test needs of the system; `None` when the test is to be skipped.
pub fn tool<T>(name: &str, found: Option<T>) -> Option<T> {
    self::found(found, name)
}

fn found<T>(program: Option<T>, name: &str) -> Option<T> {
    if program.is_none() {
        let required = std::env::var_os("PALISADE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is missing: run tests/setup.sh");
        eprintln!("SKIPPED: {name} is missing: run tests/setup.sh");
    }
    program
}
