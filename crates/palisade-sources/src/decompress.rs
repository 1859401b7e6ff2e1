//! Undoes `Content-Encoding`, within a limit.
//!
//! The output never takes more memory than the limit, whatever the input promises, and a Zstandard frame may not ask for
//! a window beyond the 8 MiB of RFC 9659. Snappy, which Prometheus sends, announces the length of its output: memory is
//! taken only for a length that the limit allows and that the input can have.

use crate::{Limits, SourceError};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::{
    borrow::Cow,
    io::{self, Read},
};

/// RFC 9659 §3: windows for `Content-Encoding: zstd` are at most 8 MiB.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;
const FIRST_BYTES: usize = 64 << 10;

/// The most bytes that one of a Snappy block can stand for: a copy of 64 bytes takes three (Snappy format description,
/// §2.2).
const SNAPPY_RATIO_MAX: usize = 22;

/// The body without its `Content-Encoding`: `gzip`, `deflate` (zlib, RFC 9110 §8.4.1.2), `zstd`, `snappy` (the block
/// format, Remote-Write 1.0) or `identity`.
///
/// # Errors
/// [`SourceError::UnsupportedEncoding`] for others and for several at once, [`SourceError::Malformed`] for broken
/// bytes, [`SourceError::DecompressedTooLarge`] beyond [`Limits::decompressed_bytes`], which also binds plain bodies.
#[expect(clippy::disallowed_methods, reason = "this is the module that bounds them")]
pub fn decompress<'b>(
    content_encoding: Option<&str>,
    body: &'b [u8],
    limits: &Limits,
) -> Result<Cow<'b, [u8]>, SourceError> {
    let max = limits.decompressed_bytes;
    let encoding = content_encoding.unwrap_or_default().trim().to_ascii_lowercase();
    let read = match encoding.as_str() {
        "" | "identity" if body.len() <= max => return Ok(Cow::Borrowed(body)),
        "" | "identity" => return Err(SourceError::DecompressedTooLarge { max }),
        "gzip" | "x-gzip" => read_bounded(MultiGzDecoder::new(body), body.len(), max),
        "deflate" => read_bounded(ZlibDecoder::new(body), body.len(), max),
        "snappy" => read_snappy(body, max),
        "zstd" => zstd_decoder(body).and_then(|decoder| read_bounded(decoder, body.len(), max)),
        _ => return Err(SourceError::UnsupportedEncoding(encoding.chars().take(64).collect())),
    };
    match read {
        Ok(Some(bytes)) => Ok(Cow::Owned(bytes)),
        Ok(None) => Err(SourceError::DecompressedTooLarge { max }),
        Err(error) => Err(SourceError::Malformed(format!("it is not complete {encoding}: {error}"))),
    }
}

fn read_snappy(body: &[u8], max: usize) -> io::Result<Option<Vec<u8>>> {
    let announced = snap::raw::decompress_len(body)?;
    if announced > body.len().saturating_mul(SNAPPY_RATIO_MAX) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it announces more than it can hold"));
    }
    if announced > max {
        return Ok(None);
    }
    Ok(Some(snap::raw::Decoder::new().decompress_vec(body)?))
}

fn zstd_decoder(body: &[u8]) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    Ok(decoder)
}

/// Reads to the end, or `None` when there are more than `max` bytes. Room grows by doubling but never beyond `max`.
fn read_bounded(mut reader: impl Read, compressed: usize, max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; compressed.saturating_mul(4).max(FIRST_BYTES).min(max)];
    let mut length = 0;
    loop {
        if length == bytes.len() {
            if length == max {
                let is_more = read_some(&mut reader, &mut [0])? > 0;
                return Ok((!is_more).then_some(bytes));
            }
            let room = length.saturating_mul(2).clamp(1, max);
            bytes.reserve_exact(room - length);
            bytes.resize(room, 0);
        }
        match read_some(&mut reader, &mut bytes[length..])? {
            0 => break,
            read => length += read,
        }
    }
    bytes.truncate(length);
    Ok(Some(bytes))
}

fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{
        Compression,
        write::{GzEncoder, ZlibEncoder},
    };
    use proptest::prelude::*;
    use std::io::Write;

    fn compress(encoding: &str, body: &[u8]) -> Vec<u8> {
        match encoding {
            "gzip" => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(body).unwrap();
                encoder.finish().unwrap()
            }
            "deflate" => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(body).unwrap();
                encoder.finish().unwrap()
            }
            "zstd" => zstd::stream::encode_all(body, 1).unwrap(),
            "snappy" => snap::raw::Encoder::new().compress_vec(body).unwrap(),
            _ => body.to_vec(),
        }
    }

    const ENCODINGS: [&str; 5] = ["gzip", "deflate", "zstd", "snappy", "identity"];

    #[test]
    fn a_body_of_exactly_the_limit_passes_and_one_byte_more_does_not() {
        for encoding in ENCODINGS {
            for size in [0, 1, 1_000, FIRST_BYTES, 300_000] {
                let body = vec![b'a'; size];
                let limits = Limits { decompressed_bytes: size, ..Limits::default() };
                assert_eq!(
                    decompress(Some(encoding), &compress(encoding, &body), &limits).unwrap(),
                    body,
                    "{encoding}"
                );
                let more = compress(encoding, &vec![b'a'; size + 1]);
                let wanted = Err(SourceError::DecompressedTooLarge { max: size });
                assert_eq!(decompress(Some(encoding), &more, &limits), wanted, "{encoding} {size}");
            }
        }
    }

    #[test]
    fn a_bomb_stays_within_the_limit() {
        let limits = Limits { decompressed_bytes: 1 << 20, ..Limits::default() };
        for encoding in ["gzip", "deflate", "zstd", "snappy"] {
            let bomb = compress(encoding, &vec![0; 64 << 20]);
            assert!(bomb.len() < 4 << 20, "{encoding}");
            assert_eq!(decompress(Some(encoding), &bomb, &limits).unwrap_err().status(), 413, "{encoding}");
        }
    }

    #[test]
    fn a_window_beyond_the_rfc_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(&[7; 1 << 20]).unwrap();
        let body = encoder.finish().unwrap();
        assert_eq!(decompress(Some("zstd"), &body, &Limits::default()).unwrap_err().status(), 400);
    }

    #[test]
    fn cut_and_unknown_bodies_are_errors() {
        let limits = Limits::default();
        for encoding in ["gzip", "deflate", "zstd", "snappy"] {
            let whole = compress(encoding, b"{\"message\":\"hello\"}");
            for length in 1..whole.len() {
                let error = decompress(Some(encoding), &whole[..length], &limits).unwrap_err();
                assert_eq!(error.status(), 400, "{encoding} cut at {length}");
            }
        }
        for encoding in ["br", "gzip, gzip", "gzip, zstd", "identity, gzip"] {
            assert_eq!(decompress(Some(encoding), b"", &limits).unwrap_err().status(), 415, "{encoding}");
        }
        for encoding in [None, Some(""), Some(" Identity ")] {
            assert_eq!(decompress(encoding, b"abc", &limits).unwrap(), &b"abc"[..]);
        }
        let parts = [compress("gzip", b"a\n"), compress("gzip", b"b\n")].concat();
        assert_eq!(decompress(Some("GZIP"), &parts, &limits).unwrap(), &b"a\nb\n"[..]);
    }

    #[test]
    fn a_promise_that_cannot_be_kept_takes_no_memory() {
        // 2³² - 1 bytes announced by five, and 60 MiB, which the limit would allow.
        for body in [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0x80, 0x80, 0x80, 0x1e, 0x00, b'a']] {
            assert_eq!(decompress(Some("snappy"), body, &Limits::default()).unwrap_err().status(), 400);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..2_000), which in 0..5_usize) {
            let limits = Limits { decompressed_bytes: 10_000, ..Limits::default() };
            if let Ok(bytes) = decompress(Some(ENCODINGS[which]), &body, &limits) {
                prop_assert!(bytes.len() <= 10_000);
            }
        }

        #[test]
        fn what_was_compressed_comes_back(body in proptest::collection::vec(any::<u8>(), 0..2_000), which in 0..5_usize) {
            let packed = compress(ENCODINGS[which], &body);
            let limits = Limits::default();
            prop_assert_eq!(&decompress(Some(ENCODINGS[which]), &packed, &limits).unwrap()[..], &body[..]);
        }
    }
}
