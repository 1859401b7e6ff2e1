//! Caches: a value that is costly to find is kept for a while under a name.
//!
//! One interface for everything that is cached; a second tier that nodes share (Redis) may stand behind it without a
//! caller noticing: keys are bytes, looking up and storing are `async`, and the time is an argument. Every cache is
//! bounded in entries or bytes and by age, and counts its hits and misses. A cache is never the truth: it may forget
//! anything at any moment, and two nodes may disagree for as long as its `ttl`.

mod shared;

pub use shared::{NoWay, SHARED_CACHE_FAILURES_TOTAL, Shared};

use palisade_model::Timestamp;
use std::{sync::Arc, time::Duration};

/// Counts look-ups that found a fresh value; label `cache` holds the cache's name.
pub const CACHE_HITS_TOTAL: &str = "palisade_cache_hits_total";
/// Counts look-ups that found none; label `cache` holds the cache's name.
pub const CACHE_MISSES_TOTAL: &str = "palisade_cache_misses_total";

/// A bounded store of values by key, which forgets by age and by how seldom they are asked for. Clones share it.
///
/// Its counters belong to the metrics recorder that is installed when it is made.
#[derive(Clone)]
pub struct Cache<V> {
    memory: Memory<V>,
    behind: Option<Behind<V>>,
    name: &'static str,
    ttl: Duration,
    hits: metrics::Counter,
    misses: metrics::Counter,
}

type Memory<V> = moka::sync::Cache<Arc<[u8]>, Kept<V>>;

#[derive(Clone)]
struct Kept<V> {
    value: V,
    since: Timestamp,
}

/// How values are written for the cache that nodes share.
pub struct Codec<V> {
    /// The bytes; nothing where a value is not to be shared.
    pub encode: fn(&V) -> Option<Vec<u8>>,
    /// The value that was stored at a time, if the bytes are one: they come from outside.
    pub decode: fn(&[u8], Timestamp) -> Option<V>,
}

struct Behind<V> {
    shared: Shared,
    codec: Codec<V>,
}

impl<V> Clone for Behind<V> {
    fn clone(&self) -> Self {
        let Codec { encode, decode } = self.codec;
        Self { shared: self.shared.clone(), codec: Codec { encode, decode } }
    }
}

