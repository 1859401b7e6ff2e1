//! Records of publishers: the first byte chooses the form. What is read goes through an index and is asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_supply::{
    Package,
    advisory::{Builder, Index, Usage, judge, read},
};

const NAMES: [&str; 6] = ["a.json", "a.jsonl", "a.yaml", "a.md", "npm.tsv", "a.csv"];

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    // Any bytes as an index: an error, or answers without a panic.
    let _ = Index::open(bytes.to_vec());
    let Ok(Some(document)) = read::document(NAMES[usize::from(*choice) % NAMES.len()], bytes) else { return };
    let named: Vec<_> = document.advisories.iter().filter(|advisory| !advisory.withdrawn).cloned().collect();
    let mut builder = Builder::new();
    builder.add_document(document);
    let built = builder.build().expect("the index of one document fits");
    let index = Index::open(built).expect("what was built opens");
    for affected in named.iter().flat_map(|advisory| &advisory.affected) {
        for version in affected.versions.iter().map(|version| Some(version.clone())).chain([None]) {
            let is_listed = version.is_some();
            let package = Package { ecosystem: affected.ecosystem, name: affected.name.clone(), version };
            let judgement = judge(&index, &package, Usage::default());
            assert!(!is_listed || !judgement.affected.is_empty(), "what is listed is found");
        }
    }
});
