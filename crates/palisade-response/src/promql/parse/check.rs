//! Whether the parts of an expression fit together.

use super::Mistake;
use crate::promql::{
    function::Function,
    tree::{Aggregator, Binary, Expr, Group, Kind, Matching},
};

/// A sign stands before scalars and vectors.
pub(super) fn signed(at: usize, inner: &Expr) -> Result<(), Mistake> {
    match inner.kind() {
        Kind::Scalar | Kind::Vector => Ok(()),
        kind => Err(Mistake::new(at, format!("a sign stands before a scalar or an instant vector, not before {kind}"))),
    }
}

/// The operator fits its operands and modifiers.
pub(super) fn binary(at: usize, binary: Binary) -> Result<Binary, Mistake> {
    let wrong = |message: String| Err(Mistake::new(at, message));
    let kinds = [binary.left.kind(), binary.right.kind()];
    for kind in kinds {
        if !matches!(kind, Kind::Scalar | Kind::Vector) {
            return wrong(format!("an operator stands between scalars and instant vectors, but one side is {kind}"));
        }
    }
    let (operator, matching) = (binary.operator, &binary.matching);
    if binary.as_bool && !operator.is_comparison() {
        return wrong("bool stands behind comparisons only".to_owned());
    }
    let both_vectors = kinds == [Kind::Vector, Kind::Vector];
    if operator.is_set() && !both_vectors {
        return wrong("and, or and unless stand between instant vectors".to_owned());
    }
    if operator.is_comparison() && kinds == [Kind::Scalar, Kind::Scalar] && !binary.as_bool {
        return wrong("a comparison of two scalars needs bool".to_owned());
    }
    if *matching != Matching::default() && !both_vectors {
        return wrong("on, ignoring and group stand between instant vectors".to_owned());
    }
    if operator.is_set() && matching.group != Group::None {
        return wrong("and, or and unless take no group_left or group_right".to_owned());
    }
    if let Some(label) = matching.include.iter().find(|label| matching.on && matching.labels.contains(label)) {
        return wrong(format!("the label {label} stands in on and in the group"));
    }
    Ok(binary)
}

/// The arguments fit the function.
pub(super) fn call(at: usize, function: &Function, arguments: &[Expr]) -> Result<(), Mistake> {
    let most = if function.repeats { usize::MAX } else { function.takes.len() };
    let least = function.takes.len() - function.optional;
    if arguments.len() < least || arguments.len() > most {
        let wanted = match (least, most) {
            (_, usize::MAX) => format!("at least {least}"),
            _ if least == most => least.to_string(),
            _ => format!("{least} to {most}"),
        };
        let message = format!("{} takes {wanted} arguments, not {}", function.name, arguments.len());
        return Err(Mistake::new(at, message));
    }
    for (place, argument) in arguments.iter().enumerate() {
        let wanted = function.takes.get(place).or(function.takes.last()).copied().unwrap_or(Kind::Text);
        if argument.kind() != wanted {
            let message = format!("{} takes {wanted} here, not {}", function.name, argument.kind());
            return Err(Mistake::new(argument.at, message));
        }
    }
    Ok(())
}

/// The arguments fit the aggregation.
pub(super) fn aggregation(at: usize, operator: Aggregator, arguments: &[Expr]) -> Result<(), Mistake> {
    let wanted = match operator.parameter() {
        Some(parameter) => &[parameter, Kind::Vector][..],
        None => &[Kind::Vector],
    };
    if arguments.len() != wanted.len() {
        let message = format!("the aggregation takes {} arguments, not {}", wanted.len(), arguments.len());
        return Err(Mistake::new(at, message));
    }
    match wanted.iter().zip(arguments).find(|(wanted, argument)| argument.kind() != **wanted) {
        None => Ok(()),
        Some((wanted, argument)) => {
            let message = format!("the aggregation takes {wanted} here, not {}", argument.kind());
            Err(Mistake::new(argument.at, message))
        }
    }
}
