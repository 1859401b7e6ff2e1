//! Which headers and commands tell that somebody smuggles them, and how surely.

use super::line::{line_length, starts_with};
use std::ops::Range;

/// Bytes of a text that states two lengths of one message.
const MESSAGE_BYTES_MAX: usize = 300;

/// How telling the name of a header is where no header belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// Nobody writes it for anything but a message.
    Certain,
    /// Adds receivers to a mail that nobody sees.
    Receiver,
    /// Adds receivers or text to a mail.
    Mail,
    /// Also the key of a setting or a field.
    Vague,
}

/// `Transfer-Encoding` written so that one server reads it and another does not: twice, with a blank before the colon,
/// or with a value that only looks like one.
pub(super) fn smuggled(bytes: &[u8], at: usize) -> Option<(Range<usize>, f64)> {
    let name = b"transfer-encoding";
    let after = &bytes[at + name.len()..];
    let end = at + name.len() + line_length(after);
    let value = after.iter().position(|byte| *byte == b':').map(|colon| after[colon + 1..].trim_ascii_start());
    // Two ways to say how long the message is.
    let length = b"content-length:";
    let twice =
        bytes.len() < MESSAGE_BYTES_MAX && bytes.windows(length.len()).any(|part| part.eq_ignore_ascii_case(length));
    if twice && after.starts_with(b": chunked") {
        return Some((at..end, 0.84));
    }
    let chunked = value.is_some_and(|value| starts_with(value, b"chunked") || starts_with(value, b"xchunked"));
    let odd = !after.starts_with(b": c") && (after.starts_with(b": x") || after.trim_ascii_start().starts_with(b":"));
    (chunked && odd).then_some((at..end.max(at + name.len()), 0.85))
}

/// A command of a server that reads lines, such as a cache: `set key 0 60 5`.
pub(super) fn is_command(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let Some(name) = words.next() else { return false };
    let numbers = || {
        line.split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
            .count()
    };
    match name.to_ascii_lowercase().as_slice() {
        b"set" => words.count() == 4 && numbers() == 3,
        b"slaveof" => words.count() == 2 && numbers() == 1,
        b"config" => words.count() >= 3,
        b"flushall" => words.next().is_none(),
        b"eval" => numbers() > 0,
        b"helo" | b"ehlo" => words.count() == 1,
        b"data" => words.next().is_none(),
        _ => false,
    }
}

/// How telling `header` is; none when it is not a whole header.
pub(super) fn telling(header: &[u8]) -> Option<Telling> {
    if starts_with(header, b"http/1.") {
        return header.get(8).is_some_and(|byte| *byte == b' ').then_some(Telling::Certain);
    }
    if starts_with(header, b"get /") || starts_with(header, b"post /") {
        return header.windows(6).any(|six| six.eq_ignore_ascii_case(b" http/")).then_some(Telling::Certain);
    }
    let name_length =
        header.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b' ')).count();
    let (name, rest) = header.split_at(name_length.min(header.len()));
    let value = rest.strip_prefix(b":")?.trim_ascii();
    if value.is_empty() || name.len() > 48 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    Some(match &name[..] {
        b"set-cookie" | b"set-cookie2" => value.contains(&b'=').then_some(Telling::Certain)?,
        b"location" | b"refresh" => {
            let address =
                value.starts_with(b"/") || value.windows(3).any(|three| three == b"://") || value.contains(&b';');
            if address { Telling::Certain } else { return None }
        }
        b"content-type" | b"contenttype" => (value.contains(&b'/') || value == b"html").then_some(Telling::Certain)?,
        b"content-length" | b"contentlength" => value[0].is_ascii_digit().then_some(Telling::Certain)?,
        b"bcc" | b"cc" | b"reply-to" | b"rcpt to" | b"mail from" => Telling::Receiver,
        b"link" if value.starts_with(b"<") => Telling::Certain,
        b"to" => Telling::Mail,
        b"subject" | b"mime-version" => Telling::Mail,
        b"host" | b"link" | b"connection" | b"cookie" | b"authorization" | b"referer" | b"user-agent" => Telling::Vague,
        name if name.contains(&b'-') => Telling::Certain,
        _ => return None,
    })
}
