//! Go's requirements in `go.mod`: a version is the least that is taken, within the major number that the path names.

use super::{RequirementError, Run};
use crate::version::{Interval, Key, Scheme};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let text = text.trim();
    let key = Some(Scheme::SemVer.key(text)).filter(Key::is_version).ok_or_else(|| RequirementError::part(text))?;
    Ok(vec![Run { interval: Interval { low: key, high: None }, low: text.to_owned(), prereleases_of: None }])
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn a_version_is_the_least() {
        check(
            Ecosystem::Go,
            &[("v1.2.3", "v1.2.3", true), ("v1.2.3", "v1.3.0", true), ("v1.2.3", "v1.2.2", false)],
            &["", "master", ">= 1"],
        );
    }
}
