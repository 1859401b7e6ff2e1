//! Licences as manifests write them, told apart by what SPDX knows.

use spdx::{Expression, license_id};

/// A licence.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Licence<'t> {
    /// One licence of SPDX's list, as the list spells it.
    Id(&'t str),
    /// An expression of several.
    Expression(&'t str),
    /// Something else.
    Name(&'t str),
}

pub(super) fn licence(text: &str) -> Licence<'_> {
    if let Some(id) = license_id(text) {
        return Licence::Id(id.name);
    }
    match Expression::parse(text) {
        Ok(_) => Licence::Expression(text),
        Err(_) => Licence::Name(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Licence, licence};

    #[test]
    fn ids_expressions_and_names_are_told_apart() {
        assert_eq!(licence("MIT"), Licence::Id("MIT"));
        assert_eq!(licence("MIT OR Apache-2.0"), Licence::Expression("MIT OR Apache-2.0"));
        assert_eq!(licence("Our own licence"), Licence::Name("Our own licence"));
        assert_eq!(licence("MIT/Apache-2.0"), Licence::Name("MIT/Apache-2.0"));
    }
}
