//! The bytes of a segment file.
//!
//! ```text
//! header   8 bytes  "PALLOG1\n"
//! record   4 bytes  length of the payload, little endian
//!          4 bytes  CRC-32C (RFC 3720 §12.1) of position and payload, little endian
//!          8 bytes  position, little endian: one more than that of the record before
//!          …        payload
//! ```
//!
//! The file is named after the position of its first record, so names sort as records do.

use std::path::{Path, PathBuf};

/// What every segment begins with.
pub(super) const MAGIC: &[u8; 8] = b"PALLOG1\n";
/// Bytes before each payload.
pub(super) const RECORD_HEADER: usize = 16;
/// No record is longer. The limits on request bodies keep far below; a larger length is damage.
pub(super) const PAYLOAD_BYTES_MAX: usize = 256 << 20;

const SUFFIX: &str = ".log";

/// The path of the segment in `folder` whose first record has position `first`.
pub(super) fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{first:020}{SUFFIX}"))
}

/// The segments in `folder`, oldest first, each with the position of its first record. Other files are left alone.
pub(super) fn list(folder: &Path) -> std::io::Result<Vec<(u64, PathBuf)>> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(first) = name.strip_suffix(SUFFIX).and_then(|stem| stem.parse().ok()) {
            segments.push((first, path));
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Appends the record of `payload` at `position` to `buffer`.
pub(super) fn encode(buffer: &mut Vec<u8>, position: u64, payload: &[u8]) {
    let length = u32::try_from(payload.len()).expect("payloads are kept below PAYLOAD_BYTES_MAX");
    let position = position.to_le_bytes();
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&position), payload);
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&checksum.to_le_bytes());
    buffer.extend_from_slice(&position);
    buffer.extend_from_slice(payload);
}

/// The position and payload of the record that begins `bytes`, if a whole and undamaged one does.
pub(super) fn decode(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let header = bytes.get(..RECORD_HEADER)?;
    let length = u32::from_le_bytes(header[..4].try_into().ok()?) as usize;
    let checksum = u32::from_le_bytes(header[4..8].try_into().ok()?);
    let checked = bytes.get(8..RECORD_HEADER.checked_add(length)?)?;
    let sound = length <= PAYLOAD_BYTES_MAX && crc32c::crc32c(checked) == checksum;
    let position = u64::from_le_bytes(header[8..].try_into().ok()?);
    sound.then(|| (position, &checked[8..]))
}

/// True when the bytes could begin a record with a position in `positions`; a cheap test before [`decode`].
pub(super) fn may_begin(bytes: &[u8], positions: &std::ops::Range<u64>) -> bool {
    let position = bytes.get(8..16).and_then(|position| position.try_into().ok()).map(u64::from_le_bytes);
    position.is_some_and(|position| positions.contains(&position))
}
