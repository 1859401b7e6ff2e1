//! Bytes to a manifest: limits and character sets first, then the reader of the format.

use super::{Format, Limits, Manifest, Reading};
use std::borrow::Cow;

/// Reads `bytes` as `format`. What cannot be read is a problem in the result; the rest is there.
#[must_use]
pub fn read(format: Format, bytes: &[u8], limits: &Limits) -> Manifest {
    let mut reading = Reading::new(format, limits);
    let kept = &bytes[..bytes.len().min(limits.bytes).min(u32::MAX as usize)];
    let text = decode(&mut reading, kept);
    if kept.len() < bytes.len() {
        reading.problem(text.len(), format!("is larger than {} bytes; the rest is not read", kept.len()));
    }
    (format.row().read)(&mut reading, &text);
    reading.finish(&text)
}

/// The text of a file: UTF-8, or UTF-16 with a mark, as PowerShell writes it.
fn decode<'b>(reading: &mut Reading<'_>, bytes: &'b [u8]) -> Cow<'b, str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode_utf8(reading, rest),
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => decode_utf8(reading, bytes),
    }
}

fn decode_utf8<'b>(reading: &mut Reading<'_>, bytes: &'b [u8]) -> Cow<'b, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            reading.problem(error.valid_up_to(), "holds bytes that are not UTF-8; they are read as `\u{FFFD}`");
            String::from_utf8_lossy(bytes)
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'static, str> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Cow::Owned(char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}
