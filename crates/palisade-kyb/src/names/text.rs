//! A short piece of text in place, without an allocation: tokens and their keys are made by the million.

/// Up to 31 bytes of ASCII. What is longer is cut.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text {
    bytes: [u8; Text::CAPACITY],
    length: u8,
}

impl Text {
    /// The bytes that fit: longer words are rare, and told apart by their first thirty letters.
    pub const CAPACITY: usize = 31;

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// How many letters.
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The ASCII bytes that fit.
    pub(crate) fn from_ascii(bytes: &[u8]) -> Self {
        let mut text = Self::default();
        if bytes.is_ascii() {
            let length = bytes.len().min(Self::CAPACITY);
            text.bytes[..length].copy_from_slice(&bytes[..length]);
            text.length = length as u8;
        }
        text
    }

    pub(crate) fn push(&mut self, byte: u8) {
        if byte.is_ascii() && self.len() < Self::CAPACITY {
            self.bytes[usize::from(self.length)] = byte;
            self.length += 1;
        }
    }

    pub(crate) fn push_text(&mut self, other: &Text) {
        other.as_bytes().iter().for_each(|byte| self.push(*byte));
    }

    pub(crate) fn pop(&mut self) {
        if let Some(length) = self.length.checked_sub(1) {
            self.length = length;
            self.bytes[usize::from(length)] = 0;
        }
    }

    pub(crate) fn last(&self) -> Option<u8> {
        self.as_bytes().last().copied()
    }

    pub(crate) fn replace_last(&mut self, byte: u8) {
        self.pop();
        self.push(byte);
    }

    /// One bit a letter that occurs: texts that share few letters are told apart without looking closer.
    pub(crate) fn letters(&self) -> u32 {
        self.as_bytes().iter().fold(0, |bits, byte| bits | 1 << (byte % 32))
    }

    /// A hash that stays the same between runs and machines.
    pub(crate) fn hash(&self) -> u32 {
        hash(self.as_bytes())
    }
}

/// FNV-1a with a last mixing; short texts only.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (state ^ state >> 32) as u32
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: [0; Self::CAPACITY], length: 0 }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut short = Self::default();
        text.bytes().for_each(|byte| short.push(byte));
        short
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", self.as_str())
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Self::from(text.as_ref()))
    }
}
