//! Every limit of the guard, with its reason.

/// Findings in one input. More tell nobody anything new; the last one then says that the rest was left out.
pub const FINDINGS_MAX: usize = 100;

/// Characters of an excerpt, after escaping: what fits on a screen line or two.
pub const EXCERPT_CHARS_MAX: usize = 160;

/// Bytes of text that are masked and escaped to make an excerpt; more than enough to fill one.
pub const EXCERPT_BYTES_MAX: usize = 1024;

/// Nesting of arrays and objects in JSON. Real documents stay below 100; the walker itself needs no stack.
pub const JSON_DEPTH_MAX: usize = 512;

/// Bytes of one segment of a JSON Web Token; larger tokens do not fit into HTTP headers.
pub const JWT_SEGMENT_BYTES_MAX: usize = 16 * 1024;

/// Bytes of a private key block; an RSA key of 16,384 bits needs 13 KB.
pub const PRIVATE_KEY_BYTES_MAX: usize = 32 * 1024;

/// Bytes around an AWS access key id within which its secret key is looked for.
pub const AWS_PAIR_BYTES_MAX: usize = 256;

/// Depth of bidirectional embedding that UAX #9 (BD2, `max_depth`) allows.
pub const BIDI_DEPTH_MAX: usize = 125;

/// Hidden characters that are decoded to show what they say.
pub const HIDDEN_CHARS_MAX: usize = 4096;

/// Bytes of user, password and host in an address, and around a password among settings; real ones stay below 200.
pub const CONNECTION_STRING_BYTES_MAX: usize = 256;

/// Bytes of a value that is judged by its disorder alone. Longer ones are data, or have a form of their own.
pub const SECRET_VALUE_BYTES_MAX: usize = 256;

/// Bytes behind a word such as *passport* within which its number begins; half as many before it. Forms and tables put
/// a label and its value closer together.
pub const PERSONAL_CONTEXT_BYTES_MAX: usize = 48;

/// Bytes of a web address before the parameter that carries a session; real ones stay below 300.
pub const URL_BYTES_MAX: usize = 512;

/// Seconds from issue to expiry of a JSON Web Token that are still usual: a year, as some keys of machines have.
pub const JWT_LIFETIME_SECONDS_MAX: f64 = 366.0 * 86_400.0;

/// Peers that are remembered for one bearer token. More change nothing about the verdict.
pub const BEARER_PEERS_MAX: usize = 8;

/// Decodings within each other; base64 within URL encoding within JSON escapes is the most that is in use.
pub const VIEW_DEPTH_MAX: usize = 3;

/// Bytes of text on either side of an encoded character that its view holds: what detectors look at, and more.
pub const VIEW_CONTEXT_BYTES: usize = 1024;

/// Bytes on either side of a decoded character within which detectors look at its view, also beyond the end of its line.
pub const CHANGED_BYTES_MIN: usize = 24;

/// Bytes of a text that is decoded as a whole, since copying it costs less than choosing.
pub const VIEW_WHOLE_BYTES_MAX: usize = 8 * 1024;

/// Bytes of text that one view is made from, a multiple of four so that base64 is cut between groups. Bounds memory:
/// the way back from a view takes some fifty bytes for each encoded character.
pub const VIEW_BYTES_MAX: usize = 64 * 1024;

/// Bytes that may be decoded in any input, however small: views within views of a small message.
pub const VIEWS_BYTES_MIN: usize = 64 * 1024;

/// Bytes that are decoded in one input at most, which bounds the time for hostile ones.
pub const VIEWS_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Bytes that all detectors together may look at in any input, however small. Seen in a fraction of a millisecond.
pub const EFFORT_MIN: usize = 64 * 1024;

/// How often, on average, all detectors together may look at each byte of an input. Ordinary text of all kinds stays far
/// below; a text of nothing but needles does not, and costs about as much again as reading it.
pub const EFFORT_PER_BYTE_MAX: usize = 12;

/// Which part of that is granted again when the detectors that have done most look no more.
pub const EFFORT_AGAIN_PART: usize = 8;

/// What it costs to wake a detector, in bytes that could be looked at in the time.
pub const EFFORT_OF_WAKING: usize = 16;

/// What it costs to make something of a hit.
pub const EFFORT_OF_HIT: usize = 256;
