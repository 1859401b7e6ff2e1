//! Processing pipelines in the form of pySigma: a list of transformations that rewrite rules before they are compiled,
//! each under conditions.
//!
//! ```
//! use palisade_events::taxonomy::Pipeline;
//!
//! let pipeline = Pipeline::parse(
//!     "name: example
//! transformations:
//!   - type: field_name_mapping
//!     mapping:
//!       Image: process.executable
//!     rule_conditions:
//!       - type: logsource
//!         product: windows
//! ",
//! )
//! .expect("is whole");
//! let text = "{title: x, logsource: {product: windows}, detection: {s: {Image: a}, condition: s}}";
//! let mut rule = rsigma_parser::parse_sigma_yaml(text).expect("parses").rules.remove(0);
//! pipeline.apply(&mut rule).expect("applies");
//! assert!(format!("{rule:?}").contains("process.executable"));
//! ```

mod conditions;
mod detections;
mod fields;
mod read;
#[cfg(test)]
mod tests;
mod transformation;
mod values;

pub use transformation::PipelineFault;

use super::place::{Node, TaxonomyFault, parse};
use conditions::{Conditions, FieldCondition, ItemCondition, RuleCondition, Subject};
use rsigma_parser::{CorrelationRule, LogSource, SigmaRule, SigmaValue};
use std::collections::{HashMap, HashSet};
use transformation::Transformation;

/// A pipeline as its file says it.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Lower ones run first.
    pub priority: i64,
    variables: HashMap<String, Vec<SigmaValue>>,
    items: Vec<Item>,
}

/// One transformation with what it depends on.
#[derive(Clone, Debug)]
struct Item {
    id: Option<String>,
    /// Where it stands, for what goes wrong with a rule.
    place: String,
    transformation: Transformation,
    on_rule: Conditions<RuleCondition>,
    on_item: Conditions<ItemCondition>,
    on_field: Conditions<FieldCondition>,
}

/// The pipeline for events of OCSF, whose names depend on the class of the event.
pub const OCSF_PIPELINE: &str = include_str!("../ocsf.yml");

impl Pipeline {
    /// Reads a pipeline from YAML.
    ///
    /// # Errors
    /// When the YAML is broken, or says something that is not known here.
    pub fn parse(text: &str) -> Result<Self, TaxonomyFault> {
        let value = parse(text)?;
        read::pipeline(&Node::new(&value)).map_err(|fault| fault.in_text(text))
    }

    /// Rewrites a rule.
    ///
    /// # Errors
    /// When a placeholder has no value, nothing is left of the rule, or the pipeline refuses it.
    pub fn apply(&self, rule: &mut SigmaRule) -> Result<(), PipelineFault> {
        self.apply_after(rule, &mut HashSet::new())
    }

    /// Rewrites the names of fields in a correlation of rules with these log sources.
    pub fn apply_to_correlation(&self, rule: &mut CorrelationRule, sources: &[LogSource]) {
        let mut applied = HashSet::new();
        for item in &self.items {
            let subject = Subject::Correlation { rule, sources, applied: &applied };
            if item.on_rule.hold(|condition| condition.holds(&subject)) {
                if let Some(renaming) = item.transformation.renaming() {
                    fields::rename_correlation(rule, &mut |name| item.renamed(renaming, name));
                }
                applied.extend(item.id.clone());
            }
        }
    }

    fn apply_after(&self, rule: &mut SigmaRule, applied: &mut HashSet<String>) -> Result<(), PipelineFault> {
        for item in &self.items {
            let subject = Subject::Rule { rule, applied };
            if item.on_rule.hold(|condition| condition.holds(&subject)) {
                item.apply(rule, &self.variables).map_err(|fault| fault.at(&self.name, &item.place))?;
                applied.extend(item.id.clone());
            }
        }
        Ok(())
    }
}

/// Several pipelines, in the order of their priorities.
#[derive(Clone, Debug, Default)]
pub struct Pipelines {
    pipelines: Vec<Pipeline>,
}

impl Pipelines {
    /// Puts pipelines in order; those of one priority stay in the order given.
    #[must_use]
    pub fn new(mut pipelines: Vec<Pipeline>) -> Self {
        pipelines.sort_by_key(|pipeline| pipeline.priority);
        Self { pipelines }
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pipelines.is_empty()
    }

    /// Rewrites a rule by one pipeline after the other.
    ///
    /// # Errors
    /// As [`Pipeline::apply`].
    pub fn apply(&self, rule: &mut SigmaRule) -> Result<(), PipelineFault> {
        let mut applied = HashSet::new();
        self.pipelines.iter().try_for_each(|pipeline| pipeline.apply_after(rule, &mut applied))
    }

    /// Rewrites the names of fields in a correlation of rules with these log sources.
    pub fn apply_to_correlation(&self, rule: &mut CorrelationRule, sources: &[LogSource]) {
        self.pipelines.iter().for_each(|pipeline| pipeline.apply_to_correlation(rule, sources));
    }
}
