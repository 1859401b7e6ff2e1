//! One compressed stream, which is a file, a tar archive or an entry of a zip archive.

use super::{Problem, Unpacking, tar};
use liblzma::stream::{CONCATENATED, Stream};
use std::io::{self, Read};

/// The largest window of a Zstandard frame, as a power of two: 128 MiB, what the `zstd` command takes unasked.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// Memory that an xz stream may ask for, in bytes: `xz -9` needs 65 MiB.
const XZ_MEMORY_BYTES_MAX: u64 = 128 << 20;

#[expect(clippy::disallowed_methods, reason = "the budget bounds it")]
pub(super) fn gzip(bytes: &[u8]) -> impl Read {
    flate2::read::MultiGzDecoder::new(bytes)
}

pub(super) fn bzip2(bytes: &[u8]) -> impl Read {
    bzip2::bufread::MultiBzDecoder::new(bytes)
}

pub(super) fn xz(bytes: &[u8]) -> io::Result<impl Read> {
    let stream = Stream::new_stream_decoder(XZ_MEMORY_BYTES_MAX, CONCATENATED)?;
    Ok(liblzma::bufread::XzDecoder::new_stream(bytes, stream))
}

pub(super) fn zstandard(bytes: &[u8]) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    Ok(decoder)
}

/// Opens what `decoder` unpacks.
pub(super) fn open(unpacking: &mut Unpacking<'_>, name: &str, decoder: impl Read) -> Result<(), Problem> {
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
    let stem = [".gz", ".zst", ".zstd", ".bz2", ".xz", ".GZ"].iter().find_map(|end| last.strip_suffix(end));
    stem.filter(|stem| !stem.is_empty()).unwrap_or("content").to_owned()
}
