//! Counterparties against lists: one, a batch, or all of them each time that a list changes.
//!
//! Everything here is state that goes in and comes out; what is compared and how is a [`Matcher`]'s. Two parties that
//! match share a key, so an index by keys finds them from either side. That is what makes screening of a list's
//! difference the same as screening of everything: the pairs that are looked at are the same, and a pair's score
//! depends on the pair alone.

mod batch;
mod decisions;
mod evidence;
mod hit;
mod index;
mod learning;
mod matcher;
mod watchlist;

pub use batch::{BatchProgress, Counterparties, CounterpartyRow, run_batch};
pub use decisions::{Decision, DecisionError, Decisions, Standing, Verdict};
pub use evidence::evidence_hash;
pub use hit::{Event, Hit, Hits, Pair};
pub use index::Index;
pub use learning::{Adjustment, LOWERED_MAX, Learning, RAISED_MAX};
pub use matcher::{Matcher, Part, Score};
pub use watchlist::{Watchlist, rescreen, screen_all};

#[cfg(test)]
mod tests;
