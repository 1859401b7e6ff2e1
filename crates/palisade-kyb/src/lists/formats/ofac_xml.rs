//! OFAC's `SDN.XML` and `CONSOLIDATED.XML`, and the United States' form of them at the Treasury's sanctions list service.

use crate::{
    entity::{Name, NameKind},
    lists::{
        dates::Order,
        draft::{Draft, entity_type},
        identifier_kinds::identifier_kind,
        reading::Reading,
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::io::BufRead;

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["sdnEntry", "publshInformation"], &mut |reading, place, found| match found {
        Found::Record(record) if record.name == "sdnEntry" => {
            let entity = entry(reading.source, record).finish_named();
            reading.entity(place, entity);
        }
        Found::Record(information) => note_version(reading, information),
        Found::Around(_) => {}
    });
}

fn note_version(reading: &mut Reading<'_>, information: &Element) {
    reading.version(information.get("Publish_Date"));
    if let Ok(count) = information.get("Record_Count").parse() {
        reading.announce(count);
    }
}

fn entry(source: &str, record: &Element) -> Draft {
    let mut draft = Draft::new(source, record.get("uid"), entity_type(record.get("sdnType")));
    draft.full_name(name(record, NameKind::Primary));
    for alias in record.path(&["akaList", "aka"]) {
        let kind = match (alias.get("category"), alias.get("type")) {
            ("weak", _) => NameKind::WeakAlias,
            (_, "f.k.a.") => NameKind::Previous,
            _ => NameKind::Alias,
        };
        draft.full_name(name(alias, kind));
    }
    for program in record.path(&["programList", "program"]) {
        draft.program(&program.text);
    }
    read_life(&mut draft, record);
    for id in record.path(&["idList", "id"]) {
        if let Some(kind) = identifier_kind(id.get("idType")) {
            let number = id.get("idNumber").trim_start_matches("IMO ");
            draft.identifier(kind, number, id.get("idCountry"));
        }
    }
    for address in record.path(&["addressList", "address"]) {
        let street = ["address1", "address2", "address3"].map(|line| address.get(line)).join(" ");
        let region = address.get("stateOrProvince");
        draft.address([&street, address.get("city"), region, address.get("postalCode")], address.get("country"));
    }
    if let Some(vessel) = record.child("vesselInfo") {
        draft.identifier("call_sign", vessel.get("callSign"), "");
        draft.country(vessel.get("vesselFlag"));
    }
    draft.remark(record.get("title"));
    draft.remark(record.get("remarks"));
    draft
}

/// Birth and citizenship.
fn read_life(draft: &mut Draft, record: &Element) {
    for date in record.path(&["dateOfBirthList", "dateOfBirthItem"]) {
        draft.dates(date.get("dateOfBirth"), Order::MonthFirst);
    }
    for place in record.path(&["placeOfBirthList", "placeOfBirthItem"]) {
        draft.place(place.get("placeOfBirth"));
    }
    for path in [["nationalityList", "nationality"], ["citizenshipList", "citizenship"]] {
        for country in record.path(&path) {
            draft.country(country.get("country"));
        }
    }
}

/// The display form of OFAC is `FAMILY, Given`.
fn name(element: &Element, kind: NameKind) -> Name {
    let (given, family) = (element.get("firstName"), element.get("lastName"));
    match given.is_empty() {
        true => Name { full: family.to_owned(), kind, ..Name::default() },
        false => Name {
            full: format!("{family}, {given}"),
            kind,
            given: Some(given.to_owned()),
            family: Some(family.to_owned()),
            language: None,
        },
    }
}
