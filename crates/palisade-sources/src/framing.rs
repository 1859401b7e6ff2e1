//! Cuts a stream of bytes into lines or syslog messages, whatever pieces it comes in.
//!
//! Syslog over TCP frames its messages in one of two ways (RFC 6587 §3.4): with a count of octets before each, or with
//! a line feed after each. Senders mix them when they are configured anew, so each message is looked at by itself: it
//! is counted when it begins with a number, a blank and `<`, as the RFC demands of counted ones.
//!
//! Memory is bounded: of a message beyond the limit the first bytes are kept, the rest is skipped, and the message
//! after it is read as usual.

/// The longest count that is believed: nine digits. A tenth would be four gigabytes.
const COUNT_DIGITS_MAX: usize = 9;

/// One message or line without what framed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The bytes, at most as many as the framer keeps.
    pub bytes: &'a [u8],
    /// How many more there were.
    pub cut: usize,
}

impl<'a> Frame<'a> {
    /// A message that came alone, such as a datagram.
    #[must_use]
    pub const fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, cut: 0 }
    }
}

/// Where in a message the framer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before it, or within what may be its count.
    Start,
    /// Within one that ends with a line feed.
    Line,
    /// Within one of which so many bytes are to come.
    Counted(usize),
}

/// Cuts a stream into frames.
#[derive(Debug)]
pub struct Framer {
    state: State,
    counts: bool,
    bytes_max: usize,
    buffer: Vec<u8>,
    cut: usize,
    /// The buffer was handed out as a frame and is to be emptied.
    is_taken: bool,
}

impl Framer {
    /// Cuts at line feeds. Lines longer than `bytes_max` are cut.
    #[must_use]
    pub const fn lines(bytes_max: usize) -> Self {
        Self { state: State::Line, counts: false, bytes_max, buffer: Vec::new(), cut: 0, is_taken: false }
    }

    /// Cuts at line feeds and by counts of octets, as each message begins.
    #[must_use]
    pub const fn syslog(bytes_max: usize) -> Self {
        Self { state: State::Start, counts: true, bytes_max, buffer: Vec::new(), cut: 0, is_taken: false }
    }

    /// The next frame, and `input` moved behind it; `None` when `input` is used up. Empty lines are frames of a stream of
    /// lines and none of syslog.
    pub fn next<'f, 'i: 'f>(&'f mut self, input: &mut &'i [u8]) -> Option<Frame<'f>> {
        self.release();
        if self.state == State::Start && !self.begin(input) {
            return None;
        }
        let (piece, is_end) = match self.state {
            State::Counted(left) => self.take_counted(left, input),
            State::Line | State::Start => take_line(input),
        };
        let is_direct = is_end && self.buffer.is_empty() && self.cut == 0 && piece.len() <= self.bytes_max;
        if !is_direct {
            self.append(piece);
        }
        if !is_end {
            return None;
        }
        self.state = if self.counts { State::Start } else { State::Line };
        if is_direct {
            return Some(Frame::whole(piece));
        }
        self.is_taken = true;
        Some(Frame { bytes: &self.buffer, cut: self.cut })
    }

    /// How many bytes of the stream were taken for a frame that is not whole yet.
    #[must_use]
    pub const fn pending(&self) -> usize {
        if self.is_taken { 0 } else { self.buffer.len() + self.cut }
    }

    /// What the stream ended with instead of a line feed. A counted message that is not whole is none: its sender knows
    /// that it did not send it all, and sends it again.
    pub fn finish(&mut self) -> Option<Frame<'_>> {
        self.release();
        let is_line = !matches!(self.state, State::Counted(_)) && self.pending() > 0;
        self.state = if self.counts { State::Start } else { State::Line };
        self.is_taken = true;
        is_line.then_some(Frame { bytes: &self.buffer, cut: self.cut })
    }

    fn release(&mut self) {
        if self.is_taken {
            // A long message must not keep its memory for as long as its connection lives.
            if self.buffer.capacity() > 1 << 16 {
                self.buffer = Vec::new()
            } else {
                self.buffer.clear()
            }
            (self.cut, self.is_taken) = (0, false);
        }
    }

    /// Finds out how a message is framed; false when it takes more input to know.
    fn begin(&mut self, input: &mut &[u8]) -> bool {
        while let Some((&byte, rest)) = input.split_first() {
            let digits = self.buffer.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let has_blank = digits < self.buffer.len();
            match byte {
                b'\n' | b'\r' | 0 if self.buffer.is_empty() => {}
                b'1'..=b'9' if digits == 0 => self.buffer.push(byte),
                b'0'..=b'9' if digits > 0 && !has_blank && digits < COUNT_DIGITS_MAX => self.buffer.push(byte),
                b' ' if digits > 0 && !has_blank => self.buffer.push(byte),
                b'<' if has_blank => {
                    let count = self.buffer[..digits].iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
                    self.buffer.clear();
                    self.state = State::Counted(count);
                    return true;
                }
                _ => {
                    self.state = State::Line;
                    return true;
                }
            }
            *input = rest;
        }
        false
    }

    fn take_counted<'i>(&mut self, left: usize, input: &mut &'i [u8]) -> (&'i [u8], bool) {
        let (piece, rest) = input.split_at(left.min(input.len()));
        *input = rest;
        self.state = State::Counted(left - piece.len());
        (piece, piece.len() == left)
    }

    fn append(&mut self, piece: &[u8]) {
        let kept = piece.len().min(self.bytes_max.saturating_sub(self.buffer.len()));
        self.buffer.extend_from_slice(&piece[..kept]);
        self.cut = self.cut.saturating_add(piece.len() - kept);
    }
}

/// The input up to a line feed, or all of it.
fn take_line<'i>(input: &mut &'i [u8]) -> (&'i [u8], bool) {
    let (piece, rest, is_end) = match memchr::memchr(b'\n', input) {
        Some(end) => (&input[..end], &input[end + 1..], true),
        None => (*input, &input[input.len()..], false),
    };
    *input = rest;
    (piece, is_end)
}
