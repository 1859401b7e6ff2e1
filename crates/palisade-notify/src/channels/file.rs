//! A file: one JSON object a line, appended and written through to the disk.

use super::present;
use crate::{
    channel::{Channel, Failure, Receipt, Retry},
    message::Message,
    settings::SettingsError,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    fs,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::Mutex;

/// What a file channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file; it is created when it is not there, its folder is not.
    pub path: PathBuf,
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        present("path", &self.path.to_string_lossy())?;
        if !self.path.is_absolute() {
            return Err(SettingsError::new("path", "has to begin at the root: /var/log/palisade/notifications.ndjson"));
        }
        Ok(())
    }
}

/// A file that is appended to.
pub(crate) struct File {
    path: PathBuf,
    /// One line at a time.
    turn: Arc<Mutex<()>>,
}

impl File {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { path: settings.path, turn: Arc::default() }
    }
}

#[async_trait]
impl Channel for File {
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let line = format!("{}\n", line(message));
        let path = self.path.clone();
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let writing = tokio::task::spawn_blocking(move || {
            let written = append(&path, line.as_bytes());
            drop(turn);
            written
        });
        match writing.await {
            Ok(Ok(())) => Ok(Receipt::default()),
            Ok(Err(error)) => {
                Err(Failure { retry: Retry::Later, ..Failure::uncertain(format!("cannot be written: {error}")) })
            }
            Err(_) => Err(Failure::uncertain("the writer was stopped")),
        }
    }
}

/// Appends a line. A line that was cut off, by a full disk or a crash, is ended first.
fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let mut whole = Vec::with_capacity(line.len() + 1);
    whole.extend((last != [b'\n']).then_some(b'\n'));
    whole.extend_from_slice(line);
    file.write_all(&whole)?;
    file.sync_data()
}

fn line(message: &Message) -> serde_json::Value {
    json!({
        "sent_at": message.sent_at, "title": message.title, "status": message.shown.status,
        "severity": message.shown.severity, "link": message.shown.link, "messages": message.covers,
        "may_repeat": message.shown.may_repeat, "notification": message.notification,
    })
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "own fixtures")]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_off_stays_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.ndjson");
        append(&path, b"{\"a\":1}\n").unwrap();
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"cut").unwrap();
        append(&path, b"{\"b\":2}\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"a\":1}\n{\"cut\n{\"b\":2}\n");
    }
}
