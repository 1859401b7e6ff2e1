//! What runs without a name of a command: expressions of PowerShell, and the reading of a file by the shell itself.

use crate::execution::commands;

/// Bytes of a type, a variable or a word that is put together.
const NAME_BYTES_MAX: usize = 60;

/// True when such an expression begins `rest` after the operator `sign`.
pub(super) fn is_expression(sign: &str, rest: &[u8]) -> bool {
    match rest.first() {
        Some(b'[') => is_static_call(rest),
        Some(b'$') => gives_object(rest),
        Some(b'<') => sign.ends_with("$(") && rest.get(1).is_some_and(|byte| b"/~. ".contains(byte)),
        Some(b'\'' | b'"') => sign.ends_with('(') && sign.contains('&') && is_joined(rest),
        _ => false,
    }
}

/// `[Diagnostics.Process]::Start`: a member of a type of .NET.
fn is_static_call(rest: &[u8]) -> bool {
    let name = rest[1..].iter().take(NAME_BYTES_MAX);
    let length = name.take_while(|byte| byte.is_ascii_alphanumeric() || b"._".contains(byte)).count();
    let after = &rest[1 + length..];
    length > 0 && after.starts_with(b"]::") && after.get(3).is_some_and(u8::is_ascii_alphabetic)
}

/// `$name = New-Object …`: a variable is given what a cmdlet or a type makes.
fn gives_object(rest: &[u8]) -> bool {
    let name = rest[1..].iter().take(NAME_BYTES_MAX);
    let length = name.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let Some(value) = rest[1 + length..].trim_ascii_start().strip_prefix(b"=") else { return false };
    let value = value.trim_ascii_start();
    let word = value.iter().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
    let word = std::str::from_utf8(&value[..word.count()]).unwrap_or_default();
    length > 0 && (value.starts_with(b"[") && is_static_call(value) || word.contains('-') && commands::is_command(word))
}

/// `'i'+'ex')`: a word in pieces, so that filters do not see it.
fn is_joined(rest: &[u8]) -> bool {
    let rest = &rest[..rest.len().min(NAME_BYTES_MAX)];
    let end = memchr::memchr(b')', rest).unwrap_or(rest.len());
    let mut pieces = rest[..end].split(|byte| *byte == b'+').map(<[u8]>::trim_ascii);
    let is_piece = |piece: &[u8]| {
        matches!(piece, [first @ (b'\'' | b'"'), inner @ .., last]
            if first == last && inner.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-. ".contains(byte)))
    };
    rest[..end].contains(&b'+') && end < rest.len() && pieces.all(is_piece)
}
