//! Evaluates events one after the other, with the memory that makes that fast.

use super::{
    Engine, RuleNumber,
    check::compares,
    event::{END, EventFields, Truths},
    fold::folded,
    memory::Memory,
    plan::Plan,
    text::Texts,
};
use crate::{
    Record, Value,
    limits::{COMPARED_VALUES_MAX, EVIDENCE_FIELDS_MAX},
    matched::{Match, MatchedField},
    record::Kind,
    rules::{FieldNumber, How, PredicateNumber, Test},
    source::{Clue, EventSource, infer},
};
use std::{collections::HashMap, sync::Arc};

/// Evaluates events against the rules of an engine. Each thread has its own.
pub struct Evaluator {
    engine: Arc<Engine>,
    plans: HashMap<EventSource, Arc<Plan>>,
    memory: Memory,
    event: EventFields,
    truths: Truths,
    texts: Texts,
    /// Rules of the plan to confirm, and the event for which each was last one of them.
    candidates: Vec<u32>,
    opened: Vec<u32>,
    last_opened: Vec<u32>,
    scratch: String,
    matched: Vec<RuleNumber>,
    counts: Counts,
}

/// What evaluating has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events evaluated.
    pub events: u64,
    /// Rules whose condition was evaluated.
    pub candidates: u64,
    /// Rules that matched.
    pub matches: u64,
    /// Values left out because their field had too many.
    pub left_out: u64,
    /// Values that were known.
    pub remembered: u64,
    /// Values that were searched.
    pub searched: u64,
}

impl Evaluator {
    /// An evaluator for the rules of this engine.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        let fields = engine.fields.len() + 1;
        let (predicates, rules) = (engine.checks.len(), engine.rules.len());
        Self {
            engine,
            plans: HashMap::new(),
            memory: Memory::new(),
            event: EventFields::new(fields),
            truths: Truths::new(predicates),
            texts: Texts::default(),
            candidates: Vec::new(),
            opened: Vec::new(),
            last_opened: vec![0; rules],
            scratch: String::new(),
            matched: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What evaluating has cost so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The rules that match the event, whose log source is inferred.
    pub fn evaluate(&mut self, record: &Record<'_>) -> &[RuleNumber] {
        self.read(record);
        let source = self.infer(record);
        self.run(record, &source)
    }

    /// The rules that match the event, which is of this log source.
    pub fn evaluate_as(&mut self, record: &Record<'_>, source: &EventSource) -> &[RuleNumber] {
        self.read(record);
        self.run(record, source)
    }

    /// The log source that is inferred for the event.
    pub fn source(&mut self, record: &Record<'_>) -> EventSource {
        self.read(record);
        self.infer(record)
    }

    /// The match of a rule with the event that was evaluated last: its evidence.
    pub fn explain(&mut self, record: &Record<'_>, rule: RuleNumber) -> Match<'_> {
        let engine = Arc::clone(&self.engine);
        let mut leaves = Vec::new();
        engine.rule(rule).expression.positive_leaves(&mut |leaf| leaves.push(leaf));
        let mut fields: Vec<MatchedField> = Vec::new();
        for leaf in leaves {
            if fields.len() < EVIDENCE_FIELDS_MAX
                && let Some(entry) = self.entry_for(&engine, record, leaf)
            {
                let shown = record.value(entry).get().unwrap_or_default();
                let field = MatchedField::new(record.name(entry), &shown);
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        }
        Match { rule: self.engine.rule(rule), fields }
    }

    /// The values of a field by the name that rules and correlations use, in the event that was evaluated last; none
    /// for a field that none of them asks for.
    pub fn values<'r>(&'r self, record: &'r Record<'_>, field: &str) -> impl Iterator<Item = Value<'r>> {
        let number = self.engine.fields.get(field).copied();
        number.into_iter().flat_map(|number| self.event.entries(number)).map(|entry| record.value(entry))
    }

    /// The entries of the field, in the event that was read last.
    pub(super) fn entries(&self, field: FieldNumber) -> impl Iterator<Item = usize> + '_ {
        self.event.entries(field)
    }

    /// Asks predicates anew: another event was read.
    pub(super) fn forget_truths(&mut self) {
        self.truths.begin();
    }

    /// The entry for which the predicate holds, where it is about one.
    pub(super) fn entry_for(
        &mut self,
        engine: &Engine,
        record: &Record<'_>,
        predicate: PredicateNumber,
    ) -> Option<usize> {
        let check = &engine.checks[predicate.0 as usize];
        match check.predicate.test {
            Test::IsNull => None,
            Test::IsPresent | Test::Field { .. } => {
                let holds = self.holds(engine, record, predicate);
                self.event.entries(check.predicate.field).next().filter(|_| holds)
            }
            _ if check.predicate.field == FieldNumber::ANY => {
                (0..record.len()).find(|&entry| check.holds(record, entry, &mut self.texts))
            }
            _ => {
                let entries = self.event.entries(check.predicate.field);
                let texts = &mut self.texts;
                { entries }.find(|&entry| check.holds(record, entry, texts))
            }
        }
    }

    /// Finds which entries belong to which fields.
    fn read(&mut self, record: &Record<'_>) {
        if self.event.begin() {
            self.last_opened.fill(0);
        }
        self.texts.clear(record.len());
        for entry in 0..record.len() {
            for field in self.engine.names.fields(record.name(entry)) {
                let is_taken = self.event.add(*field, entry);
                self.counts.left_out += u64::from(!is_taken);
            }
        }
    }

