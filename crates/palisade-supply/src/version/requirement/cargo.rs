//! Cargo's requirements: comparators joined by commas; without an operator a caret is meant.

use super::{
    RequirementError, Run,
    comparator::{Operator, Partial, all_of, operator, run},
};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    all_of(text.split(',').map(|part| {
        let part = part.trim();
        if part.is_empty() {
            return Err(RequirementError::part(text));
        }
        let (operator, version) = operator(part);
        let version = Partial::read(version)?;
        // `1.*` is what its numbers stand for, not a caret.
        let usual = if part.ends_with('*') { Operator::Exact } else { Operator::Caret };
        Ok(vec![run(operator.unwrap_or(usual), &version)])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn requirements_are_met_as_cargo_says() {
        check(
            Ecosystem::Cargo,
            &[
                ("1.2", "1.9.0", true),
                ("1.2", "2.0.0", false),
                ("0.2.3", "0.2.9", true),
                ("0.2.3", "0.3.0", false),
                ("0.0.3", "0.0.4", false),
                ("~1.2.3", "1.2.9", true),
                ("~1.2.3", "1.3.0", false),
                (">= 1.2, < 1.5", "1.4.9", true),
                (">= 1.2, < 1.5", "1.5.0", false),
                ("=1.2", "1.2.7", true),
                ("1.*", "1.9.9", true),
                ("*", "3.0.0", true),
                ("> 1.2", "1.2.9", false),
                ("^1.2.3", "1.3.0-rc.1", false),
                ("^1.2.3-rc.1", "1.2.3-rc.2", true),
            ],
            &["", "latest", "1.2.3.4", ">=1,,<2", "1.x.3"],
        );
    }
}
