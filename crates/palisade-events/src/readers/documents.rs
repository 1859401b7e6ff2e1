//! Parts JSON that is not one event a line: objects over several lines, lists of events, and objects that hold nothing
//! but such a list, as CloudTrail (`Records`), Kubernetes (`items`) and Azure (`value`) write them.

use super::fault::Fault;
use crate::limits::EVENT_BYTES_MAX;

/// What an object begins with whose first list holds events, without blanks.
const LISTS: [&[u8]; 2] = [b"{\"Records\":", b"{\"value\":"];

/// What an object with a list of Kubernetes events begins with, and what stands before the list.
const KUBERNETES: (&[u8], &[u8; 8]) = (b"{\"kind\":\"EventList\"", b"\"items\":");

/// Bytes of the beginning of an object that tell what it is.
const HEAD_BYTES: usize = 32;

const TOO_LONG: Fault = Fault { reason: "an event is longer than 16 MiB and left out", byte: 0 };

/// No event begins at this depth.
const NEVER: usize = usize::MAX;

/// Parts a stream of JSON.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    /// What earlier blocks held of the event that is open.
    held: Vec<u8>,
    /// Brackets that are open.
    depth: usize,
    /// Brackets around an event; [`NEVER`] behind the list of an object that is none itself.
    outer: usize,
    is_event: bool,
    in_string: bool,
    is_escaped: bool,
    /// True when it was said that something between events is none.
    is_told: bool,
    /// The first bytes of the outermost object, without blanks.
    head: Vec<u8>,
    /// The last bytes of it, without blanks.
    tail: [u8; 8],
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Nothing,
    Begins,
    Ends,
    Wrong,
}

/// What becomes of the bytes of each event, or of what is none, with the place in the block where that ends.
type Ready<'a> = &'a mut dyn FnMut(Result<&[u8], Fault>, usize);

impl Documents {
    pub(crate) fn feed(&mut self, block: &[u8], ready: Ready<'_>) {
        let mut start = 0;
        for (at, &byte) in block.iter().enumerate() {
            match self.step(byte) {
                Step::Nothing => {}
                Step::Begins => {
                    self.held.clear();
                    start = at;
                }
                Step::Ends if self.held.is_empty() => ready(Ok(&block[start..=at]), at),
                Step::Ends if self.held.len() + at - start >= EVENT_BYTES_MAX => {
                    self.held = Vec::new();
                    ready(Err(TOO_LONG), at);
                }
                Step::Ends => {
                    self.held.extend_from_slice(&block[start..=at]);
                    ready(Ok(&self.held), at);
                    self.held.clear();
                }
                Step::Wrong if self.is_told => {}
                Step::Wrong => {
                    self.is_told = true;
                    ready(Err(Fault::new("an event should be a JSON object", 0)), at);
                }
            }
        }
        if self.is_event {
            self.hold(&block[start..], ready);
        }
    }

    /// Says what is missing at the end.
    pub(crate) fn finish(&mut self, ready: Ready<'_>) {
        if self.in_string || self.depth > 0 {
            ready(Err(Fault::new("the text ends within a list or an object", 0)), 0);
        }
        *self = Self::default();
    }

