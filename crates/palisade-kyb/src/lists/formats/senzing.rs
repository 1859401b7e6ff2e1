//! Senzing's generic entity specification, as JSON lines or an array: features flat in the record, or in lists by kind.

use crate::{
    entity::{Entity, EntityType, Name, NameKind},
    lists::{
        dates::Order,
        draft::Draft,
        identifier_kinds::identifier_kind,
        json::{member, read_object_lines},
        reading::Reading,
    },
};
use serde_json::Value;
use std::io::BufRead;

/// Lists of features that have a meaning here, beside the record itself and `FEATURES`.
const LISTS: &[&str] =
    &["FEATURES", "NAMES", "DATES", "COUNTRIES", "ADDRESSES", "IDENTIFIERS", "RISKS", "RELATIONSHIPS"];
/// Attributes that hold a number, and its kind; the attribute of who issued it ends in `_COUNTRY`.
const IDENTIFIERS: &[(&str, &str, &str)] = &[
    ("PASSPORT_NUMBER", "PASSPORT_COUNTRY", "passport"),
    ("NATIONAL_ID_NUMBER", "NATIONAL_ID_COUNTRY", "national_id"),
    ("TAX_ID_NUMBER", "TAX_ID_COUNTRY", "tax"),
    ("DRIVERS_LICENSE_NUMBER", "DRIVERS_LICENSE_STATE", "driving_licence"),
    ("SSN_NUMBER", "", "social_security"),
    ("LEI_NUMBER", "", "lei"),
    ("DUNS_NUMBER", "", "duns"),
    ("IMO_NUMBER", "", "imo"),
    ("MMSI_NUMBER", "", "mmsi"),
    ("CALL_SIGN", "", "call_sign"),
    ("EMAIL_ADDRESS", "", "email"),
    ("PHONE_NUMBER", "", "phone"),
    ("WEBSITE_ADDRESS", "", "website"),
];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_object_lines(reading, input, head, &mut |reading, place, value| {
        let entity = entity(reading.source, value);
        reading.entity(place, entity);
    });
}

fn entity(source: &str, value: &Value) -> Result<Entity, String> {
    let features: Vec<&Value> = LISTS.iter().flat_map(|list| value.get(*list)?.as_array()).flatten().collect();
    let record_type = member(value, "RECORD_TYPE");
    let kind = features.iter().map(|feature| member(feature, "RECORD_TYPE")).find(|kind| !kind.is_empty());
    let entity_type = match kind.unwrap_or(record_type).as_ref() {
        "PERSON" => EntityType::Person,
        "ORGANIZATION" | "COMPANY" => EntityType::Organization,
        "VESSEL" => EntityType::Vessel,
        "AIRCRAFT" => EntityType::Aircraft,
        _ => EntityType::Unknown,
    };
    let mut draft = Draft::new(source, &member(value, "RECORD_ID"), entity_type);
    for feature in std::iter::once(value).chain(features) {
        read_feature(&mut draft, feature);
    }
    draft.finish_named()
}

fn read_feature(draft: &mut Draft, feature: &Value) {
    let get = |name: &str| member(feature, name);
    read_name(draft, feature);
    for name in ["DATE_OF_BIRTH", "REGISTRATION_DATE"] {
        draft.dates(&get(name), Order::DayFirst);
    }
    draft.place(&get("PLACE_OF_BIRTH"));
    for name in ["NATIONALITY", "CITIZENSHIP", "COUNTRY_OF_ASSOCIATION", "REGISTRATION_COUNTRY"] {
        draft.country(&get(name));
    }
    let lines = ["ADDR_FULL", "ADDR_LINE1", "ADDR_LINE2", "ADDR_LINE3"].map(get);
    let street: Vec<&str> = lines.iter().map(AsRef::as_ref).filter(|line: &&str| !line.is_empty()).collect();
    let [city, region, code] = ["ADDR_CITY", "ADDR_STATE", "ADDR_POSTAL_CODE"].map(get);
    draft.address([&street.join(" "), &city, &region, &code], &get("ADDR_COUNTRY"));
    for (number, country, kind) in IDENTIFIERS {
        draft.identifier(kind, &get(number), &get(country));
    }
    for prefix in ["OTHER_ID", "TRUSTED_ID"] {
        if let Some(kind) = identifier_kind(&get(&format!("{prefix}_TYPE")).replace('_', " ")) {
            draft.identifier(kind, &get(&format!("{prefix}_NUMBER")), &get(&format!("{prefix}_COUNTRY")));
        }
    }
    draft.program(&get("TOPIC"));
    draft.relation(&get("REL_POINTER_ROLE").to_lowercase(), &get("REL_POINTER_KEY"), None);
}

fn read_name(draft: &mut Draft, feature: &Value) {
    let get = |name: &str| member(feature, name);
    let kind = match get("NAME_TYPE").to_ascii_uppercase().as_str() {
        "PRIMARY" => NameKind::Primary,
        "FORMER" | "PREVIOUS" | "MAIDEN" => NameKind::Previous,
        "WEAK" => NameKind::WeakAlias,
        "" if draft.entity.names.is_empty() => NameKind::Primary,
        _ => NameKind::Alias,
    };
    let given: Vec<String> = ["NAME_FIRST", "NAME_MIDDLE"].iter().map(|part| get(part).into_owned()).collect();
    let (given, family) = (given.join(" "), get("NAME_LAST").into_owned());
    let full = match get("NAME_FULL") {
        full if full.is_empty() => get("NAME_ORG"),
        full => full,
    };
    draft.full_name(Name { full: full.into_owned(), kind, given: Some(given), family: Some(family), language: None });
}
