//! One target: where it is, how it is asked, and what its points are called.

use crate::config;
use reqwest::Url;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    time::Duration,
};

/// A target.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    /// The name of its group.
    pub(super) job: String,
    /// Its host and port, the port of the scheme where none is named.
    pub(super) instance: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) bearer_token_file: Option<PathBuf>,
}

impl Target {
    /// The targets of a group. Addresses that are none were refused with the configuration.
    pub(super) fn all(group: &config::Scrape) -> impl Iterator<Item = Self> {
        let urls = group.targets.iter().filter_map(|target| Url::parse(target).ok());
        urls.map(|url| Self {
            job: group.name.clone(),
            instance: instance(&url),
            labels: group.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            interval: Duration::from_secs(group.interval_seconds),
            timeout: Duration::from_secs(group.timeout_seconds),
            bearer_token_file: Some(group.bearer_token_file.clone()).filter(|file| !file.as_os_str().is_empty()),
            url,
        })
    }

    /// When in its interval it is asked. By its name, so that targets are spread over the interval, and each keeps its
    /// place from one start of the server to the next.
    pub(super) fn offset(&self) -> Duration {
        let mut hasher = DefaultHasher::new();
        (&self.job, self.url.as_str()).hash(&mut hasher);
        #[expect(clippy::cast_precision_loss, reason = "a place in the interval needs no more")]
        let share = hasher.finish() as f64 / u64::MAX as f64;
        self.interval.mul_f64(share.clamp(0.0, 1.0))
    }
}

fn instance(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_named_and_spread() {
        let targets = (0..100).map(|number| format!("http://10.0.0.{number}/metrics")).collect();
        let group = config::Scrape { name: "node".into(), targets, ..config::Scrape::default() };
        let targets: Vec<_> = Target::all(&group).collect();
        assert_eq!((targets[7].job.as_str(), targets[7].instance.as_str()), ("node", "10.0.0.7:80"));
        assert!(targets.iter().all(|target| target.offset() <= target.interval));
        assert_eq!(targets[3].offset(), targets[3].clone().offset());
        for fifth in 0..5_u32 {
            let (from, to) = (targets[0].interval * fifth / 5, targets[0].interval * (fifth + 1) / 5);
            let there = targets.iter().filter(|target| (from..to).contains(&target.offset())).count();
            assert!((8..=32).contains(&there), "{there} of 100 in a fifth of the interval");
        }
        for (url, wanted) in [("https://a/metrics", "a:443"), ("http://[::1]:9100/", "[::1]:9100")] {
            assert_eq!(instance(&Url::parse(url).unwrap()), wanted);
        }
    }
}
