//! Go modules.

pub(super) mod go_mod;
pub(super) mod go_sum;
