//! What a manifest may hold before reading stops; everything in it was written by strangers.

/// The limits of one reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. A larger one is read up to here, with a problem that says so.
    pub bytes: usize,
    /// Values (members, items, elements) of one document.
    pub values: usize,
    /// Values within values.
    pub depth: usize,
    /// Dependencies.
    pub dependencies: usize,
    /// Edges between them.
    pub edges: usize,
    /// Bytes of a name, a version, a requirement or an address.
    pub text_bytes: usize,
    /// Problems, and suspicions, that are told one by one; further ones are counted.
    pub told: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 128 << 20,
            values: 4_000_000,
            depth: 100,
            dependencies: 500_000,
            edges: 4_000_000,
            text_bytes: 2_048,
            told: 1_000,
        }
    }
}
