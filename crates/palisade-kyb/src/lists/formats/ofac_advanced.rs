//! OFAC's `SDN_ADVANCED.XML`, after the United Nations' model of sanctions lists: everything that can be said stands
//! once in tables of reference values, and parties point to them by number. The tables come first, so one pass does.

use crate::{
    entity::{EntityType, Name, NameKind, PartialDate},
    lists::{
        dates::{date_from_parts, years_between},
        draft::{Draft, entity_type},
        identifier_kinds::identifier_kind,
        reading::{Place, Reading},
        xml::Element,
        xml_records::{Found, read_records},
    },
};
use std::{collections::HashMap, io::BufRead};

/// Elements that are read whole, beside the reference values.
const RECORDS: &[&str] = &["Location", "IDRegDocument", "DistinctParty", "ProfileRelationship", "SanctionsEntry"];
/// Reference values that parties need the text of.
const VALUES: &[&str] = &[
    "AliasType",
    "AreaCode",
    "Country",
    "DetailReference",
    "FeatureType",
    "IDRegDocType",
    "LocPartType",
    "NamePartType",
    "PartySubType",
    "PartyType",
    "RelationType",
    "Script",
];
/// Tables of values and documents are no larger than this, together.
const TABLE_ITEMS_MAX: usize = 2_000_000;

#[derive(Default)]
struct Tables {
    /// By kind and number.
    values: HashMap<(String, String), String>,
    locations: HashMap<String, Location>,
    /// Documents by the identity that they are of: kind, number, country.
    documents: HashMap<String, Vec<(String, String, String)>>,
    items: usize,
}

#[derive(Clone, Default)]
struct Location {
    street: String,
    city: String,
    region: String,
    postal_code: String,
    country: String,
}

pub(super) fn read(reading: &mut Reading<'_>, input: &mut dyn BufRead, _head: &[u8]) {
    let mut tables = Tables::default();
    let records: Vec<&str> = RECORDS.iter().chain(VALUES).copied().collect();
    read_records(reading, input, &records, &mut |reading, place, found| match found {
        Found::Around(_) => {}
        Found::Record(record) => tables.read(reading, place, record),
    });
}

impl Tables {
    fn read(&mut self, reading: &mut Reading<'_>, place: Place, record: &Element) {
        match record.name.as_str() {
            "DistinctParty" => self.read_party(reading, place, record),
            "ProfileRelationship" => {
                let mut draft = Draft::new(reading.source, record.attribute("From-ProfileID"), EntityType::Unknown);
                let kind = self.value("RelationType", record.attribute("RelationTypeID"));
                draft.relation(kind, record.attribute("To-ProfileID"), None);
                reading.entity(place, draft.finish());
            }
            "SanctionsEntry" => {
                let mut draft = Draft::new(reading.source, record.attribute("ProfileID"), EntityType::Unknown);
                for measure in record.all("SanctionsMeasure") {
                    draft.program(measure.get("Comment"));
                }
                reading.entity(place, draft.finish());
            }
            _ if self.items >= TABLE_ITEMS_MAX => {}
            "Location" => {
                let location = self.location(record);
                self.locations.insert(record.attribute("ID").to_owned(), location);
                self.items += 1;
            }
            "IDRegDocument" => self.read_document(record),
            kind => {
                let text = if kind == "AreaCode" { record.attribute("Description") } else { &record.text };
                self.values.insert((kind.to_owned(), record.attribute("ID").to_owned()), text.to_owned());
                if kind == "PartySubType" {
                    let party = record.attribute("PartyTypeID").to_owned();
                    self.values.insert(("PartyOf".to_owned(), record.attribute("ID").to_owned()), party);
                }
                self.items += 1;
            }
        }
    }

    fn value(&self, kind: &str, id: &str) -> &str {
        self.values.get(&(kind.to_owned(), id.to_owned())).map_or("", String::as_str)
    }

    fn read_document(&mut self, record: &Element) {
        let kind = self.value("IDRegDocType", record.attribute("IDRegDocTypeID")).to_owned();
        let country = self.value("Country", record.attribute("IssuedBy-CountryID")).to_owned();
        let number = record.get("IDRegistrationNo").to_owned();
        self.documents.entry(record.attribute("IdentityID").to_owned()).or_default().push((kind, number, country));
        self.items += 1;
    }

    fn location(&self, record: &Element) -> Location {
        let mut location = Location::default();
        for part in record.all("LocationPart") {
            let kind = self.value("LocPartType", part.attribute("LocPartTypeID")).to_ascii_uppercase();
            let value = part.child("LocationPartValue").map_or("", |value| value.get("Value"));
            let field = match kind.as_str() {
                "CITY" => &mut location.city,
                "STATE/PROVINCE" | "REGION" => &mut location.region,
                "POSTAL CODE" => &mut location.postal_code,
                _ => &mut location.street,
            };
            if !field.is_empty() {
                field.push_str(", ");
            }
            field.push_str(value);
        }
        let country =
            record.child("LocationCountry").map(|country| self.value("Country", country.attribute("CountryID")));
        let area = record.child("LocationAreaCode").map(|area| self.value("AreaCode", area.attribute("AreaCodeID")));
        location.country = country.or(area).unwrap_or_default().to_owned();
        location
    }

