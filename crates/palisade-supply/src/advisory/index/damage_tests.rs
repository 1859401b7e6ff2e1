//! Damaged indexes: an error, or at least no panic where somebody has put the checksum right again.

use super::{Builder, Index, layout};
use crate::{
    Ecosystem, Package,
    advisory::{Usage, judge, read},
};
use proptest::prelude::*;

fn bytes() -> Vec<u8> {
    let mut builder = Builder::new();
    for record in [
        r#"{"id":"GHSA-1","aliases":["CVE-2026-1"],"summary":"One","affected":[{"package":{"ecosystem":"npm","name":"a"},
            "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}],"versions":["1.3.0","1.4.0"],
            "ecosystem_specific":{"affected_functions":["a.b"]}}]}"#,
        r#"{"id":"MAL-2","affected":[{"package":{"ecosystem":"npm","name":"b"},
            "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#,
    ] {
        builder.add(read::osv(record.as_bytes()).unwrap());
    }
    builder.build().unwrap()
}

/// Asks everything that can be asked.
fn ask(index: &Index) {
    for name in ["a", "b", "c"] {
        for version in [Some("1.0.0"), Some("1.3.0"), None] {
            let package =
                Package { ecosystem: Ecosystem::Npm, name: name.to_owned(), version: version.map(str::to_owned) };
            let _ = judge(index, &package, Usage::default());
        }
    }
    let told: usize = index.packages().map(|entry| entry.name().len() + entry.affects().take(100).count()).sum();
    let _ = (told, index.advisories().filter(|advisory| advisory.id().len() > 1).count());
}

#[test]
fn every_flipped_byte_and_every_cut_is_an_error() {
    let whole = bytes();
    assert!(Index::open(whole.clone()).is_ok());
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x20;
        assert!(Index::open(flipped).is_err(), "byte {at} flipped");
        assert!(Index::open(whole[..at].to_vec()).is_err(), "cut at {at}");
    }
    assert!(Index::open([whole, vec![0]].concat()).is_err());
}

proptest! {
    #[test]
    fn bytes_with_a_right_checksum_never_panic(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..40)) {
        let mut bytes = bytes();
        for (at, value) in changes {
            let at = layout::CHECKED_FROM + at % (bytes.len() - layout::CHECKED_FROM);
            bytes[at] = value;
        }
        layout::seal(&mut bytes);
        if let Ok(index) = Index::open(bytes) {
            ask(&index);
        }
    }
}
