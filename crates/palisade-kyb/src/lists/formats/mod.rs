//! One reader a format, and the table of them.

mod australia;
mod canada;
mod consolidated_screening;
mod denied_persons;
mod eu_csv;
mod eu_xml;
mod follow_the_money;
mod gleif;
mod ofac_advanced;
mod ofac_csv;
mod ofac_remarks;
mod ofac_xml;
mod own;
mod seco;
mod senzing;
mod uk_csv;
mod uk_xml;
mod un;
mod world_bank;

pub use own::from_columns;

use super::{head::Head, input::ListFile, reading::Reading};
use std::io::BufRead;

/// A format of lists.
pub struct Format {
    /// What it is called: `ofac-csv`.
    pub name: &'static str,
    /// Who publishes it, and what.
    pub about: &'static str,
    pub(super) is: fn(&Head<'_>) -> bool,
    pub(super) read: Reader,
}

/// How the files of a list are read.
pub(super) enum Reader {
    /// Each by itself.
    Each(fn(&mut Reading<'_>, &mut dyn BufRead, &[u8])),
    /// Together, because one goes on where the other stops.
    Together(fn(&mut Reading<'_>, &mut [ListFile<'_>])),
}

use Reader::{Each, Together};

const fn row(name: &'static str, about: &'static str, is: fn(&Head<'_>) -> bool, read: Reader) -> Format {
    Format { name, about, is, read }
}

/// All formats. The first whose sign fits is taken, so the general ones stand last.
#[rustfmt::skip]
pub static FORMATS: &[Format] = &[
    row("ofac-csv", "OFAC: SDN and consolidated list, delimited files", |head| ofac_csv::columns(head.bytes).is_some(), Together(ofac_csv::read)),
    row("ofac-xml", "OFAC: SDN.XML, CONSOLIDATED.XML", |head| head.root() == "sdnList", Each(ofac_xml::read)),
    row("ofac-advanced-xml", "OFAC: SDN_ADVANCED.XML, CONS_ADVANCED.XML", |head| head.root() == "Sanctions", Each(ofac_advanced::read)),
    row("un-xml", "United Nations Security Council: consolidated list", |head| head.root() == "CONSOLIDATED_LIST", Each(un::read)),
    row("eu-xml", "European Union: financial sanctions, XML 1.1", |head| head.root() == "export", Each(eu_xml::read)),
    row("eu-csv", "European Union: financial sanctions, CSV 1.1", |head| head.has_columns(eu_csv::SIGNS), Each(eu_csv::read)),
    row("uk-consolidated-csv", "United Kingdom: OFSI's ConList.csv of 2022", |head| head.has_columns(uk_csv::CONSOLIDATED_SIGNS), Each(uk_csv::read_consolidated)),
    row("uk-sanctions-csv", "United Kingdom: UK Sanctions List, CSV", |head| head.has_columns(uk_csv::SANCTIONS_SIGNS), Each(uk_csv::read_sanctions)),
    row("uk-sanctions-xml", "United Kingdom: UK Sanctions List, XML", |head| head.root() == "Designations", Each(uk_xml::read)),
    row("seco-xml", "Switzerland: SECO's consolidated list", |head| head.root() == "swiss-sanctions-list", Each(seco::read)),
    row("canada-xml", "Canada: SEMA and JVCFOA", |head| head.root() == "data-set", Each(canada::read)),
    row("australia-csv", "Australia: DFAT's consolidated list", |head| head.has_columns(australia::SIGNS), Each(australia::read)),
    row("csl-csv", "United States: Consolidated Screening List, CSV", |head| head.has_columns(consolidated_screening::SIGNS), Each(consolidated_screening::read_csv)),
    row("csl-json", "United States: Consolidated Screening List, JSON", |head| head.has_members(&["alt_names", "federal_register_notice"]), Each(consolidated_screening::read_json)),
    row("denied-persons", "Bureau of Industry and Security: dpl.txt", |head| head.has_columns(denied_persons::SIGNS), Each(denied_persons::read)),
    row("world-bank-json", "World Bank: debarred firms and individuals, JSON", |head| head.has_members(&["SUPP_NAME"]), Each(world_bank::read_json)),
    row("world-bank-csv", "World Bank: debarred firms and individuals, CSV", |head| head.has_columns(world_bank::SIGNS), Each(world_bank::read_csv)),
    row("ftm-json", "OpenSanctions: FollowTheMoney entities, JSON lines", |head| head.has_members(&["schema", "properties"]), Each(follow_the_money::read_json)),
    row("opensanctions-csv", "OpenSanctions: targets.simple.csv", |head| head.has_columns(follow_the_money::SIGNS), Each(follow_the_money::read_targets)),
    row("gleif-csv", "GLEIF: level 1, golden copy CSV", |head| head.has_columns(gleif::ENTITY_SIGNS), Each(gleif::read_csv)),
    row("gleif-xml", "GLEIF: level 1, LEI-CDF", |head| head.root() == "LEIData", Each(gleif::read_xml)),
    row("gleif-relations-csv", "GLEIF: level 2, golden copy CSV", |head| head.has_columns(gleif::RELATION_SIGNS), Each(gleif::read_relation_csv)),
    row("gleif-relations-xml", "GLEIF: level 2, RR-CDF", |head| head.root() == "RelationshipData", Each(gleif::read_relation_xml)),
    row("senzing-json", "Senzing: generic entities, JSON", |head| head.has_members(&["RECORD_ID", "DATA_SOURCE"]), Each(senzing::read)),
    row("own-csv", "a list of your own, with a heading that has at least `name`", |head| head.has_columns(own::SIGNS), Each(own::read)),
];
