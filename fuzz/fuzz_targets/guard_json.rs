//! Any text as JSON: no panic, and a problem that points into it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_guard::Guard;
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

fuzz_target!(|text: &str| {
    if let Err(problem) = GUARD.inspect_json(text) {
        assert!(problem.offset <= text.len());
    }
});
