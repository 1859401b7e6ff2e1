//! Operators of a shell, and what may stand on either side of one.

use crate::{execution::commands, text::View};
use std::ops::Range;

/// The operators around `at`, with the blanks after them.
pub(super) fn operator_at(view: &View<'_>, at: usize) -> Range<usize> {
    let bytes = view.bytes();
    let start = view.byte_run_before(at, 8, |byte| b";|& `$(".contains(&byte)).start;
    let start = start + bytes[start..at].iter().take_while(|byte| **byte == b' ').count();
    let mut end = at;
    while end < bytes.len() && end < at + 24 {
        match &bytes[end..] {
            [b';' | b'|' | b'&' | b'\n' | b'\r' | b'`' | b'(' | b' ' | b'\t', ..] => end += 1,
            [b'$', b'(', ..] => end += 2,
            [b'\\', b'n' | b'r', after, ..]
                if !after.is_ascii_alphabetic() || commands_may_follow(&bytes[end + 2..]) =>
            {
                end += 2
            }
            _ => break,
        }
    }
    start..end
}

/// Bytes of a name of a command, which a cmdlet can be.
const COMMAND_BYTES_MAX: usize = 32;

/// True when a known command stands at the beginning of `rest`.
fn commands_may_follow(rest: &[u8]) -> bool {
    let name = rest.iter().take(COMMAND_BYTES_MAX);
    let length = name.take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count();
    length >= 2 && std::str::from_utf8(&rest[..length]).is_ok_and(commands::is_command)
}

pub(super) fn may_begin_command(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphabetic() || b"/\\'\"${^.%[<".contains(byte))
}

/// True when a word stands there that is no command and hides nothing; nearly all that follows an operator.
pub(super) fn is_plain_word(rest: &[u8]) -> bool {
    let length = rest.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)).count();
    if length == 1 && rest[1..].starts_with(b":\\") {
        return is_plain_path(&rest[3..]);
    }
    let hides = rest.get(length).is_some_and(|byte| b"'\"\\$^/({%?*".contains(byte));
    let (word, called) = (&rest[..length], rest[length..].starts_with(b"()"));
    !hides && !called && length > 0 && !std::str::from_utf8(word).is_ok_and(commands::is_command)
}

/// The same for what stands behind the drive of a path of Windows.
fn is_plain_path(rest: &[u8]) -> bool {
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"\\_.-".contains(byte)).count();
    let (path, behind) = rest.split_at(length);
    let name = &path[memchr::memrchr(b'\\', path).map_or(0, |place| place + 1)..];
    let name = name
        .len()
        .checked_sub(4)
        .filter(|cut| name[*cut..].eq_ignore_ascii_case(b".exe"))
        .map_or(name, |cut| &name[..cut]);
    let hides = behind.first().is_some_and(|byte| b"'\"$^/({%?*".contains(byte));
    !hides && !std::str::from_utf8(name).is_ok_and(commands::is_command)
}

/// True when nothing but operators, quotes, brackets and comments follows.
pub(super) fn is_end(view: &View<'_>, end: usize) -> bool {
    let rest = view.bytes()[end..].trim_ascii();
    let rest = rest.strip_prefix(b"\\n").unwrap_or(rest);
    let closing = rest.iter().take_while(|byte| b";|&'\"`)}]>#-/\\ \n\r\0(".contains(byte)).count();
    let operators = rest.iter().take_while(|byte| b";|& '\"`)".contains(byte)).count();
    closing == rest.len()
        || rest.starts_with(b"#")
        || rest.starts_with(b"<!--")
        || (operators > 0 && (commands_may_follow(&rest[operators..]) || is_ending(&rest[operators..])))
}

/// `.png`: the ending of the name that the value was to be.
fn is_ending(rest: &[u8]) -> bool {
    let rest = rest.strip_suffix(b"\"").or(rest.strip_suffix(b"'")).unwrap_or(rest);
    matches!(rest, [b'.', letters @ ..] if (2..=4).contains(&letters.len()) && letters.iter().all(u8::is_ascii_alphanumeric))
}
