//! One event a line. What is wrong with a line stays in that line.

use super::event_reader::EventReader;
use crate::{Context, Parsed, Place, SourceError, collector::Collector};
use palisade_model::Event;

/// Bytes of a usual event, to guess how many there are.
const EVENT_BYTES_USUAL: usize = 256;

pub(super) fn read(body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    let mut collector = Collector::new(context.limits, body.len() / EVENT_BYTES_USUAL + 1);
    let mut reader = EventReader::new(context);
    let mut start = 0;
    for (index, end) in memchr::memchr_iter(b'\n', body).chain([body.len()]).enumerate() {
        let line = body[start..end].trim_ascii();
        start = end + 1;
        if !line.is_empty() {
            collector.add(Place::Line(index + 1), read_line(line, &mut reader, context.limits.line_bytes))?;
        }
    }
    Ok(collector.finish())
}

fn read_line(line: &[u8], reader: &mut EventReader<'_>, bytes_max: usize) -> Result<Event, String> {
    if line.len() > bytes_max {
        return Err(format!("the line has {} bytes; at most {bytes_max} are read", line.len()));
    }
    let text = str::from_utf8(line)
        .map_err(|error| format!("the line is not UTF-8 from its byte {} on", error.valid_up_to() + 1))?;
    let mut parser = serde_json::Deserializer::from_str(text);
    let event = reader.next(&mut parser).and_then(|event| parser.end().map(|()| event));
    event.unwrap_or_else(|error| Err(explain(&error)))
}

fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    format!("the line is not one JSON object: {message}, at column {}", error.column())
}
