//! A server of the benchmark's own: this very binary, in a folder of its own, stopped and cleared away at the end.

use super::{Target, memory::Gauge};
use crate::cli::{
    Failure, bounded,
    client::{Client, Connection, Secret},
};
use anyhow::Context as _;
use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};
use tokio::sync::mpsc;

/// A server that is not ready after this will not get so.
const START_TIME_MAX: Duration = Duration::from_secs(60);
/// How long a server may take to write out what it holds.
const STOP_TIME_MAX: Duration = Duration::from_secs(60);
/// Lines of the server's output that are kept until they are read.
const LINES_MAX: usize = 1_024;
/// Letters and digits of a key after its prefix.
const KEY_LEN: usize = 43;
const KEY_PREFIX: &str = "pal_";
/// In a folder that is kept, the key of its first start.
const KEY_FILE: &str = "bench.key";
const KEY_BYTES_MAX: u64 = 1 << 10;

/// The server that is measured.
pub struct Measured {
    /// How to reach it.
    pub connection: Connection,
    /// Where its memory shows.
    pub gauge: Gauge,
    own: Option<Own>,
}

/// A server that was started here.
struct Own {
    child: Child,
    /// Dropped after the process has ended.
    folder: Folder,
}

/// The folder of a server's data.
pub struct Folder {
    path: PathBuf,
    is_kept: bool,
}

