//! Goes over the items of a rule's detections and puts in their place what becomes of them.

use rsigma_parser::{ArrayQuantifier, ConditionExpr, Detection, DetectionItem, Detections, FieldSpec, SigmaRule};
use std::collections::HashSet;

/// What becomes of an item.
pub(super) enum Outcome {
    /// It stays, changed or not.
    Keep,
    /// It goes, and what is left counts.
    Drop,
    /// Any of these stands for it.
    AnyOf(Vec<DetectionItem>),
}

/// What is done with an item.
pub(super) type Visit<'v, E> = &'v mut dyn FnMut(&mut DetectionItem) -> Result<Outcome, E>;

/// Changes every item of a rule; false when nothing is left of its condition.
pub(super) fn change<E>(rule: &mut SigmaRule, visit: Visit<'_, E>) -> Result<bool, E> {
    // In the order of their names, so that what is said of a broken rule is always the same.
    let mut names: Vec<String> = rule.detection.named.keys().cloned().collect();
    names.sort();
    let mut gone = HashSet::new();
    for name in names {
        let Some(detection) = rule.detection.named.remove(&name) else { continue };
        match changed(detection, visit)? {
            Some(detection) => drop(rule.detection.named.insert(name, detection)),
            None => drop(gone.insert(name)),
        }
    }
    Ok(gone.is_empty() || prune(&mut rule.detection, &gone))
}

/// The detection with its items changed; nothing when none is left.
fn changed<E>(detection: Detection, visit: Visit<'_, E>) -> Result<Option<Detection>, E> {
    Ok(match detection {
        Detection::AllOf(items) => all_of(items, visit)?,
        Detection::AnyOf(parts) => {
            let parts = each(parts, visit)?;
            (!parts.is_empty()).then_some(Detection::AnyOf(parts))
        }
        Detection::And(parts) => {
            let parts = each(parts, visit)?;
            (!parts.is_empty()).then_some(Detection::And(parts))
        }
        Detection::Keywords(values) => {
            let mut item = DetectionItem { field: FieldSpec::new(None, Vec::new()), values };
            match visit(&mut item)? {
                Outcome::Drop => None,
                Outcome::Keep | Outcome::AnyOf(_) => Some(Detection::Keywords(item.values)),
            }
        }
        Detection::ArrayMatch { field, quantifier, body } => array(field, quantifier, *body, visit)?,
        // Its names are those within an element of a list.
        conditional @ Detection::Conditional { .. } => Some(conditional),
    })
}

fn each<E>(parts: Vec<Detection>, visit: Visit<'_, E>) -> Result<Vec<Detection>, E> {
    parts.into_iter().filter_map(|part| changed(part, visit).transpose()).collect()
}

fn all_of<E>(items: Vec<DetectionItem>, visit: Visit<'_, E>) -> Result<Option<Detection>, E> {
    let (mut kept, mut parts) = (Vec::new(), Vec::new());
    let was_empty = items.is_empty();
    for mut item in items {
        match visit(&mut item)? {
            Outcome::Keep => kept.push(item),
            Outcome::Drop => {}
            Outcome::AnyOf(items) => {
                parts.push(Detection::AnyOf(items.into_iter().map(|item| Detection::AllOf(vec![item])).collect()));
            }
        }
    }
    if parts.is_empty() {
        return Ok((was_empty || !kept.is_empty()).then_some(Detection::AllOf(kept)));
    }
    if !kept.is_empty() {
        parts.insert(0, Detection::AllOf(kept));
    }
    Ok(Some(Detection::And(parts)))
}

/// A block on the elements of a list: the list has a name that may change, what is within has its own.
fn array<E>(
    field: String,
    quantifier: ArrayQuantifier,
    body: Detection,
    visit: Visit<'_, E>,
) -> Result<Option<Detection>, E> {
    let mut item = DetectionItem { field: FieldSpec::new(Some(field), Vec::new()), values: Vec::new() };
    let block = |item: &DetectionItem, body: &Detection| Detection::ArrayMatch {
        field: item.field.name.clone().unwrap_or_default(),
        quantifier,
        body: Box::new(body.clone()),
    };
    Ok(match visit(&mut item)? {
        Outcome::Keep => Some(block(&item, &body)),
        Outcome::Drop => None,
        Outcome::AnyOf(items) => Some(Detection::AnyOf(items.iter().map(|item| block(item, &body)).collect())),
    })
}

/// Takes what is gone out of the conditions; false when nothing is left of them.
fn prune(detection: &mut Detections, gone: &HashSet<String>) -> bool {
    let conditions = std::mem::take(&mut detection.conditions);
    detection.conditions = conditions.into_iter().filter_map(|condition| pruned(condition, gone)).collect();
    !detection.conditions.is_empty() && !detection.named.is_empty()
}

fn pruned(condition: ConditionExpr, gone: &HashSet<String>) -> Option<ConditionExpr> {
    let parts = |parts: Vec<ConditionExpr>| -> Vec<ConditionExpr> {
        parts.into_iter().filter_map(|part| pruned(part, gone)).collect()
    };
    match condition {
        ConditionExpr::And(all) => Some(parts(all)).filter(|all| !all.is_empty()).map(ConditionExpr::And),
        ConditionExpr::Or(any) => Some(parts(any)).filter(|any| !any.is_empty()).map(ConditionExpr::Or),
        ConditionExpr::Not(part) => pruned(*part, gone).map(|part| ConditionExpr::Not(Box::new(part))),
        ConditionExpr::Identifier(name) => (!gone.contains(&name)).then_some(ConditionExpr::Identifier(name)),
        selector @ ConditionExpr::Selector { .. } => Some(selector),
    }
}
