//! The pages of the program itself, given back when they are no longer looked at.
//!
//! The code of the engines is large, and what was in use once stays in the process's map of its memory: 50 MB after the
//! start, 107 MB after merges and queries. They are a file that the system has in its cache anyway. Taken out of the map,
//! what is still in use comes back at its next use, 16 pages at a time and without reading the disk, and the rest is the
//! system's to drop: an idle server takes 44 MB instead of 83 (`palisade bench ingest --preset idle`).

/// Takes the pages of the program that are only read, code and constants, out of the process's map of its memory.
///
/// A debugger's breakpoints are changed copies of such pages and go with them.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the only interface to the program's own pages")]
pub fn give_back_program() {
    // SAFETY: `visit` has the type that is asked for and does not use its last argument.
    unsafe { libc::dl_iterate_phdr(Some(visit), std::ptr::null_mut()) };
}

/// Elsewhere the system decides by itself.
#[cfg(not(target_os = "linux"))]
pub fn give_back_program() {}

/// Is shown what is loaded, the program first (`dl_iterate_phdr(3)`), and asks for no more by returning something else
/// than 0.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "as above")]
unsafe extern "C" fn visit(
    info: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    _data: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the loader passes a description that is whole and stays so until this function returns.
    let (base, segments) = unsafe {
        let info = &*info;
        (info.dlpi_addr, std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)))
    };
    // SAFETY: reads a number.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
    let only_read = segments.iter().filter(|one| one.p_type == libc::PT_LOAD && one.p_flags & libc::PF_W == 0);
    for segment in only_read {
        let start = (base + segment.p_vaddr).next_multiple_of(page);
        let end = (base + segment.p_vaddr + segment.p_memsz) / page * page;
        // SAFETY: whole pages of a segment that nobody may write to, so they are as in the file, from which they come
        // back when they are looked at next, also by a thread that does so at this moment. What the loader has written
        // to lies in segments that may be written to, also where it forbade it afterwards.
        unsafe { libc::madvise(start as *mut libc::c_void, end.saturating_sub(start) as usize, libc::MADV_DONTNEED) };
    }
    1
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::{
        fs::File,
        io::{BufRead as _, BufReader, Read as _},
    };

    /// KiB of files in the process's map.
    fn of_files() -> u64 {
        let status = BufReader::new(File::open("/proc/self/status").unwrap().take(1 << 20));
        let line = status.lines().map(Result::unwrap).find(|line| line.starts_with("RssFile:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// All constants of the program are looked at, given back, and are the same when they are looked at again.
    #[test]
    fn the_pages_of_the_program_come_back_as_they_were() {
        static CONSTANTS: [u8; 4 << 20] = {
            let mut filled = [1; 4 << 20];
            filled[(4 << 20) - 1] = 7;
            filled
        };
        let sum = || std::hint::black_box(&CONSTANTS).iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let before = (sum(), of_files());
        give_back_program();
        let after = of_files();
        assert!(after + (3 << 10) < before.1, "{after} of {} KiB are left", before.1);
        assert_eq!(sum(), before.0);
        assert!(of_files() > after);
    }
}
