//! The gates of one field of a plan: which rules a value opens.

use super::{check::boolean_of, gate::Key};
use crate::{
    record::Kind,
    rules::{How, Number},
};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::HashMap;

/// Bytes of literals up to which the automaton takes its fast form, which needs some hundred bytes for each.
const FAST_LITERAL_BYTES_MAX: usize = 4096;

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
    literals: Option<Literals>,
    /// True when something depends on what the value is.
    pub(super) reads_values: bool,
}

/// The literals that values begin with, end with or hold.
struct Literals {
    automaton: AhoCorasick,
    patterns: Vec<(How, Opened)>,
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
            literals: Literals::new(self.literals),
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

impl Literals {
    fn new(literals: HashMap<(How, Box<str>), Vec<u32>>) -> Option<Self> {
        if literals.is_empty() {
            return None;
        }
        let mut sorted: Vec<_> = literals.into_iter().collect();
        sorted.sort_by(|((_, a), _), ((_, b), _)| a.cmp(b));
        let longest = |wanted: How| {
            sorted.iter().filter(|((how, _), _)| *how == wanted).map(|((_, text), _)| text.len()).max().unwrap_or(0)
        };
        let ends = (longest(How::Contains) == 0).then(|| (longest(How::Prefix), longest(How::Suffix)));
        let bytes: usize = sorted.iter().map(|((_, text), _)| text.len()).sum();
        let kind = if bytes <= FAST_LITERAL_BYTES_MAX { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let texts = sorted.iter().map(|((_, text), _)| text.as_bytes());
        // Building fails only beyond 2³¹ states, which the limit on rules keeps far away.
        let automaton = AhoCorasick::builder().kind(Some(kind)).prefilter(false).build(texts).ok()?;
        let patterns = sorted.into_iter().map(|((how, _), rules)| (how, rules.into())).collect();
        Some(Self { automaton, patterns, ends })
    }

    fn open(&self, text: &str, opened: &mut Vec<u32>) {
        let bytes = text.as_bytes();
        match self.ends {
            Some((first, last)) if first + last < bytes.len() => {
                self.search(&bytes[..first], How::Prefix, opened);
                self.search(&bytes[bytes.len() - last..], How::Suffix, opened);
            }
            _ => {
                self.search_all(bytes, opened);
            }
        }
    }

    /// Searches a part of the value for what stands at the end that the part is of.
    fn search(&self, part: &[u8], wanted: How, opened: &mut Vec<u32>) {
        for found in self.automaton.find_overlapping_iter(part) {
            let (how, rules) = &self.patterns[found.pattern().as_usize()];
            let is_there = if wanted == How::Prefix { found.start() == 0 } else { found.end() == part.len() };
            if *how == wanted && is_there {
                opened.extend_from_slice(rules);
            }
        }
    }

    fn search_all(&self, bytes: &[u8], opened: &mut Vec<u32>) {
        for found in self.automaton.find_overlapping_iter(bytes) {
            let (how, rules) = &self.patterns[found.pattern().as_usize()];
            let is_there = match how {
                How::Prefix => found.start() == 0,
                How::Suffix => found.end() == bytes.len(),
                How::Contains | How::Exact => true,
            };
            if is_there {
                opened.extend_from_slice(rules);
            }
        }
    }
}
