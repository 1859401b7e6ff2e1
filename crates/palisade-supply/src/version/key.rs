//! The sort key of a version: bytes in the order of the versions, and what writes them.

/// Versions beyond this many bytes are not read as versions; real ones have below a hundred.
pub const VERSION_BYTES_MAX: usize = 255;

/// Ends a list; what goes on is greater.
const END: u8 = 0x01;
/// What is no version of its scheme sorts before what is.
const NO_VERSION: u8 = 0x00;
const VERSION: u8 = 0x01;

/// A version as bytes that sort as the versions of its scheme do. Equal keys are equal versions, such as `1.0` and
/// `1.0.0` on PyPI. The empty key stands before all versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// The key before all versions, which advisories write as `0`.
    pub const FIRST: Self = Self(Vec::new());

    /// The bytes, to be compared as they are.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// True when the text was a version of its scheme.
    #[must_use]
    pub fn is_version(&self) -> bool {
        self.0.first() == Some(&VERSION)
    }

    /// The key directly behind this one: no version lies between.
    #[must_use]
    pub fn after(&self) -> Self {
        Self([&self.0, &[0][..]].concat())
    }

    /// The key of a text that is no version of its scheme: before all versions, in the order of bytes.
    pub(super) fn of_other(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len().min(VERSION_BYTES_MAX) + 1);
        bytes.push(NO_VERSION);
        bytes.extend(text.bytes().take(VERSION_BYTES_MAX));
        Self(bytes)
    }
}

/// Writes a key part by part. Each part either ends with a mark below all that may follow, or has a fixed length.
pub(super) struct KeyWriter(Vec<u8>);

impl KeyWriter {
    /// Begins the key of a version.
    pub(super) fn new() -> Self {
        let mut bytes = Vec::with_capacity(32);
        bytes.push(VERSION);
        Self(bytes)
    }

    /// A class: what has the greater one is greater, whatever follows.
    pub(super) fn class(&mut self, class: u8) -> &mut Self {
        self.0.push(class);
        self
    }

    /// A number of any length, given as ASCII digits: first how many, then which.
    pub(super) fn digits(&mut self, digits: &str) -> &mut Self {
        let digits = digits.trim_start_matches('0');
        self.0.push(u8::try_from(digits.len()).unwrap_or(u8::MAX));
        self.0.extend(digits.bytes());
        self
    }

    /// A number.
    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.digits(&number.to_string())
    }

    /// A word, in the order of its bytes.
    pub(super) fn word(&mut self, word: &str) -> &mut Self {
        self.0.extend(word.bytes().map(|byte| byte.max(1)));
        self.0.push(0);
        self
    }

    /// The numbers of a release, where zeros at the end do not count.
    pub(super) fn release<'a>(&mut self, numbers: impl Iterator<Item = &'a str>) -> &mut Self {
        let mut zeros = 0;
        for number in numbers {
            if number.bytes().all(|digit| digit == b'0') {
                zeros += 1;
                continue;
            }
            for _ in 0..std::mem::take(&mut zeros) {
                self.class(END + 1).digits("");
            }
            self.class(END + 1).digits(number);
        }
        self.end()
    }

    /// Ends a list.
    pub(super) fn end(&mut self) -> &mut Self {
        self.class(END)
    }

    pub(super) fn finish(self) -> Key {
        Key(self.0)
    }
}
