//! The gate of a rule: predicates of which at least one holds whenever the rule matches.
//!
//! A condition gives many: of an *and* any part will do, of an *or* all parts are needed. The one that opens least
//! often is chosen, as far as that can be told from the rule: long texts are rarer than short ones, and a text that
//! hundreds of rules ask for, such as the name of a shell, is common.

use super::{fold::folded, regex};
use crate::{
    Rule,
    rules::{Expression, FieldNumber, How, Part, Pattern, Predicate, PredicateNumber, Test},
};

/// One of the alternatives that open a gate.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Opener {
    /// The field that it looks at; any for a keyword.
    pub(super) field: FieldNumber,
    pub(super) key: Key,
}

/// What of a value opens. Texts are folded.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    Text(How, Box<str>),
    Number(u64),
    Boolean(bool),
    /// Any value but null.
    Exists,
    /// Any entry.
    IsPresent,
}

/// What opens the gate of a rule: any of these.
pub(super) type Gate = Vec<Opener>;

/// A gate with the share of events that it may open for.
struct Priced {
    gate: Gate,
    cost: f64,
}

/// The gate of each rule; `None` for a rule that may match by what is absent.
pub(super) fn of_rules(rules: &[Rule], predicates: &[Predicate]) -> Vec<Option<Gate>> {
    let mut uses = vec![0_u32; predicates.len()];
    for rule in rules {
        rule.expression.positive_leaves(&mut |number| uses[number.0 as usize] += 1);
    }
    let chooser = Chooser { predicates, uses };
    rules.iter().map(|rule| chooser.gate(&rule.expression).map(|priced| priced.gate)).collect()
}

struct Chooser<'p> {
    predicates: &'p [Predicate],
    /// How many rules ask for each predicate.
    uses: Vec<u32>,
}

impl Chooser<'_> {
    fn gate(&self, expression: &Expression) -> Option<Priced> {
        match expression {
            Expression::Leaf(number) => self.leaf(*number),
            Expression::All(parts) => {
                parts.iter().filter_map(|part| self.gate(part)).min_by(|a, b| a.cost.total_cmp(&b.cost))
            }
            Expression::Any(parts) => self.union(parts, parts.len()),
            Expression::Named(named) => self.gate(&named.part),
            Expression::AtLeast(0, _) | Expression::Not(_) => None,
            // All but so many parts may fail, so of any one more than that, one holds.
            Expression::AtLeast(count, parts) => self.union(parts, (parts.len() + 1).saturating_sub(*count)),
        }
    }

    /// The gates of the `count` cheapest parts together.
    fn union(&self, parts: &[Expression], count: usize) -> Option<Priced> {
        let mut gates: Vec<Priced> = parts.iter().filter_map(|part| self.gate(part)).collect();
        if gates.len() < count {
            return None;
        }
        gates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        let mut all = Priced { gate: Vec::new(), cost: 0.0 };
        for priced in gates.into_iter().take(count) {
            all.gate.extend(priced.gate);
            all.cost += priced.cost;
        }
        Some(all)
    }

    fn leaf(&self, number: PredicateNumber) -> Option<Priced> {
        let Predicate { field, test } = &self.predicates[number.0 as usize];
        let uses = f64::from(self.uses[number.0 as usize].max(1));
        let one = |key: Key| Some(vec![key]);
        let keys = match test {
            Test::Text { how, text, .. } => one(text_key(*how, text)),
            Test::Like { pattern, .. } => one(pattern_key(pattern)),
            Test::Regex(source) => match regex::required_words(source) {
                Some(words) => Some(words.iter().map(|word| text_key(How::Contains, word)).collect()),
                None => one(Key::Exists),
            },
            Test::Number(number) => one(Key::Number(number.bits())),
            Test::Boolean(wanted) => one(Key::Boolean(*wanted)),
            Test::Compare(..) | Test::Within(_) | Test::Field { .. } | Test::Time { .. } => one(Key::Exists),
            Test::IsPresent => one(Key::IsPresent),
            Test::IsNull => None,
        }?;
        let cost = keys.iter().map(|key| cost(key) * uses.sqrt()).sum();
        let gate = keys.into_iter().map(|key| Opener { field: *field, key }).collect();
        Some(Priced { gate, cost })
    }
}

fn text_key(how: How, text: &str) -> Key {
    if text.is_empty() && how != How::Exact { Key::Exists } else { Key::Text(how, folded(text).into()) }
}

/// The longest literal of a pattern, with its place where that is an end.
fn pattern_key(pattern: &Pattern) -> Key {
    let parts = pattern.parts();
    let literals = parts.iter().enumerate().filter_map(|(index, part)| match part {
        Part::Literal(text) => Some((index, text)),
        Part::Any | Part::One => None,
    });
    let Some((index, text)) = literals.max_by_key(|(_, text)| text.len()) else { return Key::Exists };
    let how = match index {
        0 => How::Prefix,
        last if last + 1 == parts.len() => How::Suffix,
        _ => How::Contains,
    };
    text_key(how, text)
}

/// The share of values that the key may open for.
fn cost(key: &Key) -> f64 {
    match key {
        Key::Text(How::Exact, text) => 0.2 * 0.8_f64.powi(text.len().min(60) as i32),
        Key::Text(_, text) => 0.8_f64.powi(text.len().min(60) as i32),
        Key::Number(_) => 0.1,
        Key::Boolean(_) => 0.5,
        Key::Exists | Key::IsPresent => 20.0,
    }
}
