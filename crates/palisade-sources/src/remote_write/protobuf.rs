//! The fields of a Protocol Buffers message, one by one, without building it.

use prost::encoding::{WireType, decode_key, decode_varint};

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
pub(super) fn fields(bytes: &[u8]) -> impl Iterator<Item = Result<(u32, Field<'_>), String>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = next_field(&mut rest);
        if field.is_err() {
            rest = &[];
        }
        Some(field)
    })
}

/// The text of a field.
pub(super) fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "a text of it is not UTF-8".to_owned())
}

fn next_field<'b>(rest: &mut &'b [u8]) -> Result<(u32, Field<'b>), String> {
    let (tag, wire_type) = decode_key(rest).map_err(|error| error.to_string())?;
    let field = match wire_type {
        WireType::LengthDelimited => {
            let length = varint(rest)?;
            Field::Bytes(take(rest, usize::try_from(length).unwrap_or(usize::MAX), tag)?)
        }
        WireType::Varint => Field::Varint(varint(rest)?),
        WireType::SixtyFourBit => {
            let bytes: [u8; 8] = take(rest, 8, tag)?.try_into().map_err(|_| cut(tag))?;
            Field::Fixed64(u64::from_le_bytes(bytes))
        }
        WireType::ThirtyTwoBit => {
            take(rest, 4, tag)?;
            Field::Fixed32
        }
        WireType::StartGroup | WireType::EndGroup => return Err(format!("field {tag} is a group")),
    };
    Ok((tag, field))
}

fn varint(rest: &mut &[u8]) -> Result<u64, String> {
    decode_varint(rest).map_err(|error| error.to_string())
}

fn take<'b>(rest: &mut &'b [u8], length: usize, tag: u32) -> Result<&'b [u8], String> {
    let (bytes, behind) = rest.split_at_checked(length).ok_or_else(|| cut(tag))?;
    *rest = behind;
    Ok(bytes)
}

fn cut(tag: u32) -> String {
    format!("field {tag} goes on beyond the end")
}
