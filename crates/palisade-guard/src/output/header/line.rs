//! Ends of lines, as they are or written as escapes, and what stands before one.

/// Bytes of the line before the end of a line; longer values are not put into headers.
const LEAD_BYTES_MAX: usize = 300;

/// What stands before the end of the line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing at all.
    Nothing,
    /// One word of letters.
    Word,
    /// One value: a number, an address, a path, a parameter.
    Value,
    /// A few words.
    Words,
    /// The rest of a line of request: `x HTTP/1.1`.
    Request,
}

/// Code holds answers and requests in strings, with the ends of their lines written as escapes.
pub(super) fn is_code(before: &[u8]) -> bool {
    before.iter().any(|byte| b"\"'`({[;\\".contains(byte))
}

/// The length of the ends of lines that `text` begins with, also written as escapes.
pub(super) fn breaks(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match &text[at..] {
            [b'\r' | b'\n', ..] => 1,
            [b'\\', b'r' | b'n', ..] => 2,
            [0xE5, 0x98, 0x8A | 0x8D, ..] => 3,
            [0xC4, 0x8A | 0x8D, ..] => 2,
            _ => return at,
        };
    }
}

/// Bytes up to the end of the line, also to one written as an escape.
pub(super) fn line_length(text: &[u8]) -> usize {
    let end = memchr::memchr2(b'\r', b'\n', text).unwrap_or(text.len());
    let escape = [&b"\\r"[..], b"\\n"].iter().filter_map(|escape| memchr::memmem::find(&text[..end], escape)).min();
    escape.unwrap_or(end)
}

/// Where the ends of lines around `at` begin.
pub(super) fn start_of_break(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    loop {
        start -= match &bytes[..start] {
            [.., b'\r' | b'\n'] => 1,
            [.., b'\\', b'r' | b'n'] => 2,
            _ => return start,
        };
    }
}

pub(super) fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len()).is_some_and(|there| there.eq_ignore_ascii_case(start))
}

/// What stands before the end of the line at `start`; none where the text is a message, a list or code.
pub(super) fn lead(bytes: &[u8], start: usize) -> Option<Lead> {
    let before = &bytes[..start];
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
    // A value stands at the beginning: what has lines before is a document.
    if line.len() != before.len() || line.len() > LEAD_BYTES_MAX {
        return None;
    }
    let line = line.trim_ascii();
    // A quote that opens a value, too.
    let line = if matches!(line, b"\"" | b"'") { &line[1..] } else { line };
    if line.is_empty() || line.len() < 4 && line.iter().all(|byte| b"/?#&=.%".contains(byte)) {
        return Some(Lead::Nothing);
    }
    let is_header = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let header = is_header > 0 && matches!(&line[is_header..], [b':', b' ', ..] | [b':']);
    let marks =
        matches!(line[0], b'#' | b'-' | b'*' | b'>' | b'<' | b'{' | b'[' | b'`' | b'/') && !line.starts_with(b"/");
    let splits = line.ends_with(b"HTTP/1.1") || line.ends_with(b"HTTP/1.0");
    if splits && !line.starts_with(b"HTTP/") && line.iter().filter(|byte| **byte == b' ').count() < 2 {
        return Some(Lead::Request);
    }
    let request =
        line.windows(6).any(|six| six == b" HTTP/") || line.starts_with(b"HTTP/") || line.starts_with(b"curl ");
    if header
        || marks
        || request
        || line.ends_with(b":")
        || line.ends_with(b"{")
        || !line.iter().any(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let blanks = line.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    Some(match blanks {
        0 if line.iter().all(u8::is_ascii_alphabetic) => Lead::Word,
        0 => Lead::Value,
        _ if line.contains(&b'=') && memchr::memrchr(b'=', line) > memchr::memrchr(b' ', line) => Lead::Value,
        _ => Lead::Words,
    })
}
