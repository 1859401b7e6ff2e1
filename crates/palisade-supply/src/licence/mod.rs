//! Licences of packages: SPDX expressions, the free texts that stand for them, and a policy over them.

mod expression;
mod finding;
mod free_text;
mod policy;
mod preset;

pub use expression::{Licence, read};
pub use finding::finding;
pub use policy::{Policy, PolicyError, Ruling, Verdict};
pub use preset::{Family, family};
