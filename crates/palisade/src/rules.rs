//! Sigma rules as they lie on disk: files, and folders of them. A server reads them again when they change.

use crate::cli::{Failure, bounded};
use crate::config::Events;
use crate::pipeline::Pipeline;
use crate::watch::Rules;
use anyhow::Context as _;
use palisade_events::taxonomy::{self, FieldNames, Pipelines, TaxonomyFault};
use palisade_events::{Loader, ParsedFile, Ruleset, limits::RULE_FILE_BYTES_MAX, parse_file, taxonomy::Taxonomy};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files of rules below the paths given: thirty times SigmaHQ.
const FILES_MAX: usize = 100_000;

/// Bytes of a pipeline or a table of names. Real ones have some thousand lines.
const SETTINGS_BYTES_MAX: u64 = 4 << 20;

/// The rules of a server.
pub(crate) struct OnDisk {
    sources: Sources,
    every: Duration,
    seen: Option<Signature>,
    /// What was wrong the last time, so that it is told once.
    wrong: String,
}

impl OnDisk {
    /// Loads what `settings` names into `rules`.
    ///
    /// # Errors
    /// When a path cannot be read, or holds no rules.
    pub(crate) fn load(settings: &Events, rules: &Rules) -> anyhow::Result<Self> {
        let Events { rules: paths, pipelines, taxonomies, reload_seconds } = settings.clone();
        let sources = Sources { rules: paths, pipelines, taxonomies };
        let mut on_disk =
            Self { sources, every: Duration::from_secs(reload_seconds), seen: None, wrong: String::new() };
        if !on_disk.sources.rules.is_empty() {
            on_disk.refresh(rules)?;
        }
        Ok(on_disk)
    }

    /// Loads the rules again whenever their files have changed; those that cannot be read leave the old ones running.
    pub(crate) async fn follow(mut self, pipeline: Pipeline, mut stopped: tokio::sync::watch::Receiver<bool>) {
        if self.sources.rules.is_empty() || self.every.is_zero() {
            return;
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.every) => {}
                () = crate::api::server::told(&mut stopped) => return,
            }
            let pipeline = pipeline.clone();
            let refreshed = tokio::task::spawn_blocking(move || {
                let outcome = self.refresh(pipeline.rules());
                (self, outcome)
            });
            let Ok((on_disk, outcome)) = refreshed.await else { return };
            self = on_disk;
            self.tell(outcome.err());
        }
    }

    fn tell(&mut self, error: Option<anyhow::Error>) {
        let wrong = error.map(|error| format!("{error:#}")).unwrap_or_default();
        if !wrong.is_empty() && wrong != self.wrong {
            tracing::warn!("the rules cannot be loaded, those before go on: {wrong}");
        }
        self.wrong = wrong;
    }

    fn refresh(&mut self, rules: &Rules) -> anyhow::Result<()> {
        let signature = signature(&self.sources)?;
        if self.seen.as_ref() == Some(&signature) {
            return Ok(());
        }
        // Noted first, so that rules that cannot be loaded are told of once.
        self.seen = Some(signature);
        let Loaded { ruleset, files } = load(&self.sources)?;
        let (count, correlations) = (ruleset.engine().rules().len(), ruleset.correlations().len());
        for problem in ruleset.problems().iter().filter(|problem| problem.is_refused) {
            tracing::warn!("a rule does not run: {problem}");
        }
        tracing::info!(rules = count, correlations, files, "rules loaded");
        rules.replace(ruleset);
        Ok(())
    }
}

/// Rules that are ready to run.
pub(crate) struct Loaded {
    pub(crate) ruleset: Ruleset,
    /// Files that were read.
    pub(crate) files: usize,
}

/// What all the files are, without reading them: equal as long as none of them changes.
#[derive(Debug, PartialEq, Eq)]
struct Signature(Vec<(PathBuf, u64, Option<SystemTime>)>);

/// # Errors
/// When a path cannot be read.
fn signature(sources: &Sources) -> anyhow::Result<Signature> {
    let of_file = |path: PathBuf| {
        let metadata = std::fs::metadata(&path).ok();
        let length = metadata.as_ref().map_or(0, std::fs::Metadata::len);
        (path, length, metadata.and_then(|metadata| metadata.modified().ok()))
    };
    let beside = sources.pipelines.iter().chain(&sources.taxonomies).cloned();
    Ok(Signature(gather_all(&sources.rules)?.into_iter().chain(beside).map(of_file).collect()))
}

/// What rules are loaded from, and what is done to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// Rules: files and folders.
    pub(crate) rules: Vec<PathBuf>,
    /// Processing pipelines, which rewrite rules.
    pub(crate) pipelines: Vec<PathBuf>,
    /// Tables of other names for fields.
    pub(crate) taxonomies: Vec<PathBuf>,
}

impl Sources {
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
}

fn text(path: &Path) -> anyhow::Result<String> {
    bounded::read_file(path, SETTINGS_BYTES_MAX)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())).into())
}

fn wrong(path: &Path, fault: &TaxonomyFault) -> anyhow::Error {
    Failure::input(format!("{}: {fault}", path.display())).into()
}

/// Loads every `.yml` and `.yaml` file of rules, on all cores.
///
/// # Errors
/// When a path cannot be read, or there is no rule at all.
pub(crate) fn load(sources: &Sources) -> anyhow::Result<Loaded> {
    let files = gather_all(&sources.rules)?;
    if files.is_empty() {
        let failure = Failure::input("there is no file of rules (.yml or .yaml) there");
        return Err(failure.hint("SigmaHQ's rules: https://github.com/SigmaHQ/sigma, folder rules").into());
    }
    let mut loader = Loader::new();
    loader.pipelines(sources.pipelines()?);
    parse_all(&files)?.into_iter().for_each(|file| loader.add_parsed(file));
    let ruleset = Ruleset::new(loader.finish(), &sources.taxonomy()?);
    Ok(Loaded { ruleset, files: files.len() })
}

fn gather_all(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    paths.iter().try_for_each(|path| gather(path, &mut files))?;
    Ok(files)
}

/// Adds the files of rules at and below `path`, in the order of their names.
fn gather(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let metadata = std::fs::metadata(path).map_err(|error| {
        Failure::input(format!("cannot read {}: {error}", path.display()))
            .hint("--rules takes files and folders of Sigma rules")
    })?;
    if metadata.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut walk = ignore::WalkBuilder::new(path);
    walk.standard_filters(false).sort_by_file_path(Path::cmp);
    for entry in walk.build() {
        let entry = entry.with_context(|| format!("cannot read below {}", path.display()))?;
        let is_rule = entry.path().extension().is_some_and(|end| end == "yml" || end == "yaml");
        if is_rule && entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(entry.into_path());
        }
        if files.len() > FILES_MAX {
            return Err(Failure::input(format!("there are more than {FILES_MAX} files of rules")).into());
        }
    }
    Ok(())
}

fn parse_all(files: &[PathBuf]) -> anyhow::Result<Vec<ParsedFile>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let pieces = files.chunks(files.len().div_ceil(threads).max(1));
        let parse = |piece: &[PathBuf]| piece.iter().map(|path| parse_one(path)).collect::<anyhow::Result<Vec<_>>>();
        let running: Vec<_> = pieces.map(|piece| scope.spawn(move || parse(piece))).collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn parse_one(path: &Path) -> anyhow::Result<ParsedFile> {
    let mut bytes = Vec::new();
    // One byte more than it may have, so that the parser says that it is too long.
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    File::open(path)
        .and_then(|file| file.take(RULE_FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(parse_file(&path.to_string_lossy(), &String::from_utf8_lossy(&bytes)))
}
