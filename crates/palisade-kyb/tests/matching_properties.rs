//! What holds for any two names and entities.

use palisade_kyb::entity::{Address, Entity, EntityType, Identifier, Name, NameKind, PartialDate};
use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::{NAME_LETTERS_MAX, NameType, WORDS_MAX};
use proptest::prelude::*;

const NAMES: [&str; 20] = [
    "Mohammed Ali Hassan",
    "Abd al-Rahman al-Tikriti",
    "Владимир Путин",
    "محمد علي",
    "김정은",
    "习近平",
    "GmbH & Co. KG",
    "Limited",
    "11420",
    "🙂🙃",
    "x",
    "\u{202e}בנימין\u{202c} Netanyahu",
    "Fund III L.P.",
    "Mr. Dr. Prof.",
    "New York City Bank of London",
    "forty four four forty",
    "A. B. C. D.",
    "ប៉ុល ពត",
    "بن bin ابن ibn",
    "!!!,,,---",
];

const KINDS: [NameKind; 4] = [NameKind::Primary, NameKind::Alias, NameKind::WeakAlias, NameKind::Previous];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::collection::vec(proptest::sample::select(&NAMES[..]), 0..4).prop_map(|names| names.join(" ")),
        2 => "[A-Za-z]{1,9}( [A-Za-z]{1,9}){0,4}",
        2 => ".{0,40}",
        1 => ("[a-zа-яא-ת가-힣一-龥 .,'-]{1,20}", 1_usize..500).prop_map(|(text, times)| text.repeat(times)),
    ]
}

fn name_type() -> impl Strategy<Value = NameType> {
    proptest::sample::select(vec![NameType::Person, NameType::Organization, NameType::Unknown])
}

fn entity() -> impl Strategy<Value = Entity> {
    let date = (0_u16..3000, 0_u8..14, 0_u8..33, any::<bool>());
    let names = proptest::collection::vec((name(), proptest::sample::select(&KINDS[..])), 0..4);
    (names, proptest::collection::vec(date, 0..3), proptest::collection::vec("[a-z]{2}", 0..3), "[A-Z0-9-]{0,9}")
        .prop_map(|(names, dates, countries, value)| Entity {
            entity_type: EntityType::Person,
            names: names.into_iter().map(|(full, kind)| Name { full, kind, ..Name::default() }).collect(),
            dates: dates.into_iter().map(|(year, month, day, circa)| PartialDate { year, month, day, circa }).collect(),
            countries,
            identifiers: vec![Identifier { kind: "passport".to_owned(), value, country: None }],
            addresses: vec![Address { city: "Utrecht".to_owned(), ..Address::default() }],
            ..Entity::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn comparing_names_never_panics_and_is_symmetric(one in name(), other in name(), name_type in name_type()) {
        for mode in [Mode::Balanced, Mode::Strict, Mode::Ofac] {
            let matcher = Matcher::new(mode);
            let (a, b) = (matcher.parse(&one, name_type), matcher.parse(&other, name_type));
            prop_assert!(a.tokens.len() <= WORDS_MAX * 2 && b.tokens.len() <= WORDS_MAX * 2);
            prop_assert_eq!(a.cut || one.chars().count() <= NAME_LETTERS_MAX || one.is_ascii(), true);
            let (there, back) = (matcher.compare_names(&a, &b), matcher.compare_names(&b, &a));
            prop_assert!((0.0..=1.0).contains(&there.score));
            // OFAC's method counts the parts of the name entered, so it depends on which one that is.
            if mode != Mode::Ofac {
                prop_assert_eq!(there.score, back.score);
                prop_assert_eq!(there.parts.len(), back.parts.len());
            }
        }
    }

    #[test]
    fn a_name_is_itself(one in name(), name_type in name_type()) {
        let matcher = Matcher::new(Mode::Strict);
        let parsed = matcher.parse(&one, name_type);
        prop_assume!(!parsed.is_too_short());
        let score = matcher.compare_names(&parsed, &parsed).score;
        prop_assert!(score > 0.999 || parsed.tokens.is_empty(), "{} {:?}", score, parsed);
    }

    #[test]
    fn the_order_of_aliases_and_of_evidence_does_not_matter(one in entity(), other in entity()) {
        let matcher = Matcher::new(Mode::Balanced);
        let turned = |entity: &Entity| {
            let mut turned = entity.clone();
            turned.names.reverse();
            turned.dates.reverse();
            turned.countries.reverse();
            turned
        };
        let straight = matcher.compare(&matcher.prepare(&one), &matcher.prepare(&other));
        let reversed = matcher.compare(&matcher.prepare(&turned(&one)), &matcher.prepare(&turned(&other)));
        prop_assert_eq!(straight, reversed);
    }

    #[test]
    fn entities_compare_the_same_from_either_side(one in entity(), other in entity()) {
        let matcher = Matcher::new(Mode::Balanced);
        let mut one = one;
        let mut other = other;
        // Which side calls an alias weak is told by the side that is listed.
        one.names.iter_mut().chain(&mut other.names).for_each(|name| name.kind = NameKind::Primary);
        let (a, b) = (matcher.prepare(&one), matcher.prepare(&other));
        prop_assert_eq!(matcher.compare(&a, &b).score, matcher.compare(&b, &a).score);
    }

    #[test]
    fn adding_evidence_never_changes_another_part(one in entity(), other in entity(), place in "[A-Z][a-z]{2,8}") {
        let matcher = Matcher::new(Mode::Balanced);
        let before = matcher.compare(&matcher.prepare(&one), &matcher.prepare(&other));
        let (mut more, mut listed) = (one, other);
        more.places.push(place.clone());
        listed.places.push(place);
        let after = matcher.compare(&matcher.prepare(&more), &matcher.prepare(&listed));
        prop_assert_eq!(&before.name, &after.name);
        for part in &before.evidence {
            prop_assert!(after.evidence.contains(part), "{:?}", part);
        }
    }

    #[test]
    fn evidence_that_does_not_concern_names_never_raises_them(one in entity(), other in entity(), city in "[A-Z][a-z]{2,8}") {
        let matcher = Matcher::new(Mode::Strict);
        let before = matcher.compare(&matcher.prepare(&one), &matcher.prepare(&other));
        let mut more = one;
        more.addresses.push(Address { city, street: "Somewhere 1".to_owned(), ..Address::default() });
        let after = matcher.compare(&matcher.prepare(&more), &matcher.prepare(&other));
        prop_assert_eq!(&before.name, &after.name);
        // An address weighs what it weighs alone, so the score moves by no more than that.
        prop_assert!((after.score - before.score).abs() <= 0.15 + 1e-5);
    }
}
