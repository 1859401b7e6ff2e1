//! Windows event logs (`.evtx`), chunk by chunk.
//!
//! A file is a header of 4 KiB and chunks of 64 KiB, each with what is needed to read its records. So a damaged chunk
//! costs its own records only, and a file that ends early gives all that is whole.

use super::{
    fault::{Fault, Problem},
    json, windows_names,
};
use crate::record::Record;
use evtx::{ChunkFlags, EvtxChunkData, EvtxRecord, ParserSettings};
use palisade_model::Timestamp;
use std::sync::Arc;

/// What a file begins with.
pub(crate) const MAGIC: &[u8] = b"ElfFile\0";

const FILE_HEADER_BYTES: usize = 4096;
const CHUNK_BYTES: usize = 65_536;
const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";

/// Reads a file that is fed in blocks.
pub(crate) struct Chunks {
    settings: Arc<ParserSettings>,
    held: Vec<u8>,
    /// Where `held` begins in the file.
    at: u64,
    spare: Record<'static>,
}

/// What becomes of every event, or of what cannot be read.
type Each<'a> = &'a mut dyn FnMut(Result<&Record<'_>, Problem>);

impl Default for Chunks {
    fn default() -> Self {
        let settings = Arc::new(ParserSettings::new().indent(false));
        Self { settings, held: Vec::new(), at: 0, spare: Record::default() }
    }
}

impl Chunks {
    pub(crate) fn feed(&mut self, mut block: &[u8], each: Each<'_>) {
        while !block.is_empty() {
            let wanted = if self.at == 0 { FILE_HEADER_BYTES } else { CHUNK_BYTES };
            let taken = block.len().min(wanted - self.held.len());
            self.held.extend_from_slice(&block[..taken]);
            block = &block[taken..];
            if self.held.len() == wanted {
                self.part(each);
            }
        }
    }

    pub(crate) fn finish(&mut self, each: Each<'_>) {
        if self.held.is_empty() {
            return;
        }
        let (bytes, is_blank) = (self.held.len(), self.held.iter().all(|&byte| byte == 0));
        if !is_blank {
            let whole = if self.at == 0 { FILE_HEADER_BYTES } else { CHUNK_BYTES };
            each(Err(self.problem(format!("the file ends early: {bytes} of {whole} bytes are there"))));
        }
        self.part(each);
    }

    /// Reads what is held: the header of the file, or a chunk.
    fn part(&mut self, each: Each<'_>) {
        let part = std::mem::take(&mut self.held);
        if self.at == 0 {
            if !part.starts_with(MAGIC) {
                each(Err(self.problem("the header of the file is damaged".into())));
            }
        } else if part.starts_with(CHUNK_MAGIC) {
            self.chunk(part, each);
        } else if part.iter().any(|&byte| byte != 0) {
            each(Err(self.problem("the header of a chunk is damaged: its 64 KiB are left out".into())));
        }
        self.at += if self.at == 0 { FILE_HEADER_BYTES } else { CHUNK_BYTES } as u64;
    }

    fn chunk(&mut self, bytes: Vec<u8>, each: Each<'_>) {
        let is_whole = bytes.len() == CHUNK_BYTES;
        let mut data = match EvtxChunkData::new(bytes, false) {
            Ok(data) => data,
            Err(error) => return each(Err(self.problem(error.to_string()))),
        };
        // Of a log that was copied while in use, the last chunk is dirty: its checksum is an older one.
        let is_checked = is_whole && !data.header.flags.contains(ChunkFlags::DIRTY);
        if is_checked && !data.validate_data_checksum() {
            each(Err(self.problem("a chunk's checksum does not fit: some of its events may be damaged".into())));
        }
        let mut chunk = match data.parse(Arc::clone(&self.settings)) {
            Ok(chunk) => chunk,
            Err(error) => return each(Err(self.problem(error.to_string()))),
        };
        for record in chunk.iter() {
            let read = match record {
                Ok(record) => event(record, &mut self.spare, each),
                Err(error) => Err(error.to_string()),
            };
            if let Err(reason) = read {
                each(Err(self.problem(reason)));
            }
        }
    }

    fn problem(&self, reason: String) -> Problem {
        Problem { line: None, byte: self.at, reason }
    }
}

fn event(record: EvtxRecord<'_>, spare: &mut Record<'static>, each: Each<'_>) -> Result<(), String> {
    let number = record.event_record_id;
    let rendered = record.into_json().map_err(|error| error.to_string())?;
    let unreadable = |fault: Fault| format!("event {number}: {fault}");
    let mut read = json::read(&rendered.data, std::mem::take(spare)).map_err(|problem| unreadable(problem.into()))?;
    windows_names::plain_into(&mut read);
    if let Ok(nanos) = i64::try_from(rendered.timestamp.as_nanosecond()) {
        read.set_time(Timestamp::from_nanos(nanos));
    }
    each(Ok(&read));
    *spare = read.renew("");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(file: &[u8], block: usize) -> Vec<String> {
        let mut problems = Vec::new();
        let mut take =
            |read: Result<&Record<'_>, Problem>| problems.extend(read.err().map(|problem| problem.to_string()));
        let mut chunks = Chunks::default();
        file.chunks(block).for_each(|block| chunks.feed(block, &mut take));
        chunks.finish(&mut take);
        problems
    }

    #[test]
    fn damage_is_told_with_its_place() {
        let mut file = vec![0; FILE_HEADER_BYTES + 2 * CHUNK_BYTES];
        file[..MAGIC.len()].copy_from_slice(MAGIC);
        assert_eq!(problems(&file, 1000), Vec::<String>::new());
        file[FILE_HEADER_BYTES + 5] = 1;
        let expected = ["byte 4096: the header of a chunk is damaged: its 64 KiB are left out"];
        assert_eq!(problems(&file, 100_000), expected);
        let early = "byte 69632: the file ends early: 8 of 65536 bytes are there";
        let mut cut = file[..FILE_HEADER_BYTES + CHUNK_BYTES].to_vec();
        cut.extend_from_slice(CHUNK_MAGIC);
        assert_eq!(problems(&cut, 7)[1], early);
        assert_eq!(problems(b"no header", 7).len(), 2);
    }
}
