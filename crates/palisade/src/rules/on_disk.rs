//! The rules of a server: loaded at the start, and again when something of them has changed.

use super::{FEED, Loaded, Sources, files::gather, load, missing, resolved};
use crate::clock::now;
use crate::config::Events;
use crate::pipeline::Pipeline;
use crate::watch::Rules;
use palisade_model::Timestamp;
use palisade_store::Feeds;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The rules of a server.
pub(crate) struct OnDisk {
    settings: Events,
    feeds: Feeds,
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
    pub(crate) fn load(settings: &Events, feeds: &Feeds, rules: &Rules) -> anyhow::Result<Self> {
        let every = Duration::from_secs(settings.reload_seconds);
        let mut on_disk =
            Self { settings: settings.clone(), feeds: feeds.clone(), every, seen: None, wrong: String::new() };
        if missing(settings, &feeds.snapshot()) {
            tracing::info!(
                "the feed sigma is not imported, so no rules of it run: palisade feed import sigma FILE.zip"
            );
        }
        on_disk.refresh(rules)?;
        Ok(on_disk)
    }

    /// Loads the rules again whenever something of them has changed; those that cannot be read leave the old ones
    /// running.
    pub(crate) async fn follow(mut self, pipeline: Pipeline, mut stopped: tokio::sync::watch::Receiver<bool>) {
        if self.settings.rules.is_empty() || self.every.is_zero() {
            return;
        }
        let uses_feed = self.settings.rules.iter().any(|path| path == Path::new(FEED));
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.every) => {}
                () = crate::api::server::told(&mut stopped) => return,
            }
            if uses_feed && let Err(error) = self.feeds.refresh().await {
                tracing::warn!(%error, "cannot look for new rules of the feed");
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
        let now = now();
        let sources = self.sources()?;
        if sources.rules.is_empty() {
            return Ok(());
        }
        let signature = Signature::of(&sources, now)?;
        if self.seen.as_ref() == Some(&signature) {
            return Ok(());
        }
        // Noted first, so that rules that cannot be loaded are told of once.
        self.seen = Some(signature);
        let Loaded { ruleset, files } = load(&sources, now)?;
        let (count, correlations) = (ruleset.engine().rules().len(), ruleset.correlations().len());
        for problem in ruleset.problems().iter().filter(|problem| problem.is_refused) {
            tracing::warn!("a rule does not run: {problem}");
        }
        for problem in ruleset.tuning_problems() {
            tracing::warn!("an entry of tuning does not count: {problem}");
        }
        tracing::info!(rules = count, correlations, files, disabled = ruleset.disabled().len(), "rules loaded");
        rules.replace(ruleset);
        Ok(())
    }

    fn sources(&self) -> anyhow::Result<Sources> {
        let Events { rules, pipelines, taxonomies, tuning, reload_seconds: _ } = self.settings.clone();
        Ok(Sources { rules: resolved(&rules, &self.feeds.snapshot())?, pipelines, taxonomies, tuning })
    }
}

/// What all the files are, without reading them: equal as long as none of them changes.
#[derive(Debug, PartialEq, Eq)]
struct Signature {
    files: Vec<(PathBuf, u64, Option<SystemTime>)>,
    /// The day, where there is tuning: its entries expire with the day.
    day: Option<i64>,
}

impl Signature {
    /// # Errors
    /// When a path cannot be read.
    fn of(sources: &Sources, now: Timestamp) -> anyhow::Result<Self> {
        let of_file = |path: PathBuf| {
            let metadata = std::fs::metadata(&path).ok();
            let length = metadata.as_ref().map_or(0, std::fs::Metadata::len);
            (path, length, metadata.and_then(|metadata| metadata.modified().ok()))
        };
        let rules = gather(&sources.rules)?.into_iter().map(|found| found.at.path);
        let beside = sources.pipelines.iter().chain(&sources.taxonomies).chain(&sources.tuning).cloned();
        let day = (!sources.tuning.is_empty()).then(|| now.days());
        Ok(Self { files: rules.chain(beside).map(of_file).collect(), day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_new_when_a_file_changes_and_tuning_with_the_day() {
        let folder = tempfile::tempdir().unwrap();
        let (rule, tuning) = (folder.path().join("a.yml"), folder.path().join("tuning.toml"));
        std::fs::write(&rule, "title: A\n").unwrap();
        std::fs::write(&tuning, "").unwrap();
        let plain = Sources::of(std::slice::from_ref(&rule));
        let tuned = Sources { tuning: vec![tuning], ..plain.clone() };
        let day = |number: i64| Timestamp::from_millis(number * 86_400_000);
        let signature = |sources: &Sources, number| Signature::of(sources, day(number)).unwrap();
        assert_eq!(signature(&plain, 1), signature(&plain, 2));
        assert_eq!(signature(&tuned, 1), signature(&tuned, 1));
        assert_ne!(signature(&tuned, 1), signature(&tuned, 2));
        let before = signature(&plain, 1);
        std::fs::write(&rule, "title: Longer\n").unwrap();
        assert_ne!(signature(&plain, 1), before);
    }
}
