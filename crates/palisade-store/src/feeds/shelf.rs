//! The feeds of one data directory: what serves, and how it is replaced.
//!
//! Files lie in `feeds/NAME/`, named by the hash of their content, so that a file once there never changes; the state
//! says which of them are the version that serves. One import at a time runs on a feed, also across processes, held
//! apart by a lock on `feeds/NAME/.lock`.

use crate::{
    feeds::{
        FEEDS, Feed, FeedError, FeedFormat,
        download::{self, Address, joined},
        incoming::{self, Arrived, LOCK_NAME, lock},
        judge::{self, Judge},
        ledger::{self, Attempt, Entry},
    },
    state::{State, hex},
};
use palisade_model::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{Mutex, watch};

/// The most files of one version. A publisher's list comes in up to four, and popular names in one an ecosystem.
const FILES_MAX: usize = 64;

/// The feeds of one data directory. Clones share them.
#[derive(Clone)]
pub struct Feeds {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    state: State,
    judge: Judge,
    serving: watch::Sender<Arc<FeedSnapshot>>,
    /// Held while the state is read, so that what was read first is not published last.
    reloading: Mutex<()>,
}

/// What serves at one moment. It does not change; a newer one takes its place.
#[derive(Clone, Debug, Default)]
pub struct FeedSnapshot {
    /// Counts the changes since the process started.
    pub generation: u64,
    versions: BTreeMap<&'static str, Arc<FeedVersion>>,
    damaged: BTreeSet<&'static str>,
}

/// One version of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedVersion {
    /// The feed.
    pub name: &'static str,
    /// Counts the imports of the feed.
    pub serial: i64,
    /// The SHA-256 of its file; of several, that of their hashes in order.
    pub sha256: String,
    /// Of all files together.
    pub size_bytes: i64,
    /// When it was imported, or last found to be the newest.
    pub imported: Timestamp,
    /// The paths or the address it was taken from.
    pub source: String,
    /// Its files, in the order in which they were given.
    pub files: Vec<FeedFile>,
}

/// One file of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedFile {
    /// Where it lies. It stays there for as long as its version and the one after it serve.
    pub path: PathBuf,
    /// Its name when it was imported; tells, for example, the ecosystem.
    pub original: String,
    /// The SHA-256 of its content.
    pub sha256: String,
    /// Its size.
    pub size_bytes: i64,
}

/// How a feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedState {
    /// Never imported.
    Absent,
    /// Imported, and not too long ago.
    Ready,
    /// Imported longer ago than it should be.
    Stale,
    /// Files of its newest version are gone or cut; an earlier one serves, if there is one.
    Damaged,
}

/// A feed as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct FeedStatus {
    /// The name by which it is asked for.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The formats in which it may come.
    pub formats: &'static [FeedFormat],
    /// Where its publisher offers it.
    pub address: Option<&'static str>,
    /// How it stands.
    pub state: FeedState,
    /// The version that serves.
    pub version: Option<Arc<FeedVersion>>,
    /// The age of that version.
    pub age_seconds: Option<i64>,
    /// When an import was last tried.
    pub attempted: Option<Timestamp>,
    /// Why the last import failed, if it did.
    pub problem: Option<String>,
}

/// An import that succeeded.
#[derive(Clone, Debug, Serialize)]
pub struct Imported {
    /// What serves now.
    pub version: Arc<FeedVersion>,
    /// `false` when it was serving already.
    pub changed: bool,
}

impl FeedSnapshot {
    /// The version of this feed that serves.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<FeedVersion>> {
        self.versions.get(name)
    }

    /// True when files of the feed's newest version are gone or cut, so that an earlier one serves, or none.
    #[must_use]
    pub fn is_damaged(&self, name: &str) -> bool {
        self.damaged.contains(name)
    }
}

