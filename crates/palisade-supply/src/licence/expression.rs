//! What a package says of its licence, read as an SPDX expression.

use super::free_text;
use spdx::{Expression, ParseMode};

/// Longer texts are whole licences rather than names of them.
const TEXT_BYTES_MAX: usize = 1024;

/// A licence as it was understood.
#[derive(Clone, Debug)]
pub enum Licence {
    /// An SPDX expression.
    Expression(Box<Expression>),
    /// Something else was written.
    Unknown(String),
    /// Nothing was.
    Missing,
}

/// Reads what a package says of its licence: an SPDX expression, its looser forms (`MIT/Apache-2.0`, `GPL-2.0+`), or
/// one of the free texts that stand for one.
#[must_use]
pub fn read(text: &str) -> Licence {
    let text = text.trim();
    if matches!(text.to_ascii_uppercase().as_str(), "" | "UNKNOWN" | "NOASSERTION" | "NONE") {
        return Licence::Missing;
    }
    let short = (text.len() <= TEXT_BYTES_MAX).then_some(text);
    let parsed = short.and_then(|text| strict(text).or_else(|| of_free_text(text)).or_else(|| lax(text)));
    let unknown = || Licence::Unknown(text.chars().take(80).collect());
    parsed.map_or_else(unknown, |expression| Licence::Expression(Box::new(expression)))
}

fn strict(text: &str) -> Option<Expression> {
    Expression::parse(text).ok()
}

fn of_free_text(text: &str) -> Option<Expression> {
    free_text::expression(text).and_then(strict)
}

/// Names that are nearly ids, a slash for *or*, and free texts joined by `or` and `and`.
fn lax(text: &str) -> Option<Expression> {
    let by_crate = Expression::parse_mode(text, ParseMode::LAX).ok();
    by_crate
        .or_else(|| joined(text, &[" OR ", " or ", "/", ";", " | "], " OR "))
        .or_else(|| joined(text, &[" AND ", " and ", ",", "&"], " AND "))
}

fn joined(text: &str, separators: &[&str], operator: &str) -> Option<Expression> {
    let separator = separators.iter().find(|separator| text.contains(**separator))?;
    let parts = text.trim_matches(['(', ')']).split(separator).map(str::trim);
    let parts: Option<Vec<String>> = parts
        .map(|part| {
            strict(part).map(|part| part.to_string()).or_else(|| free_text::expression(part).map(str::to_owned))
        })
        .collect();
    strict(&parts?.join(operator))
}

#[cfg(test)]
mod tests {
    use super::{Licence, read};

    fn spelled(text: &str) -> String {
        match read(text) {
            Licence::Expression(expression) => expression.to_string(),
            Licence::Unknown(_) => "unknown".to_owned(),
            Licence::Missing => "missing".to_owned(),
        }
    }

    #[test]
    fn expressions_and_what_stands_for_them() {
        for (text, wanted) in [
            ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
            ("The MIT License", "MIT"),
            ("Apache License 2.0 or MIT License", "Apache-2.0 OR MIT"),
            ("", "missing"),
            ("UNKNOWN", "missing"),
            ("Proprietary", "unknown"),
            ("SEE LICENSE IN LICENSE.md", "unknown"),
        ] {
            assert_eq!(spelled(text), wanted, "{text}");
        }
        assert_ne!(spelled("MIT/Apache-2.0"), "unknown");
        assert_eq!(spelled(&"x".repeat(5000)), "unknown");
    }
}
