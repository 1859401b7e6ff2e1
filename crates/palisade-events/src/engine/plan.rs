//! What counts for the events of one log source: its rules, and their gates by field.

use super::{
    Engine, RuleNumber,
    gate::Key,
    index::{FieldIndex, FieldIndexBuilder},
    keyword::Keywords,
};
use crate::rules::FieldNumber;
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

/// Tells plans apart in the memory of values, also when one is forgotten and built anew.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The rules for one log source.
pub(super) struct Plan {
    pub(super) number: u32,
    /// The rules by their place in the plan.
    pub(super) rules: Vec<RuleNumber>,
    /// The fields that gates look at.
    pub(super) fields: Vec<(FieldNumber, FieldIndex)>,
    pub(super) keywords: Option<Keywords>,
    /// Rules that are confirmed for every event.
    pub(super) always: Vec<u32>,
}

impl Plan {
    pub(super) fn new(engine: &Engine, rules: impl Iterator<Item = RuleNumber>) -> Self {
        let rules: Vec<RuleNumber> = rules.collect();
        let mut fields: BTreeMap<FieldNumber, FieldIndexBuilder> = BTreeMap::new();
        let (mut keywords, mut always) = (Vec::new(), Vec::new());
        for (place, rule) in rules.iter().enumerate() {
            let place = place as u32;
            let Some(gate) = &engine.gates[rule.index()] else {
                always.push(place);
                continue;
            };
            for opener in gate {
                match &opener.key {
                    key if opener.field != FieldNumber::ANY => fields.entry(opener.field).or_default().add(key, place),
                    Key::Text(_, text) => keywords.push((&**text, place)),
                    _ => always.push(place),
                }
            }
        }
        always.dedup();
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            keywords: Keywords::new(&keywords),
            fields: fields.into_iter().map(|(field, builder)| (field, builder.build())).collect(),
            rules,
            always,
        }
    }
}
