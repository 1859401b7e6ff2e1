//! Why a whole body was refused.

/// A body of which nothing is kept. What is wrong with single events is a [`Problem`](crate::Problem) instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The bytes are not what their content type or encoding says.
    #[error("the body cannot be read: {0}")]
    Malformed(String),
    /// More events than a body may hold.
    #[error("the body holds more than {max} events: split it")]
    TooManyEvents {
        /// [`Limits::events_per_body`](crate::Limits::events_per_body)
        max: usize,
    },
    /// The body grows too large when it is decompressed.
    #[error("the body is larger than {max} bytes when decompressed: split it")]
    DecompressedTooLarge {
        /// [`Limits::decompressed_bytes`](crate::Limits::decompressed_bytes)
        max: usize,
    },
    /// The events take too much memory once they are read.
    #[error("the events of the body take more than {max} bytes of memory: split it")]
    ObservationsTooLarge {
        /// [`Limits::observation_bytes`](crate::Limits::observation_bytes)
        max: usize,
    },
    /// A content type that the source does not read.
    #[error("the content type '{found}' is not read here: send {wanted}")]
    UnsupportedFormat {
        /// The start of the header.
        found: String,
        /// What is read.
        wanted: String,
    },
    /// A content encoding that is not read.
    #[error("the content encoding '{0}' is not read: use one of gzip, zstd, deflate, snappy, or none")]
    UnsupportedEncoding(String),
}

impl SourceError {
    /// The HTTP status that says so: 400 malformed, 413 too large, 415 unsupported.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::TooManyEvents { .. } | Self::DecompressedTooLarge { .. } | Self::ObservationsTooLarge { .. } => 413,
            Self::UnsupportedFormat { .. } | Self::UnsupportedEncoding(_) => 415,
        }
    }
}