    fn infer(&self, record: &Record<'_>) -> EventSource {
        infer(|clue: Clue| {
            let values = self.event.entries(self.engine.clues[clue as usize]).map(|entry| record.value(entry));
            { values }.find(|value| value.has_text())
        })
    }

    fn run(&mut self, record: &Record<'_>, source: &EventSource) -> &[RuleNumber] {
        let plan = self.plan(source);
        self.truths.begin();
        self.gather(record, &plan);
        let engine = Arc::clone(&self.engine);
        self.matched.clear();
        let candidates = std::mem::take(&mut self.candidates);
        for &place in &candidates {
            let number = plan.rules[place as usize];
            let expression = &engine.rules[number.index()].expression;
            if expression.holds(&mut |predicate| self.holds(&engine, record, predicate)) {
                self.matched.push(number);
            }
        }
        self.counts.events += 1;
        self.counts.candidates += candidates.len() as u64;
        self.counts.matches += self.matched.len() as u64;
        self.candidates = candidates;
        self.matched.sort_unstable();
        &self.matched
    }

    fn plan(&mut self, source: &EventSource) -> Arc<Plan> {
        if let Some(plan) = self.plans.get(source) {
            return Arc::clone(plan);
        }
        let plan = self.engine.plan(source);
        if self.plans.len() >= crate::limits::PLANS_MAX {
            self.plans.clear();
        }
        self.plans.insert(source.clone(), Arc::clone(&plan));
        plan
    }

    /// Finds the rules whose gate is open.
    fn gather(&mut self, record: &Record<'_>, plan: &Plan) {
        self.candidates.clear();
        self.opened.clear();
        self.opened.extend_from_slice(&plan.always);
        if let Some(keywords) = &plan.keywords {
            keywords.open(record, &mut self.scratch, &mut self.opened);
        }
        self.take_opened();
        for (index, (field, gates)) in plan.fields.iter().enumerate() {
            let mut link = self.event.first(*field);
            if link != END {
                self.opened.extend_from_slice(&gates.present);
            }
            while link != END {
                let (entry, next) = self.event.links[link as usize];
                link = next;
                let (kind, written) = record.written(entry as usize);
                if kind == Kind::Null {
                    continue;
                }
                self.opened.extend_from_slice(gates.exists());
                if gates.reads_values && !matches!(kind, Kind::List | Kind::Object) {
                    let place = place_of(plan.number, index, kind);
                    let key = Memory::key(place, written);
                    if let Some(opened) = self.memory.get(&key, place, written) {
                        self.counts.remembered += 1;
                        self.opened.extend_from_slice(opened);
                    } else {
                        self.counts.searched += 1;
                        let start = self.opened.len();
                        let mut opened = Vec::new();
                        let text = self.texts.lowered(record, entry as usize).unwrap_or_default();
                        gates.open(kind, &folded(text), &mut opened);
                        self.opened.truncate(start);
                        self.opened.extend_from_slice(&opened);
                        self.memory.put(&key, place, written, &opened);
                    }
                }
            }
            self.take_opened();
        }
    }

    /// Makes candidates of the rules that were opened and are none yet.
    fn take_opened(&mut self) {
        for &place in &self.opened {
            let last = &mut self.last_opened[place as usize];
            if *last != self.event.event {
                *last = self.event.event;
                self.candidates.push(place);
            }
        }
        self.opened.clear();
    }

    /// True when the predicate holds for the event.
    pub(super) fn holds(&mut self, engine: &Engine, record: &Record<'_>, predicate: PredicateNumber) -> bool {
        if let Some(known) = self.truths.get(predicate) {
            return known;
        }
        let check = &engine.checks[predicate.0 as usize];
        let field = check.predicate.field;
        let holds = match &check.predicate.test {
            Test::IsPresent => self.event.first(field) != END,
            Test::IsNull => !self.exists(record, field),
            Test::Field { other, how, is_cased } => self.compare_fields(record, field, *other, *how, *is_cased),
            _ if field == FieldNumber::ANY => {
                (0..record.len()).any(|entry| check.holds(record, entry, &mut self.texts))
            }
            _ => {
                let texts = &mut self.texts;
                self.event.entries(field).any(|entry| check.holds(record, entry, texts))
            }
        };
        self.truths.set(predicate, holds);
        holds
    }

    fn exists(&self, record: &Record<'_>, field: FieldNumber) -> bool {
        self.event.entries(field).any(|entry| record.value(entry) != Value::Null)
    }

    fn compare_fields(
        &mut self,
        record: &Record<'_>,
        field: FieldNumber,
        other: FieldNumber,
        how: How,
        is_cased: bool,
    ) -> bool {
        let mut texts_of = |field: FieldNumber| -> Vec<String> {
            let texts = &mut self.texts;
            let text = |entry| texts.get(record, entry, is_cased).map(str::to_owned);
            self.event.entries(field).filter_map(text).take(COMPARED_VALUES_MAX).collect()
        };
        let (mine, others) = (texts_of(field), texts_of(other));
        mine.iter().any(|mine| others.iter().any(|other| compares(how, mine, other)))
    }
}

/// Tells apart values of different plans, fields and kinds: `"1"` and `1` may open different gates.
fn place_of(plan: u32, field: usize, kind: Kind) -> u64 {
    (u64::from(plan) << 32) | ((field as u64) << 3) | kind as u64
}
