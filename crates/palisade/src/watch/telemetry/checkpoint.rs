//! The state of the watch on disk: one file, replaced as a whole, that says up to which position of the log it counts.
//!
//! It begins with a head, then has a frame for each series, each with its length before it, so that neither writing nor
//! reading has more than one frame in memory. Detectors have a checksum of their own.

use palisade_model::wire;
use prost::Message;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

/// Raised when the form of frames changes; a file of another form is left out, and series start anew.
const FORM: u32 = 1;
/// A frame is a few kilobytes; the head has templates, anomalies and findings.
const FRAME_BYTES_MAX: usize = 64 << 20;
/// Bytes that are written or read at a time.
const BUFFER_BYTES: usize = 1 << 16;
const FILE: &str = "checkpoint";

/// What stands before the series.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Head {
    #[prost(uint32, tag = "1")]
    pub(super) form: u32,
    /// Records up to here are counted.
    #[prost(uint64, tag = "2")]
    pub(super) position: u64,
    #[prost(uint64, tag = "3")]
    pub(super) series_count: u64,
    /// Receipt of the last record counted, in nanoseconds.
    #[prost(sfixed64, tag = "4")]
    pub(super) received: i64,
    /// Log templates, as they make themselves bytes.
    #[prost(bytes = "vec", tag = "5")]
    pub(super) templates: Vec<u8>,
    #[prost(uint64, tag = "6")]
    pub(super) lines: u64,
    #[prost(double, tag = "7")]
    pub(super) usually_new: f64,
    /// Anomalies and budgets, as JSON.
    #[prost(bytes = "vec", tag = "8")]
    pub(super) episodes: Vec<u8>,
    #[prost(bytes = "vec", tag = "9")]
    pub(super) budgets: Vec<u8>,
    /// What was told of records that the tables may not hold yet.
    #[prost(message, repeated, tag = "10")]
    pub(super) journal: Vec<Entry>,
    /// What processes used lately, and who was heard of when, as JSON.
    #[prost(bytes = "vec", tag = "11")]
    pub(super) processes: Vec<u8>,
    #[prost(bytes = "vec", tag = "12")]
    pub(super) sources: Vec<u8>,
}

/// What was told of one record.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Entry {
    #[prost(uint64, tag = "1")]
    pub(super) position: u64,
    #[prost(message, repeated, tag = "2")]
    pub(super) findings: Vec<wire::Finding>,
    /// Fingerprints of anomalies that ended, and when.
    #[prost(message, repeated, tag = "3")]
    pub(super) ended: Vec<Ended>,
}

/// An anomaly that was over.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Ended {
    #[prost(string, tag = "1")]
    pub(super) fingerprint: String,
    #[prost(sfixed64, tag = "2")]
    pub(super) at: i64,
}

/// One series.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Frame {
    #[prost(fixed64, tag = "1")]
    pub(super) id: u64,
    #[prost(string, tag = "2")]
    pub(super) name: String,
    #[prost(string, tag = "3")]
    pub(super) service: String,
    #[prost(string, tag = "4")]
    pub(super) host: String,
    /// Names and values in turn.
    #[prost(string, repeated, tag = "5")]
    pub(super) labels: Vec<String>,
    #[prost(bool, tag = "6")]
    pub(super) is_counter: bool,
    #[prost(sfixed64, tag = "7")]
    pub(super) received: i64,
    #[prost(bytes = "vec", tag = "8")]
    pub(super) detector: Vec<u8>,
    #[prost(uint64, repeated, tag = "9")]
    pub(super) buckets: Vec<u64>,
    #[prost(uint32, tag = "10")]
    pub(super) points: u32,
    #[prost(float, tag = "11")]
    pub(super) score: f32,
    #[prost(bool, tag = "12")]
    pub(super) is_derived: bool,
}

