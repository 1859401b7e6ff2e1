//! Text from files and streams, never more than asked for.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The text of the file at `path`.
///
/// # Errors
/// When it cannot be read, is not UTF-8, or is longer than `bytes_max`.
pub fn read_file(path: &Path, bytes_max: u64) -> io::Result<String> {
    read(File::open(path)?, bytes_max)
}

/// The text of `reader`.
///
/// # Errors
/// As [`read_file`].
pub fn read(reader: impl Read, bytes_max: u64) -> io::Result<String> {
    String::from_utf8(bytes(reader, bytes_max)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// What `reader` gives.
///
/// # Errors
/// When it cannot be read, or is longer than `bytes_max`.
pub fn bytes(reader: impl Read, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take` in the same line")]
    let length = reader.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if length as u64 > bytes_max {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("longer than {bytes_max} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_inclusive() {
        assert_eq!(read("abc".as_bytes(), 3).unwrap(), "abc");
        assert_eq!(read("abcd".as_bytes(), 3).unwrap_err().to_string(), "longer than 3 bytes");
        assert_eq!(read(&[0xff][..], 3).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
