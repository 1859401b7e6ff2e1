//! The work on one change: files fetched, judged together, recorded, and the commit told.

use super::ask::{Asker, Status};
use super::change::Change;
use super::kept::{Kept, Waiting};
use super::{Settings, WORKERS};
use crate::clock::now;
use crate::pipeline::{Pipeline, Submission, Told};
use crate::supply::Shelf;
use crate::supply::outside::Outside;
use crate::supply::project::{self, Looked, Read};
use palisade_model::{Event, Finding, Observation, Verdict};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, watch};

/// Of one change, all in all.
const TIME_MAX: Duration = Duration::from_secs(180);
/// Manifests of one change.
const MANIFESTS_MAX: usize = 100;
/// Bytes of all of them.
const BYTES_MAX: usize = 64 << 20;
/// Memory that a record of findings takes in the queue, about.
const SHARE_BYTES: usize = 256 << 10;

/// What it takes to work on changes.
pub(super) struct Worker {
    pub(super) settings: Arc<[Settings; 3]>,
    pub(super) outside: Outside,
    pub(super) shelf: Shelf,
    pub(super) pipeline: Pipeline,
    pub(super) kept: Kept,
}

/// Works on changes as they come, until the server stops. What is not done by then stays kept.
pub(super) async fn follow(worker: Arc<Worker>, waiting: mpsc::Receiver<Waiting>, stopped: watch::Receiver<bool>) {
    let waiting = Arc::new(Mutex::new(waiting));
    let workers = (0..WORKERS).map(|_| {
        let (worker, waiting, mut stopped) = (Arc::clone(&worker), Arc::clone(&waiting), stopped.clone());
        tokio::spawn(async move {
            loop {
                let next = async { waiting.lock().await.recv().await };
                let change = tokio::select! {
                    change = next => change,
                    () = crate::api::server::told(&mut stopped) => None,
                };
                let Some(change) = change else { return };
                tokio::select! {
                    () = worker.work(&change.change) => worker.forget(change).await,
                    () = crate::api::server::told(&mut stopped) => return,
                }
            }
        })
    });
    for working in workers.collect::<Vec<_>>() {
        if let Err(error) = working.await {
            tracing::error!(%error, "the work on webhooks failed");
        }
    }
    let left = waiting.lock().await.len();
    if left > 0 {
        tracing::info!(left, "changes reported by code hosts are judged after the next start");
    }
}

impl Worker {
    async fn forget(&self, change: Waiting) {
        let kept = self.kept.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || kept.forget(&change)).await {
            tracing::error!(%error, "a change that is judged cannot be forgotten");
        }
    }

    /// Judges a change and tells the commit. What cannot be read is no success.
    async fn work(&self, change: &Change) {
        let asker = Asker { outside: &self.outside, settings: &self.settings[change.host as usize], change };
        let judged = tokio::time::timeout(TIME_MAX, self.judge(&asker)).await;
        let status = judged.unwrap_or_else(|_| Err(anyhow::anyhow!("the code host did not answer in time")));
        let status = status.unwrap_or_else(|error| {
            tracing::warn!(repository = change.shown, commit = change.commit, "a change cannot be judged: {error:#}");
            Status { is_good: false, description: format!("not judged: {error:#}") }
        });
        metrics::counter!("palisade_hooks_total", "host" => change.host.name(), "good" => status.is_good.to_string())
            .increment(1);
        if asker.settings.token.is_missing() {
            return;
        }
        if let Err(error) = asker.tell(&status).await {
            tracing::warn!(repository = change.shown, commit = change.commit, "a status cannot be set: {error}");
        }
    }

    async fn judge(&self, asker: &Asker<'_>) -> anyhow::Result<Status> {
        let change = asker.change;
        let (paths, mut whole) =
            asker.manifests().await.map_err(|error| anyhow::anyhow!("the files changed: {error}"))?;
        whole &= paths.len() <= MANIFESTS_MAX;
        let (mut read, mut bytes) = (Read::default(), 0);
        for path in paths.iter().take(MANIFESTS_MAX) {
            let content = asker.content(path).await.map_err(|error| anyhow::anyhow!("{path}: {error}"))?;
            // A file that is not there any more was taken out.
            let Some(content) = content else { continue };
            bytes += content.len();
            if bytes > BYTES_MAX {
                whole = false;
                break;
            }
            let path = path.clone();
            let one = tokio::task::spawn_blocking(move || project::read_one(&path, &content)).await?;
            read = read.and(one.unwrap_or_default());
        }
        if read.is_empty() && whole {
            return Ok(Status { is_good: true, description: "no manifest changed".to_owned() });
        }
        let public = self.shelf.public(read.packages().cloned().collect()).await;
        let supply = self.shelf.get();
        let (looked, verdict) = tokio::task::spawn_blocking(move || {
            let looked = read.judge(&supply, &public, now());
            let verdict = looked.files.iter().map(|file| file.verdict(&supply)).max().unwrap_or_default();
            (looked, verdict)
        })
        .await?;
        let status = status(&looked, verdict, whole);
        self.record(change, &looked, verdict).await?;
        Ok(status)
    }

    /// Keeps that the change was judged, with what was found.
    async fn record(&self, change: &Change, looked: &Looked, verdict: Verdict) -> anyhow::Result<()> {
        let findings: Vec<Finding> = looked.files.iter().flat_map(|file| file.findings().cloned()).collect();
        let (what, shown) = (&change.what, &change.shown);
        let observation = Observation::Event(Event {
            time: now(),
            kind: "scan".to_owned(),
            severity: findings.iter().map(|finding| finding.severity).max().unwrap_or_default(),
            service: "palisade".to_owned(),
            actor: change.host.name().to_owned(),
            message: format!("judged {what} of {shown} at {}: {verdict}, {} findings", change.commit, findings.len()),
            attributes: vec![
                ("repository".to_owned(), shown.as_str().into()),
                ("commit".to_owned(), change.commit.as_str().into()),
            ],
            ..Event::default()
        });
        let share = self.pipeline.room_whenever(SHARE_BYTES).await;
        let judged = Some(vec![Told::Findings(findings)]);
        self.pipeline
            .submit(Submission { observations: vec![observation], share, idempotency_key: None, judged })
            .await?;
        Ok(())
    }
}

/// What the commit is told: the worst first, as there is room for one line.
fn status(looked: &Looked, verdict: Verdict, whole: bool) -> Status {
    let packages: usize = looked.files.iter().map(|file| file.said.packages).sum();
    let mut findings: Vec<&Finding> = looked.files.iter().flat_map(|file| file.findings()).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let problems = looked.files.iter().map(|file| file.manifest.problems.len()).sum::<usize>();
    let is_good = verdict != Verdict::Block && whole && problems == 0;
    let description = match findings.first() {
        _ if !whole => "not judged as a whole: too many or too large manifests".to_owned(),
        Some(worst) => format!("{} findings, the worst: {}", findings.len(), worst.title),
        None if problems > 0 => format!("{problems} places of manifests cannot be read"),
        None => format!("{packages} packages, nothing found"),
    };
    Status { is_good, description }
}
