//! Unit tests for rules.

mod series;

pub use series::input_series;
