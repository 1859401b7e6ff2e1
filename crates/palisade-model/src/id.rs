//! Identities: [`Id`] for what came in, [`FindingId`] for what was found in it.
//!
//! An [`Id`] is a UUIDv7 (RFC 9562 §5.7). One batch takes a block of consecutive ids, so that the log needs to hold
//! only the first, replay gives each observation the same id again, and neighbouring ids share most of their text.
//! A [`FindingId`] is derived from what was found, so the same finding has the same id however often it is made.

use crate::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The UUIDv7 of an observation. Ids sort by the time at which they were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

/// The text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID such as 0199f1c2-7a31-7c51-8000-5b1e00000000")]
pub struct IdError;

impl Id {
    /// The first id of a block: `received` in milliseconds, 42 bits of `random`, and a counter of 32 bits at zero
    /// (RFC 9562 §6.2, method 1).
    #[must_use]
    pub fn first_of_block(received: Timestamp, random: u64) -> Self {
        let millis = u64::try_from(received.millis()).unwrap_or(0) & 0xFFFF_FFFF_FFFF;
        let high = (millis << 16) | 0x7000 | (random & 0xFFF);
        let low = (0b10 << 62) | (((random >> 12) & 0x3FFF_FFFF) << 32);
        Self(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
    }

    /// The id `index` places after the first of its block.
    #[must_use]
    pub fn nth(self, index: u32) -> Self {
        Self((u128::from_be_bytes(self.0) + u128::from(index)).to_be_bytes())
    }

    /// When the id was given, to the millisecond.
    #[must_use]
    pub fn received(self) -> Timestamp {
        let millis = u128::from_be_bytes(self.0) >> 80;
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    /// The sixteen bytes, most significant first.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id with these sixteen bytes.
    ///
    /// # Errors
    /// When there are not sixteen.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
        bytes.try_into().map(Self).map_err(|_| IdError)
    }

    /// Writes the 36 characters of the id into `buffer` and returns them.
    pub fn encode(self, buffer: &mut [u8; 36]) -> &str {
        uuid::Uuid::from_bytes(self.0).hyphenated().encode_lower(buffer)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.encode(&mut [0; 36]))
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        uuid::Uuid::try_parse(text).map(|id| Self(id.into_bytes())).map_err(|_| IdError)
    }
}

/// The identity of a finding: the first 128 bits of a SHA-256 over detector, observation and place, in hexadecimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId([u8; 16]);

impl FindingId {
    /// The id of what `detector` found in `observation` (empty for input that was not recorded) at `place`.
    #[must_use]
    pub fn derive(detector: &str, observation: &[u8], place: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [detector.as_bytes(), observation, place.as_bytes()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        Self(id)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id with these sixteen bytes.
    ///
    /// # Errors
    /// When there are not sixteen.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
        bytes.try_into().map(Self).map_err(|_| IdError)
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for FindingId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let number = (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten();
        number.map(|number| Self(number.to_be_bytes())).ok_or(IdError)
    }
}

macro_rules! as_text {
    ($name:ty) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(Id);
as_text!(FindingId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_is_uuid_v7_in_order() {
        let received = Timestamp::parse("2026-11-20T12:00:00.123Z").unwrap();
        let first = Id::first_of_block(received, u64::MAX);
        let uuid = uuid::Uuid::from_bytes(*first.as_bytes());
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(first.received(), received);
        assert!(first < first.nth(1) && first.nth(1) < first.nth(u32::MAX));
        assert_eq!(first.nth(9).received(), received);
        assert_eq!(first.nth(7).to_string().parse(), Ok(first.nth(7)));
    }

    #[test]
    fn finding_ids_depend_on_every_part() {
        let id = FindingId::derive("a", b"b", "c");
        assert_eq!(id, FindingId::derive("a", b"b", "c"));
        for other in
            [FindingId::derive("ab", b"", "c"), FindingId::derive("a", b"bc", ""), FindingId::derive("a", b"b", "d")]
        {
            assert_ne!(id, other);
        }
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
