//! When a correlation holds: thresholds for a number, or an expression over the rules that were seen.

use super::{limits::CONDITION_DEPTH_MAX, problem::Problem};
use rsigma_parser::{ConditionExpr, ConditionOperator, Quantifier, SelectorPattern};

/// Thresholds that a number must meet, all of them.
#[derive(Clone, Debug)]
pub(super) struct Thresholds(Vec<(ConditionOperator, f64)>);

impl Thresholds {
    /// Those that a rule wrote.
    ///
    /// # Errors
    /// When one is negative, which the parser gives as a number near 2⁶⁴.
    pub(super) fn new(predicates: &[(ConditionOperator, u64)]) -> Result<Self, Problem> {
        match predicates.iter().find(|(_, threshold)| i64::try_from(*threshold).is_err()) {
            Some(_) => Err(Problem::NegativeThreshold),
            None => Ok(Self(predicates.iter().map(|(operator, threshold)| (*operator, *threshold as f64)).collect())),
        }
    }

    /// True when `number` meets all of them.
    pub(super) fn hold(&self, number: f64) -> bool {
        self.0.iter().all(|(operator, threshold)| match operator {
            ConditionOperator::Lt => number < *threshold,
            ConditionOperator::Lte => number <= *threshold,
            ConditionOperator::Gt => number > *threshold,
            ConditionOperator::Gte => number >= *threshold,
            ConditionOperator::Eq => is_equal(number, *threshold),
            ConditionOperator::Neq => !is_equal(number, *threshold),
        })
    }
}

/// Sums and averages carry the rounding of their parts.
fn is_equal(number: f64, threshold: f64) -> bool {
    (number - threshold).abs() < f64::EPSILON
}

/// An expression over the rules of a temporal correlation, which are bits by their place in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// All hold.
    And(Vec<Self>),
    /// One holds.
    Or(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// So many of these rules occurred.
    Rules { least: u32, rules: u64 },
}

impl Expression {
    /// Compiles an expression over the rules whose references are `names`; `position` tells the place of any reference.
    ///
    /// # Errors
    /// When it names a rule that the correlation does not, or is nested too deep.
    pub(super) fn compile(
        written: &ConditionExpr,
        names: &[String],
        position: &impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, Problem> {
        compile(written, names, position, CONDITION_DEPTH_MAX)
    }

    /// True when it holds for rules that `occurred` as asked, where those `seen` at all must not be when it asks for
    /// their absence.
    pub(super) fn holds(&self, occurred: u64, seen: u64) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(occurred, seen)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(occurred, seen)),
            Self::Not(part) => !part.holds(seen, occurred),
            Self::Rules { least, rules } => (occurred & rules).count_ones() >= *least,
        }
    }
}

/// The references in an expression, in the order in which they are written.
pub(super) fn references(written: &ConditionExpr) -> Vec<String> {
    let mut found = Vec::new();
    gather(written, &mut found, CONDITION_DEPTH_MAX);
    found
}

fn gather(written: &ConditionExpr, found: &mut Vec<String>, depth: usize) {
    match written {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) if depth > 0 => {
            parts.iter().for_each(|part| gather(part, found, depth - 1));
        }
        ConditionExpr::Not(part) if depth > 0 => gather(part, found, depth - 1),
        ConditionExpr::Identifier(name) if !found.contains(name) => found.push(name.clone()),
        _ => {}
    }
}

fn compile(
    written: &ConditionExpr,
    names: &[String],
    position: &impl Fn(&str) -> Option<usize>,
    depth: usize,
) -> Result<Expression, Problem> {
    let Some(depth) = depth.checked_sub(1) else { return Err(Problem::ConditionTooDeep) };
    type Parts = Result<Vec<Expression>, Problem>;
    let all =
        |parts: &[ConditionExpr]| -> Parts { parts.iter().map(|part| compile(part, names, position, depth)).collect() };
    Ok(match written {
        ConditionExpr::And(parts) => Expression::And(all(parts)?),
        ConditionExpr::Or(parts) => Expression::Or(all(parts)?),
        ConditionExpr::Not(part) => Expression::Not(Box::new(compile(part, names, position, depth)?)),
        ConditionExpr::Identifier(name) => {
            let place = position(name).ok_or_else(|| Problem::UnknownInCondition(name.clone()))?;
            Expression::Rules { least: 1, rules: 1 << place }
        }
        ConditionExpr::Selector { quantifier, pattern } => select(quantifier, pattern, names, position)?,
    })
}