impl Feeds {
    /// Opens the feeds under `data_dir`, as `state` knows them.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn open(data_dir: &Path, state: State) -> Result<Self, FeedError> {
        Self::open_judged(data_dir, state, Arc::new(|_| Ok(()))).await
    }

    /// The same; what is imported must also please `judge`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_judged(data_dir: &Path, state: State, judge: Judge) -> Result<Self, FeedError> {
        let serving = watch::Sender::new(Arc::new(FeedSnapshot::default()));
        let inner = Inner { folder: data_dir.join("feeds"), state, judge, serving, reloading: Mutex::new(()) };
        let feeds = Self { inner: Arc::new(inner) };
        feeds.refresh().await?;
        Ok(feeds)
    }

    /// All feeds, in the order of [`FEEDS`].
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list(&self, now: Timestamp) -> Result<Vec<FeedStatus>, FeedError> {
        self.refresh().await?;
        let attempts = ledger::attempts(&self.inner.state).await?;
        let snapshot = self.snapshot();
        Ok(FEEDS.iter().map(|feed| status(feed, &snapshot, &attempts, now)).collect())
    }

    /// One feed.
    ///
    /// # Errors
    /// When there is no feed of this name, or the state cannot be read.
    pub async fn show(&self, name: &str, now: Timestamp) -> Result<FeedStatus, FeedError> {
        let feed = find(name)?;
        self.refresh().await?;
        let attempts = ledger::attempts(&self.inner.state).await?;
        Ok(status(feed, &self.snapshot(), &attempts, now))
    }

    /// What serves now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<FeedSnapshot> {
        self.inner.serving.borrow().clone()
    }

    /// The version of this feed that serves now.
    #[must_use]
    pub fn current(&self, name: &str) -> Option<Arc<FeedVersion>> {
        self.snapshot().get(name).cloned()
    }

    /// The version before the one that serves, where it is still there.
    ///
    /// # Errors
    /// When there is no such feed, or the state cannot be read.
    pub async fn earlier(&self, name: &str) -> Result<Option<FeedVersion>, FeedError> {
        let feed = find(name)?;
        let serial = self.current(feed.name).map(|version| version.serial);
        let entries = ledger::entries(&self.inner.state).await?;
        let versions = versions(&self.inner.folder, entries).into_iter();
        let mut before = versions.filter(|version| version.name == feed.name && Some(version.serial) < serial);
        Ok(before.find(|version| version.files.iter().all(is_there)))
    }

    /// Tells of every change of what serves. A slow receiver sees the newest only.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<FeedSnapshot>> {
        self.inner.serving.subscribe()
    }

    /// Makes these files, in this order, the version of the feed that serves, once all of them have been read through.
    /// On any error the version before goes on serving, and the error is noted.
    ///
    /// # Errors
    /// When there is no such feed, a file is missing, too large, damaged or of another format, or nothing can be
    /// written.
    pub async fn import(&self, name: &str, files: &[PathBuf], now: Timestamp) -> Result<Imported, FeedError> {
        let feed = find(name)?;
        let result = self.import_files(feed, files, None, now).await;
        self.note(feed, result, now).await
    }

    /// Takes the feed from `address`, or from its built-in one: `file:PATH` or `https://…`. What comes over the network
    /// needs the SHA-256 that is expected of it.
    ///
    /// # Errors
    /// As [`Self::import`]; when there is no address or one of another kind; when an `https:` address comes without a
    /// hash; when the file has another hash; when the download fails.
    pub async fn sync(
        &self,
        name: &str,
        address: Option<&str>,
        sha256: Option<&str>,
        now: Timestamp,
    ) -> Result<Imported, FeedError> {
        let feed = find(name)?;
        let result = self.sync_from(feed, address, sha256, now).await;
        self.note(feed, result, now).await
    }

    /// Goes back to the version before, which serves from then on.
    ///
    /// # Errors
    /// When there is no such feed or no version before, or the state cannot be written.
    pub async fn rollback(&self, name: &str) -> Result<Arc<FeedVersion>, FeedError> {
        let feed = find(name)?;
        let folder = self.folder(feed)?;
        let _lock = lock(&folder).await?;
        if !ledger::step_back(&self.inner.state, feed.name).await? {
            return Err(FeedError::NoEarlierVersion(feed.name));
        }
        self.prune(feed, &folder).await?;
        self.refresh().await?;
        self.current(feed.name).ok_or(FeedError::NoEarlierVersion(feed.name))
    }

    /// Looks whether another process has changed what serves, publishes it if so, and says whether.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn refresh(&self) -> Result<bool, FeedError> {
        let _reloading = self.inner.reloading.lock().await;
        let entries = ledger::entries(&self.inner.state).await?;
        let (versions, damaged) = serving(&self.inner.folder, entries);
        Ok(self.inner.serving.send_if_modified(|snapshot| {
            let changed = snapshot.versions != versions || snapshot.damaged != damaged;
            if changed {
                *snapshot = Arc::new(FeedSnapshot { generation: snapshot.generation + 1, versions, damaged });
            }
            changed
        }))
    }

    async fn sync_from(
        &self,
        feed: &'static Feed,
        address: Option<&str>,
        sha256: Option<&str>,
        now: Timestamp,
    ) -> Result<Imported, FeedError> {
        let address = address.or(feed.address).ok_or(FeedError::NoAddress(feed.name))?;
        let expected = sha256.map(normal_hash).transpose()?;
        match (download::parse(address)?, expected) {
            (Address::File(path), expected) => self.import_files(feed, &[path], expected, now).await,
            (Address::Https(url), None) => {
                Err(FeedError::HashRequired { name: feed.name, address: download::shown(&url) })
            }
            (Address::Https(url), Some(expected)) => {
                let source = download::shown(&url);
                let client = download::https_client()
                    .map_err(|error| FeedError::Download { address: source.clone(), reason: error.to_string() })?;
                let folder = self.folder(feed)?;
                let _lock = lock(&folder).await?;
                let limit = incoming::FILE_BYTES_MAX;
                let arrived = download::download(&client, url, &folder, feed, &expected, limit).await?;
                self.swap(feed, &folder, vec![arrived], &source, now).await
            }
        }
    }

    async fn import_files(
        &self,
        feed: &'static Feed,
        files: &[PathBuf],
        expected: Option<String>,
        now: Timestamp,
    ) -> Result<Imported, FeedError> {
        match files.len() {
            0 => return Err(FeedError::NoFiles),
            count if count > FILES_MAX => return Err(FeedError::TooManyFiles { count, count_max: FILES_MAX }),
            _ => {}
        }
        let folder = self.folder(feed)?;
        let _lock = lock(&folder).await?;
        let (paths, into) = (files.to_vec(), folder.clone());
        let copying = tokio::task::spawn_blocking(move || {
            paths.iter().map(|path| incoming::copy(&into, path, feed, expected.as_deref())).collect::<Result<_, _>>()
        });
        let arrived: Vec<Arrived> = joined(copying).await?;
        let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        self.swap(feed, &folder, arrived, &names.join(" "), now).await
    }

    /// Puts files that were found good in the place of those that serve. The folder is locked.
    async fn swap(
        &self,
        feed: &'static Feed,
        folder: &Path,
        files: Vec<Arrived>,
        source: &str,
        now: Timestamp,
    ) -> Result<Imported, FeedError> {
        self.refresh().await?;
        judge::ask(Arc::clone(&self.inner.judge), feed, &files, self.current(feed.name)).await?;
        let sha256 = joint_hash(&files);
        let same = self.current(feed.name).filter(|version| version.sha256 == sha256);
        let changed = same.is_none() || self.snapshot().damaged.contains(feed.name);
        for file in &files {
            file.keep(folder)?;
        }
        incoming::sync_folder(folder)?;
        match same.filter(|_| !changed) {
            Some(version) => ledger::confirm(&self.inner.state, feed.name, version.serial, now).await?,
            None => {
                let draft = ledger::Draft { name: feed.name, sha256: &sha256, source, files: &files };
                ledger::record(&self.inner.state, &draft, now).await?;
            }
        }
        self.prune(feed, folder).await?;
        self.refresh().await?;
        let missing = || FeedError::file(folder)(std::io::Error::other("the files just imported are gone"));
        Ok(Imported { version: self.current(feed.name).ok_or_else(missing)?, changed })
    }

    /// Removes files that belong to no version: older ones, and what a crash left. The folder is locked.
    async fn prune(&self, feed: &'static Feed, folder: &Path) -> Result<(), FeedError> {
        let entries = ledger::entries(&self.inner.state).await?;
        let kept: BTreeSet<String> =
            entries.into_iter().filter(|entry| entry.name == feed.name).map(|entry| entry.stored).collect();
        for file in fs::read_dir(folder).map_err(FeedError::file(folder))? {
            let file = file.map_err(FeedError::file(folder))?;
            let known = file.file_name().to_str().is_some_and(|name| name == LOCK_NAME || kept.contains(name));
            if !known && let Err(error) = fs::remove_file(file.path()) {
                tracing::warn!(%error, feed = feed.name, "cannot remove an old file of a feed");
            }
        }
        Ok(())
    }

    /// Notes a failed attempt, and hands the result on.
    async fn note(
        &self,
        feed: &'static Feed,
        result: Result<Imported, FeedError>,
        now: Timestamp,
    ) -> Result<Imported, FeedError> {
        if let Err(problem) = &result
            && let Err(error) = ledger::fail(&self.inner.state, feed.name, &problem.to_string(), now).await
        {
            tracing::warn!(%error, feed = feed.name, "cannot note that an import failed");
        }
        result
    }

    fn folder(&self, feed: &'static Feed) -> Result<PathBuf, FeedError> {
        let folder = self.inner.folder.join(feed.name);
        fs::create_dir_all(&folder).map_err(FeedError::file(&folder))?;
        Ok(folder)
    }
}

