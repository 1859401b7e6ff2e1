//! Who is asked about, as the command line tells it.

use super::TypeName;
use crate::cli::Failure;
use clap::Args;
use palisade_kyb::{
    entity::{Entity, EntityType},
    lists::{from_columns, parse_dates},
    screening::{party_of_json, screenable},
};

const SOURCE: &str = "question";

/// What is known beside the name.
#[derive(Args)]
pub(super) struct Known {
    /// What it is; unknown, names decide
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    entity_type: Option<TypeName>,
    /// Date of birth or founding: 1962-11-23, 1962-11 or 1962; may be given several times
    #[arg(long, value_name = "DATE")]
    birth: Vec<String>,
    /// Nationality or registration, as a code or a name; may be given several times
    #[arg(long, value_name = "CC")]
    country: Vec<String>,
    /// A number or code, as passport:A1234567, lei:5493…, tax:123@de; may be given several times
    #[arg(long = "id", value_name = "KIND:VALUE")]
    identifiers: Vec<String>,
    /// Street, town, or both
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// Another name of the same; may be given several times
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
}

impl Known {
    /// True when there is anything beside the name.
    pub(super) fn is_empty(&self) -> bool {
        let Self { entity_type, birth, country, identifiers, address, alias } = self;
        let lists = [birth, country, identifiers, alias];
        entity_type.is_none() && address.is_none() && lists.iter().all(|list| list.is_empty())
    }

    /// The one of this name.
    ///
    /// # Errors
    /// What of it cannot be read.
    pub(super) fn named(&self, name: &str) -> Result<Entity, Failure> {
        if let Some(date) =
            self.birth.iter().find(|date| parse_dates(date, palisade_kyb::lists::Order::DayFirst).is_empty())
        {
            return Err(
                Failure::input(format!("--birth {date} is not a date")).hint("write 1962-11-23, 1962-11 or 1962")
            );
        }
        if let Some(text) = self.identifiers.iter().find(|text| !text.contains(':')) {
            return Err(Failure::input(format!("--id {text} has no kind")).hint("write passport:A1234567 or lei:5493…"));
        }
        let entity = from_columns(SOURCE, 1, &|columns| {
            let value = columns.iter().find_map(|column| match *column {
                "name" => Some(name.to_owned()),
                "dates" => Some(self.birth.join(";")),
                "countries" => Some(self.country.join(";")),
                "identifiers" => Some(self.identifiers.join(";")),
                "address" => self.address.clone(),
                "aliases" => Some(self.alias.join(";")),
                _ => None,
            });
            value.unwrap_or_default()
        });
        let mut entity = entity.map_err(|_| Failure::input("a name is empty"))?;
        entity.entity_type = self.entity_type.map_or(EntityType::Unknown, EntityType::from);
        screenable(entity).map_err(Failure::input)
    }
}

/// Who a line of standard input asks about: a JSON object, or a name with what is known of all.
///
/// # Errors
/// The reason, for people.
pub(super) fn of_line(line: &[u8], number: u64, known: &Known) -> Result<Entity, String> {
    if line.trim_ascii_start().starts_with(b"{") {
        return party_of_json(line, number);
    }
    let name = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
    known.named(name).map_err(|failure| failure.to_string())
}
