//! What a list says of somebody: one model for all lists, with names of every kind, dates as precise as they are known,
//! identifiers, places, and where it was said.

use serde::{Deserialize, Serialize};

/// What an entity is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityType {
    /// A human being.
    Person,
    /// A company or another organisation.
    Organization,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
    /// A wallet, a security or another thing of value.
    Asset,
    /// The list does not say.
    #[default]
    Unknown,
}

/// How a name belongs to an entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// The name that the list leads with.
    #[default]
    Primary,
    /// Also known as.
    Alias,
    /// An alias that the list itself calls weak or of low quality.
    WeakAlias,
    /// Formerly known as.
    Previous,
    /// One of the other names in another script than the list is written in.
    OtherScript,
}

/// One name of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Name {
    /// The whole name, in the order of the list's own display form.
    pub full: String,
    /// How it belongs to the entity.
    pub kind: NameKind,
    /// Given names, where the list tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// Family name, where the list tells it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Language or script that the list states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A date as precisely as it is known: a year, a month of it, or a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartialDate {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12; 0 when unknown.
    pub month: u8,
    /// The day, 1 to 31; 0 when unknown.
    pub day: u8,
    /// True when the list says that the date is about right only.
    pub circa: bool,
}

/// A number or code that names the entity alone: a passport, a tax number, a registration, an LEI, an IMO number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// What it is, in lower case: `passport`, `tax`, `registration`, `lei`, `imo`, `swift`, `wallet`, …
    pub kind: String,
    /// The value as written.
    pub value: String,
    /// Who issued it: an ISO 3166 code in lower case, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// An address, in as many parts as the list gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Street, house, box, and all that has no part of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Town.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// State or province.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Postal code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// ISO 3166 code in lower case where known, else as the list names the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A tie to another entity of the same source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// What this entity is to the other: `owner`, `director`, `subsidiary`, `family`, `associate`, …
    pub kind: String,
    /// The id of the other within the source.
    pub to: String,
    /// The share held, in percent, where the list says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
}

/// Somebody or something on a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// The list, by the name of its feed: `ofac-sdn`, `un-sc`, …
    pub source: String,
    /// The id within the list.
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub entity_type: EntityType,
    /// All names, the leading one first.
    pub names: Vec<Name>,
    /// Dates of birth (people) or founding (organisations).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<PartialDate>,
    /// Places of birth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Nationalities, citizenships, countries of registration, flags: ISO 3166 codes in lower case where known, else as
    /// the list names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Numbers and codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Ties to others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Programmes and topics under which it is listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<String>,
    /// What the list says besides.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remarks: String,
}
