//! Options of every command that loads rules: where they come from when none are named, and what is done to them.

use super::{Failure, runtime};
use crate::clock::now;
use crate::rules::{self, FEED, Loaded, Sources};
use clap::Args;
use palisade_events::Problem;
use std::path::{Path, PathBuf};

/// Rules that do not run and entries that do not count are told one by one up to this many.
const TOLD_MAX: usize = 10;

/// What is done to rules, and where the feed of rules is.
#[derive(Args)]
pub(super) struct RuleOptions {
    /// A processing pipeline in the form of pySigma, which rewrites rules before they run; may be given several times.
    #[arg(long, value_name = "FILE")]
    pipeline: Vec<PathBuf>,
    /// A table of names that events may use for the fields of rules; may be given several times.
    #[arg(long, value_name = "FILE")]
    taxonomy: Vec<PathBuf>,
    /// What is changed about rules without editing them (exceptions, severities, rules that do not run); may be given
    /// several times.
    #[arg(long, value_name = "FILE")]
    tuning: Vec<PathBuf>,
    /// The data folder, in which the feed of rules is
    #[arg(long, env = "PALISADE_DATA_DIR", default_value = "./palisade-data", value_name = "DIR")]
    data_dir: PathBuf,
}

impl RuleOptions {
    /// Loads the rules at `paths`, or those of the feed when there are none.
    ///
    /// # Errors
    /// When a path cannot be read, what is done to rules is not understood, or there are no rules.
    pub(super) fn load(&self, paths: &[PathBuf]) -> anyhow::Result<Loaded> {
        rules::load(&self.sources(paths)?, now())
    }

    /// The same without tuning.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub(super) fn load_untuned(&self, paths: &[PathBuf]) -> anyhow::Result<Loaded> {
        rules::load(&Sources { tuning: Vec::new(), ..self.sources(paths)? }, now())
    }

    fn sources(&self, paths: &[PathBuf]) -> anyhow::Result<Sources> {
        let of_feed = [PathBuf::from(FEED)];
        let paths = if paths.is_empty() { &of_feed } else { paths };
        let needs_feed = paths.iter().any(|path| path.as_os_str().as_encoded_bytes().starts_with(b"feed:"));
        let rules = if needs_feed { self.with_feed(paths)? } else { Sources::of(paths).rules };
        let (pipelines, taxonomies) = (self.pipeline.clone(), self.taxonomy.clone());
        Ok(Sources { rules, pipelines, taxonomies, tuning: self.tuning.clone() })
    }

    fn with_feed(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<rules::RulePath>> {
        let feeds = runtime::run(rules::snapshot(&self.data_dir))?;
        let resolved = rules::resolved(paths, &feeds)?;
        match rules::version(&feeds) {
            Some(version) => eprintln!("rules: the feed sigma, version {} of {}", version.serial, version.imported),
            None if paths.iter().any(|path| path == Path::new(FEED)) => {
                let failure =
                    Failure::input(format!("no rules are named, and {} has no feed sigma", self.data_dir.display()));
                let hint =
                    "name files and folders of rules, or take SigmaHQ's release: palisade feed import sigma FILE.zip";
                return Err(failure.hint(hint).into());
            }
            None => {}
        }
        Ok(resolved)
    }
}

/// Says which rules do not run and which entries of tuning do not count.
pub(super) fn tell_problems(loaded: &Loaded) {
    let refused: Vec<_> = loaded.ruleset.problems().iter().filter(|problem| problem.is_refused).collect();
    tell(&refused, "rules do not run");
    tell(&loaded.ruleset.tuning_problems().iter().collect::<Vec<_>>(), "entries of tuning do not count");
}

fn tell(problems: &[&Problem], what: &str) {
    problems.iter().take(TOLD_MAX).for_each(|problem| eprintln!("warning: {problem}"));
    if problems.len() > TOLD_MAX {
        eprintln!("warning: {} more {what}: `palisade rules lint` tells them all", problems.len() - TOLD_MAX);
    }
}
