//! Any name against any protected names, in every ecosystem: no panic, nothing protected is suspected, every finding
//! can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_supply::{
    Ecosystem, Facts, Judge, Package,
    names::{Names, read_popular},
};

fuzz_target!(|input: (u8, &str, &str)| {
    let (which, list, name) = input;
    let Some(ecosystem) = Ecosystem::all().nth(usize::from(which) % Ecosystem::all().count()) else { return };
    let Ok(popular) = read_popular(list) else { return };
    let mut names = Names::default();
    names.protect(ecosystem, &popular);
    let judge = Judge::new(names);
    for protected in &popular {
        let package = Package { ecosystem, name: protected.name.clone(), version: None };
        assert!(judge.names().check(&package, true).is_empty());
    }
    let package = Package { ecosystem, name: name.to_owned(), version: Some(name.to_owned()) };
    for finding in judge.judge(&package, &Facts::default(), Timestamp::default(), None) {
        assert!((0.0..=1.0).contains(&finding.confidence));
        assert!(finding.evidence.iter().all(|one| !one.excerpt.chars().any(char::is_control)));
    }
});
