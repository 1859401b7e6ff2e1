//! An entity while it is read: every field is trimmed, bounded and told once before it gets into the model.

use super::{
    countries::code_or_name,
    dates::{Order, parse_dates},
};
use crate::entity::{Address, Entity, EntityType, Identifier, Name, NameKind, PartialDate, Relation};

/// Longest name, value or place; longer ones are cut.
const TEXT_CHARACTERS_MAX: usize = 2_000;
pub(super) const REMARKS_CHARACTERS_MAX: usize = 20_000;
/// How many names, identifiers and so on one entity may have; OFAC lists a market with 600 wallets.
pub(super) const ITEMS_MAX: usize = 5_000;

/// An entity on its way.
pub(crate) struct Draft {
    pub(crate) entity: Entity,
}

impl Draft {
    pub(crate) fn new(source: &str, id: &str, entity_type: EntityType) -> Self {
        let id = clean(id, TEXT_CHARACTERS_MAX);
        Self { entity: Entity { source: source.to_owned(), id, entity_type, ..Entity::default() } }
    }

    /// A name as a whole.
    pub(crate) fn name(&mut self, kind: NameKind, full: &str) {
        self.full_name(Name { full: full.to_owned(), kind, ..Name::default() });
    }

    /// A name of parts. Without a whole one, given and family names make it.
    pub(crate) fn full_name(&mut self, mut name: Name) {
        let part =
            |part: Option<String>| part.map(|part| clean(&part, TEXT_CHARACTERS_MAX)).filter(|part| !part.is_empty());
        (name.given, name.family, name.language) = (part(name.given), part(name.family), part(name.language));
        name.full = clean(&name.full, TEXT_CHARACTERS_MAX);
        if name.full.is_empty() {
            let parts: Vec<&str> = name.given.iter().chain(&name.family).map(String::as_str).collect();
            name.full = parts.join(" ");
        }
        push(&mut self.entity.names, name, |known, new| known.full == new.full, |name| !name.full.is_empty());
    }

    /// Dates in any form that a list writes them.
    pub(crate) fn dates(&mut self, text: &str, order: Order) {
        for date in parse_dates(text, order) {
            self.date(Some(date));
        }
    }

    pub(crate) fn date(&mut self, date: Option<PartialDate>) {
        if let Some(date) = date {
            push(&mut self.entity.dates, date, PartialEq::eq, |_| true);
        }
    }

    pub(crate) fn place(&mut self, place: &str) {
        let place = clean(place, TEXT_CHARACTERS_MAX);
        push(&mut self.entity.places, place, PartialEq::eq, |place| !place.is_empty());
    }

    pub(crate) fn country(&mut self, country: &str) {
        if let Some(country) = code_or_name(&clean(country, TEXT_CHARACTERS_MAX)) {
            push(&mut self.entity.countries, country, PartialEq::eq, |_| true);
        }
    }

    /// An identifier of a kind of the table in `identifier_kinds`.
    pub(crate) fn identifier(&mut self, kind: &str, value: &str, country: &str) {
        let country = code_or_name(&clean(country, TEXT_CHARACTERS_MAX));
        let value = clean(value, TEXT_CHARACTERS_MAX);
        let identifier = Identifier { kind: kind.to_owned(), value, country };
        push(&mut self.entity.identifiers, identifier, PartialEq::eq, |identifier| !identifier.value.is_empty());
    }

    pub(crate) fn address(&mut self, parts: [&str; 4], country: &str) {
        let [street, city, region, postal_code] = parts.map(|part| clean(part, TEXT_CHARACTERS_MAX));
        let country = code_or_name(&clean(country, TEXT_CHARACTERS_MAX));
        let address = Address { street, city, region, postal_code, country };
        push(&mut self.entity.addresses, address, PartialEq::eq, |address| *address != Address::default());
    }

    pub(crate) fn relation(&mut self, kind: &str, to: &str, percent: Option<f64>) {
        let percent = percent.filter(|percent| percent.is_finite() && (0.0..=100.0).contains(percent));
        let kind = kind.to_lowercase().replace([' ', '-'], "_");
        let relation = Relation { kind, to: clean(to, TEXT_CHARACTERS_MAX), percent };
        push(&mut self.entity.relations, relation, PartialEq::eq, |relation| !relation.to.is_empty());
    }

    pub(crate) fn program(&mut self, program: &str) {
        let program = clean(program, TEXT_CHARACTERS_MAX);
        push(&mut self.entity.programs, program, PartialEq::eq, |program| !program.is_empty());
    }

    pub(crate) fn remark(&mut self, remark: &str) {
        let remark = clean(remark, REMARKS_CHARACTERS_MAX);
        if remark.is_empty() || self.entity.remarks.len() + remark.len() > REMARKS_CHARACTERS_MAX {
            return;
        }
        if !self.entity.remarks.is_empty() {
            self.entity.remarks.push_str("; ");
        }
        self.entity.remarks.push_str(&remark);
    }

    /// The entity, when it can be told from others.
    pub(crate) fn finish(self) -> Result<Entity, String> {
        if self.entity.id.is_empty() {
            return Err("the record has no id".to_owned());
        }
        Ok(self.entity)
    }

    /// The entity, when it has a name too.
    pub(crate) fn finish_named(self) -> Result<Entity, String> {
        match self.entity.names.is_empty() {
            true => Err(format!("the record `{}` has no name", self.entity.id)),
            false => self.finish(),
        }
    }
}

/// Adds an item that is fit and not there yet.
fn push<T>(items: &mut Vec<T>, item: T, same: impl Fn(&T, &T) -> bool, fit: impl Fn(&T) -> bool) {
    if items.len() < ITEMS_MAX && fit(&item) && !items.iter().any(|known| same(known, &item)) {
        items.push(item);
    }
}

/// White space made single, control characters and OFAC's mark for nothing left out, cut to a length.
pub(crate) fn clean(text: &str, characters_max: usize) -> String {
    let mut cleaned = String::with_capacity(text.len().min(characters_max * 4));
    for word in text.split(|character: char| character.is_whitespace() || character.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !cleaned.is_empty() {
            cleaned.push(' ');
        }
        cleaned.push_str(word);
        if cleaned.len() > characters_max * 4 {
            break;
        }
    }
    if let Some((end, _)) = cleaned.char_indices().nth(characters_max) {
        cleaned.truncate(end);
    }
    if cleaned == "-0-" { String::new() } else { cleaned }
}

/// The parts of a name that a person's family name leads, as in `DOE, John`.
pub(crate) fn family_first(kind: NameKind, full: &str) -> Name {
    let (family, given) = match full.split_once(',') {
        Some((family, given)) => (Some(family.to_owned()), Some(given.to_owned())),
        None => (None, None),
    };
    Name { full: full.to_owned(), kind, given, family, language: None }
}

/// Words that tell what an entity is.
pub(crate) fn entity_type(text: &str) -> EntityType {
    let text = text.trim().to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["vessel", "ship"]) {
        EntityType::Vessel
    } else if has(&["aircraft", "airplane"]) {
        EntityType::Aircraft
    } else if has(&["individual", "person", "natural"]) {
        EntityType::Person
    } else if has(&["cryptowallet", "security", "asset"]) {
        EntityType::Asset
    } else if has(&["entity", "enterprise", "organi", "company", "legal", "publicbody", "firm", "bank"]) {
        EntityType::Organization
    } else {
        EntityType::Unknown
    }
}
