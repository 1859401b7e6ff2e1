//! Elixir's requirements (`Version`): comparators joined by `and` and `or`.

use super::{
    RequirementError, Run,
    comparator::{Operator, Partial, all_of, run},
};
use crate::version::Interval;

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let mut any_of = Vec::new();
    for alternative in text.split(" or ") {
        any_of.extend(all_of(alternative.split(" and ").map(|part| comparator(part.trim())))?);
    }
    Ok(any_of)
}

fn comparator(text: &str) -> Result<Vec<Run>, RequirementError> {
    const OPERATORS: [(&str, Option<Operator>); 7] = [
        ("~>", Some(Operator::Tilde)),
        (">=", Some(Operator::GreaterOrEqual)),
        ("<=", Some(Operator::LessOrEqual)),
        ("!=", None),
        ("==", Some(Operator::Exact)),
        (">", Some(Operator::Greater)),
        ("<", Some(Operator::Less)),
    ];
    let found = OPERATORS.iter().find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)));
    let (operator, version) = found.unwrap_or((Some(Operator::Exact), text));
    let version = Partial::read(version.trim())?;
    if version.numbers.len() < 2 || (!version.is_whole() && operator != Some(Operator::Tilde)) {
        return Err(RequirementError::part(text));
    }
    let mut runs = match operator {
        // `~> 1.2` lets the minor number grow, which is what a caret means to others.
        Some(Operator::Tilde) if !version.is_whole() => {
            let mut run = run(Operator::GreaterOrEqual, &version);
            run.interval.high = Some(version.next(0));
            vec![run]
        }
        Some(operator) => vec![run(operator, &version)],
        None => {
            let Interval { low, high } = run(Operator::Exact, &version).interval;
            let before = Run { interval: Interval { low: Default::default(), high: Some(low) }, ..Run::all() };
            let after = high.map(|low| Run { interval: Interval { low, high: None }, ..Run::all() });
            std::iter::once(before).chain(after).collect()
        }
    };
    runs.iter_mut().for_each(|run| run.prereleases_of = None);
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn requirements_are_met_as_elixir_says() {
        check(
            Ecosystem::Hex,
            &[
                ("~> 2.1.2", "2.1.9", true),
                ("~> 2.1.2", "2.2.0", false),
                ("~> 2.1", "2.9.0", true),
                ("~> 2.1", "3.0.0", false),
                (">= 1.0.0 and < 1.5.0", "1.4.0", true),
                ("~> 1.0 or ~> 2.0", "2.3.0", true),
                ("!= 1.0.0", "1.0.0", false),
                ("!= 1.0.0", "1.0.1", true),
                ("1.0.0", "1.0.0", true),
            ],
            &["", "~> 1", ">= 1.0", "latest"],
        );
    }
}
