//! The Bureau of Industry and Security's denied persons (`dpl.txt`): a row for each address, columns between tabs.

use crate::{
    entity::{Entity, EntityType, NameKind},
    lists::{
        draft::{Draft, clean},
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use std::io::BufRead;
use xxhash_rust::xxh3::xxh3_64;

pub(super) const SIGNS: &[&str] = &["name", "streetaddress", "frcitation"];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        let entity = fragment(reading.source, record);
        reading.entity(Place::Line(record.line()), entity);
    });
}

/// Nothing numbers the entries: the name and the day of the order tell them apart, so addresses come together.
fn fragment(source: &str, record: &Record<'_>) -> Result<Entity, String> {
    let name = clean(record.get(&["name"]), 2_000);
    let from = record.get(&["effectivedate"]);
    let id = format!("{:016x}", xxh3_64(format!("{}\n{from}", name.to_lowercase()).as_bytes()));
    let mut draft = Draft::new(source, &id, EntityType::Unknown);
    draft.name(NameKind::Primary, &name);
    let [street, city, region, code] =
        ["streetaddress", "city", "state", "postalcode"].map(|column| record.get(&[column]));
    draft.address([street, city, region, code], record.get(&["country"]));
    draft.program("DPL");
    let period = format!("denied from {from} to {}", record.get(&["expirationdate"]));
    draft.remark(&period);
    draft.remark(record.get(&["frcitation"]));
    draft.finish_named()
}
