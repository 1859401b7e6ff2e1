//! Files of feeds that are lists, read into snapshots; and whether a new version may take the place of the one before.

use crate::archive::{self, Limits, Loaded, Problem, Receiver};
use palisade_kyb::{
    lists::{self, Format, ListFile, Listing, collect},
    snapshot::{self, Difference, Snapshot},
};
use palisade_model::Timestamp;
use palisade_store::feeds::{Candidate, Feed, FeedVersion, Unfit};
use std::{
    fs::File,
    io::{BufReader, Cursor, Read as _, Seek as _},
    path::{Path, PathBuf},
};

/// What a file of a list may unpack to; the largest known has 15 GB.
const UNPACKED_BYTES_MAX: u64 = 32 << 30;
/// Bytes of a zip archive, which is read as a whole.
const ARCHIVE_BYTES_MAX: u64 = 1 << 30;
/// Problems that are told one by one.
const PROBLEMS_TOLD: usize = 3;

/// Whether the feed of this name is a list of people and businesses.
pub fn is_list(feed: &str) -> bool {
    Feed::find(feed).is_some_and(|feed| feed.is_list)
}

/// The list as a version of its feed has it.
///
/// # Errors
/// When a file cannot be read.
pub fn snapshot_of(version: &FeedVersion) -> Result<Snapshot, String> {
    let files: Vec<(String, PathBuf)> =
        version.files.iter().map(|file| (file.original.clone(), file.path.clone())).collect();
    Ok(Snapshot::new(version.name, read(version.name, &files)?, version.imported))
}

/// A version that may serve.
pub struct Admitted {
    /// What it changes.
    pub difference: Difference,
    /// The first of the records that could not be read.
    pub problems: Vec<String>,
    /// How many there are.
    pub problem_count: u64,
}

/// What changes when a candidate takes the place of the version that serves.
///
/// # Errors
/// What speaks against it, and how to confirm it in spite of that.
pub fn admit(candidate: &Candidate, confirmed: Option<&str>, now: Timestamp) -> Result<Admitted, Unfit> {
    let names: Vec<&str> = candidate.files.iter().map(|(name, _)| name.as_str()).collect();
    let unfit = |reason: String| Unfit { file: names.join(" "), reason };
    let listing = read(candidate.feed, &candidate.files).map_err(&unfit)?;
    let problems = told(&listing);
    let problem_count = listing.summary.problems;
    let new = Snapshot::new(candidate.feed, listing, now);
    // A version that can no longer be read has nothing to compare with, and nothing to lose.
    let old = candidate.serving.as_deref().and_then(|version| snapshot_of(version).ok());
    let admitted = snapshot::admit(old.as_ref(), &new, confirmed);
    let difference = admitted.map_err(|refusal| {
        let confirm = match new.edition().count {
            0 => String::new(),
            _ => format!(" (--confirm {})", new.edition().hash),
        };
        let problems: String = problems.iter().map(|problem| format!("; {problem}")).collect();
        unfit(format!("{refusal}{confirm}{problems}"))
    })?;
    Ok(Admitted { difference, problems, problem_count })
}

/// The first of the problems that reading told, for people.
fn told(listing: &Listing) -> Vec<String> {
    listing.problems.iter().take(PROBLEMS_TOLD).map(ToString::to_string).collect()
}

fn read(source: &str, files: &[(String, PathBuf)]) -> Result<Listing, String> {
    let mut opened = Vec::new();
    for (name, path) in files {
        open(name, path, &mut opened).map_err(|error| format!("cannot read {name}: {error}"))?;
    }
    Ok(collect(source, None, opened, lists::Limits::default()))
}

/// Opens a file as it is, unpacked, or as the files of an archive.
fn open(name: &str, path: &Path, opened: &mut Vec<ListFile<'static>>) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    file.by_ref().take(512).read_to_end(&mut head)?;
    file.rewind()?;
    match archive::kind(&head) {
        Some(archive::Kind::Gzip) => {
            #[expect(clippy::disallowed_methods, reason = "bounded by the last argument of `open`")]
            let unpacked = flate2::bufread::MultiGzDecoder::new(BufReader::new(file));
            let inner = name.strip_suffix(".gz").unwrap_or(name);
            opened.push(ListFile::open(inner, unpacked, UNPACKED_BYTES_MAX)?);
        }
        Some(kind) => {
            let mut bytes = Vec::new();
            #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
            file.take(ARCHIVE_BYTES_MAX).read_to_end(&mut bytes)?;
            let mut entries = Entries::default();
            archive::unpack(name, kind, &bytes, Limits::LIST, &mut entries);
            entries.open(opened)?;
        }
        None => opened.push(ListFile::open(name, file, UNPACKED_BYTES_MAX)?),
    }
    Ok(())
}

/// Texts of an archive.
#[derive(Default)]
struct Entries {
    texts: Vec<(String, String)>,
    failure: Option<String>,
}

impl Entries {
    /// Opens the texts that are lists; schemas and notes lie beside them.
    fn open(self, opened: &mut Vec<ListFile<'static>>) -> std::io::Result<()> {
        if let Some(failure) = self.failure {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, failure));
        }
        for (name, text) in self.texts {
            let file = ListFile::open(&name, Cursor::new(text.into_bytes()), UNPACKED_BYTES_MAX)?;
            if Format::detect(&file).is_some() {
                opened.push(file);
            }
        }
        Ok(())
    }
}

impl Receiver for Entries {
    fn entry(&mut self, name: &str, entry: Loaded) {
        match entry {
            Loaded::Text { text, .. } => self.texts.push((name.to_owned(), text)),
            Loaded::Huge => {
                let most = Limits::LIST.file_bytes_max >> 20;
                self.failure
                    .get_or_insert_with(|| format!("{name} has more than {most} MiB: unpack it, and import it"));
            }
            Loaded::Binary | Loaded::Archive(..) => {}
        }
    }

    fn problem(&mut self, name: &str, problem: Problem) {
        self.failure.get_or_insert_with(|| format!("{name}: {problem}"));
    }

    fn is_full(&self) -> bool {
        self.failure.is_some()
    }
}