    fn read_party(&self, reading: &mut Reading<'_>, place: Place, party: &Element) {
        let comment = party.get("Comment");
        for profile in party.all("Profile") {
            let kind = profile.attribute("PartySubTypeID");
            let mut known = entity_type(self.value("PartySubType", kind));
            if known == EntityType::Unknown {
                known = entity_type(self.value("PartyType", self.value("PartyOf", kind)));
            }
            let mut draft = Draft::new(reading.source, profile.attribute("ID"), known);
            for identity in profile.all("Identity") {
                self.read_names(&mut draft, identity);
                for (kind, number, country) in self.documents.get(identity.attribute("ID")).into_iter().flatten() {
                    if let Some(kind) = identifier_kind(kind) {
                        draft.identifier(kind, number.trim_start_matches("IMO "), country);
                    }
                }
            }
            for feature in profile.all("Feature") {
                self.read_feature(&mut draft, feature);
            }
            draft.remark(comment);
            reading.entity(place, draft.finish_named());
        }
    }

    fn read_names(&self, draft: &mut Draft, identity: &Element) {
        let groups: HashMap<&str, &str> = identity
            .path(&["NamePartGroups", "MasterNamePartGroup", "NamePartGroup"])
            .iter()
            .map(|group| (group.attribute("ID"), self.value("NamePartType", group.attribute("NamePartTypeID"))))
            .collect();
        for alias in identity.all("Alias") {
            let alias_type = self.value("AliasType", alias.attribute("AliasTypeID"));
            for (index, documented) in alias.all("DocumentedName").enumerate() {
                let mut name = self.name(documented, &groups);
                let is_latin = name.language.as_deref().is_none_or(|script| script.eq_ignore_ascii_case("latin"));
                name.kind = match () {
                    () if !is_latin => NameKind::OtherScript,
                    () if alias.attribute("Primary") == "true" && index == 0 => NameKind::Primary,
                    () if alias.attribute("LowQuality") == "true" => NameKind::WeakAlias,
                    () if alias_type.starts_with("F.K.A") => NameKind::Previous,
                    () => NameKind::Alias,
                };
                draft.full_name(name);
            }
        }
    }

    /// The parts in their order; a family name that leads is divided off by a comma, as OFAC displays it.
    fn name(&self, documented: &Element, groups: &HashMap<&str, &str>) -> Name {
        let (mut family, mut rest, mut script) = (Vec::new(), Vec::new(), None);
        let mut is_person = false;
        for value in documented.path(&["DocumentedNamePart", "NamePartValue"]) {
            let kind = groups.get(value.attribute("NamePartGroupID")).copied().unwrap_or_default();
            is_person |= matches!(kind, "Last Name" | "First Name");
            if kind == "Last Name" {
                family.push(value.text.as_str())
            } else {
                rest.push(value.text.as_str())
            }
            script = Some(self.value("Script", value.attribute("ScriptID"))).filter(|script| !script.is_empty());
        }
        let (family, rest) = (family.join(" "), rest.join(" "));
        let divider = if family.is_empty() || rest.is_empty() { "" } else { ", " };
        Name {
            full: format!("{family}{divider}{rest}"),
            kind: NameKind::Alias,
            given: is_person.then_some(rest),
            family: is_person.then_some(family),
            language: script.map(str::to_owned),
        }
    }

    fn read_feature(&self, draft: &mut Draft, feature: &Element) {
        let kind = self.value("FeatureType", feature.attribute("FeatureTypeID"));
        let lower = kind.to_ascii_lowercase();
        for version in feature.all("FeatureVersion") {
            let details = version.all("VersionDetail").map(|detail| match detail.text.is_empty() {
                true => self.value("DetailReference", detail.attribute("DetailReferenceID")),
                false => &detail.text,
            });
            let locations =
                version.all("VersionLocation").filter_map(|at| self.locations.get(at.attribute("LocationID")));
            match lower.as_str() {
                "birthdate" | "organization established date" => {
                    version.all("DatePeriod").flat_map(period).for_each(|date| draft.date(Some(date)));
                }
                "place of birth" => details.for_each(|place| draft.place(place)),
                "nationality country" | "citizenship country" | "nationality of registration" => {
                    locations.for_each(|location| draft.country(&location.country));
                }
                "vessel flag" => details.for_each(|flag| draft.country(flag)),
                "location" => locations.for_each(|at| {
                    draft.address([&at.street, &at.city, &at.region, &at.postal_code], &at.country);
                }),
                _ => {
                    if let Some(kind) = identifier_kind(kind).filter(|kind| *kind != "other") {
                        details.for_each(|value| draft.identifier(kind, value, ""));
                    }
                }
            }
        }
    }
}

/// A day, a month or a year when start and end span just that; else the years between.
fn period(period: &Element) -> Vec<PartialDate> {
    let point = |bound: &str, side: &str| {
        let at = period.child(bound)?.child(side)?;
        date_from_parts(at.get("Year"), at.get("Month"), at.get("Day"), false)
    };
    let circa = period.path(&["Start"]).iter().any(|start| start.attribute("Approximate") == "true");
    let Some(start) = point("Start", "From") else { return Vec::new() };
    let end = point("End", "To").or_else(|| point("End", "From")).unwrap_or(start);
    let precise = match () {
        () if start == end => start,
        () if (start.year, start.month) == (end.year, end.month) => PartialDate { day: 0, ..start },
        () if start.year == end.year => PartialDate { year: start.year, ..PartialDate::default() },
        () => return years_between(start.year, end.year),
    };
    vec![PartialDate { circa, ..precise }]
}
