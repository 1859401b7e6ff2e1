//! Pub's constraints (dart.dev/tools/pub/dependencies#version-constraints): comparators parted by blanks, `^1.2.3`, `any`.

use super::{
    RequirementError, Run,
    comparator::{Operator, Partial, all_of, operator, run},
};
use crate::version::{Interval, Key, Scheme};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let text = text.trim();
    if text == "any" {
        return Ok(vec![Run::all()]);
    }
    let mut rest = text;
    let mut comparators = Vec::new();
    while !rest.is_empty() {
        let (operator, version) = operator(rest);
        let end = version.find([' ', '>', '<']).unwrap_or(version.len());
        comparators.push(comparator(operator.unwrap_or(Operator::Exact), &version[..end]));
        rest = version[end..].trim_start();
    }
    if comparators.is_empty() { Err(RequirementError::part(text)) } else { all_of(comparators.into_iter()) }
}

fn comparator(operator: Operator, version: &str) -> Result<Vec<Run>, RequirementError> {
    let partial = Partial::read(version)?;
    if !partial.is_whole() || operator == Operator::Tilde {
        return Err(RequirementError::part(version));
    }
    let key = Scheme::Pub.key(version);
    let names_prerelease = Scheme::Pub.is_prerelease(version);
    let of = |low: Key, high: Option<Key>| Interval { low, high };
    let interval = match operator {
        Operator::Exact => of(key.clone(), Some(key.after())),
        Operator::Greater => of(key.after(), None),
        Operator::GreaterOrEqual => of(key, None),
        Operator::LessOrEqual => of(Key::FIRST, Some(key.after())),
        // `<2.0.0` leaves out the prereleases of 2.0.0 unless it names one.
        Operator::Less if !names_prerelease => of(Key::FIRST, Some(Scheme::Pub.key(&format!("{version}-0")))),
        Operator::Less => of(Key::FIRST, Some(key)),
        Operator::Caret | Operator::Tilde => of(key, run(Operator::Caret, &partial).interval.high),
    };
    let low = if interval.low == Key::FIRST { String::new() } else { version.to_owned() };
    Ok(vec![Run { interval, low, prereleases_of: None }])
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn constraints_are_met_as_pub_says() {
        check(
            Ecosystem::Pub,
            &[
                ("^1.2.3", "1.9.0", true),
                ("^1.2.3", "2.0.0", false),
                ("^1.2.3", "2.0.0-dev", false),
                ("^0.1.2", "0.1.9", true),
                ("^0.1.2", "0.2.0", false),
                (">=1.0.0 <2.0.0", "1.5.0", true),
                (">=1.0.0 <2.0.0", "2.0.0-dev", false),
                (">=1.0.0<2.0.0", "1.0.0", true),
                ("any", "9.0.0", true),
                ("1.2.3", "1.2.3", true),
                ("1.2.3", "1.2.4", false),
            ],
            &["", "latest", "^1.2", "~1.2.3"],
        );
    }
}
