//! Channels against what other people made: mail and web servers over TLS, and the schemas that publishers hand out.
//!
//! Where something of it is missing a test says that it was skipped, and fails with `PALISADE_REQUIRE_SERVERS=1`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

mod certificates;
mod programs;
mod receiver;
mod schemas;
mod sent;
mod tls;
