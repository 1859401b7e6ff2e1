//! The lake's own threads: encoding, commits and queries run here, so that they never hold up a request.

use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// A reader that has nothing to do for so long ends, and what memory it keeps is given back.
const READER_REST: Duration = Duration::from_millis(100);

/// Threads that wait for the disk, at most: without a bound there is one for every file that is read at once. They must
/// be many more than what commits, merges and queries are at work at once: Delta Lake reads its log on such a thread,
/// which waits for others to read the files, so with few of them all wait for one another for ever.
const READERS_MAX: usize = 128;

/// A runtime that may be dropped anywhere, also within another runtime.
#[derive(Debug)]
pub(super) struct Threads(Option<Runtime>);

impl Threads {
    /// `count` threads that compute, and those that wait for the disk. Each calls `idle` when it has nothing to do.
    pub(super) fn start(count: usize, idle: fn()) -> std::io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(count).max_blocking_threads(READERS_MAX).thread_keep_alive(READER_REST);
        builder.thread_name("lake").on_thread_park(idle).enable_all().build().map(Some).map(Self)
    }

    pub(super) fn handle(&self) -> &Handle {
        self.0.as_ref().expect("the runtime is taken only when dropped").handle()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Delta Lake does when it reads its log, for every table and query at once.
    #[test]
    fn what_waits_for_a_file_leaves_threads_for_reading_it() {
        const AT_ONCE: usize = 32;
        let threads = Threads::start(2, || ()).unwrap();
        let handle = threads.handle().clone();
        let all = std::sync::Arc::new(std::sync::Barrier::new(AT_ONCE));
        let outer = |_| {
            let (all, inside) = (std::sync::Arc::clone(&all), handle.clone());
            handle.spawn_blocking(move || {
                all.wait();
                inside.block_on(inside.spawn_blocking(|| 1)).unwrap()
            })
        };
        let waiting: Vec<_> = (0..AT_ONCE).map(outer).collect();
        let done = handle.block_on(async {
            tokio::time::timeout(Duration::from_secs(20), futures::future::join_all(waiting)).await
        });
        assert_eq!(done.map(|done| done.into_iter().flatten().sum::<usize>()), Ok(AT_ONCE));
    }
}
