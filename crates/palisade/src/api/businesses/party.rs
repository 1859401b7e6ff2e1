//! Somebody as a request tells of them: the members are called as the columns of own lists and of batches.

use palisade_kyb::{
    entity::{Entity, EntityType},
    lists::{Order, from_columns, parse_dates},
    screening::screenable,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Letters of a name; the longest known has some hundred.
const NAME_CHARS_MAX: usize = 10_000;
/// Values of one member.
const VALUES_MAX: usize = 200;

/// Somebody to screen, and what is known of them. The more is said, the surer the answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"name": "Nicolas Maduro Moros", "type": "person", "dates": ["1962-11-23"], "countries": ["ve"]}))]
pub struct Party {
    /// The id by which you know it; needed for counterparties.
    pub(super) id: Option<String>,
    /// The whole name, in any script and order.
    #[schema(required = true)]
    pub(super) name: String,
    /// `person`, `organization`, `vessel`, `aircraft`; unknown when it is left out.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    pub(super) entity_type: Option<EntityType>,
    /// Other names of the same.
    pub(super) aliases: Vec<String>,
    /// Dates of birth or founding: `1962-11-23`, `1962-11` or `1962`.
    pub(super) dates: Vec<String>,
    /// Nationalities or countries of registration, as codes or names.
    pub(super) countries: Vec<String>,
    /// Numbers and codes: `passport:A1234567`, `lei:5493…`, `tax:123@de`.
    pub(super) identifiers: Vec<String>,
    /// Street, house, box.
    pub(super) address: Option<String>,
    /// Town.
    pub(super) city: Option<String>,
    /// Postal code.
    pub(super) postal_code: Option<String>,
    /// Place of birth.
    pub(super) place_of_birth: Option<String>,
}

impl Party {
    /// As it is screened.
    ///
    /// # Errors
    /// What of it cannot be read, with its place.
    pub fn entity(self, source: &str) -> Result<Entity, String> {
        if self.name.trim().is_empty() {
            return Err("name is empty".to_owned());
        }
        if self.name.chars().count() > NAME_CHARS_MAX {
            return Err(format!("name is longer than {NAME_CHARS_MAX} letters"));
        }
        let lists = [&self.aliases, &self.dates, &self.countries, &self.identifiers];
        if lists.iter().any(|list| list.len() > VALUES_MAX) {
            return Err(format!("a list has more than {VALUES_MAX} values"));
        }
        if let Some(date) = self.dates.iter().find(|date| parse_dates(date, Order::DayFirst).is_empty()) {
            return Err(format!("dates: `{}` is not a date", date.chars().take(40).collect::<String>()));
        }
        if let Some(text) = self.identifiers.iter().find(|text| !text.contains(':')) {
            let shown: String = text.chars().take(40).collect();
            return Err(format!("identifiers: `{shown}` has no kind, as in passport:A1234567"));
        }
        let mut entity = from_columns(source, 1, &|columns| {
            let own = |value: &Option<String>| value.clone();
            let value = columns.iter().find_map(|column| match *column {
                "id" => own(&self.id),
                "name" => Some(self.name.clone()),
                "aliases" => Some(self.aliases.join(";")),
                "dates" => Some(self.dates.join(";")),
                "countries" => Some(self.countries.join(";")),
                "identifiers" => Some(self.identifiers.join(";")),
                "address" => own(&self.address),
                "city" => own(&self.city),
                "postalcode" => own(&self.postal_code),
                "placeofbirth" => own(&self.place_of_birth),
                _ => None,
            });
            value.unwrap_or_default()
        })?;
        entity.entity_type = self.entity_type.unwrap_or_default();
        screenable(entity)
    }
}

/// The parameters of a query string, those that are repeated each time.
pub(super) fn parameters(query: &str) -> Vec<(String, String)> {
    let mut url = reqwest::Url::parse("http://localhost/").ok();
    if let Some(url) = &mut url {
        url.set_query(Some(query));
    }
    url.iter().flat_map(|url| url.query_pairs()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
