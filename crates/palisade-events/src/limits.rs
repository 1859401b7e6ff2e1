//! Every limit of the crate, with its reason.

/// Bytes of one event. The largest real ones, script blocks and cloud audit answers, stay below 1 MiB; offsets into a
/// record are 31 bits.
pub const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Fields of one event. Real ones have up to some hundred; what is beyond is left out and the record says so.
pub const FIELDS_MAX: usize = 100_000;

/// Nesting of an event. Real ones stay below 20; deeper values are kept as the text that they are.
pub const DEPTH_MAX: usize = 64;

/// Bytes that the dotted names of nested fields may take: deep objects with long names would grow with the square of
/// the event otherwise.
pub const NAMES_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Events of auditd whose records still come. They are mixed only where processors write at the same moment.
pub const AUDIT_EVENTS_OPEN_MAX: usize = 32;

/// Bytes of the records of one auditd event that are joined. Commands with the longest arguments come near to it.
pub const AUDIT_EVENT_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of one log record of OTLP. Unlike others it is taken apart before it is known what of it is wanted, which
/// takes many times its size.
pub const OTLP_RECORD_BYTES_MAX: usize = 1024 * 1024;

/// Bytes from which the format of a stream is told, where no line ends before.
pub const DETECTION_BYTES_MAX: usize = 64 * 1024;
