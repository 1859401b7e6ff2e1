//! Sigma rules as they lie on disk, put together with what is done to them: pipelines, tables of names, tuning.

mod feed;
mod files;
mod on_disk;

pub(crate) use feed::{FEED, judge, missing, resolved, snapshot, version};
pub(crate) use files::{RulePath, tests_in};
pub(crate) use on_disk::OnDisk;

use crate::cli::{Failure, bounded};
use files::{Source, gather};
use palisade_events::taxonomy::{self, FieldNames, Pipelines, Taxonomy, TaxonomyFault};
use palisade_events::{Loader, ParsedFile, Ruleset, Tuning};
use palisade_model::Timestamp;
use std::path::{Path, PathBuf};

/// Bytes of a pipeline, a table of names or a file of tuning. Real ones have some thousand lines.
const SETTINGS_BYTES_MAX: u64 = 4 << 20;

/// Rules that are ready to run.
pub(crate) struct Loaded {
    pub(crate) ruleset: Ruleset,
    /// Files that were read.
    pub(crate) files: usize,
}

/// What rules are loaded from, and what is done to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// Rules: files, folders and archives.
    pub(crate) rules: Vec<RulePath>,
    /// Processing pipelines, which rewrite rules.
    pub(crate) pipelines: Vec<PathBuf>,
    /// Tables of other names for fields.
    pub(crate) taxonomies: Vec<PathBuf>,
    /// Files of tuning.
    pub(crate) tuning: Vec<PathBuf>,
}

impl Sources {
    /// Files, folders and archives of rules, and nothing done to them.
    pub(crate) fn of(paths: &[PathBuf]) -> Self {
        Self { rules: paths.iter().map(|path| RulePath::new(path)).collect(), ..Self::default() }
    }

    fn pipelines(&self) -> anyhow::Result<Pipelines> {
        let read = |path: &PathBuf| taxonomy::Pipeline::parse(&text(path)?).map_err(|fault| wrong(path, &fault));
        Ok(Pipelines::new(self.pipelines.iter().map(read).collect::<anyhow::Result<_>>()?))
    }

    fn taxonomy(&self) -> anyhow::Result<Taxonomy> {
        let mut taxonomy = Taxonomy::default();
        for path in &self.taxonomies {
            taxonomy.extend(&FieldNames::parse(&text(path)?).map_err(|fault| wrong(path, &fault))?);
        }
        Ok(taxonomy)
    }

    fn tunings(&self) -> anyhow::Result<Vec<Tuning>> {
        let read = |path: &PathBuf| {
            Tuning::parse(&path.to_string_lossy(), &text(path)?)
                .map_err(|problem| Failure::input(problem.to_string()).into())
        };
        self.tuning.iter().map(read).collect()
    }
}

fn text(path: &Path) -> anyhow::Result<String> {
    bounded::read_file(path, SETTINGS_BYTES_MAX)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())).into())
}

fn wrong(path: &Path, fault: &TaxonomyFault) -> anyhow::Error {
    Failure::input(format!("{}: {fault}", path.display())).into()
}

/// Loads every `.yml` and `.yaml` file of rules, on all cores. Tuning counts as it does at `now`.
///
/// # Errors
/// When a path cannot be read, what is done to rules is not understood, or there is no rule at all.
pub(crate) fn load(sources: &Sources, now: Timestamp) -> anyhow::Result<Loaded> {
    let files = files::opened(gather(&sources.rules)?)?;
    if files.is_empty() {
        let failure = Failure::input("there is no file of rules (.yml or .yaml) there");
        return Err(failure.hint("SigmaHQ's rules: https://github.com/SigmaHQ/sigma, folder rules").into());
    }
    let mut loader = Loader::new();
    loader.pipelines(sources.pipelines()?);
    loader.tune(sources.tunings()?, now);
    parse_all(&files)?.into_iter().for_each(|file| loader.add_parsed(file));
    let ruleset = Ruleset::new(loader.finish(), &sources.taxonomy()?);
    Ok(Loaded { ruleset, files: files.len() })
}

fn parse_all(files: &[Source]) -> anyhow::Result<Vec<ParsedFile>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let pieces = files.chunks(files.len().div_ceil(threads).max(1));
        let parse = |piece: &[Source]| piece.iter().map(Source::parsed).collect::<anyhow::Result<Vec<_>>>();
        let running: Vec<_> = pieces.map(|piece| scope.spawn(move || parse(piece))).collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}
