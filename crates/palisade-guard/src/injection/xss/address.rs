//! Addresses that a browser runs or shows as a document of their own.

use super::script::{attacks, together};

/// Bytes of an address that are read.
const ADDRESS_BYTES_MAX: usize = 1024;

/// Schemes whose addresses are run.
const SCHEMES: [&str; 5] = ["javascript:", "vbscript:", "livescript:", "mocha:", "jscript:"];

/// What an address does when it is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// Runs code that attacks use.
    Attacks,
    /// Runs code.
    Runs,
    /// Shows a document that it holds.
    Document,
    /// Runs code that does nothing, as links of pages do.
    Idle,
    /// Anything else.
    Plain,
}

/// What the address `value` does. Browsers drop control characters and blanks around and within schemes (URL, 4.4).
pub(super) fn address(value: &[u8]) -> Address {
    let start = value.iter().take_while(|byte| **byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`' | 0x7F..)).count();
    // Nearly all addresses are done here.
    let first = value.get(start).map(u8::to_ascii_lowercase);
    if !matches!(first, Some(b'j' | b'v' | b'l' | b'm' | b'd' | b'f' | b'&' | b'u' | b'\\' | b'0'..=b'9')) {
        return Address::Plain;
    }
    let close = together(&value[start..value.len().min(start + ADDRESS_BYTES_MAX)]);
    let close = close.trim_start_matches(|next: char| next.is_ascii_digit() || matches!(next, ';' | '\\'));
    let close = close.strip_prefix("url=").or(close.strip_prefix("feed:")).unwrap_or(close);
    let close = close.trim_start_matches(['\'', '"']);
    if let Some(code) = SCHEMES.iter().find_map(|scheme| close.strip_prefix(scheme)) {
        return runs(code);
    }
    if close.starts_with("data:text/html")
        || close.starts_with("data:image/svg") && attacks(close)
        || close.starts_with("data:") && (close.contains("script") || close.contains("xml") && close.contains("on"))
    {
        return Address::Document;
    }
    Address::Plain
}

/// What `code` does as the rest of an address that is run.
fn runs(code: &str) -> Address {
    let idle =
        ["void(0)", "void0", ";", "#", "//", "history.", "window.print()", "print()", "window.close()", "returnfalse"];
    if attacks(code) {
        Address::Attacks
    } else if code.is_empty() || idle.iter().any(|idle| code.starts_with(idle)) && code.len() < 32 {
        Address::Idle
    } else {
        Address::Runs
    }
}
