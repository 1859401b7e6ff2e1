//! Reads a whole stream that comes in blocks: parts it, reads each event, goes on behind what it cannot read.
//!
//! ```
//! use palisade_events::readers::Reader;
//!
//! let mut images = Vec::new();
//! let mut reader = Reader::new(None);
//! for block in [b"{\"Image\":\"a\"}\n{\"Ima" as &[u8], b"ge\":\"b\"}\n{broken\n"] {
//!     reader.feed(block, &mut |read| match read {
//!         Ok(record) => images.push(record.first("Image").and_then(|value| Some(value.get()?.into_owned()))),
//!         Err(problem) => assert_eq!(problem.to_string(), "line 3, byte 28: a name should begin at byte 1"),
//!     });
//! }
//! reader.finish(&mut |_| {});
//! assert_eq!(images, [Some("a".into()), Some("b".into())]);
//! assert_eq!((reader.events(), reader.problems()), (2, 1));
//! ```

use super::{
    auditd::Joiner,
    documents::Documents,
    event_reader::EventReader,
    evtx::Chunks,
    fault::{Fault, Problem},
    format::Format,
    lines::Lines,
    utf16::Utf16,
    xml_events::XmlEvents,
};
use crate::{limits::DETECTION_BYTES_MAX, record::Record};
use palisade_model::Timestamp;
use std::borrow::Cow;

/// What becomes of every event, or of what cannot be read.
pub type Each<'a> = &'a mut dyn FnMut(Result<&Record<'_>, Problem>);

/// Reads a stream.
pub struct Reader {
    format: Option<Format>,
    has_begun: bool,
    /// For a stream that is in UTF-16.
    utf16: Option<Utf16>,
    parts: Parts,
    one: One,
}

/// How the stream is parted.
enum Parts {
    /// Not known yet: what has come so far.
    Undecided(Vec<u8>),
    Lines(Lines),
    /// Lines that belong together.
    Audit(Lines, Joiner),
    Documents(Documents),
    Xml(XmlEvents),
    Evtx(Box<Chunks>),
}

/// What reads one event, and where it stands.
#[derive(Default)]
struct One {
    reader: EventReader,
    line: u64,
    /// Bytes of the blocks before this one.
    fed: u64,
    events: u64,
    problems: u64,
}

impl Reader {
    /// A reader of a stream of this format, or of one that its beginning tells.
    #[must_use]
    pub fn new(format: Option<Format>) -> Self {
        Self { format, has_begun: false, utf16: None, parts: Parts::Undecided(Vec::new()), one: One::default() }
    }

    /// Says what time it is about, for formats that leave the year out.
    #[must_use]
    pub fn with_reference(mut self, time: Timestamp) -> Self {
        self.one.reader.set_reference(time);
        self
    }

    /// The format, once it is known.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Events that were given.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.one.events
    }

    /// Parts that could not be read.
    #[must_use]
    pub fn problems(&self) -> u64 {
        self.one.problems
    }

    /// Takes the next block of the stream and gives the events that are whole with it. A stream that begins with the
    /// byte order mark of UTF-16 is decoded; places are then those in UTF-8.
    pub fn feed(&mut self, block: &[u8], each: Each<'_>) {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.utf16 = Utf16::of(block);
        }
        match &mut self.utf16 {
            Some(utf16) => {
                let text = utf16.decoded(block);
                self.take(text.as_bytes(), each);
            }
            None => self.take(block, each),
        }
    }

    fn take(&mut self, block: &[u8], each: Each<'_>) {
        if let Parts::Undecided(held) = &mut self.parts {
            let from = held.len();
            held.extend_from_slice(block);
            let is_told = held.len() >= DETECTION_BYTES_MAX || is_line_within(held, from);
            if is_told {
                self.decide(each);
            }
            return;
        }
        self.part(block, each);
    }

    /// Gives what the end of the stream leaves open. The reader may then take another stream of the same format.
    pub fn finish(&mut self, each: Each<'_>) {
        self.decide(each);
        let one = &mut self.one;
        match &mut self.parts {
            Parts::Undecided(_) => {}
            Parts::Lines(lines) => lines.finish(&mut |line, at| one.line(line, at, self.format, each)),
            Parts::Audit(lines, joiner) => {
                lines.finish(&mut |line, at| one.audit(line, at, joiner, each));
                joiner.finish(&mut |event| one.text(event, one.fed, Format::Auditd, each));
            }
            Parts::Documents(documents) => {
                documents.finish(&mut |read, at| one.bytes(read, at, Format::Json, each));
            }
            Parts::Xml(events) => events.finish(&mut |read, at| one.bytes(read, at, Format::WindowsXml, each)),
            Parts::Evtx(chunks) => chunks.finish(&mut |read| one.counted(read, each)),
        }
        self.parts = Parts::Undecided(Vec::new());
        (self.one.fed, self.one.line) = (0, 0);
        (self.has_begun, self.utf16) = (false, None);
    }

    fn decide(&mut self, each: Each<'_>) {
        let Parts::Undecided(held) = &mut self.parts else { return };
        let held = std::mem::take(held);
        let format = self.format.unwrap_or_else(|| Format::of_stream(&held));
        self.format = Some(format);
        self.parts = match format {
            Format::Evtx => Parts::Evtx(Box::default()),
            Format::WindowsXml => Parts::Xml(XmlEvents::default()),
            Format::Json if !is_line_by_line(&held) => Parts::Documents(Documents::default()),
            Format::Auditd => Parts::Audit(Lines::default(), Joiner::default()),
            _ => Parts::Lines(Lines::default()),
        };
        self.part(&held, each);
    }

    fn part(&mut self, block: &[u8], each: Each<'_>) {
        let one = &mut self.one;
        match &mut self.parts {
            Parts::Undecided(_) => {}
            Parts::Lines(lines) => lines.feed(block, &mut |line, at| one.line(line, at, self.format, each)),
            Parts::Audit(lines, joiner) => {
                lines.feed(block, &mut |line, at| one.audit(line, at, joiner, each));
            }
            Parts::Documents(documents) => {
                documents.feed(block, &mut |read, at| one.bytes(read, at, Format::Json, each));
            }
            Parts::Xml(events) => {
                events.feed(block, &mut |read, at| one.bytes(read, at, Format::WindowsXml, each));
            }
            Parts::Evtx(chunks) => chunks.feed(block, &mut |read| one.counted(read, each)),
        }
        self.one.fed += block.len() as u64;
    }
}

