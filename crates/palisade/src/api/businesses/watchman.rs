//! `GET /v2/search` and `GET /v2/listinfo` as Moov's Watchman has them, so that its clients work with another address. What
//! Watchman's parameters say of who is asked about is used, its choice of algorithm is not.

use super::{lists, malformed, party::parameters, record, yente::shown_date};
use crate::api::Api;
use crate::api::auth::known;
use crate::api::problem::{Kind, Problem};
use crate::clock::now;
use crate::kyb::{How, shown_name};
use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use palisade_kyb::{
    entity::{Entity, EntityType, NameKind},
    lists::from_columns,
    matching::Mode,
};
use palisade_store::state::Scope;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const LIMIT: usize = 10;
const LIMIT_MAX: usize = 100;
/// From which score on entities are told when the client does not say.
const MIN_MATCH: f32 = 0.5;
/// What Watchman calls lists.
const SOURCES: &[(&str, &str)] = &[
    ("us_ofac", "ofac-sdn"),
    ("us_non_sdn", "ofac-consolidated"),
    ("un_csl", "un-sc"),
    ("eu_csl", "eu-fsf"),
    ("uk_csl", "uk-ofsi"),
    ("us_csl", "us-csl"),
];

/// A problem as Watchman's clients read it.
pub struct Refused(Problem);

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = Json(json!({"error": self.0.detail()}));
        let mut response = (self.0.kind().status(), error).into_response();
        if self.0.kind() == Kind::Unauthenticated {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"palisade\""));
        }
        debug_assert_ne!(response.status(), StatusCode::OK);
        response
    }
}

/// Search lists (Watchman)
#[utoipa::path(get, path = "/v2/search", tag = "businesses",
    description = "As Watchman's, with a key (the password of the address will do). Beside these, `altNames`, `birthDate`, `created`, `flag`, `imoNumber`, `callSign`, `mmsi`, `address`, `cryptoAddress` and `gov_…` are used.",
    params(("name" = String, Query, description = "Whom to search"),
        ("type" = Option<String>, Query, description = "person, business, organization, aircraft or vessel"),
        ("limit" = Option<usize>, Query, description = "At most 100; 10 when it is left out"),
        ("minMatch" = Option<f32>, Query, description = "The least score, 0 to 1; 0.5 when it is left out"),
        ("source" = Option<String>, Query, description = "Only this list")),
    responses(
        (status = 200, description = "`query` and `entities`, each with `match`", body = Object),
        (status = "4XX", description = "`error`", body = Object),
        (status = 503, description = "No list can be searched", body = Object),
    ))]
pub async fn search(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<Value>, Refused> {
    let (caller, _) = known(&api, request).await?;
    caller.may_one(&[Scope::Inspect, Scope::Ingest]).map_err(Refused)?;
    let asked = parameters(query.as_deref().unwrap_or_default());
    let lists = lists(&api)?;
    let how = how(&asked)?;
    let entity = asked_about(&asked).map_err(malformed)?;
    api.admission.events(&caller.id, 1).map_err(Problem::from)?;
    let share = api.pipeline.room(1).await.map_err(Problem::from)?;
    let mut answers = [lists.answer(entity, &how, now())];
    let threshold = Mode::Balanced.threshold();
    // What does not match is told to the client alone.
    let [answer] = &mut answers;
    answer.findings.truncate(answer.hits.iter().filter(|hit| hit.score >= threshold).count());
    record(&api, &caller, &mut answers, share).await?;
    let [answer] = answers;
    let entities: Vec<Value> = answer
        .hits
        .iter()
        .map(|hit| {
            let mut entity = entity_of(&hit.listed, source_of(&hit.list));
            entity.insert("match".to_owned(), json!(hit.score));
            Value::Object(entity)
        })
        .collect();
    Ok(Json(json!({"query": entity_of(&answer.asked, "api-request"), "entities": entities})))
}

/// Lists that are searched (Watchman)
#[utoipa::path(get, path = "/v2/listinfo", tag = "businesses",
    responses(
        (status = 200, description = "`lists` with their entries, `listHashes`, `startedAt`, `endedAt`, `version`", body = Object),
        (status = 503, description = "No list can be searched", body = Object),
    ))]
pub async fn list_info(State(api): State<Arc<Api>>, request: Request) -> Result<Json<Value>, Refused> {
    let (caller, _) = known(&api, request).await?;
    caller.may_one(&[Scope::Inspect, Scope::Read]).map_err(Refused)?;
    let lists = lists(&api)?;
    let (mut counts, mut hashes) = (Map::new(), Map::new());
    for edition in lists.editions() {
        let name = source_of(&edition.list).to_owned();
        counts.insert(name.clone(), json!(edition.entries));
        hashes.insert(name, json!(edition.hash));
    }
    let newest = lists.editions().iter().map(|edition| edition.imported).max().map(|time| time.to_string());
    let version = concat!("palisade-", env!("CARGO_PKG_VERSION"));
    Ok(Json(json!({"lists": counts, "listHashes": hashes, "startedAt": newest, "endedAt": newest, "version": version})))
}

