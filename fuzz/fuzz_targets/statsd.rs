//! Datagrams of statsd.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_sources::{
    Limits,
    statsd::{Aggregator, Bounds},
};

fuzz_target!(|datagram: &[u8]| {
    let time = Timestamp::from_millis(1_795_176_000_000);
    let bounds = Bounds { series: 8, parts: 16 };
    let mut aggregator = Aggregator::new(Limits::default(), bounds, time);
    aggregator.take(datagram);
    assert!(aggregator.series() <= bounds.series);
    assert!(aggregator.flush(time).len() <= bounds.series);
});
