//! What a rule looks for, in words, and which part of that holds for an event.

use super::{Engine, Evaluator, RuleNumber, gate::Key};
use crate::{
    Record,
    limits::SEEN_VALUES_MAX,
    matched::MatchedField,
    rules::{Expression, FieldNumber, Named, PredicateNumber, comparison, words},
    source::EventSource,
};
use serde::Serialize;
use std::{collections::HashMap, sync::Arc};

/// A part of a rule's condition, in words, with what became of it when an event was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// What must hold: `Image ends with '\whoami.exe'`, or how the parts are joined, as in `selection: all of`.
    pub says: String,
    /// Whether it holds for the event, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// What the event has in the field that is asked for: the value that fits, or the first that do not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<MatchedField>,
    /// True when the event does not have the field that is asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_absent: bool,
    /// What it consists of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explained>,
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// True when the rule matches it: it looks at such events, and its condition holds.
    pub is_match: bool,
    /// What the event is of.
    pub source: String,
    /// What the rule looks at.
    pub looks_at: String,
    /// True when the rule looks at events of that source.
    pub is_of_interest: bool,
    /// The condition with what holds.
    pub condition: Explained,
}

/// Puts conditions in words.
struct Wording<'e> {
    engine: &'e Engine,
    names: HashMap<FieldNumber, &'e str>,
}

impl<'e> Wording<'e> {
    fn new(engine: &'e Engine) -> Self {
        let names = engine.fields.iter().map(|(name, number)| (*number, &**name)).collect();
        Self { engine, names }
    }

    fn name(&self, field: FieldNumber) -> &'e str {
        self.names.get(&field).copied().unwrap_or("any value")
    }

    /// The expression, and what `leaf` says of each predicate in it.
    fn explained(&self, expression: &Expression, leaf: &mut impl FnMut(PredicateNumber) -> Explained) -> Explained {
        match expression {
            Expression::Leaf(number) => {
                let predicate = &self.engine.checks[number.0 as usize].predicate;
                Explained { says: words(predicate, |field| self.name(field)), ..leaf(*number) }
            }
            Expression::Not(part) => {
                let inner = self.explained(part, leaf);
                let holds = inner.holds.map(|holds| !holds);
                Explained { says: "not".to_owned(), holds, parts: vec![inner], ..Explained::default() }
            }
            Expression::Named(named) => self.named(named, leaf),
            Expression::All(parts) => self.joined("all of".to_owned(), parts.len(), parts, leaf),
            Expression::Any(parts) => self.joined("any of".to_owned(), 1, parts, leaf),
            Expression::AtLeast(count, parts) => self.joined(format!("at least {count} of"), *count, parts, leaf),
        }
    }

    fn named(&self, named: &Named, leaf: &mut impl FnMut(PredicateNumber) -> Explained) -> Explained {
        let inner = self.explained(&named.part, leaf);
        Explained { says: format!("{}: {}", named.name, inner.says), ..inner }
    }

    fn joined(
        &self,
        says: String,
        needed: usize,
        parts: &[Expression],
        leaf: &mut impl FnMut(PredicateNumber) -> Explained,
    ) -> Explained {
        let parts: Vec<Explained> = parts.iter().map(|part| self.explained(part, leaf)).collect();
        let says = if parts.is_empty() { format!("{says} nothing") } else { says };
        let holding = parts.iter().filter(|part| part.holds == Some(true)).count();
        let is_asked = parts.iter().all(|part| part.holds.is_some());
        Explained { says, holds: is_asked.then_some(holding >= needed), parts, ..Explained::default() }
    }
}

impl Engine {
    /// The condition of a rule in words.
    #[must_use]
    pub fn explain(&self, rule: RuleNumber) -> Explained {
        let wording = Wording::new(self);
        let mut explained = wording.explained(&self.rule(rule).expression, &mut |_| Explained::default());
        forget(&mut explained);
        explained
    }

    /// What an event must have for the rule to be looked at, of which one is enough; `None` when it is looked at for all
    /// events of its log source, because it may match by what is absent.
    #[must_use]
    pub fn needs(&self, rule: RuleNumber) -> Option<Vec<String>> {
        let wording = Wording::new(self);
        let words = |field: FieldNumber, key: &Key| {
            let name = if field == FieldNumber::ANY { "any value" } else { wording.name(field) };
            match key {
                Key::Text(how, text) => format!("{name} {} '{text}'", comparison(*how)),
                Key::Number(bits) => format!("{name} is {}", f64::from_bits(*bits)),
                Key::Boolean(wanted) => format!("{name} is {wanted}"),
                Key::Exists | Key::IsPresent => format!("{name} is there"),
            }
        };
        let gate = self.gates[rule.index()].as_ref()?;
        Some(gate.iter().map(|opener| words(opener.field, &opener.key)).collect())
    }

    /// The fields that the rule asks for, each once, in its order.
    #[must_use]
    pub fn fields_of(&self, rule: RuleNumber) -> Vec<&str> {
        let wording = Wording::new(self);
        let mut fields = Vec::new();
        self.rule(rule).expression.all_leaves(&mut |leaf| {
            let field = self.checks[leaf.0 as usize].predicate.field;
            if field != FieldNumber::ANY && !fields.contains(&wording.name(field)) {
                fields.push(wording.name(field));
            }
        });
        fields
    }
}

