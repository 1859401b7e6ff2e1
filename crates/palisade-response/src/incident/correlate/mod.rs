//! Which alerts belong together, and why.

mod entity;
mod index;
mod mates;

pub use entity::entities_of;
pub(super) use entity::rule_group;
pub(super) use index::{Index, Known};
pub(super) use mates::{Mate, Search, Target};
