//! The live stream: every subscriber gets a copy of what passes its filter, or is told how much it missed.
//!
//! Publishing hands each subscriber the same `Arc` of a batch through its own bounded queue and never waits, so a slow
//! reader costs the pipeline nothing: its queue fills, batches are left out, and the next thing it gets is the number of
//! frames that it would have seen. Filters run and frames are written where they are read, each frame at most once for
//! each format however many read it. Without subscribers publishing is one atomic load.
//!
//! This knows neither HTTP nor WebSocket; `api::stream` carries the frames out.

use super::{change::Change, filter::Filter};
use bytes::Bytes;
use palisade_model::{Finding, Observation, wire};
use prost::Message;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::mpsc;

/// How frames are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a frame, `type` first: `event`, `metric`, `span`, `finding`, `alert`, `incident`,
    /// `silence` or `missed`.
    #[default]
    Json,
    /// One `palisade.v1.Frame` a frame.
    Protobuf,
}

/// All places are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the live stream already has {0} subscribers, which is the limit; try again later or raise the limit")]
pub struct TooManySubscribers(pub usize);

/// Where the pipeline publishes and readers subscribe. Clones are handles to one stream.
#[derive(Clone, Debug)]
pub struct Live {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    subscribers_max: usize,
    frames_max: usize,
    /// Equals the length of `readers`; read without the lock, so that publishing to nobody costs nothing.
    count: AtomicUsize,
    readers: Mutex<Readers>,
}

#[derive(Debug, Default)]
struct Readers {
    closed: bool,
    list: Vec<Arc<Reader>>,
}

#[derive(Debug)]
struct Reader {
    filter: Filter,
    /// `None` once the stream is closed.
    queue: Mutex<Option<mpsc::Sender<Arc<Batch>>>>,
    /// Frames before the filter that lie in the queue.
    queued: AtomicUsize,
    /// Frames after the filter that were left out and not yet told of.
    missed: AtomicU64,
}

/// What was published at once, with its written frames as far as somebody asked for them.
#[derive(Debug, Default)]
struct Batch {
    observations: Arc<Vec<Observation>>,
    findings: Arc<Vec<Finding>>,
    changes: Vec<Change>,
    json: OnceLock<Box<[OnceLock<Bytes>]>>,
    protobuf: OnceLock<Box<[OnceLock<Bytes>]>>,
}

/// One reader's end. Dropping it gives the place back.
#[derive(Debug)]
pub struct Subscription {
    shared: Arc<Shared>,
    reader: Arc<Reader>,
    batches: mpsc::Receiver<Arc<Batch>>,
    format: Format,
}

impl Live {
    /// A stream for at most `subscribers_max` readers with at most `frames_per_subscriber` frames waiting for each (and
    /// the batch that passed the mark).
    #[must_use]
    pub fn new(subscribers_max: usize, frames_per_subscriber: usize) -> Self {
        let shared = Shared {
            subscribers_max,
            frames_max: frames_per_subscriber.max(1),
            count: AtomicUsize::new(0),
            readers: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Gives every subscriber the batch; those that are behind miss it. Never waits.
    pub fn publish(&self, observations: &Arc<Vec<Observation>>, findings: &Arc<Vec<Finding>>) {
        if self.is_heard() {
            let (observations, findings) = (Arc::clone(observations), Arc::clone(findings));
            self.offer(Batch { observations, findings, ..Batch::default() });
        }
    }

    /// As [`Live::publish`], for what people respond to.
    pub fn publish_changes(&self, changes: Vec<Change>) {
        if self.is_heard() {
            self.offer(Batch { changes, ..Batch::default() });
        }
    }

    /// Whether there is a subscriber: what nobody hears need not be made.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.shared.count.load(Ordering::Acquire) > 0
    }

    fn offer(&self, batch: Batch) {
        if batch.len() == 0 {
            return;
        }
        let batch = Arc::new(batch);
        for reader in &lock(&self.shared.readers).list {
            reader.offer(&batch, self.shared.frames_max);
        }
    }

    /// Takes a place on the stream, from the next batch on.
    ///
    /// # Errors
    /// When all places are taken.
    pub fn subscribe(&self, filter: Filter, format: Format) -> Result<Subscription, TooManySubscribers> {
        let mut readers = lock(&self.shared.readers);
        if readers.list.len() >= self.shared.subscribers_max {
            return Err(TooManySubscribers(self.shared.subscribers_max));
        }
        // Every batch has a frame at least, so the count of frames is reached before the queue is full.
        let (sender, batches) = mpsc::channel(self.shared.frames_max);
        let reader = Arc::new(Reader {
            filter,
            queue: Mutex::new((!readers.closed).then_some(sender)),
            queued: AtomicUsize::new(0),
            missed: AtomicU64::new(0),
        });
        readers.list.push(Arc::clone(&reader));
        self.shared.count.store(readers.list.len(), Ordering::Release);
        metrics::gauge!("palisade_live_subscribers").set(readers.list.len() as f64);
        Ok(Subscription { shared: Arc::clone(&self.shared), reader, batches, format })
    }

    /// Ends every subscription once it has read what waits for it; later ones end at once.
    pub fn close(&self) {
        let mut readers = lock(&self.shared.readers);
        readers.closed = true;
        for reader in &readers.list {
            lock(&reader.queue).take();
        }
    }
}

impl Reader {
    /// The queue is bounded in frames and not in batches, because batches differ by a factor of thousands. One batch is
    /// always taken when nothing waits, so that a batch larger than the bound can be seen at all.
    fn offer(&self, batch: &Arc<Batch>, frames_max: usize) {
        let frames = batch.len();
        let full = self.queued.load(Ordering::Acquire) >= frames_max;
        if full {
            self.miss(batch);
        } else if let Some(queue) = lock(&self.queue).as_ref() {
            self.queued.fetch_add(frames, Ordering::AcqRel);
            // Fails only when the subscription is being dropped, which then leaves the list.
            let _gone = queue.try_send(Arc::clone(batch));
        }
    }

