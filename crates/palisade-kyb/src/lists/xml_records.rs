//! Records of an XML file, one at a time, each read into a small tree.
//!
//! A scanner of our own finds where a record's element begins and ends, and `quick-xml` reads what is between. So a
//! record that is not well-formed costs itself alone, and a file of gigabytes needs the memory of one record. Document
//! type declarations are passed over.

use super::{
    reading::{Place, ProblemKind, Reading},
    xml::{DEPTH_MAX, Element, parse, parse_start},
};
use std::io::BufRead;

/// What a scan comes upon.
pub(crate) enum Found<'f> {
    /// The beginning of an element that is around the records.
    Around(&'f Element),
    /// A record.
    Record(&'f Element),
}

type On<'o> = dyn FnMut(&mut Reading<'_>, Place, Found<'_>) + 'o;

/// Reads every element of the names `records`, and tells of those around them. Records do not lie inside each other.
pub(crate) fn read_records(reading: &mut Reading<'_>, input: &mut dyn BufRead, records: &[&str], on: &mut On<'_>) {
    let mut scan = Scan { input, position: 0, bytes: Vec::new() };
    let mut state = State { records, open: None, around: Vec::new(), has_root: false };
    while reading.is_open() {
        let held = state.open.as_ref().map_or(0, |open| open.bytes.len());
        let Some(place) = scan.next_tag(held, reading.limits.record_bytes) else { break };
        let tag = Tag::of(&scan.bytes[place.tag_start..]);
        if state.open.is_some() && state.inside(reading, &scan.bytes, &tag, on) {
            continue;
        }
        state.outside(reading, &scan.bytes[place.tag_start..], place.position, &tag, on);
    }
    if reading.is_open() && (state.open.is_some() || !state.around.is_empty() || !state.has_root) {
        let place = Place::Byte(scan.position);
        reading.problem(place, ProblemKind::Truncated, "the file ends before its last element is closed");
    }
}

/// Where in the file's elements the scan is.
struct State<'r> {
    records: &'r [&'r str],
    open: Option<Open>,
    /// Names of elements around the records that are open.
    around: Vec<String>,
    has_root: bool,
}

impl State<'_> {
    /// Takes a tag, with the text before it, into the open record. False when it begins another of the name: the open
    /// one was never closed, and is given up.
    fn inside(&mut self, reading: &mut Reading<'_>, bytes: &[u8], tag: &Tag<'_>, on: &mut On<'_>) -> bool {
        let Some(record) = &mut self.open else { return false };
        if tag.kind == TagKind::Start && tag.name == record.name {
            let at = Place::Byte(record.start);
            reading.problem(at, ProblemKind::Record, "the record is not closed before the next begins");
            self.open = None;
            return false;
        }
        record.extend(bytes, reading.limits.record_bytes);
        if tag.kind == TagKind::End
            && tag.name == record.name
            && let Some(record) = self.open.take()
        {
            record.finish(reading, on);
        }
        true
    }

    /// Takes a tag that is in no record.
    fn outside(&mut self, reading: &mut Reading<'_>, bytes: &[u8], position: u64, tag: &Tag<'_>, on: &mut On<'_>) {
        let name = String::from_utf8_lossy(tag.name).into_owned();
        match tag.kind {
            TagKind::Start | TagKind::Empty if self.records.contains(&name.as_str()) => {
                let record = Open { name: tag.name.to_vec(), start: position, bytes: bytes.to_vec(), too_long: false };
                match tag.kind {
                    TagKind::Empty => record.finish(reading, on),
                    _ => self.open = Some(record),
                }
            }
            TagKind::Start | TagKind::Empty => {
                self.has_root = true;
                if let Ok(element) = parse_start(bytes) {
                    on(reading, Place::Byte(position), Found::Around(&element));
                }
                if tag.kind == TagKind::Start && self.around.len() < DEPTH_MAX {
                    self.around.push(name);
                }
            }
            TagKind::End => {
                if let Some(depth) = self.around.iter().rposition(|open| *open == name) {
                    self.around.truncate(depth);
                }
            }
            TagKind::Other => {}
        }
    }
}

