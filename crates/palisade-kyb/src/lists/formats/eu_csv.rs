//! The European Union's consolidated list of financial sanctions, CSV form 1.1: a row for each name, address, date of
//! birth, document and citizenship of an entity.

use crate::{
    entity::{EntityType, Name, NameKind},
    lists::{
        dates::{Order, date_from_parts, years_between},
        draft::Draft,
        identifier_kinds::identifier_kind,
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use std::io::BufRead;

pub(super) const SIGNS: &[&str] = &["entitylogicalid", "namealiaswholename"];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    let mut last = String::new();
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        reading.version(record.get(&["filegenerationdate"]));
        let id = record.get(&["entitylogicalid"]);
        let kind = if last == id { NameKind::Alias } else { NameKind::Primary };
        let entity = fragment(reading.source, id, kind, record);
        // The first *name* of an entity leads, whatever rows come before it.
        if entity.as_ref().is_ok_and(|entity| !entity.names.is_empty()) {
            id.clone_into(&mut last);
        }
        reading.entity(Place::Line(record.line()), entity);
    });
}

fn fragment(source: &str, id: &str, kind: NameKind, record: &Record<'_>) -> Result<crate::entity::Entity, String> {
    let entity_type = match record.get(&["entitysubjecttypeclassificationcode", "entitysubjecttype"]) {
        "P" | "person" => EntityType::Person,
        "E" | "enterprise" => EntityType::Organization,
        _ => EntityType::Unknown,
    };
    let mut draft = Draft::new(source, id, entity_type);
    let given = [record.get(&["namealiasfirstname"]), record.get(&["namealiasmiddlename"])].join(" ");
    draft.full_name(Name {
        full: record.get(&["namealiaswholename"]).to_owned(),
        kind: if record.get(&["namealiasstrong"]) == "false" { NameKind::WeakAlias } else { kind },
        given: Some(given),
        family: Some(record.get(&["namealiaslastname"]).to_owned()),
        language: Some(record.get(&["namealiasnamelanguage"]).to_ascii_lowercase()),
    });
    draft.identifier("eu_reference", record.get(&["entityeureferencenumber"]), "");
    draft.identifier("un_reference", record.get(&["entityunitednationid"]), "");
    draft.program(record.get(&["entityregulationprogramme"]));
    draft.country(known(record.get(&["citizenshipcountryiso2code"])));
    read_birth(&mut draft, record);
    let words = record.get(&[
        "identificationtypedescription",
        "identificationtypecode",
        "identificationidentificationtypecode",
    ]);
    if let Some(kind) = identifier_kind(words) {
        draft.identifier(
            kind,
            record.get(&["identificationnumber"]),
            known(record.get(&["identificationcountryiso2code"])),
        );
    }
    let street = ["addressstreet", "addresspobox", "addressplace"].map(|column| record.get(&[column])).join(" ");
    let [city, region, code] = ["addresscity", "addressregion", "addresszipcode"].map(|column| record.get(&[column]));
    draft.address([&street, city, region, code], known(record.get(&["addresscountryiso2code"])));
    draft.remark(record.get(&["entitydesignationdetails"]));
    draft.remark(record.get(&["entityremark"]));
    draft.finish()
}

/// `00` is the list's code for unknown.
fn known(code: &str) -> &str {
    if code == "00" { "" } else { code }
}

fn read_birth(draft: &mut Draft, record: &Record<'_>) {
    let circa = record.get(&["birthdatecirca"]) == "true";
    let range = (record.get(&["birthdateyearrangefrom"]).parse(), record.get(&["birthdateyearrangeto"]).parse());
    if let (Ok(from @ 1..=9999), Ok(to @ 1..=9999)) = range {
        years_between(from, to).into_iter().for_each(|year| draft.date(Some(year)));
    } else if record.get(&["birthdateyear"]).is_empty() {
        draft.dates(record.get(&["birthdatebirthdate"]), Order::DayFirst);
    } else {
        let (month, day) = (record.get(&["birthdatemonth"]), record.get(&["birthdateday"]));
        draft.date(date_from_parts(record.get(&["birthdateyear"]), month, day, circa));
    }
    let city = record.get(&["birthdatecity", "birthdateplace"]);
    let country = known(record.get(&["birthdatecountryiso2code"]));
    let parts: Vec<&str> = [city, country].into_iter().filter(|part| !part.is_empty()).collect();
    draft.place(&parts.join(", "));
}
