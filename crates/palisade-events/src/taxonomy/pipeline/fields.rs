//! Gives fields other names, wherever a rule says a field.

use super::{
    detections::{self, Outcome},
    transformation::PipelineFault,
};
use rsigma_parser::{
    CorrelationCondition, CorrelationRule, DetectionItem, Modifier, SigmaRule, SigmaString, SigmaValue,
};

/// Items that renaming may make of one rule: each field may get several names, and pipelines follow each other.
const ITEMS_MAX: usize = 10_000;

/// How fields are renamed.
#[derive(Clone, Debug)]
pub(super) enum Renaming {
    /// These names to those; several mean that any of them may hold the value.
    Mapping(Vec<(String, Vec<String>)>),
    /// The beginning of names.
    PrefixMapping(Vec<(String, Vec<String>)>),
    /// Something before every name.
    Prefix(String),
    /// Something behind every name.
    Suffix(String),
}

impl Renaming {
    /// The new names of a field; none when it keeps its own.
    pub(super) fn of(&self, field: &str) -> Vec<String> {
        match self {
            Self::Mapping(names) => {
                names.iter().find(|(name, _)| name == field).map(|(_, to)| to.clone()).unwrap_or_default()
            }
            Self::PrefixMapping(prefixes) => prefixes
                .iter()
                .find_map(|(prefix, to)| Some((field.strip_prefix(prefix.as_str())?, to)))
                .map(|(rest, to)| to.iter().map(|prefix| format!("{prefix}{rest}")).collect())
                .unwrap_or_default(),
            Self::Prefix(prefix) => vec![format!("{prefix}{field}")],
            Self::Suffix(suffix) => vec![format!("{field}{suffix}")],
        }
    }
}

/// The new names of a field that this item has; none when it keeps its own.
pub(super) type NamesOf<'n> = &'n mut dyn FnMut(&DetectionItem, &str) -> Vec<String>;

/// Renames the fields of a rule.
pub(super) fn rename(rule: &mut SigmaRule, names_of: NamesOf<'_>) -> Result<bool, PipelineFault> {
    let mut listed = Vec::with_capacity(rule.fields.len());
    for field in std::mem::take(&mut rule.fields) {
        let item =
            DetectionItem { field: rsigma_parser::FieldSpec::new(Some(field.clone()), Vec::new()), values: Vec::new() };
        let names = names_of(&item, &field);
        if names.is_empty() { listed.push(field) } else { listed.extend(names) }
    }
    rule.fields = listed;
    let mut made = 0;
    detections::change(rule, &mut |item| {
        rename_references(item, names_of);
        let Some(field) = item.field.name.clone() else { return Ok(Outcome::Keep) };
        let mut names = names_of(item, &field);
        made += names.len().max(1);
        if made > ITEMS_MAX {
            return Err(PipelineFault::new("the rule grows to more than 10000 items"));
        }
        if names.len() <= 1 {
            item.field.name = names.pop().or(Some(field));
            return Ok(Outcome::Keep);
        }
        let named = |name| {
            let mut item = item.clone();
            item.field.name = Some(name);
            item
        };
        Ok(Outcome::AnyOf(names.into_iter().map(named).collect()))
    })
}

/// Values that name a field.
fn rename_references(item: &mut DetectionItem, names_of: NamesOf<'_>) {
    if !item.field.has_modifier(Modifier::FieldRef) {
        return;
    }
    for index in 0..item.values.len() {
        let SigmaValue::String(field) = &item.values[index] else { continue };
        let names = names_of(item, &field.original.clone());
        if let Some(name) = names.first() {
            item.values[index] = SigmaValue::String(SigmaString::new(name));
        }
    }
}

/// Renames the fields of a correlation. A field that it groups by can have one name only, the first.
pub(super) fn rename_correlation(rule: &mut CorrelationRule, names_of: &mut dyn FnMut(&str) -> Vec<String>) {
    let aliases: Vec<String> = rule.aliases.iter().map(|alias| alias.alias.clone()).collect();
    let mut rename = |field: &mut String| {
        if let Some(name) = names_of(field).into_iter().next() {
            *field = name;
        }
    };
    rule.group_by.iter_mut().filter(|field| !aliases.contains(field)).for_each(&mut rename);
    rule.aliases.iter_mut().flat_map(|alias| alias.mapping.values_mut()).for_each(&mut rename);
    if let CorrelationCondition::Threshold { field: Some(fields), .. } = &mut rule.condition {
        fields.iter_mut().filter(|field| !aliases.contains(field)).for_each(&mut rename);
    }
}
