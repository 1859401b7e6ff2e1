//! Names and entities that are made up, as many as are wanted.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub(crate) mod ordinary;

use fastrand::Rng;
use palisade_kyb::entity::{Address, Entity, EntityType, Identifier, Name, NameKind, PartialDate};

/// A family name made of syllables: lists have hundreds of thousands of them.
pub(crate) fn rare_word(random: &mut Rng) -> String {
    const SYLLABLES: [&str; 40] = [
        "ba", "ri", "no", "va", "kor", "mi", "la", "zen", "tu", "har", "sho", "qi", "man", "del", "fo", "gra", "pe",
        "ust", "ov", "ich", "ali", "bek", "dov", "ran", "kha", "lid", "mur", "sal", "tor", "wen", "xu", "yam", "zh",
        "iev", "enko", "ski", "ber", "stein", "ov", "ar",
    ];
    (0..2 + random.usize(..3)).map(|_| SYLLABLES[random.usize(..SYLLABLES.len())]).collect()
}

/// A person's name, of which three in four are rare.
pub(crate) fn person(random: &mut Rng) -> String {
    let ordinary = ordinary::person(random);
    let given = ordinary.split(' ').next().unwrap_or_default().trim_matches(',').to_owned();
    match random.u8(..4) {
        0 => ordinary,
        1 => format!("{given} {} {}", rare_word(random), rare_word(random)),
        _ => format!("{given} {}", rare_word(random)),
    }
}

/// A company's name, with a word that is rare.
pub(crate) fn company(random: &mut Rng) -> String {
    format!("{} {}", rare_word(random), ordinary::company(random))
}

/// Any name: three in five people, the rest companies.
pub(crate) fn name(random: &mut Rng) -> (String, EntityType) {
    match random.u8(..5) {
        0 => (company(random), EntityType::Organization),
        1 => (ordinary::company(random), EntityType::Organization),
        _ => (person(random), EntityType::Person),
    }
}

/// Somebody with a name or two, a date, a country, and at times an identifier and an address.
pub(crate) fn entity(source: &str, number: usize, names: usize, random: &mut Rng) -> Entity {
    let (full, entity_type) = name(random);
    let other = |random: &mut Rng| match entity_type {
        EntityType::Person => person(random),
        _ => company(random),
    };
    let leading = Name { full, ..Name::default() };
    let others = (1..names).map(|_| Name { full: other(random), kind: NameKind::Alias, ..Name::default() });
    let names = std::iter::once(leading).chain(others.collect::<Vec<_>>()).collect();
    let date = PartialDate {
        year: 1940 + random.u16(..65),
        month: 1 + random.u8(..12),
        day: 1 + random.u8(..28),
        circa: false,
    };
    let value = format!("{}{:07}", char::from(b'A' + random.u8(..26)), random.u32(..10_000_000));
    let identifier = Identifier { kind: "passport".into(), value, country: None };
    let address = Address { city: rare_word(random), country: Some("fr".into()), ..Address::default() };
    Entity {
        source: source.into(),
        id: number.to_string(),
        entity_type,
        names,
        dates: vec![date],
        countries: vec![["ru", "ir", "sy", "kp", "us", "fr", "de", "cn"][random.usize(..8)].to_owned()],
        identifiers: if random.u8(..3) == 0 { vec![identifier] } else { Vec::new() },
        addresses: if random.u8(..3) == 0 { vec![address] } else { Vec::new() },
        programs: vec!["SDN".to_owned()],
        ..Entity::default()
    }
}
