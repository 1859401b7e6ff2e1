//! What the binary keeps of memory: its allocator, set to give memory back at once, and the pages of the program
//! itself, given back when they are not in use ([`give_back_program`]).
//!
//! The allocator of the system keeps what many threads freed; mimalloc gives it back to the system, but only after a
//! second. A server at full speed frees some 100 MB in that time, and a server at a steady rate collects 30 MB in five
//! minutes. Given back at once, a server at full speed takes 293 MB at most and 188 MB after it instead of 347 and 272
//! with 100 ms, for 2 % of its speed (`palisade bench ingest --preset batches`, `MIMALLOC_PURGE_DELAY=100`), and stays
//! flat at a steady rate (`palisade bench soak`). The options have no safe interface, and the environment variables for
//! them would have to be set by everyone who starts the binary.
//!
//! C libraries (zstd, SQLite) go on using the allocator of the system, which is told the same: it kept 4 MB of theirs for
//! every thread. They could use mimalloc as well (its feature `override`), but then the binary ends at its start where a
//! library is loaded before it that replaces functions of the clock, such as libfaketime.
#![deny(unsafe_code)]

mod program;

pub use program::give_back_program;
use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// mimalloc. Its feature `no_thp` keeps huge pages out of its arenas: with them an idle server took 40 MB more.
pub use mimalloc::MiMalloc as Allocator;

/// An option of `mimalloc.h`, version 3: its number, what it is unless set, and what it is set to.
struct Setting {
    number: libmimalloc_sys::mi_option_t,
    #[cfg(test)]
    unset: std::ffi::c_long,
    value: std::ffi::c_long,
}

const SETTINGS: [Setting; 3] = [
    // `mi_option_purge_delay`: free memory is given back after so many milliseconds.
    Setting {
        number: 15,
        #[cfg(test)]
        unset: 1_000,
        value: 0,
    },
    // `mi_option_generic_collect`: a thread looks for what others freed after so many times that its free lists were
    // empty.
    Setting {
        number: 34,
        #[cfg(test)]
        unset: 10_000,
        value: 500,
    },
    // `mi_option_minimal_purge_size`: free pieces of so many KiB and more are given back. Unset, it is 64.
    Setting {
        number: 44,
        #[cfg(test)]
        unset: 0,
        value: 16,
    },
];

/// Options of the system's allocator (`mallopt(3)`): its number and value. One arena for all threads, which allocate
/// little in C; what is larger than 64 KiB is mapped by itself, and unmapped as soon as it is free.
#[cfg(target_env = "gnu")]
const SETTINGS_OF_C: [(std::ffi::c_int, std::ffi::c_int); 3] =
    [(libc::M_ARENA_MAX, 1), (libc::M_MMAP_THRESHOLD, 64 << 10), (libc::M_TRIM_THRESHOLD, 64 << 10)];

/// Has freed memory given back to the system at once. `MIMALLOC_PURGE_DELAY` and the like in the environment go before it.
#[allow(unsafe_code, reason = "the only interface to these options")]
pub fn give_back_at_once() {
    #[cfg(target_env = "gnu")]
    for (number, value) in SETTINGS_OF_C {
        // SAFETY: the function stores a number, and refuses options that it does not know.
        let _is_known = unsafe { libc::mallopt(number, value) };
    }
    for Setting { number, value, .. } in SETTINGS {
        // SAFETY: the function stores a number at an index that it checks against the number of options, and may be
        // called at any time from any thread.
        unsafe { libmimalloc_sys::mi_option_set_default(number, value) }
    }
}

/// A thread looks for what others freed of its memory no more often than this: it goes through all its pages.
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
    fn the_options_are_those_that_are_meant() {
        // SAFETY: reads a number, as above.
        let get = |number| unsafe { libmimalloc_sys::mi_option_get(number) };
        for Setting { number, unset, .. } in SETTINGS {
            assert_eq!(get(number), unset, "option {number} is another one in this version of mimalloc");
        }
        give_back_at_once();
        for Setting { number, value, .. } in SETTINGS {
            assert_eq!(get(number), value);
        }
    }
}
