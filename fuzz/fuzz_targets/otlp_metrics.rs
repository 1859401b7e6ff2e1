//! OTLP metrics: the first byte chooses the format, the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{Context, Format, Limits, SOURCES};

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let format = if choice % 2 == 0 { Format::Protobuf } else { Format::Json };
    let limits = Limits::default();
    let context = Context { received: Timestamp::from_millis(1_795_176_000_000), limits: &limits };
    let source = SOURCES.iter().find(|source| source.name == "otlp-metrics").expect("the source stands in the table");
    if let Ok(parsed) = (source.read)(format, body, &context) {
        assert!(parsed.observations.len() + parsed.rejected() <= limits.events_per_body);
        let (_, receipt) = parsed.into_parts();
        let _ = (source.respond)(format, &receipt);
    }
});
