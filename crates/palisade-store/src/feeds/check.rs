//! Whether a file is whole and of its format, told by reading it from its first byte to its last.
//!
//! This finds files that were cut off, damaged, or are something else (the web page of an error, most often). What the
//! entries mean is for the watch that uses them to judge.

use crate::feeds::FeedFormat;
use serde::de::{Deserialize, IgnoredAny};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// What a gzip file may unpack to; against bombs. The largest known feed, the dump of crates.io, needs some 10 GB.
const UNPACKED_BYTES_MAX: u64 = 32 << 30;
/// A line of a text feed. Advisories of some hundred kilobytes exist.
const LINE_BYTES_MAX: u64 = 16 << 20;
/// TOML is read as a whole; the largest known file has 200 KB.
const TOML_BYTES_MAX: u64 = 16 << 20;
const BUFFER_BYTES: usize = 256 << 10;

/// Reads the whole file. `file_name` tells what is inside a gzip file.
///
/// # Errors
/// What is wrong with the file, for people.
pub(super) fn check(path: &Path, file_name: &str, format: FeedFormat) -> Result<(), String> {
    let open = || File::open(path).map_err(|error| error.to_string());
    match format {
        FeedFormat::Zip => check_zip(open()?),
        FeedFormat::MaxMind => check_maxmind(open()?),
        FeedFormat::Gzip => check_gzip(open()?, file_name),
        text => check_text(open()?, text),
    }
}

fn check_text(reader: impl Read, format: FeedFormat) -> Result<(), String> {
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, Utf8Only::new(reader));
    match format {
        FeedFormat::Json => check_json(reader),
        FeedFormat::JsonLines => check_lines(&mut reader, |line| {
            serde_json::from_str::<IgnoredAny>(line).map(drop).map_err(|error| error.to_string())
        }),
        FeedFormat::Csv => check_csv(&mut reader),
        FeedFormat::Toml => check_toml(reader),
        FeedFormat::Xml => check_xml(reader),
        FeedFormat::Tsv | FeedFormat::Lines | FeedFormat::Yaml => {
            refuse_markup(&mut reader)?;
            check_lines(&mut reader, |_| Ok(()))
        }
        FeedFormat::Zip | FeedFormat::Gzip | FeedFormat::MaxMind => Err(format!("{format} is not a text")),
    }
}

fn check_json(reader: impl BufRead) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_reader(reader);
    IgnoredAny::deserialize(&mut json).and_then(|_| json.end()).map_err(|error| error.to_string())
}

fn check_lines(reader: &mut impl BufRead, check: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
    let mut line = String::new();
    let mut number = 0_u64;
    let mut entries = 0_u64;
    loop {
        line.clear();
        number += 1;
        let read = reader.by_ref().take(LINE_BYTES_MAX).read_line(&mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            return if entries > 0 { Ok(()) } else { Err("it has no entries".to_owned()) };
        }
        if read as u64 == LINE_BYTES_MAX {
            return Err(format!("line {number} is longer than {LINE_BYTES_MAX} bytes"));
        }
        if !line.trim().is_empty() {
            check(line.trim()).map_err(|reason| format!("line {number}: {reason}"))?;
            entries += 1;
        }
    }
}

