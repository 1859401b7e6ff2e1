//! Prometheus remote write: the body after decompression.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{Context, Format, Limits, SOURCES};

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let context = Context { received: Timestamp::from_millis(1_795_176_000_000), limits: &limits };
    let source = SOURCES.iter().find(|source| source.name == "prometheus-remote-write");
    let source = source.expect("the source stands in the table");
    if let Ok(parsed) = (source.read)(Format::Protobuf, body, &context) {
        assert!(parsed.observations.len() + parsed.rejected() <= limits.events_per_body);
    }
});