fn select(
    quantifier: &Quantifier,
    pattern: &SelectorPattern,
    names: &[String],
    position: &impl Fn(&str) -> Option<usize>,
) -> Result<Expression, Problem> {
    let is_meant = |name: &&String| match pattern {
        SelectorPattern::Them => true,
        SelectorPattern::Pattern(pattern) => fits(pattern.as_bytes(), name.as_bytes()),
    };
    let places = names.iter().filter(is_meant).filter_map(|name| position(name));
    let rules = places.fold(0u64, |rules, place| rules | 1 << place);
    if rules == 0 {
        return Err(Problem::UnknownInCondition(pattern.to_string()));
    }
    let least = match quantifier {
        Quantifier::Any => 1,
        Quantifier::All => rules.count_ones(),
        Quantifier::Count(count) => u32::try_from(*count).unwrap_or(u32::MAX),
    };
    Ok(Expression::Rules { least, rules })
}

/// Whether a name fits a pattern in which a star stands for anything.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut in_name, mut star) = (0, 0, None);
    while in_name < name.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at + 1, in_name));
            at += 1;
        } else if pattern.get(at) == Some(&name[in_name]) {
            (at, in_name) = (at + 1, in_name + 1);
        } else if let Some((after, from)) = star {
            star = Some((after, from + 1));
            (at, in_name) = (after, from + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConditionOperator::{Eq, Gt, Gte, Lt, Lte, Neq};
    use rsigma_parser::parse_condition;

    #[test]
    fn every_operator_and_ranges() {
        type Row<'a> = (&'a [(ConditionOperator, u64)], [bool; 3]);
        let table: [Row<'_>; 8] = [
            (&[(Lt, 5)], [true, false, false]),
            (&[(Lte, 5)], [true, true, false]),
            (&[(Gt, 5)], [false, false, true]),
            (&[(Gte, 5)], [false, true, true]),
            (&[(Eq, 5)], [false, true, false]),
            (&[(Neq, 5)], [true, false, true]),
            (&[(Gte, 5), (Lt, 6)], [false, true, false]),
            (&[(Gt, 3), (Lte, 6), (Neq, 5)], [true, false, true]),
        ];
        for (predicates, expected) in table {
            let thresholds = Thresholds::new(predicates).expect("valid");
            assert_eq!([4.0, 5.0, 6.0].map(|number| thresholds.hold(number)), expected, "{predicates:?}");
        }
        assert!(Thresholds::new(&[(Gt, u64::MAX)]).is_err());
    }

    #[test]
    fn expressions_over_rules() {
        let names = ["recon_a", "recon_b", "login"].map(String::from);
        let place = |name: &str| names.iter().position(|held| held == name);
        let holds = |text: &str, seen: u64| {
            let written = parse_condition(text).expect("parses");
            Expression::compile(&written, &names, &place).expect("compiles").holds(seen, seen)
        };
        for (text, seen, expected) in [
            ("recon_a and login", 0b101, true),
            ("recon_a and login", 0b011, false),
            ("recon_a and not login", 0b001, true),
            ("recon_a and not login", 0b101, false),
            ("1 of recon_*", 0b100, false),
            ("1 of recon_*", 0b010, true),
            ("all of recon_*", 0b011, true),
            ("2 of them", 0b110, true),
            ("(recon_a or recon_b) and not (recon_a and recon_b)", 0b011, false),
        ] {
            assert_eq!(holds(text, seen), expected, "{text} {seen:b}");
        }
        let unknown = parse_condition("recon_a and other").expect("parses");
        assert!(
            matches!(Expression::compile(&unknown, &names, &place), Err(Problem::UnknownInCondition(name)) if name == "other")
        );
    }

    #[test]
    fn patterns_with_stars() {
        for (pattern, name, expected) in
            [("a*", "abc", true), ("*c", "abc", true), ("a*c", "abcbc", true), ("a*d", "abc", false), ("*", "", true)]
        {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
