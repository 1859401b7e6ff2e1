//! The United Nations Security Council's consolidated list (`consolidated.xml`).

use crate::{
    entity::{EntityType, Name, NameKind},
    lists::{
        dates::{Order, date_from_parts, years_between},
        draft::Draft,
        identifier_kinds::identifier_kind,
        reading::Reading,
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::io::BufRead;

const NAMES: [&str; 4] = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["INDIVIDUAL", "ENTITY"], &mut |reading, place, found| match found {
        Found::Around(element) => reading.version(element.attribute("dateGenerated")),
        Found::Record(record) => {
            let entity = entry(reading.source, record).finish_named();
            reading.entity(place, entity);
        }
    });
}

fn entry(source: &str, record: &Element) -> Draft {
    let is_person = record.name == "INDIVIDUAL";
    let entity_type = if is_person { EntityType::Person } else { EntityType::Organization };
    let mut draft = Draft::new(source, record.get("DATAID"), entity_type);
    draft.full_name(leading_name(record, is_person));
    for alias in record.children.iter().filter(|child| child.name.ends_with("_ALIAS")) {
        let kind = match alias.get("QUALITY").to_ascii_lowercase().as_str() {
            "low" => NameKind::WeakAlias,
            "f.k.a." => NameKind::Previous,
            _ => NameKind::Alias,
        };
        draft.name(kind, alias.get("ALIAS_NAME"));
    }
    draft.name(NameKind::OtherScript, record.get("NAME_ORIGINAL_SCRIPT"));
    draft.program(record.get("UN_LIST_TYPE"));
    draft.identifier("un_reference", record.get("REFERENCE_NUMBER"), "");
    for nationality in record.path(&["NATIONALITY", "VALUE"]) {
        draft.country(&nationality.text);
    }
    for date in record.all("INDIVIDUAL_DATE_OF_BIRTH") {
        read_birth_date(&mut draft, date);
    }
    for place in record.all("INDIVIDUAL_PLACE_OF_BIRTH") {
        draft.place(&joined(place, &["STREET", "CITY", "STATE_PROVINCE", "COUNTRY"], ", "));
    }
    for document in record.all("INDIVIDUAL_DOCUMENT") {
        read_document(&mut draft, document);
    }
    for address in record.children.iter().filter(|child| child.name.ends_with("_ADDRESS")) {
        let [street, city, region, code] =
            ["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE"].map(|part| address.get(part));
        draft.address([street, city, region, code], address.get("COUNTRY"));
    }
    for title in record.path(&["DESIGNATION", "VALUE"]) {
        draft.remark(&title.text);
    }
    draft.remark(record.get("COMMENTS1"));
    draft
}

/// All names in their order; the last part is taken for the family name of a person with more than one.
fn leading_name(record: &Element, is_person: bool) -> Name {
    let parts: Vec<&str> = NAMES.iter().map(|name| record.get(name)).filter(|part| !part.is_empty()).collect();
    let mut name = Name { full: parts.join(" "), kind: NameKind::Primary, ..Name::default() };
    if let ([given @ .., family], true) = (&parts[..], is_person && parts.len() > 1) {
        (name.given, name.family) = (Some(given.join(" ")), Some((*family).to_owned()));
    }
    name
}

fn joined(element: &Element, parts: &[&str], divider: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| element.get(part)).filter(|part| !part.is_empty()).collect();
    parts.join(divider)
}

fn read_birth_date(draft: &mut Draft, date: &Element) {
    let circa = date.get("TYPE_OF_DATE").eq_ignore_ascii_case("approximately");
    let (from, to) = (date.get("FROM_YEAR").parse(), date.get("TO_YEAR").parse());
    if let (Ok(from @ 1..=9999), Ok(to @ 1..=9999)) = (from, to) {
        years_between(from, to).into_iter().for_each(|year| draft.date(Some(year)));
    } else if date.get("DATE").is_empty() {
        draft.date(date_from_parts(date.get("YEAR"), "", "", circa));
    } else {
        let prefix = if circa { "circa " } else { "" };
        draft.dates(&format!("{prefix}{}", date.get("DATE")), Order::DayFirst);
    }
}

fn read_document(draft: &mut Draft, document: &Element) {
    let words = joined(document, &["TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2"], " ");
    let country = [document.get("ISSUING_COUNTRY"), document.get("COUNTRY_OF_ISSUE")];
    let country = country.iter().find(|country| !country.is_empty()).copied().unwrap_or_default();
    if let Some(kind) = identifier_kind(&words) {
        draft.identifier(kind, without_words(document.get("NUMBER")), country);
    }
}

/// The number of `French national identity card number 0504561`.
fn without_words(number: &str) -> &str {
    let behind = number.rsplit_once("number ").map(|(_, behind)| behind.trim());
    behind.filter(|behind| behind.bytes().any(|byte| byte.is_ascii_digit())).unwrap_or(number)
}
