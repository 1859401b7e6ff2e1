//! The watch over businesses and people, fitted to the program: lists from feeds, screening, and counterparties that are
//! screened again when a list changes.
//!
//! ```text
//! feeds that are lists ──► snapshots ──► one screening file ──► Lists ──► answers to `business`, /api/v1/businesses
//!        (admitted, or refused and to be confirmed)               │
//!                                       differences ──► counterparties in the state ──► findings
//! ```
//!
//! A [`Lists`] never changes; a server that sees a new version of a list makes another and swaps it. The screening file
//! is built once for each set of versions and kept in the data folder, so that a start opens it.

mod answer;
pub mod counterparties;
mod edition;
mod files;
mod learned;
mod lists;
mod shelf;

pub use answer::{Answer, Hit, Searched, kind, mode_name, reason, shown_name};
pub use edition::{ListEdition, Standing};
pub use files::{Admitted, admit, is_list, snapshot_of};
pub use lists::{How, Lists};
pub use shelf::Shelf;

/// Lists that sanctions programmes of most companies need. Where one of them was not imported, every answer says so.
pub const EXPECTED: &[&str] = &["ofac-sdn", "ofac-consolidated", "un-sc", "eu-fsf", "uk-ofsi"];
