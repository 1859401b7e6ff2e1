//! The Global LEI Index: records of legal entities (level 1, LEI-CDF 3.1) and who owns whom (level 2, RR-CDF 2.1), as
//! XML and as CSV of the golden copy.

use crate::{
    entity::{Entity, EntityType, Name, NameKind},
    lists::{
        dates::Order,
        draft::Draft,
        reading::{Place, Reading},
        table::{Record, read_table},
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::io::BufRead;

pub(super) const ENTITY_SIGNS: &[&str] = &["lei", "entitylegalname"];
pub(super) const RELATION_SIGNS: &[&str] = &["relationshipstartnodenodeid", "relationshipendnodenodeid"];

/// Columns of the golden copy number other names from one; it has up to this many of each.
const OTHER_NAMES_MAX: usize = 5;

pub(super) fn read_csv(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    let columns: Vec<[String; 3]> = (1..=OTHER_NAMES_MAX).flat_map(other_name_columns).collect();
    read_table(reading, input, head, ENTITY_SIGNS, &mut |reading, record| {
        let entity = from_row(reading.source, record, &columns);
        reading.entity(Place::Line(record.line()), entity);
    });
}

fn other_name_columns(number: usize) -> [[String; 3]; 2] {
    [
        format!("entityotherentitynamesotherentityname{number}"),
        format!("entitytransliteratedotherentitynamestransliteratedotherentityname{number}"),
    ]
    .map(|column| [column.clone(), format!("{column}type"), format!("{column}xmllang")])
}

fn other_name_kind(kind: &str) -> NameKind {
    match kind {
        "PREVIOUS_LEGAL_NAME" => NameKind::Previous,
        "ALTERNATIVE_LANGUAGE_LEGAL_NAME" => NameKind::OtherScript,
        _ => NameKind::Alias,
    }
}

/// An LEI names its entity the same everywhere, so it is id and identifier.
fn draft(source: &str, lei: &str, legal_name: &str, language: &str) -> Draft {
    let mut draft = Draft::new(source, lei, EntityType::Organization);
    draft.identifier("lei", lei, "");
    let language = Some(language.to_owned());
    draft.full_name(Name { full: legal_name.to_owned(), language, ..Name::default() });
    draft
}

fn from_row(source: &str, record: &Record<'_>, other_names: &[[String; 3]]) -> Result<Entity, String> {
    let get = |name: &str| record.get(&[name]);
    let mut draft = draft(source, get("lei"), get("entitylegalname"), get("entitylegalnamexmllang"));
    for [name, kind, language] in other_names {
        let language = Some(get(language).to_owned());
        let kind = other_name_kind(get(kind));
        draft.full_name(Name { full: get(name).to_owned(), kind, language, ..Name::default() });
    }
    for place in ["entitylegaladdress", "entityheadquartersaddress"] {
        let part = |name: &str| get(&format!("{place}{name}"));
        draft.address(
            [part("firstaddressline"), part("city"), region(part("region")), part("postalcode")],
            part("country"),
        );
    }
    draft.country(country_of(get("entitylegaljurisdiction")));
    draft.identifier(
        "registration",
        get("entityregistrationauthorityregistrationauthorityentityid"),
        country_of(get("entitylegaljurisdiction")),
    );
    draft.dates(get("entityentitycreationdate").get(..10).unwrap_or_default(), Order::DayFirst);
    draft.program(get("entityentitystatus"));
    draft.finish_named()
}

/// `US-DE` is a jurisdiction of `US`.
fn country_of(jurisdiction: &str) -> &str {
    jurisdiction.split('-').next().unwrap_or_default()
}

/// `DE-BY` is the code of a region, whose country stands apart.
fn region(code: &str) -> &str {
    code.rsplit('-').next().unwrap_or_default()
}

pub(super) fn read_xml(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["LEIRecord", "LEIHeader"], &mut |reading, place, found| match found {
        Found::Around(_) => {}
        Found::Record(header) if header.name == "LEIHeader" => note_header(reading, header),
        Found::Record(record) => {
            let entity = from_xml(reading.source, record);
            reading.entity(place, entity);
        }
    });
}

fn note_header(reading: &mut Reading<'_>, header: &Element) {
    reading.version(header.get("ContentDate"));
    if let Ok(count) = header.get("RecordCount").parse() {
        reading.announce(count);
    }
}

fn from_xml(source: &str, record: &Element) -> Result<Entity, String> {
    let nothing = Element::default();
    let entity = record.child("Entity").unwrap_or(&nothing);
    let language = entity.child("LegalName").map_or("", |name| name.attribute("lang"));
    let mut draft = draft(source, record.get("LEI"), entity.get("LegalName"), language);
    let groups =
        [["OtherEntityNames", "OtherEntityName"], ["TransliteratedOtherEntityNames", "TransliteratedOtherEntityName"]];
    for name in groups.iter().flat_map(|path| entity.path(path)) {
        let (kind, language) = (other_name_kind(name.attribute("type")), Some(name.attribute("lang").to_owned()));
        draft.full_name(Name { full: name.text.clone(), kind, language, ..Name::default() });
    }
    for address in ["LegalAddress", "HeadquartersAddress"].iter().filter_map(|name| entity.child(name)) {
        let (street, city, code) = (address.get("FirstAddressLine"), address.get("City"), address.get("PostalCode"));
        draft.address([street, city, region(address.get("Region")), code], address.get("Country"));
    }
    let jurisdiction = country_of(entity.get("LegalJurisdiction"));
    draft.country(jurisdiction);
    for authority in entity.all("RegistrationAuthority") {
        draft.identifier("registration", authority.get("RegistrationAuthorityEntityID"), jurisdiction);
    }
    draft.dates(entity.get("EntityCreationDate").get(..10).unwrap_or_default(), Order::DayFirst);
    draft.program(entity.get("EntityStatus"));
    draft.finish_named()
}

pub(super) fn read_relation_csv(reading: &mut Reading<'_>, input: &mut dyn BufRead, head: &[u8]) {
    read_table(reading, input, head, RELATION_SIGNS, &mut |reading, record| {
        let get = |name: &str| record.get(&[name]);
        let (child, parent) = (get(RELATION_SIGNS[0]), get(RELATION_SIGNS[1]));
        let share = get("relationshipquantifiers1quantifieramount");
        let entity = relation(reading.source, child, parent, get("relationshiprelationshiptype"), share);
        if get("relationshiprelationshipstatus") != "INACTIVE" {
            reading.entity(Place::Line(record.line()), entity);
        }
    });
}

pub(super) fn read_relation_xml(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["RelationshipRecord", "Header"], &mut |reading, place, found| match found {
        Found::Around(_) => {}
        // The count of the header includes relations that are over, which are left out here.
        Found::Record(header) if header.name == "Header" => reading.version(header.get("ContentDate")),
        Found::Record(record) => {
            let nothing = Element::default();
            let between = record.child("Relationship").unwrap_or(&nothing);
            let node = |name: &str| between.child(name).map_or("", |node| node.get("NodeID"));
            let shares = between.path(&["RelationshipQuantifiers", "RelationshipQuantifier", "QuantifierAmount"]);
            let share = shares.first().map_or("", |share| share.text.as_str());
            let kind = between.get("RelationshipType");
            let entity = relation(reading.source, node("StartNode"), node("EndNode"), kind, share);
            if between.get("RelationshipStatus") != "INACTIVE" {
                reading.entity(place, entity);
            }
        }
    });
}

/// The index says who consolidates whom: told as what the parent is to the child, as everywhere in the model.
fn relation(source: &str, child: &str, parent: &str, kind: &str, share: &str) -> Result<Entity, String> {
    let kind = match kind {
        "IS_DIRECTLY_CONSOLIDATED_BY" => "parent",
        "IS_ULTIMATELY_CONSOLIDATED_BY" => "ultimate_parent",
        "IS_INTERNATIONAL_BRANCH_OF" => "head_office",
        "IS_FUND-MANAGED_BY" => "fund_manager",
        "IS_SUBFUND_OF" => "umbrella_fund",
        "IS_FEEDER_TO" => "master_fund",
        _ => "associate",
    };
    let mut draft = Draft::new(source, parent, EntityType::Organization);
    draft.relation(kind, child, share.parse().ok());
    if child.trim().is_empty() {
        return Err("the relation has no child".to_owned());
    }
    draft.finish()
}
