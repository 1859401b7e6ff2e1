//! The lake's own threads: encoding, commits and queries run here, so that they never hold up a request.

use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// A reader that has nothing to do for so long ends, and what memory it keeps is given back.
const READER_REST: Duration = Duration::from_millis(100);

/// A runtime that may be dropped anywhere, also within another runtime.
#[derive(Debug)]
pub(super) struct Threads(Option<Runtime>);

impl Threads {
    /// `count` threads that compute, and as many that wait for the disk: without a bound there is one for every file that
    /// is read at once, and the allocator keeps memory for each. Each calls `idle` when it has nothing to do.
    pub(super) fn start(count: usize, idle: fn()) -> std::io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(count).max_blocking_threads(count).thread_keep_alive(READER_REST);
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
