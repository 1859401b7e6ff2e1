//! Lines of input, a batch at a time, for commands that print one result a line.

use std::io::{self, BufRead, BufReader, Read};

/// Bytes of the longest line that is judged.
pub(super) const LINE_BYTES_MAX: usize = 16 << 20;

/// Bytes that are read at a time, and so of a batch of ordinary lines: enough to keep every core busy.
pub(super) const READ_BYTES: usize = 1 << 20;

/// One line of input, counted from 1.
pub(super) struct Line {
    pub(super) number: u64,
    /// `None` when it is too long.
    pub(super) bytes: Option<Vec<u8>>,
}

/// The next lines of `source`: those that are there already, so that the results of a slow one do not wait.
pub(super) fn batch(source: &mut BufReader<impl Read>, number: &mut u64) -> io::Result<Vec<Line>> {
    let (mut lines, mut bytes) = (Vec::new(), 0);
    while bytes < READ_BYTES {
        let mut line = Vec::new();
        let Some(fits) = next_line(source, &mut line)? else { break };
        *number += 1;
        bytes += line.len();
        lines.push(Line { number: *number, bytes: fits.then_some(line) });
        if !source.buffer().contains(&b'\n') {
            break;
        }
    }
    Ok(lines)
}

/// Reads one line without its end into `line`. `None` at the end of the input; false when the line is too long, of
/// which only the beginning is kept.
fn next_line(source: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    let (mut read_any, mut fits) = (false, true);
    loop {
        let available = match source.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if available.is_empty() {
            return Ok(read_any.then_some(fits));
        }
        read_any = true;
        let end = available.iter().position(|&byte| byte == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        fits &= line.len() + part.len() <= LINE_BYTES_MAX;
        if fits {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        source.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(Some(fits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_source_is_answered_at_once() {
        let mut source = BufReader::new(Read::chain(&b"one\ntwo\nth"[..], &b"ree\n"[..]));
        let mut number = 0;
        assert_eq!(batch(&mut source, &mut number).unwrap().len(), 2);
        assert_eq!(batch(&mut source, &mut number).unwrap()[0].bytes.as_deref(), Some(&b"three"[..]));
    }
}
