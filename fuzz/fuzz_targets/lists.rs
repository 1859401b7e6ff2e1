//! Files of lists: the first byte is the format, or none, which lets the beginning of the file tell.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_kyb::lists::{FORMATS, Limits, ListFile, collect};

const LIMITS: Limits = Limits { bytes: 1 << 20, record_bytes: 1 << 16, entities: 10_000, problems: 100 };

fuzz_target!(|data: &[u8]| {
    let [format, content @ ..] = data else { return };
    let format = FORMATS.get(usize::from(*format) % (FORMATS.len() + 1));
    let Ok(file) = ListFile::open("list", content, LIMITS.bytes) else { return };
    let listing = collect("fuzz", format, vec![file], LIMITS);
    assert!(listing.entities.len() as u64 <= listing.summary.fragments);
    assert!(listing.problems.len() as u64 <= listing.summary.problems);
    for entity in &listing.entities {
        assert!(!entity.id.is_empty());
        assert!(entity.dates.iter().all(|date| date.year > 0 && date.month <= 12 && date.day <= 31));
    }
});
