//! Unit tests for rules, in the format of `promtool test rules`.

mod file;
mod run;
mod series;

pub use file::UnitTests;
pub use run::{Report, UnitFailure, run};
pub use series::input_series;
