//! Any text as JSON: no panic, a problem that points into it, and strings that stand where they are said to stand.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_guard::Guard;
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

fuzz_target!(|text: &str| match GUARD.inspect_json_placed(text) {
    Err(problem) => assert!(problem.offset <= text.len()),
    Ok(found) => {
        for (finding, string) in found {
            // What is said of the document as a whole stands nowhere in it.
            let of_document = finding.detector.starts_with("guard.limit");
            assert!(of_document || text[string].starts_with(|first: char| matches!(first, '"' | '-' | '0'..='9')));
        }
    }
});