/// A quote opens a field only at its start; inside, two quotes are one (RFC 4180, 2.5 to 2.7). Publishers put lines of
/// other widths above the heading, so the number of fields says nothing.
fn check_csv(reader: &mut impl BufRead) -> Result<(), String> {
    refuse_markup(reader)?;
    let (mut line, mut opened, mut rows) = (1_u64, 0_u64, 0_u64);
    let (mut quoted, mut field_start, mut row_empty) = (false, true, true);
    loop {
        let chunk = reader.fill_buf().map_err(|error| error.to_string())?;
        if chunk.is_empty() {
            break;
        }
        for byte in chunk {
            let was_start = std::mem::replace(&mut field_start, false);
            line += u64::from(*byte == b'\n');
            match byte {
                b'"' if quoted => quoted = false,
                // Either the start of a field, or the second of two quotes: `quoted` was just left.
                b'"' if was_start || opened > 0 => {
                    quoted = true;
                    opened = line;
                }
                _ if quoted => {}
                b'\n' => {
                    rows += u64::from(!row_empty);
                    (field_start, row_empty, opened) = (true, true, 0);
                }
                b',' | b';' => (field_start, opened) = (true, 0),
                _ => opened = 0,
            }
            row_empty &= !quoted && byte.is_ascii_whitespace();
        }
        let length = chunk.len();
        reader.consume(length);
    }
    match (quoted, rows + u64::from(!row_empty)) {
        (true, _) => Err(format!("it ends inside the quoted field of line {opened}")),
        (false, 0) => Err("it has no rows".to_owned()),
        (false, _) => Ok(()),
    }
}

#[expect(clippy::disallowed_methods, reason = "`take` bounds it beside the call")]
fn check_toml(reader: impl Read) -> Result<(), String> {
    let mut text = String::new();
    let read = reader.take(TOML_BYTES_MAX).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if read as u64 == TOML_BYTES_MAX {
        return Err(format!("it is longer than {TOML_BYTES_MAX} bytes"));
    }
    let table: toml::Table = toml::from_str(&text).map_err(|error| error.message().to_owned())?;
    if table.is_empty() { Err("it has no entries".to_owned()) } else { Ok(()) }
}

/// An XML file that was cut off does not end with the tag that closes its root.
fn check_xml(mut reader: impl BufRead) -> Result<(), String> {
    const TAIL_BYTES: usize = 4 << 10;
    let head = reader.fill_buf().map_err(|error| error.to_string())?;
    let root = xml_root(head).ok_or("it does not begin as XML does")?;
    if root.eq_ignore_ascii_case("html") {
        return Err("it is a web page".to_owned());
    }
    let mut tail: Vec<u8> = Vec::new();
    loop {
        let chunk = reader.fill_buf().map_err(|error| error.to_string())?;
        if chunk.is_empty() {
            break;
        }
        let length = chunk.len();
        tail.extend_from_slice(&chunk[length.saturating_sub(TAIL_BYTES)..]);
        tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
        reader.consume(length);
    }
    let closes = tail.trim_ascii_end().ends_with(format!("</{root}>").as_bytes());
    if closes { Ok(()) } else { Err(format!("it does not end with </{root}>: it was cut off")) }
}

/// The name of the first element, after declaration, comments and document type.
fn xml_root(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            comment if comment.starts_with("<!--") => comment.find("-->")? + 3,
            declaration if declaration.starts_with("<?") => declaration.find("?>")? + 2,
            // A document type may hold declarations in brackets; those feeds do not.
            kind if kind.starts_with("<!") => kind.find('>')? + 1,
            _ => break,
        };
        rest = rest[end..].trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))?;
    (end > 0).then(|| name[..end].to_owned())
}

fn refuse_markup(reader: &mut impl BufRead) -> Result<(), String> {
    let head = reader.fill_buf().map_err(|error| error.to_string())?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.trim_ascii_start().starts_with(b"<") { Err("it is XML or a web page".to_owned()) } else { Ok(()) }
}

/// The whole stream, its checksums (RFC 1952, 2.3.1) among it, and what is inside where its name says what that is.
#[expect(clippy::disallowed_methods, reason = "`take` bounds the output beside the call")]
fn check_gzip(file: File, file_name: &str) -> Result<(), String> {
    let packed = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut unpacked = flate2::bufread::MultiGzDecoder::new(packed).take(UNPACKED_BYTES_MAX);
    let inner_name = file_name.rsplit_once('.').map_or("", |(inner, _)| inner);
    match FeedFormat::by_name(inner_name) {
        Some(FeedFormat::Zip | FeedFormat::Gzip | FeedFormat::MaxMind) | None => {}
        Some(text) => check_text(&mut unpacked, text).map_err(|reason| format!("inside: {reason}"))?,
    }
    io::copy(&mut unpacked, &mut io::sink()).map_err(|error| error.to_string())?;
    match UNPACKED_BYTES_MAX - unpacked.limit() {
        0 => Err("there is nothing in it".to_owned()),
        UNPACKED_BYTES_MAX => Err(format!("it unpacks to more than {UNPACKED_BYTES_MAX} bytes")),
        _ => Ok(()),
    }
}

