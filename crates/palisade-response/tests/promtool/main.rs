//! Prometheus' own `promtool` as the oracle: what it makes of expressions, rules and templates, Palisade makes as well.
//!
//! Where `promtool` is missing a test says that it was skipped, and fails with `PALISADE_REQUIRE_SERVERS=1`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

mod expressions;
mod oracle;
mod rules;
