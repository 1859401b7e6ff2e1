//! From the condition of a rule to one expression, with its detections put in (Sigma specification, "Condition").

use super::{
    detection::{Refusal, refusal},
    expression::Expression,
};
use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern};
use std::collections::HashMap;

/// The condition with each name as the detection that it names.
pub(super) fn condition(written: &ConditionExpr, named: &HashMap<String, Expression>) -> Result<Expression, Refusal> {
    let each = |parts: &[ConditionExpr]| parts.iter().map(|part| condition(part, named)).collect::<Result<Vec<_>, _>>();
    match written {
        ConditionExpr::And(parts) => each(parts).map(Expression::all),
        ConditionExpr::Or(parts) => each(parts).map(Expression::any),
        ConditionExpr::Not(part) => Ok(Expression::Not(Box::new(condition(part, named)?))),
        ConditionExpr::Identifier(name) => named
            .get(name)
            .cloned()
            .ok_or_else(|| refusal(&format!("the condition names '{name}', which is no detection"), "condition")),
        ConditionExpr::Selector { quantifier, pattern } => Ok(selector(quantifier, pattern, named)),
    }
}

fn selector(quantifier: &Quantifier, pattern: &SelectorPattern, named: &HashMap<String, Expression>) -> Expression {
    let mut names: Vec<&String> = named.keys().filter(|name| pattern.matches_detection_name(name)).collect();
    names.sort();
    let parts: Vec<Expression> = names.iter().map(|name| named[*name].clone()).collect();
    match quantifier {
        Quantifier::Any => Expression::any(parts),
        Quantifier::All => Expression::all(parts),
        Quantifier::Count(count) => Expression::AtLeast(usize::try_from(*count).unwrap_or(usize::MAX), parts),
    }
}
