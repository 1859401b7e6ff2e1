//! From the text of rules to expressions over predicates, with file, line and reason for each rule that is refused.

mod assembly;
mod condition;
mod detection;
mod document;
mod expression;
mod file;
mod load;
mod modifiers;
mod pattern;
mod predicate;
mod problem;
mod rule;
mod transform;
mod tuning;
mod words;

pub(crate) use document::documents;
pub(crate) use expression::{Expression, Named};
pub use file::{ParsedFile, parse_file};
pub use load::{Loader, Rules};
pub(crate) use pattern::{Part, Pattern};
pub(crate) use predicate::{FieldNumber, How, Names, Number, Predicate, PredicateNumber, RegexSource, Test, TimePart};
pub use problem::Problem;
pub use rule::{LoadedCorrelation, LogSource, Rule, severity_of};
pub(crate) use transform::lowered;
pub use tuning::{DisabledRule, Tuned, Tuning};
pub(crate) use words::{comparison, words};
