//! A hash of what two parties were compared by, so that a decision knows whether it still holds.

use crate::{entity::Entity, snapshot::hexadecimal};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What a decision rests on. Remarks, programmes and relations are left out: they say why somebody is listed, not who
/// it is, and lists rewrite them often.
#[derive(Serialize)]
struct Evidence<'e> {
    entity_type: crate::entity::EntityType,
    names: Vec<String>,
    dates: Vec<crate::entity::PartialDate>,
    places: Vec<&'e str>,
    countries: Vec<&'e str>,
    identifiers: Vec<String>,
    addresses: Vec<String>,
}

impl<'e> Evidence<'e> {
    /// In an order of its own, since the order in which a list tells things says nothing.
    fn of(entity: &'e Entity) -> Self {
        let mut evidence = Self {
            entity_type: entity.entity_type,
            names: entity.names.iter().map(json).collect(),
            dates: entity.dates.clone(),
            places: entity.places.iter().map(String::as_str).collect(),
            countries: entity.countries.iter().map(String::as_str).collect(),
            identifiers: entity.identifiers.iter().map(json).collect(),
            addresses: entity.addresses.iter().map(json).collect(),
        };
        evidence.names.sort();
        evidence.dates.sort();
        evidence.places.sort_unstable();
        evidence.countries.sort_unstable();
        evidence.identifiers.sort();
        evidence.addresses.sort();
        evidence
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// SHA-256 over what is compared of both, in lower-case hexadecimal.
pub fn evidence_hash(counterparty: &Entity, entry: &Entity) -> String {
    let both = [Evidence::of(counterparty), Evidence::of(entry)];
    hexadecimal(&Sha256::digest(json(&both)))
}
