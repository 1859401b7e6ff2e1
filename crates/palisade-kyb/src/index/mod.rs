//! An index over the names of lists, that finds those which may be somebody, out of a million and within milliseconds.
//!
//! Words of listed names stand in it once each. A word is reached from a word of a query when they share a *reach key*
//! (`keys`): the same letters or one letter apart, the same family key or one letter apart, the same spelling group or short form, or
//! skeletons of consonants one letter apart, and when they are alike enough to be put beside each
//! other in a comparison at all. A name's *coverage* is
//! twice the weight of the words reached, as a share of the weight of the query and of the name together.
//!
//! **What is guaranteed:** `NameIndex::search` returns every name whose coverage is above `Candidates::complete_above`,
//! which is what was wanted unless more names than were asked for are better. Coverage follows from the two names alone,
//! never from what else is listed. Tests hold this against names altered by a letter.
//!
//! The index is one flat run of bytes, the same in memory and on disk, so that it opens by a memory map of the caller.
//! It opens only when its checksum holds, and no offset in it is followed without being checked.

mod build;
mod flat;
mod keys;
mod search;
mod turns;

pub use build::IndexBuilder;
pub use flat::IndexError;
pub use search::{Candidate, Candidates, Covered, NameIndex, Wanted};
pub use turns::Scratch;

pub(crate) use build::flat;
pub(crate) use flat::{Section, numbers};
pub(crate) use search::partition_point;
