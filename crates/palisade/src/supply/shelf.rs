//! What a server judges packages by: loaded at the start, and again when a feed of it has a new version.

use super::registry::{Public, Registries};
use super::{Policy, Supply};
use crate::pipeline::Pipeline;
use anyhow::Context as _;
use palisade_store::{Feeds, State, feeds::FeedSnapshot};
use palisade_supply::Package;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How often a server looks for new versions of feeds that another process has imported.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long registries are asked for one request: somebody waits for the answer.
const ONLINE_TIME_MAX: Duration = Duration::from_secs(10);

/// The knowledge that counts now. Clones share it.
#[derive(Clone)]
pub struct Shelf {
    current: Arc<RwLock<Arc<Supply>>>,
    feeds: Feeds,
    state: State,
    data_dir: PathBuf,
    policy: Policy,
    registries: Option<Registries>,
}

impl Shelf {
    /// Loads the feeds as they serve now. A feed that cannot be used is told and left out, so that a server starts.
    ///
    /// # Errors
    /// When not even what ships can be loaded.
    pub fn load(data_dir: PathBuf, feeds: &Feeds, state: State, policy: Policy) -> anyhow::Result<Self> {
        let loaded = Supply::load(&data_dir, &feeds.snapshot(), policy.clone()).or_else(|error| {
            tracing::warn!("packages are judged by the names that ship alone: {error:#}");
            Supply::load(&data_dir, &FeedSnapshot::default(), policy.clone())
        })?;
        Ok(Self {
            current: Arc::new(RwLock::new(Arc::new(loaded))),
            feeds: feeds.clone(),
            state,
            data_dir,
            policy,
            registries: None,
        })
    }

    /// The same, which may ask registries.
    #[must_use]
    pub fn asking(self, registries: Registries) -> Self {
        Self { registries: Some(registries), ..self }
    }

    /// What registries say of `packages`, where they may be asked.
    pub async fn public(&self, packages: Vec<Package>) -> Public {
        match &self.registries {
            Some(registries) => registries.look_up(&self.get(), packages, ONLINE_TIME_MAX).await,
            None => Public::default(),
        }
    }

    /// The knowledge that counts now.
    #[must_use]
    pub fn get(&self) -> Arc<Supply> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes new versions of feeds over as they come, and judges stored inventories again by what is new in them.
    pub async fn follow(self, pipeline: Pipeline, mut stopped: tokio::sync::watch::Receiver<bool>) {
        let mut seen = super::versions(&self.feeds.snapshot());
        let mut wrong = String::new();
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = crate::api::server::told(&mut stopped) => return,
            }
            if let Err(error) = self.feeds.refresh().await {
                tracing::warn!(%error, "cannot look for new versions of feeds");
            }
            let snapshot = self.feeds.snapshot();
            let versions = super::versions(&snapshot);
            if versions == seen {
                continue;
            }
            seen = versions;
            let taken = self.take_over(snapshot).await;
            if let Ok((before, after)) = &taken
                && let Err(error) = super::inventory::judge_again(&pipeline, &self.state, before, after).await
            {
                tracing::warn!("stored inventories cannot be judged by the new advisories: {error:#}");
            }
            let said = taken.err().map(|error| format!("{error:#}")).unwrap_or_default();
            if !said.is_empty() && said != wrong {
                tracing::warn!("new feeds about packages cannot be used, those before go on: {said}");
            }
            wrong = said;
        }
    }

    async fn take_over(&self, snapshot: Arc<FeedSnapshot>) -> anyhow::Result<(Arc<Supply>, Arc<Supply>)> {
        let (data_dir, policy) = (self.data_dir.clone(), self.policy.clone());
        let loading = tokio::task::spawn_blocking(move || Supply::load(&data_dir, &snapshot, policy));
        let after = Arc::new(loading.await.context("loading feeds")??);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *current, Arc::clone(&after));
        tracing::info!(
            advisories = after.advisories().map_or(0, |index| index.summary().advisories),
            "feeds about packages loaded"
        );
        Ok((before, after))
    }
}
