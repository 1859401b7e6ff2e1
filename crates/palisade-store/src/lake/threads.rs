//! The lake's own threads: encoding, commits and queries run here, so that they never hold up a request.

use tokio::runtime::{Builder, Handle, Runtime};

/// A runtime that may be dropped anywhere, also within another runtime.
#[derive(Debug)]
pub(super) struct Threads(Option<Runtime>);

impl Threads {
    /// Each calls `idle` when it has nothing to do.
    pub(super) fn start(count: usize, idle: fn()) -> std::io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let threads = builder.worker_threads(count).thread_name("lake").on_thread_park(idle);
        threads.enable_all().build().map(Some).map(Self)
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
