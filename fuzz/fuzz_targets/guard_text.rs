//! Any text: no panic, every place lies between characters, also those that lead back from a decoded view, and the
//! same text is judged the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_guard::Guard;
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

fuzz_target!(|text: &str| {
    let found = GUARD.inspect_text(text);
    for finding in &found {
        for place in &finding.evidence {
            assert!(place.start < place.end && text.get(place.start..place.end).is_some());
        }
    }
    assert_eq!(found, GUARD.inspect_text(text));
    let _ = GUARD.mask(text);
});
