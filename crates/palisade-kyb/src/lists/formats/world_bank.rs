//! The World Bank's firms and individuals that are debarred, as JSON of its procurement service and as CSV.

use crate::{
    entity::{Entity, EntityType, NameKind},
    lists::{
        draft::Draft,
        json::{member, read_document},
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use serde_json::Value;
use std::io::BufRead;
use xxhash_rust::xxh3::xxh3_64;

pub(super) const SIGNS: &[&str] = &["firmname", "country", "grounds"];

pub(super) fn read_json(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_document(reading, input, &mut |reading, place, value| {
        let entity = from_json(reading.source, value);
        reading.entity(place, entity);
    });
}

pub(super) fn read_csv(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        let entity = from_row(reading.source, record);
        reading.entity(Place::Line(record.line()), entity);
    });
}

fn from_json(source: &str, value: &Value) -> Result<Entity, String> {
    let get = |name: &str| member(value, name);
    let entity_type = match get("SUPP_TYPE_CODE").as_ref() {
        "I" => EntityType::Person,
        "F" | "C" => EntityType::Organization,
        _ => EntityType::Unknown,
    };
    let mut draft = Draft::new(source, &get("SUPP_ID"), entity_type);
    name_and_mark(&mut draft, &get("SUPP_NAME"));
    let country = get("COUNTRY_NAME");
    let [city, region, code] = ["SUPP_CITY", "SUPP_STATE_CODE", "SUPP_ZIP_CODE"].map(get);
    draft.address([&get("SUPP_ADDR"), &city, &region, &code], &country);
    draft.country(&country);
    draft.remark(&format!("ineligible from {} to {}", get("DEBAR_FROM_DATE"), get("DEBAR_TO_DATE")));
    draft.program("debarred");
    draft.remark(&get("DEBAR_REASON"));
    draft.remark(&get("ADD_SUPP_INFO"));
    draft.finish_named()
}

fn from_row(source: &str, record: &Record<'_>) -> Result<Entity, String> {
    let name = record.get(&["firmname"]);
    let country = record.get(&["country"]);
    let from = record.get(&["fromdate", "ineligibilityperiodfrom", "ineligibilityfromdate"]);
    let id = format!("{:016x}", xxh3_64(format!("{}\n{country}\n{from}", name.to_lowercase()).as_bytes()));
    let mut draft = Draft::new(source, &id, EntityType::Unknown);
    name_and_mark(&mut draft, name);
    draft.address([record.get(&["address"]), "", "", ""], country);
    draft.country(country);
    let to = record.get(&["todate", "ineligibilityperiodto", "ineligibilitytodate"]);
    draft.remark(&format!("ineligible from {from} to {to}"));
    draft.program("debarred");
    draft.remark(record.get(&["grounds"]));
    draft.finish_named()
}

/// Names carry marks of footnotes: `ACME LTD. *334`.
fn name_and_mark(draft: &mut Draft, name: &str) {
    let name = match name.rsplit_once('*') {
        Some((name, mark)) if mark.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    draft.name(NameKind::Primary, name.trim_end_matches('*'));
}
