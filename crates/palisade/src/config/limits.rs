//! Every limit of the program, in one place. Each that is reached is refused with a reason and counted.
//!
//! The defaults are chosen together: bodies in flight, queue, memory of the tables and one query are what the memory
//! of the server is made of, and their sum keeps it on a small machine.

use super::section::section;
use std::time::Duration;

/// 2²⁰ bytes.
pub const MIB: usize = 1 << 20;

section! {
    /// How much of everything the server takes. Beyond a limit it refuses with a reason and counts the refusal in
    /// /metrics; it never drops silently.
    pub struct Limits {
        /// Bytes of one request body as sent. Twice what log shippers send at most by default.
        pub body_bytes_max: usize = 16 * MIB,
        /// Bytes of one request body after decompression: a gzip bomb ends here. Where
        /// limits.in_flight_bytes_per_key_max is less, that counts.
        pub decompressed_bytes_max: usize = 64 * MIB,
        /// Observations in one body. No more than limits.rate_events_burst, or a full body could never pass.
        pub events_per_body_max: usize = 100_000,
        /// Bytes of one line of NDJSON, or one event of an array.
        pub line_bytes_max: usize = MIB,
        /// Texts and documents that one question to the guard may hold. More would keep the answer to the first waiting
        /// for the last.
        pub inspect_batch_max: usize = 256,
        /// Bearer tokens of which is remembered who has shown them, at some 200 bytes each; the oldest are forgotten first.
        pub bearers_max: usize = 50_000,
        /// Attributes of one observation; one with more is refused. Wide audit records have about 100.
        pub attributes_max: usize = 256,
        /// Bytes of an attribute's key, dots included. The longest keys of flattened cloud audit logs stay below 200.
        pub key_bytes_max: usize = 512,
        /// Bytes of an attribute's value or a message: as many as the event may have altogether.
        pub value_bytes_max: usize = MIB,
        /// Depth of nested JSON: recorded tool calls are seldom deeper than 20.
        pub depth_max: usize = 64,
        /// Series of metrics, told apart by name, service, host and labels, that points came of in the last hours. Points
        /// that would begin another one are refused. 200,000 take 10 MiB in the table of known ones.
        pub series_max: usize = 200_000,
        /// Decoded bytes of all requests that are being served and not yet durable.
        pub in_flight_bytes_max: usize = 32 * MIB,
        /// … and of one key among them, so that one sender cannot take it all.
        pub in_flight_bytes_per_key_max: usize = 24 * MIB,
        /// Bytes of memory of observations that are on their way from the door to the tables' memory. When it is full, as
        /// much again may wait up to a second for room; beyond it there is 503 and a time to come back. More would only make
        /// what waits grow cold in the caches, and takes memory: in runs beside each other 4, 8 and 16 MiB kept about as much
        /// of the goodput under twice the load. Give it 2 MiB for each core.
        pub queue_bytes_max: usize = 4 * MIB,
        /// Bytes of rows in memory that wait to be committed to the tables.
        pub memtable_bytes_max: usize = 32 * MIB,
        /// Events a second that one key may send, over time. Four times what two slow cores take in.
        pub rate_events_per_second: u32 = 200_000,
        /// Events that one key may send at once after a pause: one second's worth.
        pub rate_events_burst: u32 = 200_000,
        /// Open connections: with 16 KiB of buffers each, 16 MiB.
        pub connections_max: usize = 1_024,
        /// Seconds for the headers of a request to arrive, and for a connection to be idle: longer than clients keep
        /// theirs between two batches.
        pub header_seconds_max: u64 = 60,
        /// Seconds for a body to arrive: 16 MiB over a line of 2 Mbit/s.
        pub body_seconds_max: u64 = 70,
        /// Open live streams.
        pub subscribers_max: usize = 256,
        /// Frames that wait for one slow live subscriber; beyond it the subscriber is told how many it missed.
        pub frames_per_subscriber: usize = 1_024,
        /// Bytes of memory of one query for sorting, grouping and joining. Beyond it the query is refused.
        pub query_memory_bytes_max: usize = 128 * MIB,
        /// Seconds that one query may take.
        pub query_seconds_max: u64 = 30,
        /// Rows that one query returns; the answer says when there were more.
        pub query_rows_max: usize = 10_000,
        /// Queries at the same time; others wait briefly, then get 503.
        pub concurrent_queries_max: usize = 2,
    }
}

impl Limits {
    /// What of it the sources obey. A body may not become larger than what one key may hold in memory.
    #[must_use]
    pub fn of_sources(&self) -> palisade_sources::Limits {
        let held_max = self.in_flight_bytes_max.min(self.in_flight_bytes_per_key_max);
        palisade_sources::Limits {
            attributes: self.attributes_max,
            key_bytes: self.key_bytes_max,
            value_bytes: self.value_bytes_max,
            line_bytes: self.line_bytes_max,
            events_per_body: self.events_per_body_max,
            depth: self.depth_max,
            decompressed_bytes: self.decompressed_bytes_max.min(held_max),
            ..palisade_sources::Limits::default()
        }
    }

    /// [`Limits::body_seconds_max`] as a duration.
    #[must_use]
    pub fn body_time_max(&self) -> Duration {
        Duration::from_secs(self.body_seconds_max)
    }

    /// [`Limits::query_seconds_max`] as a duration.
    #[must_use]
    pub fn query_time_max(&self) -> Duration {
        Duration::from_secs(self.query_seconds_max)
    }
}
