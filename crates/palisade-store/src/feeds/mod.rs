//! Feeds: reference data such as rules, lists, advisories, popular names.
//!
//! A feed has a name, formats, an address, and versions. A new version is copied beside the old one, checked from its
//! first byte to its last, and only then takes the old one's place, in one step; whatever is wrong with it, the old one
//! goes on serving. Readers hold a snapshot and are told when there is a newer one. The version before is kept for a
//! rollback. Nothing here knows what a feed means: the watches read the files, and whoever opens the feeds may hand in a
//! [`Judge`], which has a say before a version takes its place.

mod check;
mod download;
mod error;
mod format;
mod incoming;
mod judge;
mod ledger;
mod shelf;
mod table;

pub use error::FeedError;
pub use format::FeedFormat;
pub use judge::{Candidate, Judge, Unfit, each_file};
pub use shelf::{FeedFile, FeedSnapshot, FeedState, FeedStatus, FeedVersion, Feeds, Imported};
pub use table::{FEEDS, Feed};
