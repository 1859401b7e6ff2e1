//! Rust: cargo.

pub(super) mod cargo_lock;
pub(super) mod cargo_toml;
