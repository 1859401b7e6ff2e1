//! Everything known about packages, as one flat run of bytes: built once, opened without parsing, asked by name.
//!
//! Texts and version keys stand in one section, told by offset and length; packages are found through a table of hashes.
//! A checksum over all of it is verified when it is opened, and every offset is checked when it is followed, so damage
//! is an error and never a wrong answer.

mod build;
#[cfg(test)]
mod damage_tests;
mod delta;
mod groups;
mod layout;
mod open;
mod view;

pub use build::{BuildError, Builder};
pub use delta::Delta;
pub use layout::IndexError;
pub use open::{Index, Summary};
pub use view::{AdvisoryView, Affects, Entry, Match};
