//! Characters that hide text, or show it otherwise than it is read.

mod bidi;
mod invisible;
mod script;
mod tag;
mod variation;
mod zero_width;

pub(crate) use bidi::BIDI;
pub(crate) use invisible::INVISIBLE;
pub(crate) use script::is_unseen;
pub(crate) use tag::TAG;
pub(crate) use variation::VARIATION;
