//! Maven's requirements: a version alone is what is taken, brackets are intervals.

use super::{RequirementError, Run, brackets};
use crate::version::{Interval, Scheme};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let text = text.trim();
    if text.starts_with(['[', '(']) {
        return brackets::union(text, Scheme::Maven);
    }
    let is_version = text.starts_with(|first: char| first.is_ascii_alphanumeric()) && !text.contains([',', '$', ' ']);
    if !is_version {
        return Err(RequirementError::part(text));
    }
    let key = Scheme::Maven.key(text);
    let interval = Interval { high: Some(key.after()), low: key };
    Ok(vec![Run { interval, low: text.to_owned(), prereleases_of: None }])
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn requirements_are_met_as_maven_says() {
        check(
            Ecosystem::Maven,
            &[
                ("1.0", "1.0.0", true),
                ("1.0", "1.1", false),
                ("[1.0,2.0)", "1.9", true),
                ("[1.0,2.0)", "2.0", false),
                ("[1.0,2.0)", "2.0-rc1", true),
                ("(,1.0],[1.2,)", "1.1", false),
                ("(,1.0],[1.2,)", "1.3", true),
                ("[1.5]", "1.5.0", true),
                ("(1.0,)", "1.0", false),
            ],
            &["", "[1.0", "${version}", "(1.0)", "[1,2"],
        );
    }
}
