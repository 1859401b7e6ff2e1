//! Points as they may come, with times and values of any kind, and checkpoints that somebody else wrote.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Detector, Kind, STATE_BYTES_MAX, Settings};

fuzz_target!(|data: &[u8]| {
    let kind = if data.first().is_some_and(|first| first % 2 == 1) { Kind::Counter } else { Kind::Gauge };
    let settings = Settings { kind, warm_up_points: 0, ..Settings::default() };
    // A checkpoint with whatever numbers, its checksum made right: reading must survive it, and so must scoring.
    let mut bytes = Detector::new(settings.clone()).encode();
    let header = 12;
    for (byte, data) in bytes[header..].iter_mut().zip(data) {
        *byte ^= data;
    }
    let sum = xxhash_rust::xxh3::xxh3_64(&bytes[header..]).to_le_bytes();
    bytes[4..header].copy_from_slice(&sum);
    let _ = Detector::decode(settings.clone(), data);
    let mut detector =
        Detector::decode(settings.clone(), &bytes).unwrap_or_else(|_| Detector::new(settings));
    for point in data.chunks_exact(12) {
        let step = i64::from(u32::from_le_bytes([point[0], point[1], point[2], point[3]]));
        let last = detector.last_point().map_or(0, Timestamp::nanos);
        let value = f64::from_le_bytes([
            point[4], point[5], point[6], point[7], point[8], point[9], point[10], point[11],
        ]);
        let time = Timestamp::from_nanos(last.saturating_add(step << (step % 24)));
        let score = detector.observe(time, value);
        assert!(score.score.is_finite() && (0.0..=1.0).contains(&score.likelihood));
    }
    assert!(detector.encode().len() <= STATE_BYTES_MAX);
});
