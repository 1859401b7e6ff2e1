//! Judges packages by name, manifest, advisory and metadata. Pure: facts and bytes come in, findings go out.
#![forbid(unsafe_code)]

mod ecosystem;
mod package;
mod purl;

pub mod advisory;
pub mod licence;
pub mod manifest;
pub mod names;
pub mod sbom;
pub mod score;
pub mod starter;
pub mod version;

pub use ecosystem::Ecosystem;
pub use package::Package;
pub use purl::InvalidPurl;
pub use score::{Facts, Judge};
