//! From the bytes of a format to a [`Record`](crate::Record), one file a format.

pub mod json;
