//! An incident as a document, to be handed on: Markdown, or PDF.

mod document;
mod font;
mod layout;
mod markdown;
mod pages;

pub(super) use document::clock;
pub(super) use markdown::escape;
pub use markdown::markdown;
pub use pages::pdf;
