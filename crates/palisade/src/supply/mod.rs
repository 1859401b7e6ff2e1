//! The watch over packages, fitted to the program: facts from feeds, the user's policy, and answers about packages.
//!
//! ```text
//! feeds ──► popular names ─► Judge ┐
//!       └─► advisories ────► Index ┼─► Supply ──► answers to `package`, POST /api/v1/scan, webhooks
//! policy (TOML) ───────────────────┘
//! ```
//!
//! A [`Supply`] never changes; a server that sees new feeds makes another and swaps it. The index of advisories is built
//! once for each version of its feeds and kept in a file beside them, so that a start opens it instead of reading all
//! advisories again.

mod advisories;
mod answer;
pub mod hooks;
pub mod inventory;
mod outside;
mod policy;
mod popular;
pub mod project;
mod reading;
pub mod registry;
mod shelf;

pub use answer::{Answer, Known};
pub use policy::{FILE as POLICY_FILE, Policy, private_name};
pub use shelf::Shelf;

use anyhow::Context as _;
use palisade_store::feeds::FeedSnapshot;
use palisade_supply::{Judge, advisory, names::Names};
use std::path::Path;

/// Everything that it takes to judge a package.
pub struct Supply {
    judge: Judge,
    advisories: Option<advisory::Index>,
    policy: Policy,
}

impl Supply {
    /// Loads the feeds as they serve now. The index of advisories is taken from `data_dir`, and put there when it is new.
    ///
    /// # Errors
    /// When a feed cannot be read.
    pub fn load(data_dir: &Path, feeds: &FeedSnapshot, policy: Policy) -> anyhow::Result<Self> {
        let mut names = Names::starter();
        popular::protect(&mut names, feeds)?;
        policy.private.iter().for_each(|(ecosystem, name)| names.set_private(*ecosystem, [name.as_str()]));
        let advisories = advisories::open(data_dir, feeds).context("cannot use the feeds of advisories")?;
        let judge = Judge::new(names).with_policy(policy.findings.clone());
        Ok(Self { judge, advisories, policy })
    }

    /// Names and model.
    #[must_use]
    pub fn names(&self) -> &Judge {
        &self.judge
    }

    /// The advisories, where a feed of them was imported.
    #[must_use]
    pub fn advisories(&self) -> Option<&advisory::Index> {
        self.advisories.as_ref()
    }

    /// What the user wants of all this.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// The versions of all feeds that packages are judged by.
fn versions(feeds: &FeedSnapshot) -> Vec<(&'static str, String)> {
    let names = popular::feeds().chain(advisories::FEEDS.iter().copied());
    names.filter_map(|name| Some((name, feeds.get(name)?.sha256.clone()))).collect()
}

/// Says why `file`, called `name`, cannot be a version of this feed; feeds of other watches please always.
///
/// # Errors
/// The reason, for people.
pub fn judge(feed: &'static str, name: &str, file: &Path) -> Result<(), String> {
    match feed {
        _ if popular::ecosystem(feed).is_some() => popular::read(name, file).map(drop),
        _ if advisories::FEEDS.contains(&feed) => advisories::judge(name, file),
        _ => Ok(()),
    }
}
