//! Names that imitate others: an index of protected names, and the ways in which a name may be mistaken for one of them.
//!
//! ```text
//! name ──► form (owner, words, fold) ──► keys ──► tables ──► candidates ──► compare ──► suspicions
//!                                        folds, deletions,   a few ids      technique,
//!                                        order, sound, look                 measures
//! ```
//!
//! An [`Index`] holds one ecosystem's protected names. Every name is entered under a few *keys* (without its separators,
//! without what is often put before or behind a name, with its words in order of the alphabet, as it sounds, as it
//! looks, and with every one of its letters left out). A name that is asked about makes its own keys; what it shares with
//! a protected name is compared letter by letter, and said with the technique, the target, and measures of how likely
//! the likeness is by chance. What follows from them is for [`crate::score`] to say.
//!
//! [`Names`] has all ecosystems together, and the names that the organisation uses privately.

mod catalogue;
mod compare;
mod embedded;
mod form;
mod index;
mod key;
mod look;
mod popular;
mod search;
mod slips;
mod sound;
mod suspicion;
mod table;
mod technique;
mod vocabulary;

pub use catalogue::Names;
pub(crate) use form::release_words;
pub use index::Index;
pub use popular::{FeedError, NAMES_MAX, Popular, read_popular, together};
pub(crate) use suspicion::shown;
pub use suspicion::{Measures, Suspicion};
pub use technique::Technique;
pub(crate) use vocabulary::ordinary_words;

#[cfg(test)]
mod tests;
