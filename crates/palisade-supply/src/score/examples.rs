//! Labelled names, and how they become examples for training: each is asked against an index that does not hold it.

use super::{Facts, Profile};
use crate::{
    Ecosystem, Package,
    names::{Index, Popular, Suspicion},
};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Lines that are read.
const LINES_MAX: usize = 2_000_000;
/// No name counts for more.
const WEIGHT_MAX: f64 = 100.0;
/// Popular names are asked in these parts of the list: the most popular part is protected, the rest is asked.
const PROTECTED_PARTS: [f64; 5] = [0.2, 0.35, 0.6, 0.8, 0.9];

/// A name of which somebody knows what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelled {
    /// Where it is from.
    pub ecosystem: Ecosystem,
    /// The name.
    pub name: String,
    /// It was made to do harm.
    pub malicious: bool,
    /// Who says so. Sources are held out one by one to see what a model is worth on names from elsewhere.
    pub source: String,
    /// When that became known. The last ones are held out to see what a model is worth on names to come.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// The name that it imitates, where somebody found out.
    #[serde(default)]
    pub target: Option<String>,
    /// How many examples it counts for: 1 when left out, more for few good ones among many made up.
    #[serde(default)]
    pub weight: Option<f64>,
    /// What its registry said of it, where that was kept.
    #[serde(default)]
    pub facts: Option<Facts>,
}

/// The popular names of an ecosystem, most popular first.
#[derive(Clone, Debug)]
pub struct PopularList {
    /// Where they are from.
    pub ecosystem: Ecosystem,
    /// Who publishes the list.
    pub source: String,
    /// The names.
    pub names: Vec<Popular>,
}

/// One name with everything that the model may look at.
#[derive(Clone, Debug)]
pub struct Example {
    /// The name.
    pub name: String,
    /// One profile for each likeness; a single one where there is none.
    pub profiles: Vec<Profile>,
    /// It was made to do harm.
    pub malicious: bool,
    /// Who says so.
    pub source: String,
    /// When that became known.
    pub date: Option<Timestamp>,
    /// Where it is from.
    pub ecosystem: Ecosystem,
    /// The name resembles a protected one.
    pub suspected: bool,
    /// What it imitates, where somebody found out.
    pub target: Option<String>,
    /// How many examples it counts for.
    pub weight: f64,
    /// How many names were protected when it was asked.
    pub listed: usize,
}

/// Why labelled data was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ExampleError {
    /// A line has another form.
    #[error("line {line}: {error}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// There are too many.
    #[error("more than {LINES_MAX} lines")]
    TooMany,
}

/// Reads labelled names, one JSON object a line.
///
/// # Errors
/// When a line is no labelled name, or there are too many.
pub fn read_labelled(text: &str) -> Result<Vec<Labelled>, ExampleError> {
    let mut labelled = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if labelled.len() == LINES_MAX {
            return Err(ExampleError::TooMany);
        }
        labelled.push(serde_json::from_str(line).map_err(|error| ExampleError::Line { line: number + 1, error })?);
    }
    Ok(labelled)
}

/// Examples of all `labelled` names, and of the less popular names of each list against its more popular ones, as names
/// that are harmless. Both are asked against the same parts of the lists: else the size of a list would tell them apart.
#[must_use]
pub fn examples(lists: &[PopularList], labelled: &[Labelled], now: Timestamp) -> Vec<Example> {
    let mut found = Vec::new();
    for list in lists {
        let until = PROTECTED_PARTS.map(|part| (list.names.len() as f64 * part) as usize);
        let indexes = until.map(|until| Index::new(list.ecosystem, &list.names[..until]));
        let own = labelled.iter().filter(|labelled| labelled.ecosystem == list.ecosystem);
        found.extend(own.filter_map(|labelled| {
            let index = index_for(&indexes, labelled).filter(|index| index.rank(&labelled.name).is_none())?;
            let facts = labelled.facts.clone().unwrap_or_default();
            let base = (labelled.malicious, labelled.source.as_str(), labelled.date);
            let weight = labelled.weight.unwrap_or(1.0).clamp(0.0, WEIGHT_MAX);
            let example = example(index, &labelled.name, &facts, base, now);
            Some(Example { target: labelled.target.clone(), weight, ..example })
        }));
        for (index, until) in indexes.iter().zip(until) {
            let asked = &list.names[until..];
            let base = (false, list.source.as_str(), None);
            found.extend(asked.iter().map(|popular| example(index, &popular.name, &Facts::default(), base, now)));
        }
    }
    found
}

/// One of the indexes that protect what `labelled` imitates, always the same one; any where that is not known, and none
/// where none protects it.
fn index_for<'a>(indexes: &'a [Index], labelled: &Labelled) -> Option<&'a Index> {
    let protects = |index: &&Index| labelled.target.as_deref().is_none_or(|target| index.rank(target).is_some());
    let fit: Vec<&Index> = indexes.iter().filter(protects).collect();
    let hash = labelled.name.bytes().fold(5381_u32, |hash, byte| hash.wrapping_mul(33) ^ u32::from(byte)) >> 7;
    fit.get(hash as usize % fit.len().max(1)).copied()
}

fn example(
    index: &Index,
    name: &str,
    facts: &Facts,
    (malicious, source, date): (bool, &str, Option<Timestamp>),
    now: Timestamp,
) -> Example {
    let package = Package { ecosystem: index.ecosystem(), name: name.to_owned(), version: None };
    let suspicions = index.check(name);
    let profile = |suspicion: Option<&Suspicion>| Profile::new(&package, suspicion, facts, now);
    let profiles = match suspicions.len() {
        0 => vec![profile(None)],
        _ => suspicions.iter().map(|suspicion| profile(Some(suspicion))).collect(),
    };
    let suspected = !suspicions.is_empty();
    let name = name.to_owned();
    Example {
        name,
        profiles,
        malicious,
        source: source.to_owned(),
        date,
        ecosystem: index.ecosystem(),
        suspected,
        target: None,
        weight: 1.0,
        listed: index.len(),
    }
}
