//! A whole list in memory: fragments of the same entity put together, in the order in which each first came.

use super::{
    Format, Limits, ListFile, Problem, Summary,
    draft::{ITEMS_MAX, REMARKS_CHARACTERS_MAX},
    read,
};
use crate::entity::{Entity, EntityType, NameKind, Relation};
use std::collections::HashMap;

/// The kind of a relation of which the list says nothing more.
const LINKED_TO: &str = "linked_to";

/// A list as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The entities; some may have relations only, where their names are in another list.
    pub entities: Vec<Entity>,
    /// What could not be read, up to the limit.
    pub problems: Vec<Problem>,
    /// Counts, and whether the list is whole.
    pub summary: Summary,
}

/// Reads the files of one list into memory.
pub fn collect(source: &str, format: Option<&'static Format>, files: Vec<ListFile<'_>>, limits: Limits) -> Listing {
    let mut listing = Listing::default();
    let mut index: HashMap<String, usize> = HashMap::new();
    let (entities, problems) = (&mut listing.entities, &mut listing.problems);
    let summary = read(source, format, files, limits, &mut |read| match read {
        Err(problem) => problems.push(problem),
        Ok(fragment) => match index.get(&fragment.id) {
            Some(known) => merge(&mut entities[*known], fragment),
            None => {
                index.insert(fragment.id.clone(), entities.len());
                entities.push(fragment);
            }
        },
    });
    listing.summary = summary;
    listing.entities.iter_mut().for_each(lead_with_primary);
    resolve_links(&mut listing.entities, &index);
    listing
}

/// OFAC's remarks tell others by their name: the id is put in its place where one entity alone leads with that name.
fn resolve_links(entities: &mut [Entity], index: &HashMap<String, usize>) {
    let is_link = |relation: &&mut Relation| relation.kind == LINKED_TO && !index.contains_key(&relation.to);
    if !entities.iter().flat_map(|entity| &entity.relations).any(|relation| relation.kind == LINKED_TO) {
        return;
    }
    let mut by_name: HashMap<String, Option<String>> = HashMap::new();
    for entity in entities.iter() {
        if let Some(name) = entity.names.first() {
            by_name.entry(name.full.clone()).and_modify(|id| *id = None).or_insert_with(|| Some(entity.id.clone()));
        }
    }
    for relation in entities.iter_mut().flat_map(|entity| &mut entity.relations).filter(is_link) {
        if let Some(Some(id)) = by_name.get(&relation.to) {
            relation.to.clone_from(id);
        }
    }
}

/// Adds what a fragment says to what is known.
pub(super) fn merge(known: &mut Entity, fragment: Entity) {
    if known.entity_type == EntityType::Unknown {
        known.entity_type = fragment.entity_type;
    }
    for name in fragment.names {
        if known.names.len() < ITEMS_MAX && !known.names.iter().any(|other| other.full == name.full) {
            known.names.push(name);
        }
    }
    add(&mut known.dates, fragment.dates);
    add(&mut known.places, fragment.places);
    add(&mut known.countries, fragment.countries);
    add(&mut known.identifiers, fragment.identifiers);
    add(&mut known.addresses, fragment.addresses);
    add(&mut known.relations, fragment.relations);
    add(&mut known.programs, fragment.programs);
    let has_room = known.remarks.len() + fragment.remarks.len() <= REMARKS_CHARACTERS_MAX;
    if has_room && !fragment.remarks.is_empty() && !known.remarks.contains(&fragment.remarks) {
        let divider = if known.remarks.is_empty() { "" } else { "; " };
        known.remarks.push_str(divider);
        known.remarks.push_str(&fragment.remarks);
    }
}

fn add<T: PartialEq>(known: &mut Vec<T>, more: Vec<T>) {
    for item in more {
        if known.len() < ITEMS_MAX && !known.contains(&item) {
            known.push(item);
        }
    }
}

/// The leading name first, whatever row it came in; with none, the first that is written in the list's own script.
fn lead_with_primary(entity: &mut Entity) {
    let primary = entity.names.iter().position(|name| name.kind == NameKind::Primary);
    let fallback = || entity.names.iter().position(|name| name.kind != NameKind::OtherScript);
    if let Some(position) = primary.or_else(fallback).filter(|position| *position > 0) {
        let name = entity.names.remove(position);
        entity.names.insert(0, name);
    }
}
