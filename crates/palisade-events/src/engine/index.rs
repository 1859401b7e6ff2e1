//! The gates of one field of a plan: which rules a value opens.

use super::{check::boolean_of, gate::Key, literal::Literals};
use crate::{
    record::Kind,
    rules::{How, Number},
};
use std::{collections::HashMap, ops::Range};

/// Rules of a plan by their place in it.
type Opened = Box<[u32]>;

/// Which rules a value of the field opens.
#[derive(Default)]
pub(super) struct FieldIndex {
    exact: HashMap<Box<str>, Opened>,
    numbers: HashMap<u64, Opened>,
    yes: Opened,
    no: Opened,
    exists: Opened,
    pub(super) present: Opened,
    literals: Option<FieldLiterals>,
    /// True when something depends on what the value is.
    pub(super) reads_values: bool,
}

/// The literals that values begin with, end with or hold.
struct FieldLiterals {
    texts: Literals,
    /// For each literal where it must stand, its bytes, and what it opens.
    patterns: Vec<(How, usize, Opened)>,
    /// When all stand at ends: the most bytes at the beginning and at the end that need be looked at.
    ends: Option<(usize, usize)>,
}

/// Gathers what opens which rules.
#[derive(Default)]
pub(super) struct FieldIndexBuilder {
    exact: HashMap<Box<str>, Vec<u32>>,
    numbers: HashMap<u64, Vec<u32>>,
    yes: Vec<u32>,
    no: Vec<u32>,
    exists: Vec<u32>,
    present: Vec<u32>,
    literals: HashMap<(How, Box<str>), Vec<u32>>,
}

impl FieldIndexBuilder {
    pub(super) fn add(&mut self, key: &Key, rule: u32) {
        let list = match key {
            Key::Text(How::Exact, text) => self.exact.entry(text.clone()).or_default(),
            Key::Text(how, text) => self.literals.entry((*how, text.clone())).or_default(),
            Key::Number(bits) => self.numbers.entry(*bits).or_default(),
            Key::Boolean(true) => &mut self.yes,
            Key::Boolean(false) => &mut self.no,
            Key::Exists => &mut self.exists,
            Key::IsPresent => &mut self.present,
        };
        if list.last() != Some(&rule) {
            list.push(rule);
        }
    }

    pub(super) fn build(self) -> FieldIndex {
        let boxed =
            |map: HashMap<Box<str>, Vec<u32>>| map.into_iter().map(|(key, rules)| (key, rules.into())).collect();
        let reads_values = !(self.exact.is_empty()
            && self.numbers.is_empty()
            && self.literals.is_empty()
            && self.yes.is_empty()
            && self.no.is_empty());
        FieldIndex {
            exact: boxed(self.exact),
            numbers: self.numbers.into_iter().map(|(key, rules)| (key, rules.into())).collect(),
            yes: self.yes.into(),
            no: self.no.into(),
            exists: self.exists.into(),
            present: self.present.into(),
            literals: FieldLiterals::new(self.literals),
            reads_values,
        }
    }
}

impl FieldIndex {
    /// What every value but null opens.
    pub(super) fn exists(&self) -> &[u32] {
        &self.exists
    }

    /// Adds what a value of this kind opens by what it is, given its text, folded.
    pub(super) fn open(&self, kind: Kind, folded: &str, opened: &mut Vec<u32>) {
        if let Some(rules) = self.exact.get(folded) {
            opened.extend_from_slice(rules);
        }
        if !self.numbers.is_empty()
            && !matches!(kind, Kind::True | Kind::False)
            && let Ok(number) = folded.parse::<f64>()
            && let Some(rules) = self.numbers.get(&Number::new(number).bits())
        {
            opened.extend_from_slice(rules);
        }
        if kind != Kind::Number {
            match boolean_of(folded) {
                Some(true) => opened.extend_from_slice(&self.yes),
                Some(false) => opened.extend_from_slice(&self.no),
                None => {}
            }
        }
        if let Some(literals) = &self.literals {
            literals.open(folded, opened);
        }
        opened.sort_unstable();
        opened.dedup();
    }
}

impl FieldLiterals {
    fn new(literals: HashMap<(How, Box<str>), Vec<u32>>) -> Option<Self> {
        if literals.is_empty() {
            return None;
        }
        let longest = |wanted: How| {
            literals.keys().filter(|(how, _)| *how == wanted).map(|(_, text)| text.len()).max().unwrap_or(0)
        };
        let ends = (longest(How::Contains) == 0).then(|| (longest(How::Prefix), longest(How::Suffix)));
        let (mut texts, mut patterns) = (Vec::new(), Vec::new());
        for ((how, text), rules) in literals {
            patterns.push((how, text.len(), rules.into()));
            texts.push(text);
        }
        Some(Self { texts: Literals::new(texts), patterns, ends })
    }

    fn open(&self, text: &str, opened: &mut Vec<u32>) {
        let bytes = text.as_bytes();
        match self.ends {
            Some((first, last)) if first + last < bytes.len() => {
                self.search(bytes, 0..first, opened);
                self.search(bytes, bytes.len() - last..bytes.len(), opened);
            }
            _ => self.search(bytes, 0..bytes.len(), opened),
        }
    }

    /// Searches a part of the value.
    fn search(&self, value: &[u8], part: Range<usize>, opened: &mut Vec<u32>) {
        self.texts.find(&value[part.clone()], |literal, start| {
            let (how, bytes, rules) = &self.patterns[literal];
            let start = part.start + start;
            let is_there = match how {
                How::Prefix => start == 0,
                How::Suffix => start + bytes == value.len(),
                How::Contains | How::Exact => true,
            };
            if is_there {
                opened.extend_from_slice(rules);
            }
        });
    }
}
