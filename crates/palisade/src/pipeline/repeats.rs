//! Writes that come twice under one `Idempotency-Key` are done once.
//!
//! A key is kept in its record in the log, and in memory. Before the log is freed of the record, the key moves to the
//! state, so it outlives restarts for as long as it is promised.

use super::{Receipt, Record};
use crate::{clock, desk::Desk, watch::Watches};
use palisade_model::Timestamp;
use palisade_store::{
    State,
    lake::Free,
    log::Log,
    state::{IdempotencyRecord, StateError},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long a key is remembered, as payment interfaces do.
pub const IDEMPOTENCY_TIME: Duration = Duration::from_secs(24 * 3_600);
/// Keys in memory at most; about 100 bytes each. Beyond, expired ones make room, then the oldest.
const KEYS_MAX: usize = 200_000;

type Entry = Arc<tokio::sync::Mutex<Option<Receipt>>>;

/// The keys known.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    known: Mutex<HashMap<String, (Entry, Timestamp)>>,
    /// Keys whose record only the log holds.
    unsaved: Mutex<Vec<(u64, IdempotencyRecord)>>,
}

/// What is kept of a receipt.
#[derive(Serialize, Deserialize)]
struct Kept {
    accepted: usize,
    first_id: palisade_model::Id,
    position: u64,
}

impl Repeats {
    pub(super) async fn load(state: &State, now: Timestamp) -> Result<Self, StateError> {
        let repeats = Self::default();
        for record in state.load_idempotency(now).await? {
            if let Ok(Kept { accepted, first_id, position }) = serde_json::from_str(&record.response) {
                let receipt = Receipt { accepted, first_id, position, ..Receipt::default() };
                repeats.set(record.key, receipt, record.expires);
            }
        }
        Ok(repeats)
    }

    /// The place of `key`, where a receipt stands if it was used before. Locked, a second use waits for the first.
    /// A key that has expired counts as new.
    pub(super) fn entry(&self, key: &str, now: Timestamp) -> Entry {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            make_room(&mut known);
        }
        let in_use = || (Entry::default(), Timestamp::from_nanos(i64::MAX));
        let place = known.entry(key.to_owned()).or_insert_with(in_use);
        if place.1 <= now {
            *place = in_use();
        }
        Arc::clone(&place.0)
    }

    /// Gives up the place of a key whose write was refused, unless another sender waits there: its write may succeed,
    /// and a third must find it.
    pub(super) fn forget(&self, key: &str, entry: &Entry) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let held_by_map_and_caller = 2;
        if Arc::strong_count(entry) <= held_by_map_and_caller {
            known.remove(key);
        }
    }

    /// Forgets keys that will not come again.
    pub(super) fn release(&self, keys: &[String]) {
        let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
        self.unsaved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(_, record)| !keys.contains(record.key.as_str()));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            known.remove(key);
        }
    }

    fn set(&self, key: String, receipt: Receipt, expires: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, (Arc::new(tokio::sync::Mutex::new(Some(receipt))), expires));
    }

    /// Notes that the record stands in the log at `position`, before anything is done with it.
    pub(super) fn durable(&self, record: &Record, position: u64) {
        if !record.idempotency_key.is_empty() {
            let receipt =
                Receipt { accepted: record.len(), first_id: record.first_id(), position, ..Receipt::default() };
            self.remember(record.idempotency_key.clone(), &receipt, clock::now());
        }
    }

    /// Notes that the key's record stands in the log.
    fn remember(&self, key: String, receipt: &Receipt, now: Timestamp) {
        let expires = Timestamp::from_nanos(now.nanos().saturating_add(IDEMPOTENCY_TIME.as_nanos() as i64));
        if let Some(place) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&key) {
            place.1 = expires;
        }
        let kept = Kept { accepted: receipt.accepted, first_id: receipt.first_id, position: receipt.position };
        let response = serde_json::to_string(&kept).unwrap_or_default();
        let record = IdempotencyRecord { key, response, expires };
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).push((receipt.position, record));
    }

    /// Learns the key of a record found in the log.
    pub(super) fn replayed(&self, record: &Record, position: u64, now: Timestamp) {
        if record.idempotency_key.is_empty() {
            return;
        }
        let receipt = Receipt { accepted: record.len(), first_id: record.first_id(), position, ..Receipt::default() };
        self.set(record.idempotency_key.clone(), receipt.clone(), Timestamp::from_nanos(i64::MAX));
        self.remember(record.idempotency_key.clone(), &receipt, now);
    }

    fn take_unsaved(&self, position: u64) -> Vec<(u64, IdempotencyRecord)> {
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        let (due, rest) = std::mem::take(&mut *unsaved).into_iter().partition(|(at, _)| *at <= position);
        *unsaved = rest;
        due
    }

    fn put_back(&self, due: Vec<(u64, IdempotencyRecord)>) {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).extend(due);
    }
}

