//! Content encodings: the first byte chooses the encoding, the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_sources::{Limits, decompress};

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let encoding = ["gzip", "deflate", "zstd", "snappy", "identity"][usize::from(choice % 5)];
    let limits = Limits { decompressed_bytes: 1 << 20, ..Limits::default() };
    if let Ok(bytes) = decompress(Some(encoding), body, &limits) {
        assert!(bytes.len() <= limits.decompressed_bytes);
    }
});
