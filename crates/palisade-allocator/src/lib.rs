//! The memory allocator of the binary, set to give memory back soon.
//!
//! The allocator of the system keeps what many threads freed; mimalloc gives it back to the system, but only after a
//! second. A server at full speed frees some 100 MB in that time: with 100 ms it takes 320 MB at most instead of 450
//! (`palisade bench ingest --preset otlp-metrics`, memory at its highest) at the same speed. The option has no safe
//! interface, and the environment variable for it would have to be set by everyone who starts the binary.
#![deny(unsafe_code)]

/// mimalloc. Its feature `no_thp` keeps huge pages out of its arenas: with them an idle server took 40 MB more.
pub use mimalloc::MiMalloc as Allocator;

/// `mi_option_purge_delay` in `mimalloc.h`, of version 2 and 3.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
const MILLISECONDS: std::ffi::c_long = 100;

/// Sets how long freed memory is kept. `MIMALLOC_PURGE_DELAY` in the environment goes before it.
#[allow(unsafe_code, reason = "the only interface to this option")]
pub fn give_back_soon() {
    // SAFETY: the function stores a number at an index that it checks against the number of options, and may be called
    // at any time from any thread.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, MILLISECONDS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(unsafe_code, reason = "as above")]
    fn the_option_is_the_one_that_is_meant() {
        // SAFETY: reads a number, as above.
        let get = || unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert!([10, 1_000].contains(&get()), "what version 2 and 3 have set, and no other option has: {}", get());
        give_back_soon();
        assert_eq!(get(), MILLISECONDS);
    }
}
