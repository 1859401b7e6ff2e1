//! The journal's export format: the first byte is the length of the pieces that the rest comes in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{Context, JournalReader, Limits};

fuzz_target!(|data: &[u8]| {
    let Some((length, stream)) = data.split_first() else { return };
    let limits = Limits { line_bytes: 2_000, attributes: 8, ..Limits::default() };
    let context = Context { received: Timestamp::from_millis(1_795_176_000_000), limits: &limits };
    let mut reader = JournalReader::new(&limits);
    for mut piece in stream.chunks(usize::from(*length) + 1) {
        loop {
            match reader.next(&mut piece) {
                Ok(Some(entry)) => assert!(entry.into_event(&context).message.len() <= limits.line_bytes),
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
    let _ = reader.finish();
});
