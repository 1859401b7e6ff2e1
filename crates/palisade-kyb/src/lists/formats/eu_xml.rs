//! The European Union's consolidated list of financial sanctions, XML form 1.1.

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

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    read_records(reading, input, &["sanctionEntity"], &mut |reading, place, found| match found {
        Found::Around(element) => reading.version(element.attribute("generationDate")),
        Found::Record(record) => {
            let entity = entry(reading.source, record).finish_named();
            reading.entity(place, entity);
        }
    });
}

fn entry(source: &str, record: &Element) -> Draft {
    let entity_type = match record.child("subjectType").map(|subject| subject.attribute("classificationCode")) {
        Some("P") => EntityType::Person,
        Some("E") => EntityType::Organization,
        _ => EntityType::Unknown,
    };
    let mut draft = Draft::new(source, record.attribute("logicalId"), entity_type);
    let mut kind = NameKind::Primary;
    for alias in record.all("nameAlias") {
        draft.full_name(name(alias, kind));
        kind = NameKind::Alias;
    }
    draft.identifier("eu_reference", record.attribute("euReferenceNumber"), "");
    draft.identifier("un_reference", record.attribute("unitedNationId"), "");
    for regulation in record.all("regulation") {
        draft.program(regulation.attribute("programme"));
    }
    for citizenship in record.all("citizenship") {
        draft.country(country(citizenship));
    }
    for birth in record.all("birthdate") {
        read_birth(&mut draft, birth);
    }
    for identification in record.all("identification") {
        let words = format!(
            "{} {}",
            identification.attribute("identificationTypeDescription"),
            identification.attribute("identificationTypeCode")
        );
        if let Some(kind) = identifier_kind(&words) {
            draft.identifier(kind, identification.attribute("number"), country(identification));
        }
    }
    for address in record.all("address") {
        let street = [address.attribute("street"), address.attribute("poBox"), address.attribute("place")].join(" ");
        let region = address.attribute("region");
        draft.address([&street, address.attribute("city"), region, address.attribute("zipCode")], country(address));
    }
    draft.remark(record.attribute("designationDetails"));
    for remark in record.all("remark") {
        draft.remark(&remark.text);
    }
    draft
}

fn name(alias: &Element, kind: NameKind) -> Name {
    let given = [alias.attribute("firstName"), alias.attribute("middleName")].join(" ");
    let kind = if alias.attribute("strong") == "false" { NameKind::WeakAlias } else { kind };
    Name {
        full: alias.attribute("wholeName").to_owned(),
        kind,
        given: Some(given),
        family: Some(alias.attribute("lastName").to_owned()),
        language: Some(alias.attribute("nameLanguage").to_ascii_lowercase()),
    }
}

/// `00` is the list's code for unknown.
fn country(element: &Element) -> &str {
    match element.attribute("countryIso2Code") {
        "" | "00" => match element.attribute("countryDescription") {
            "UNKNOWN" => "",
            description => description,
        },
        code => code,
    }
}

fn read_birth(draft: &mut Draft, birth: &Element) {
    let circa = birth.attribute("circa") == "true";
    let range = (birth.attribute("yearRangeFrom").parse(), birth.attribute("yearRangeTo").parse());
    if let (Ok(from @ 1..=9999), Ok(to @ 1..=9999)) = range {
        years_between(from, to).into_iter().for_each(|year| draft.date(Some(year)));
    } else if birth.attribute("year").is_empty() {
        draft.dates(birth.attribute("birthdate"), Order::DayFirst);
    } else {
        let (month, day) = (birth.attribute("monthOfYear"), birth.attribute("dayOfMonth"));
        draft.date(date_from_parts(birth.attribute("year"), month, day, circa));
    }
    let parts = [birth.attribute("city"), birth.attribute("place"), birth.attribute("region"), country(birth)];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    draft.place(&parts.join(", "));
}
