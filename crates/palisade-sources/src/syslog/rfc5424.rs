//! RFC 5424: `1 2003-10-11T22:14:15.003Z host app 8710 ID47 [structured="data"] message`, behind the priority.

use super::{Delivery, stamp, structured_data, token};
use crate::envelope::Envelope;
use palisade_model::Value;

/// What stands for nothing (§6.2).
const NIL: &[u8] = b"-";

/// Reads the header behind the priority and gives the message; `None` when it is not of this form. Once version and time
/// are there it is; what is broken behind them stays in the message.
pub(super) fn read<'t>(text: &'t [u8], envelope: &mut Envelope<'t>, delivery: &Delivery<'_>) -> Option<&'t [u8]> {
    let (version, rest) = token::split(text)?;
    let (time, rest) = token::split(rest)?;
    let is_version = version.len() <= 3 && version[0] != b'0' && version.iter().all(u8::is_ascii_digit);
    if !is_version {
        return None;
    }
    if time != NIL {
        let stamp = stamp::read_rfc3339(time, delivery.zone_seconds)?;
        envelope.set_time(stamp.time, stamp.text, delivery.context.received);
    }
    Some(read_words(rest, envelope, delivery))
}

fn read_words<'t>(text: &'t [u8], envelope: &mut Envelope<'t>, delivery: &Delivery<'_>) -> &'t [u8] {
    let context = &delivery.context;
    let Some((host, rest)) = token::split(text) else { return text };
    if host != NIL {
        envelope.host = String::from_utf8_lossy(host);
    }
    let Some((name, rest)) = token::split(rest) else { return rest };
    if name != NIL {
        envelope.service = String::from_utf8_lossy(name);
    }
    let Some((process, rest)) = token::split(rest) else { return rest };
    if process != NIL {
        token::put_process(envelope, process, context);
    }
    let Some((id, rest)) = token::split(rest) else { return rest };
    if id != NIL {
        let id = Value::Text(String::from_utf8_lossy(id).into_owned());
        envelope.put("syslog.msgid".to_owned(), id, context.limits);
    }
    let message = structured_data::read(rest, envelope, context.limits).unwrap_or(rest);
    // rsyslog writes a second blank: in its templates a message begins with the one behind the tag of RFC 3164.
    let message = message.strip_prefix(b" ").unwrap_or(message);
    message.strip_prefix(b" ").unwrap_or(message)
}
