//! Parts XML into its `<Event>` elements, which may stand in `<Events>` or one after the other.

use super::fault::Fault;
use crate::limits::EVENT_BYTES_MAX;
use memchr::memmem;

const END: &[u8] = b"</Event>";

/// Parts a stream of XML.
#[derive(Debug, Default)]
pub(crate) struct XmlEvents {
    held: Vec<u8>,
    /// How much of `held` has been searched for the end of an event.
    searched: usize,
}

/// What becomes of the bytes of each event, or of what is none, with the place in the block where that ends.
type Ready<'a> = &'a mut dyn FnMut(Result<&[u8], Fault>, usize);

impl XmlEvents {
    pub(crate) fn feed(&mut self, block: &[u8], ready: Ready<'_>) {
        let before = self.held.len();
        self.held.extend_from_slice(block);
        let mut start = 0;
        // The end may have begun in the block before.
        let mut from = self.searched.saturating_sub(END.len());
        while let Some(found) = memmem::find(&self.held[from..], END) {
            let end = from + found + END.len();
            let at = (end - 1).saturating_sub(before);
            match beginning(&self.held[start..end]) {
                Some(begin) => ready(Ok(&self.held[start + begin..end]), at),
                None => ready(Err(Fault::new("an event ends that has not begun", 0)), at),
            }
            (start, from) = (end, end);
        }
        self.held.drain(..start);
        if self.held.len() > EVENT_BYTES_MAX {
            self.held = Vec::new();
            ready(Err(Fault::new("an event is longer than 16 MiB and left out", 0)), block.len());
        }
        self.searched = self.held.len();
    }

    /// Says what is missing at the end.
    pub(crate) fn finish(&mut self, ready: Ready<'_>) {
        if beginning(&self.held).is_some() {
            ready(Err(Fault::new("the text ends within an event", 0)), 0);
        }
        *self = Self::default();
    }
}

/// Where an event begins: at `<Event` that is not `<Events` or another longer name.
fn beginning(text: &[u8]) -> Option<usize> {
    memmem::find_iter(text, b"<Event")
        .find(|&at| matches!(text.get(at + 6), Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str, block: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut events = XmlEvents::default();
        let mut ready = |read: Result<&[u8], Fault>, _| {
            found.push(
                read.map_or_else(|fault| fault.reason.to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned()),
            );
        };
        text.as_bytes().chunks(block).for_each(|block| events.feed(block, &mut ready));
        events.finish(&mut ready);
        found
    }

    #[test]
    fn events_are_found_wherever_they_stand() {
        let text =
            "<?xml version='1.0'?>\n<Events><Event a='b'><EventData/></Event>\n<Event>x</Event></Events>\n<Event";
        for block in [1, 4, 1000] {
            assert_eq!(parted(text, block), ["<Event a='b'><EventData/></Event>", "<Event>x</Event>"], "{block}");
        }
        assert_eq!(parted("</Event><Event>", 3), ["an event ends that has not begun", "the text ends within an event"]);
    }
}
