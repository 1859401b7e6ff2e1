//! Streams of events: the first byte is the format, the second the length of the pieces that the rest comes in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_events::readers::{Format, Reader};
use palisade_model::Timestamp;

fuzz_target!(|data: &[u8]| {
    let [format, length, stream @ ..] = data else { return };
    // One more than there are formats: none, which lets the beginning of the stream tell.
    let count = Format::names().count();
    let name = Format::names().nth(usize::from(*format) % (count + 1));
    let format = name.and_then(|name| name.parse().ok());
    let mut reader = Reader::new(format).with_reference(Timestamp::from_millis(1_795_176_000_000));
    let mut count = 0;
    for piece in stream.chunks(usize::from(*length) + 1) {
        reader.feed(piece, &mut |read| count += read.map_or(1, |record| record.fields().count().min(1)));
    }
    reader.finish(&mut |read| count += read.map_or(1, |record| record.fields().count().min(1)));
    assert!(count as u64 <= reader.events() + reader.problems());
});
