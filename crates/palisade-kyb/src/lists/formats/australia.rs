//! Australia's consolidated list of the Department of Foreign Affairs and Trade, as CSV: a row for each name, whose
//! references differ in a letter (`12`, `12a`, `12b`).

use crate::{
    entity::{Entity, NameKind},
    lists::{
        dates::Order,
        draft::{Draft, entity_type},
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use std::io::BufRead;

pub(super) const SIGNS: &[&str] = &["reference", "nameofindividualorentity"];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        let entity = fragment(reading.source, record);
        reading.entity(Place::Line(record.line()), entity);
    });
}

fn fragment(source: &str, record: &Record<'_>) -> Result<Entity, String> {
    let reference = record.get(&["reference"]);
    let id = reference.trim_end_matches(|character: char| character.is_ascii_lowercase());
    let mut draft = Draft::new(source, id, entity_type(record.get(&["type"])));
    let weak = record.get(&["aliasstrength"]).eq_ignore_ascii_case("weak");
    let kind = match record.get(&["nametype"]).to_ascii_lowercase().as_str() {
        "primary name" | "" => NameKind::Primary,
        "original script" => NameKind::OtherScript,
        "formerly known as" | "former name" | "fka" => NameKind::Previous,
        _ if weak => NameKind::WeakAlias,
        _ => NameKind::Alias,
    };
    draft.name(kind, record.get(&["nameofindividualorentity"]));
    for date in record.list(&["dateofbirth"], ';') {
        draft.dates(date, Order::DayFirst);
    }
    draft.place(record.get(&["placeofbirth"]));
    for country in record.list(&["citizenship"], ';') {
        draft.country(country);
    }
    for address in record.list(&["address"], ';') {
        let country = address.rsplit(',').next().unwrap_or_default();
        draft.address([address, "", "", ""], if country.len() < address.len() { country } else { "" });
    }
    draft.identifier("imo", record.get(&["imonumber"]), "");
    draft.program(record.get(&["committees"]));
    draft.remark(record.get(&["additionalinformation"]));
    draft.finish_named()
}
