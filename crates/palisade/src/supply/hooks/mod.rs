//! Webhooks of code hosts: a push or a pull request that changes manifests has them fetched and judged, recorded as an
//! event with its findings, and the commit gets a status.
//!
//! ```text
//! POST /api/v1/hooks/HOST ─► signature ─► Change ─► file, queue ─► files from the API ─► judgement ─► record, status
//! ```
//!
//! A change is kept in a file from before its acknowledgement until it is judged: what waits when the server stops is
//! judged after its next start.
//!
//! A report only names a repository and a commit; everything else is asked for at the configured address of the API, so
//! that a report cannot lead anywhere. A host without a configured secret is not heard.

mod ask;
mod bitbucket;
mod change;
mod github;
mod gitlab;
mod kept;
mod signature;
#[cfg(test)]
mod tests;
mod work;

use super::Shelf;
use super::outside::{Limits, Outside};
use crate::config;
use crate::pipeline::Pipeline;
use anyhow::Context as _;
use axum::http::HeaderMap;
use change::Change;
use kept::{Kept, Waiting};
use palisade_notify::Secret;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Changes that wait.
const QUEUE_MAX: usize = 256;
/// Changes that are worked on at the same time.
const WORKERS: usize = 2;
/// Changes of one report that are taken: branches of one push.
const CHANGES_MAX: usize = 100;
/// Of one request to the API of a code host.
const LIMITS: Limits = Limits { time_max: Duration::from_secs(20), body_bytes_max: 16 << 20, concurrent_max: 8 };

/// A code host that reports changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Host {
    /// github.com or GitHub Enterprise.
    GitHub,
    /// gitlab.com or an own GitLab.
    GitLab,
    /// Bitbucket Cloud.
    Bitbucket,
}

impl Host {
    /// Its name in addresses and settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Bitbucket => "bitbucket",
        }
    }

    const fn signature_header(self) -> &'static str {
        match self {
            Self::GitHub => "x-hub-signature-256",
            Self::GitLab => "x-gitlab-token",
            Self::Bitbucket => "x-hub-signature",
        }
    }

    const fn event_header(self) -> &'static str {
        match self {
            Self::GitHub => "x-github-event",
            Self::GitLab => "x-gitlab-event",
            Self::Bitbucket => "x-event-key",
        }
    }

    fn read(self, event: &str, payload: &Value) -> Vec<Change> {
        match self {
            Self::GitHub => github::read(event, payload).into_iter().collect(),
            Self::GitLab => gitlab::read(event, payload).into_iter().collect(),
            Self::Bitbucket => bitbucket::read(event, payload),
        }
    }
}

/// What is set for one host.
#[derive(Clone, Debug)]
struct Settings {
    secret: Secret,
    token: Secret,
    api: Url,
}

impl Settings {
    fn all(hooks: &config::Hooks) -> anyhow::Result<[Self; 3]> {
        let one = |host: Host, secret: &Secret, token: &Secret, api: &str| -> anyhow::Result<Self> {
            let url = Url::parse(api).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            let api = url.with_context(|| format!("supply.hooks.{}_api_url is no address", host.name()))?;
            Ok(Self { secret: secret.clone(), token: token.clone(), api })
        };
        Ok([
            one(Host::GitHub, &hooks.github_secret, &hooks.github_token, &hooks.github_api_url)?,
            one(Host::GitLab, &hooks.gitlab_secret, &hooks.gitlab_token, &hooks.gitlab_api_url)?,
            one(Host::Bitbucket, &hooks.bitbucket_secret, &hooks.bitbucket_token, &hooks.bitbucket_api_url)?,
        ])
    }
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its change will be judged.
    Queued,
    /// It reports nothing that concerns packages.
    Ignored,
}

/// Why a report is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No secret is configured for the host.
    #[error("no secret is configured for this code host: set it under [supply.hooks]")]
    NotConfigured,
    /// It is not signed with the secret that is configured.
    #[error("the request is not signed with the secret under [supply.hooks]: compare it with that of the webhook")]
    NotSigned,
    /// It is signed, but no JSON.
    #[error("the body is no JSON: set the content type of the webhook to application/json")]
    NoJson,
    /// Too many changes wait.
    #[error("too many changes wait to be judged")]
    Full,
    /// It cannot be kept until it is judged.
    #[error("the change cannot be written to the data folder: see the log of the server")]
    NotKept,
}

/// The way in for reports. Clones share the queue.
#[derive(Clone)]
pub struct Hooks {
    settings: Arc<[Settings; 3]>,
    queue: mpsc::Sender<Waiting>,
    kept: Kept,
}

impl Hooks {
    /// Starts to work on reports, until the server stops: first on those that waited when it stopped before.
    ///
    /// # Errors
    /// When an address is none, the system's certificates cannot be read, or changes cannot be kept in `data_dir`.
    pub fn start(
        hooks: &config::Hooks,
        data_dir: &Path,
        shelf: Shelf,
        pipeline: Pipeline,
        stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<(Self, JoinHandle<()>)> {
        let settings = Arc::new(Settings::all(hooks)?);
        let (queue, waiting) = mpsc::channel(QUEUE_MAX + WORKERS);
        let (kept, before) = Kept::open(data_dir, QUEUE_MAX + WORKERS).context("cannot keep changes to judge")?;
        for change in before {
            // There is room for as many as were taken out.
            let _no_room = queue.try_send(change);
        }
        let outside = Outside::new(LIMITS)?;
        let worker = work::Worker { settings: Arc::clone(&settings), outside, shelf, pipeline, kept: kept.clone() };
        let working = tokio::spawn(work::follow(Arc::new(worker), waiting, stopped));
        Ok((Self { settings, queue, kept }, working))
    }

    /// Whether reports of `host` are heard.
    ///
    /// # Errors
    /// When no secret is configured.
    pub fn hears(&self, host: Host) -> Result<(), Refused> {
        if self.settings[host as usize].secret.is_missing() { Err(Refused::NotConfigured) } else { Ok(()) }
    }

    /// Takes a report: all of its changes, durably, or none.
    ///
    /// # Errors
    /// When it is not genuine, there is no room for it, or it cannot be kept.
    pub async fn take(&self, host: Host, headers: &HeaderMap, body: &[u8]) -> Result<Taken, Refused> {
        self.hears(host)?;
        if !signature::is_genuine(host, &self.settings[host as usize].secret, headers, body) {
            return Err(Refused::NotSigned);
        }
        let payload: Value = serde_json::from_slice(body).map_err(|_| Refused::NoJson)?;
        let event = headers.get(host.event_header()).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut changes = host.read(event, &payload);
        if changes.is_empty() {
            return Ok(Taken::Ignored);
        }
        if changes.len() > CHANGES_MAX {
            tracing::warn!(host = host.name(), changes = changes.len(), "of one push only {CHANGES_MAX} are judged");
            changes.truncate(CHANGES_MAX);
        }
        let room = self.queue.try_reserve_many(changes.len()).map_err(|_| Refused::Full)?;
        let kept = self.kept.clone();
        let written = tokio::task::spawn_blocking(move || kept.keep(changes)).await;
        let waiting = written.map_err(std::io::Error::other).and_then(|written| written).map_err(|error| {
            tracing::error!(%error, "a change that a code host reports cannot be kept");
            Refused::NotKept
        })?;
        room.zip(waiting).for_each(|(place, change)| place.send(change));
        Ok(Taken::Queued)
    }
}
