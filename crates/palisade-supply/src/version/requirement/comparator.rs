//! Comparators over Semantic Versioning, where numbers may be missing: `^1.2`, `>=1`, `1.x`.

use super::{RequirementError, Run};
use crate::version::{Interval, Key, Scheme};

/// How a comparator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Exact,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Caret,
    Tilde,
}

/// Operators by what is written, longer ones first.
const OPERATORS: &[(&str, Operator)] = &[
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("==", Operator::Exact),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("^", Operator::Caret),
    ("~", Operator::Tilde),
    ("=", Operator::Exact),
];

/// Parts the operator from what follows; `None` when there is none.
pub(super) fn operator(text: &str) -> (Option<Operator>, &str) {
    let found = OPERATORS.iter().find_map(|(sign, operator)| Some((Some(*operator), text.strip_prefix(sign)?)));
    let (operator, rest) = found.unwrap_or((None, text));
    (operator, rest.trim_start())
}

/// A version of which numbers may be missing.
pub(super) struct Partial<'a> {
    pub(super) numbers: Vec<u64>,
    /// The label with its hyphen, build metadata left out; empty when there is none.
    prerelease: &'a str,
}

impl<'a> Partial<'a> {
    /// Reads `1`, `1.2`, `1.2.3-a`, `1.x`, `*`; a `v` before it does not count.
    pub(super) fn read(text: &'a str) -> Result<Self, RequirementError> {
        let fault = || RequirementError::part(text);
        let version = text.trim_start_matches(['v', 'V', '=', ' ']);
        let version = version.split_once('+').map_or(version, |(version, _)| version);
        let end = version.find('-').unwrap_or(version.len());
        let (release, prerelease) = version.split_at(end);
        let mut numbers = Vec::new();
        let mut is_open = false;
        for part in release.split('.') {
            match part {
                "" if release.is_empty() => is_open = true,
                "x" | "X" | "*" => is_open = true,
                _ if is_open || numbers.len() == 3 => return Err(fault()),
                _ if part.bytes().all(|byte| byte.is_ascii_digit()) => numbers.push(part.parse().map_err(|_| fault())?),
                _ => return Err(fault()),
            }
        }
        let prerelease = if numbers.len() == 3 { prerelease } else { "" };
        if prerelease.len() == 1 {
            return Err(fault());
        }
        Ok(Self { numbers, prerelease })
    }

    pub(super) fn is_whole(&self) -> bool {
        self.numbers.len() == 3
    }

    /// The version with zeros for the missing numbers.
    fn low(&self) -> String {
        let number = |at: usize| self.numbers.get(at).copied().unwrap_or(0);
        format!("{}.{}.{}{}", number(0), number(1), number(2), self.prerelease)
    }

    /// Before every version, prereleases included, in which the number at `at` is greater.
    pub(super) fn next(&self, at: usize) -> Key {
        let mut numbers = [0; 3];
        for (to, from) in numbers.iter_mut().zip(&self.numbers[..=at]) {
            *to = *from;
        }
        numbers[at] = numbers[at].saturating_add(1);
        key(&format!("{}.{}.{}-0", numbers[0], numbers[1], numbers[2]))
    }

    /// Before every version that the missing numbers do not stand for.
    pub(super) fn end(&self) -> Key {
        match self.numbers.len() {
            3 => key(&self.low()).after(),
            given => self.next(given - 1),
        }
    }

    /// The place of the number that may not change below a caret: the first that is not zero, or the last given.
    fn caret(&self) -> usize {
        let last = self.numbers.len() - 1;
        self.numbers.iter().position(|number| *number > 0).unwrap_or(last)
    }
}

fn key(text: &str) -> Key {
    Scheme::SemVer.key(text)
}

/// The versions that a comparator admits.
pub(super) fn run(operator: Operator, version: &Partial<'_>) -> Run {
    let low = version.low();
    let begins = |high: Option<Key>| (Interval { low: key(&low), high }, low.clone());
    let ends = |high: Key| (Interval { low: Key::FIRST, high: Some(high) }, String::new());
    let (interval, low) = match operator {
        // Nothing given: everything, or for the strict ones nothing.
        Operator::Greater | Operator::Less if version.numbers.is_empty() => ends(Key::FIRST),
        _ if version.numbers.is_empty() => (Interval::ALL, String::new()),
        Operator::Exact => begins(Some(version.end())),
        Operator::Greater => after(version),
        Operator::GreaterOrEqual => begins(None),
        // Without all numbers, the prereleases of the first version do not count as less.
        Operator::Less if !version.is_whole() => ends(key(&format!("{low}-0"))),
        Operator::Less => ends(key(&low)),
        Operator::LessOrEqual => ends(version.end()),
        Operator::Caret => begins(Some(version.next(version.caret()))),
        Operator::Tilde => begins(Some(version.next(1.min(version.numbers.len() - 1)))),
    };
    let admitted = (!version.prerelease.is_empty()).then(|| key(version.low().split('-').next().unwrap_or_default()));
    Run { interval, low, prereleases_of: Some(admitted.into_iter().collect()) }
}

/// Behind a version, or behind all that its missing numbers stand for.
fn after(version: &Partial<'_>) -> (Interval, String) {
    let Some(last) = version.numbers.len().checked_sub(1).filter(|_| !version.is_whole()) else {
        return (Interval { low: key(&version.low()).after(), high: None }, version.low());
    };
    let mut numbers = version.numbers.clone();
    numbers[last] = numbers[last].saturating_add(1);
    let low = Partial { numbers, prerelease: "" }.low();
    (Interval { low: key(&low), high: None }, low)
}

/// The runs in every one of `sets`.
pub(super) fn all_of(
    sets: impl Iterator<Item = Result<Vec<Run>, RequirementError>>,
) -> Result<Vec<Run>, RequirementError> {
    let mut common: Option<Vec<Run>> = None;
    for set in sets {
        let set = set?;
        let both: Vec<Run> = match &common {
            None => set,
            Some(known) => known.iter().flat_map(|a| set.iter().filter_map(|b| a.intersection(b))).collect(),
        };
        if both.len() > super::RUNS_MAX {
            return Err(RequirementError::TooLong);
        }
        common = Some(both);
    }
    Ok(common.unwrap_or_else(|| vec![Run::all()]))
}
