//! From the text of rules to expressions over predicates, with file, line and reason for each rule that is refused.

mod condition;
mod detection;
mod document;
mod expression;
mod load;
mod modifiers;
mod pattern;
mod predicate;
mod problem;
mod rule;
mod transform;

pub(crate) use expression::Expression;
pub use load::{Loader, ParsedFile, Rules, parse_file};
pub(crate) use pattern::{Part, Pattern};
pub(crate) use predicate::{FieldNumber, How, Names, Number, Predicate, PredicateNumber, RegexSource, Test, TimePart};
pub use problem::Problem;
pub use rule::{LoadedCorrelation, LogSource, Rule, severity_of};
pub(crate) use transform::lowered;
