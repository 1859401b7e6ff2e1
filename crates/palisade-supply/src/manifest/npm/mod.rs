//! JavaScript: npm, yarn, pnpm and bun.

mod address;
mod members;
mod modules;

pub(super) mod bun_lock;
pub(super) mod package_json;
pub(super) mod package_lock;
pub(super) mod pnpm_lock;
pub(super) mod yarn_berry;
pub(super) mod yarn_classic;