    fn miss(&self, batch: &Batch) {
        let observations = batch.observations.iter().filter(|seen| self.filter.observation(seen)).count();
        let findings = batch.findings.iter().filter(|found| self.filter.finding(found)).count();
        let changes = batch.changes.iter().filter(|change| self.filter.change(change)).count();
        let missed = (observations + findings + changes) as u64;
        self.missed.fetch_add(missed, Ordering::AcqRel);
        metrics::counter!("palisade_live_missed_total").increment(missed);
    }
}

impl Subscription {
    /// The frames of the next batch in which something passes the filter, a `missed` frame before them if some were left
    /// out since the last call. `None` when the stream is closed. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Vec<Bytes>> {
        loop {
            let batch = self.batches.recv().await?;
            self.reader.queued.fetch_sub(batch.len(), Ordering::AcqRel);
            let mut frames = Vec::new();
            let missed = self.reader.missed.swap(0, Ordering::AcqRel);
            if missed > 0 {
                frames.push(missed_frame(missed, self.format));
            }
            batch.frames(&self.reader.filter, self.format, &mut frames);
            if !frames.is_empty() {
                return Some(frames);
            }
        }
    }

    /// The format that frames are written in.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut readers = lock(&self.shared.readers);
        readers.list.retain(|reader| !Arc::ptr_eq(reader, &self.reader));
        self.shared.count.store(readers.list.len(), Ordering::Release);
        metrics::gauge!("palisade_live_subscribers").set(readers.list.len() as f64);
    }
}

impl Batch {
    /// Frames before any filter.
    fn len(&self) -> usize {
        self.observations.len() + self.findings.len() + self.changes.len()
    }

    fn frames(&self, filter: &Filter, format: Format, into: &mut Vec<Bytes>) {
        let written = match format {
            Format::Json => &self.json,
            Format::Protobuf => &self.protobuf,
        };
        let places = || (0..self.len()).map(|_| OnceLock::new()).collect();
        let written = written.get_or_init(places);
        let (seen, rest) = written.split_at(self.observations.len());
        let (found, changed) = rest.split_at(self.findings.len());
        let pass = |observation: &&Observation| filter.observation(observation);
        for (place, observation) in seen.iter().zip(self.observations.iter()).filter(|(_, seen)| pass(seen)) {
            into.push(place.get_or_init(|| observation_frame(observation, format)).clone());
        }
        for (place, finding) in found.iter().zip(self.findings.iter()).filter(|(_, found)| filter.finding(found)) {
            into.push(place.get_or_init(|| finding_frame(finding, format)).clone());
        }
        for (place, change) in changed.iter().zip(&self.changes).filter(|(_, change)| filter.change(change)) {
            into.push(place.get_or_init(|| change_frame(change, format)).clone());
        }
    }
}

fn observation_frame(observation: &Observation, format: Format) -> Bytes {
    match format {
        Format::Json => json(observation),
        Format::Protobuf => protobuf(wire::FrameContent::Observation(observation.clone().into())),
    }
}

fn finding_frame(finding: &Finding, format: Format) -> Bytes {
    #[derive(Serialize)]
    #[serde(tag = "type", rename = "finding")]
    struct Tagged<'a> {
        #[serde(flatten)]
        finding: &'a Finding,
    }
    match format {
        Format::Json => json(&Tagged { finding }),
        Format::Protobuf => protobuf(wire::FrameContent::Finding(finding.into())),
    }
}

fn change_frame(change: &Change, format: Format) -> Bytes {
    match format {
        Format::Json => Bytes::from(change.to_json()),
        Format::Protobuf => protobuf(change.to_wire()),
    }
}

fn missed_frame(missed: u64, format: Format) -> Bytes {
    match format {
        Format::Json => Bytes::from(format!("{{\"type\":\"missed\",\"missed\":{missed}}}")),
        Format::Protobuf => protobuf(wire::FrameContent::Missed(missed)),
    }
}

fn json(value: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(value).expect("the vocabulary has text keys only and writes to memory"))
}

