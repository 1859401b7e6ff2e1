//! Lines of followed files: the first byte is the length of the pieces that the rest comes in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{Context, Framer, LineFormat, LineOrigin, Limits, read_line};

fuzz_target!(|data: &[u8]| {
    let Some((length, stream)) = data.split_first() else { return };
    let limits = Limits { line_bytes: 2_000, attributes: 8, key_bytes: 40, ..Limits::default() };
    let context = Context { received: Timestamp::from_millis(1_795_176_000_000), limits: &limits };
    let origin =
        LineOrigin { context, path: "/var/log/x", service: "", host: "h", format: LineFormat::Auto, zone_seconds: 0 };
    let mut framer = Framer::lines(limits.line_bytes);
    for mut piece in stream.chunks(usize::from(*length) + 1) {
        while let Some(frame) = framer.next(&mut piece) {
            if let Some(event) = read_line(frame, &origin) {
                assert!(event.message.len() <= limits.line_bytes);
            }
        }
    }
});