/// A checkpoint in a file beside the one that counts. It is written while the state may not change, in pieces, and waits
/// for the disk afterwards.
pub(super) struct Draft {
    file: File,
    pub(super) position: u64,
}

impl Draft {
    /// Writes a draft in `folder`. Only one may be there at a time.
    ///
    /// # Errors
    /// When it cannot be written; the file that counts is as it was.
    pub(super) fn new(folder: &Path, head: Head, series: impl Iterator<Item = Frame>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let head = Head { form: FORM, ..head };
        let mut file = BufWriter::with_capacity(BUFFER_BYTES, File::create(draft_of(&folder.join(FILE)))?);
        let mut buffer = Vec::new();
        push(&mut file, &mut buffer, &head)?;
        for frame in series {
            push(&mut file, &mut buffer, &frame)?;
        }
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self { file, position: head.position })
    }

    /// Makes it the file that counts in `folder`.
    ///
    /// # Errors
    /// When the disk refuses; the file that counts is the old or the new.
    pub(super) fn publish(&self, folder: &Path) -> io::Result<()> {
        publish(&self.file, &folder.join(FILE))
    }
}

/// Replaces a file as a whole: after a crash there is the old or the new.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(draft_of(path))?;
    file.write_all(bytes)?;
    publish(&file, path)
}

fn draft_of(path: &Path) -> PathBuf {
    path.with_extension("new")
}

fn publish(draft: &File, path: &Path) -> io::Result<()> {
    draft.sync_all()?;
    fs::rename(draft_of(path), path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn push(file: &mut impl Write, buffer: &mut Vec<u8>, message: &impl Message) -> io::Result<()> {
    buffer.clear();
    message.encode_raw(buffer);
    file.write_all(&u32::try_from(buffer.len()).unwrap_or(u32::MAX).to_le_bytes())?;
    file.write_all(buffer)
}

/// Reads the file in `folder`: the head, and each series as it comes. `None` when there is no file.
///
/// # Errors
/// When it cannot be read, is cut, or is of another form; what was handed out before must be forgotten.
pub(super) fn read(folder: &Path, each: &mut dyn FnMut(Frame)) -> io::Result<Option<Head>> {
    let file = match File::open(folder.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut file = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut buffer = Vec::new();
    let head: Head = pull(&mut file, &mut buffer)?;
    if head.form != FORM {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it is of form {}", head.form)));
    }
    for _ in 0..head.series_count {
        each(pull(&mut file, &mut buffer)?);
    }
    Ok(Some(head))
}

fn pull<M: Message + Default>(file: &mut impl io::Read, buffer: &mut Vec<u8>) -> io::Result<M> {
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged"));
    }
    buffer.clear();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take` in the same line")]
    let read = file.by_ref().take(length as u64).read_to_end(buffer)?;
    if read < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    M::decode(buffer.as_slice()).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_it_was_written_and_refused_when_cut() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path(), &mut |_| {}).unwrap().is_none());
        let head = Head { position: 9, series_count: 3, ..Head::default() };
        let frame = |id| Frame { id, name: format!("m{id}"), detector: vec![1; 3_000], ..Frame::default() };
        let draft = Draft::new(folder.path(), head, (0..3).map(frame)).unwrap();
        assert!(read(folder.path(), &mut |_| {}).unwrap().is_none(), "a draft does not count");
        draft.publish(folder.path()).unwrap();
        let mut series = Vec::new();
        let head = read(folder.path(), &mut |frame| series.push(frame)).unwrap().unwrap();
        assert_eq!((head.position, series), (9, (0..3).map(frame).collect()));
        let path = folder.path().join(FILE);
        let length = fs::metadata(&path).unwrap().len();
        File::options().write(true).open(&path).unwrap().set_len(length - 1).unwrap();
        assert!(read(folder.path(), &mut |_| {}).is_err());
        fs::write(&path, [0xff; 100]).unwrap();
        assert!(read(folder.path(), &mut |_| {}).is_err());
    }
}
