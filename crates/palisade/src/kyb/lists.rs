//! All lists as they serve now, in one screening file that is kept under the versions it was made of.

use super::{
    EXPECTED, ListEdition, Standing,
    files::{is_list, snapshot_of},
};
use crate::compiled::Compiled;
use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use palisade_kyb::{
    entity::{Entity, EntityType},
    matching::Mode,
    screening::{Options, Scratch, Screener, Screening},
};
use palisade_model::Timestamp;
use palisade_store::feeds::{FEEDS, FeedSnapshot, FeedVersion};
use std::{cell::RefCell, io, path::Path, sync::Arc};

/// Where screening files are kept, below the data folder.
const FOLDER: &str = "kyb";
/// The end of a screening file's name.
const INDEX: &str = ".index";
/// The end of the description beside it, and its bytes.
const EDITIONS: &str = ".json";
const EDITIONS_BYTES_MAX: u64 = 1 << 20;

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
        let files = Compiled::of(data_dir.join(FOLDER), "lists-", &versions);
        if let Some((mut editions, screener)) = kept(&files) {
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
        let built = Screener::build(read.flatten(), Vec::new()).context("cannot build the screening file")?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        let mapped = match editions.is_empty() {
            true => None,
            false => keep(&files, &editions, &built)
                .inspect_err(|error| tracing::warn!(%error, data_dir = %data_dir.display(), "the screening file cannot be kept, and is built at each start"))
                .ok()
                .and_then(|()| kept(&files)),
        };
        let screener = mapped.map_or(built, |(_, screener)| screener);
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

    /// The entry with this id of a list.
    pub fn entry(&self, list: &str, id: &str) -> Option<Entity> {
        self.screener.find(list, id)
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

fn kept(files: &Compiled) -> Option<(Vec<ListEdition>, Screener)> {
    let editions = serde_json::from_slice(&files.read(EDITIONS, EDITIONS_BYTES_MAX)?).ok()?;
    // A damaged one is built again.
    let screener = Screener::open(Bytes::from_owner(files.map(INDEX)?)).ok()?;
    Some((editions, screener))
}

/// The description comes last: with it the files are whole.
fn keep(files: &Compiled, editions: &[ListEdition], screener: &Screener) -> io::Result<()> {
    files.write(INDEX, |output| screener.write(output))?;
    files.write(EDITIONS, |output| Ok(serde_json::to_writer(output, editions)?))?;
    files.remove_others()
}
