//! Shell commands where a value was expected.

mod detector;
mod expression;
mod lead;
mod markup;
mod needles;
mod operator;
mod option;
mod written;

pub(super) use detector::SHELL;
