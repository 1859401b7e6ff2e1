//! npm's ranges: alternatives parted by `||`, each comparators parted by blanks or a range with a hyphen between blanks.

use super::{
    RequirementError, Run,
    comparator::{Operator, Partial, all_of, operator, run},
};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let mut any_of = Vec::new();
    for alternative in text.split("||") {
        any_of.extend(alternative_runs(alternative.trim())?);
    }
    Ok(any_of)
}

fn alternative_runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    if let Some((from, to)) = text.split_once(" - ") {
        let bounds = [(Operator::GreaterOrEqual, from.trim()), (Operator::LessOrEqual, to.trim())];
        return all_of(bounds.into_iter().map(|(operator, version)| Ok(vec![run(operator, &Partial::read(version)?)])));
    }
    if text.is_empty() {
        return Ok(vec![run(Operator::Exact, &Partial::read("*")?)]);
    }
    all_of(
        comparators(text)
            .into_iter()
            .map(|(operator, version)| Ok(vec![run(operator.unwrap_or(Operator::Exact), &Partial::read(version)?)])),
    )
}

/// Comparators parted by blanks; blanks between an operator and its version do not part.
fn comparators(text: &str) -> Vec<(Option<Operator>, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches([' ', ',']);
    while !rest.is_empty() {
        let (operator, version) = operator(rest);
        let end = version.find([' ', ',', '\t']).unwrap_or(version.len());
        found.push((operator, &version[..end]));
        rest = version[end..].trim_start_matches([' ', ',', '\t']);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn ranges_are_met_as_npm_says() {
        check(
            Ecosystem::Npm,
            &[
                ("^1.2.3", "1.9.0", true),
                ("^0.0.3", "0.0.4", false),
                ("^0", "0.9.9", true),
                ("1.2.x || >=2.5.0 <3", "2.6.1", true),
                ("1.2.x || >=2.5.0 <3", "1.3.0", false),
                ("1.2.3 - 2.3", "2.3.9", true),
                ("1.2.3 - 2.3.4", "2.3.5", false),
                (">= 1.2.3", "1.2.3", true),
                ("", "1.0.0", true),
                ("*", "1.0.0-rc.1", false),
                (">1.2.3-alpha.3", "1.2.3-alpha.7", true),
                (">1.2.3-alpha.3", "3.4.5-alpha.9", false),
                ("<2", "2.0.0-rc.1", false),
                ("~1.2", "1.2.9", true),
                ("=v1.2.3", "1.2.3+build", true),
            ],
            &["latest", "git+https://example.com/a", "workspace:*", "npm:a@1", "file:../a"],
        );
    }
}