    fn step(&mut self, byte: u8) -> Step {
        if self.in_string {
            self.string_byte(byte);
            return Step::Nothing;
        }
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            return Step::Nothing;
        }
        let is_between = !self.is_event && self.depth == self.outer;
        let step = match byte {
            b'{' => self.object(is_between),
            b'[' => self.list(is_between),
            b'}' | b']' => self.close(),
            b',' | b':' => Step::Nothing,
            _ => {
                self.in_string = byte == b'"';
                if is_between { Step::Wrong } else { Step::Nothing }
            }
        };
        self.note(byte);
        step
    }

    fn object(&mut self, is_between: bool) -> Step {
        self.depth += 1;
        if !is_between {
            return Step::Nothing;
        }
        (self.is_event, self.is_told) = (true, false);
        self.head.clear();
        Step::Begins
    }

    fn list(&mut self, is_between: bool) -> Step {
        self.depth += 1;
        if is_between && self.outer == 0 {
            self.outer = 1;
        } else if is_between {
            // A list in a list of events is no event.
            return Step::Wrong;
        } else if self.depth == 2 && self.outer == 0 && self.is_list_of_events() {
            self.is_event = false;
            self.outer = 2;
        }
        Step::Nothing
    }

    fn close(&mut self) -> Step {
        if self.depth == 0 {
            return Step::Wrong;
        }
        self.depth -= 1;
        if self.is_event && self.depth == self.outer {
            self.is_event = false;
            return Step::Ends;
        }
        if self.depth == 0 {
            self.outer = 0;
        } else if self.depth < self.outer && self.outer != NEVER {
            self.outer = NEVER;
        }
        Step::Nothing
    }

    fn is_list_of_events(&self) -> bool {
        LISTS.contains(&self.head.as_slice()) || (self.head.starts_with(KUBERNETES.0) && self.tail == *KUBERNETES.1)
    }

    fn string_byte(&mut self, byte: u8) {
        if self.is_escaped {
            self.is_escaped = false;
        } else if byte == b'\\' {
            self.is_escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
        }
        self.note(byte);
    }

    /// Remembers the bytes by which lists are known. Only the outermost object can be such.
    fn note(&mut self, byte: u8) {
        if self.outer > 0 || self.depth > 1 {
            return;
        }
        if self.head.len() < HEAD_BYTES {
            self.head.push(byte);
        }
        self.tail.rotate_left(1);
        self.tail[7] = byte;
    }

    fn hold(&mut self, part: &[u8], ready: Ready<'_>) {
        if self.held.len() + part.len() <= EVENT_BYTES_MAX {
            self.held.extend_from_slice(part);
            return;
        }
        // Where the object really ends is not known any more: the next opening bracket begins one.
        let outer = if self.outer == NEVER { 0 } else { self.outer };
        *self = Self { outer, depth: outer, is_told: true, ..Self::default() };
        ready(Err(TOO_LONG), part.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str, block: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut documents = Documents::default();
        let mut ready = |read: Result<&[u8], Fault>, _| {
            found.push(
                read.map_or_else(|fault| fault.reason.to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned()),
            );
        };
        text.as_bytes().chunks(block).for_each(|block| documents.feed(block, &mut ready));
        documents.finish(&mut ready);
        found
    }

    #[test]
    fn events_are_found_wherever_they_stand() {
        let wrong = "an event should be a JSON object";
        let early = "the text ends within a list or an object";
        for (text, expected) in [
            ("{\n \"a\": \"}\\\"\"\n}\n{\"b\":[{}]}", &["{\n \"a\": \"}\\\"\"\n}", "{\"b\":[{}]}"] as &[&str]),
            ("[{\"a\":1},\n{\"b\":[2]}] {\"c\":{}}", &["{\"a\":1}", "{\"b\":[2]}", "{\"c\":{}}"]),
            (
                "{ \"Records\" : [ {\"a\":{\"Records\":[]}}, {} ] , \"x\": [{}]}{\"b\":1}",
                &["{\"a\":{\"Records\":[]}}", "{}", "{\"b\":1}"],
            ),
            ("{\"kind\":\"EventList\",\"metadata\":{},\"items\":[{\"a\":1}]}", &["{\"a\":1}"]),
            ("{\"a\":1,\"Records\":[{}]}", &["{\"a\":1,\"Records\":[{}]}"]),
            ("[1, \"x\", {}, [{}]]", &[wrong, "{}", wrong]),
            ("]} {}", &[wrong, "{}"]),
            ("{\"a\":", &[early]),
            ("", &[]),
        ] {
            for block in [1, 3, 1000] {
                assert_eq!(parted(text, block), expected, "{text} in blocks of {block}");
            }
        }
    }

    #[test]
    fn an_endless_object_is_left_out() {
        let text = format!("{{\"a\":\"{}\"}}{{\"b\":1}}", "x".repeat(EVENT_BYTES_MAX));
        let found = parted(&text, 1 << 20);
        assert!(found[0] == "an event is longer than 16 MiB and left out");
        assert!(found.len() <= 3);
    }
}
