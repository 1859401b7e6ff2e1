//! Ids of traces and spans between bytes and hexadecimal text.

/// The bytes of a trace id (W3C Trace Context).
pub(super) const TRACE_ID_BYTES: usize = 16;
/// The bytes of a span id (W3C Trace Context).
pub(super) const SPAN_ID_BYTES: usize = 8;

/// The bytes as lower-case hexadecimal text.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xF)]));
    }
    text
}

/// The bytes of hexadecimal text in either case; `None` when it is none.
pub(super) fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let (pairs, []) = digits.as_chunks() else { return None };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// An id as hexadecimal text; empty when there is none, which all zeros say too.
///
/// # Errors
/// When it has another length than `bytes_wanted`.
pub(super) fn checked(id: &[u8], bytes_wanted: usize, name: &str) -> Result<String, String> {
    match id.len() {
        0 => Ok(String::new()),
        length if length != bytes_wanted => Err(format!("its {name} has {length} bytes instead of {bytes_wanted}")),
        _ if id.iter().all(|byte| *byte == 0) => Ok(String::new()),
        _ => Ok(hexadecimal(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for (text, bytes) in [("", Some(vec![])), ("00fF", Some(vec![0, 255])), ("0", None), ("0g", None), ("é0", None)]
        {
            assert_eq!(from_hexadecimal(text), bytes, "{text}");
            if let Some(bytes) = bytes {
                assert_eq!(hexadecimal(&bytes), text.to_lowercase());
            }
        }
    }
}
