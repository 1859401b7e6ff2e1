#![no_main]
//! Names as strangers write them: read, compared in every mode, found in an index.

use libfuzzer_sys::fuzz_target;
use palisade_kyb::index::{IndexBuilder, NameIndex, Scratch, Wanted};
use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::NameType;

fuzz_target!(|input: (String, String, u8)| {
    let (one, other, choice) = input;
    let name_type = [NameType::Person, NameType::Organization, NameType::Unknown][usize::from(choice) % 3];
    for mode in [Mode::Balanced, Mode::Strict, Mode::Ofac] {
        let matcher = Matcher::new(mode);
        let (query, listed) = (matcher.parse(&one, name_type), matcher.parse(&other, name_type));
        let there = matcher.compare_names(&query, &listed);
        assert!((0.0..=1.0).contains(&there.score));
        if mode != Mode::Ofac {
            assert_eq!(there.score, matcher.compare_names(&listed, &query).score);
        }
    }
    let mut builder = IndexBuilder::default();
    builder.add(7, &other, name_type).expect("one name fits");
    let index = builder.build().expect("one name fits");
    let query = Matcher::new(Mode::Balanced).parse(&one, name_type);
    index.search(&query, Wanted::most(5), &mut Scratch::default());
    let _ = NameIndex::open(one.into_bytes());
});
