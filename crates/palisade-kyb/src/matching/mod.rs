//! Names and entities compared part by part. Every score is 1 less what its parts take off, and every part says why.

mod align;
mod dates;
mod edit;
mod entity;
mod evidence;
mod matcher;
mod name;
mod ofac;
mod probability;
mod similarity;
mod tuning;

pub use entity::{EntityComparison, NAMES_MAX, NameMatch, PreparedEntity};
pub use evidence::{Evidence, EvidenceKind};
pub use matcher::{Matcher, Mode};
pub use name::{NameComparison, NamePart};
pub use probability::probability;
pub use similarity::Reason;
pub use tuning::{ORGANIZATION, PERSON, Tuning};

pub(crate) use entity::{RAISED_BY_EVIDENCE_MAX, plain_value};
pub(crate) use evidence::of_types;
pub(crate) use similarity::{letters_similarity, word_similarity};
