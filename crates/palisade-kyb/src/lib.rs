//! Screens businesses and people against lists, and says why. Pure: lists and names come in, explained scores go out.
#![forbid(unsafe_code)]

pub mod entity;
pub mod identifiers;
pub mod index;
pub mod lists;
pub mod matching;
pub mod names;
pub mod ownership;
pub mod screening;
pub mod snapshot;
