//! The memory allocator of the binary, set to give memory back at once.
//!
//! The allocator of the system keeps what many threads freed; mimalloc gives it back to the system, but only after a
//! second. A server at full speed frees some 100 MB in that time, and a server at a steady rate collects 30 MB in five
//! minutes. Given back at once, a server at full speed takes 293 MB at most and 188 MB after it instead of 347 and 272
//! with 100 ms, for 2 % of its speed (`palisade bench ingest --preset batches`, `MIMALLOC_PURGE_DELAY=100`), and stays
//! flat at a steady rate (`palisade bench soak`). The option has no safe interface, and the environment variable for it
//! would have to be set by everyone who starts the binary.
#![deny(unsafe_code)]

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// mimalloc. Its feature `no_thp` keeps huge pages out of its arenas: with them an idle server took 40 MB more.
pub use mimalloc::MiMalloc as Allocator;

/// `mi_option_purge_delay` in `mimalloc.h`, of version 2 and 3.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
const AT_ONCE: std::ffi::c_long = 0;

/// Has freed memory given back to the system at once. `MIMALLOC_PURGE_DELAY` in the environment goes before it.
#[allow(unsafe_code, reason = "the only interface to this option")]
pub fn give_back_at_once() {
    // SAFETY: the function stores a number at an index that it checks against the number of options, and may be called
    // at any time from any thread.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, AT_ONCE) }
}

/// A thread looks for what others freed of its memory no more often than this: it takes a tenth of a millisecond.
const GIVE_BACK_PERIOD: Duration = Duration::from_secs(1);

thread_local! {
    static GAVE_BACK: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Gives back what other threads freed of this thread's memory, unless it was done just now. A thread that allocates
/// no more would keep that for good: rows are made by one thread, written by a second and freed by a third.
#[allow(unsafe_code, reason = "the only interface to it")]
pub fn give_back() {
    let now = Instant::now();
    if GAVE_BACK.get().is_none_or(|last| now.duration_since(last) >= GIVE_BACK_PERIOD) {
        GAVE_BACK.set(Some(now));
        // SAFETY: may be called at any time from any thread, and touches free memory only.
        unsafe { libmimalloc_sys::mi_collect(true) }
    }
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
        give_back_at_once();
        assert_eq!(get(), AT_ONCE);
    }
}
