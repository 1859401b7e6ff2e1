//! Feeds of popular names: one an ecosystem, which takes the place of the names that ship.

use super::reading;
use anyhow::anyhow;
use palisade_store::feeds::FeedSnapshot;
use palisade_supply::{
    Ecosystem,
    names::{Names, Popular, read_popular, together},
};
use std::path::Path;

/// The feed of each ecosystem.
const FEEDS: &[(&str, Ecosystem)] = &[
    ("npm-popular", Ecosystem::Npm),
    ("pypi-popular", Ecosystem::PyPi),
    ("crates-popular", Ecosystem::Cargo),
    ("go-popular", Ecosystem::Go),
    ("maven-popular", Ecosystem::Maven),
    ("nuget-popular", Ecosystem::NuGet),
    ("rubygems-popular", Ecosystem::RubyGems),
    ("packagist-popular", Ecosystem::Packagist),
    ("actions-popular", Ecosystem::GitHubActions),
    ("vscode-popular", Ecosystem::VsCode),
    ("docker-popular", Ecosystem::Docker),
    ("huggingface-popular", Ecosystem::HuggingFace),
];

/// The ecosystem whose names this feed has.
pub(super) fn ecosystem(feed: &str) -> Option<Ecosystem> {
    FEEDS.iter().find(|(name, _)| *name == feed).map(|(_, ecosystem)| *ecosystem)
}

/// The names of the feeds.
pub(super) fn feeds() -> impl Iterator<Item = &'static str> {
    FEEDS.iter().map(|(name, _)| *name)
}

/// Protects the names of all feeds that were imported.
///
/// # Errors
/// When one cannot be read.
pub(super) fn protect(names: &mut Names, feeds: &FeedSnapshot) -> anyhow::Result<()> {
    for (feed, ecosystem) in FEEDS {
        let Some(version) = feeds.get(feed) else { continue };
        let mut lists = Vec::new();
        for file in &version.files {
            let read = read(&file.original, &file.path);
            lists.extend(read.map_err(|reason| anyhow!("cannot use the feed {feed}: {reason}"))?);
        }
        names.protect(*ecosystem, &together(lists));
    }
    Ok(())
}

/// The lists in a file of a feed, each with the most popular name first.
///
/// # Errors
/// The reason, for people.
pub(super) fn read(name: &str, file: &Path) -> Result<Vec<Vec<Popular>>, String> {
    let mut lists = Vec::new();
    reading::each_text(name, file, &mut |name, bytes| {
        let text = std::str::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8"))?;
        lists.push(read_popular(text).map_err(|error| format!("{name}: {error}"))?);
        Ok(())
    })?;
    if lists.is_empty() { Err(format!("there are no names in {name}")) } else { Ok(lists) }
}
