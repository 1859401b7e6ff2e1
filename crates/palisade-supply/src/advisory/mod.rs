//! Advisories and malicious-package reports, and which versions they hold for.
//!
//! [`read`] understands the publishers' forms, a [`Builder`] makes one [`Index`] of everything that was read, and
//! [`judge`] asks it about a package. The index is a flat run of bytes that opens without being parsed.

mod finding;
mod fix;
mod index;
mod judge;
mod rating;
pub mod read;
mod record;

pub use finding::findings;
pub use fix::{Fix, Upgrade};
pub use index::{AdvisoryView, Affects, BuildError, Builder, Delta, Entry, Index, IndexError, Match, Summary};
pub use judge::{Affected, Judgement, Usage, judge};
pub use rating::{Rating, severity_of_score};
pub use record::{Advisory, AffectedPackage, AffectedRange, Kind};
