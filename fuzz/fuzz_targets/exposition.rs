//! The text of targets: the first byte chooses the dialect, the rest is the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{
    Context, Limits,
    exposition::{Dialect, Target, read},
};

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let dialect = if choice % 2 == 0 { Dialect::Text } else { Dialect::OpenMetrics };
    let limits = Limits::default();
    let context = Context { received: Timestamp::from_millis(1_795_176_000_000), limits: &limits };
    let target = Target { service: "job", host: "instance", labels: &[] };
    if let Ok(scraped) = read(dialect, text, &target, &context) {
        assert!(scraped.samples <= limits.events_per_body);
    }
});
