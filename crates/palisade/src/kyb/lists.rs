//! All lists as they serve now, in one screening file that is kept under the versions it was made of.

use super::{
    EXPECTED, ListEdition, Standing,
    files::{is_list, snapshot_of},
};
use anyhow::{Context as _, anyhow};
use palisade_kyb::{
    entity::{Entity, EntityType},
    matching::Mode,
    screening::{Options, Scratch, Screener, Screening},
};
use palisade_model::Timestamp;
use palisade_store::feeds::{FEEDS, FeedSnapshot, FeedVersion};
use sha2::{Digest as _, Sha256};
use std::{
    cell::RefCell,
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write as _},
    path::Path,
    sync::Arc,
};

/// Bytes of a screening file.
const FILE_BYTES_MAX: u64 = 16 << 30;
/// Bytes of the description beside it.
const EDITIONS_BYTES_MAX: u64 = 1 << 20;
/// Where screening files are kept, below the data folder.
const FOLDER: &str = "kyb";
const BEGIN: &str = "lists-";

thread_local! {
    /// What screenings on this thread use again.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// How to screen.
#[derive(Clone, Debug, PartialEq)]
pub struct How {
    /// How differences are judged.
    pub mode: Mode,
    /// The least score of a hit.
    pub at_least: f32,
    /// The most hits.
    pub limit: usize,
    /// Only these lists; all when it is empty.
    pub lists: Vec<String>,
    /// Only entries of these types; all when it is empty.
    pub types: Vec<EntityType>,
}

impl How {
    /// In a mode, by its own threshold.
    pub fn new(mode: Mode) -> Self {
        Self { mode, at_least: mode.threshold(), limit: 10, lists: Vec::new(), types: Vec::new() }
    }

    /// The same, as the library takes it.
    pub fn options(&self) -> Options<'_> {
        Options {
            mode: self.mode,
            at_least: Some(self.at_least),
            limit: self.limit,
            sources: (!self.lists.is_empty()).then_some(self.lists.as_slice()),
            types: (!self.types.is_empty()).then_some(self.types.as_slice()),
        }
    }
}

/// Everything that it takes to screen.
pub struct Lists {
    editions: Vec<ListEdition>,
    damaged: Vec<&'static str>,
    screener: Screener,
}

impl Lists {
    /// Loads the lists as they serve now. The screening file is taken from `data_dir`, and put there when it is new.
    ///
    /// # Errors
    /// When a list cannot be read: an answer without it would be wrong.
    pub fn load(data_dir: &Path, feeds: &FeedSnapshot) -> anyhow::Result<Self> {
        let versions: Vec<&Arc<FeedVersion>> = versions(feeds).collect();
        let names = FEEDS.iter().map(|feed| feed.name);
        let damaged = names.filter(|name| is_list(name) && feeds.is_damaged(name)).collect();
        let folder = data_dir.join(FOLDER);
        let key = key(&versions);
        if let Some((mut editions, screener)) = kept(&folder, &key) {
            // An import that finds the same content makes the list younger.
            for (edition, version) in editions.iter_mut().zip(&versions) {
                edition.imported = version.imported;
            }
            return Ok(Self { editions, damaged, screener });
        }
        let (mut editions, mut failure) = (Vec::new(), None);
        // One list at a time is in memory as entities.
        let read = versions.iter().map_while(|version| match snapshot_of(version) {
            Ok(snapshot) => {
                editions.push(ListEdition::of(version, &snapshot));
                Some(snapshot.entities().to_vec())
            }
            Err(reason) => {
                failure = Some(anyhow!("cannot use the list {}: {reason}", version.name));
                None
            }
        });
        let screener = Screener::build(read.flatten(), Vec::new()).context("cannot build the screening file")?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        if !editions.is_empty()
            && let Err(error) = keep(&folder, &key, &editions, &screener)
        {
            tracing::warn!(%error, folder = %folder.display(), "the screening file cannot be kept, and is built at each start");
        }
        Ok(Self { editions, damaged, screener })
    }

    /// The lists that are searched, in the order of the table of feeds.
    pub fn editions(&self) -> &[ListEdition] {
        &self.editions
    }

    /// The list of this name, where it is searched.
    pub fn edition(&self, list: &str) -> Option<&ListEdition> {
        self.editions.iter().find(|edition| edition.list == list)
    }

    /// True when nothing can be searched, so that no answer means anything.
    pub fn is_empty(&self) -> bool {
        self.editions.is_empty()
    }

