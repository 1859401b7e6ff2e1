//! How much one body may ask for. The caller sets it; every source obeys it.

/// The limits of one request body. Exceeding a limit on an event refuses that event, one on the body the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Attributes of one event. 256: wide audit records have about 100.
    pub attributes: usize,
    /// Bytes of one attribute key, dots included. 512: the longest keys of flattened cloud audit logs stay below 200.
    pub key_bytes: usize,
    /// Bytes of the text of one value. 1 MiB, as much as an event may have altogether.
    pub value_bytes: usize,
    /// Bytes of one line, one log record, or the text of one event. 1 MiB, room for a long stack trace or prompt.
    pub line_bytes: usize,
    /// Events in one body. 100,000: a hundred times the batch of usual shippers.
    pub events_per_body: usize,
    /// Levels of nesting in one event, its own object being the first. 64, half of what the JSON parser endures.
    pub depth: usize,
    /// Bytes of one body after decompression. 64 MiB.
    pub decompressed_bytes: usize,
    /// Bytes of memory that the observations of one body may take. 256 MiB: small events take more memory than text,
    /// and records repeat what their resource says.
    pub observation_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attributes: 256,
            key_bytes: 512,
            value_bytes: 1 << 20,
            line_bytes: 1 << 20,
            events_per_body: 100_000,
            depth: 64,
            decompressed_bytes: 64 << 20,
            observation_bytes: 256 << 20,
        }
    }
}
