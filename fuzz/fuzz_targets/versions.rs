//! Any texts as versions and requirements of any ecosystem: the order is one, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_supply::{
    Ecosystem,
    licence::Policy,
    version::{Line, Requirement, Scheme},
};
use std::cmp::Ordering;

fuzz_target!(|input: (&str, &str, &str)| {
    let (a, b, c) = input;
    for scheme in Scheme::ALL {
        let (ab, bc) = (scheme.compare(a, b), scheme.compare(b, c));
        assert_eq!(ab, scheme.compare(b, a).reverse());
        if ab != Ordering::Greater && bc != Ordering::Greater {
            assert_ne!(scheme.compare(a, c), Ordering::Greater);
        }
        let _ = scheme.is_prerelease(a);
    }
    for ecosystem in Ecosystem::all() {
        if let Ok(requirement) = Requirement::parse(ecosystem, a) {
            let _ = requirement.matches(b);
        }
    }
    let _ = (Line::of(a), Policy::default().rule(c));
});
