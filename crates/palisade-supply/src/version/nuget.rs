//! NuGet's versions: Semantic Versioning with a fourth number, and labels that have no case.

use super::{key::Key, semver};

pub(super) fn key(text: &str) -> Option<Key> {
    semver::key(&text.to_ascii_lowercase(), semver::Build::DoesNotCount)
}

#[cfg(test)]
mod tests {
    use crate::version::Scheme;
    use std::cmp::Ordering;

    #[test]
    fn four_numbers_and_no_case() {
        assert_eq!(Scheme::NuGet.compare("1.0.0.0", "1.0"), Ordering::Equal);
        assert_eq!(Scheme::NuGet.compare("1.0.0-Beta", "1.0.0-beta"), Ordering::Equal);
        assert_eq!(Scheme::NuGet.compare("1.0.0.1", "1.0.0"), Ordering::Greater);
        assert_eq!(Scheme::NuGet.compare("1.0.0.1-rc", "1.0.0.1"), Ordering::Less);
    }
}