fn find(name: &str) -> Result<&'static Feed, FeedError> {
    Feed::find(name).ok_or_else(|| FeedError::Unknown(name.chars().take(64).collect()))
}

fn normal_hash(text: &str) -> Result<String, FeedError> {
    let valid = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if valid { Ok(text.to_ascii_lowercase()) } else { Err(FeedError::NotAHash(text.chars().take(80).collect())) }
}

fn joint_hash(files: &[Arrived]) -> String {
    match files {
        [only] => only.sha256.clone(),
        many => {
            let digest = many.iter().fold(Sha256::new(), |digest, file| digest.chain_update(&file.sha256));
            hex(&digest.finalize())
        }
    }
}

/// Of each feed the newest version whose files are all there, and the feeds whose newest is not that one.
fn serving(folder: &Path, entries: Vec<Entry>) -> (BTreeMap<&'static str, Arc<FeedVersion>>, BTreeSet<&'static str>) {
    let (mut serving, mut damaged) = (BTreeMap::new(), BTreeSet::new());
    for version in versions(folder, entries) {
        if serving.contains_key(version.name) {
            continue;
        }
        if version.files.iter().all(is_there) {
            serving.insert(version.name, Arc::new(version));
        } else {
            damaged.insert(version.name);
        }
    }
    (serving, damaged)
}

