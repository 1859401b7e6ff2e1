//! Bytes of a list's file: bounded, and in UTF-8 whatever they came in.
//!
//! Marks and zero bytes tell UTF-16; that is turned into UTF-8 as it streams. Everything else is taken for UTF-8 field
//! by field, and what is not is read as windows-1252, which every byte string is: lists that were put together from
//! several hands mix the two, and one wrong byte must not cost a record.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Cursor, Read},
};

/// How much of a file's beginning is held to tell its format.
pub const HEAD_BYTES: usize = 32 * 1024;
const PIECE_BYTES: usize = 32 * 1024;

/// One file of a list: its name, which helps to tell the format, and its content.
pub struct ListFile<'f> {
    /// The name as the publisher gives it: `sdn.csv`.
    pub name: String,
    pub(crate) head: Vec<u8>,
    pub(crate) content: Box<dyn BufRead + 'f>,
}

impl<'f> ListFile<'f> {
    /// Opens a file of which no more than `bytes_max` are read, after it is in UTF-8.
    ///
    /// # Errors
    /// When the beginning cannot be read.
    pub fn open(name: &str, content: impl Read + 'f, bytes_max: u64) -> io::Result<Self> {
        let (beginning, content) = with_beginning(content)?;
        let encoding = utf_16(&beginning);
        let content = Cursor::new(beginning).chain(content);
        let content: Box<dyn Read + 'f> = match encoding {
            Some(encoding) => Box::new(Transcoded::new(content, encoding)),
            None => Box::new(content),
        };
        // One byte more than allowed, so that reaching the limit can be told from ending there.
        let (mut head, content) = with_beginning(content.take(bytes_max.saturating_add(1)))?;
        if head.starts_with(b"\xEF\xBB\xBF") {
            head.drain(..3);
        }
        let whole = Cursor::new(head.clone()).chain(content);
        Ok(Self { name: name.to_owned(), head, content: Box::new(BufReader::with_capacity(PIECE_BYTES, whole)) })
    }

    /// The beginning of the file, in UTF-8 or another code of one byte a character.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Its beginning, and its whole content.
    pub fn into_parts(self) -> (Vec<u8>, Box<dyn BufRead + 'f>) {
        (self.head, self.content)
    }
}

/// Reads the beginning, and gives it with the rest.
fn with_beginning<R: Read>(mut content: R) -> io::Result<(Vec<u8>, R)> {
    let mut head = Vec::new();
    let mut bounded = content.by_ref().take(HEAD_BYTES as u64);
    #[expect(clippy::disallowed_methods, reason = "bounded right above")]
    bounded.read_to_end(&mut head)?;
    Ok((head, content))
}

/// Tells UTF-16 by its mark, or by zeros in every other one of the first bytes.
fn utf_16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// A field's bytes as text.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Another encoding, turned into UTF-8 while it is read.
struct Transcoded<R> {
    content: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_length: usize,
    /// What was decoded and not yet read.
    decoded: Vec<u8>,
    position: usize,
    decoded_length: usize,
    ended: bool,
    finished: bool,
}

impl<R: Read> Transcoded<R> {
    fn new(content: R, encoding: &'static Encoding) -> Self {
        Self {
            content,
            decoder: encoding.new_decoder(),
            raw: vec![0; PIECE_BYTES],
            raw_length: 0,
            decoded: vec![0; PIECE_BYTES],
            position: 0,
            decoded_length: 0,
            ended: false,
            finished: false,
        }
    }

    /// Decodes on until there is something, or the end.
    fn decode(&mut self) -> io::Result<()> {
        while self.position == self.decoded_length && !self.finished {
            if !self.ended && self.raw_length < self.raw.len() {
                let read = self.content.read(&mut self.raw[self.raw_length..])?;
                self.ended = read == 0;
                self.raw_length += read;
            }
            let raw = &self.raw[..self.raw_length];
            let (result, read, written, _) = self.decoder.decode_to_utf8(raw, &mut self.decoded, self.ended);
            self.raw.copy_within(read..self.raw_length, 0);
            self.raw_length -= read;
            (self.position, self.decoded_length) = (0, written);
            self.finished = self.ended && matches!(result, CoderResult::InputEmpty);
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        self.decode()?;
        let length = output.len().min(self.decoded_length - self.position);
        output[..length].copy_from_slice(&self.decoded[self.position..self.position + length]);
        self.position += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> String {
        let mut file = ListFile::open("list.csv", bytes, 1 << 20).unwrap();
        let mut content = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "own fixture")]
        file.content.read_to_end(&mut content).unwrap();
        text(&content).into_owned()
    }

    #[test]
    fn every_encoding_becomes_the_same_text() {
        let plain = "id,name\n1,Zoë Müller\n";
        let wide = |order: fn(u16) -> [u8; 2]| plain.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        assert_eq!(whole(plain.as_bytes()), plain);
        assert_eq!(whole(&[b"\xEF\xBB\xBF", plain.as_bytes()].concat()), plain);
        assert_eq!(whole(&[&[0xFF, 0xFE][..], &wide(u16::to_le_bytes)].concat()), plain);
        assert_eq!(whole(&[&[0xFE, 0xFF][..], &wide(u16::to_be_bytes)].concat()), plain);
        assert_eq!(whole(&wide(u16::to_le_bytes)), plain);
        assert_eq!(whole(b"id,name\n1,Zo\xEB M\xFCller\n"), plain);
    }

    #[test]
    fn long_files_stream_through_the_transcoder_whole() {
        let plain = "a line of a list with an é in it\n".repeat(20_000);
        let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(whole(&[&[0xFF, 0xFE][..], &wide].concat()).len(), plain.len());
    }
}
