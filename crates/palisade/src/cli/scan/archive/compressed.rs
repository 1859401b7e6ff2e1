//! One compressed stream: a file, or a tar archive.

use super::{Problem, Unpacking, tar};
use std::io::Read;

/// The largest window of a Zstandard frame, as a power of two: 128 MiB, what the `zstd` command takes unasked.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

#[expect(clippy::disallowed_methods, reason = "the budget bounds it")]
pub(super) fn open_gzip(unpacking: &mut Unpacking<'_>, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    open(unpacking, name, flate2::read::MultiGzDecoder::new(bytes))
}

pub(super) fn open_zstd(unpacking: &mut Unpacking<'_>, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    open(unpacking, name, decoder)
}

fn open(unpacking: &mut Unpacking<'_>, name: &str, decoder: impl Read) -> Result<(), Problem> {
    let mut metered = unpacking.budget.meter(decoder);
    let mut start = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    metered.by_ref().take(tar::BLOCK_BYTES as u64).read_to_end(&mut start)?;
    let is_tar = tar::is_tar(&start);
    let mut whole = start.as_slice().chain(metered);
    if is_tar { tar::open(unpacking, name, &mut whole) } else { unpacking.entry(name, &inner_name(name), whole) }
}

/// `logs/app.log` for `logs/app.log.gz`: the last part, without what the compressor has added.
fn inner_name(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let stem = [".gz", ".zst", ".zstd", ".GZ"].iter().find_map(|end| last.strip_suffix(end));
    stem.filter(|stem| !stem.is_empty()).unwrap_or("content").to_owned()
}