fn source_of(list: &str) -> &str {
    SOURCES.iter().find(|(_, feed)| *feed == list).map_or(list, |(name, _)| name)
}

fn value<'a>(asked: &'a [(String, String)], name: &str) -> Option<&'a str> {
    asked.iter().find(|(known, value)| known == name && !value.trim().is_empty()).map(|(_, value)| value.as_str())
}

fn how(asked: &[(String, String)]) -> Result<How, Problem> {
    let mut how = How { limit: LIMIT, at_least: MIN_MATCH, ..How::new(Mode::Balanced) };
    if let Some(limit) = value(asked, "limit") {
        how.limit = limit.parse().ok().filter(|limit| *limit > 0).unwrap_or(LIMIT).min(LIMIT_MAX);
    }
    if let Some(least) = value(asked, "minMatch") {
        let least = least.parse().ok().filter(|least| (0.0..=1.0).contains(least));
        how.at_least = least.ok_or_else(|| malformed("minMatch is not between 0 and 1"))?;
    }
    if let Some(source) = value(asked, "source") {
        let feed = SOURCES.iter().find(|(name, _)| *name == source).map_or(source, |(_, feed)| feed);
        how.lists = vec![feed.to_owned()];
    }
    how.types = match value(asked, "type").map(str::to_ascii_lowercase).as_deref() {
        None => Vec::new(),
        Some("person") => vec![EntityType::Person, EntityType::Unknown],
        Some("business" | "organization") => vec![EntityType::Organization, EntityType::Unknown],
        Some("aircraft") => vec![EntityType::Aircraft],
        Some("vessel") => vec![EntityType::Vessel],
        Some(_) => return Err(malformed("type is none of person, business, organization, aircraft and vessel")),
    };
    Ok(how)
}

/// Who the parameters tell of.
fn asked_about(asked: &[(String, String)]) -> Result<Entity, String> {
    let all = |names: &[&str]| {
        let values = asked.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str());
        values.collect::<Vec<_>>().join(";")
    };
    let identifiers: Vec<String> = asked.iter().filter_map(|(name, value)| identifier(name, value)).collect();
    let entity = from_columns("question", 1, &|columns| {
        let known = columns.iter().find_map(|column| match *column {
            "name" => value(asked, "name").map(str::to_owned),
            "aliases" => Some(all(&["altNames"])),
            "dates" => Some(all(&["birthDate", "created", "built"])),
            "countries" => Some(all(&["flag"])),
            "identifiers" => Some(identifiers.join(";")),
            "address" => Some(all(&["address", "addresses"])),
            _ => None,
        });
        known.unwrap_or_default()
    });
    let mut entity = entity.map_err(|_| "name is missing".to_owned())?;
    entity.entity_type = match value(asked, "type").map(str::to_ascii_lowercase).as_deref() {
        Some("person") => EntityType::Person,
        Some("business" | "organization") => EntityType::Organization,
        Some("aircraft") => EntityType::Aircraft,
        Some("vessel") => EntityType::Vessel,
        _ => EntityType::Unknown,
    };
    Ok(entity)
}

/// `gov_passport=US:123456789`, `cryptoAddress=XBT:x123456`, `imoNumber=…`.
fn identifier(name: &str, value: &str) -> Option<String> {
    let kind = match name {
        "imoNumber" => "imo",
        "callSign" => "call_sign",
        "mmsi" => "mmsi",
        "serialNumber" => "serial_number",
        "email" | "emailAddress" | "emailAddresses" => "email",
        "phone" | "phoneNumber" | "phoneNumbers" => "phone",
        "website" | "websites" => "website",
        "cryptoAddress" | "cryptoAddresses" => {
            return Some(format!("wallet:{}", value.split_once(':').map_or(value, |(_, address)| address)));
        }
        "gov_passport" | "gov_diplomatic-passport" => "passport",
        "gov_tax-id" => "tax",
        "gov_ssn" => "social_security",
        "gov_business-registration" | "gov_commercial-registry" => "registration",
        name if name.starts_with("gov_") => "national_id",
        _ => return None,
    };
    Some(match value.split_once(':').filter(|_| name.starts_with("gov_")) {
        Some((country, number)) => format!("{kind}:{number}@{}", country.to_ascii_lowercase()),
        None => format!("{kind}:{value}"),
    })
}

