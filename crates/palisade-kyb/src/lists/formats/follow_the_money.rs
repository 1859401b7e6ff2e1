//! OpenSanctions: entities of the FollowTheMoney model as JSON lines (`entities.ftm.json`), in which relations are
//! entities of their own, and `targets.simple.csv`.

use crate::{
    entity::{Entity, EntityType, Name, NameKind},
    lists::{
        dates::Order,
        draft::Draft,
        json::{as_text, member, members, read_object_lines},
        reading::{Place, Reading},
        table::{Record, read_table},
    },
};
use serde_json::Value;
use std::io::BufRead;

pub(super) const SIGNS: &[&str] = &["id", "schema", "name", "aliases", "firstseen"];

/// Properties that name, and how.
const NAMES: &[(&str, NameKind)] = &[
    ("name", NameKind::Primary),
    ("alias", NameKind::Alias),
    ("weakAlias", NameKind::WeakAlias),
    ("previousName", NameKind::Previous),
    ("abbreviation", NameKind::WeakAlias),
];
const COUNTRIES: &[&str] = &["nationality", "citizenship", "country", "jurisdiction", "mainCountry", "flag"];
const IDENTIFIERS: &[(&str, &str)] = &[
    ("passportNumber", "passport"),
    ("idNumber", "national_id"),
    ("socialSecurityNumber", "social_security"),
    ("taxNumber", "tax"),
    ("innCode", "tax"),
    ("vatCode", "tax"),
    ("registrationNumber", "registration"),
    ("ogrnCode", "registration"),
    ("uscCode", "registration"),
    ("leiCode", "lei"),
    ("dunsCode", "duns"),
    ("imoNumber", "imo"),
    ("mmsi", "mmsi"),
    ("callSign", "call_sign"),
    ("swiftBic", "swift"),
    ("isin", "isin"),
    ("isinCode", "isin"),
    ("publicKey", "wallet"),
    ("wikidataId", "wikidata"),
    ("serialNumber", "serial_number"),
    ("email", "email"),
    ("phone", "phone"),
    ("website", "website"),
];
/// Schemata that tie two entities: whose relation it is, to whom, and what it is when it does not say.
const RELATIONS: &[(&str, &str, &str, &str)] = &[
    ("Ownership", "owner", "asset", "owner"),
    ("Directorship", "director", "organization", "director"),
    ("Employment", "employee", "employer", "employee"),
    ("Membership", "member", "organization", "member"),
    ("Family", "person", "relative", "family"),
    ("Associate", "person", "associate", "associate"),
    ("Representation", "agent", "client", "agent"),
    ("UnknownLink", "subject", "object", "associate"),
    ("Succession", "predecessor", "successor", "predecessor"),
];

pub(super) fn read_json(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_object_lines(reading, input, head, &mut |reading, place, value| {
        let schema = member(value, "schema");
        match (entity_type(&schema), RELATIONS.iter().find(|row| row.0 == schema)) {
            (_, Some((_, from, to, kind))) => read_relation(reading, place, value, [from, to, kind]),
            (Some(entity_type), None) => {
                let entity = entity(reading.source, value, entity_type);
                reading.entity(place, entity);
            }
            (None, None) if schema.is_empty() => reading.entity(place, Err("the record has no schema".to_owned())),
            // Sanctions, addresses and documents as entities of their own say nothing that could be screened.
            (None, None) => {}
        }
    });
}

fn entity_type(schema: &str) -> Option<EntityType> {
    Some(match schema {
        "Person" => EntityType::Person,
        "Organization" | "Company" | "PublicBody" => EntityType::Organization,
        "LegalEntity" => EntityType::Unknown,
        "Vessel" => EntityType::Vessel,
        "Airplane" => EntityType::Aircraft,
        "CryptoWallet" | "Security" | "Asset" => EntityType::Asset,
        _ => return None,
    })
}

fn texts<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = std::borrow::Cow<'v, str>> {
    members(value.get("properties").unwrap_or(&Value::Null), name).iter().map(as_text)
}

