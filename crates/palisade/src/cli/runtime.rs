//! The tokio runtime, made only for commands that wait for something.

use std::{future::Future, pin::Pin};

/// Runs `future` to its end on a runtime with a worker a core.
///
/// # Errors
/// When the system gives no threads; else what the future returns.
pub fn run<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().on_thread_park(palisade_memory::give_back).build()?;
    // Boxed, so that the compiler makes one runner for all commands instead of one each.
    let future: Pin<Box<dyn Future<Output = anyhow::Result<T>> + '_>> = Box::pin(future);
    let result = runtime.block_on(future);
    runtime.shutdown_background();
    result
}