    /// The hits of one question, the best first.
    pub fn screen(&self, asked: &Entity, how: &How) -> Screening {
        SCRATCH.with_borrow_mut(|scratch| self.screen_with(asked, how, scratch))
    }

    /// The same with memory that the caller keeps from one question to the next.
    pub fn screen_with(&self, asked: &Entity, how: &How, scratch: &mut Scratch) -> Screening {
        self.screener.screen(asked, &how.options(), scratch)
    }

    /// The entry with this id of a list. All entries are gone through.
    pub fn entry(&self, list: &str, id: &str) -> Option<Entity> {
        self.screener.entities().find(|entity| entity.source == list && entity.id == id)
    }

    /// What whoever reads an answer at `now` has to know about what was searched for it: a sentence each.
    pub fn warnings(&self, only: &[String], now: Timestamp) -> Vec<String> {
        let wanted = |list: &str| only.is_empty() || only.iter().any(|name| name == list);
        let mut warnings = Vec::new();
        for edition in self.editions.iter().filter(|edition| wanted(&edition.list)) {
            if edition.standing(now) == Standing::Stale {
                let days = edition.age_days(now);
                warnings.push(format!("{} is stale: it was imported {days} days ago", edition.list));
            }
            if edition.problems > 0 {
                warnings.push(format!(
                    "{} was read with {} problems; its import tells them",
                    edition.list, edition.problems
                ));
            }
        }
        for list in self.damaged.iter().filter(|list| wanted(list)) {
            warnings.push(format!("{list} is damaged: an earlier version serves, or none; import it again"));
        }
        let missing = EXPECTED.iter().filter(|list| only.is_empty() && self.edition(list).is_none());
        warnings.extend(missing.map(|list| format!("{list} was not searched: it was never imported")));
        warnings
    }
}

/// The versions of all lists that serve.
fn versions(feeds: &FeedSnapshot) -> impl Iterator<Item = &Arc<FeedVersion>> {
    FEEDS.iter().filter(|feed| feed.is_list).filter_map(|feed| feeds.get(feed.name))
}

/// What tells one set of versions from another. One that was found to be the newest again is younger, too.
pub(super) fn hashes(feeds: &FeedSnapshot) -> Vec<(&'static str, String, Timestamp)> {
    versions(feeds).map(|version| (version.name, version.sha256.clone(), version.imported)).collect()
}

/// Equal for equal content, read by the same program: another may read records otherwise.
fn key(versions: &[&Arc<FeedVersion>]) -> String {
    let mut digest = Sha256::new().chain_update(program());
    for version in versions {
        digest.update(version.name);
        digest.update(&version.sha256);
        version.files.iter().for_each(|file| digest.update(&file.original));
    }
    digest.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What tells this program from another build of it.
fn program() -> String {
    let metadata = std::env::current_exe().and_then(fs::metadata);
    let changed = metadata.as_ref().ok().and_then(|metadata| metadata.modified().ok());
    format!("{} {:?} {changed:?}", env!("CARGO_PKG_VERSION"), metadata.map(|metadata| metadata.len()).ok())
}

fn kept(folder: &Path, key: &str) -> Option<(Vec<ListEdition>, Screener)> {
    let read = |name: String, bytes_max: u64| {
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
        File::open(folder.join(name)).ok()?.take(bytes_max).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let editions = serde_json::from_slice(&read(format!("{BEGIN}{key}.json"), EDITIONS_BYTES_MAX)?).ok()?;
    // A damaged one is built again.
    let screener = Screener::open(read(format!("{BEGIN}{key}.index"), FILE_BYTES_MAX)?).ok()?;
    Some((editions, screener))
}

/// Writes the file and its description beside the others, then removes those. The description comes last: with it the
/// file is whole.
fn keep(folder: &Path, key: &str, editions: &[ListEdition], screener: &Screener) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write(folder, &format!("{BEGIN}{key}.index"), |output| screener.write(output))?;
    write(folder, &format!("{BEGIN}{key}.json"), |output| Ok(serde_json::to_writer(output, editions)?))?;
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(BEGIN) && !name.contains(key) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn write(folder: &Path, name: &str, content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let draft = folder.join(format!(".{BEGIN}{}", std::process::id()));
    let written = File::create(&draft).and_then(|file| {
        let mut output = BufWriter::new(file);
        content(&mut output)?;
        output.flush()?;
        output.get_ref().sync_all()
    });
    written.and_then(|()| fs::rename(&draft, folder.join(name))).inspect_err(|_| drop(fs::remove_file(&draft)))
}
