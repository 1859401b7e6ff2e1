//! Steps upwards in a path (`../`), in every spelling that servers have been made to accept: percent signs once or
//! more often, `%u` escapes, overlong UTF-8, hexadecimal, doubled dots and slashes.

use std::ops::Range;

/// Steps that are read; more say nothing new.
const STEPS_BYTES_MAX: usize = 512;

/// A run of steps upwards.
pub(super) struct Steps {
    pub(super) span: Range<usize>,
    /// How many.
    pub(super) depth: usize,
    /// How many dots and slashes are not written as such.
    pub(super) spelled: usize,
    /// How many of them no browser writes: overlong, doubly escaped.
    pub(super) strange: usize,
    /// How many steps stay where they are (`./`).
    pub(super) stays: usize,
    /// Three dots and more, or what no path needs between dots and slash.
    pub(super) odd: bool,
    /// What some server cuts off stands between dots and slash: `..;/`.
    pub(super) noise: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Dot,
    Slash,
    /// A sequence that some decoder takes for either.
    Overlong,
    /// Cuts off or hides: `%00`, `;`.
    Noise,
}

/// Reads the steps that start at `at`; without any, how far it has looked.
pub(super) fn read(bytes: &[u8], at: usize) -> Result<Steps, usize> {
    let bytes = &bytes[..bytes.len().min(at + STEPS_BYTES_MAX)];
    let mut steps = Steps { span: at..at, depth: 0, spelled: 0, strange: 0, stays: 0, odd: false, noise: false };
    let mut reader = Reader { bytes, here: at, spelled: 0, strange: 0 };
    loop {
        let slashes = reader.take(|unit| matches!(unit, Unit::Slash));
        if steps.depth > 0 && slashes > 0 {
            steps.span.end = reader.here;
        }
        let mut dots = reader.take(|unit| matches!(unit, Unit::Dot));
        // What some decoder takes for a dot or a slash is the one that is missing.
        while dots < 2 && reader.take_one(Unit::Overlong) {
            dots += 1;
        }
        if dots == 0 {
            break;
        }
        let mut noise = reader.take(|unit| matches!(unit, Unit::Noise));
        if noise > 0 && dots == 1 && reader.take_one(Unit::Dot) {
            dots += 1;
            noise += reader.take(|unit| matches!(unit, Unit::Noise));
        }
        let ends = reader.take(|unit| matches!(unit, Unit::Slash | Unit::Overlong)) + reader.bare_slash();
        if ends == 0 {
            break;
        }
        (steps.spelled, steps.strange) = (reader.spelled, reader.strange);
        steps.odd |= dots >= 3 || noise > 0;
        steps.noise |= noise > 0 && dots >= 2;
        if dots >= 2 {
            steps.depth += 1;
        } else {
            steps.stays += 1;
        }
        steps.span.end = reader.here;
    }
    if steps.depth + steps.stays > 0 { Ok(steps) } else { Err(reader.here) }
}

struct Reader<'b> {
    bytes: &'b [u8],
    here: usize,
    spelled: usize,
    strange: usize,
}

impl Reader<'_> {
    /// Passes over the units that `belong`; how many.
    fn take(&mut self, belong: fn(Unit) -> bool) -> usize {
        let mut count = 0;
        while let Some((unit, length)) = unit(&self.bytes[self.here..]).filter(|(unit, _)| belong(*unit)) {
            count += 1;
            self.spelled += usize::from(length > 1 && unit != Unit::Noise);
            self.strange += usize::from(length > 3 && unit != Unit::Noise);
            self.here += length;
        }
        count
    }

    /// Passes over one unit if it is `wanted`.
    fn take_one(&mut self, wanted: Unit) -> bool {
        let Some((_, length)) = unit(&self.bytes[self.here..]).filter(|(unit, _)| *unit == wanted) else {
            return false;
        };
        self.spelled += usize::from(length > 1);
        self.strange += usize::from(length > 3);
        self.here += length;
        true
    }

    /// Passes over a slash that has lost its percent sign, as after dots in `..2f`.
    fn bare_slash(&mut self) -> usize {
        let rest = &self.bytes[self.here..];
        let bare = [b"2f", b"2F", b"5c", b"5C"].iter().any(|slash| rest.starts_with(*slash));
        if bare {
            self.here += 2;
            self.spelled += 1;
        }
        usize::from(bare)
    }
}

/// The unit at the beginning of `rest`, and its length.
pub(super) fn unit(rest: &[u8]) -> Option<(Unit, usize)> {
    match rest {
        [b'.', ..] => Some((Unit::Dot, 1)),
        [b'/' | b'\\', ..] => Some((Unit::Slash, 1)),
        // What is left of a dot that a program could not show, before a slash that it left escaped.
        [b'?', b'%', ..] | [b'?', b'?' | b'.', b'%', ..] => Some((Unit::Dot, 1)),
        [b'?', b'0', b'x', ..] | [b'?', b'?' | b'.', b'0', b'x', ..] => Some((Unit::Dot, 1)),
        [b';' | 0 | 1, ..] => Some((Unit::Noise, 1)),
        [b'%', ..] => percent(rest),
        [0xE2 | 0xEF, second, third, ..] => look_alike(rest[0], *second, *third).map(|unit| (unit, 3)),
        [b'0', b'x' | b'X', high, low, ..] => plain(hex(*high)? * 16 + hex(*low)?).map(|unit| (unit, 4)),
        _ => None,
    }
}

