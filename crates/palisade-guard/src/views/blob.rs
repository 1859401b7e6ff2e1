//! Runs of base64 and hexadecimal that hold a text.

use super::{Kind, Layer};
use crate::limits::VIEW_BYTES_MAX;
use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use std::ops::Range;

/// Characters of the shortest run that is looked at: base64 of ten bytes hold the shortest attacks.
const RUN_BYTES_MIN: usize = 16;

/// Characters at the beginning of a run that are decoded to see whether it holds text at all.
const PROBE_BYTES: usize = 16;

/// Bytes that these decode to, at most.
const PROBED_BYTES: usize = PROBE_BYTES / 4 * 3;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// The first run at or after `from`, not longer than a view may be.
fn next_run(bytes: &[u8], mut from: usize) -> Option<Range<usize>> {
    loop {
        from += stretch_start(bytes.get(from..)?)?;
        let bits = bits_of(&block_at(bytes, from), is_in_run);
        let long = first_bits_of_long(bits);
        if long != 0 {
            let start = long.trailing_zeros();
            let known = start + (bits >> start).trailing_ones();
            let (start, known) = (from + start as usize, from + known as usize);
            // Most runs end in the block.
            return Some(start..if known < from + BLOCK { known } else { run_end(bytes, start) });
        }
        // What the block ends with may be the beginning of a run.
        from += BLOCK - bits.leading_ones() as usize;
    }
}

/// Where the run that begins at `from` ends.
fn run_end(bytes: &[u8], from: usize) -> usize {
    let within = &bytes[..bytes.len().min(from + VIEW_BYTES_MAX)];
    let mut end = from;
    loop {
        let length = bits_of(&block_at(within, end), is_in_run).trailing_ones() as usize;
        end += length;
        if length < BLOCK {
            return end;
        }
    }
}

/// The block at `from`, filled up behind the end of `bytes` with what is in no run.
fn block_at(bytes: &[u8], from: usize) -> [u8; BLOCK] {
    let rest = &bytes[from..];
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; BLOCK];
        padded[..rest.len()].copy_from_slice(rest);
        padded
    })
}

/// Bytes that are looked at together, one bit each.
const BLOCK: usize = u64::BITS as usize;

/// Where the first stretch begins that is long enough and may have a run in it.
fn stretch_start(bytes: &[u8]) -> Option<usize> {
    // How many bytes before the block belong to a stretch that reaches up to it.
    let mut open = 0;
    let (blocks, last) = bytes.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        if let Some(start) = start_in(block, index * BLOCK, &mut open) {
            return Some(start);
        }
    }
    // Most texts end with less.
    if open + last.len() < RUN_BYTES_MIN {
        return None;
    }
    let mut padded = [0; BLOCK];
    padded[..last.len()].copy_from_slice(last);
    start_in(&padded, blocks.len() * BLOCK, &mut open)
}

/// Where the first stretch begins that is long enough, in the `block` at `here` or in the `open` bytes before it; counts
/// what is open behind the block.
fn start_in(block: &[u8; BLOCK], here: usize, open: &mut usize) -> Option<usize> {
    let bits = bits_of(block, may_be_in_run);
    if *open + bits.trailing_ones() as usize >= RUN_BYTES_MIN {
        return Some(here - *open);
    }
    *open = bits.leading_ones() as usize;
    let long = first_bits_of_long(bits);
    (long != 0).then(|| here + long.trailing_zeros() as usize)
}

/// A bit for each byte of which `test` is true; written so that the bytes are tested together.
#[inline]
fn bits_of(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let mut bytes = [0; BLOCK];
    for (bit, &byte) in bytes.iter_mut().zip(block) {
        *bit = u8::from(test(byte));
    }
    let eights = bytes.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |bits, (index, &eight)| bits | lowest_bits(eight) << (8 * index))
}

/// True for the bytes that runs are made of and for some others, which one comparison tells: not for blanks and quotes.
const fn may_be_in_run(byte: u8) -> bool {
    byte as i8 >= b'+' as i8
}

/// The lowest bit of each of eight bytes that are nought or one.
fn lowest_bits(eight: [u8; 8]) -> u64 {
    // Moves the bit of each byte, seven places less far for each next one, into the highest byte.
    const MOVES: u64 = 0x0102_0408_1020_4080;
    u64::from_le_bytes(eight).wrapping_mul(MOVES) >> 56
}

