//! What is read of one file or entry: text, an archive, or that it is not worth reading.

use super::{Kind, kind};
use std::io::{self, Read};

/// Bytes of the largest file that is read. Larger ones are data, not text that somebody wrote or sent.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// Bytes at the beginning of a file among which a zero byte marks it as binary.
const BINARY_PROBE_BYTES: usize = 8 * 1024;

/// Of what is not UTF-8, one control character in so many marks the beginning as binary, too: old encodings have none.
const CONTROL_SHARE: usize = 64;

/// What was read.
#[derive(Debug, PartialEq)]
pub enum Loaded {
    Text { text: String, not_utf8: bool },
    Archive(Kind, Vec<u8>),
    Binary,
    Huge,
}

/// Reads `source` to its end, unless its beginning says that it is not worth it.
pub fn read(source: impl Read) -> io::Result<Loaded> {
    read_up_to(source, FILE_BYTES_MAX)
}

/// The same with another limit.
#[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
pub(super) fn read_up_to(source: impl Read, bytes_max: u64) -> io::Result<Loaded> {
    let mut source = source.take(bytes_max + 1);
    let mut bytes = Vec::new();
    source.by_ref().take(BINARY_PROBE_BYTES as u64).read_to_end(&mut bytes)?;
    let archive = kind(&bytes);
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if archive.is_none() && !is_utf16 && bytes.contains(&0) {
        return Ok(Loaded::Binary);
    }
    source.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Ok(Loaded::Huge);
    }
    if let Some(kind) = archive {
        return Ok(Loaded::Archive(kind, bytes));
    }
    Ok(utf16(&bytes).unwrap_or_else(|| text(bytes)))
}

/// `bytes` as text, unless there is too little text in them.
fn text(bytes: Vec<u8>) -> Loaded {
    match String::from_utf8(bytes) {
        Ok(text) => Loaded::Text { text, not_utf8: false },
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let start = &text[..text.floor_char_boundary(BINARY_PROBE_BYTES)];
            let controls = start.bytes().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31)).count();
            if controls * CONTROL_SHARE > start.len() { Loaded::Binary } else { Loaded::Text { text, not_utf8: true } }
        }
    }
}

/// UTF-16 with a mark of its byte order, as Windows writes it; its zero bytes are no sign of binary data.
fn utf16(bytes: &[u8]) -> Option<Loaded> {
    let from_bytes: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| from_bytes([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let is_text = !text.contains('\0');
    Some(if is_text { Loaded::Text { text, not_utf8: true } } else { Loaded::Binary })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_input_is_skipped() {
        assert_eq!(read(io::repeat(b'a')).unwrap(), Loaded::Huge);
        let list = || io::repeat(b'a').take(FILE_BYTES_MAX + 1);
        assert_eq!(read(list()).unwrap(), Loaded::Huge);
        assert!(matches!(read_up_to(list(), FILE_BYTES_MAX + 1).unwrap(), Loaded::Text { .. }));
    }

    #[test]
    fn the_beginning_says_what_it_is() {
        assert_eq!(read(&b"a\0b"[..]).unwrap(), Loaded::Binary);
        assert_eq!(
            read(&b"un caf\xE9"[..]).unwrap(),
            Loaded::Text { text: "un caf\u{FFFD}".to_owned(), not_utf8: true }
        );
        let windows: Vec<u8> = "\u{FEFF}été".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(windows.as_slice()).unwrap(), Loaded::Text { text: "été".to_owned(), not_utf8: true });
        assert_eq!(read(&[0xff, 0xfe, 0, 0, 1, 0][..]).unwrap(), Loaded::Binary);
        assert_eq!(read(&b"\x81\x02a\x83b\x84"[..]).unwrap(), Loaded::Binary);
        assert!(matches!(read(&b"PK\x03\x04\0\0"[..]).unwrap(), Loaded::Archive(Kind::Zip, _)));
    }
}
