//! Files of feeds, opened: a text as it is, or the texts in a compressed file or an archive, one after the other.

use crate::archive::{self, Limits, Loaded, Problem, Receiver};
use std::{fs::File, io::Read as _, path::Path};

/// Bytes of a file that is read as a whole: twice the advisories of all ecosystems, packed.
const FILE_BYTES_MAX: u64 = 2 << 30;

/// Takes the name and the bytes of a text, or says why it cannot.
type Take<'a> = dyn FnMut(&str, &[u8]) -> Result<(), String> + 'a;

/// Hands the name and the bytes of every text in the file to `take`, until that fails.
///
/// # Errors
/// When the file cannot be read, cannot be unpacked to its end, or `take` says why.
pub(super) fn each_text(name: &str, file: &Path, take: &mut Take<'_>) -> Result<(), String> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    let read = File::open(file).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot read {name}: {error}"))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("{name} has more than {} MiB", FILE_BYTES_MAX >> 20));
    }
    let Some(kind) = archive::kind(&bytes) else { return take(name, &bytes) };
    let mut texts = Texts { take, failure: None };
    archive::unpack(name, kind, &bytes, Limits::FEED, &mut texts);
    texts.failure.map_or(Ok(()), Err)
}

struct Texts<'a> {
    take: &'a mut Take<'a>,
    failure: Option<String>,
}

impl Receiver for Texts<'_> {
    fn entry(&mut self, name: &str, entry: Loaded) {
        let taken = match entry {
            Loaded::Text { text, .. } => (self.take)(name, text.as_bytes()),
            Loaded::Huge => Err(format!("{name} has more than {} MiB", archive::FILE_BYTES_MAX >> 20)),
            Loaded::Binary | Loaded::Archive(..) => Ok(()),
        };
        if let Err(failure) = taken {
            self.failure.get_or_insert(failure);
        }
    }

    fn problem(&mut self, name: &str, problem: Problem) {
        self.failure.get_or_insert_with(|| format!("{name}: {problem}"));
    }

    fn is_full(&self) -> bool {
        self.failure.is_some()
    }
}
