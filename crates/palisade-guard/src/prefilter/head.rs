//! What is compared of a needle before anything else: a few bytes, held together so that they are fetched at once.

use super::{ANCHOR_BYTES_MAX, Needle};
use crate::rarity::anchor;

/// Bytes of an anchor, and of one in a needle that has no more.
const LONG_ANCHOR_BYTES: usize = 4;
const SHORT_ANCHOR_BYTES: usize = 2;

/// What is compared of a needle before anything else.
#[derive(Clone, Copy)]
pub(super) struct Head {
    /// The first eight bytes in lower case, those beyond the end zero.
    bytes: u64,
    /// The bit that tells lower from upper case, where a letter stands.
    fold: u64,
    /// All bits where a byte stands.
    mask: u64,
    /// Bytes before the anchor.
    pub(super) offset: u16,
    pub(super) needle: u16,
}

impl Head {
    pub(super) fn new(needle: u16, bytes: &[u8]) -> Self {
        let mut head = [[0; 8]; 3];
        for (place, &byte) in bytes.iter().take(8).enumerate() {
            let fold = if byte.is_ascii_lowercase() { 0x20 } else { 0 };
            (head[0][place], head[1][place], head[2][place]) = (byte, fold, 0xFF);
        }
        let width = if bytes.len() < LONG_ANCHOR_BYTES { SHORT_ANCHOR_BYTES } else { LONG_ANCHOR_BYTES };
        let at = anchor(&bytes[..bytes.len().min(ANCHOR_BYTES_MAX)], width);
        let [bytes, fold, mask] = head.map(u64::from_le_bytes);
        let offset = u16::try_from(at).unwrap_or_default();
        Self { bytes, fold, mask, offset, needle }
    }

    /// Where the needle starts, if it stands in `text` with its anchor at `at`.
    #[inline]
    pub(super) fn start(&self, needles: &[Needle], text: &[u8], at: usize) -> Option<usize> {
        let start = at.checked_sub(usize::from(self.offset))?;
        let here = match text.get(start..start + 8).and_then(<[u8]>::first_chunk) {
            Some(eight) => u64::from_le_bytes(*eight),
            None => last_bytes(text, start),
        };
        if (here | self.fold) & self.mask != self.bytes {
            return None;
        }
        let needle = &needles[usize::from(self.needle)];
        let bytes = &needle.bytes;
        let there = text.get(start..start + bytes.len())?;
        let is_there = bytes.len() <= 8 || there[8..].eq_ignore_ascii_case(&bytes[8..]);
        (is_there && needle.goes_on(&text[start + bytes.len()..])).then_some(start)
    }
}

/// The last bytes of `text` from `start` on, fewer than eight, and zeros.
fn last_bytes(text: &[u8], start: usize) -> u64 {
    let mut eight = [0; 8];
    let rest = text.get(start..).unwrap_or_default();
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}
