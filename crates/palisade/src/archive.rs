//! Archives and compressed files: what is in them, within limits, as if it were files.
//!
//! An entry is called `archive.zip!/inner/path`. Nothing is ever written to disk, so what an entry is called can do no
//! harm. Formats are told by their first bytes, not by names. The containers are read here and not by a crate: they are
//! small, and this way no allocation follows a number that the archive claims; what decompresses is `flate2`, `zstd`, `bzip2` and
//! `liblzma`.
//!
//! An archive that reaches a limit ends there, with a reason; entries before it are judged, and other files go on.

mod budget;
mod compressed;
mod load;
mod problem;
mod tar;
mod zip;

use budget::Budget;
pub use budget::Limits;
use load::read_up_to;
pub use load::{FILE_BYTES_MAX, Loaded, read};
pub use problem::Problem;
use std::io::Read;

/// Archives within archives that are opened: a package in a bundle in a release.
const NESTED_MAX: usize = 2;

/// The formats that are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Zip,
    Tar,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// The format of what begins with `bytes`, of which at least 512 should be there where it has as many.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        // A local header, or the end of an empty archive (APPNOTE 4.3.7, 4.3.16).
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
        // Method 8 is the only one that RFC 1952 knows.
        [0x1f, 0x8b, 8, ..] => Some(Kind::Gzip),
        // RFC 8878 §3.1.1.
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Kind::Zstd),
        // The block size, and the first block's magic or that of the end: there is no specification but the program.
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Some(Kind::Bzip2),
        // The .xz file format, 2.1.1.1.
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Kind::Xz),
        _ if tar::is_tar(bytes) => Some(Kind::Tar),
        _ => None,
    }
}

/// Takes what is found in an archive.
pub trait Receiver {
    /// An entry of this name; archives among them come as their own entries instead.
    fn entry(&mut self, name: &str, entry: Loaded);
    /// An entry, or the rest of the archive, that is not inspected.
    fn problem(&mut self, name: &str, problem: Problem);
    /// True when nothing more should come.
    fn is_full(&self) -> bool;
}

/// Hands everything in the archive `bytes` to `receiver`.
pub fn unpack(name: &str, kind: Kind, bytes: &[u8], limits: Limits, receiver: &mut dyn Receiver) {
    let mut unpacking = Unpacking { budget: &Budget::new(limits, bytes.len()), receiver, nested: 0 };
    if let Err(problem) = unpacking.open(name, kind, bytes) {
        unpacking.receiver.problem(name, problem);
    }
}

/// An archive being unpacked, with all that is nested in it.
struct Unpacking<'a> {
    budget: &'a Budget,
    receiver: &'a mut dyn Receiver,
    nested: usize,
}

impl Unpacking<'_> {
    fn open(&mut self, name: &str, kind: Kind, bytes: &[u8]) -> Result<(), Problem> {
        match kind {
            Kind::Zip => zip::open(self, name, bytes),
            Kind::Tar => tar::open(self, name, &mut self.budget.meter(bytes)),
            Kind::Gzip => compressed::open(self, name, compressed::gzip(bytes)),
            Kind::Zstd => compressed::open(self, name, compressed::zstandard(bytes)?),
            Kind::Bzip2 => compressed::open(self, name, compressed::bzip2(bytes)),
            Kind::Xz => compressed::open(self, name, compressed::xz(bytes)?),
        }
    }

    /// Hands on the entry `inner` of the archive `outer`, or what is in it. Only what must end the whole archive is an
    /// error.
    fn entry(&mut self, outer: &str, inner: &str, content: impl Read) -> Result<(), Problem> {
        if self.receiver.is_full() {
            return Err(Problem::Results);
        }
        self.budget.count_entry()?;
        let name = format!("{outer}!/{inner}");
        let judged = match read_up_to(content, self.budget.file_bytes_max()).map_err(Problem::from) {
            Ok(Loaded::Archive(kind, bytes)) => self.nest(&name, kind, &bytes),
            Ok(other) => {
                self.receiver.entry(&name, other);
                Ok(())
            }
            Err(problem) => Err(problem),
        };
        match judged {
            Err(problem) if !problem.ends_all() => {
                self.receiver.problem(&name, problem);
                Ok(())
            }
            other => other,
        }
    }

    /// Tells that the entry `inner` is not inspected.
    fn refuse(&mut self, outer: &str, inner: &str, problem: Problem) -> Result<(), Problem> {
        self.budget.count_entry()?;
        self.receiver.problem(&format!("{outer}!/{inner}"), problem);
        Ok(())
    }

    fn nest(&mut self, name: &str, kind: Kind, bytes: &[u8]) -> Result<(), Problem> {
        if self.nested == NESTED_MAX {
            return Err(Problem::Nested);
        }
        self.nested += 1;
        let done = self.open(name, kind, bytes);
        self.nested -= 1;
        done
    }
}

#[cfg(test)]
mod tests;
