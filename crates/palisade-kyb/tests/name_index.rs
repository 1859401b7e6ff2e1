//! The index against names altered by a letter, and against bytes that are not one.

use palisade_kyb::index::{Covered, IndexBuilder, IndexError, NameIndex, Scratch, Wanted};
use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::NameType;
use proptest::prelude::*;

const NAMES: [(&str, NameType); 12] = [
    ("LAVROV, Sergey Viktorovich", NameType::Person),
    ("Mohammed Hassan al-Tikriti", NameType::Person),
    ("KRYEZIU, Izmet", NameType::Person),
    ("Majeed, Abdul", NameType::Person),
    ("محمد علي", NameType::Person),
    ("TEYF TADBIR ARIA", NameType::Organization),
    ("GOODWILL TRADING CO., LTD.", NameType::Organization),
    ("11420 CORP.", NameType::Organization),
    ("People's Liberation Army", NameType::Organization),
    ("Bowne of Atlanta, Inc.", NameType::Organization),
    ("Aviaimport", NameType::Organization),
    ("", NameType::Unknown),
];

fn index() -> NameIndex {
    let mut builder = IndexBuilder::default();
    for (entity, (name, name_type)) in (0..).zip(NAMES) {
        builder.add(entity + 100, name, name_type).expect("a dozen names fit");
    }
    builder.build().expect("a dozen names fit")
}

#[test]
fn altered_names_are_reached() {
    let index = index();
    let matcher = Matcher::new(Mode::Balanced);
    let mut scratch = Scratch::default();
    for (query, name_type, entity) in [
        ("Sergei Lavrof", NameType::Person, 100),
        ("Muhamad Hasan Tikriti", NameType::Person, 101),
        ("Izmet Kryeiu", NameType::Person, 102),
        ("abdulmajeed", NameType::Person, 103),
        ("Mohamed Aly", NameType::Person, 104),
        ("Teyftadbir Aria", NameType::Organization, 105),
        ("Good Will Trading", NameType::Organization, 106),
        ("11420", NameType::Organization, 107),
        ("PLA", NameType::Organization, 108),
        ("Avia Import", NameType::Organization, 110),
    ] {
        let found = index.search(&matcher.parse(query, name_type), Wanted::most(10), &mut scratch);
        assert!(found.names.iter().any(|candidate| candidate.entity == entity), "{query}: {found:?}");
    }
}

#[test]
fn what_is_cut_off_is_told() {
    let mut builder = IndexBuilder::default();
    for entity in 0..50 {
        builder.add(entity, &format!("Ivan Example{entity}"), NameType::Person).unwrap();
    }
    let index = builder.build().unwrap();
    let query = Matcher::new(Mode::Balanced).parse("Ivan", NameType::Person);
    let all = index.search(&query, Wanted::most(100), &mut Scratch::default());
    assert_eq!((all.names.len(), all.complete_above), (50, 0.4));
    let few = index.search(&query, Wanted::most(5), &mut Scratch::default());
    assert_eq!(few.names.len(), 5);
    assert!(few.complete_above > 0.4 && few.names.iter().all(|candidate| candidate.coverage >= few.complete_above));
}

#[test]
fn an_index_survives_the_disk_and_damage_is_told() {
    let bytes = index().as_bytes().to_vec();
    let opened = NameIndex::open(bytes.clone()).unwrap();
    let same = |name: &u32| (opened.name(*name), opened.entity(*name)) == (Some(NAMES[0].0), Some(100));
    assert!((0..opened.len() as u32).any(|name| same(&name)));
    assert!(matches!(NameIndex::open(bytes[..10].to_vec()), Err(IndexError::Foreign)));
    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x40;
        assert!(NameIndex::open(damaged).is_err(), "byte {at}");
    }
    assert!(NameIndex::open(bytes[..bytes.len() - 1].to_vec()).is_err());
    let mut newer = bytes;
    newer[8] = 9;
    assert!(matches!(NameIndex::open(newer), Err(IndexError::Version(9))));
}

