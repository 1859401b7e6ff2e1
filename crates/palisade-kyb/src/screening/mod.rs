//! Counterparties against lists: one, a batch, or all of them each time that a list changes.
//!
//! Everything here is state that goes in and comes out. A [`Screener`] holds entities with an index of their names and
//! identifiers: over lists, it screens counterparties; over counterparties, it finds those whom the change of a list
//! touches. A pair's score, and whether it is found at all, depend on the pair alone, never on what else is listed:
//! that is what makes screening of a list's difference the same as screening of everything.

mod batch;
mod decisions;
mod evidence;
mod hit;
mod learning;
mod rescreen;
mod screener;
mod search;

pub use batch::{BatchProgress, Counterparties, CounterpartyRow, party_of_json, run_batch, screenable};
pub use decisions::{Decision, DecisionError, Decisions, Standing, Verdict};
pub use evidence::evidence_hash;
pub use hit::{Event, Hit, Hits, Pair, ScreeningHit};
pub use learning::{Adjustment, LOWERED_MAX, Learning, RAISED_MAX};
pub use rescreen::{rescreen, screen_all};
pub use screener::{Options, Screener, Screening};
pub use search::Scratch;

#[cfg(test)]
mod tests;
