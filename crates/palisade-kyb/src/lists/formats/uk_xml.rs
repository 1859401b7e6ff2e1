//! The United Kingdom's Sanctions List as XML.

use super::uk_csv::is_weak;
use crate::{
    entity::{EntityType, Name, NameKind},
    lists::{
        dates::Order,
        draft::{Draft, entity_type},
        reading::Reading,
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::io::BufRead;

/// Where identifiers stand, and their kind.
const IDENTIFIERS: &[(&[&str], &str)] = &[
    (&["IndividualDetails", "Individual", "PassportDetails", "Passport", "PassportNumber"], "passport"),
    (
        &[
            "IndividualDetails",
            "Individual",
            "NationalIdentifierDetails",
            "NationalIdentifier",
            "NationalIdentifierNumber",
        ],
        "national_id",
    ),
    (&["EntityDetails", "Entity", "BusinessRegistrationNumbers", "BusinessRegistrationNumber"], "registration"),
    (&["ShipDetails", "Ship", "IMONumbers", "IMONumber"], "imo"),
    (&["EmailAddresses", "EmailAddress"], "email"),
    (&["PhoneNumbers", "PhoneNumber"], "phone"),
    (&["Websites", "Website"], "website"),
];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["Designation", "DateGenerated"], &mut |reading, place, found| match found {
        Found::Around(_) => {}
        Found::Record(date) if date.name == "DateGenerated" => reading.version(&date.text),
        Found::Record(record) => {
            let entity = entry(reading.source, record).finish_named();
            reading.entity(place, entity);
        }
    });
}

fn entry(source: &str, record: &Element) -> Draft {
    let kind = entity_type(record.get("IndividualEntityShip"));
    let mut draft = Draft::new(source, record.get("UniqueID"), kind);
    for found in record.path(&["Names", "Name"]) {
        draft.full_name(name(found, kind == EntityType::Person));
    }
    for found in record.path(&["NonLatinNames", "NonLatinName"]) {
        draft.full_name(Name {
            full: found.get("NameNonLatinScript").to_owned(),
            kind: NameKind::OtherScript,
            language: Some(found.get("NonLatinScriptLanguage").to_owned()),
            ..Name::default()
        });
    }
    draft.identifier("un_reference", record.get("UNReferenceNumber"), "");
    for (path, kind) in IDENTIFIERS {
        for found in record.path(path) {
            draft.identifier(kind, &found.text, "");
        }
    }
    for found in record.path(&["IndividualDetails", "Individual", "DOBs", "DOB"]) {
        draft.dates(&found.text.replace("dd/mm/", "00/00/").replace("dd/", "00/"), Order::DayFirst);
    }
    for found in record.path(&["IndividualDetails", "Individual", "Nationalities", "Nationality"]) {
        draft.country(&found.text);
    }
    for found in record.path(&["ShipDetails", "Ship", "CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"]) {
        draft.country(&found.text);
    }
    for found in record.path(&["IndividualDetails", "Individual", "BirthDetails", "Location"]) {
        let parts = [found.get("TownOfBirth"), found.get("CountryOfBirth")];
        draft.place(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
    }
    for found in record.path(&["Addresses", "Address"]) {
        let lines = found.children.iter().filter(|line| line.name.starts_with("AddressLine") && !line.text.is_empty());
        let street: Vec<&str> = lines.map(|line| line.text.as_str()).collect();
        draft.address([&street.join(", "), "", "", found.get("AddressPostalCode")], found.get("AddressCountry"));
    }
    draft.program(record.get("RegimeName"));
    draft.remark(record.get("OtherInformation"));
    draft.remark(record.get("UKStatementofReasons"));
    draft
}

/// `Name6` is the family name, or the whole name of what is no person.
fn name(found: &Element, is_person: bool) -> Name {
    let given: Vec<&str> = ["Name1", "Name2", "Name3", "Name4", "Name5"]
        .iter()
        .map(|part| found.get(part))
        .filter(|part| !part.is_empty())
        .collect();
    let (given, family) = (given.join(" "), found.get("Name6"));
    let kind = match found.get("NameType").to_ascii_lowercase().as_str() {
        "primary name" | "" => NameKind::Primary,
        "fka" | "previous name" | "formerly known as" => NameKind::Previous,
        _ if is_weak(found.get("AliasStrength")) => NameKind::WeakAlias,
        _ => NameKind::Alias,
    };
    let full = [given.as_str(), family].join(" ");
    let (given, family) = if is_person { (Some(given), Some(family.to_owned())) } else { (None, None) };
    Name { full, kind, given, family, language: None }
}
