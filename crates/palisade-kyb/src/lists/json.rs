//! Objects of a JSON file, one at a time: one a line, or the elements of an array somewhere inside a document.

use super::{
    input::text,
    reading::{Place, ProblemKind, Reading},
};
use serde_json::Value;
use std::io::BufRead;

const DEPTH_MAX: usize = 64;

/// Reads the object of every line; of a file that is an array instead, its elements.
pub(crate) fn read_object_lines(
    reading: &mut Reading<'_>,
    input: &mut dyn BufRead,
    head: &[u8],
    on: &mut dyn FnMut(&mut Reading<'_>, Place, &Value),
) {
    let is_array = head.trim_ascii_start().starts_with(b"[");
    if is_array { read_document(reading, input, on) } else { read_lines(reading, input, on) }
}

fn read_lines(reading: &mut Reading<'_>, input: &mut dyn BufRead, on: &mut dyn FnMut(&mut Reading<'_>, Place, &Value)) {
    let mut number = 0;
    while reading.is_open() {
        let Some(line) = read_line(input, reading.limits.record_bytes) else { break };
        number += 1;
        let place = Place::Line(number);
        if line.too_long {
            reading.problem(place, ProblemKind::Record, "the line is too long");
        } else if !line.bytes.trim_ascii().is_empty() {
            match parse(&line.bytes) {
                Ok(value) => on(reading, place, &value),
                Err(reason) => {
                    let kind = if line.ended { ProblemKind::Record } else { ProblemKind::Truncated };
                    reading.problem(place, kind, &reason);
                }
            }
        }
    }
}

struct Line {
    bytes: Vec<u8>,
    too_long: bool,
    ended: bool,
}

fn read_line(input: &mut dyn BufRead, bytes_max: usize) -> Option<Line> {
    let mut line = Line { bytes: Vec::new(), too_long: false, ended: false };
    let mut any = false;
    while let Ok(piece) = input.fill_buf() {
        if piece.is_empty() {
            break;
        }
        any = true;
        let end = memchr::memchr(b'\n', piece);
        let part = &piece[..end.unwrap_or(piece.len())];
        line.too_long |= line.bytes.len() + part.len() > bytes_max;
        if !line.too_long {
            line.bytes.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        line.ended = end.is_some();
        if line.ended {
            break;
        }
    }
    any.then_some(line)
}

fn parse(bytes: &[u8]) -> Result<Value, String> {
    let value: Value =
        serde_json::from_str(&text(bytes)).map_err(|error| format!("the record is not JSON: {error}"))?;
    match value {
        Value::Object(_) => Ok(value),
        _ => Err("the record is not an object".to_owned()),
    }
}

/// Follows brackets and strings, and cuts out objects that stand directly in an array.
struct Document {
    /// Open brackets around the record.
    around: Vec<u8>,
    /// Open brackets inside the record.
    inside: usize,
    in_string: bool,
    escaped: bool,
    record: Vec<u8>,
    start: u64,
    too_long: bool,
}

/// Reads every object that is an element of an array of the document, and not inside another.
pub(crate) fn read_document(
    reading: &mut Reading<'_>,
    input: &mut dyn BufRead,
    on: &mut dyn FnMut(&mut Reading<'_>, Place, &Value),
) {
    let mut document = Document {
        around: Vec::new(),
        inside: 0,
        in_string: false,
        escaped: false,
        record: Vec::new(),
        start: 0,
        too_long: false,
    };
    let mut position = 0_u64;
    while let Ok(piece) = input.fill_buf() {
        if piece.is_empty() || !reading.is_open() {
            break;
        }
        let length = piece.len();
        for byte in piece {
            if document.step(*byte, position, reading.limits.record_bytes) {
                let place = Place::Byte(document.start);
                let parsed =
                    if document.too_long { Err("the record is too long".to_owned()) } else { parse(&document.record) };
                match parsed {
                    Ok(value) => on(reading, place, &value),
                    Err(reason) => reading.problem(place, ProblemKind::Record, &reason),
                }
            }
            position += 1;
        }
        input.consume(length);
    }
    if reading.is_open() && (document.inside > 0 || !document.around.is_empty() || position == 0) {
        reading.problem(
            Place::Byte(position),
            ProblemKind::Truncated,
            "the file ends before its last bracket is closed",
        );
    }
}

impl Document {
    /// Takes a byte; true when a record ends with it.
    fn step(&mut self, byte: u8, position: u64, bytes_max: usize) -> bool {
        let was_inside = self.inside > 0;
        if was_inside {
            self.keep(byte, bytes_max);
        }
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = byte == b'\\' && !self.escaped;
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' if was_inside => self.inside += 1,
            b'}' | b']' if was_inside => self.inside -= 1,
            b'{' if self.around.last() == Some(&b'[') => {
                (self.inside, self.start, self.too_long) = (1, position, false);
                self.record.clear();
                self.keep(byte, bytes_max);
            }
            b'{' | b'[' if self.around.len() < DEPTH_MAX => self.around.push(byte),
            b'}' | b']' => {
                self.around.pop();
            }
            _ => {}
        }
        was_inside && self.inside == 0
    }

    fn keep(&mut self, byte: u8, bytes_max: usize) {
        self.too_long |= self.record.len() >= bytes_max;
        if !self.too_long {
            self.record.push(byte);
        }
    }
}

/// A member as text: a string or a number, empty when there is none.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> std::borrow::Cow<'v, str> {
    as_text(value.get(name).unwrap_or(&Value::Null))
}

/// A string or a number as text.
pub(crate) fn as_text(value: &Value) -> std::borrow::Cow<'_, str> {
    match value {
        Value::String(text) => text.trim().into(),
        Value::Number(number) => number.to_string().into(),
        _ => "".into(),
    }
}

/// The elements of a member that is an array; a member that is something else counts as one.
pub(crate) fn members<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    match value.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
    }
}
