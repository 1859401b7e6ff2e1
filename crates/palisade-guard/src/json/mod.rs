//! Walks JSON text, string by string, without recursion and without building a tree.

mod detectors;
mod duplicate;
mod path;
mod problem;
mod text;
mod walk;

pub(crate) use detectors::{DETECTORS, DUPLICATE_KEY, LONE_SURROGATE};
pub(crate) use path::Path;
pub use problem::{JsonProblem, JsonProblemKind};
pub(crate) use walk::{Part, walk};
