//! Switzerland's consolidated list of SECO, XML. Targets point to places that may stand behind them, so entities are
//! kept until the end of the file.

use crate::{
    entity::{Entity, EntityType, Name, NameKind},
    lists::{
        dates::date_from_parts,
        draft::Draft,
        identifier_kinds::identifier_kind,
        reading::{Place, ProblemKind, Reading},
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::{collections::HashMap, io::BufRead};

/// More targets than any list of the kind has.
const TARGETS_MAX: usize = 500_000;

#[derive(Default)]
struct Seen {
    programs: HashMap<String, String>,
    places: HashMap<String, PlaceNames>,
    targets: Vec<(Place, Element)>,
}

#[derive(Default)]
struct PlaceNames {
    location: String,
    area: String,
    country: String,
}

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    let mut seen = Seen::default();
    read_records(reading, input, &["target", "place", "sanctions-program"], &mut |reading, place, found| match found {
        Found::Around(element) => reading.version(element.attribute("date")),
        Found::Record(record) => match record.name.as_str() {
            "place" => seen.note_place(record),
            "sanctions-program" => seen.note_program(record),
            _ if seen.targets.len() < TARGETS_MAX => seen.targets.push((place, record.clone())),
            _ => reading.problem(place, ProblemKind::Limit, "there are more targets than are allowed"),
        },
    });
    for (place, target) in &seen.targets {
        // Targets that were taken off the list are kept in it, with the date of that.
        let is_listed =
            target.path(&["modification"]).last().is_none_or(|last| last.attribute("modification-type") != "de-listed");
        if is_listed {
            let entity = seen.entity(reading.source, target);
            reading.entity(*place, entity);
        }
    }
}

impl Seen {
    fn note_place(&mut self, record: &Element) {
        let country = record.child("country").map_or("", |country| match country.attribute("iso-code") {
            "" => &country.text,
            code => code,
        });
        let names = PlaceNames {
            location: record.get("location").to_owned(),
            area: record.get("area").to_owned(),
            country: country.to_owned(),
        };
        if self.places.len() < TARGETS_MAX {
            self.places.insert(record.attribute("ssid").to_owned(), names);
        }
    }

    fn note_program(&mut self, record: &Element) {
        let english = |name: &str| {
            let mut all = record.all(name);
            let found = record.all(name).find(|key| key.attribute("lang") == "eng").or_else(|| all.next());
            found.map(|key| key.text.clone())
        };
        let program = english("program-key").or_else(|| english("program-name")).unwrap_or_default();
        for set in record.all("sanctions-set") {
            self.programs.insert(set.attribute("ssid").to_owned(), program.clone());
        }
    }

    fn entity(&self, source: &str, target: &Element) -> Result<Entity, String> {
        let subject = target.children.iter().find_map(|child| match child.name.as_str() {
            "individual" => Some((child, EntityType::Person)),
            "entity" => Some((child, EntityType::Organization)),
            "object" if child.attribute("object-type") == "vessel" => Some((child, EntityType::Vessel)),
            "object" if child.attribute("object-type") == "aircraft" => Some((child, EntityType::Aircraft)),
            "object" => Some((child, EntityType::Asset)),
            _ => None,
        });
        let Some((subject, entity_type)) = subject else {
            return Err("the target is nothing that is known".to_owned());
        };
        let mut draft = Draft::new(source, target.attribute("ssid"), entity_type);
        for set in target.attribute("sanctions-set-id").split_whitespace() {
            draft.program(self.programs.get(set).map_or("", String::as_str));
        }
        for set in target.all("sanctions-set-id") {
            draft.program(self.programs.get(&set.text).map_or("", String::as_str));
        }
        for identity in subject.all("identity") {
            self.read_identity(&mut draft, identity, entity_type == EntityType::Person);
        }
        for relation in subject.all("relation") {
            draft.relation(relation.attribute("relation-type"), relation.attribute("target-id"), None);
        }
        for remark in ["justification", "other-information"] {
            subject.all(remark).for_each(|remark| draft.remark(&remark.text));
        }
        draft.finish_named()
    }

    fn read_identity(&self, draft: &mut Draft, identity: &Element, is_person: bool) {
        for name in identity.all("name") {
            read_name(draft, name, is_person);
        }
        for date in identity.all("day-month-year") {
            let circa = matches!(date.attribute("quality"), "low" | "approximate" | "circa");
            draft.date(date_from_parts(date.attribute("year"), date.attribute("month"), date.attribute("day"), circa));
        }
        for nationality in identity.path(&["nationality", "country"]) {
            draft.country(nationality.attribute("iso-code"));
        }
        for birth in identity.all("place-of-birth") {
            if let Some(place) = self.places.get(birth.attribute("place-id")) {
                let parts = [place.location.as_str(), &place.area, &place.country];
                draft.place(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
            }
        }
        for address in identity.all("address") {
            let nowhere = PlaceNames::default();
            let place = self.places.get(address.attribute("place-id")).unwrap_or(&nowhere);
            let street = [address.get("address-details"), address.get("p-o-box")].join(" ");
            draft.address([&street, &place.location, &place.area, address.get("zip-code")], &place.country);
        }
        for document in identity.all("identification-document") {
            let kind = identifier_kind(&document.attribute("document-type").replace('-', " "));
            let issuer = document.child("issuer").map_or("", |issuer| issuer.attribute("code"));
            draft.identifier(kind.unwrap_or("other"), document.get("number"), issuer);
        }
    }
}

/// The parts in their order; spelling variants of parts make names of their own.
fn read_name(draft: &mut Draft, name: &Element, is_person: bool) {
    let kind = match (name.attribute("name-type"), name.attribute("quality")) {
        ("primary-name", _) => NameKind::Primary,
        ("formerly-known-as", _) => NameKind::Previous,
        (_, "low") => NameKind::WeakAlias,
        _ => NameKind::Alias,
    };
    let mut parts: Vec<&Element> = name.all("name-part").collect();
    parts.sort_by_key(|part| part.attribute("order").parse::<u32>().unwrap_or(u32::MAX));
    let of_kind = |family: bool| -> Vec<&str> {
        let is = |part: &&&Element| (part.attribute("name-part-type") == "family-name") == family;
        parts.iter().filter(is).map(|part| part.get("value")).collect()
    };
    let full = parts.iter().map(|part| part.get("value")).collect::<Vec<_>>().join(" ");
    let has_family = is_person && !of_kind(true).is_empty();
    let (given, family) = (of_kind(false).join(" "), of_kind(true).join(" "));
    let (given, family) = if has_family { (Some(given), Some(family)) } else { (None, None) };
    draft.full_name(Name { full, kind, given, family, language: None });
    let mut scripts: Vec<String> = Vec::new();
    for variant in parts.iter().flat_map(|part| part.all("spelling-variant")) {
        let script = format!("{}-{}", variant.attribute("lang"), variant.attribute("script"));
        if !scripts.contains(&script) && scripts.len() < 20 {
            scripts.push(script);
        }
    }
    for script in scripts {
        let spelled = parts.iter().map(|part| {
            let is_script =
                |variant: &&Element| format!("{}-{}", variant.attribute("lang"), variant.attribute("script")) == script;
            part.all("spelling-variant")
                .find(is_script)
                .map_or_else(|| part.get("value"), |variant| variant.text.as_str())
        });
        let full = spelled.collect::<Vec<_>>().join(" ");
        let kind = if full.is_ascii() || script.ends_with("Latn") { NameKind::Alias } else { NameKind::OtherScript };
        draft.full_name(Name { full, kind, language: Some(script), ..Name::default() });
    }
}
