//! Windows event logs: what is given stands at the beginning of a chunk, behind a header that is whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_events::readers::{Format, Reader};

fuzz_target!(|data: &[u8]| {
    let mut file = vec![0; 4096];
    file[..8].copy_from_slice(b"ElfFile\0");
    file.extend_from_slice(b"ElfChnk\0");
    file.extend_from_slice(data);
    let mut reader = Reader::new(Some(Format::Evtx));
    reader.feed(&file, &mut |_| {});
    reader.finish(&mut |_| {});
});
