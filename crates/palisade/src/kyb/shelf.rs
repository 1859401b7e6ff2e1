//! What a server screens against: loaded at the start, and again when a list has a new version. Counterparties are
//! screened against what changed then.

use super::{Lists, counterparties, learned::Learned, lists};
use crate::pipeline::Pipeline;
use anyhow::Context as _;
use palisade_store::{Feeds, State, feeds::FeedSnapshot};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// How often a server looks for new versions of lists that another process has imported.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The lists that count now, or why there are none. Clones share it.
#[derive(Clone)]
pub struct Shelf {
    current: Arc<RwLock<Result<Arc<Lists>, String>>>,
    feeds: Feeds,
    state: State,
    data_dir: PathBuf,
    /// Held while counterparties, their hits or the lists change, so that nobody is screened against neither version.
    changing: Arc<Mutex<()>>,
    learned: Arc<Learned>,
}

impl Shelf {
    /// Loads the lists as they serve now. Where they cannot be read the server starts all the same, and says why to
    /// whoever asks.
    #[must_use]
    pub fn load(data_dir: PathBuf, feeds: &Feeds, state: State) -> Self {
        let loaded = Lists::load(&data_dir, &feeds.snapshot()).map(Arc::new).map_err(|error| {
            tracing::error!("nobody is screened: {error:#}");
            format!("{error:#}")
        });
        Self {
            current: Arc::new(RwLock::new(loaded)),
            feeds: feeds.clone(),
            state,
            data_dir,
            changing: Arc::default(),
            learned: Arc::default(),
        }
    }

    /// The lists that count now.
    ///
    /// # Errors
    /// Why nobody can be screened.
    pub fn get(&self) -> Result<Arc<Lists>, String> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        if current.is_empty() {
            return Err(
                "no list was imported, so nobody can be screened: palisade feed import ofac-sdn FILE".to_owned()
            );
        }
        Ok(current)
    }

    /// What decisions on hits teach.
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// Keeps lists and counterparties from changing for as long as it is held.
    pub async fn hold(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// Takes new versions of lists over as they come, and screens counterparties against what is new in them.
    pub async fn follow(self, pipeline: Pipeline, mut stopped: tokio::sync::watch::Receiver<bool>) {
        let mut seen = lists::hashes(&self.feeds.snapshot());
        let mut wrong = self.screen_again(&pipeline).await;
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = crate::api::server::told(&mut stopped) => return,
            }
            if let Err(error) = self.feeds.refresh().await {
                tracing::warn!(%error, "cannot look for new versions of lists");
            }
            let snapshot = self.feeds.snapshot();
            let hashes = lists::hashes(&snapshot);
            // What went wrong with counterparties is tried again; a list that cannot be read is not, until it changes.
            if hashes != seen {
                match self.take_over(snapshot).await {
                    Ok(()) => seen = hashes,
                    Err(error) => {
                        tracing::error!("new versions of lists cannot be used, those before go on: {error:#}");
                        seen = hashes;
                        continue;
                    }
                }
            } else if wrong.is_ok() {
                continue;
            }
            wrong = self.screen_again(&pipeline).await;
        }
    }

    async fn take_over(&self, snapshot: Arc<FeedSnapshot>) -> anyhow::Result<()> {
        let _held = self.hold().await;
        let data_dir = self.data_dir.clone();
        let loading = tokio::task::spawn_blocking(move || Lists::load(&data_dir, &snapshot));
        let after = Arc::new(loading.await.context("loading lists")??);
        let entries: usize = after.editions().iter().map(|edition| edition.entries).sum();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Ok(after);
        tracing::info!(entries, "lists loaded");
        Ok(())
    }

    async fn screen_again(&self, pipeline: &Pipeline) -> Result<(), ()> {
        let Ok(lists) = self.get() else { return Ok(()) };
        let _held = self.hold().await;
        counterparties::screen_again(pipeline, &self.state, &self.feeds, &lists).await.map_err(|error| {
            tracing::error!("counterparties cannot be screened against new versions of lists: {error:#}");
        })
    }
}
