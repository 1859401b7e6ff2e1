//! Styles that run code, in old browsers.

use super::script::together;
use std::borrow::Cow;

/// Digits of an escape (CSS Syntax, section 4.3.7).
const DIGITS_MAX: usize = 6;

/// True when a style runs code.
pub(super) fn style(value: &[u8]) -> bool {
    let value = unescaped(value);
    if memchr::memchr(b'(', &value).is_none() {
        return false;
    }
    let close = together(&value);
    let runs = close.contains("expression(") && !close.contains("regular");
    runs || close.contains("javascript:")
        || close.contains("vbscript:")
        || close.contains("-moz-binding:")
        || close.contains("behavior:url(")
        || close.contains("behaviour:url(")
}

/// `value` with the escapes of CSS read and its comments left out.
fn unescaped(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\\') && memchr::memmem::find(value, b"/*").is_none() {
        return Cow::Borrowed(value);
    }
    let mut plain = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        match &value[at..] {
            [b'/', b'*', rest @ ..] => at += 2 + memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2),
            [b'\\', rest @ ..] => {
                let digits = rest.iter().take(DIGITS_MAX).take_while(|byte| byte.is_ascii_hexdigit()).count();
                let code = rest[..digits]
                    .iter()
                    .fold(0_u32, |code, digit| code * 16 + char::from(*digit).to_digit(16).unwrap_or(0));
                if digits > 0 {
                    plain.push(u8::try_from(code).unwrap_or(b'?'));
                }
                // A blank ends an escape.
                at += 1 + digits + usize::from(digits > 0 && rest.get(digits) == Some(&b' '));
            }
            _ => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}
