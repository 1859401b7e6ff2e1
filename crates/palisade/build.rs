//! Has the linker make the binary smaller in memory.
//!
//! **Relocations in their short form** (`DT_RELR`), where the C library can read it.
//! The engines' tables of functions need 440,000 of them: 10 MB that the loader reads at every start, and that stay
//! resident; 0.1 MB in the short form. glibc reads it from version 2.36 on; a binary linked so says on an older one
//! that `GLIBC_ABI_DT_RELR` is missing.
//!
//! **Functions of the same code once**, where the linker is LLD, which Rust brings for this target.

use std::{env, process::Command};

/// The target whose default linker is LLD since Rust 1.90.
const HAS_LLD: &str = "x86_64-unknown-linux-gnu";
const READS_SHORT_FORM: (u32, u32) = (2, 36);

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_native = env::var("HOST") == env::var("TARGET");
    if env::var("TARGET").as_deref() == Ok(HAS_LLD) {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
    if target("OS") == "linux" && target("ENV") == "gnu" && is_native && libc_version() >= Some(READS_SHORT_FORM) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Major and minor version of the C library of this machine: `getconf` answers `glibc 2.36`.
fn libc_version() -> Option<(u32, u32)> {
    let answer = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let mut numbers = text.trim().strip_prefix("glibc ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
