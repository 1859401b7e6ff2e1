//! Syslog over a connection: the first byte is the length of the pieces that the rest comes in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{Context, Delivery, Framer, Limits, read_syslog};

fuzz_target!(|data: &[u8]| {
    let Some((length, stream)) = data.split_first() else { return };
    let limits = Limits { line_bytes: 2_000, attributes: 8, key_bytes: 40, ..Limits::default() };
    let context = Context { received: Timestamp::from_millis(1_795_176_000_000), limits: &limits };
    let delivery = Delivery { context, zone_seconds: 3_600, peer: "192.0.2.1" };
    let mut framer = Framer::syslog(limits.line_bytes);
    for mut piece in stream.chunks(usize::from(*length) + 1) {
        while let Some(frame) = framer.next(&mut piece) {
            let event = read_syslog(frame, &delivery);
            assert!(event.message.len() <= limits.line_bytes);
        }
    }
    if let Some(frame) = framer.finish() {
        assert!(read_syslog(frame, &delivery).message.len() <= limits.line_bytes);
    }
});
