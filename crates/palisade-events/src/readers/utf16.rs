//! Text in UTF-16, which Windows tools write to files by default: made UTF-8 block by block.

/// Decodes a stream.
pub(crate) struct Utf16 {
    is_big_endian: bool,
    /// The last bytes of a block that are no whole character.
    held: Vec<u8>,
}

impl Utf16 {
    /// A decoder for a stream that begins with a byte order mark of UTF-16.
    pub(crate) fn of(beginning: &[u8]) -> Option<Self> {
        let is_big_endian = match beginning {
            [0xFF, 0xFE, ..] => false,
            [0xFE, 0xFF, ..] => true,
            _ => return None,
        };
        Some(Self { is_big_endian, held: Vec::new() })
    }

    /// The text of a block. Halves of characters that lack the other become U+FFFD.
    pub(crate) fn decoded(&mut self, block: &[u8]) -> String {
        self.held.extend_from_slice(block);
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if self.is_big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        };
        let mut units: Vec<u16> = self.held.chunks_exact(2).map(unit).collect();
        let is_open = units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit));
        units.truncate(units.len() - usize::from(is_open));
        self.held.drain(..units.len() * 2);
        char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_anywhere() {
        for is_big_endian in [false, true] {
            let units = "\u{FEFF}aé😀\n".encode_utf16();
            let bytes: Vec<u8> =
                units.flat_map(|unit| if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            for block in [1, 2, 3, 5, 100] {
                let mut utf16 = Utf16::of(&bytes).expect("is UTF-16");
                let text: String = bytes.chunks(block).map(|block| utf16.decoded(block)).collect();
                assert_eq!(text, "\u{FEFF}aé😀\n");
            }
        }
        assert!(Utf16::of(b"\xEF\xBB\xBF").is_none() && Utf16::of(b"\xFF").is_none());
    }
}
