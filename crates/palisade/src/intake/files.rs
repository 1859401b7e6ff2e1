//! Files that programs log to, followed line by line.
//!
//! The files are looked at a few times a second and not watched by the system: that works on every file system, networked
//! ones included, needs no watch for each of many folders, and one look costs one `stat` a file.
//!
//! **No line is lost.** A position moves on only when its lines are durable. It is saved about once a second, so after a
//! crash some lines are read again; but a batch of lines is handed over under a key made of the file's generation and the
//! batch's place in it, and the pipeline says how many lines it took under that key before. So every line is there
//! exactly once. A generation is a random number that stands durably beside the file's position before its first line is
//! read: a file that takes the place of another never shares its keys.
//!
//! **Rotation.** A file is known by device and inode. Renamed, it is read on under its new name until it has been silent
//! for a while; the file in its place is another one. A file that became shorter than what was read of it, or begins with
//! other bytes than before, was truncated and begins anew; what was written between the last look and the truncation is
//! lost with it, as `copytruncate` of logrotate warns.
//!
//! A file that is created and renamed to a name that no pattern matches between two searches, or while the server is down,
//! is never seen: where rotation is that fast, the pattern should match the names of rotated files too. They are not read
//! twice.
//!
//! A last line that has no line feed waits for it, and counts as whole when its file was renamed or deleted.

mod followed;
mod follower;
mod positions;
mod search;

use super::Intake;
use crate::{config::Config, pipeline::Pipeline};
use follower::Follower;
use tokio::{sync::watch, task::JoinSet};

/// Follows the files that the configuration names until `stopped` turns true.
///
/// # Errors
/// When the saved positions cannot be read.
pub fn start(
    config: &Config,
    pipeline: &Pipeline,
    stopped: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    if !config.files.is_empty() {
        let intake = Intake::new("files", pipeline.clone(), &config.limits);
        let follower = Follower::new(&config.files, &config.server.data_dir, intake, stopped.clone())?;
        // Files block, so a thread of its own looks at them.
        tasks.spawn_blocking(move || follower.run());
    }
    Ok(())
}
