//! Operators over two vectors, whose elements find each other by their labels.

use super::{
    EvaluateError,
    context::without_name,
    scalar_binary::{drops_name, numbers},
};
use crate::promql::{
    Element, NAME,
    tree::{Binary, Group, Matching, Operator},
};
use palisade_model::Labels;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// The labels by which an element is found.
type Key = Vec<(String, String)>;

pub(super) fn vectors(binary: &Binary, left: Vec<Element>, right: Vec<Element>) -> Result<Vec<Element>, EvaluateError> {
    match binary.operator {
        Operator::And => Ok(chosen(&binary.matching, left, &right, true)),
        Operator::Unless => Ok(chosen(&binary.matching, left, &right, false)),
        Operator::Or => {
            let rest = chosen(&binary.matching, right, &left, false);
            Ok(left.into_iter().chain(rest).collect())
        }
        _ if left.is_empty() || right.is_empty() => Ok(Vec::new()),
        _ => matched(binary, left, right),
    }
}

/// The elements for which there is (or is not) one on the other side.
fn chosen(matching: &Matching, elements: Vec<Element>, others: &[Element], there: bool) -> Vec<Element> {
    let keys: HashSet<Key> = others.iter().map(|other| key(matching, &other.labels)).collect();
    elements.into_iter().filter(|element| keys.contains(&key(matching, &element.labels)) == there).collect()
}

fn matched(binary: &Binary, left: Vec<Element>, right: Vec<Element>) -> Result<Vec<Element>, EvaluateError> {
    let matching = &binary.matching;
    let swapped = matching.group == Group::Right;
    let (many, one) = if swapped { (right, left) } else { (left, right) };
    let ones = by_key(matching, one, if swapped { "left" } else { "right" })?;
    let mut made = Vec::new();
    let mut taken: HashSet<Key> = HashSet::new();
    for element in many {
        let key = key(matching, &element.labels);
        let Some(partner) = ones.get(&key) else { continue };
        let (left, right) = if swapped { (partner.value, element.value) } else { (element.value, partner.value) };
        let (value, holds) = numbers(binary.operator, left, right);
        if !holds && !binary.as_bool {
            continue;
        }
        let value = if binary.as_bool { f64::from(u8::from(holds)) } else { value };
        if matching.group == Group::None && !taken.insert(key) {
            let reason = "several elements on the left match one on the right: say group_left, or match on more labels";
            return Err(EvaluateError::Invalid(reason.to_owned()));
        }
        made.push(Element { labels: result_labels(binary, element.labels, &partner.labels), value });
    }
    Ok(made)
}

/// The elements of the side on which each match has one.
fn by_key(matching: &Matching, one: Vec<Element>, side: &str) -> Result<HashMap<Key, Element>, EvaluateError> {
    let mut found: HashMap<Key, Element> = HashMap::with_capacity(one.len());
    for element in one {
        let (first, second) = (element.labels.clone(), key(matching, &element.labels));
        if let Some(other) = found.insert(second, element) {
            let reason = format!(
                "two elements on the {side} side match alike, {:?} and {:?}: match on more labels",
                other.labels, first
            );
            return Err(EvaluateError::Invalid(reason));
        }
    }
    Ok(found)
}

fn key(matching: &Matching, labels: &Labels) -> Key {
    let pair = |(name, value): (&String, &String)| (name.clone(), value.clone());
    if matching.on {
        let mut named: Key = matching.labels.iter().filter_map(|name| labels.get_key_value(name).map(pair)).collect();
        named.sort_unstable();
        named.dedup();
        named
    } else {
        let counts = |name: &String| name != NAME && !matching.labels.contains(name);
        labels.iter().filter(|(name, _)| counts(name)).map(pair).collect()
    }
}

/// The labels of what two elements make.
fn result_labels(binary: &Binary, many: Arc<Labels>, one: &Labels) -> Arc<Labels> {
    let matching = &binary.matching;
    let mut labels = if drops_name(binary.operator) || binary.as_bool { without_name(&many) } else { many };
    if matching.group == Group::None {
        let stays = |name: &String| matching.labels.contains(name) == matching.on;
        if !labels.keys().all(stays) {
            Arc::make_mut(&mut labels).retain(|name, _| stays(name));
        }
    }
    for name in &matching.include {
        match one.get(name) {
            Some(value) => Arc::make_mut(&mut labels).insert(name.clone(), value.clone()),
            None => Arc::make_mut(&mut labels).remove(name),
        };
    }
    labels
}
