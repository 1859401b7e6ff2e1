//! Any text: no panic, and every place lies between characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_guard::Guard;
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

fuzz_target!(|text: &str| {
    for finding in GUARD.inspect_text(text) {
        for place in finding.evidence {
            assert!(text.get(place.start..place.end).is_some());
        }
    }
    let _ = GUARD.mask(text);
});
