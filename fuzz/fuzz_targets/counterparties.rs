//! Files of counterparties, and what identifiers they may hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_kyb::{identifiers::check, screening::Counterparties};

const KINDS: &[&str] = &["iban", "lei", "isin", "vat", "ein", "registration"];

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        for kind in KINDS {
            let _ = check(kind, text, Some("gb"));
        }
    }
    let Ok(rows) = Counterparties::open("file", data, 1 << 20) else { return };
    let mut last = 0;
    for row in rows {
        assert!(row.number == last + 1);
        last = row.number;
    }
});
