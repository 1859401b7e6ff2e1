//! Feeds of advisories, and the index of them that is kept in a file.

use super::reading;
use anyhow::{Context as _, anyhow};
use palisade_store::feeds::{FeedSnapshot, FeedVersion};
use palisade_supply::advisory::{Builder, Index, read};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// The feeds that the index is made of.
pub(super) const FEEDS: &[&str] = &["osv", "malicious-packages", "kev", "epss"];

/// Bytes of an index; those of all ecosystems together take a tenth.
const INDEX_BYTES_MAX: u64 = 4 << 30;
/// Where indexes are kept, below the data folder.
const FOLDER: &str = "supply";
const BEGIN: &str = "advisories-";
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
    let path = data_dir.join(FOLDER).join(format!("{BEGIN}{}{END}", key(&versions)));
    if let Some(index) = kept(&path) {
        return Ok(Some(index));
    }
    let bytes = build(&versions)?;
    if let Err(error) = keep(&path, &bytes) {
        tracing::warn!(%error, path = %path.display(), "the index of advisories cannot be kept, and is built at each start");
    }
    Index::open(bytes).map(Some).context("the index just built does not open")
}

/// Equal for equal content, read by the same program: another may read records otherwise, or order versions otherwise.
fn key(versions: &[&Arc<FeedVersion>]) -> String {
    let mut digest = Sha256::new().chain_update(program());
    for version in versions {
        digest.update(version.name);
        digest.update(&version.sha256);
        version.files.iter().for_each(|file| digest.update(&file.original));
    }
    digest.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What tells this program from another build of it.
fn program() -> String {
    let metadata = std::env::current_exe().and_then(fs::metadata);
    let changed = metadata.as_ref().ok().and_then(|metadata| metadata.modified().ok());
    format!("{} {:?} {changed:?}", env!("CARGO_PKG_VERSION"), metadata.map(|metadata| metadata.len()).ok())
}

fn kept(path: &Path) -> Option<Index> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    File::open(path).ok()?.take(INDEX_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    // A damaged one is built again.
    Index::open(bytes).ok()
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

/// Writes the index beside the others, then removes those.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft: PathBuf = folder.join(format!(".{BEGIN}{}", std::process::id()));
    let written = File::create(&draft).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.and_then(|()| fs::rename(&draft, path)).inspect_err(|_| drop(fs::remove_file(&draft)))?;
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(BEGIN) && name.ends_with(END) && entry.path() != path {
            drop(fs::remove_file(entry.path()));
        }
    }
    Ok(())
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
