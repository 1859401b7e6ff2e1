//! After a stop or a crash: records that the log holds and the tables may not are judged again.

use super::{record::Record, repeats::Repeats, stages::Again, warm};
use crate::{
    clock,
    desk::Findings,
    watch::{Correlating, Watches},
};
use palisade_store::{Store, StoreError};
use std::sync::Arc;

/// Replays the log into the tables' memory. Returns what correlations have counted by then.
pub(super) async fn run(
    store: Arc<Store>,
    watches: Arc<Watches>,
    repeats: Arc<Repeats>,
    desk: Findings,
) -> Result<Correlating, StoreError> {
    let again = Again::new(Arc::clone(&watches), store.lake.clone(), desk);
    let again = warm::correlations(again, &store.lake, &watches).await;
    let replay = move || {
        let mut again = again;
        let (mut records, mut unreadable, mut watched) = (0_u64, 0_u64, 0_u64);
        let committed = store.lake.committed()?;
        let from = committed.min(watches.telemetry.covered());
        store.replay_after(from, &mut |position, payload| match Record::decode(payload) {
            Ok(record) if position <= committed => {
                watched += 1;
                again.watch(position, record);
            }
            Ok(record) => {
                records += 1;
                repeats.replayed(&record, position, clock::now());
                again.judge(position, record);
            }
            // Written by a version that knows more than this one; the checksum held.
            Err(error) => {
                unreadable += 1;
                tracing::error!(position, %error, "a record of the log cannot be read and is left out");
            }
        })?;
        if records + unreadable + watched > 0 {
            tracing::info!(records, unreadable, watched, "replayed the log");
        }
        watches.telemetry.go_live();
        Ok(again.into_correlating())
    };
    tokio::task::spawn_blocking(replay).await.map_err(|error| StoreError::Internal(error.to_string()))?
}
