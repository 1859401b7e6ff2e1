//! Versions of packages, ordered as their own ecosystem orders them, and requirements that versions meet.
//!
//! Every scheme turns a version into a [`Key`]: bytes whose plain order is the order of the versions. So an index of
//! advisories holds keys instead of texts, one comparison serves all ecosystems, and the order is total whatever the
//! texts are.

mod interval;
mod key;
mod line;
mod maven;
mod nuget;
mod packagist;
mod pep440;
mod requirement;
mod rubygems;
mod scheme;
mod semver;

pub use interval::{Interval, complement};
pub use key::{Key, VERSION_BYTES_MAX};
pub use line::Line;
pub use requirement::{Requirement, RequirementError, Run};
pub use scheme::Scheme;
