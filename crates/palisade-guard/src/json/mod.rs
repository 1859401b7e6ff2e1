//! Walks JSON text, string by string, without recursion and without building a tree.

mod path;
mod problem;
mod text;
mod walk;

pub use problem::{JsonProblem, JsonProblemKind};
pub(crate) use walk::{Part, walk};
