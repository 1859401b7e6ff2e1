//! What speaks for or against two entities being one beside their names: dates, identifiers, countries, addresses, places
//! of birth. Each part is judged by itself alone, so that adding one never changes another.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use super::dates::{DateRelation, relate_dates};
use super::entity::PreparedEntity;
use crate::entity::{EntityType, NameKind, PartialDate};
use crate::names::Text;

/// What a part is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Person, organisation, ship.
    Type,
    /// The kind of name that was found.
    NameKind,
    /// Birth or founding.
    Date,
    /// Nationality, registration, flag.
    Country,
    /// A number or code that names one alone.
    Identifier,
    /// Where somebody lives or works.
    Address,
    /// Where somebody was born.
    Place,
}

impl EvidenceKind {
    /// In lower case, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::NameKind => "name_kind",
            Self::Date => "date",
            Self::Country => "country",
            Self::Identifier => "identifier",
            Self::Address => "address",
            Self::Place => "place",
        }
    }
}

/// One part of a comparison of entities beside names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// What the first has.
    pub query: String,
    /// What the second has.
    pub listed: String,
    /// What it adds to the score, or takes off.
    pub adjustment: f32,
    /// In words, why.
    pub reason: Cow<'static, str>,
}

/// All parts that two entities give.
pub(super) fn gather(query: &PreparedEntity, listed: &PreparedEntity) -> Vec<Evidence> {
    let parts = [
        types(query, listed),
        dates(query, listed),
        countries(query, listed),
        places(query, listed),
        addresses(query, listed),
    ];
    parts.into_iter().flatten().chain(identifiers(query, listed)).collect()
}

/// What it takes off that a name is only a weak alias.
pub(super) fn name_kind(kind: NameKind) -> Option<Evidence> {
    (kind == NameKind::WeakAlias).then(|| Evidence {
        kind: EvidenceKind::NameKind,
        query: String::new(),
        listed: "weak alias".to_owned(),
        adjustment: -0.05,
        reason: Cow::Borrowed("the list calls this alias weak"),
    })
}

fn part(kind: EvidenceKind, query: String, listed: String, adjustment: f32, reason: &'static str) -> Evidence {
    Evidence { kind, query, listed, adjustment, reason: Cow::Borrowed(reason) }
}

fn types(query: &PreparedEntity, listed: &PreparedEntity) -> Option<Evidence> {
    let (a, b) = (query.entity_type, listed.entity_type);
    let adjustment = of_types(a, b);
    if adjustment == 0.0 {
        return None;
    }
    let text = |entity_type: EntityType| format!("{entity_type:?}").to_lowercase();
    Some(part(EvidenceKind::Type, text(a), text(b), adjustment, "they are of different types"))
}

/// What it takes off that two entities are of these types.
pub(crate) fn of_types(one: EntityType, other: EntityType) -> f32 {
    match (one, other) {
        _ if one == other || one == EntityType::Unknown || other == EntityType::Unknown => 0.0,
        (EntityType::Person, _) | (_, EntityType::Person) => -0.4,
        _ => -0.32,
    }
}

/// The pair of dates that agrees best counts: lists give several when they do not know.
fn dates(query: &PreparedEntity, listed: &PreparedEntity) -> Option<Evidence> {
    let pairs = query.dates.iter().flat_map(|one| listed.dates.iter().map(move |other| (one, other)));
    let related = pairs.map(|(one, other)| (relate_dates(*one, *other), one, other));
    let (relation, one, other) = related
        .max_by(|a, b| a.0.adjustment().total_cmp(&b.0.adjustment()).then_with(|| (b.1, b.2).cmp(&(a.1, a.2))))?;
    // A year of founding is told more loosely than a day of birth.
    let person = query.entity_type != EntityType::Organization && listed.entity_type != EntityType::Organization;
    let adjustment = relation.adjustment() * if person { 1.0 } else { 0.6 };
    Some(part(EvidenceKind::Date, date_text(*one), date_text(*other), adjustment, relation.reason()))
}

fn date_text(date: PartialDate) -> String {
    match (date.month, date.day) {
        (0, _) => format!("{:04}", date.year),
        (month, 0) => format!("{:04}-{month:02}", date.year),
        (month, day) => format!("{:04}-{month:02}-{day:02}", date.year),
    }
}

fn countries(query: &PreparedEntity, listed: &PreparedEntity) -> Option<Evidence> {
    let (a, b) = (&query.countries, &listed.countries);
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let shared: Vec<&str> = a.iter().filter(|country| b.contains(country)).map(String::as_str).collect();
    if !shared.is_empty() {
        let text = shared.join(", ");
        return Some(part(EvidenceKind::Country, text.clone(), text, 0.03, "a country is the same"));
    }
    let person = query.entity_type == EntityType::Person || listed.entity_type == EntityType::Person;
    let adjustment = if person { -0.08 } else { -0.14 };
    Some(part(EvidenceKind::Country, a.join(", "), b.join(", "), adjustment, "no country is the same"))
}

