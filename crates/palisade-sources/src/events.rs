//! HTTP events: one JSON object, an array of them, or one a line.
//!
//! An event is any JSON object. The names in [`fields`] are lifted from its top level; all else becomes attributes:
//! nested objects are flattened to dotted keys, lists and empty objects keep their compact JSON text.
//! Whole numbers beyond 64 bits signed become floats. `null` in a lifted name says nothing. Of two equal keys
//! at the top level that are lifted the last wins; of other equal keys all are kept, in order.
//!
//! A good event is kept whatever its neighbours are. In lines, what is wrong stays in its line, so lines are the form
//! for senders that cannot vouch for every event; in an array, broken JSON ends the reading at its place.

mod document;
mod event_reader;
mod fields;
mod json_text;
mod lines;
mod object;

use crate::{Context, Format, Limits, Parsed, Receipt, SourceError, draft::Draft};
use serde::de::{DeserializeSeed, IgnoredAny};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a body of events.
pub(crate) fn read(format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii_end();
    if format == Format::Ndjson || is_lines(body) { lines::read(body, context) } else { document::read(body, context) }
}

/// Answers with how many events were accepted, and what was wrong with the others.
pub(crate) fn respond(_format: Format, receipt: &Receipt) -> Vec<u8> {
    serde_json::to_vec(receipt).expect("numbers and texts can always be written as JSON")
}

/// Reads one object into `draft`, for formats that hold events within their own.
///
/// # Errors
/// When `text` is no JSON. What is wrong with the event itself stands in the draft.
pub(crate) fn read_object(text: &str, draft: &mut Draft<'_>, limits: &Limits) -> Result<(), serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_str(text);
    object::Root { draft, path: &mut String::new(), depth_max: limits.depth }.deserialize(&mut parser)?;
    parser.end()
}

/// Tells lines that are sent as `application/json` from a document: their first line is a whole object.
fn is_lines(body: &[u8]) -> bool {
    let first = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty());
    first.is_some_and(|line| line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok())
}