/// A record whose end has not come yet.
struct Open {
    name: Vec<u8>,
    start: u64,
    bytes: Vec<u8>,
    too_long: bool,
}

impl Open {
    fn extend(&mut self, bytes: &[u8], bytes_max: usize) {
        self.too_long |= self.bytes.len() + bytes.len() > bytes_max;
        if !self.too_long {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn finish(self, reading: &mut Reading<'_>, on: &mut On<'_>) {
        let place = Place::Byte(self.start);
        let element = if self.too_long { Err("the record is too long".to_owned()) } else { parse(&self.bytes) };
        match element {
            Ok(element) => on(reading, place, Found::Record(&element)),
            Err(reason) => reading.problem(place, ProblemKind::Record, &reason),
        }
    }
}

/// Text and one tag behind it.
struct Scan<'i> {
    input: &'i mut dyn BufRead,
    position: u64,
    bytes: Vec<u8>,
}

struct TagPlace {
    /// Where in `Scan::bytes` the tag begins.
    tag_start: usize,
    /// Where in the file.
    position: u64,
}

impl Scan<'_> {
    /// Reads on to the end of the next tag; comments, declarations and CDATA count as tags. `None` at the end.
    fn next_tag(&mut self, held: usize, bytes_max: usize) -> Option<TagPlace> {
        self.bytes.clear();
        let room = bytes_max.saturating_sub(held);
        if !self.read_until(b'<', room) {
            return None;
        }
        let tag_start = self.bytes.len() - 1;
        let position = self.position - 1;
        loop {
            if !self.read_until(b'>', bytes_max) {
                return None;
            }
            if is_whole(&self.bytes[tag_start..]) || self.bytes.len() > bytes_max {
                return Some(TagPlace { tag_start, position });
            }
        }
    }

    /// Reads up to and with `end`. What is beyond `room` is read but not kept, the end itself is.
    fn read_until(&mut self, end: u8, room: usize) -> bool {
        loop {
            let Ok(piece) = self.input.fill_buf() else { return false };
            if piece.is_empty() {
                return false;
            }
            let found = memchr::memchr(end, piece);
            let part = &piece[..found.unwrap_or(piece.len())];
            let used = part.len() + usize::from(found.is_some());
            let kept = part.len().min(room.saturating_add(1).saturating_sub(self.bytes.len()));
            self.bytes.extend_from_slice(&part[..kept]);
            self.input.consume(used);
            self.position += used as u64;
            if found.is_some() {
                self.bytes.push(end);
                return true;
            }
        }
    }
}

/// True when a tag that was read up to a `>` ends there, and not inside a comment or an attribute's value.
fn is_whole(tag: &[u8]) -> bool {
    if tag.starts_with(b"<!--") {
        return tag.len() >= 7 && tag.ends_with(b"-->");
    }
    if tag.starts_with(b"<![CDATA[") {
        return tag.ends_with(b"]]>");
    }
    if tag.starts_with(b"<?") {
        return tag.ends_with(b"?>");
    }
    if tag.starts_with(b"<!") {
        return !tag.contains(&b'[') || tag[..tag.len() - 1].trim_ascii_end().ends_with(b"]");
    }
    let mut quote = None;
    for byte in tag {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if *byte == open => quote = None,
            _ => {}
        }
    }
    // A tag whose quotes never close would run on to the end of the file.
    quote.is_none() || tag[1..].contains(&b'<')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Start,
    Empty,
    End,
    Other,
}

struct Tag<'t> {
    kind: TagKind,
    /// Without the prefix of a namespace.
    name: &'t [u8],
}

impl<'t> Tag<'t> {
    fn of(tag: &'t [u8]) -> Self {
        let (kind, rest) = match tag {
            [b'<', b'!' | b'?', ..] => (TagKind::Other, &tag[..0]),
            [b'<', b'/', rest @ ..] => (TagKind::End, rest),
            [b'<', rest @ ..] if tag.ends_with(b"/>") => (TagKind::Empty, rest),
            _ => (TagKind::Start, tag.get(1..).unwrap_or_default()),
        };
        let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        let name = &rest[..end.unwrap_or(rest.len())];
        let local = name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..]);
        Self { kind, name: local }
    }
}
