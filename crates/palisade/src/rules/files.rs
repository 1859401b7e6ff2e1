//! Which files hold rules: those that are named, those below folders, and those in archives.

use crate::archive::{self, Kind, Limits, Loaded, Problem, Receiver};
use crate::cli::Failure;
use anyhow::Context as _;
use palisade_events::{ParsedFile, limits::RULE_FILE_BYTES_MAX, parse_file};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files of rules below the paths given: thirty times SigmaHQ.
const FILES_MAX: usize = 100_000;

/// Bytes of all rules of one archive: ten times SigmaHQ.
const ARCHIVE_RULES_BYTES_MAX: usize = 128 << 20;

/// Bytes at the beginning of a file that tell whether it is an archive.
const HEAD_BYTES: u64 = 512;

/// Where rules are, and how that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RulePath {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
}

impl RulePath {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), name: path.to_string_lossy().into_owned() }
    }
}

/// A file of rules on disk, or an archive of them.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) at: RulePath,
    /// It was named and may be an archive; what lies below a folder is taken by its name.
    is_named: bool,
}

/// One file of rules.
pub(super) enum Source {
    OnDisk(RulePath),
    /// What was in an archive.
    Text {
        name: String,
        text: String,
    },
}

impl Source {
    pub(super) fn parsed(&self) -> anyhow::Result<ParsedFile> {
        match self {
            Self::OnDisk(RulePath { path, name }) => {
                let mut bytes = Vec::new();
                // One byte more than it may have, so that the parser says that it is too long.
                #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
                File::open(path)
                    .and_then(|file| file.take(RULE_FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes))
                    .with_context(|| format!("cannot read {}", path.display()))?;
                Ok(parse_file(name, &String::from_utf8_lossy(&bytes)))
            }
            Self::Text { name, text } => Ok(parse_file(name, text)),
        }
    }
}

/// The files of rules at and below `paths`, in the order of their names; archives are not opened.
///
/// # Errors
/// When a path cannot be read, or there are too many files.
pub(super) fn gather(paths: &[RulePath]) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    for at in paths {
        if !metadata(&at.path)?.is_dir() {
            found.extend((!is_tests(&at.path)).then(|| Found { at: at.clone(), is_named: true }));
            continue;
        }
        let below = below(&at.path, is_rules)?;
        found.extend(below.iter().map(|path| Found { at: RulePath::new(path), is_named: false }));
        if found.len() > FILES_MAX {
            return Err(Failure::input(format!("there are more than {FILES_MAX} files of rules")).into());
        }
    }
    Ok(found)
}

/// The files of tests of rules: those at `paths`, and `*.test.yml` below.
///
/// # Errors
/// As [`gather`].
pub(crate) fn tests_in(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        match metadata(path)?.is_dir() {
            true => found.extend(below(path, is_tests)?),
            false => found.extend(is_yaml(path).then(|| path.clone())),
        }
    }
    Ok(found)
}

fn metadata(path: &Path) -> anyhow::Result<std::fs::Metadata> {
    std::fs::metadata(path).map_err(|error| {
        Failure::input(format!("cannot read {}: {error}", path.display()))
            .hint("rules are given as files, folders and archives of Sigma rules, or as feed:sigma")
            .into()
    })
}

fn below(path: &Path, is_wanted: fn(&Path) -> bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut walk = ignore::WalkBuilder::new(path);
    walk.standard_filters(false).sort_by_file_path(Path::cmp);
    for entry in walk.build() {
        let entry = entry.with_context(|| format!("cannot read below {}", path.display()))?;
        if is_wanted(entry.path()) && entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(entry.into_path());
        }
        if files.len() > FILES_MAX {
            return Err(Failure::input(format!("there are more than {FILES_MAX} files of rules")).into());
        }
    }
    Ok(files)
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "yml" || end == "yaml")
}

/// True for files of tests, which stand beside rules and are none.
fn is_tests(path: &Path) -> bool {
    is_yaml(path) && path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".test"))
}

fn is_rules(path: &Path) -> bool {
    is_yaml(path) && !is_tests(path)
}

/// All files of rules, those in archives too.
///
/// # Errors
/// When a file cannot be read, or an archive cannot be read to its end.
pub(super) fn opened(found: Vec<Found>) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for Found { at, is_named } in found {
        match if is_named { archive_kind(&at.path)? } else { None } {
            Some(kind) => sources.extend(unpacked(&at, kind)?),
            None => sources.push(Source::OnDisk(at)),
        }
    }
    Ok(sources)
}

fn archive_kind(path: &Path) -> anyhow::Result<Option<Kind>> {
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    File::open(path)
        .and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(archive::kind(&head))
}

/// The files of rules in an archive. One that cannot be read to its end is not used at all: rules that are missing would
/// not be noticed.
fn unpacked(at: &RulePath, kind: Kind) -> anyhow::Result<Vec<Source>> {
    let read = File::open(&at.path).and_then(archive::read);
    let bytes = match read.with_context(|| format!("cannot read {}", at.path.display()))? {
        Loaded::Archive(_, bytes) => bytes,
        Loaded::Text { .. } | Loaded::Binary | Loaded::Huge => {
            let limit = archive::FILE_BYTES_MAX >> 20;
            return Err(Failure::input(format!("{} has more than {limit} MiB", at.name)).into());
        }
    };
    let mut entries = Entries { archive: &at.name, sources: Vec::new(), bytes: 0, failure: None };
    archive::unpack(&at.name, kind, &bytes, Limits::INSPECTED, &mut entries);
    match entries.failure {
        Some(failure) => Err(Failure::input(failure).into()),
        None => Ok(entries.sources),
    }
}

/// What is found in an archive.
struct Entries<'a> {
    archive: &'a str,
    sources: Vec<Source>,
    bytes: usize,
    failure: Option<String>,
}

impl Receiver for Entries<'_> {
    fn entry(&mut self, name: &str, entry: Loaded) {
        if !is_rules(Path::new(name)) {
            return;
        }
        let mut text = match entry {
            Loaded::Text { text, .. } => text,
            // What is no text is refused by the parser, with its name.
            Loaded::Binary | Loaded::Archive(..) => "\0".to_owned(),
            Loaded::Huge => " ".repeat(RULE_FILE_BYTES_MAX + 1),
        };
        // As much more than it may have as shows that it is too long.
        text.truncate(text.ceil_char_boundary(RULE_FILE_BYTES_MAX + 1));
        self.bytes += text.len();
        self.sources.push(Source::Text { name: name.to_owned(), text });
    }

    fn problem(&mut self, name: &str, problem: Problem) {
        if problem.ends_all() || name == self.archive || is_rules(Path::new(name)) {
            self.failure.get_or_insert_with(|| format!("{name}: {problem}"));
        }
    }

    fn is_full(&self) -> bool {
        self.bytes > ARCHIVE_RULES_BYTES_MAX
    }
}
