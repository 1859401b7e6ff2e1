//! The United Kingdom's lists as CSV: OFSI's consolidated list (`ConList.csv`, format of 2022) and the Foreign Office's
//! UK Sanctions List. Both have a row for each name and address, under columns whose names differ a little.

use crate::{
    entity::{Entity, EntityType, Name, NameKind},
    lists::{
        dates::Order,
        draft::{Draft, entity_type},
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use std::io::BufRead;

pub(super) const CONSOLIDATED_SIGNS: &[&str] = &["name6", "groupid", "grouptype"];
pub(super) const SANCTIONS_SIGNS: &[&str] = &["name6", "uniqueid", "regimename"];

const ID: &[&str] = &["groupid", "uniqueid"];
const TYPE: &[&str] = &["grouptype", "designationtype", "individualentityship", "typeofentity"];

pub(super) fn read_consolidated(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read(reading, input, head, CONSOLIDATED_SIGNS);
}

pub(super) fn read_sanctions(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read(reading, input, head, SANCTIONS_SIGNS);
}

fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8], signs: &[&str]) {
    read_table(reading, input, head, signs, &mut |reading, record| {
        let entity = fragment(reading.source, record);
        reading.entity(Place::Line(record.line()), entity);
    });
}

fn fragment(source: &str, record: &Record<'_>) -> Result<Entity, String> {
    let kind = entity_type(record.get(TYPE));
    let mut draft = Draft::new(source, record.get(ID), kind);
    draft.full_name(name(record, kind == EntityType::Person));
    draft.full_name(Name {
        full: record.get(&["namenonlatinscript"]).to_owned(),
        kind: NameKind::OtherScript,
        language: Some(
            record.get(&["nonlatinscriptlanguage", "namenonlatinscriptlanguage", "nonlatinscripttype"]).to_owned(),
        ),
        ..Name::default()
    });
    for date in record.list(&["dob"], ';') {
        draft.dates(date, Order::DayFirst);
    }
    let birth = [record.get(&["townofbirth"]), record.get(&["countryofbirth"])];
    draft.place(&birth.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
    for country in record.list(&["nationality", "nationalityies"], ';') {
        draft.country(country);
    }
    draft.country(record.get(&["currentbelievedflagofship"]));
    for (columns, kind) in IDENTIFIERS {
        for value in record.list(columns, ';') {
            draft.identifier(kind, value, "");
        }
    }
    let lines: Vec<&str> = (1..=6).map(|line| ADDRESS_LINES[line - 1]).map(|line| record.get(line)).collect();
    let street: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let code = record.get(&["postzipcode", "addresspostalcode"]);
    draft.address([&street.join(", "), "", "", code], record.get(&["country", "addresscountry"]));
    draft.program(record.get(&["regime", "regimename"]));
    for column in ["position", "otherinformation"] {
        draft.remark(record.get(&[column]));
    }
    draft.finish()
}

const ADDRESS_LINES: [&[&str]; 6] = [
    &["address1", "addressline1"],
    &["address2", "addressline2"],
    &["address3", "addressline3"],
    &["address4", "addressline4"],
    &["address5", "addressline5"],
    &["address6", "addressline6"],
];

const IDENTIFIERS: &[(&[&str], &str)] = &[
    (&["passportnumber"], "passport"),
    (&["nationalidentificationnumber", "nationalidentifiernumber"], "national_id"),
    (&["businessregistrationnumbers", "businessregistrationnumber"], "registration"),
    (&["imonumber", "imonumbers"], "imo"),
    (&["hullidentificationnumberhin"], "other"),
    (&["unreferencenumber"], "un_reference"),
    (&["phonenumber"], "phone"),
    (&["emailaddress"], "email"),
    (&["website"], "website"),
];

/// `Name 6` is the family name, or the whole name of what is no person.
fn name(record: &Record<'_>, is_person: bool) -> Name {
    let family = record.get(&["name6"]);
    let given: Vec<&str> = ["name1", "name2", "name3", "name4", "name5"]
        .iter()
        .map(|column| record.get(&[column]))
        .filter(|part| !part.is_empty())
        .collect();
    let given = given.join(" ");
    let kind = match record.get(&["aliastype", "nametype"]).to_ascii_lowercase().as_str() {
        "primary name" | "" => NameKind::Primary,
        "fka" | "formerly known as" | "previous name" => NameKind::Previous,
        _ if is_weak(record.get(&["aliasquality", "aliasstrength"])) => NameKind::WeakAlias,
        _ => NameKind::Alias,
    };
    let full = [given.as_str(), family].join(" ");
    let (given, family) = if is_person { (Some(given), Some(family.to_owned())) } else { (None, None) };
    Name { full, kind, given, family, language: None }
}

pub(super) fn is_weak(quality: &str) -> bool {
    let quality = quality.to_ascii_lowercase();
    quality.contains("low") || quality.contains("weak")
}