fn protobuf(content: wire::FrameContent) -> Bytes {
    Bytes::from(wire::Frame { content: Some(content) }.encode_to_vec())
}

/// A panic while the lock was held leaves a list that is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, Severity};

    fn events(kinds: &[&str]) -> Arc<Vec<Observation>> {
        let event = |kind: &&str| Observation::Event(Event { kind: (*kind).to_owned(), ..Event::default() });
        Arc::new(kinds.iter().map(event).collect())
    }

    fn findings() -> Arc<Vec<Finding>> {
        Arc::new(vec![Finding { class: "guard.secret".into(), severity: Severity::High, ..Finding::default() }])
    }

    fn nothing() -> Arc<Vec<Finding>> {
        Arc::default()
    }

    fn texts(frames: &[Bytes]) -> Vec<serde_json::Value> {
        frames.iter().map(|frame| serde_json::from_slice(frame).unwrap()).collect()
    }

    #[tokio::test]
    async fn frames_pass_the_filter_in_order_and_are_shared() {
        let live = Live::new(2, 10);
        let mut all = live.subscribe(Filter::default(), Format::Json).unwrap();
        let mut some = live.subscribe(Filter::parse("kind=b").unwrap(), Format::Json).unwrap();
        live.publish(&events(&["a", "b"]), &findings());
        let (everything, filtered) = (all.next().await.unwrap(), some.next().await.unwrap());
        let read = texts(&everything);
        assert_eq!((&read[0]["type"], &read[0]["kind"]), (&"event".into(), &"a".into()));
        assert_eq!((&read[2]["type"], &read[2]["class"]), (&"finding".into(), &"guard.secret".into()));
        assert_eq!(filtered.len(), 1);
        assert_eq!(filtered[0].as_ptr(), everything[1].as_ptr(), "written once, shared by both");
    }

    #[tokio::test]
    async fn slow_readers_are_told_what_they_missed() {
        let live = Live::new(1, 2);
        let mut slow = live.subscribe(Filter::parse("kind=a").unwrap(), Format::Json).unwrap();
        live.publish(&events(&["a", "b", "a"]), &nothing());
        live.publish(&events(&["a", "b"]), &nothing());
        live.publish(&events(&["a", "b"]), &findings());
        assert_eq!(texts(&slow.next().await.unwrap())[0], serde_json::json!({"type": "missed", "missed": 2}));
        live.publish(&events(&["a"]), &nothing());
        let after = texts(&slow.next().await.unwrap());
        assert_eq!((after.len(), &after[0]["kind"]), (1, &"a".into()));
    }

    #[tokio::test]
    async fn protobuf_frames_read_back() {
        let live = Live::new(1, 10);
        let mut reader = live.subscribe(Filter::default(), Format::Protobuf).unwrap();
        live.publish(&events(&["a"]), &findings());
        let frames = reader.next().await.unwrap();
        let contents: Vec<_> = frames.iter().map(|frame| wire::Frame::decode(&frame[..]).unwrap().content).collect();
        assert!(matches!(&contents[0], Some(wire::FrameContent::Observation(_))));
        assert!(matches!(&contents[1], Some(wire::FrameContent::Finding(found)) if found.class == "guard.secret"));
    }

    #[tokio::test]
    async fn changes_pass_the_filter_by_their_labels() {
        let live = Live::new(2, 10);
        let mut web = live.subscribe(Filter::parse("type=alert host=web-1").unwrap(), Format::Json).unwrap();
        let mut bad = live.subscribe(Filter::parse("attributes.team=b").unwrap(), Format::Protobuf).unwrap();
        let alert = |host, team| {
            let body = serde_json::json!({"labels": {"host": host, "team": team}, "severity": "high"});
            Change::of("alert", body).unwrap()
        };
        live.publish_changes(vec![alert("web-1", "a"), alert("web-2", "b")]);
        let frames = texts(&web.next().await.unwrap());
        assert_eq!((frames.len(), &frames[0]["labels"]["host"]), (1, &"web-1".into()));
        let frame = wire::Frame::decode(&bad.next().await.unwrap()[0][..]).unwrap();
        assert!(matches!(frame.content, Some(wire::FrameContent::Change(change)) if change.json.contains("web-2")));
    }

    #[tokio::test]
    async fn places_are_limited_and_given_back() {
        let live = Live::new(1, 10);
        let first = live.subscribe(Filter::default(), Format::Json).unwrap();
        assert_eq!(live.subscribe(Filter::default(), Format::Json).err(), Some(TooManySubscribers(1)));
        drop(first);
        assert_eq!(live.shared.count.load(Ordering::Acquire), 0);
        let mut last = live.subscribe(Filter::default(), Format::Json).unwrap();
        live.publish(&events(&["a"]), &nothing());
        live.close();
        assert!(last.next().await.is_some(), "what waits is still read");
        assert!(last.next().await.is_none());
        drop(last);
        assert!(live.subscribe(Filter::default(), Format::Json).unwrap().next().await.is_none());
    }
}
