//! The forms of answers about businesses, for the description of the API: the library that makes them knows nothing of
//! OpenAPI.
#![allow(dead_code, reason = "these types describe others and are never made")]

use crate::api::schema::SeverityName;
use utoipa::ToSchema;

/// An entry that fits, and why.
#[derive(ToSchema)]
#[schema(as = ScreeningHit)]
pub struct HitSchema {
    /// The list, by the name of its feed.
    list: String,
    /// What the list says of its version.
    list_version: String,
    /// The SHA-256 over the list's entries.
    list_hash: String,
    /// The id of the entry within the list.
    entry: String,
    /// How well it fits, 0 to 1.
    score: f32,
    /// How likely it is the one asked about, 0 to 1.
    probability: f32,
    /// Whether the score reaches the threshold of the mode.
    matches: bool,
    /// How grave it is.
    severity: SeverityName,
    /// The names that fit best.
    name: Option<NameMatchSchema>,
    /// What speaks for and against beside the names.
    parts: Vec<PartSchema>,
    /// The SHA-256 over what was compared: a decision on the hit holds for it alone.
    evidence: String,
    /// The entry as the list has it: names with their kinds, dates, countries, identifiers, addresses, programmes.
    #[schema(value_type = Object)]
    listed: String,
}

/// Two names, compared word by word.
#[derive(ToSchema)]
#[schema(as = NameMatch)]
pub struct NameMatchSchema {
    /// The name asked about.
    query: String,
    /// The name of the entry.
    listed: String,
    /// `primary`, `alias`, `weak_alias`, `previous` or `other_script`.
    kind: String,
    /// Score and parts.
    comparison: NameComparisonSchema,
}

/// What two names have in common, and what not. The score is 1 less the deductions, and not below 0.
#[derive(ToSchema)]
#[schema(as = NameComparison)]
pub struct NameComparisonSchema {
    /// 0 to 1.
    score: f32,
    /// Word by word.
    parts: Vec<NamePartSchema>,
}

/// A word of one name and what it goes together with.
#[derive(ToSchema)]
#[schema(as = NamePart)]
pub struct NamePartSchema {
    /// Of the name asked about.
    query: Option<String>,
    /// Of the name of the entry.
    listed: Option<String>,
    /// How alike, 0 to 1.
    similarity: f32,
    /// What the words count, 0 to 1.
    weight: f32,
    /// What it takes off the score.
    deduction: f32,
    /// Why: `same`, `spelling`, `typing`, `differs`, `only_one` …
    reason: String,
}

/// What speaks for or against beside the names.
#[derive(ToSchema)]
#[schema(as = ScreeningPart)]
pub struct PartSchema {
    /// `type`, `name_kind`, `date`, `country`, `identifier`, `address` or `place`.
    kind: String,
    /// What was asked about has this.
    query: String,
    /// The entry has this.
    listed: String,
    /// What it adds to the score, or takes off.
    adjustment: f32,
    /// Why, in words.
    reason: String,
}

/// A list that was searched.
#[derive(ToSchema)]
#[schema(as = SearchedList)]
pub struct SearchedSchema {
    /// By the name of its feed.
    list: String,
    /// What it is, in a few words.
    title: String,
    /// What the list says of its version.
    version: String,
    /// How many entries.
    entries: usize,
    /// Records that could not be read.
    problems: u64,
    /// When it was imported, or last found to be the newest.
    imported: String,
    /// The SHA-256 over its entries.
    hash: String,
    /// The SHA-256 of its files.
    sha256: String,
    /// Whole days since it was imported.
    age_days: i64,
    /// `ready` or `stale`.
    state: String,
}
