//! Cuts a stream in the export format into entries.
//!
//! A field is `KEY=value` and a line feed, or, where the value may hold line feeds, `KEY`, a line feed, its length as 64
//! bits little-endian, the value and a line feed. An empty line ends an entry. Memory is bounded: what of an entry goes
//! beyond the limits is skipped while it is read.

use super::JournalEntry;
use crate::{Limits, SourceError};

/// The longest name of a field, as in systemd.
const NAME_BYTES_MAX: usize = 64;
/// The largest value that systemd writes and reads. A larger length is not one.
const VALUE_BYTES_MAX: u64 = 768 << 20;

#[derive(Debug)]
enum State {
    /// Within a line.
    Line,
    /// Within the length of a value.
    Length { bytes: [u8; 8], count: usize },
    /// Within a value of which so many bytes are to come.
    Value { left: u64 },
    /// Before the line feed that ends a value.
    End,
}

/// Reads entries from pieces of a stream.
#[derive(Debug)]
pub struct JournalReader {
    state: State,
    /// The line or value so far.
    buffer: Vec<u8>,
    /// How many bytes of it did not fit.
    cut: usize,
    /// The name of the value that is being read.
    name: String,
    entry: JournalEntry,
    bytes_max: usize,
    fields_max: usize,
}

impl JournalReader {
    /// A reader whose entries keep `line_bytes` of text at most and as many fields as an event may have attributes.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            state: State::Line,
            buffer: Vec::new(),
            cut: 0,
            name: String::new(),
            entry: JournalEntry::default(),
            bytes_max: limits.line_bytes,
            fields_max: limits.attributes,
        }
    }

    /// The next entry, and `input` moved behind it; `None` when `input` is used up.
    ///
    /// # Errors
    /// [`SourceError::Malformed`] when the stream is not in the format: nothing after that place can be read.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<JournalEntry>, SourceError> {
        while !input.is_empty() {
            match self.state {
                State::Line => {
                    let Some(end) = memchr::memchr(b'\n', input) else {
                        self.append(input);
                        *input = &[];
                        break;
                    };
                    self.append(&input[..end]);
                    *input = &input[end + 1..];
                    if let Some(entry) = self.end_line()? {
                        return Ok(Some(entry));
                    }
                }
                State::Length { bytes, count } => self.read_length(bytes, count, input)?,
                State::Value { left } => {
                    let length = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    let (piece, rest) = input.split_at(length);
                    self.append(piece);
                    *input = rest;
                    let left = left - length as u64;
                    self.state = if left == 0 { State::End } else { State::Value { left } };
                }
                State::End => {
                    if input[0] != b'\n' {
                        return Err(malformed("a value is longer than its length says"));
                    }
                    *input = &input[1..];
                    self.end_value();
                }
            }
        }
        Ok(None)
    }

    /// The entry that the stream ended with, without the empty line.
    ///
    /// # Errors
    /// [`SourceError::Malformed`] when the stream ends within a field.
    pub fn finish(mut self) -> Result<Option<JournalEntry>, SourceError> {
        match self.state {
            State::Line if self.buffer.is_empty() && self.cut == 0 => Ok(self.take_entry()),
            _ => Err(malformed("it ends within a field")),
        }
    }

    /// How many bytes of memory the entry that is being read takes.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.buffer.len() + self.entry.bytes()
    }

    fn append(&mut self, piece: &[u8]) {
        // Of a field that is left out anyway nothing is kept.
        let room = self.bytes_max.saturating_sub(self.entry.bytes()) + NAME_BYTES_MAX + 1;
        let kept = piece.len().min(room.saturating_sub(self.buffer.len()));
        self.buffer.extend_from_slice(&piece[..kept]);
        self.cut = self.cut.saturating_add(piece.len() - kept);
    }

    fn end_line(&mut self) -> Result<Option<JournalEntry>, SourceError> {
        if self.buffer.is_empty() && self.cut == 0 {
            return Ok(self.take_entry());
        }
        let line = std::mem::take(&mut self.buffer);
        match memchr::memchr(b'=', &line) {
            Some(equals) if is_name(&line[..equals]) => {
                let name = String::from_utf8_lossy(&line[..equals]).into_owned();
                self.keep(name, &line[equals + 1..]);
            }
            Some(_) => self.entry.leave_out(),
            None if self.cut == 0 && is_name(&line) => {
                self.name = String::from_utf8_lossy(&line).into_owned();
                self.state = State::Length { bytes: [0; 8], count: 0 };
            }
            None => return Err(malformed("a line is neither a field nor the name of one")),
        }
        self.reuse(line);
        Ok(None)
    }

    fn read_length(&mut self, mut bytes: [u8; 8], count: usize, input: &mut &[u8]) -> Result<(), SourceError> {
        bytes[count] = input[0];
        *input = &input[1..];
        self.state = match (count + 1, u64::from_le_bytes(bytes)) {
            (8, 0) => State::End,
            (8, left) if left <= VALUE_BYTES_MAX => State::Value { left },
            (8, _) => return Err(malformed("a value is longer than 768 MiB")),
            (count, _) => State::Length { bytes, count },
        };
        Ok(())
    }

    fn end_value(&mut self) {
        let value = std::mem::take(&mut self.buffer);
        let name = std::mem::take(&mut self.name);
        self.keep(name, &value);
        self.reuse(value);
        self.state = State::Line;
    }

    fn keep(&mut self, name: String, value: &[u8]) {
        let Some(room) = self.bytes_max.checked_sub(self.entry.bytes() + name.len()) else {
            return self.entry.leave_out();
        };
        let kept = value.len().min(room);
        let cut = self.cut + value.len() - kept;
        self.entry.add(name, &value[..kept], cut, self.fields_max);
    }

    /// Gives the buffer back, empty; a large one is let go.
    fn reuse(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        self.buffer = if buffer.capacity() > 1 << 16 { Vec::new() } else { buffer };
        self.cut = 0;
    }

    fn take_entry(&mut self) -> Option<JournalEntry> {
        let entry = std::mem::take(&mut self.entry);
        (!entry.is_empty()).then_some(entry)
    }
}

fn is_name(name: &[u8]) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

fn malformed(reason: &str) -> SourceError {
    SourceError::Malformed(format!("{reason}; send the journal export format, as `journalctl -o export` writes it"))
}
