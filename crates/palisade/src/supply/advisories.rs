//! Feeds of advisories, and the index of them that is kept in a file.

use super::reading;
use crate::compiled::Compiled;
use anyhow::{Context as _, anyhow};
use palisade_store::feeds::{FeedSnapshot, FeedVersion};
use palisade_supply::advisory::{Builder, Index, read};
use std::{io::Write as _, path::Path, sync::Arc};

/// The feeds that the index is made of.
pub(super) const FEEDS: &[&str] = &["osv", "malicious-packages", "kev", "epss"];

/// Bytes of an index; those of all ecosystems together take a tenth.
const INDEX_BYTES_MAX: u64 = 4 << 30;
/// Where indexes are kept, below the data folder.
const FOLDER: &str = "supply";
const END: &str = ".index";
/// Of its records so many may be wrong, in a hundred, before a file is refused.
const REFUSED_PERCENT_MAX: usize = 10;

/// The index of the feeds as they serve now; `None` when none of them was imported.
///
/// # Errors
/// When a feed cannot be read.
pub(super) fn open(data_dir: &Path, feeds: &FeedSnapshot) -> anyhow::Result<Option<Index>> {
    let versions: Vec<&Arc<FeedVersion>> = FEEDS.iter().filter_map(|name| feeds.get(name)).collect();
    if versions.is_empty() {
        return Ok(None);
    }
    let files = Compiled::of(data_dir.join(FOLDER), "advisories-", &versions);
    // A damaged one is built again.
    if let Some(index) = files.read(END, INDEX_BYTES_MAX).and_then(|bytes| Index::open(bytes).ok()) {
        return Ok(Some(index));
    }
    let bytes = build(&versions)?;
    if let Err(error) = files.write(END, |output| output.write_all(&bytes)).and_then(|()| files.remove_others()) {
        tracing::warn!(%error, data_dir = %data_dir.display(), "the index of advisories cannot be kept, and is built at each start");
    }
    Index::open(bytes).map(Some).context("the index just built does not open")
}

fn build(versions: &[&Arc<FeedVersion>]) -> anyhow::Result<Vec<u8>> {
    let mut builder = Builder::new();
    for file in versions.iter().flat_map(|version| &version.files) {
        reading::each_text(&file.original, &file.path, &mut |name, bytes| {
            // What single records have wrong was told when the feed was imported.
            if let Ok(Some(document)) = read::document(name, bytes) {
                builder.add_document(document);
            }
            Ok(())
        })
        .map_err(|reason| anyhow!(reason))?;
    }
    Ok(builder.build()?)
}

/// Says why a file cannot be part of a feed of advisories.
///
/// # Errors
/// The reason, for people.
pub(super) fn judge(name: &str, file: &Path) -> Result<(), String> {
    let (mut read, mut refused, mut first) = (0_usize, 0_usize, None);
    reading::each_text(name, file, &mut |name, bytes| {
        match read::document(name, bytes) {
            Ok(None) => {}
            Ok(Some(document)) => {
                read += document.advisories.len() + document.exploited.len() + document.epss.len();
                refused += document.refused_count;
                first = first.take().or_else(|| Some(format!("{name}: {}", document.refused.first()?)));
            }
            Err(error) => {
                refused += 1;
                first.get_or_insert_with(|| format!("{name}: {error}"));
            }
        }
        Ok(())
    })?;
    match first {
        Some(first) if refused * 100 > (read + refused) * REFUSED_PERCENT_MAX => {
            Err(format!("of its records {refused} cannot be read and {read} can, the first: {first}"))
        }
        _ if read == 0 => Err("there is no advisory in it".to_owned()),
        _ => Ok(()),
    }
}
