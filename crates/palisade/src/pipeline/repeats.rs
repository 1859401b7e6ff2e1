//! Writes that come twice under one `Idempotency-Key` are done once.
//!
//! A key is kept in its record in the log, and in memory. Before the log is freed of the record, the key moves to the
//! state, so it outlives restarts for as long as it is promised.

use super::{Receipt, Record};
use crate::clock;
use palisade_model::Timestamp;
use palisade_store::{
    State,
    lake::Free,
    log::Log,
    state::{IdempotencyRecord, StateError},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long a key is remembered, as payment interfaces do.
const KEPT: Duration = Duration::from_secs(24 * 3_600);
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
    pub(super) fn entry(&self, key: &str) -> Entry {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            make_room(&mut known);
        }
        let place = known.entry(key.to_owned()).or_insert_with(|| (Entry::default(), Timestamp::from_nanos(i64::MAX)));
        Arc::clone(&place.0)
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
        let expires = Timestamp::from_nanos(now.nanos().saturating_add(KEPT.as_nanos() as i64));
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
        self.set(record.idempotency_key.clone(), receipt.clone(), now);
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

/// Saves the keys of committed records, then frees the log of the records.
pub(super) fn free(state: State, log: Log<Record>, repeats: Arc<Repeats>) -> Free {
    Box::new(move |position| {
        let (state, log, repeats) = (state.clone(), log.clone(), Arc::clone(&repeats));
        Box::pin(async move {
            let due = repeats.take_unsaved(position);
            let records: Vec<_> = due.iter().map(|(_, record)| record.clone()).collect();
            if let Err(error) = state.record_idempotency(&records).await {
                tracing::error!(%error, "idempotency keys cannot be saved; the log is kept until they can");
                repeats.put_back(due);
                return false;
            }
            if let Err(error) = log.trim(position) {
                tracing::warn!(%error, "old segments of the log cannot be deleted");
            }
            true
        })
    })
}