/// Forgets the tenth of the keys that expire first; those in use, which have no receipt yet, expire last.
fn make_room(known: &mut HashMap<String, (Entry, Timestamp)>) {
    let mut expiries: Vec<_> = known.values().map(|(_, expires)| *expires).collect();
    let (_, oldest, _) = expiries.select_nth_unstable(KEYS_MAX / 10);
    let oldest = *oldest;
    known.retain(|_, (_, expires)| *expires > oldest);
}

/// Saves the keys of committed records, then frees the log of the records, once what was found in them is kept too, and
/// as far as no watch needs them after a restart.
pub(super) fn free(state: State, log: Log<Record>, repeats: Arc<Repeats>, desk: Desk, watches: Arc<Watches>) -> Free {
    Box::new(move |position| {
        let (state, log, repeats, desk) = (state.clone(), log.clone(), Arc::clone(&repeats), desk.clone());
        let watches = Arc::clone(&watches);
        Box::pin(async move {
            if !desk.keeps_soon(position).await {
                tracing::warn!(position, "alerts are behind; the log is kept until they are not");
                return false;
            }
            let due = repeats.take_unsaved(position);
            let records: Vec<_> = due.iter().map(|(_, record)| record.clone()).collect();
            if let Err(error) = state.record_idempotency(&records).await {
                tracing::error!(%error, "idempotency keys cannot be saved; the log is kept until they can");
                repeats.put_back(due);
                return false;
            }
            watches.telemetry.freed(position);
            if let Err(error) = log.trim(position.min(watches.telemetry.covered())) {
                tracing::warn!(%error, "old segments of the log cannot be deleted");
            }
            true
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_nanos(hours * 3_600_000_000_000)
    }

    fn receipt() -> Receipt {
        Receipt { accepted: 3, position: 9, ..Receipt::default() }
    }

    #[test]
    fn a_key_is_known_for_a_day_and_new_after_it() {
        let repeats = Repeats::default();
        *repeats.entry("key", at(1)).blocking_lock() = Some(receipt());
        repeats.remember("key".into(), &receipt(), at(1));
        assert_eq!(*repeats.entry("key", at(24)).blocking_lock(), Some(receipt()));
        assert_eq!(*repeats.entry("key", at(26)).blocking_lock(), None);
    }

    #[test]
    fn keys_are_saved_up_to_the_position_that_is_committed() {
        let repeats = Repeats::default();
        repeats.remember("late".into(), &Receipt { position: 10, ..receipt() }, at(1));
        repeats.remember("early".into(), &receipt(), at(1));
        let saved: Vec<_> = repeats.take_unsaved(9).into_iter().map(|(_, record)| record.key).collect();
        assert_eq!(saved, ["early"]);
        assert_eq!(repeats.take_unsaved(10).len(), 1);
    }

    #[tokio::test]
    async fn saved_keys_are_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).await.unwrap();
        let repeats = Repeats::default();
        repeats.remember("key".into(), &receipt(), at(1));
        let records: Vec<_> = repeats.take_unsaved(9).into_iter().map(|(_, record)| record).collect();
        state.record_idempotency(&records).await.unwrap();
        let loaded = Repeats::load(&state, at(2)).await.unwrap();
        assert_eq!(*loaded.entry("key", at(2)).lock().await, Some(receipt()));
    }
}