/// A character that some program folds to a dot or a slash, as it is written in UTF-8: U+FF0F and its like.
fn look_alike(first: u8, second: u8, third: u8) -> Option<Unit> {
    match [first, second, third] {
        [0xEF, 0xBC, 0x8E] | [0xE2, 0x80, 0xA4] => Some(Unit::Dot),
        [0xEF, 0xBC, 0x8F | 0xBC] | [0xE2, 0x88, 0x95 | 0x96] | [0xE2, 0x81, 0x84] => Some(Unit::Slash),
        _ => None,
    }
}

/// A unit that begins with a percent sign.
fn percent(rest: &[u8]) -> Option<(Unit, usize)> {
    if let [b'%', b'u' | b'U', one, two, three, four, ..] = rest {
        let code =
            [one, two, three, four].iter().try_fold(0u32, |code, digit| Some(code * 16 + u32::from(hex(**digit)?)))?;
        let unit = match code {
            0x2E | 0xFF0E | 0x2024 | 0x3002 => Unit::Dot,
            0x2F | 0x5C | 0x2215 | 0x2216 | 0x2044 | 0xFF0F | 0xFF3C | 0xF025 | 0xEFC8 => Unit::Slash,
            _ => return None,
        };
        return Some((unit, 6));
    }
    if rest.starts_with(b"%bg%qf") {
        return Some((Unit::Overlong, 6));
    }
    let (byte, length) = byte(rest)?;
    match byte {
        0 | 1 => Some((Unit::Noise, length)),
        // Lead bytes of sequences that write an ASCII character in more bytes than it needs.
        0xC0 | 0xC1 => follow(rest, length, 1),
        0xE0 => follow(rest, length, 2),
        0xF0 => follow(rest, length, 3),
        0xF8 => follow(rest, length, 4),
        0xFC => follow(rest, length, 5),
        first @ (0xE2 | 0xEF) => {
            let (second, width) = self::byte(&rest[length..])?;
            let (third, last) = self::byte(&rest[length + width..])?;
            look_alike(first, second, third).map(|unit| (unit, length + width + last))
        }
        byte => plain(byte).map(|unit| (unit, length)),
    }
}

/// The rest of an overlong sequence of `count` bytes more, after `length`.
fn follow(rest: &[u8], mut length: usize, count: usize) -> Option<(Unit, usize)> {
    let mut last = 0;
    for _ in 0..count {
        match byte(&rest[length..]) {
            Some((byte, width)) => {
                last = byte;
                length += width;
            }
            None if rest[length..].starts_with(b".") => return Some((Unit::Dot, length + 1)),
            // Some decoders take letters beyond `f` for digits: `%c0%qf`.
            None => {
                let [b'%', one, two, ..] = rest[length..] else { return None };
                if !(one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric()) {
                    return None;
                }
                return Some((Unit::Overlong, length + 3));
            }
        }
    }
    let unit = match last {
        0xAE | 0x2E | 0xEE => Unit::Dot,
        0xAF | 0x2F | 0x5C | 0x9C | 0xEF | 0xDC => Unit::Slash,
        _ => Unit::Overlong,
    };
    Some((unit, length))
}

/// A byte written with a percent sign, itself written as such (`%25`) any number of times, or digit by digit.
fn byte(rest: &[u8]) -> Option<(u8, usize)> {
    let mut at = 1;
    if rest.first() != Some(&b'%') {
        return None;
    }
    while rest[at..].starts_with(b"25") && at < 16 {
        at += 2;
    }
    let (high, at) = digit(rest, at)?;
    let (low, at) = digit(rest, at)?;
    Some((high * 16 + low, at))
}

/// A hexadecimal digit, or one written as `%32`; and where it ends.
fn digit(rest: &[u8], mut at: usize) -> Option<(u8, usize)> {
    if rest.get(at) == Some(&b'%') {
        while rest.get(at) == Some(&b'%') {
            at += 1;
        }
        let code = match rest.get(at..at + 2) {
            Some([high @ b'3' | high @ b'6' | high @ b'4', low]) => hex(*high)? * 16 + hex(*low)?,
            _ => return Some((hex(*rest.get(at)?)?, at + 1)),
        };
        return Some((hex(code)?, at + 2));
    }
    Some((hex(*rest.get(at)?)?, at + 1))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn plain(byte: u8) -> Option<Unit> {
    match byte {
        b'.' => Some(Unit::Dot),
        b'/' | b'\\' => Some(Unit::Slash),
        _ => None,
    }
}