/// An entity in Watchman's form.
fn entity_of(entity: &Entity, source: &str) -> Map<String, Value> {
    let (name, kind) = match entity.entity_type {
        EntityType::Person => ("person", "person"),
        EntityType::Organization => ("business", "business"),
        EntityType::Aircraft => ("aircraft", "aircraft"),
        EntityType::Vessel => ("vessel", "vessel"),
        EntityType::Asset | EntityType::Unknown => ("", "unknown"),
    };
    let of = |kind: NameKind| entity.names.iter().filter(move |name| name.kind == kind).map(|name| &name.full);
    let others: Vec<&String> = entity.names.iter().skip(1).map(|name| &name.full).collect();
    let contact = |kind: &str| {
        let values = entity.identifiers.iter().filter(|id| id.kind == kind).map(|id| id.value.as_str());
        values.collect::<Vec<_>>()
    };
    let wallets = contact("wallet").into_iter().map(|address| json!({"currency": "", "address": address}));
    let addresses = entity.addresses.iter().map(|address| {
        json!({"line1": address.street, "line2": "", "city": address.city, "postalCode": address.postal_code,
            "state": address.region, "country": address.country.clone().unwrap_or_default(),
            "latitude": 0.0, "longitude": 0.0})
    });
    let former = of(NameKind::Previous).map(|name| json!({"type": "Former Name", "value": name}));
    let sanctions = (!entity.programs.is_empty())
        .then(|| json!({"programs": entity.programs, "secondary": false, "description": entity.remarks}));
    let mut members: BTreeMap<&str, Value> = BTreeMap::from([
        ("name", json!(shown_name(entity))),
        ("entityType", json!(kind)),
        ("sourceList", json!(source)),
        ("sourceID", json!(if source == "api-request" { "" } else { entity.id.as_str() })),
        ("person", Value::Null),
        ("business", Value::Null),
        ("organization", Value::Null),
        ("aircraft", Value::Null),
        ("vessel", Value::Null),
        (
            "contact",
            json!({"emailAddresses": contact("email"), "phoneNumbers": contact("phone"), "faxNumbers": [],
                "websites": contact("website")}),
        ),
        ("addresses", json!(addresses.collect::<Vec<_>>())),
        ("cryptoAddresses", json!(wallets.collect::<Vec<_>>())),
        ("affiliations", json!([])),
        ("sanctionsInfo", json!(sanctions)),
        ("historicalInfo", json!(former.collect::<Vec<_>>())),
        ("sourceData", Value::Null),
    ]);
    if !name.is_empty() {
        members.insert(name, details(entity, &others));
    }
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What Watchman tells of an entity of a type. A date that is not known to the day is told as its first.
fn details(entity: &Entity, others: &[&String]) -> Value {
    let day = entity.dates.first().map(|date| {
        let whole = palisade_kyb::entity::PartialDate { month: date.month.max(1), day: date.day.max(1), ..*date };
        format!("{}T00:00:00Z", shown_date(&whole))
    });
    let number = |kind: &str| {
        let found = entity.identifiers.iter().find(|id| id.kind == kind);
        found.map(|id| id.value.clone()).unwrap_or_default()
    };
    let ids = entity.identifiers.iter().filter_map(|id| {
        let kind = match id.kind.as_str() {
            "passport" => "passport",
            "tax" => "tax-id",
            "social_security" => "ssn",
            "registration" => "business-registration",
            "national_id" => "national-id",
            _ => return None,
        };
        Some(json!({"name": "", "type": kind, "country": id.country.clone().unwrap_or_default(), "identifier": id.value}))
    });
    let (name, ids) = (shown_name(entity), ids.collect::<Vec<_>>());
    let flag = entity.countries.first().cloned().unwrap_or_default();
    match entity.entity_type {
        EntityType::Person => json!({"name": name, "altNames": others, "gender": "unknown", "birthDate": day,
            "placeOfBirth": entity.places.first().cloned().unwrap_or_default(), "deathDate": null, "titles": [],
            "governmentIDs": ids}),
        EntityType::Vessel => json!({"name": name, "altNames": others, "imoNumber": number("imo"), "type": "unknown",
            "flag": flag, "built": day, "model": "", "tonnage": 0, "mmsi": number("mmsi"),
            "callSign": number("call_sign"), "grossRegisteredTonnage": 0, "owner": ""}),
        EntityType::Aircraft => json!({"name": name, "altNames": others, "type": "unknown", "flag": flag, "built": day,
            "icaoCode": "", "model": "", "serialNumber": number("serial_number")}),
        _ => json!({"name": name, "altNames": others, "created": day, "dissolved": null, "governmentIDs": ids}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_tell_who_is_asked_about() {
        let asked = parameters(
            "name=Ann+Lee&type=person&altNames=Anna%20Lee&birthDate=1970-01-02&gov_passport=US:123456789&address=Main+St",
        );
        let entity = asked_about(&asked).unwrap();
        assert_eq!((shown_name(&entity), entity.names.len(), entity.entity_type), ("Ann Lee", 2, EntityType::Person));
        assert_eq!(entity.identifiers[0].value, "123456789");
        assert_eq!(entity.identifiers[0].country.as_deref(), Some("us"));
        assert_eq!(asked_about(&parameters("type=person")).unwrap_err(), "name is missing");
        assert!(how(&parameters("minMatch=7")).is_err() && how(&parameters("type=robot")).is_err());
    }
}