impl<V: Clone + Send + Sync + 'static> Cache<V> {
    /// A cache of at most `entries_max` values, each believed for `ttl`. `name` labels its metrics.
    #[must_use]
    pub fn with_entries(name: &'static str, entries_max: u64, ttl: Duration) -> Self {
        Self::build(name, ttl, moka::sync::Cache::builder().max_capacity(entries_max))
    }

    /// A cache of at most `bytes_max` bytes, each value believed for `ttl`. `size_bytes` says how large a value is; its
    /// key and a fixed overhead are added. A value larger than the whole cache is not kept.
    #[must_use]
    pub fn with_bytes(name: &'static str, bytes_max: u64, ttl: Duration, size_bytes: fn(&V) -> usize) -> Self {
        /// What an entry costs beside its key and value: pointers, lengths, hash-table and policy nodes.
        const ENTRY_OVERHEAD_BYTES: usize = 128;
        let weigh = move |key: &Arc<[u8]>, kept: &Kept<V>| {
            let bytes = key.len().saturating_add(size_bytes(&kept.value)).saturating_add(ENTRY_OVERHEAD_BYTES);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self::build(name, ttl, moka::sync::Cache::builder().max_capacity(bytes_max).weigher(weigh))
    }

    /// The same with `shared` behind it: what the memory does not have is asked for there, and what is kept is kept there
    /// as well.
    #[must_use]
    pub fn sharing(self, shared: Shared, codec: Codec<V>) -> Self {
        Self { behind: Some(Behind { shared, codec }), ..self }
    }

    /// The value under `key`, when there is one that was stored less than the `ttl` before `now`.
    pub async fn get(&self, key: &[u8], now: Timestamp) -> Option<V> {
        let found = match self.memory.get(key).filter(|kept| self.is_fresh(kept.since, now)) {
            None => self.behind(key, now).await,
            found => found,
        };
        match &found {
            Some(_) => self.hits.increment(1),
            None => self.misses.increment(1),
        }
        found.map(|kept| kept.value)
    }

    /// Keeps `value` under `key`, in place of what was there, from `now` on.
    pub async fn put(&self, key: &[u8], value: V, now: Timestamp) {
        if let Some(Behind { shared, codec }) = &self.behind
            && let Some(body) = (codec.encode)(&value)
        {
            shared.put(self.name, key, &[&now.nanos().to_be_bytes(), &body[..]].concat(), self.ttl).await;
        }
        self.memory.insert(key.into(), Kept { value, since: now });
    }

    /// What the shared cache has under `key`, kept in memory from when it was stored first.
    async fn behind(&self, key: &[u8], now: Timestamp) -> Option<Kept<V>> {
        let Behind { shared, codec } = self.behind.as_ref()?;
        let bytes = shared.get(self.name, key).await?;
        let (since, body) = bytes.split_first_chunk::<8>()?;
        let since = Timestamp::from_nanos(i64::from_be_bytes(*since));
        let value = if self.is_fresh(since, now) { (codec.decode)(body, since)? } else { return None };
        let kept = Kept { value, since };
        self.memory.insert(key.into(), kept.clone());
        Some(kept)
    }

    /// Forgets what is kept under `key`.
    pub async fn forget(&self, key: &[u8]) {
        self.memory.invalidate(key);
        if let Some(Behind { shared, .. }) = &self.behind {
            shared.forget(self.name, key).await;
        }
    }

    /// How many values are kept, the stale ones that were not yet dropped among them.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.memory.run_pending_tasks();
        self.memory.entry_count()
    }

    fn build(
        name: &'static str,
        ttl: Duration,
        builder: moka::sync::CacheBuilder<Arc<[u8]>, Kept<V>, Memory<V>>,
    ) -> Self {
        Self {
            memory: builder.time_to_live(ttl).build(),
            behind: None,
            name,
            ttl,
            hits: metrics::counter!(CACHE_HITS_TOTAL, "cache" => name),
            misses: metrics::counter!(CACHE_MISSES_TOTAL, "cache" => name),
        }
    }

    /// A value stored "in the future" is stale too: the clock was set back, and its age is not known.
    fn is_fresh(&self, since: Timestamp, now: Timestamp) -> bool {
        let age_nanos = now.nanos().saturating_sub(since.nanos());
        (0..i64::try_from(self.ttl.as_nanos()).unwrap_or(i64::MAX)).contains(&age_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_secs(10);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    #[tokio::test]
    async fn a_value_is_believed_for_its_ttl_only() {
        let cache = Cache::with_entries("test", 10, TTL);
        cache.put(b"k", 7, at(100)).await;
        for (now, expected) in [(at(100), Some(7)), (at(109), Some(7)), (at(110), None), (at(99), None)] {
            assert_eq!(cache.get(b"k", now).await, expected, "{now}");
        }
        assert_eq!(cache.get(b"other", at(100)).await, None);
        cache.forget(b"k").await;
        assert_eq!(cache.get(b"k", at(100)).await, None);
    }

    #[tokio::test]
    async fn entries_are_bounded() {
        let cache = Cache::with_entries("test", 50, TTL);
        for key in 0..1_000_u32 {
            cache.put(&key.to_be_bytes(), key, at(0)).await;
        }
        assert!((1..=50).contains(&cache.entries()), "{}", cache.entries());
    }

    #[tokio::test]
    async fn bytes_are_bounded_and_a_giant_is_not_kept() {
        let cache: Cache<Vec<u8>> = Cache::with_bytes("test", 64 * 1024, TTL, Vec::len);
        for key in 0..100_u32 {
            cache.put(&key.to_be_bytes(), vec![0; 4096], at(0)).await;
        }
        assert!((1..=15).contains(&cache.entries()), "{}", cache.entries());
        cache.put(b"giant", vec![0; 65 * 1024], at(0)).await;
        assert!(cache.entries() <= 15, "pending work is done");
        assert_eq!(cache.get(b"giant", at(0)).await, None);
    }
}
