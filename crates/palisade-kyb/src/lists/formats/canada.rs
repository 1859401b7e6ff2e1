//! Canada's consolidated list of autonomous sanctions (SEMA and JVCFOA), XML.

use crate::{
    entity::{Entity, EntityType, Name, NameKind},
    lists::{
        dates::Order,
        draft::Draft,
        reading::Reading,
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::io::BufRead;

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["record"], &mut |reading, place, found| {
        if let Found::Record(record) = found {
            let entity = entry(reading.source, record);
            reading.entity(place, entity);
        }
    });
}

/// The first of these elements that holds something: the list has renamed several.
fn first<'e>(record: &'e Element, names: &[&'e str]) -> &'e str {
    names.iter().map(|name| record.get(name)).find(|text| !text.is_empty()).unwrap_or_default()
}

fn entry(source: &str, record: &Element) -> Result<Entity, String> {
    let regime = first(record, &["Country", "CountryLocalized"]);
    let organization = first(record, &["EntityOrShip", "Entity"]);
    let imo = first(record, &["ShipIMONumber", "IMONumber"]);
    let entity_type = match (organization.is_empty(), imo.is_empty()) {
        (true, _) => EntityType::Person,
        (_, false) => EntityType::Vessel,
        _ => EntityType::Organization,
    };
    let id = [regime, record.get("Schedule"), record.get("Item")].join("/");
    let mut draft = Draft::new(source, &id, entity_type);
    let (given, family) = (record.get("GivenName"), record.get("LastName"));
    let (given, family) = (Some(given.to_owned()), Some(family.to_owned()));
    match entity_type {
        EntityType::Person => draft.full_name(Name { given, family, ..Name::default() }),
        _ => draft.name(NameKind::Primary, organization),
    }
    for alias in record.get("Aliases").split([';', '\n']) {
        draft.name(NameKind::Alias, alias);
    }
    let date = first(record, &["DateOfBirthOrShipBuildDate", "DateOfBirth"]);
    draft.dates(date, Order::DayFirst);
    draft.identifier("imo", imo, "");
    // Both official languages stand there: `Belarus / Bélarus`.
    draft.program(&format!("SEMA {}", regime.split(" / ").next().unwrap_or(regime)));
    draft.remark(first(record, &["TitleOrShip", "Title"]));
    draft.finish_named()
}
