//! The words of a header.

use crate::{Context, envelope::Envelope};
use palisade_model::Value;

/// The longest word that is taken for one of a header: as long as a host name may be (RFC 5424 §6). What is longer is
/// no header, so the rest of the message is text.
pub(super) const BYTES_MAX: usize = 255;

/// Splits at the first blank. `None` when the word is empty or too long.
pub(super) fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b' ', &text[..text.len().min(BYTES_MAX + 1)]);
    match end {
        Some(0) => None,
        Some(end) => Some((&text[..end], &text[end + 1..])),
        None if text.is_empty() || text.len() > BYTES_MAX => None,
        None => Some((text, &[])),
    }
}

/// Notes the process that a header names.
pub(super) fn put_process(envelope: &mut Envelope<'_>, text: &[u8], context: &Context<'_>) {
    let text = String::from_utf8_lossy(text);
    let (key, value) = match text.parse::<u32>() {
        Ok(number) => ("process.pid", Value::Integer(number.into())),
        Err(_) => ("syslog.procid", Value::Text(text.into_owned())),
    };
    envelope.put(key.to_owned(), value, context.limits);
}
