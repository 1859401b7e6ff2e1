//! Any text as a version, a requirement, a licence or a record: never a panic, and an order that is one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use palisade_supply::{
    Ecosystem,
    advisory::{Builder, Index, read},
    licence::Policy,
    version::{Requirement, Scheme},
};
use proptest::prelude::*;
use std::cmp::Ordering;

/// Texts like versions, and any others.
fn version() -> impl Strategy<Value = String> {
    let words = "(a|b|rc|alpha|beta|dev|post|pre|sp|snapshot|final|p|x)";
    let like = format!("v?(0!|1!)?[0-9]{{1,2}}(\\.[0-9]{{1,2}}){{0,4}}([-._+]?{words}?[.-]?[0-9]{{0,2}}){{0,3}}");
    prop_oneof![
        4 => proptest::string::string_regex(&like).unwrap(),
        1 => "[0-9a-z.+_-]{0,20}",
        1 => any::<String>(),
    ]
}

/// An event of a range, or none of the four.
fn event() -> impl Strategy<Value = String> {
    (0_usize..4, version()).prop_map(|(name, version)| {
        let name = ["introduced", "fixed", "last_affected", "limit"][name];
        format!("{{\"{name}\":{}}}", serde_json::to_string(&version).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_order_of_versions_is_total(a in version(), b in version(), c in version()) {
        for scheme in Scheme::ALL {
            prop_assert_eq!(scheme.compare(&a, &a), Ordering::Equal);
            prop_assert_eq!(scheme.compare(&a, &b), scheme.compare(&b, &a).reverse());
            if scheme.compare(&a, &b) != Ordering::Greater && scheme.compare(&b, &c) != Ordering::Greater {
                prop_assert_ne!(scheme.compare(&a, &c), Ordering::Greater);
            }
            // Equal versions are so in every comparison.
            if scheme.compare(&a, &b) == Ordering::Equal {
                prop_assert_eq!(scheme.compare(&a, &c), scheme.compare(&b, &c));
            }
            let key = scheme.key(&a);
            prop_assert!(key < key.after());
            let _ = scheme.is_prerelease(&a);
        }
    }

    #[test]
    fn requirements_and_licences_never_panic(
        text in version(), sign in "[\\^~<>=!|, \\[\\](){}*@-]{0,3}", other in version()
    ) {
        let text = format!("{sign}{text}");
        for ecosystem in Ecosystem::all() {
            if let Ok(requirement) = Requirement::parse(ecosystem, &text) {
                let _ = requirement.matches(&other);
            }
        }
        let _ = Policy::default().rule(&text);
    }

    #[test]
    fn records_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), pick in 0_usize..7) {
        let names = ["a.json", "a.jsonl", "a.yaml", "a.md", "npm.tsv", "a.csv", "a"];
        let _ = read::document(names[pick], &bytes);
    }

    #[test]
    fn what_is_listed_is_affected_wherever_ranges_end(
        events in prop::collection::vec(event(), 0..8), versions in prop::collection::vec(version(), 1..4)
    ) {
        let listed = serde_json::to_string(&versions).unwrap();
        for ecosystem in ["npm", "PyPI", "Maven", "RubyGems", "Packagist", "NuGet", "Pub"] {
            let record = format!(
                r#"{{"id":"X","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"a"}},
                "ranges":[{{"type":"ECOSYSTEM","events":[{}]}}],"versions":{listed}}}]}}"#,
                events.join(",")
            );
            let mut builder = Builder::new();
            builder.add(read::osv(record.as_bytes()).unwrap());
            let index = Index::open(builder.build().unwrap()).unwrap();
            let (entry, scheme) = (index.packages().next().unwrap(), Scheme::of(ecosystem.parse().unwrap()));
            let affects = entry.affects().next().unwrap();
            for version in &versions {
                prop_assert!(affects.holds_for(&scheme.key(version)).is_some(), "{}", version);
            }
        }
    }
}
