//! Files of alert rules: rule files of Prometheus and files of SQL rules.

use crate::cli::{Failure, bounded};
use crate::config::AlertRules;
use palisade_response::rules::{Group, Problem, RuleFile, SqlRule, SqlRules};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes of one file; Prometheus' own are some kilobytes.
const FILE_BYTES_MAX: u64 = 8 << 20;
/// Files below the folders given.
const FILES_MAX: usize = 10_000;

/// What is in the files.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) groups: Vec<Group>,
    pub(super) sql: Vec<SqlRule>,
}

/// What all the files are, without reading them: equal as long as none of them changes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Signature {
    /// # Errors
    /// When a path cannot be read.
    pub(super) fn of(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let of_file = |path: PathBuf| {
            let metadata = std::fs::metadata(&path).ok();
            let length = metadata.as_ref().map_or(0, std::fs::Metadata::len);
            (path, length, metadata.and_then(|metadata| metadata.modified().ok()))
        };
        Ok(Self(all(paths)?.into_iter().map(of_file).collect()))
    }
}

impl Loaded {
    /// Reads all files that `settings` names. What is wrong in them is told, and refused by itself.
    ///
    /// # Errors
    /// When a path cannot be read.
    pub(super) fn read(settings: &AlertRules) -> anyhow::Result<Self> {
        let interval = i64::try_from(settings.evaluation_seconds.max(1).saturating_mul(1_000)).unwrap_or(i64::MAX);
        let (mut loaded, mut problems) = (Self::default(), Vec::new());
        for path in all(&settings.files)? {
            let text = bounded::read_file(&path, FILE_BYTES_MAX)
                .map_err(|error| Failure::input(format!("cannot read the alert rules {}: {error}", path.display())))?;
            let name = path.to_string_lossy();
            if is_sql(&path) {
                let read = SqlRules::read(&name, &text);
                loaded.sql.extend(read.rules);
                problems.extend(read.problems);
            } else {
                let read = RuleFile::read(&name, &text, interval);
                loaded.groups.extend(read.groups);
                problems.extend(read.problems);
            }
        }
        tell(&problems);
        if !settings.files.is_empty() {
            tracing::info!(rules = loaded.count(), refused = problems.len(), "alert rules loaded");
        }
        Ok(loaded)
    }

    /// How many rules there are.
    pub(super) fn count(&self) -> usize {
        self.groups.iter().map(|group| group.rules().count()).sum::<usize>() + self.sql.len()
    }
}

fn tell(problems: &[Problem]) {
    metrics::gauge!("palisade_alert_rules_refused").set(problems.len() as f64);
    for problem in problems {
        tracing::warn!("an alert rule does not run: {problem}");
    }
}

fn is_sql(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

/// The files, and those below the folders that have the name of rule files, in order.
fn all(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let wrong = |error| Failure::input(format!("cannot read the alert rules {}: {error}", path.display()));
        if path.is_dir() {
            below(path, &mut files).map_err(wrong)?;
        } else {
            std::fs::metadata(path).map_err(wrong)?;
            files.push(path.clone());
        }
    }
    if files.len() > FILES_MAX {
        return Err(Failure::input(format!("there are more than {FILES_MAX} files of alert rules")).into());
    }
    Ok(files)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let has_rules =
            path.extension().is_some_and(|extension| ["yml", "yaml", "toml"].iter().any(|e| extension == *e));
        // Unit tests lie beside rules and are none.
        let is_test = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".test"));
        if path.is_dir() && files.len() <= FILES_MAX {
            below(&path, files)?;
        } else if has_rules && !is_test {
            files.push(path);
        }
    }
    Ok(())
}