/// Properties that hold entities hold ids, or the entities themselves.
fn ids(value: &Value, name: &str) -> impl Iterator<Item = String> {
    let properties = value.get("properties").unwrap_or(&Value::Null);
    members(properties, name).iter().map(|other| match other.is_object() {
        true => member(other, "id").into_owned(),
        false => as_text(other).into_owned(),
    })
}

fn read_relation(reading: &mut Reading<'_>, place: Place, value: &Value, [from, to, kind]: [&str; 3]) {
    let percent = texts(value, "percentage").find_map(|percent| percent.trim_end_matches('%').trim().parse().ok());
    let kind =
        texts(value, "relationship").next().filter(|_| kind == "family").map_or(kind.to_owned(), |own| own.into());
    let others: Vec<String> = ids(value, to).take(100).collect();
    for id in ids(value, from).take(100) {
        let mut draft = Draft::new(reading.source, &id, EntityType::Unknown);
        others.iter().for_each(|other| draft.relation(&kind, other, percent));
        reading.entity(place, draft.finish());
    }
}

fn entity(source: &str, value: &Value, entity_type: EntityType) -> Result<Entity, String> {
    let mut draft = Draft::new(source, &member(value, "id"), entity_type);
    draft.name(NameKind::Primary, &member(value, "caption"));
    let part = |name| texts(value, name).next().map(std::borrow::Cow::into_owned);
    let (given, family) = (part("firstName"), part("lastName"));
    for (property, kind) in NAMES {
        for full in texts(value, property) {
            let is_first = draft.entity.names.is_empty();
            let kind = if *kind == NameKind::Primary && !is_first { NameKind::Alias } else { *kind };
            draft.full_name(Name { full: full.into_owned(), kind, ..Name::default() });
        }
    }
    if let Some(first) = draft.entity.names.first_mut() {
        (first.given, first.family) = (given, family);
    }
    for name in ["birthDate", "incorporationDate"] {
        texts(value, name).for_each(|date| draft.dates(&date, Order::DayFirst));
    }
    texts(value, "birthPlace").for_each(|place| draft.place(&place));
    for name in COUNTRIES {
        texts(value, name).for_each(|country| draft.country(&country));
    }
    for (property, kind) in IDENTIFIERS {
        texts(value, property).for_each(|number| draft.identifier(kind, &number, ""));
    }
    texts(value, "address").for_each(|address| draft.address([&address, "", "", ""], ""));
    for name in ["topics", "program", "programId"] {
        texts(value, name).for_each(|program| draft.program(&program));
    }
    for name in ["position", "notes", "summary"] {
        texts(value, name).for_each(|remark| draft.remark(&remark));
    }
    draft.finish_named()
}

pub(super) fn read_targets(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        let entity = from_row(reading.source, record);
        reading.entity(Place::Line(record.line()), entity);
    });
}

fn from_row(source: &str, record: &Record<'_>) -> Result<Entity, String> {
    let entity_type = entity_type(record.get(&["schema"])).unwrap_or_default();
    let mut draft = Draft::new(source, record.get(&["id"]), entity_type);
    let values = |column: &str| split_values(record.get(&[column]));
    draft.name(NameKind::Primary, record.get(&["name"]));
    values("aliases").iter().for_each(|alias| draft.name(NameKind::Alias, alias));
    values("birthdate").iter().for_each(|date| draft.dates(date, Order::DayFirst));
    values("countries").iter().for_each(|country| draft.country(country));
    values("addresses").iter().for_each(|address| draft.address([address, "", "", ""], ""));
    for (column, kind) in [("identifiers", "other"), ("phones", "phone"), ("emails", "email")] {
        values(column).iter().for_each(|value| draft.identifier(kind, value, ""));
    }
    for column in ["programids", "sanctions", "dataset"] {
        values(column).iter().for_each(|program| draft.program(program));
    }
    draft.finish_named()
}

/// Values between semicolons; those with separators in them stand in quotes of their own.
fn split_values(list: &str) -> Vec<String> {
    let (mut values, mut quoted) = (vec![String::new()], false);
    for character in list.chars() {
        match (character, values.last_mut()) {
            ('"', _) => quoted = !quoted,
            (';', _) if !quoted => values.push(String::new()),
            (character, Some(value)) => value.push(character),
            (_, None) => {}
        }
    }
    values
}
