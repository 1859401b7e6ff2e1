//! Texts in quotes, with Go's escapes.

/// Reads a text in `"`, `'` or `` ` `` at the beginning of `text`; gives it with the number of bytes that it takes.
///
/// # Errors
/// When the quotes are not closed or an escape is unknown.
pub(crate) fn read_quoted(text: &str) -> Result<(String, usize), String> {
    let quote = text.chars().next().unwrap_or('"');
    if quote == '`' {
        let end = text[1..].find('`').ok_or("the quote ` is not closed")?;
        return Ok((text[1..=end].to_owned(), end + 2));
    }
    let mut bytes = Vec::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, each)) = chars.next() {
        match each {
            _ if each == quote => {
                let read = String::from_utf8(bytes).map_err(|_| "the escapes make no valid UTF-8".to_owned())?;
                return Ok((read, at + quote.len_utf8()));
            }
            '\n' => break,
            '\\' => {
                let length = escape(&text[at + 1..], &mut bytes)?;
                if length > 1 {
                    chars.nth(length - 2);
                }
                chars.next();
            }
            _ => bytes.extend_from_slice(each.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(format!("the quote {quote} is not closed"))
}

/// Reads what stands behind a backslash, all of it ASCII; gives its length.
fn escape(text: &str, bytes: &mut Vec<u8>) -> Result<usize, String> {
    let letter = text.bytes().next().ok_or("a backslash stands at the end")?;
    let simple = match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'\'' | b'"' => letter,
        _ => return numbered(text, letter, bytes),
    };
    bytes.push(simple);
    Ok(1)
}

/// Escapes with a number: octal, `\x41`, `\u0041`, `\U00000041`.
fn numbered(text: &str, letter: u8, bytes: &mut Vec<u8>) -> Result<usize, String> {
    let (skip, digits, radix) = match letter {
        b'0'..=b'7' => (0, 3, 8),
        b'x' => (1, 2, 16),
        b'u' => (1, 4, 16),
        b'U' => (1, 8, 16),
        _ => return Err(format!("the escape \\{} is unknown", text.chars().next().unwrap_or(' '))),
    };
    let written = text.get(skip..skip + digits).filter(|digits| digits.bytes().all(|each| each.is_ascii_hexdigit()));
    let number = written.and_then(|digits| u32::from_str_radix(digits, radix).ok());
    let number = number.ok_or_else(|| format!("the escape \\{} wants {digits} digits", char::from(letter)))?;
    if matches!(letter, b'u' | b'U') {
        let character = char::from_u32(number).ok_or_else(|| format!("{number:x} is no character"))?;
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        bytes.push(u8::try_from(number).map_err(|_| format!("the escape \\{number:o} is larger than a byte"))?);
    }
    Ok(skip + digits)
}