/// A zip archive ends with a record that says where its table of contents stands (APPNOTE.TXT 4.3.16); that table must
/// lie right before, and the archive must have files.
fn check_zip(mut file: File) -> Result<(), String> {
    const RECORD_BYTES: usize = 22;
    const COMMENT_BYTES_MAX: u64 = u16::MAX as u64;
    let tail = read_tail(&mut file, RECORD_BYTES as u64 + COMMENT_BYTES_MAX).map_err(|error| error.to_string())?;
    // From the end backwards: where a record stands is how long the comment after it must be.
    let record = tail.windows(RECORD_BYTES).rev().enumerate().find(|(comment, window)| {
        window.starts_with(b"PK\x05\x06") && usize::from(u16::from_le_bytes([window[20], window[21]])) == *comment
    });
    let (comment, record) = record.ok_or("it has no table of contents: it was cut off, or is no zip archive")?;
    let field = |at: usize| u64::from(u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]));
    if u16::from_le_bytes([record[10], record[11]]) == 0 {
        return Err("there is nothing in it".to_owned());
    }
    let (size, offset) = (field(12), field(16));
    if size == u64::from(u32::MAX) || offset == u64::from(u32::MAX) {
        return Ok(()); // A large archive (zip64) says so in another record.
    }
    let end = file.metadata().map_err(|error| error.to_string())?.len() - (RECORD_BYTES + comment) as u64;
    if offset + size > end {
        return Err("its table of contents points beyond its end".to_owned());
    }
    let mut signature = [0; 4];
    file.seek(SeekFrom::Start(offset))
        .and_then(|_| file.read_exact(&mut signature))
        .map_err(|error| error.to_string())?;
    if signature == *b"PK\x01\x02" { Ok(()) } else { Err("its table of contents is not where it should be".to_owned()) }
}

/// The marker stands before the metadata, in the last 128 KiB (MaxMind DB format specification 2.0).
fn check_maxmind(mut file: File) -> Result<(), String> {
    const MARKER: &[u8] = b"\xab\xcd\xefMaxMind.com";
    let tail = read_tail(&mut file, 128 << 10).map_err(|error| error.to_string())?;
    let found = tail.windows(MARKER.len()).any(|window| window == MARKER);
    if found { Ok(()) } else { Err("it has no metadata: it was cut off, or is no MaxMind database".to_owned()) }
}

#[expect(clippy::disallowed_methods, reason = "`take` bounds it beside the call")]
fn read_tail(file: &mut File, bytes_max: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(bytes_max)))?;
    let mut tail = Vec::new();
    file.take(bytes_max).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Hands bytes through and fails at the first that are not UTF-8, also where a letter lies across two reads.
struct Utf8Only<R> {
    inner: R,
    pending: Vec<u8>,
}

impl<R> Utf8Only<R> {
    fn new(inner: R) -> Self {
        Self { inner, pending: Vec::new() }
    }

    fn accept(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.pending.extend_from_slice(bytes);
        let valid = match std::str::from_utf8(&self.pending) {
            Ok(_) => self.pending.len(),
            Err(error) if error.error_len().is_none() && !bytes.is_empty() => error.valid_up_to(),
            Err(_) => return Err("it is not UTF-8"),
        };
        self.pending.drain(..valid);
        Ok(())
    }
}

impl<R: Read> Read for Utf8Only<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.accept(&buffer[..read]).map_err(|reason| io::Error::new(io::ErrorKind::InvalidData, reason))?;
        Ok(read)
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
