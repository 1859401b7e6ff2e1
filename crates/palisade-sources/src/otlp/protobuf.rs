//! The outer levels of export requests as Protocol Buffers. Their field numbers are the same for all signals.

use super::{
    batch::Batch,
    origin::{Origin, Origins},
    signal::Signal,
};
use crate::SourceError;
use prost::{
    Message,
    encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field},
};

/// Field numbers of `Export…ServiceRequest`, `Resource…` and `Scope…`.
const RESOURCES: u32 = 1;
const RESOURCE: u32 = 1;
const SCOPES: u32 = 2;
const SCOPE: u32 = 1;
const RECORDS: u32 = 2;

pub(super) fn read<S: Signal>(body: &[u8], batch: &mut Batch<'_>) -> Result<(), SourceError> {
    for message in messages(body, RESOURCES) {
        read_resource::<S>(message.map_err(malformed::<S>)?, batch)?;
    }
    Ok(())
}

fn read_resource<S: Signal>(bytes: &[u8], batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let resource = merge_parts(bytes, RESOURCE, batch.part_bytes_max()).map_err(malformed::<S>)?;
    let resource = Origin::of_resource(resource, batch.context);
    for message in messages(bytes, SCOPES) {
        read_scope::<S>(message.map_err(malformed::<S>)?, &resource, batch)?;
    }
    Ok(())
}

fn read_scope<S: Signal>(
    bytes: &[u8],
    resource: &Result<Origin, String>,
    batch: &mut Batch<'_>,
) -> Result<(), SourceError> {
    let scope = merge_parts(bytes, SCOPE, batch.part_bytes_max()).map_err(malformed::<S>)?;
    let scope = Origin::of_scope(scope, batch.context);
    let shared = Origins::new(resource, &scope);
    for message in messages(bytes, RECORDS) {
        S::read_protobuf(message.map_err(malformed::<S>)?, &shared, batch)?;
    }
    Ok(())
}

fn malformed<S: Signal>(problem: String) -> SourceError {
    SourceError::Malformed(format!("it is not an OTLP {} request: {problem}", S::NAME))
}

/// Decodes one record of at most `bytes_max`; `name` is what messages call it.
pub(super) fn decode<M: Message + Default>(bytes: &[u8], bytes_max: usize, name: &str) -> Result<M, String> {
    if bytes.len() > bytes_max {
        return Err(format!("the {name} has {} bytes; at most {bytes_max} are read", bytes.len()));
    }
    M::decode(bytes).map_err(|error| format!("the {name} cannot be decoded: {error}"))
}

/// A message field that stands at most once; the parts of one that is repeated are merged, as Protocol Buffers ask. The
/// outer error says that `bytes` are no message, the inner one that the field cannot be read.
fn merge_parts<M: Message + Default>(bytes: &[u8], tag: u32, bytes_max: usize) -> Result<Result<M, String>, String> {
    let mut merged = Ok(M::default());
    let mut bytes_read = 0;
    for part in messages(bytes, tag) {
        let part = part?;
        bytes_read += part.len();
        merged = merged.and_then(|mut message: M| match bytes_read <= bytes_max {
            true => message.merge(part).map(|()| message).map_err(|error| error.to_string()),
            false => Err(format!("it has more than {bytes_max} bytes")),
        });
    }
    Ok(merged)
}

/// The encoded messages of one field, in order. After an error comes nothing more.
pub(super) fn messages(bytes: &[u8], wanted: u32) -> impl Iterator<Item = Result<&[u8], String>> {
    fields(bytes).filter_map(move |field| match field {
        Ok((tag, Field::Bytes(message))) => (tag == wanted).then_some(Ok(message)),
        Ok((_, Field::Varint(_) | Field::Fixed)) => None,
        Err(problem) => Some(Err(problem)),
    })
}

/// The value of one field of a message.
pub(super) enum Field<'b> {
    /// A message or a text, still encoded.
    Bytes(&'b [u8]),
    /// A number or an enumeration.
    Varint(u64),
    /// Anything else, which the outer levels do not have.
    Fixed,
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

/// Takes one field off `rest`.
fn next_field<'b>(rest: &mut &'b [u8]) -> Result<(u32, Field<'b>), String> {
    let (tag, wire_type) = decode_key(rest).map_err(|error| error.to_string())?;
    match wire_type {
        WireType::LengthDelimited => {
            let length = decode_varint(rest).map_err(|error| error.to_string())?;
            let split = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
            let (message, behind) = split.ok_or_else(|| format!("field {tag} goes on beyond the end"))?;
            *rest = behind;
            Ok((tag, Field::Bytes(message)))
        }
        WireType::Varint => Ok((tag, Field::Varint(decode_varint(rest).map_err(|error| error.to_string())?))),
        other => {
            skip_field(other, tag, rest, DecodeContext::default()).map_err(|error| error.to_string())?;
            Ok((tag, Field::Fixed))
        }
    }
}
