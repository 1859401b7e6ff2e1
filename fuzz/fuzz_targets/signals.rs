//! Alerts of other people's tools: the first byte chooses the form, the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{
    Limits,
    signals::{Mapping, SIGNAL_SOURCES},
};

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let (limits, now) = (Limits::default(), Timestamp::from_millis(1_795_000_000_000));
    let read = match SIGNAL_SOURCES.get(usize::from(*choice) % (SIGNAL_SOURCES.len() + 1)) {
        Some(source) => (source.read)(body, now, &limits),
        None => {
            let [items, name] = ["/a", "/b"].map(str::to_owned);
            Mapping { items, name, ..Mapping::default() }.read("fuzz", body, now, &limits)
        }
    };
    if let Ok(calls) = read {
        assert!(calls.calls.len() + calls.rejected <= limits.events_per_body);
    }
});
