//! Commands that are run to their end, within a deadline.

use crate::deadline::until;
use std::{
    io::{Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
};

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

/// A command on its way; ended with the test if it is still there.
pub struct Running {
    name: String,
    child: Child,
    out: JoinHandle<Vec<u8>>,
    err: JoinHandle<Vec<u8>>,
}

/// The binary under test, knowing nothing of the environment of the tests.
pub fn palisade(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PALISADE_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("NO_COLOR", "1");
    command
}

/// `palisade query SQL --format FORMAT` on a folder, without a server.
pub fn query_folder(folder: &Path, sql: &str, format: &str) -> Outcome {
    run(palisade(&["query", sql, "--format", format, "--data-dir"]).arg(folder), b"")
}

/// Runs the command to its end, with `input` on its standard input.
pub fn run(command: &mut Command, input: &[u8]) -> Outcome {
    start(command, input).finish()
}

/// Starts the command, with `input` on its standard input.
pub fn start(command: &mut Command, input: &[u8]) -> Running {
    let name = format!("{command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
    let (mut to, input) = (child.stdin.take().unwrap(), input.to_vec());
    thread::spawn(move || {
        // A command that needs no input may have gone already.
        let _gone = to.write_all(&input);
    });
    let (out, err) = (drain(child.stdout.take().unwrap()), drain(child.stderr.take().unwrap()));
    Running { name, child, out, err }
}

fn drain(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ended = from.read_to_end(&mut bytes);
        bytes
    })
}

impl Running {
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end.
    pub fn finish(mut self) -> Outcome {
        let child = &mut self.child;
        let status = until(&format!("the end of {}", self.name), || child.try_wait().unwrap());
        let take = |bytes: &mut JoinHandle<Vec<u8>>| std::mem::replace(bytes, thread::spawn(Vec::new)).join().unwrap();
        let err = String::from_utf8_lossy(&take(&mut self.err)).into_owned();
        Outcome { code: status.code().unwrap_or(-1), out: take(&mut self.out), err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

impl Outcome {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// # Panics
    /// When standard output is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The outcome, which must have this exit code.
    ///
    /// # Panics
    /// When it has another.
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.text(), self.err);
        self
    }
}
