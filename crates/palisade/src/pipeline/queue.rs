//! The bytes that are under way between the door and the tables, and who waits for room among them.
//!
//! A sender asks for its share before its body is parsed, by an estimate that is set right afterwards. Parsing first
//! would be work lost on whatever is then refused, and under overload that is what takes the goodput down. Who finds no
//! room waits in line, first come first served; the line is short, and who finds it full is refused at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// Bytes are counted in units of this many: a semaphore has no more than 2³² of them.
const UNIT_BYTES: usize = 1 << 10;

/// The room there is.
#[derive(Debug)]
pub(super) struct Queue {
    room: Semaphore,
    units_max: usize,
    /// Units that shares grew by when there was no room for them; they are not given back.
    owed: AtomicUsize,
    line: AtomicUsize,
}

/// Room taken in the queue, given back when dropped.
#[derive(Debug)]
pub struct Share {
    queue: Arc<Queue>,
    units: usize,
}

/// A place in the line, left when dropped.
struct Place<'a> {
    queue: &'a Queue,
    units: usize,
}

impl Queue {
    pub(super) fn new(bytes_max: usize) -> Self {
        let units_max = bytes_max.div_ceil(UNIT_BYTES).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        let room = Semaphore::new(units_max);
        Self { room, units_max, owed: AtomicUsize::new(0), line: AtomicUsize::new(0) }
    }

    /// The bytes taken.
    pub(super) fn bytes(&self) -> usize {
        let taken = self.units_max.saturating_sub(self.room.available_permits());
        (taken + self.owed.load(Ordering::Relaxed)) * UNIT_BYTES
    }

    /// A share of `bytes`, as soon as there is room. What is larger than the queue gets all of it.
    pub(super) async fn share(self: &Arc<Self>, bytes: usize) -> Share {
        let units = self.units(bytes);
        let count = u32::try_from(units).expect("a queue has no more units than that");
        self.room.acquire_many(count).await.expect("the room is never closed").forget();
        Share { queue: Arc::clone(self), units }
    }

    /// A share of `bytes`, if there is room within `patience`, and the line is not full.
    pub(super) async fn share_within(self: &Arc<Self>, bytes: usize, patience: Duration) -> Option<Share> {
        let _place = Place::take(self, self.units(bytes))?;
        tokio::time::timeout(patience, self.share(bytes)).await.ok()
    }

    /// Whether nobody more may wait.
    pub(super) fn has_full_line(&self) -> bool {
        self.line.load(Ordering::Relaxed) >= self.line_max()
    }

    /// As much may wait in line as there is room: whoever waits has not been parsed, so it costs no more than the body.
    fn line_max(&self) -> usize {
        self.units_max
    }

    fn units(&self, bytes: usize) -> usize {
        bytes.div_ceil(UNIT_BYTES).min(self.units_max)
    }

    fn give_back(&self, units: usize) {
        let less = |owed: usize| Some(owed.saturating_sub(units));
        let owed = self.owed.fetch_update(Ordering::AcqRel, Ordering::Relaxed, less).unwrap_or_default();
        self.room.add_permits(units.saturating_sub(owed));
    }
}

impl Share {
    /// Sets it to what is taken in truth. It grows without waiting; what there was no room for is made up for before
    /// anybody else gets room.
    pub fn set(&mut self, bytes: usize) {
        let units = self.queue.units(bytes);
        if units < self.units {
            self.queue.give_back(self.units - units);
        } else {
            let more = units - self.units;
            let there = self.queue.room.forget_permits(more);
            self.queue.owed.fetch_add(more - there, Ordering::AcqRel);
        }
        self.units = units;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.queue.give_back(self.units);
    }
}

impl<'a> Place<'a> {
    fn take(queue: &'a Queue, units: usize) -> Option<Self> {
        let fits = |line: usize| (line < queue.line_max() || line == 0).then_some(line + units);
        queue.line.fetch_update(Ordering::AcqRel, Ordering::Relaxed, fits).ok()?;
        Some(Self { queue, units })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.line.fetch_sub(self.units, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt as _, poll};

    const KIB: usize = 1 << 10;
    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn room_is_bounded_and_given_back_first_come_first_served() {
        let queue = Arc::new(Queue::new(100 * KIB));
        let first = queue.share(90 * KIB).await;
        assert_eq!(queue.bytes(), 90 * KIB);
        let (mut large, mut small) = (Box::pin(queue.share(20 * KIB)), Box::pin(queue.share(KIB)));
        assert!(poll!(&mut large).is_pending() && poll!(&mut small).is_pending(), "the small one does not overtake");
        drop(first);
        drop((large.await, small.await));
        assert!(queue.share(5_000 * KIB).now_or_never().is_some(), "one that is too large still passes");
        assert_eq!(queue.bytes(), 0);
    }

    #[tokio::test]
    async fn who_finds_no_room_soon_or_a_full_line_is_refused() {
        let queue = Arc::new(Queue::new(100 * KIB));
        let all = queue.share(100 * KIB).await;
        assert!(queue.share_within(KIB, SOON).await.is_none());
        let mut waiting = Box::pin(queue.share_within(100 * KIB, Duration::from_secs(60)));
        assert!(!queue.has_full_line() && poll!(&mut waiting).is_pending() && queue.has_full_line());
        let refused = queue.share_within(10 * KIB, Duration::from_secs(60)).now_or_never();
        assert!(refused.is_some_and(|share| share.is_none()), "the line is full: refused at once");
        drop(all);
        assert!(waiting.await.is_some());
        assert!(queue.share_within(10 * KIB, SOON).await.is_some());
    }

    #[tokio::test]
    async fn a_share_that_grows_beyond_the_room_is_made_up_for() {
        let queue = Arc::new(Queue::new(100 * KIB));
        let (mut one, mut other) = (queue.share(10 * KIB).await, queue.share(80 * KIB).await);
        one.set(40 * KIB);
        assert_eq!(queue.bytes(), 120 * KIB);
        other.set(70 * KIB);
        assert_eq!(queue.bytes(), 110 * KIB);
        assert!(queue.share(KIB).now_or_never().is_none(), "nobody gets in before it is made up for");
        drop(other);
        assert_eq!(queue.bytes(), 40 * KIB);
        drop(one);
        assert_eq!(queue.bytes(), 0);
        assert!(queue.share(100 * KIB).now_or_never().is_some());
    }
}
