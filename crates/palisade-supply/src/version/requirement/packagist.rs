//! Composer's constraints (getcomposer.org/doc/articles/versions.md): alternatives parted by `||`, comparators by commas
//! or blanks. A lower bound takes the prereleases of its version in, an upper one leaves them out.

use super::{RequirementError, Run, comparator::all_of};
use crate::version::{Interval, Key, Scheme};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let mut any_of = Vec::new();
    for alternative in text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
        any_of.extend(alternative_runs(alternative)?);
    }
    if any_of.is_empty() { Err(RequirementError::part(text)) } else { Ok(any_of) }
}

fn alternative_runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let fault = || RequirementError::part(text);
    if let Some((from, to)) = text.split_once(" - ") {
        let numbers = numbers(to.trim()).ok_or_else(fault)?;
        let from = comparator(">=", from.trim()).ok_or_else(fault)?;
        let to = if numbers.len() < 3 { end(&numbers) } else { key(to.trim()).map(|key| key.after()) };
        let to = Run { interval: Interval { low: Key::FIRST, high: Some(to.ok_or_else(fault)?) }, ..Run::all() };
        return all_of([Ok(from), Ok(vec![to])].into_iter());
    }
    const OPERATORS: [&str; 9] = [">=", "<=", "!=", "==", "^", "~", ">", "<", "="];
    let mut sets = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let found = OPERATORS.iter().find_map(|operator| Some((*operator, rest.strip_prefix(operator)?.trim_start())));
        let (operator, version) = found.unwrap_or(("", rest));
        let end = version.find([' ', ',']).unwrap_or(version.len());
        let without_flag = version[..end].split('@').next().unwrap_or_default();
        sets.push(comparator(operator, without_flag).ok_or_else(fault));
        rest = version[end..].trim_start_matches([' ', ',']);
    }
    all_of(sets.into_iter())
}

fn comparator(operator: &str, version: &str) -> Option<Vec<Run>> {
    let run = |low: Key, high: Option<Key>| {
        let low_text = if low == Key::FIRST { String::new() } else { version.to_owned() };
        Run { interval: Interval { low, high }, low: low_text, prereleases_of: None }
    };
    if matches!(version, "*" | "x" | "") && operator.is_empty() {
        return Some(vec![Run::all()]);
    }
    if let Some(start) = version.strip_suffix(".*").or_else(|| version.strip_suffix(".x")) {
        let numbers = numbers(start)?;
        let (low, high) = (first(start)?, end(&numbers)?);
        return match operator {
            "" | "=" | "==" => Some(vec![run(low, Some(high))]),
            "!=" => Some(vec![run(Key::FIRST, Some(low)), run(high, None)]),
            _ => None,
        };
    }
    let exact = key(version)?;
    Some(match operator {
        "^" => {
            let numbers = numbers(version)?;
            let last = numbers.len() - 1;
            let place = numbers.iter().position(|number| *number > 0).unwrap_or(last);
            vec![run(first(version)?, Some(end(&numbers[..=place])?))]
        }
        "~" => {
            let numbers = numbers(version)?;
            let kept = numbers.len().saturating_sub(1).max(1);
            vec![run(first(version)?, Some(end(&numbers[..kept])?))]
        }
        ">=" => vec![run(first(version)?, None)],
        ">" => vec![run(exact.after(), None)],
        "<" => vec![run(Key::FIRST, Some(first(version)?))],
        "<=" => vec![run(Key::FIRST, Some(exact.after()))],
        "!=" => vec![run(Key::FIRST, Some(exact.clone())), run(exact.after(), None)],
        _ => vec![run(exact.clone(), Some(exact.after()))],
    })
}

fn key(version: &str) -> Option<Key> {
    let key = Scheme::Packagist.key(version);
    let is_branch = version.starts_with("dev-");
    (key.is_version() || is_branch).then_some(key)
}

/// The version with its prereleases, when it names none itself.
fn first(version: &str) -> Option<Key> {
    let has_label = version.trim_start_matches(['v', 'V']).bytes().any(|byte| byte.is_ascii_alphabetic());
    if has_label { key(version) } else { key(&format!("{version}-dev")) }
}

/// Before every version, prereleases included, in which the last of `numbers` is greater.
fn end(numbers: &[u64]) -> Option<Key> {
    let (last, before) = numbers.split_last()?;
    let start: String = before.iter().map(|number| format!("{number}.")).collect();
    key(&format!("{start}{}-dev", last.checked_add(1)?))
}

/// The numbers that a version begins with.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let version = version.trim_start_matches(['v', 'V']);
    let end = version.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(version.len());
    let numbers: Option<Vec<u64>> = version[..end].split('.').map(|number| number.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn constraints_are_met_as_composer_says() {
        check(
            Ecosystem::Packagist,
            &[
                ("^1.2", "1.9.0", true),
                ("^1.2", "2.0.0-beta1", false),
                ("^0.3", "0.4.0", false),
                ("~1.2", "1.9", true),
                ("~1.2.3", "1.3.0", false),
                ("1.0.*", "1.0.9", true),
                ("1.0.*", "1.1.0", false),
                (">=1.0 <1.1 || >=1.2", "1.1.5", false),
                (">=1.0 <1.1 || >=1.2", "1.2.0", true),
                (">=1.0,<2.0", "2.0.0-RC1", false),
                ("1.0 - 2.0", "2.0.9", true),
                ("1.0.0 - 2.1.0", "2.1.1", false),
                ("!=1.5", "1.5.0", false),
                ("^1.0@dev", "1.1.0-alpha", true),
                ("dev-main", "dev-main", true),
                ("dev-main", "dev-other", false),
            ],
            &["", "latest", "||", "^", "self.version"],
        );
    }
}