impl Folder {
    /// The one that `target` names, which is kept, or a temporary one.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        let path = target.data_dir.clone().unwrap_or_else(temporary);
        Self { path, is_kept: target.data_dir.is_some() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

impl Measured {
    /// The server that `target` names, or else one started with `settings` (TOML) in a folder of its own.
    ///
    /// # Errors
    /// When it cannot be reached or started.
    pub async fn start(target: &Target, settings: &str) -> anyhow::Result<Self> {
        let Some(connection) = target.connection() else { return Own::start(target, settings).await };
        let gauge = Gauge::Metrics(Arc::new(Client::new(&connection)?));
        Ok(Self { connection, gauge, own: None })
    }

    /// The folder of its data, if it was started here.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.own.as_ref().map(|own| own.folder.path())
    }

    /// Lets it write out what it holds and end, if it was started here.
    pub async fn stop(mut self) {
        let Some(mut own) = self.own.take() else { return };
        // Without signals in the standard library, kill(1) sends SIGTERM.
        let asked = Command::new("kill").arg(own.child.id().to_string()).status();
        if asked.is_ok_and(|status| status.success()) {
            let ended = async {
                while own.child.try_wait().is_ok_and(|status| status.is_none()) {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            let _ = tokio::time::timeout(STOP_TIME_MAX, ended).await;
        }
    }
}

impl Own {
    async fn start(target: &Target, settings: &str) -> anyhow::Result<Measured> {
        let folder = Folder::of(target);
        std::fs::create_dir_all(folder.path()).with_context(|| format!("cannot make {}", folder.path().display()))?;
        let config = folder.path().join("bench.toml");
        // No gRPC: another server of this machine may have its port, and the benchmark sends over HTTP.
        std::fs::write(&config, format!("{settings}\n[otlp]\ngrpc_listen = \"\"\n"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&config)
            .arg("--data-dir")
            .arg(folder.path());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PALISADE_")) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().context("cannot start a server")?;
        let mut own = Self { child, folder };
        let said = own.listen();
        let (url, key) = own.introduced(said, target).await?;
        let connection = Connection { url, key: Some(key) };
        let gauge = Gauge::Process(own.child.id());
        Ok(Measured { connection, gauge, own: Some(own) })
    }

    /// Reads what the server says for as long as it runs, so that it never waits for a reader.
    fn listen(&mut self) -> mpsc::Receiver<String> {
        let (lines, said) = mpsc::channel(LINES_MAX);
        let out = self.child.stdout.take().map(|out| Box::new(out) as Box<dyn Read + Send>);
        let err = self.child.stderr.take().map(|err| Box::new(err) as Box<dyn Read + Send>);
        for stream in [out, err].into_iter().flatten() {
            let lines = lines.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // Nobody reads after the start; the pipe must be emptied all the same.
                    let _ = lines.try_send(line);
                }
            });
        }
        said
    }

    /// Waits until the server has said where it listens, and with which key.
    async fn introduced(&self, mut said: mpsc::Receiver<String>, target: &Target) -> anyhow::Result<(String, Secret)> {
        let (mut url, mut printed, mut all) = (None, None, Vec::new());
        // The first start prints a key, and then, as every start, the address.
        let listening = async {
            while url.is_none() {
                let Some(line) = said.recv().await else { return };
                url = address_in(&line);
                printed = printed.take().or_else(|| key_in(&line));
                all.push(line);
            }
        };
        let in_time = tokio::time::timeout(START_TIME_MAX, listening).await.is_ok();
        let key = printed.or_else(|| self.kept_key()).or_else(|| target.key.clone());
        match (url, key) {
            (Some(url), Some(key)) => {
                self.keep_key(&key)?;
                Ok((url, key))
            }
            (Some(_), None) => Err(Failure::input("the server in this folder printed no key: it was started before")
                .hint("give its key in PALISADE_KEY, or another --data-dir")
                .into()),
            _ => {
                let why = if in_time { "the server ended at its start" } else { "the server did not start in time" };
                let last: Vec<&str> = all.iter().rev().take(10).rev().map(String::as_str).collect();
                Err(Failure::internal(format!("{why}; it said:\n{}", last.join("\n"))).into())
            }
        }
    }

    fn kept_key(&self) -> Option<Secret> {
        bounded::read_file(&self.folder.path().join(KEY_FILE), KEY_BYTES_MAX).ok().map(Secret::from)
    }

    /// Keeps the key beside the data, readable by its owner only.
    fn keep_key(&self, key: &Secret) -> anyhow::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.folder.path().join(KEY_FILE))?.write_all(key.reveal().as_bytes())?;
        Ok(())
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder on disk: /tmp is often memory, where nothing is durable and everything fast; /var/tmp outlives a restart
/// (Filesystem Hierarchy Standard 3.0, §5.15).
fn temporary() -> PathBuf {
    let lasting = PathBuf::from("/var/tmp");
    let parent = if lasting.is_dir() { lasting } else { std::env::temp_dir() };
    parent.join(format!(
        "palisade-bench-{}-{:08x}",
        std::process::id(),
        crate::cli::random::Random::fresh().bits() as u32
    ))
}

/// `http://127.0.0.1:PORT` in a line of output.
fn address_in(line: &str) -> Option<String> {
    const START: &str = "http://127.0.0.1:";
    let rest = &line[line.find(START)? + START.len()..];
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let port: u16 = rest[..digits].parse().ok()?;
    Some(format!("{START}{port}"))
}

/// A whole key in a line of output; its id alone does not count.
fn key_in(line: &str) -> Option<Secret> {
    let place = line.find(KEY_PREFIX)?;
    let end = line[place + KEY_PREFIX.len()..].find(|letter: char| !letter.is_ascii_alphanumeric());
    let key = &line[place..end.map_or(line.len(), |end| place + KEY_PREFIX.len() + end)];
    (key.len() == KEY_PREFIX.len() + KEY_LEN).then(|| Secret::from(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_key_are_found_in_what_the_server_says() {
        let key = format!("pal_{}", "a1".repeat(21) + "Z");
        let cases = [
            ("listening on http://127.0.0.1:43121", Some("http://127.0.0.1:43121"), None),
            ("http://127.0.0.1:43121/sign-in?token=x", Some("http://127.0.0.1:43121"), None),
            (&format!("first key: \u{1b}[1m{key}\u{1b}[0m"), None, Some(key.as_str())),
            (&format!("{{\"key\":\"{key}\"}}"), None, Some(key.as_str())),
            ("key pal_a1a1a1a1 used", None, None),
            ("http://127.0.0.1:", None, None),
        ];
        for (line, address, secret) in cases {
            assert_eq!(address_in(line).as_deref(), address, "{line}");
            assert_eq!(key_in(line).as_ref().map(Secret::reveal), secret, "{line}");
        }
    }
}