/// The bits from which on as many others follow as a run has at least.
fn first_bits_of_long(bits: u64) -> u64 {
    const { assert!(RUN_BYTES_MIN == 16) };
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & eight >> 8
}

/// True for the bytes that runs are made of.
const fn is_in_run(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // From the slash to the nine.
    let digit = byte.wrapping_sub(b'/') < 11;
    letter | digit | (byte == b'+') | (byte == b'-') | (byte == b'_')
}

/// The first run at or after `from` that may hold a text.
pub(super) fn next_coded(bytes: &[u8], mut from: usize) -> Option<Range<usize>> {
    loop {
        let run = next_run(bytes, from)?;
        if may_hold_text(&bytes[run.clone()]) {
            return Some(run);
        }
        from = run.end;
    }
}

/// False for nearly all identifiers and hashes.
fn may_hold_text(run: &[u8]) -> bool {
    let probe = &run[..run.len().min(PROBE_BYTES)];
    let may_be = |(plain, count): ([u8; PROBED_BYTES], usize)| {
        // Half of them end here.
        count > 0 && could_begin_text(plain[0]) && could_be_text(&plain[..count])
    };
    let (hexadecimal, base64) = (may_be(probed_hexadecimal(probe)), may_be(probed_base64(probe)));
    // What all of it is, is asked only where that matters.
    if hexadecimal == base64 { base64 } else { is_hexadecimal(run) == hexadecimal }
}

/// The text that `run` of `parent` holds.
pub(super) fn decoded<'p>(parent: &'p Layer<'p>, run: Range<usize>) -> Option<Layer<'p>> {
    let bytes = &parent.text.as_bytes()[run.clone()];
    let hexadecimal_run = is_hexadecimal(bytes);
    let (kind, coded) = if hexadecimal_run { (Kind::Hexadecimal, (1, 2)) } else { (Kind::Base64, (3, 4)) };
    let decode = if hexadecimal_run { hexadecimal } else { base64 };
    let plain = decode(bytes)?;
    let padding = parent.text.as_bytes()[run.end..].iter().take(2).take_while(|&&byte| byte == b'=').count();
    let run = run.start..run.end + padding;
    if is_utf16(&plain) {
        let units = plain.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        // Each character of ASCII comes from two bytes.
        let coded = if kind == Kind::Base64 { (3, 8) } else { (1, 4) };
        return is_text(&text).then(|| Layer::blob(parent, text, kind, run, coded));
    }
    let text = text_of(plain)?;
    is_text(&text).then(|| Layer::blob(parent, text, kind, run, coded))
}

fn is_hexadecimal(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit) && bytes.len().is_multiple_of(2)
}

fn hexadecimal(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len() / 2);
    for pair in bytes.chunks_exact(2) {
        plain.push(super::url::number(pair)? as u8);
    }
    Some(plain)
}

/// What `probe` begins with as hexadecimal digits, and how many bytes that is.
fn probed_hexadecimal(probe: &[u8]) -> ([u8; PROBED_BYTES], usize) {
    let (mut plain, mut count) = ([0; PROBED_BYTES], 0);
    for pair in probe.chunks_exact(2) {
        let Some(number) = super::url::number(pair) else { return (plain, 0) };
        plain[count] = number as u8;
        count += 1;
    }
    (plain, count)
}

/// The same for base64 of either alphabet.
fn probed_base64(probe: &[u8]) -> ([u8; PROBED_BYTES], usize) {
    let (mut plain, mut count) = ([0; PROBED_BYTES], 0);
    for four in probe.chunks_exact(4) {
        let sextet = |index: usize| SEXTETS[usize::from(four[index])];
        let (first, second, third, fourth) = (sextet(0), sextet(1), sextet(2), sextet(3));
        let of_four = [first << 2 | second >> 4, second << 4 | third >> 2, third << 6 | fourth];
        plain[count..count + 3].copy_from_slice(&of_four);
        count += 3;
    }
    (plain, count)
}

/// What each character of a run counts as in base64.
const SEXTETS: [u8; 256] = {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut table, mut sextet) = ([0; 256], 0);
    while sextet < 64 {
        table[letters[sextet as usize] as usize] = sextet;
        sextet += 1;
    }
    (table[b'-' as usize], table[b'_' as usize]) = (62, 63);
    table
};

fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let whole = if bytes.len() % 4 == 1 { &bytes[..bytes.len() - 1] } else { bytes };
    let engine = if whole.iter().any(|byte| matches!(byte, b'-' | b'_')) { &BASE64URL } else { &BASE64 };
    engine.decode(whole).ok()
}

/// True when the first bytes are not obviously those of something else.
fn could_be_text(bytes: &[u8]) -> bool {
    is_utf16(bytes)
        || !bytes.is_empty() && !bytes.iter().any(|&byte| is_control(byte) || byte >= 0xF8) && {
            match std::str::from_utf8(bytes) {
                Ok(_) => true,
                Err(problem) => problem.error_len().is_none(),
            }
        }
}

/// False for control characters, and for bytes that no character in UTF-8 begins with (RFC 3629).
fn could_begin_text(byte: u8) -> bool {
    !is_control(byte) && !matches!(byte, 0x80..=0xC1 | 0xF5..)
}

fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [one, 0, two, 0, three, 0, four, 0, ..] if [one, two, three, four].iter().all(|b| b.is_ascii_graphic() || **b == b' '))
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7F
}

/// `bytes` as text, without a character that is cut at the end.
fn text_of(mut bytes: Vec<u8>) -> Option<String> {
    if let Err(problem) = std::str::from_utf8(&bytes) {
        if problem.error_len().is_some() {
            return None;
        }
        bytes.truncate(problem.valid_up_to());
    }
    String::from_utf8(bytes).ok()
}

/// Bytes of a text below which a hash is one by chance: of those of eight bytes one in four hundred.
const CHANCE_BYTES: usize = 16;

/// True when nearly all characters can be shown, and those of a short one are of ASCII or mostly not.
fn is_text(text: &str) -> bool {
    let controls = text.bytes().filter(|&byte| is_control(byte)).count();
    let beyond_ascii = text.chars().filter(|character| !character.is_ascii()).count();
    let by_chance = text.len() < CHANCE_BYTES && beyond_ascii > 0 && 2 * beyond_ascii < text.chars().count();
    !text.is_empty() && controls * 20 <= text.len() && !by_chance
}

#[cfg(test)]
mod tests {
    use super::{RUN_BYTES_MIN, is_text, next_run};

    #[test]
    fn hashes_are_no_text_by_chance() {
        for text in ["\u{376}5'#h<", "a\u{e9}(;:", "\u{1}\u{2}"] {
            assert!(!is_text(text), "{text:?}");
        }
        for text in ["' or 'a'='a", "忽略指令", "ignorez le début du texte"] {
            assert!(is_text(text), "{text:?}");
        }
        let found = crate::Guard::new().inspect_text(r#"{"size":60551,"etag":"cdb6352723683cd2"}"#);
        assert!(found.is_empty(), "{found:?}");
    }

    /// Runs of every length at every place, also across what is looked at together.
    #[test]
    fn runs_are_found_wherever_they_stand() {
        for before in 0..200 {
            for length in [1, RUN_BYTES_MIN - 1, RUN_BYTES_MIN, RUN_BYTES_MIN + 1, 64, 150] {
                for behind in ["", ".", " short words and a_longer-one "] {
                    let text = format!("{}{}{behind}", " ".repeat(before), "x".repeat(length));
                    let expected = (length >= RUN_BYTES_MIN).then(|| before..before + length);
                    assert_eq!(next_run(text.as_bytes(), 0), expected, "{text:?}");
                }
            }
        }
        // Signs that may be in a run and are not.
        for before in ["12:30:59.120Z,", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.", "::::::::::::::::", "name=value;x=y;"] {
            for count in 0..9 {
                for length in [RUN_BYTES_MIN - 1, RUN_BYTES_MIN, 90] {
                    let text = format!("{}{}:~", before.repeat(count), "x".repeat(length));
                    let start = before.len() * count;
                    let expected = (length >= RUN_BYTES_MIN).then(|| start..start + length);
                    assert_eq!(next_run(text.as_bytes(), 0), expected, "{text:?}");
                }
            }
        }
        let text = "a".repeat(40);
        assert_eq!(next_run(text.as_bytes(), 20), Some(20..40));
        assert_eq!(next_run(text.as_bytes(), 30), None);
        assert_eq!(next_run(text.as_bytes(), 41), None);
    }
}
