//! RFC 3164: `Oct 11 22:14:15 host tag[pid]: message`, behind the priority.
//!
//! Every part but the message may be missing, and the time may be one of RFC 3339, as rsyslog forwards it.

use super::{Delivery, stamp, token};
use crate::envelope::Envelope;

/// The longest tag. The RFC has 32; containers and units have longer names.
const TAG_BYTES_MAX: usize = 128;

/// Reads time, host and tag, and gives the message; `None` when no time stands at the beginning.
pub(super) fn read<'t>(text: &'t [u8], envelope: &mut Envelope<'t>, delivery: &Delivery<'_>) -> Option<&'t [u8]> {
    let (stamp, rest) = read_stamp(text, delivery).or_else(|| read_stamp(after_number(text)?, delivery))?;
    envelope.set_time(stamp.time, stamp.text, delivery.context.received);
    // Devices that end the time with a colon name no host.
    if let Some(rest) = rest.strip_prefix(b":") {
        return Some(read_tag(trim_start(rest), envelope, delivery));
    }
    let rest = trim_start(rest);
    let message = match token::split(rest) {
        Some((word, rest)) if is_host(word) => {
            envelope.host = String::from_utf8_lossy(word);
            rest
        }
        _ => rest,
    };
    // Between blanks, as some firewalls write it, the colon ends the host.
    let message = trim_start(message);
    Some(read_tag(message.strip_prefix(b": ").unwrap_or(message), envelope, delivery))
}

/// Reads `tag: ` or `tag[pid]: ` and gives the message; all of `text` when it begins with neither.
pub(super) fn read_tag<'t>(text: &'t [u8], envelope: &mut Envelope<'t>, delivery: &Delivery<'_>) -> &'t [u8] {
    let Some(tag) = split_tag(text) else { return text };
    envelope.service = String::from_utf8_lossy(tag.name);
    if let Some(process) = tag.process {
        token::put_process(envelope, process, &delivery.context);
    }
    tag.message
}

fn read_stamp<'t>(text: &'t [u8], delivery: &Delivery<'_>) -> Option<(stamp::Stamp<'t>, &'t [u8])> {
    stamp::read_rfc3164(text, delivery.context.received, delivery.zone_seconds).or_else(|| {
        let (word, rest) = token::split(text)?;
        Some((stamp::read_rfc3339(word, delivery.zone_seconds)?, rest))
    })
}

/// What follows the `42: ` that counts the messages of a network device.
fn after_number(text: &[u8]) -> Option<&[u8]> {
    let digits = text.iter().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    text[digits..].strip_prefix(b": ").filter(|_| (1..=10).contains(&digits))
}

struct Tag<'t> {
    name: &'t [u8],
    process: Option<&'t [u8]>,
    message: &'t [u8],
}

fn split_tag(text: &[u8]) -> Option<Tag<'_>> {
    let end = text.iter().take(TAG_BYTES_MAX + 1).position(|byte| matches!(byte, b':' | b'[' | b' '))?;
    let (name, rest) = text.split_at(end);
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let (process, rest) = match rest.strip_prefix(b"[") {
        Some(inner) => {
            let end = inner.iter().take(TAG_BYTES_MAX).position(|byte| matches!(byte, b']' | b' '))?;
            let rest = inner[end..].strip_prefix(b"]")?;
            (Some(&inner[..end]), rest)
        }
        None => (None, rest),
    };
    let message = match (rest.strip_prefix(b":"), process) {
        (Some(message), _) => message,
        (None, Some(_)) => rest,
        (None, None) => return None,
    };
    let is_end = message.first().is_none_or(|byte| *byte == b' ');
    let message = message.strip_prefix(b" ").unwrap_or(message);
    (is_name && is_end).then_some(Tag { name, process: process.filter(|text| !text.is_empty()), message })
}

/// Tells a host from a tag, which ends with a colon or has a bracket.
fn is_host(word: &[u8]) -> bool {
    !word.ends_with(b":")
        && word.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'[' | b']' | b'{' | b'"'))
}

fn trim_start(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| **byte == b' ').count();
    &text[blanks..]
}
