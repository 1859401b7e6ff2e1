//! Runs all rules over an event, as few of them as possible.
//!
//! 1. The name of each entry is looked up once; what no rule asks for is not looked at again (`name`).
//! 2. The event's log source says which rules count: those share a *plan*, built when the first such event comes
//!    (`plan`).
//! 3. Every rule has a *gate*: predicates of which one must hold for the rule to match, the most telling that its
//!    condition allows (`gate`). A plan indexes the gates by field; each value is looked up by hash and searched once
//!    for all literals (`index`), and what it opened is remembered for the next event with that value (`memory`).
//!    Keywords, which may stand in any field, are searched in the whole event at once (`keyword`).
//! 4. Rules whose gate opened are confirmed by evaluating their condition (`evaluator`, `check`). Rules without a gate,
//!    which match by what is absent, are always confirmed.

mod check;
mod evaluator;
mod event;
mod explain;
mod fold;
mod gate;
mod index;
mod keyword;
mod literal;
mod memory;
mod name;
mod plan;
pub(crate) mod regex;
mod text;

pub use evaluator::{Counts, Evaluator};
pub use explain::{Explained, Trace};

use crate::{
    Rule, Rules,
    limits::PLANS_MAX,
    rules::FieldNumber,
    source::{Clue, EventSource},
    taxonomy::Taxonomy,
};
use check::Check;
use gate::Gate;
use name::NameTable;
use plan::Plan;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Names a rule of an [`Engine`]: its place in [`Engine::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleNumber(pub(crate) u32);

impl RuleNumber {
    /// The place of the rule in [`Engine::rules`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All rules with their index. Make one and share it; each thread evaluates with an [`Evaluator`] of its own.
pub struct Engine {
    rules: Vec<Rule>,
    gates: Vec<Option<Gate>>,
    checks: Vec<Check>,
    names: NameTable,
    fields: HashMap<Box<str>, FieldNumber>,
    clues: [FieldNumber; Clue::COUNT],
    plans: Mutex<HashMap<EventSource, Arc<Plan>>>,
}

impl Engine {
    /// An engine for these rules, which finds their fields in events under the names of Sigma and under those that the
    /// taxonomy knows.
    #[must_use]
    pub fn new(rules: Rules, taxonomy: &Taxonomy) -> Self {
        let Rules { rules, mut names, predicates, .. } = rules;
        let clues = Clue::ALL.map(|clue| names.number(clue.name()));
        let predicates = predicates.into_values();
        let gates = gate::of_rules(&rules, &predicates);
        let table = NameTable::new(&names, taxonomy);
        let fields = names.iter().map(|(number, name)| (name.into(), number)).collect();
        let checks = predicates.into_iter().map(Check::new).collect();
        Self { rules, gates, checks, names: table, fields, clues, plans: Mutex::default() }
    }

    /// The rules, in the order in which they were loaded.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of this number.
    #[must_use]
    pub fn rule(&self, number: RuleNumber) -> &Rule {
        &self.rules[number.index()]
    }

    /// Names of fields that rules ask for, in no order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(|name| &**name)
    }

    /// The numbers of the rules that count for events of this source.
    pub fn rules_for(&self, source: &EventSource) -> impl Iterator<Item = RuleNumber> {
        let applies = move |(_, rule): &(usize, &Rule)| source.is_of_interest_to(&rule.source);
        self.rules.iter().enumerate().filter(applies).map(|(index, _)| RuleNumber(index as u32))
    }

    /// The plan for events of this source.
    fn plan(&self, source: &EventSource) -> Arc<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.get(source) {
            return Arc::clone(plan);
        }
        let plan = Arc::new(Plan::new(self, self.rules_for(source)));
        if plans.len() >= PLANS_MAX {
            plans.clear();
        }
        plans.insert(source.clone(), Arc::clone(&plan));
        plan
    }
}
