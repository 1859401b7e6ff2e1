//! What changed between two versions of a list: who was added, who was removed, and who changed in which fields.

use super::{Edition, Snapshot};
use crate::entity::{Address, Entity, Name, PartialDate};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The version before; none when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Edition>,
    /// The version now.
    pub to: Edition,
    /// New entries.
    pub added: Vec<Entity>,
    /// Entries that are gone, as they were.
    pub removed: Vec<Entity>,
    /// Entries that say something else now.
    pub changed: Vec<Change>,
}

/// An entry that says something else than before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// As it was.
    pub before: Entity,
    /// As it is.
    pub after: Entity,
    /// Which fields, and what of them.
    pub fields: Vec<FieldChange>,
}

/// What changed in a field. Only the order of values changed when both lists are empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field in the model: `names`, `dates`, …
    pub field: String,
    /// Values that are new.
    pub added: Vec<String>,
    /// Values that are gone.
    pub removed: Vec<String>,
}

impl Difference {
    /// What changed from one snapshot, or from nothing, to another.
    pub fn between(old: Option<&Snapshot>, new: &Snapshot) -> Self {
        let mut difference = Self {
            from: old.map(|old| old.edition.clone()),
            to: new.edition.clone(),
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
        };
        let mut before = old.map_or(&[][..], |old| &old.entities).iter().peekable();
        let mut after = new.entities.iter().peekable();
        loop {
            let order = match (before.peek(), after.peek()) {
                (Some(old), Some(new)) => old.id.cmp(&new.id),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return difference,
            };
            let old = if order.is_le() { before.next() } else { None };
            let new = if order.is_ge() { after.next() } else { None };
            match (old, new) {
                (Some(old), Some(new)) if old != new => difference.changed.push(Change::between(old, new)),
                (Some(old), None) => difference.removed.push(old.clone()),
                (None, Some(new)) => difference.added.push(new.clone()),
                _ => {}
            }
        }
    }

    /// Entries that have to be screened anew, as they are now.
    pub fn entries(&self) -> impl Iterator<Item = &Entity> {
        self.added.iter().chain(self.changed.iter().map(|change| &change.after))
    }

    /// Ids of entries whose earlier results no longer hold.
    pub fn outdated(&self) -> impl Iterator<Item = &str> {
        self.removed.iter().chain(self.changed.iter().map(|change| &change.before)).map(|entity| entity.id.as_str())
    }

    /// How many entries were added, removed or changed.
    pub fn len(&self) -> usize {
        self.added.len() + self.removed.len() + self.changed.len()
    }

    /// True when nothing changed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Change {
    fn between(old: &Entity, new: &Entity) -> Self {
        let mut fields = Vec::new();
        let mut compare = |field: &str, before: Vec<String>, after: Vec<String>| {
            if before != after {
                let added = after.iter().filter(|value| !before.contains(value)).cloned().collect();
                let removed = before.iter().filter(|value| !after.contains(value)).cloned().collect();
                fields.push(FieldChange { field: field.to_owned(), added, removed });
            }
        };
        for (field, values) in FIELDS {
            compare(field, values(old), values(new));
        }
        Self { before: old.clone(), after: new.clone(), fields }
    }
}

/// The values of a field as text, so that what is compared is what is shown.
type Values = fn(&Entity) -> Vec<String>;

const FIELDS: &[(&str, Values)] = &[
    ("type", |entity| vec![json(&entity.entity_type)]),
    ("names", |entity| entity.names.iter().map(name).collect()),
    ("dates", |entity| entity.dates.iter().map(date).collect()),
    ("places", |entity| entity.places.clone()),
    ("countries", |entity| entity.countries.clone()),
    ("identifiers", |entity| {
        let text = |id: &crate::entity::Identifier| {
            let country = id.country.as_ref().map(|country| format!(" ({country})")).unwrap_or_default();
            format!("{} {}{country}", id.kind, id.value)
        };
        entity.identifiers.iter().map(text).collect()
    }),
    ("addresses", |entity| entity.addresses.iter().map(address).collect()),
    ("relations", |entity| {
        let text = |relation: &crate::entity::Relation| {
            let share = relation.percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
            format!("{} {}{share}", relation.kind, relation.to)
        };
        entity.relations.iter().map(text).collect()
    }),
    ("programs", |entity| entity.programs.clone()),
    ("remarks", |entity| Some(entity.remarks.clone()).filter(|remarks| !remarks.is_empty()).into_iter().collect()),
];

/// An enumeration as its name in JSON.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned()
}

fn name(name: &Name) -> String {
    let mut text = format!("{} ({})", name.full, json(&name.kind));
    for (part, value) in [("given", &name.given), ("family", &name.family), ("language", &name.language)] {
        if let Some(value) = value {
            text.push_str(&format!(" {part}={value}"));
        }
    }
    text
}

fn date(date: &PartialDate) -> String {
    let mut text = format!("{:04}", date.year);
    if date.month > 0 {
        text.push_str(&format!("-{:02}", date.month));
    }
    if date.day > 0 {
        text.push_str(&format!("-{:02}", date.day));
    }
    if date.circa { format!("about {text}") } else { text }
}

fn address(address: &Address) -> String {
    let country = address.country.clone().unwrap_or_default();
    let parts = [&address.street, &address.city, &address.region, &address.postal_code, &country];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}
