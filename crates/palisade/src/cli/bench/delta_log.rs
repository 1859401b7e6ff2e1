//! Making a lake larger than there is time to fill: data files get further names, and the Delta log further versions
//! that add them, as if as much again had come in.
//!
//! Opening a table costs what its log costs: how many files it names, how many it names no more, how many versions there
//! are since the last checkpoint and altogether. So each copy comes as it would from a stream of 5,000 events/s: one
//! version a small file, and one that puts the merged file in their place. Only those small files never exist; nothing
//! reads a file that a later version has removed. (Delta transaction log protocol, "Actions".)

use crate::cli::{Failure, bounded};
use anyhow::Context as _;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Small files that are merged into one of 64 MB: a million events of a stream of 5,000/s, committed every 5 seconds.
const SMALL_FILES: usize = 40;
/// The longest version that is read: a merge of thousands of files.
const VERSION_BYTES_MAX: u64 = 256 << 20;

/// The log of one table.
pub struct DeltaLog {
    table: PathBuf,
    next: u64,
    /// The `add` actions of the files that the newest version names, by path.
    files: BTreeMap<String, Map<String, Value>>,
}

/// What a table came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplied {
    /// Bytes of the files that the newest version names.
    pub bytes: u64,
    /// How many they are.
    pub files: usize,
    /// The newest version.
    pub version: u64,
}

impl DeltaLog {
    /// Reads the log of the table in `table` from its first version on.
    ///
    /// # Errors
    /// When it cannot be read, or its first versions are not there any more.
    pub fn read(table: &Path) -> anyhow::Result<Self> {
        let mut log = Self { table: table.to_owned(), next: 0, files: BTreeMap::new() };
        while log.version_file(log.next).exists() {
            let file = log.version_file(log.next);
            let text = bounded::read_file(&file, VERSION_BYTES_MAX)
                .with_context(|| format!("cannot read {}", file.display()))?;
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                log.apply(serde_json::from_str(line).with_context(|| format!("no action in {}", file.display()))?);
            }
            log.next += 1;
        }
        if log.next == 0 {
            let text = format!("the log in {} does not begin with version 0", table.display());
            return Err(Failure::input(text).hint("older versions were forgotten: use a fresh --data-dir").into());
        }
        Ok(log)
    }

    fn apply(&mut self, action: Value) {
        let path_of = |action: &Value| action.get("path").and_then(Value::as_str).map(str::to_owned);
        if let Some(path) = action.get("remove").and_then(path_of) {
            self.files.remove(&path);
        }
        if let Some(add) = action.get("add")
            && let (Some(path), Some(members)) = (path_of(add), add.as_object())
        {
            self.files.insert(path, members.clone());
        }
    }

    /// Bytes of the files that the newest version names.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.values().map(size).sum()
    }

    /// What there is now.
    #[must_use]
    pub fn state(&self) -> Multiplied {
        Multiplied { bytes: self.bytes(), files: self.files.len(), version: self.next.saturating_sub(1) }
    }

    /// Adds copies of the files, those of most bytes first, until there are `bytes_min`.
    ///
    /// # Errors
    /// When there is nothing to copy, or a file cannot be made.
    pub fn multiply(&mut self, bytes_min: u64) -> anyhow::Result<Multiplied> {
        let mut originals: Vec<_> = self.files.values().cloned().collect();
        originals.sort_unstable_by_key(|file| std::cmp::Reverse(size(file)));
        let Some(largest) = originals.first().map(size).filter(|&size| size > 0) else {
            return Err(Failure::internal("there is no file to copy").into());
        };
        // Small files that await their merge are not what a large lake consists of.
        originals.retain(|file| size(file) * 2 > largest);
        let mut bytes = self.bytes();
        for (number, original) in originals.iter().cycle().enumerate() {
            if bytes >= bytes_min {
                break;
            }
            bytes += size(original);
            self.copy(original, number)?;
        }
        Ok(self.state())
    }

    /// Makes copy `number` of `original` and the versions that bring it in.
    fn copy(&mut self, original: &Map<String, Value>, number: usize) -> anyhow::Result<()> {
        let mut merged = original.clone();
        let path = original.get("path").and_then(Value::as_str).unwrap_or_default();
        let renamed = with_prefix(path, &format!("copy-{number:05}-"));
        let (from, to) = (self.table.join(path), self.table.join(&renamed));
        // A second name takes no room, and is opened as the first.
        std::fs::hard_link(&from, &to)
            .or_else(|_| std::fs::copy(&from, &to).map(drop))
            .with_context(|| format!("cannot make {}", to.display()))?;
        merged.insert("path".to_owned(), json!(renamed));
        merged.insert("dataChange".to_owned(), json!(false));
        let mut removes = String::new();
        for part in 0..SMALL_FILES {
            let mut small = original.clone();
            let name = with_prefix(path, &format!("small-{number:05}-{part:02}-"));
            let size = size(original) / SMALL_FILES as u64;
            small.insert("path".to_owned(), json!(name));
            small.insert("size".to_owned(), json!(size));
            let time = original.get("modificationTime").cloned().unwrap_or_default();
            let remove = json!({"remove": {"path": name, "deletionTimestamp": time, "dataChange": false,
                "extendedFileMetadata": true, "partitionValues": original.get("partitionValues"), "size": size}});
            writeln!(removes, "{remove}")?;
            self.write_version("WRITE", &format!("{}\n", json!({ "add": small })))?;
        }
        self.write_version("OPTIMIZE", &format!("{removes}{}\n", json!({ "add": merged })))?;
        self.files.insert(renamed, merged);
        Ok(())
    }

    fn write_version(&mut self, operation: &str, actions: &str) -> anyhow::Result<()> {
        let file = self.version_file(self.next);
        let info = json!({"commitInfo": {"timestamp": crate::clock::now().millis(), "operation": operation}});
        let mut out = std::fs::File::create_new(&file).with_context(|| format!("cannot make {}", file.display()))?;
        out.write_all(format!("{info}\n{actions}").as_bytes())?;
        self.next += 1;
        Ok(())
    }

    fn version_file(&self, version: u64) -> PathBuf {
        self.table.join("_delta_log").join(format!("{version:020}.json"))
    }
}