impl One {
    /// A line, which ends at this byte of the block; nothing when it was too long.
    fn line(&mut self, line: Option<&[u8]>, at: usize, format: Option<Format>, each: Each<'_>) {
        self.line += 1;
        let Some(line) = line else { return self.problem(Fault::new("the line is longer than 16 MiB", 0), at, each) };
        let text = decoded(line, self.line == 1);
        if !text.trim_ascii().is_empty() {
            self.text(text.trim_ascii_end(), self.start(at, line), format.unwrap_or(Format::Mixed), each);
        }
    }

    fn audit(&mut self, line: Option<&[u8]>, at: usize, joiner: &mut Joiner, each: Each<'_>) {
        self.line += 1;
        let Some(line) = line else { return self.problem(Fault::new("the line is longer than 16 MiB", 0), at, each) };
        let text = decoded(line, self.line == 1);
        if !text.trim_ascii().is_empty() {
            let start = self.start(at, line);
            joiner.line(&text, &mut |event| self.text(event, start, Format::Auditd, each));
        }
    }

    fn bytes(&mut self, read: Result<&[u8], Fault>, at: usize, format: Format, each: Each<'_>) {
        match read {
            Ok(bytes) => {
                self.text(&String::from_utf8_lossy(bytes), self.start(at + 1, bytes), format, each);
            }
            Err(fault) => self.problem(fault, at, each),
        }
    }

    /// Where in the stream a part begins that ends at this byte of the block; it may have begun in an earlier one.
    fn start(&self, end: usize, part: &[u8]) -> u64 {
        (self.fed + end as u64).saturating_sub(part.len() as u64)
    }

    fn text(&mut self, text: &str, start: u64, format: Format, each: Each<'_>) {
        let events = &mut self.events;
        let read = self.reader.read(text, format, &mut |record| {
            *events += 1;
            each(Ok(record));
        });
        if let Err(fault) = read {
            self.problem_at(fault, start, each);
        }
    }

    fn problem(&mut self, fault: Fault, at: usize, each: Each<'_>) {
        self.problem_at(fault, self.fed + at as u64, each);
    }

