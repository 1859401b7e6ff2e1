//! The compact binary form of a detector's state.
//!
//! Every part says once, in [`Carry::carry`], what it consists of; writing and reading go the same way, so the two
//! cannot differ. What is read is checked: version, length, checksum, and that every number is one.

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

/// Raised when what is in a checkpoint, or its order, changes.
pub(super) const VERSION: u8 = 4;
const MAGIC: &[u8; 3] = b"PAD";
/// Magic, version, checksum.
const HEADER_BYTES: usize = 12;

/// Why a checkpoint cannot be read. The series starts anew then.
#[derive(Debug, Error, PartialEq, Eq, Clone, Copy)]
pub enum CheckpointError {
    /// The bytes are no checkpoint of a detector, or damaged.
    #[error("this is no checkpoint of a detector, or it is damaged; let the series start anew")]
    Damaged,
    /// The checkpoint was written by another version of the program.
    #[error("the checkpoint has form {0}, this program reads form {VERSION}; let the series start anew")]
    Version(u8),
}

/// State that goes through a [`Codec`].
pub(super) trait Carry {
    /// Hands every number of the state to `codec`, which writes it or replaces it.
    fn carry(&mut self, codec: &mut impl Codec);
}

/// Writes numbers, or reads them back in the same order.
pub(super) trait Codec {
    fn bytes<const N: usize>(&mut self, bytes: [u8; N]) -> [u8; N];
    /// Called for what cannot be: the state that is read is refused.
    fn refuse(&mut self);

    fn u8(&mut self, value: &mut u8) {
        *value = u8::from_le_bytes(self.bytes(value.to_le_bytes()));
    }
    fn u16(&mut self, value: &mut u16) {
        *value = u16::from_le_bytes(self.bytes(value.to_le_bytes()));
    }
    fn u32(&mut self, value: &mut u32) {
        *value = u32::from_le_bytes(self.bytes(value.to_le_bytes()));
    }
    fn i64(&mut self, value: &mut i64) {
        *value = i64::from_le_bytes(self.bytes(value.to_le_bytes()));
    }
    fn f32(&mut self, value: &mut f32) {
        *value = f32::from_le_bytes(self.bytes(value.to_le_bytes()));
        if !value.is_finite() {
            self.refuse();
            *value = 0.0;
        }
    }
    fn f64(&mut self, value: &mut f64) {
        *value = f64::from_le_bytes(self.bytes(value.to_le_bytes()));
        if !value.is_finite() {
            self.refuse();
            *value = 0.0;
        }
    }
    fn flag(&mut self, value: &mut bool) {
        let mut byte = u8::from(*value);
        self.u8(&mut byte);
        *value = byte != 0;
    }
    fn f32s(&mut self, values: &mut [f32]) {
        values.iter_mut().for_each(|value| self.f32(value));
    }
    fn u8s(&mut self, values: &mut [u8]) {
        values.iter_mut().for_each(|value| self.u8(value));
    }
    fn u16s(&mut self, values: &mut [u16]) {
        values.iter_mut().for_each(|value| self.u16(value));
    }
}

struct Encoder(Vec<u8>);

impl Codec for Encoder {
    fn bytes<const N: usize>(&mut self, bytes: [u8; N]) -> [u8; N] {
        self.0.extend_from_slice(&bytes);
        bytes
    }
    fn refuse(&mut self) {}
}

struct Decoder<'a> {
    rest: &'a [u8],
    sound: bool,
}

impl Codec for Decoder<'_> {
    fn bytes<const N: usize>(&mut self, bytes: [u8; N]) -> [u8; N] {
        let Some((head, rest)) = self.rest.split_first_chunk::<N>() else {
            self.sound = false;
            return bytes;
        };
        self.rest = rest;
        *head
    }
    fn refuse(&mut self) {
        self.sound = false;
    }
}

/// The binary form of `state`.
pub(super) fn encode<State: Carry + Clone>(state: &State) -> Vec<u8> {
    let mut encoder = Encoder(vec![0; HEADER_BYTES]);
    state.clone().carry(&mut encoder);
    let mut bytes = encoder.0;
    let sum = xxh3_64(&bytes[HEADER_BYTES..]).to_le_bytes();
    bytes[..3].copy_from_slice(MAGIC);
    bytes[3] = VERSION;
    bytes[4..HEADER_BYTES].copy_from_slice(&sum);
    bytes
}

/// Reads `bytes` into `state`, which gives the form.
///
/// # Errors
///
/// When the bytes are not what [`encode`] makes in this version.
pub(super) fn decode<State: Carry>(bytes: &[u8], mut state: State) -> Result<State, CheckpointError> {
    let (header, body) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(CheckpointError::Damaged)?;
    if &header[..3] != MAGIC {
        return Err(CheckpointError::Damaged);
    }
    if header[3] != VERSION {
        return Err(CheckpointError::Version(header[3]));
    }
    if header[4..] != xxh3_64(body).to_le_bytes() {
        return Err(CheckpointError::Damaged);
    }
    let mut decoder = Decoder { rest: body, sound: true };
    state.carry(&mut decoder);
    if decoder.sound && decoder.rest.is_empty() { Ok(state) } else { Err(CheckpointError::Damaged) }
}