fn places(query: &PreparedEntity, listed: &PreparedEntity) -> Option<Evidence> {
    if query.places.is_empty() || listed.places.is_empty() {
        return None;
    }
    let shared = shared_words(&query.places, &listed.places);
    let (adjustment, reason) =
        if shared > 0.0 { (0.04, "the place of birth is the same") } else { (-0.05, "the place of birth differs") };
    Some(part(EvidenceKind::Place, spelled(&query.places), spelled(&listed.places), adjustment, reason))
}

fn addresses(query: &PreparedEntity, listed: &PreparedEntity) -> Option<Evidence> {
    let pairs = query.addresses.iter().flat_map(|one| listed.addresses.iter().map(move |other| (one, other)));
    let scored = pairs.map(|(one, other)| (shared_words(one, other), one, other));
    let (shared, one, other) = scored.max_by(|a, b| {
        a.0.total_cmp(&b.0).then_with(|| (spelled(b.1), spelled(b.2)).cmp(&(spelled(a.1), spelled(a.2))))
    })?;
    let (adjustment, reason) = match shared {
        0.7.. => (0.07, "the address is the same"),
        0.3.. => (0.03, "the address is alike"),
        _ => (-0.02, "no address is alike"),
    };
    Some(part(EvidenceKind::Address, spelled(one), spelled(other), adjustment, reason))
}

/// The words both have, as a share of the shorter's.
fn shared_words(one: &[Text], other: &[Text]) -> f32 {
    let least = one.len().min(other.len());
    let shared = one.iter().filter(|word| other.contains(word)).count().min(least);
    shared as f32 / least.max(1) as f32
}

fn spelled(words: &[Text]) -> String {
    words.iter().map(Text::as_str).collect::<Vec<_>>().join(" ")
}

/// Kinds of which an entity has one only, with what it takes off when they differ.
const SINGULAR: [(&str, f32); 6] =
    [("lei", -0.45), ("imo", -0.5), ("registration", -0.25), ("tax", -0.25), ("swift", -0.15), ("isin", -0.15)];
/// Values shorter than this name nobody alone.
const VALUE_MIN: usize = 4;

/// An identifier that both have decides; one of a kind of which there is one only and that differs speaks against.
fn identifiers(query: &PreparedEntity, listed: &PreparedEntity) -> Option<Evidence> {
    let pairs = query.identifiers.iter().flat_map(|one| listed.identifiers.iter().map(move |other| (one, other)));
    let comparable = pairs.filter(|(one, other)| {
        let countries = one.country.as_ref().zip(other.country.as_ref());
        countries.is_none_or(|(a, b)| a == b)
    });
    let judged = comparable.filter_map(|(one, other)| {
        let same_kind = one.kind == other.kind || one.kind.is_empty() || other.kind.is_empty();
        if one.value == other.value && one.value.len() >= VALUE_MIN && same_kind {
            return Some((1.0, one, other, "the same identifier"));
        }
        let singular = SINGULAR.iter().find(|(kind, _)| *kind == one.kind && one.kind == other.kind)?;
        Some((singular.1, one, other, "an identifier of which there is one only differs"))
    });
    let (adjustment, one, other, reason) = judged.max_by(|a, b| {
        let text = |identifier: &crate::entity::Identifier| (identifier.kind.clone(), identifier.value.clone());
        a.0.total_cmp(&b.0).then_with(|| (text(b.1), text(b.2)).cmp(&(text(a.1), text(a.2))))
    })?;
    let text = |identifier: &crate::entity::Identifier| format!("{} {}", identifier.kind, identifier.value);
    Some(part(EvidenceKind::Identifier, text(one), text(other), adjustment, reason))
}

impl DateRelation {
    /// What it adds to the score of people.
    fn adjustment(self) -> f32 {
        match self {
            Self::SameDay => 0.12,
            Self::SameMonth => 0.07,
            Self::SameYear => 0.05,
            Self::Swapped => 0.06,
            Self::Around => 0.02,
            Self::OneDigit => -0.04,
            Self::NextYear => -0.12,
            Self::OtherDay => -0.16,
            Self::OtherYear => -0.32,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::SameDay => "the day is the same",
            Self::SameMonth => "the month is the same; no day is known",
            Self::SameYear => "the year is the same; no more is known",
            Self::Swapped => "day and month, or two digits, are swapped",
            Self::Around => "about the same year",
            Self::OneDigit => "one digit differs",
            Self::NextYear => "one year apart",
            Self::OtherDay => "the same year, another day",
            Self::OtherYear => "another year",
        }
    }
}