    fn problem_at(&mut self, fault: Fault, byte: u64, each: Each<'_>) {
        self.problems += 1;
        let line = (self.line > 0).then_some(self.line);
        each(Err(Problem { line, byte, reason: fault.to_string() }));
    }

    fn counted(&mut self, read: Result<&Record<'_>, Problem>, each: Each<'_>) {
        if read.is_ok() {
            self.events += 1
        } else {
            self.problems += 1
        }
        each(read);
    }
}

/// True once a line that is not empty has ended.
fn is_line_within(held: &[u8], from: usize) -> bool {
    let has_text = |bytes: &[u8]| bytes.iter().any(|byte| !byte.is_ascii_whitespace());
    memchr::memrchr(b'\n', &held[from..]).is_some_and(|end| has_text(&held[..from + end]))
}

/// True for JSON that begins with an object and has a whole one in one of its lines. The first may be broken.
fn is_line_by_line(beginning: &[u8]) -> bool {
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning).trim_ascii_start();
    let is_cut = text.len() >= DETECTION_BYTES_MAX;
    let mut lines = text.split_inclusive(|&byte| byte == b'\n');
    text.starts_with(b"{")
        && lines.any(|line| {
            let is_whole = line.ends_with(b"\n") || !is_cut;
            is_whole && line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}")
        })
}

/// The bytes as text: what is not UTF-8 becomes U+FFFD, a byte order mark goes.
fn decoded(line: &[u8], is_first: bool) -> Cow<'_, str> {
    let line = if is_first { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
    String::from_utf8_lossy(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every problem with its place, and how many events there were.
    fn read(bytes: &[u8], format: Option<Format>, block: usize) -> (u64, Vec<String>) {
        let mut problems = Vec::new();
        let mut reader = Reader::new(format);
        let mut take =
            |read: Result<&Record<'_>, Problem>| problems.extend(read.err().map(|problem| problem.to_string()));
        bytes.chunks(block).for_each(|block| reader.feed(block, &mut take));
        reader.finish(&mut take);
        (reader.events(), problems)
    }

    #[test]
    fn reading_goes_on_behind_what_is_broken() {
        let text = b"{\"a\":1}\n{broken\n\n{\"b\":2}\r\n{\"c\":";
        let expected =
            ["line 2, byte 8: a name should begin at byte 1", "line 5, byte 26: a value should begin at byte 5"];
        for block in [1, 7, 100] {
            assert_eq!(read(text, Some(Format::Json), block), (2, expected.map(str::to_owned).to_vec()), "{block}");
        }
    }

    #[test]
    fn a_broken_first_line_makes_no_document_of_the_rest() {
        let text = b"{\"a\":\n{\"b\":2}\n{\"b\":3}\n";
        assert_eq!(read(text, None, 100).0, 2);
        assert_eq!(read(b"{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", None, 100), (1, Vec::new()));
    }

    #[test]
    fn utf16_is_read() {
        let text = "\u{FEFF}<Events>\r\n<Event><EventData><Data Name='a'>é</Data></EventData></Event>\r\n</Events>";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for block in [3, 1000] {
            assert_eq!(read(&bytes, None, block), (1, Vec::new()));
        }
    }

    #[test]
    fn formats_are_told_by_the_stream() {
        for (text, format, events) in [
            ("[{\"a\":1},{\"a\":2}]", Format::Json, 2),
            ("{\"Records\":[{\"eventName\":\"x\"}]}\n", Format::Json, 1),
            (
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},{\"body\":{\"stringValue\":\"x\"}}]}]}]}\n",
                Format::Json,
                2,
            ),
            ("<Events><Event><EventData/></Event><Event/></Events>", Format::WindowsXml, 1),
            ("type=SYSCALL msg=audit(1.1:1): a=b\ntype=CWD msg=audit(1.1:1): cwd=\"/\"\n", Format::Auditd, 1),
            ("#Fields: a b\n1 2\n3 4\n", Format::W3c, 2),
            ("<13>x\nCEF:0|a|b|c|d|e|1|\na=b c=d\nprose\n", Format::Mixed, 4),
        ] {
            let mut reader = Reader::new(None);
            reader.feed(text.as_bytes(), &mut |_| {});
            reader.finish(&mut |_| {});
            assert_eq!((reader.format(), reader.events()), (Some(format), events), "{text}");
        }
    }
}
