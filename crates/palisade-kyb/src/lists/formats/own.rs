//! Lists of one's own, and counterparties to be screened: a table whose columns are found by name.
//!
//! | column | holds |
//! |---|---|
//! | `id` | what tells the record from others; the number of its line when there is none |
//! | `name` | the whole name; or `given` and `family` |
//! | `type` | `person`, `organization`, `vessel`, `aircraft`, `asset` |
//! | `aliases`, `weak_aliases`, `previous_names` | more names, between semicolons |
//! | `dates` (`date_of_birth`, `founded`) | between semicolons |
//! | `place_of_birth` | |
//! | `countries` (`country`, `nationality`) | codes or names, between semicolons |
//! | `identifiers` | `kind:value` or `kind:value@country`, between semicolons; or a column a kind: `passport`, `lei`, `tax`, … |
//! | `address`, `city`, `region`, `postal_code`, `address_country` | |
//! | `programs`, `remarks` | |

use crate::{
    entity::{Entity, Name, NameKind},
    lists::{
        dates::Order,
        draft::{Draft, entity_type},
        identifier_kinds::own_kind,
        reading::{Place, Reading},
        table::read_table,
    },
};
use std::io::BufRead;

pub(super) const SIGNS: &[&str] = &["name"];

const NAMES: &[&str] = &["name", "fullname", "caption", "company", "companyname", "legalname", "businessname"];
const IDENTIFIER_COLUMNS: &[(&[&str], &str)] = &[
    (&["passport", "passportnumber"], "passport"),
    (&["nationalid", "nationalidnumber"], "national_id"),
    (&["tax", "taxid", "taxnumber", "vat", "vatnumber", "ein"], "tax"),
    (&["registration", "registrationnumber", "companynumber"], "registration"),
    (&["lei"], "lei"),
    (&["isin"], "isin"),
    (&["iban"], "iban"),
    (&["imo", "imonumber"], "imo"),
    (&["swift", "bic"], "swift"),
    (&["duns"], "duns"),
    (&["email"], "email"),
    (&["phone"], "phone"),
    (&["website"], "website"),
];

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, SIGNS, &mut |reading, record| {
        let entity = from_columns(reading.source, record.line(), &|names| record.get(names).to_owned());
        reading.entity(Place::Line(record.line()), entity);
    });
}

/// A record of which `get` gives the first of several columns that holds something. Column names are in the form of
/// [`crate::lists::column_key`].
///
/// # Errors
/// When there is no name.
pub fn from_columns(source: &str, line: u64, get: &dyn Fn(&[&str]) -> String) -> Result<Entity, String> {
    let id = match get(&["id", "customerid", "reference"]) {
        id if id.is_empty() => line.to_string(),
        id => id,
    };
    let mut draft = Draft::new(source, &id, entity_type(&get(&["type", "entitytype", "schema"])));
    let (given, family) = (get(&["given", "givenname", "firstname"]), get(&["family", "familyname", "lastname"]));
    draft.full_name(Name {
        full: get(NAMES),
        kind: NameKind::Primary,
        given: Some(given),
        family: Some(family),
        language: None,
    });
    let lists: [(&[&str], NameKind); 4] = [
        (&["aliases", "alias", "altnames"], NameKind::Alias),
        (&["weakaliases", "weakalias"], NameKind::WeakAlias),
        (&["previousnames", "previousname", "formernames"], NameKind::Previous),
        (&["othernames", "originalscript"], NameKind::OtherScript),
    ];
    for (columns, kind) in lists {
        get(columns).split(';').for_each(|name| draft.name(kind, name));
    }
    for column in ["dates", "date", "dateofbirth", "birthdate", "dob", "founded", "incorporated", "incorporationdate"] {
        get(&[column]).split(';').for_each(|date| draft.dates(date, Order::DayFirst));
    }
    get(&["placeofbirth", "birthplace", "places"]).split(';').for_each(|place| draft.place(place));
    for column in ["countries", "country", "nationality", "nationalities", "jurisdiction"] {
        get(&[column]).split(';').for_each(|country| draft.country(country));
    }
    get(&["identifiers"]).split(';').for_each(|identifier| read_identifier(&mut draft, identifier));
    for (columns, kind) in IDENTIFIER_COLUMNS {
        get(columns).split(';').for_each(|value| draft.identifier(kind, value, ""));
    }
    let address = ["address", "city", "region", "postalcode"].map(|column| match column {
        "address" => get(&["address", "street", "addressline1"]),
        "region" => get(&["region", "state", "province"]),
        "postalcode" => get(&["postalcode", "zip", "zipcode", "postcode"]),
        column => get(&[column]),
    });
    draft.address([&address[0], &address[1], &address[2], &address[3]], &get(&["addresscountry"]));
    get(&["programs", "topics"]).split(';').for_each(|program| draft.program(program));
    draft.remark(&get(&["remarks", "notes"]));
    draft.finish_named()
}

/// `passport:A1234567@de`.
fn read_identifier(draft: &mut Draft, identifier: &str) {
    let (kind, value) = identifier.split_once(':').unwrap_or(("other", identifier));
    let (value, country) = match value.rsplit_once('@') {
        // An at sign in front of two letters only: e-mail addresses have one too.
        Some((value, country)) if country.trim().len() == 2 => (value, country),
        _ => (value, ""),
    };
    draft.identifier(&own_kind(kind), value, country);
}