#[test]
fn an_index_of_nothing_finds_nothing() {
    let index = IndexBuilder::default().build().unwrap();
    let query = Matcher::new(Mode::Balanced).parse("Ivan", NameType::Person);
    assert!(index.is_empty() && index.search(&query, Wanted::most(5), &mut Scratch::default()).names.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The guarantee: names whose words are reached are found, and an altered word of four letters and more is reached.
    #[test]
    fn one_letter_wrong_in_each_word_is_always_reached(
        names in proptest::collection::vec("[a-z]{5,9} [a-z]{5,9}", 1..60),
        pick in any::<prop::sample::Index>(),
        places in (1_usize..5, 1_usize..5),
        swap in any::<bool>(),
    ) {
        let mut builder = IndexBuilder::default();
        for (entity, name) in (0..).zip(&names) {
            builder.add(entity, name, NameType::Person).unwrap();
        }
        let index = builder.build().unwrap();
        let matcher = Matcher::new(Mode::Balanced);
        let chosen = pick.index(names.len());
        let alter = |word: &str, at: usize| {
            let mut letters: Vec<char> = word.chars().collect();
            if swap && at + 1 < letters.len() { letters.swap(at, at + 1) } else { letters.remove(at.min(word.len() - 1)); }
            letters.into_iter().collect::<String>()
        };
        let (first, last) = names[chosen].split_once(' ').unwrap();
        let altered = matcher.parse(&format!("{} {}", alter(first, places.0), alter(last, places.1)), NameType::Person);
        let whole = matcher.parse(&names[chosen], NameType::Person);
        // Titles and particles are left out, and words that a slip turns into other known words are not reached.
        let alike = matcher.compare_names(&altered, &whole).score > 0.6;
        let found = index.search(&altered, Wanted::most(names.len()), &mut Scratch::default());
        prop_assert!(!alike || found.names.iter().any(|candidate| candidate.entity as usize == chosen), "{:?} {:?}", altered.folded(), names[chosen]);
    }

    /// Names that share a frequent word alone are not looked at, and no name is missed for it: where nothing is asked of
    /// the coverage, all are looked at.
    #[test]
    fn looking_at_few_names_finds_the_same(
        names in proptest::collection::vec(("(ahmed|karim|trading|bank|john) ?(omar|j|[a-c]{3,4}){0,1} [a-d]{2,5}", 0..3_u8), 1..80),
        query in "(ahmed|trading|john)( karim| bank| j){0,2} [a-d]{2,5}",
        query_type in 0..3_u8,
        covered in prop::sample::select(vec![Covered::Both, Covered::Query, Covered::Listed]),
        (above, two_words) in (prop::sample::select(vec![0.1_f32, 0.4, 0.5]), any::<bool>()),
    ) {
        let of = |number: u8| [NameType::Person, NameType::Organization, NameType::Unknown][usize::from(number)];
        let mut builder = IndexBuilder::default();
        for (entity, (name, name_type)) in (0..).zip(&names) {
            builder.add(entity, name, of(*name_type)).unwrap();
        }
        let index = builder.build().unwrap();
        let query = Matcher::new(Mode::Balanced).parse(&query, of(query_type));
        let mut scratch = Scratch::default();
        let mut found = |above| index.search(&query, Wanted { limit: 1_000, above, covered, two_words }, &mut scratch).names;
        let mut all = found(0.0);
        all.retain(|candidate| candidate.coverage > above);
        prop_assert_eq!(found(above), all);
    }

    #[test]
    fn any_bytes_open_or_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut with_head = b"PALNAMES\x01\0\0\0".to_vec();
        with_head.extend(&bytes);
        prop_assert!(NameIndex::open(bytes).is_err());
        prop_assert!(NameIndex::open(with_head).is_err());
    }
}
