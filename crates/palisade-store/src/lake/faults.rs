//! Faults of the disk, for tests: a table's files fail at the moment that a test asks for.
//!
//! A full disk or a broken one cannot be had everywhere that tests run, and never at one exact write. So the one place
//! through which the lake's files go asks here first, in tests only.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// When it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before anything of the file is there.
    Write,
    /// The file stands, but the writer is told that it does not.
    Answer,
    /// When it is read.
    Read,
}

struct Fault {
    folder: PathBuf,
    name_holds: &'static str,
    moment: Moment,
}

static FAULTS: Mutex<Vec<Fault>> = Mutex::new(Vec::new());

/// From now on every file under `folder` whose name holds `name_holds` fails at this moment.
pub(super) fn arrange(folder: &Path, name_holds: &'static str, moment: Moment) {
    let fault = Fault { folder: folder.to_owned(), name_holds, moment };
    FAULTS.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
}

/// The files under `folder` are well again.
pub(super) fn mend(folder: &Path) {
    FAULTS.lock().unwrap_or_else(PoisonError::into_inner).retain(|fault| fault.folder != folder);
}

/// Fails when a test arranged that.
pub(super) fn meet(path: &Path, moment: Moment) -> io::Result<()> {
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    let name = path.to_string_lossy();
    let meets =
        |fault: &Fault| fault.moment == moment && path.starts_with(&fault.folder) && name.contains(fault.name_holds);
    if faults.iter().any(meets) { Err(io::Error::other("a fault that a test arranged")) } else { Ok(()) }
}
