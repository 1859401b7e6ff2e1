//! The fields of a Protocol Buffers message, one by one, without building it.

use prost::encoding::decode_varint;

/// The wire types (Protocol Buffers, *Encoding*).
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const FIXED_32: u64 = 5;

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// A field goes on beyond the end, or is none.
    #[error("a field of it is broken off, or is none")]
    Cut,
    /// A text is no text.
    #[error("a text of it is not UTF-8")]
    NotUtf8,
}

impl From<Fault> for String {
    fn from(fault: Fault) -> Self {
        fault.to_string()
    }
}

/// The value of one field.
pub(super) enum Field<'b> {
    /// A message or a text, still encoded.
    Bytes(&'b [u8]),
    /// A whole number.
    Varint(u64),
    /// A double, as its bits.
    Fixed64(u64),
    /// Nothing that the messages of this protocol have.
    Fixed32,
}

/// The fields of a message with their numbers, in order. After an error comes nothing more.
pub(super) fn fields(bytes: &[u8]) -> impl Iterator<Item = Result<(u32, Field<'_>), Fault>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = next_field(&mut rest);
        if field.is_none() {
            rest = &[];
        }
        Some(field.ok_or(Fault::Cut))
    })
}

/// The text of a field.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::NotUtf8)
}

/// Takes one field off `rest`; `None` when the message is broken.
#[inline]
fn next_field<'b>(rest: &mut &'b [u8]) -> Option<(u32, Field<'b>)> {
    let key = varint(rest)?;
    let tag = u32::try_from(key >> 3).ok().filter(|tag| *tag > 0)?;
    let field = match key & 7 {
        LENGTH_DELIMITED => {
            let length = varint(rest)?;
            Field::Bytes(take(rest, usize::try_from(length).ok()?)?)
        }
        VARINT => Field::Varint(varint(rest)?),
        FIXED_64 => Field::Fixed64(u64::from_le_bytes(take(rest, 8)?.try_into().ok()?)),
        FIXED_32 => {
            take(rest, 4)?;
            Field::Fixed32
        }
        // Groups, which went out of use before this protocol was made.
        _ => return None,
    };
    Some((tag, field))
}

/// Nearly all keys and lengths have one byte.
#[inline]
fn varint(rest: &mut &[u8]) -> Option<u64> {
    match rest {
        [byte @ 0..0x80, behind @ ..] => {
            *rest = behind;
            Some(u64::from(*byte))
        }
        _ => decode_varint(rest).ok(),
    }
}

#[inline]
fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (bytes, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(bytes)
}
