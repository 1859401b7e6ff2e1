//! The file system under the tables, made durable.
//!
//! The engine's own store for local files leaves it to the system when a file reaches the disk. The log, however, is
//! freed of rows as soon as a version of the table holds them: a power cut in the seconds between would take rows that
//! were acknowledged. So a file is on disk before it gets its name, and the name is before the write is reported done;
//! a version is never on disk without the files that it names, nor without the versions before it.
//!
//! A file is written under a name that ends in `#` and a number, which readers pass over, until it is whole. A crash
//! leaves such files; [`sweep`] takes them away at the next start.

use async_trait::async_trait;
use deltalake::{
    ObjectMeta, ObjectStore, Path,
    logstore::object_store::{
        CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, PutMode, PutMultipartOptions,
        PutOptions, PutPayload, PutResult, Result, UploadPart, local::LocalFileSystem,
    },
};
use futures::stream::BoxStream;
use std::{
    fmt,
    fs::{self, File},
    io::{self, Write as _},
    ops::Range,
    path::{Path as FilePath, PathBuf},
};

/// The name of the store in errors.
const STORE: &str = "files of the lake";
/// Leftovers under one name; a crash leaves one, and the next start sweeps it away.
const STAGED_MAX: u32 = 1_000;

/// The local file system, whose writes are on disk when they are done.
#[derive(Debug, Default)]
pub(super) struct DurableFiles {
    files: LocalFileSystem,
}

impl fmt::Display for DurableFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(STORE)
    }
}

#[async_trait]
impl ObjectStore for DurableFiles {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let path = self.files.path_to_filesystem(location)?;
        let is_new = match options.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            PutMode::Update(_) => {
                let operation = "put with a condition".to_owned();
                return Err(Error::NotImplemented { operation, implementer: STORE.to_owned() });
            }
        };
        in_background(move || {
            put(&path, &payload, is_new).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists if is_new => {
                    Error::AlreadyExists { path: path.display().to_string(), source: error.into() }
                }
                _ => failed(error),
            })
        })
        .await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let path = self.files.path_to_filesystem(location)?;
        let upload = self.files.put_multipart_opts(location, options).await?;
        Ok(Box::new(DurableUpload { upload, path }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        #[cfg(test)]
        super::faults::meet(&self.files.path_to_filesystem(location)?, super::faults::Moment::Read).map_err(failed)?;
        self.files.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<bytes::Bytes>> {
        self.files.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await?;
        let path = self.files.path_to_filesystem(to)?;
        in_background(move || sync(&path).map_err(failed)).await
    }
}

/// A file that comes in parts. It is made durable when it is whole; nothing names it before.
#[derive(Debug)]
struct DurableUpload {
    upload: Box<dyn MultipartUpload>,
    path: PathBuf,
}

#[async_trait]
impl MultipartUpload for DurableUpload {
    fn put_part(&mut self, part: PutPayload) -> UploadPart {
        self.upload.put_part(part)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let done = self.upload.complete().await?;
        let path = self.path.clone();
        in_background(move || sync(&path).map_err(failed)).await?;
        Ok(done)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

/// Deletes what a crash left half written in the folder of a table. Nobody else may be writing there.
///
/// # Errors
/// When a folder cannot be read or a file not be deleted.
pub(super) fn sweep(table: &FilePath) -> io::Result<()> {
    for entry in fs::read_dir(table)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sweep(&entry.path())?;
        } else if is_staged(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_staged(name: &str) -> bool {
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Writes the file at `path`, which must not be there if it `is_new`.
fn put(path: &FilePath, payload: &PutPayload, is_new: bool) -> io::Result<()> {
    #[cfg(test)]
    super::faults::meet(path, super::faults::Moment::Write)?;
    let mut staged = Staged::create(path)?;
    for part in payload {
        staged.file.write_all(part)?;
    }
    staged.file.sync_all()?;
    if is_new {
        fs::hard_link(&staged.path, path)?;
    } else {
        fs::rename(&staged.path, path)?;
    }
    if let Err(error) = folder_of(path).and_then(sync_folder) {
        // A version whose name may not last must not count.
        if is_new {
            let _error_of_interest = fs::remove_file(path);
        }
        return Err(error);
    }
    #[cfg(test)]
    super::faults::meet(path, super::faults::Moment::Answer)?;
    Ok(())
}

/// A file that is being written; gone when dropped, unless it was renamed.
struct Staged {
    file: File,
    path: PathBuf,
}

impl Staged {
    fn create(target: &FilePath) -> io::Result<Self> {
        for number in 1..=STAGED_MAX {
            let mut name = target.as_os_str().to_owned();
            name.push(format!("#{number}"));
            let path = PathBuf::from(name);
            match File::create_new(&path) {
                Ok(file) => return Ok(Self { file, path }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => create_folder(folder_of(target)?)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other(format!("too many leftovers beside {}", target.display())))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What cannot be deleted now is swept away at the next start.
        let _renamed = fs::remove_file(&self.path);
    }
}

fn folder_of(path: &FilePath) -> io::Result<&FilePath> {
    path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}

/// Creates the folder and those above it, each with a durable name.
fn create_folder(folder: &FilePath) -> io::Result<()> {
    let above = folder_of(folder)?;
    if !above.exists() {
        create_folder(above)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(above),
    }
}

fn sync(path: &FilePath) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    sync_folder(folder_of(path)?)
}

fn sync_folder(folder: &FilePath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn failed(error: io::Error) -> Error {
    Error::Generic { store: STORE, source: error.into() }
}

/// Runs what waits for the disk where nobody else waits for the thread.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(work).await.map_err(|error| failed(io::Error::other(error)))?,
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &FilePath) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_new_file_replaces_none_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = DurableFiles::default();
        let path = folder.path().join("a/b/c");
        let location = Path::from_absolute_path(&path).unwrap();
        let put = |text: &'static str, mode: PutMode| {
            let options = PutOptions { mode, ..PutOptions::default() };
            store.put_opts(&location, PutPayload::from_static(text.as_bytes()), options)
        };
        put("one", PutMode::Create).await.unwrap();
        assert!(matches!(put("two", PutMode::Create).await, Err(Error::AlreadyExists { .. })));
        let read = || async { store.get_opts(&location, GetOptions::default()).await.unwrap().bytes().await.unwrap() };
        assert_eq!(read().await, "one");
        put("three", PutMode::Overwrite).await.unwrap();
        assert_eq!(read().await, "three");
        assert_eq!(names(&folder.path().join("a/b")), ["c"]);
    }

    #[test]
    fn what_a_crash_left_half_written_is_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("day")).unwrap();
        for name in ["kept", "kept#a", "day/kept.parquet", "left#1", "day/left.parquet#12"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        sweep(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["day", "kept", "kept#a"]);
        assert_eq!(names(&folder.path().join("day")), ["kept.parquet"]);
    }
}
