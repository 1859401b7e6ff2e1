//! Operators over numbers, and over a vector and a number.

use super::context::without_name;
use crate::promql::{
    Element,
    tree::{Binary, Operator},
};

/// What an operator makes of two numbers: a value, and whether a comparison holds.
pub(super) fn numbers(operator: Operator, left: f64, right: f64) -> (f64, bool) {
    match operator {
        Operator::Add => (left + right, true),
        Operator::Subtract => (left - right, true),
        Operator::Multiply => (left * right, true),
        Operator::Divide => (left / right, true),
        Operator::Modulo => (left % right, true),
        Operator::Power => (left.powf(right), true),
        Operator::Atan2 => (left.atan2(right), true),
        Operator::Equal => (left, left == right),
        Operator::NotEqual => (left, left != right),
        Operator::Greater => (left, left > right),
        Operator::Less => (left, left < right),
        Operator::GreaterOrEqual => (left, left >= right),
        Operator::LessOrEqual => (left, left <= right),
        Operator::And | Operator::Or | Operator::Unless => (left, true),
    }
}

/// Of two scalars, a comparison is 0 or 1.
pub(super) fn scalars(operator: Operator, left: f64, right: f64) -> f64 {
    match numbers(operator, left, right) {
        (_, holds) if operator.is_comparison() => f64::from(u8::from(holds)),
        (value, _) => value,
    }
}

/// Of a vector and a scalar, which stands on the left when `swapped`. A comparison keeps the element's own value.
pub(super) fn vector(binary: &Binary, elements: Vec<Element>, scalar: f64, swapped: bool) -> Vec<Element> {
    let operator = binary.operator;
    let made = elements.into_iter().filter_map(|element| {
        let (left, right) = if swapped { (scalar, element.value) } else { (element.value, scalar) };
        let (value, holds) = numbers(operator, left, right);
        let drops_name = drops_name(operator) || binary.as_bool;
        let value = match () {
            () if binary.as_bool => f64::from(u8::from(holds)),
            () if !holds => return None,
            () if operator.is_comparison() => element.value,
            () => value,
        };
        let labels = if drops_name { without_name(&element.labels) } else { element.labels };
        Some(Element { labels, value })
    });
    made.collect()
}

/// True for operators whose result is another quantity than its operands. Of `atan2`, Prometheus keeps the name.
pub(super) fn drops_name(operator: Operator) -> bool {
    !operator.is_comparison() && !operator.is_set() && operator != Operator::Atan2
}
