//! `Gem::Requirement`: comparators joined by commas; without an operator the version itself is meant.

use super::{RequirementError, Run, comparator::all_of};
use crate::version::{Interval, Key, Scheme};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    all_of(text.split(',').map(|part| comparator(part.trim()).ok_or_else(|| RequirementError::part(text))))
}

fn comparator(text: &str) -> Option<Vec<Run>> {
    const OPERATORS: [&str; 7] = ["~>", ">=", "<=", "!=", ">", "<", "="];
    let found = OPERATORS.iter().find_map(|operator| Some((*operator, text.strip_prefix(operator)?)));
    let (operator, version) = found.unwrap_or(("=", text));
    let version = version.trim();
    let key = Some(Scheme::RubyGems.key(version)).filter(Key::is_version)?;
    let run = |low: Key, high: Option<Key>| {
        let low_text = if low == Key::FIRST { String::new() } else { version.to_owned() };
        Run { interval: Interval { low, high }, low: low_text, prereleases_of: None }
    };
    Some(match operator {
        "~>" => {
            let high = pessimistic_end(version)?;
            vec![run(key, Some(high))]
        }
        ">=" => vec![run(key, None)],
        ">" => vec![run(key.after(), None)],
        "<" => vec![run(Key::FIRST, Some(key))],
        "<=" => vec![run(Key::FIRST, Some(key.after()))],
        "!=" => vec![run(Key::FIRST, Some(key.clone())), run(key.after(), None)],
        _ => vec![run(key.clone(), Some(key.after()))],
    })
}

/// Before every version, prereleases included, in which the last number but one is greater (`Gem::Version#bump`).
fn pessimistic_end(version: &str) -> Option<Key> {
    let end = version.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(version.len());
    let numbers: Vec<&str> = version[..end].trim_end_matches('.').split('.').collect();
    let kept = numbers.len().saturating_sub(1).max(1);
    let (last, before) = numbers.get(..kept)?.split_last()?;
    let next = last.parse::<u64>().ok()?.checked_add(1)?;
    let start: String = before.iter().map(|number| format!("{number}.")).collect();
    // The least word after the number: every prerelease of it comes later.
    Some(Scheme::RubyGems.key(&format!("{start}{next}.A")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn requirements_are_met_as_rubygems_says() {
        check(
            Ecosystem::RubyGems,
            &[
                ("~> 1.2", "1.9", true),
                ("~> 1.2", "2.0", false),
                ("~> 1.2", "2.0.a", false),
                ("~> 1.2.3", "1.2.9", true),
                ("~> 1.2.3", "1.3.0", false),
                ("~> 1", "1.9", true),
                ("~> 1-1", "1.0", true),
                ("~> 2.0.2b.0", "2.3", false),
                (">= 1.0, < 2", "1.5", true),
                (">= 1.0, < 2", "2.0", false),
                ("!= 1.5", "1.5.0", false),
                ("!= 1.5", "1.6", true),
                ("1.5", "1.5.0", true),
            ],
            &["", "latest", "~>", ">= 1,"],
        );
    }
}