/// Whether the file is there with its size. Its content cannot have changed: its name is its hash, and nothing writes
/// to it.
fn is_there(file: &FeedFile) -> bool {
    fs::metadata(&file.path).is_ok_and(|found| found.is_file() && i64::try_from(found.len()) == Ok(file.size_bytes))
}

/// Gathers the files of each version; the order stays. Feeds that are no longer known are left out.
fn versions(folder: &Path, entries: Vec<Entry>) -> Vec<FeedVersion> {
    let mut versions: Vec<FeedVersion> = Vec::new();
    for entry in entries {
        let Some(feed) = Feed::find(&entry.name) else { continue };
        let path = folder.join(feed.name).join(&entry.stored);
        let file =
            FeedFile { path, original: entry.original, sha256: entry.file_sha256, size_bytes: entry.file_size_bytes };
        match versions.last_mut() {
            Some(last) if last.name == feed.name && last.serial == entry.serial => last.files.push(file),
            _ => versions.push(FeedVersion {
                name: feed.name,
                serial: entry.serial,
                sha256: entry.sha256,
                size_bytes: entry.size_bytes,
                imported: entry.imported,
                source: entry.source,
                files: vec![file],
            }),
        }
    }
    versions
}

fn status(feed: &'static Feed, snapshot: &FeedSnapshot, attempts: &[Attempt], now: Timestamp) -> FeedStatus {
    const NANOS_A_SECOND: i64 = 1_000_000_000;
    let version = snapshot.get(feed.name).cloned();
    let age_seconds =
        version.as_ref().map(|version| (now.nanos().saturating_sub(version.imported.nanos()) / NANOS_A_SECOND).max(0));
    let state = match age_seconds {
        _ if snapshot.damaged.contains(feed.name) => FeedState::Damaged,
        None => FeedState::Absent,
        Some(age) if age > i64::from(feed.fresh_days) * 24 * 60 * 60 => FeedState::Stale,
        Some(_) => FeedState::Ready,
    };
    let attempt = attempts.iter().find(|attempt| attempt.name == feed.name);
    FeedStatus {
        name: feed.name,
        title: feed.title,
        formats: feed.formats,
        address: feed.address,
        state,
        version,
        age_seconds,
        attempted: attempt.map(|attempt| attempt.attempted),
        problem: attempt.and_then(|attempt| attempt.problem.clone()),
    }
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
