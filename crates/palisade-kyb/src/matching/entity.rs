//! Two entities compared: the names that fit best, and all else that speaks for or against.

use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, EvidenceKind, gather, name_kind};
use super::matcher::Matcher;
use super::name::NameComparison;
use super::probability::probability;
use crate::entity::{Address, Entity, EntityType, Identifier, NameKind, PartialDate};
use crate::names::{NameType, ParsedName, Text};

/// Names of an entity that are compared. Entities with more are compared by these.
pub const NAMES_MAX: usize = 256;

/// An entity made ready for comparison.
#[derive(Clone, Debug, Default)]
pub struct PreparedEntity {
    pub(super) entity_type: EntityType,
    pub(super) names: Vec<PreparedName>,
    pub(super) dates: Vec<PartialDate>,
    pub(super) countries: Vec<String>,
    pub(super) identifiers: Vec<Identifier>,
    pub(super) places: Vec<Text>,
    pub(super) addresses: Vec<Vec<Text>>,
}

#[derive(Clone, Debug)]
pub(super) struct PreparedName {
    full: String,
    kind: NameKind,
    parsed: ParsedName,
}

/// The names of two entities that fit best.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NameMatch {
    /// The name of the first, as written.
    pub query: String,
    /// The name of the second, as written.
    pub listed: String,
    /// How the second name belongs to its entity.
    pub kind: NameKind,
    /// The comparison, part by part.
    pub comparison: NameComparison,
}

/// Two entities compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityComparison {
    /// 0 to 1: the score of the names, with what the evidence adds or takes off.
    pub score: f32,
    /// How likely it is that they are one, 0 to 1.
    pub probability: f32,
    /// Whether the score reaches the threshold of the mode.
    pub matches: bool,
    /// The names that fit best; none when one has no name.
    pub name: Option<NameMatch>,
    /// All else.
    pub evidence: Vec<Evidence>,
}

impl EntityComparison {
    /// True when an identifier decided.
    pub fn is_identified(&self) -> bool {
        is_identified(&self.evidence)
    }
}

impl PreparedEntity {
    /// What it is.
    pub(crate) fn entity_type(&self) -> EntityType {
        self.entity_type
    }

    /// The names, as they are compared.
    pub(crate) fn parsed_names(&self) -> impl Iterator<Item = &ParsedName> {
        self.names.iter().map(|name| &name.parsed)
    }

    /// The values of identifiers, as they are compared.
    pub(crate) fn identifier_values(&self) -> impl Iterator<Item = &str> {
        self.identifiers.iter().map(|identifier| identifier.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether there is anything beside names that could raise a score.
    pub(crate) fn says_more_than_names(&self) -> bool {
        !(self.dates.is_empty() && self.countries.is_empty() && self.places.is_empty() && self.addresses.is_empty())
    }
}

/// What evidence may add to the score of names that are the same.
pub(crate) const RAISED_BY_EVIDENCE_MAX: f32 = 0.15;

fn is_identified(evidence: &[Evidence]) -> bool {
    evidence.iter().any(|part| part.kind == EvidenceKind::Identifier && part.adjustment > 0.0)
}

impl Matcher {
    /// Reads an entity for comparison.
    pub fn prepare(&self, entity: &Entity) -> PreparedEntity {
        let name_type = NameType::from(entity.entity_type);
        let names = entity.names.iter().take(NAMES_MAX).map(|name| PreparedName {
            full: name.full.clone(),
            kind: name.kind,
            parsed: self.parse(&name.full, name_type),
        });
        let mut countries: Vec<String> = entity.countries.iter().map(|country| country.to_lowercase()).collect();
        countries.sort_unstable();
        countries.dedup();
        PreparedEntity {
            entity_type: entity.entity_type,
            names: names.collect(),
            dates: entity.dates.iter().filter(|date| date.year > 0).copied().collect(),
            countries,
            identifiers: entity.identifiers.iter().map(plain_identifier).collect(),
            places: words(entity.places.iter().map(String::as_str)),
            addresses: entity.addresses.iter().map(address_words).filter(|words| words.len() > 1).collect(),
        }
    }

    /// Compares two entities. The order of names and of evidence in them does not matter.
    pub fn compare(&self, query: &PreparedEntity, listed: &PreparedEntity) -> EntityComparison {
        let name = self.best_name(query, listed);
        let name_score = name.as_ref().map_or(0.0, |name| name.comparison.score);
        let mut evidence = gather(query, listed);
        evidence.extend(name.as_ref().and_then(|name| name_kind(name.kind)));
        let score = combine(name_score, &evidence);
        EntityComparison {
            score,
            probability: probability(score, self.mode().threshold()),
            matches: score >= self.mode().threshold(),
            name,
            evidence,
        }
    }

    /// The names that fit best; of equals the ones that come first by kind and by letter, wherever they stand.
    fn best_name(&self, query: &PreparedEntity, listed: &PreparedEntity) -> Option<NameMatch> {
        let mut best: Option<(&PreparedName, &PreparedName, NameComparison)> = None;
        for one in &query.names {
            for other in &listed.names {
                let found = self.compare_names(&one.parsed, &other.parsed);
                let better = best.as_ref().is_none_or(|(a, b, known)| {
                    let order = found.score.total_cmp(&known.score);
                    order.then_with(|| (b.kind, &a.full, &b.full).cmp(&(other.kind, &one.full, &other.full))).is_gt()
                });
                if better {
                    best = Some((one, other, found));
                }
            }
        }
        best.map(|(one, other, comparison)| NameMatch {
            query: one.full.clone(),
            listed: other.full.clone(),
            kind: other.kind,
            comparison,
        })
    }
}

/// What speaks for adds little, and less the less the names say, so that nobody is found by a date alone. An
/// identifier decides.
fn combine(name: f32, evidence: &[Evidence]) -> f32 {
    if is_identified(evidence) {
        return 0.95 + 0.05 * name;
    }
    let sum = |sign: f32| evidence.iter().map(|part| part.adjustment).filter(|value| value * sign > 0.0).sum::<f32>();
    (name + sum(1.0).min(RAISED_BY_EVIDENCE_MAX) * name * name + sum(-1.0)).clamp(0.0, 1.0)
}

/// The value of an identifier without what is written between its letters and digits, and without its kind in front
/// ("IMO 9187629").
pub(crate) fn plain_value(identifier: &Identifier) -> String {
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    };
    let (kind, value) = (plain(&identifier.kind), plain(&identifier.value));
    value.strip_prefix(&kind).map(str::to_owned).filter(|rest| !rest.is_empty()).unwrap_or(value)
}

fn plain_identifier(identifier: &Identifier) -> Identifier {
    Identifier {
        kind: identifier.kind.to_lowercase(),
        value: plain_value(identifier),
        country: identifier.country.as_ref().map(|country| country.to_lowercase()),
    }
}

fn address_words(address: &Address) -> Vec<Text> {
    words([&address.street, &address.city, &address.postal_code].into_iter().map(String::as_str))
}

/// Words of several texts, each once.
fn words<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Text> {
    let mut all: Vec<Text> = texts.flat_map(crate::names::plain_words).collect();
    all.sort_unstable_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    all.dedup();
    all
}