impl Evaluator {
    /// What a rule makes of an event, part by part, whether or not it matches. Without `source`, what the event is of is
    /// inferred.
    pub fn trace(&mut self, record: &Record<'_>, rule: RuleNumber, source: Option<&EventSource>) -> Trace {
        let inferred = self.source(record);
        let source = source.unwrap_or(&inferred);
        self.forget_truths();
        let engine = Arc::clone(self.engine());
        let wording = Wording::new(&engine);
        let condition =
            wording.explained(&engine.rule(rule).expression, &mut |number| self.leaf(&engine, record, number));
        let is_of_interest = source.is_of_interest_to(&engine.rule(rule).source);
        let is_match = is_of_interest && condition.holds == Some(true);
        let looks_at = engine.rule(rule).source.to_string();
        Trace { is_match, source: source.to_string(), looks_at, is_of_interest, condition }
    }

    fn leaf(&mut self, engine: &Engine, record: &Record<'_>, number: PredicateNumber) -> Explained {
        let field = engine.checks[number.0 as usize].predicate.field;
        let holds = self.holds(engine, record, number);
        let fitting = if holds { self.entry_for(engine, record, number) } else { None };
        let seen: Vec<usize> = match fitting {
            Some(entry) => vec![entry],
            None if field == FieldNumber::ANY => Vec::new(),
            None => self.entries(field).take(SEEN_VALUES_MAX).collect(),
        };
        let shown = |entry: &usize| {
            let value = record.value(*entry).get().unwrap_or_default();
            MatchedField::new(record.name(*entry), &value)
        };
        let is_absent = field != FieldNumber::ANY && self.entries(field).next().is_none();
        Explained { holds: Some(holds), seen: seen.iter().map(shown).collect(), is_absent, ..Explained::default() }
    }
}

/// Without an event nothing holds or fails.
fn forget(explained: &mut Explained) {
    explained.holds = None;
    explained.parts.iter_mut().for_each(forget);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Loader, readers::json, taxonomy::Taxonomy};

    const RULE: &str = r"
title: Whoami
logsource: {product: windows, category: process_creation}
detection:
    selection:
        Image|endswith: '\whoami.exe'
        User|contains: [svc, app]
    filter: {ParentImage|re: '.*agent\.exe', Elevated|exists: true}
    other_a: {Size|gt: 5}
    other_b: {Ip|cidr: 10.0.0.0/8}
    condition: selection and not filter and 1 of other_*
";

    fn flat(explained: &Explained, depth: usize, lines: &mut Vec<String>) {
        let mark = explained.holds.map_or("", |holds| if holds { "+" } else { "-" });
        let seen: Vec<&str> = explained.seen.iter().map(|field| field.value.as_str()).collect();
        let absent = if explained.is_absent { " absent" } else { "" };
        lines.push(
            format!("{}{mark}{} {}{absent}", " ".repeat(depth), explained.says, seen.join("|")).trim_end().to_owned(),
        );
        explained.parts.iter().for_each(|part| flat(part, depth + 1, lines));
    }

    fn engine() -> Arc<Engine> {
        let mut loader = Loader::new();
        loader.add("whoami.yml", RULE);
        let rules = loader.finish();
        assert!(rules.problems.is_empty(), "{:?}", rules.problems);
        Arc::new(Engine::new(rules, &Taxonomy::default()))
    }

    #[test]
    fn a_condition_is_told_as_a_tree() {
        let engine = engine();
        let mut lines = Vec::new();
        flat(&engine.explain(RuleNumber(0)), 0, &mut lines);
        assert_eq!(
            lines,
            [
                "all of",
                " selection: all of",
                r"  Image ends with '\whoami.exe'",
                "  any of",
                "   User contains 'svc'",
                "   User contains 'app'",
                " not",
                "  filter: all of",
                r"   ParentImage matches the regular expression /.*agent\.exe/",
                "   Elevated is there",
                " any of",
                "  other_a: Size is more than 5",
                "  other_b: Ip is an address in 10.0.0.0/8",
            ]
        );
        assert_eq!(engine.needs(RuleNumber(0)), Some(vec![r"Image ends with '\whoami.exe'".to_owned()]));
        let fields = ["Image", "User", "ParentImage", "Elevated", "Size", "Ip"];
        assert_eq!(engine.fields_of(RuleNumber(0)), fields);
    }

    #[test]
    fn an_event_shows_what_holds_and_what_was_seen() {
        let engine = engine();
        let mut evaluator = Evaluator::new(engine);
        let line =
            r#"{"Channel":"Security","EventID":4688,"process":{"executable":"C:\\Whoami.exe"},"User":"anna","Size":7}"#;
        let record = json::read(line, Record::default()).expect("an event");
        let trace = evaluator.trace(&record, RuleNumber(0), None);
        assert!(!trace.is_match && trace.is_of_interest);
        assert_eq!(trace.source, "windows/process_creation/security");
        let mut lines = Vec::new();
        flat(&trace.condition, 0, &mut lines);
        assert_eq!(
            lines[0..5],
            [
                "-all of",
                "- selection: all of",
                r"  +Image ends with '\whoami.exe' C:\Whoami.exe",
                "  -any of",
                "   -User contains 'svc' anna",
            ]
            .map(str::to_owned)
            .map(|line| line.replace("- selection", " -selection"))
        );
        assert!(lines.iter().any(|line| line.trim() == "-Elevated is there  absent"), "{lines:?}");
        let other = EventSource::Unknown;
        let trace = evaluator.trace(&record, RuleNumber(0), Some(&other));
        assert!(!trace.is_of_interest && trace.source == "nothing that is known");
    }
}
