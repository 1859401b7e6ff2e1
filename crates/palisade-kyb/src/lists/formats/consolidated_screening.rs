//! The United States' Consolidated Screening List of the Department of Commerce, as CSV and as JSON.

use crate::{
    entity::{Entity, EntityType, NameKind},
    lists::{
        countries::country_code,
        dates::Order,
        draft::{Draft, entity_type, family_first},
        identifier_kinds::identifier_kind,
        json::{as_text, member, members, read_document},
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use serde_json::Value;
use std::io::BufRead;
use xxhash_rust::xxh3::xxh3_64;

pub(super) const SIGNS: &[&str] = &["source", "name", "altnames", "federalregisternotice"];

pub(super) fn read_csv(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        let entity = from_row(reading.source, record);
        reading.entity(Place::Line(record.line()), entity);
    });
}

pub(super) fn read_json(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_document(reading, input, &mut |reading, place, value| {
        let entity = from_json(reading.source, value);
        reading.entity(place, entity);
    });
}

/// The list joins several, and only some number their entries: else the entry's own words make its id.
fn id_of(own: &str, list: &str, number: &str, name: &str, notice: &str) -> String {
    match (own, number) {
        ("", "") => format!("{:016x}", xxh3_64(format!("{list}\n{name}\n{notice}").as_bytes())),
        ("", number) => number.to_owned(),
        (own, _) => own.to_owned(),
    }
}

/// `Denied Persons List (DPL) - Bureau of Industry and Security` is `DPL`.
fn short_name(list: &str) -> &str {
    list.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or(list, |(short, _)| short)
}

fn draft(source: &str, id: &str, kind: &str, name: &str) -> Draft {
    let entity_type = entity_type(kind);
    let mut draft = Draft::new(source, id, entity_type);
    match entity_type {
        EntityType::Person => draft.full_name(family_first(NameKind::Primary, name)),
        _ => draft.name(NameKind::Primary, name),
    }
    draft
}

fn from_row(source: &str, record: &Record<'_>) -> Result<Entity, String> {
    let (list, name) = (record.get(&["source"]), record.get(&["name"]));
    let number = record.get(&["entitynumber"]);
    let id = id_of(record.get(&["id"]), list, number, name, record.get(&["federalregisternotice"]));
    let mut draft = draft(source, &id, record.get(&["type"]), name);
    for alias in record.list(&["altnames"], ';') {
        draft.name(NameKind::Alias, alias);
    }
    for date in record.list(&["datesofbirth"], ';') {
        draft.dates(date, Order::MonthFirst);
    }
    for place in record.list(&["placesofbirth"], ';') {
        draft.place(place);
    }
    for column in ["nationalities", "citizenships", "vesselflag"] {
        record.list(&[column], ';').for_each(|country| draft.country(country));
    }
    // Streets have semicolons in them seldom, and nothing divides addresses better.
    for address in record.list(&["addresses"], ';') {
        // The country's code is the last part, or there is none.
        let parts = address.rsplit_once(',').filter(|(_, country)| country_code(country).is_some());
        let (street, country) = parts.unwrap_or((address, ""));
        draft.address([street, "", "", ""], country);
    }
    for id in record.list(&["ids"], ';') {
        read_id(&mut draft, id);
    }
    draft.identifier("call_sign", record.get(&["callsign"]), "");
    draft.program(short_name(list));
    record.list(&["programs"], ';').for_each(|program| draft.program(program));
    draft.remark(record.get(&["title"]));
    draft.remark(record.get(&["remarks"]));
    draft.finish_named()
}

/// `US, 80-0890696, Tax ID No.` or `IMO 8898831, Vessel Registration Identification`.
fn read_id(draft: &mut Draft, id: &str) {
    let parts: Vec<&str> = id.split(',').map(str::trim).collect();
    let (country, value, words) = match parts[..] {
        [country, value, words, ..] if country.len() == 2 => (country, value, words),
        [value, words, ..] => ("", value, words),
        _ => return,
    };
    if let Some(kind) = identifier_kind(words).filter(|_| value.bytes().any(|byte| byte.is_ascii_digit())) {
        draft.identifier(kind, value.trim_start_matches("IMO "), country);
    }
}

fn from_json(source: &str, value: &Value) -> Result<Entity, String> {
    let get = |name: &str| member(value, name);
    let (list, name) = (get("source"), get("name"));
    let id = id_of(&get("id"), &list, &get("entity_number"), &name, &get("federal_register_notice"));
    let mut draft = draft(source, &id, &get("type"), &name);
    members(value, "alt_names").iter().for_each(|alias| draft.name(NameKind::Alias, &as_text(alias)));
    members(value, "dates_of_birth").iter().for_each(|date| draft.dates(&as_text(date), Order::MonthFirst));
    members(value, "places_of_birth").iter().for_each(|place| draft.place(&as_text(place)));
    for name in ["nationalities", "citizenships", "vessel_flag"] {
        members(value, name).iter().for_each(|country| draft.country(&as_text(country)));
    }
    for address in members(value, "addresses") {
        let [street, city, region, code] =
            ["address", "city", "state", "postal_code"].map(|part| member(address, part));
        draft.address([&street, &city, &region, &code], &member(address, "country"));
    }
    for id in members(value, "ids") {
        if let Some(kind) = identifier_kind(&member(id, "type")) {
            draft.identifier(kind, member(id, "number").trim_start_matches("IMO "), &member(id, "country"));
        }
    }
    draft.identifier("call_sign", &get("call_sign"), "");
    draft.program(short_name(&list));
    members(value, "programs").iter().for_each(|program| draft.program(&as_text(program)));
    draft.remark(&get("title"));
    draft.remark(&get("remarks"));
    draft.finish_named()
}
