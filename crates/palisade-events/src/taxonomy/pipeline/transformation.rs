//! What a pipeline does with a rule.

use super::{
    Item,
    detections::{self, Outcome},
    fields::{self, Renaming},
    values::{Placeholders, Replacement},
};
use rsigma_parser::{ConditionExpr, Detection, DetectionItem, FieldSpec, SigmaRule, SigmaValue};
use std::collections::HashMap;

/// Why a pipeline cannot be applied to a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pipeline '{pipeline}', {place}: {reason}")]
pub struct PipelineFault {
    /// The name of the pipeline.
    pub pipeline: String,
    /// Where the transformation stands in it.
    pub place: String,
    /// What is wrong.
    pub reason: String,
}

/// One kind of change.
#[derive(Clone, Debug)]
pub(super) enum Transformation {
    Rename(Renaming),
    AddCondition { items: Vec<DetectionItem>, is_negated: bool },
    ChangeLogSource { product: Option<String>, category: Option<String>, service: Option<String> },
    DropItem,
    ReplaceString(Replacement),
    Placeholders(Placeholders),
    Refuse(String),
}

impl PipelineFault {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { pipeline: String::new(), place: String::new(), reason: reason.into() }
    }

    pub(super) fn at(mut self, pipeline: &str, place: &str) -> Self {
        (self.pipeline, self.place) = (pipeline.to_owned(), place.to_owned());
        self
    }
}

impl Transformation {
    pub(super) fn renaming(&self) -> Option<&Renaming> {
        match self {
            Self::Rename(renaming) => Some(renaming),
            _ => None,
        }
    }
}

impl Item {
    pub(super) fn apply(
        &self,
        rule: &mut SigmaRule,
        variables: &HashMap<String, Vec<SigmaValue>>,
    ) -> Result<(), PipelineFault> {
        let is_left = match &self.transformation {
            Transformation::Rename(renaming) => fields::rename(rule, &mut |item, name| {
                if self.on_item.hold(|condition| condition.holds(item)) {
                    self.renamed(renaming, name)
                } else {
                    Vec::new()
                }
            })?,
            Transformation::DropItem => detections::change(rule, &mut |item| {
                Ok::<_, PipelineFault>(if self.concerns(item) { Outcome::Drop } else { Outcome::Keep })
            })?,
            Transformation::ReplaceString(replacement) => self.on_values(rule, &mut |item| {
                replacement.apply(item);
                Ok(())
            })?,
            Transformation::Placeholders(placeholders) => {
                self.on_values(rule, &mut |item| placeholders.apply(item, variables))?
            }
            Transformation::AddCondition { items, is_negated } => {
                add_condition(rule, items, *is_negated);
                true
            }
            Transformation::ChangeLogSource { product, category, service } => {
                rule.logsource.product.clone_from(product);
                rule.logsource.category.clone_from(category);
                rule.logsource.service.clone_from(service);
                true
            }
            Transformation::Refuse(reason) => return Err(PipelineFault::new(reason.clone())),
        };
        if is_left { Ok(()) } else { Err(PipelineFault::new("nothing is left of the rule")) }
    }

    /// The new names of a field where the conditions on its name hold.
    pub(super) fn renamed(&self, renaming: &Renaming, name: &str) -> Vec<String> {
        let holds = self.on_field.hold(|condition| condition.holds(Some(name)));
        if holds { renaming.of(name) } else { Vec::new() }
    }

    fn concerns(&self, item: &DetectionItem) -> bool {
        self.on_item.hold(|condition| condition.holds(item))
            && self.on_field.hold(|condition| condition.holds(item.field.name.as_deref()))
    }

    fn on_values(
        &self,
        rule: &mut SigmaRule,
        change: &mut dyn FnMut(&mut DetectionItem) -> Result<(), PipelineFault>,
    ) -> Result<bool, PipelineFault> {
        detections::change(rule, &mut |item| {
            if self.concerns(item) {
                change(item)?;
            }
            Ok(Outcome::Keep)
        })
    }
}

/// Asks for these items beside what the rule asks for.
fn add_condition(rule: &mut SigmaRule, items: &[DetectionItem], is_negated: bool) {
    // Names that begin so are not among `them`.
    let name = (0..).map(|number| format!("_pipeline_{number}")).find(|name| !rule.detection.named.contains_key(name));
    let name = name.unwrap_or_default();
    let items = items.iter().map(|item| in_context(item, rule)).collect();
    for condition in &mut rule.detection.conditions {
        let own = std::mem::replace(condition, ConditionExpr::Identifier(name.clone()));
        let added = ConditionExpr::Identifier(name.clone());
        let added = if is_negated { ConditionExpr::Not(Box::new(added)) } else { added };
        // Side by side: what is nested a thousand times deep would be too deep for who reads it.
        *condition = match own {
            ConditionExpr::And(mut parts) => {
                parts.insert(0, added);
                ConditionExpr::And(parts)
            }
            own => ConditionExpr::And(vec![added, own]),
        };
    }
    for text in &mut rule.detection.condition_strings {
        *text = format!("{}{name} and ({text})", if is_negated { "not " } else { "" });
    }
    rule.detection.named.insert(name, Detection::AllOf(items));
}

/// `$category` and the like are what the rule says.
fn in_context(item: &DetectionItem, rule: &SigmaRule) -> DetectionItem {
    let parts = [
        ("$category", &rule.logsource.category),
        ("$product", &rule.logsource.product),
        ("$service", &rule.logsource.service),
    ];
    let value = |value: &SigmaValue| match value {
        SigmaValue::String(text) if text.original.contains('$') => {
            let filled = parts.iter().fold(text.original.clone(), |text, (name, part)| {
                text.replace(name, part.as_deref().unwrap_or_default())
            });
            SigmaValue::String(rsigma_parser::SigmaString::new(&filled))
        }
        other => other.clone(),
    };
    let field = FieldSpec::new(item.field.name.clone(), item.field.modifiers.clone());
    DetectionItem { field, values: item.values.iter().map(value).collect() }
}