/// The version of the newest checkpoint of the table in `table`.
#[must_use]
pub fn checkpoint(table: &Path) -> Option<u64> {
    let entries = std::fs::read_dir(table.join("_delta_log")).ok()?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(".checkpoint")).filter_map(|name| name.get(..20)?.parse().ok()).max()
}

fn size(file: &Map<String, Value>) -> u64 {
    file.get("size").and_then(Value::as_u64).unwrap_or(0)
}

/// `day=2026-11-20/part.parquet` as `day=2026-11-20/PREFIXpart.parquet`.
fn with_prefix(path: &str, prefix: &str) -> String {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    format!("{}{prefix}{}", &path[..name], &path[name..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_files_that_the_newest_version_names() {
        let folder = tempfile::tempdir().unwrap();
        let table = folder.path();
        std::fs::create_dir_all(table.join("_delta_log")).unwrap();
        std::fs::create_dir_all(table.join("day=1")).unwrap();
        std::fs::write(table.join("day=1/b.parquet"), [0; 100]).unwrap();
        let add = |path: &str, size: u64| json!({"add": {"path": path, "size": size, "partitionValues": {"day": "1"}, "modificationTime": 5}});
        let zero = format!("{}\n{}\n", add("day=1/a.parquet", 9), json!({"protocol": {}}));
        let one = format!("{}\n{}\n", json!({"remove": {"path": "day=1/a.parquet"}}), add("day=1/b.parquet", 100));
        std::fs::write(table.join("_delta_log/00000000000000000000.json"), zero).unwrap();
        std::fs::write(table.join("_delta_log/00000000000000000001.json"), one).unwrap();
        let mut log = DeltaLog::read(table).unwrap();
        assert_eq!(log.state(), Multiplied { bytes: 100, files: 1, version: 1 });
        let done = log.multiply(250).unwrap();
        assert_eq!(done, Multiplied { bytes: 300, files: 3, version: 1 + 2 * (SMALL_FILES as u64 + 1) });
        let again = DeltaLog::read(table).unwrap();
        assert_eq!(again.state(), done, "what is written is read");
        assert!(again.files.keys().all(|path| table.join(path).metadata().unwrap().len() == 100));
        assert_eq!(checkpoint(table), None);
    }

    #[test]
    fn a_log_without_its_beginning_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(DeltaLog::read(folder.path()).is_err());
    }
}
