//! A command: started without a shell, with fixed arguments; the notification stands as JSON on its standard input.
//!
//! It says how it went by its exit code (`sysexits.h`): 0 is done; 64 to 78, but for 75, mean that trying again does not
//! help; everything else is tried again.

use crate::{
    channel::{Channel, Failure, Receipt, Retry},
    message::Message,
    settings::SettingsError,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{path::Path, process::Stdio};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process,
};

/// How much of what a command says on its standard error is repeated.
const SAID_BYTES_MAX: u64 = 2_000;
/// How many arguments a command may have.
const ARGUMENTS_MAX: usize = 64;
/// What of the server's environment a command sees: its secrets stay its own.
const ENVIRONMENT: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];

/// What a command channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program, by its whole path, and its arguments.
    pub command: Vec<String>,
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let fault = |problem: &str| Err(SettingsError::new("command", problem));
        match self.command.first() {
            None => fault("is missing"),
            Some(program) if !Path::new(program).is_absolute() => {
                fault("has to begin with the whole path of a program")
            }
            _ if self.command.len() > ARGUMENTS_MAX => fault("has too many arguments"),
            _ if self.command.iter().any(|argument| argument.contains('\0')) => fault("has a NUL in an argument"),
            _ => Ok(()),
        }
    }
}

/// A program that is started for every message.
pub(crate) struct Command {
    argv: Vec<String>,
}

impl Command {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { argv: settings.command }
    }

    fn start(&self) -> std::io::Result<process::Child> {
        let (program, arguments) = self.argv.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        process::Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(ENVIRONMENT.iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // The time limit drops the future, and with it the child.
            .kill_on_drop(true)
            .spawn()
    }
}

#[async_trait]
impl Channel for Command {
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let mut child = self
            .start()
            .map_err(|error| Failure::certain(format!("the command cannot be started: {error}"), Retry::Later))?;
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        let input = input(message).to_string();
        let feed = async {
            if let Some(mut stdin) = stdin {
                // A command that does not read its input is free not to.
                let _ = stdin.write_all(input.as_bytes()).await;
            }
        };
        let listen = async {
            let mut said = Vec::new();
            if let Some(stderr) = stderr {
                // What is beyond the limit is read too, so that the command is not held up.
                let mut stderr = stderr.take(SAID_BYTES_MAX);
                let _ = stderr.read_to_end(&mut said).await;
                let _ = tokio::io::copy(&mut stderr.into_inner(), &mut tokio::io::sink()).await;
            }
            said
        };
        let ((), said, status) = tokio::join!(feed, listen, child.wait());
        let status = status.map_err(|error| Failure::uncertain(format!("the command was lost: {error}")))?;
        if status.success() {
            return Ok(Receipt::default());
        }
        let said = crate::message::one_line(&String::from_utf8_lossy(&said), 200);
        let retry = match status.code() {
            Some(code @ 64..=78) if code != 75 => Retry::Never,
            _ => Retry::Later,
        };
        Err(Failure { retry, ..Failure::uncertain(format!("the command failed ({status}): {said}")) })
    }
}

fn input(message: &Message) -> serde_json::Value {
    json!({
        "title": message.title, "text": message.text, "status": message.shown.status,
        "severity": message.shown.severity, "link": message.shown.link, "messages": message.covers,
        "may_repeat": message.shown.may_repeat, "notification": message.notification,
    })
}
