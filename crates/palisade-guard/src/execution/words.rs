//! Reads one command of a shell as the shell would: words, quotes, escapes, and what stands for white space.
//!
//! Also what is written so that filters do not see the word: quotes, backslashes, carets and empty expansions within
//! it, `${IFS}` and braces instead of blanks.

/// Bytes of one command that are read; longer ones are judged by their beginning.
const COMMAND_BYTES_MAX: usize = 256;

/// One command, up to an operator, the end of a line, or a bracket or quote that was opened before it.
pub(super) struct Command {
    /// The words without quotes; the first is the name.
    pub(super) words: Vec<String>,
    /// Something hides a word or a blank.
    pub(super) disguised: bool,
    /// The output goes to a file.
    pub(super) writes: bool,
    /// Where it ends, in bytes.
    pub(super) end: usize,
}

/// Reads the command that starts at `at`.
pub(super) fn read(bytes: &[u8], at: usize) -> Command {
    let limit = bytes.len().min(at + COMMAND_BYTES_MAX);
    let mut reader = Reader { bytes: &bytes[..limit], at, word: None, braces: false, command: Command::empty(at) };
    while reader.at < limit && reader.step() {}
    reader.finish_word();
    reader.command.end = reader.at;
    reader.command
}

impl Command {
    fn empty(at: usize) -> Self {
        Self { words: Vec::new(), disguised: false, writes: false, end: at }
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The word that is being read.
    word: Option<Vec<u8>>,
    /// Within `{name,argument}`, where commas stand for blanks.
    braces: bool,
    command: Command,
}

impl Reader<'_> {
    /// Reads on; false where the command ends.
    fn step(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        if let Some(length) = blank_expansion(rest) {
            return self.disguise(length, true);
        }
        match rest {
            [b'$', b'(', b')', ..] if self.in_name() => return self.disguise(3, false),
            [b'`', b'`', ..] if self.word.is_some() => return self.disguise(2, false),
            [b';' | b'|' | b'&' | b'\n' | b'\r' | 0 | b')' | b'`', ..] => return false,
            [b'#', ..] if self.word.is_none() => return false,
            [b' ' | b'\t', ..] => {
                self.finish_word();
                self.at += 1;
            }
            [b'<', ..] => {
                self.finish_word();
                self.at += 1;
            }
            [b'>', ..] => {
                self.finish_word();
                self.command.writes = true;
                self.at += 1;
            }
            [b'{', ..] if self.word.is_none() && is_brace_list(rest) => {
                self.braces = true;
                return self.disguise(1, false);
            }
            [b',', ..] if self.braces => {
                self.finish_word();
                self.at += 1;
            }
            [b'}', ..] if self.braces => return false,
            [b'$', b'@' | b'*' | b'0'..=b'9', ..] if self.in_name() => return self.disguise(2, false),
            [b'$', b'{', b'@' | b'*' | b'0'..=b'9', b'}', ..] if self.in_name() => return self.disguise(4, false),
            [b'$', b'\'' | b'"', ..] => self.at += 1,
            [quote @ (b'\'' | b'"'), ..] => return self.quoted(*quote),
            [b'\\', next, ..] => return self.backslash(*next),
            [b'^', next, ..] if self.in_name() && next.is_ascii_alphabetic() => return self.disguise(1, false),
            [byte, ..] => {
                self.push(*byte);
                self.at += 1;
            }
            [] => return false,
        }
        true
    }

    fn in_name(&self) -> bool {
        self.command.words.is_empty()
    }

    fn push(&mut self, byte: u8) {
        self.word.get_or_insert_default().push(byte);
    }

    fn finish_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.command.words.push(String::from_utf8_lossy(&word).into_owned());
        }
    }

    /// Passes over `length` bytes that only hide something.
    fn disguise(&mut self, length: usize, blank: bool) -> bool {
        self.command.disguised = true;
        if blank {
            self.finish_word();
        }
        self.at += length;
        true
    }

    /// A quoted part of a word; a quote that is not closed was opened before the command and ends it.
    fn quoted(&mut self, quote: u8) -> bool {
        let from = self.at + 1;
        let Some(length) = memchr::memchr(quote, &self.bytes[from..]) else { return false };
        let (inner, end) = (&self.bytes[from..from + length], from + length + 1);
        let goes_on = self.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        if self.in_name() && inner.contains(&b' ') {
            return false;
        }
        if self.in_name() && (goes_on || (self.word.is_some() && !inner.is_empty())) {
            self.command.disguised = true;
        }
        self.word.get_or_insert_default().extend_from_slice(inner);
        self.at = end;
        true
    }

    /// A backslash: part of a Windows path, the end of a line written as an escape, or a disguise.
    fn backslash(&mut self, next: u8) -> bool {
        let after = self.bytes.get(self.at + 2);
        let escape_ends = after.is_none_or(|byte| !byte.is_ascii_alphabetic());
        let windows = self.word.as_ref().is_some_and(|word| word.contains(&b':') || word.contains(&b'%'));
        match next {
            b'n' | b'r' if escape_ends && !windows => return false,
            b'\'' | b'"' if !windows => return false,
            _ if self.in_name() && next.is_ascii_alphabetic() && !windows => {
                self.command.disguised = true;
                self.at += 1;
            }
            _ => {
                self.push(b'\\');
                self.at += 1;
            }
        }
        true
    }
}

/// The length of an expansion that stands for a blank, such as `${IFS}` or `$IFS$9`.
fn blank_expansion(rest: &[u8]) -> Option<usize> {
    let length = match rest {
        [b'$', b'I', b'F', b'S', ..] => 4,
        [b'$', b'{', b'I', b'F', b'S', tail @ ..] => 5 + tail.iter().take(16).position(|byte| *byte == b'}')? + 1,
        _ => return None,
    };
    let digit = matches!(rest.get(length..), Some([b'$', b'0'..=b'9' | b'@', ..]));
    Some(length + if digit { 2 } else { 0 })
}

/// True for `{name,argument}`.
fn is_brace_list(rest: &[u8]) -> bool {
    let inner = rest[1..].iter().take(64).take_while(|byte| **byte != b'}');
    let mut comma = false;
    for byte in inner {
        if byte.is_ascii_whitespace() {
            return false;
        }
        comma |= *byte == b',';
    }
    comma && rest.iter().take(66).any(|byte| *byte == b'}')
}
