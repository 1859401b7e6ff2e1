//! One record of the log, in memory and as bytes.

use super::Submission;
use palisade_model::{Finding, Id, Observation, wire};
use prost::Message as _;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::Notify;

/// A batch on its way to the tables, with its share of the queue.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) observations: Vec<Observation>,
    /// What an inline question found; `None` when the watches are still to judge.
    pub(super) judged: Option<Vec<Finding>>,
    pub(super) idempotency_key: String,
    first_id: Id,
    share: Option<Share>,
}

/// The bytes that are under way between admission and the tables.
#[derive(Debug)]
pub(super) struct Queue {
    bytes: AtomicUsize,
    bytes_max: usize,
    freed: Notify,
}

/// Bytes of the queue, given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    queue: Arc<Queue>,
    bytes: usize,
}

impl Queue {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes: AtomicUsize::new(0), bytes_max, freed: Notify::new() }
    }

    /// The bytes taken.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Share {
    /// Takes `bytes` of the queue, if they fit. An empty queue takes anything.
    pub(super) fn take(queue: &Arc<Queue>, bytes: usize) -> Option<Self> {
        let fits = |taken: usize| {
            let sum = taken.saturating_add(bytes);
            (taken == 0 || sum <= queue.bytes_max).then_some(sum)
        };
        queue.bytes.fetch_update(Ordering::AcqRel, Ordering::Relaxed, fits).ok()?;
        Some(Self { queue: Arc::clone(queue), bytes })
    }

    /// Takes `bytes` of the queue as soon as they fit.
    pub(super) async fn wait(queue: &Arc<Queue>, bytes: usize) -> Self {
        loop {
            // Listens before it looks, so that no room is given back unheard in between.
            let mut freed = std::pin::pin!(queue.freed.notified());
            freed.as_mut().enable();
            if let Some(share) = Self::take(queue, bytes) {
                return share;
            }
            freed.await;
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.queue.bytes.fetch_sub(self.bytes, Ordering::AcqRel);
        self.queue.freed.notify_waiters();
    }
}

impl Record {
    /// The record of `submission`, whose observations get `first_id` and those after it.
    pub(super) fn new(submission: Submission, first_id: Id, share: Share) -> Self {
        let Submission { mut observations, judged, idempotency_key, .. } = submission;
        give_ids(&mut observations, first_id);
        let time = observations.first().map_or_else(|| first_id.received(), time_of);
        let judged = judged.map(|(subject, drafts)| {
            drafts.into_iter().map(|draft| draft.finish(subject.clone(), time, Some(first_id))).collect()
        });
        Self {
            observations,
            judged,
            idempotency_key: idempotency_key.unwrap_or_default(),
            first_id,
            share: Some(share),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.observations.len()
    }

    pub(super) const fn first_id(&self) -> Id {
        self.first_id
    }

    /// What an inline question found.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.judged.clone().unwrap_or_default()
    }

    /// The bytes for the log. Ids are left out: they follow from the first.
    pub(super) fn encode(&self) -> Vec<u8> {
        let batch = wire::Batch {
            first_id: self.first_id.as_bytes().to_vec(),
            observations: self.observations.iter().map(without_id).collect(),
            idempotency_key: self.idempotency_key.clone(),
            judged: self.judged.is_some(),
            findings: self.judged.iter().flatten().map(wire::Finding::from).collect(),
        };
        batch.encode_to_vec()
    }

    /// The record that [`Record::encode`] wrote.
    pub(super) fn decode(payload: &[u8]) -> Result<Self, prost::DecodeError> {
        let batch = wire::Batch::decode(payload)?;
        let first_id = Id::from_slice(&batch.first_id).unwrap_or_default();
        let mut observations: Vec<Observation> = batch.observations.into_iter().filter_map(Option::from).collect();
        give_ids(&mut observations, first_id);
        let judged = batch.judged.then(|| batch.findings.into_iter().map(Finding::from).collect());
        Ok(Self { observations, judged, idempotency_key: batch.idempotency_key, first_id, share: None })
    }

    /// The parts that go on to the tables; the share is held until it is dropped.
    pub(super) fn into_parts(self) -> (Vec<Observation>, Option<Vec<Finding>>, Option<Share>) {
        (self.observations, self.judged, self.share)
    }
}

fn give_ids(observations: &mut [Observation], first: Id) {
    for (index, observation) in (0..).zip(observations) {
        observation.set_id(first.nth(index));
    }
}

fn time_of(observation: &Observation) -> palisade_model::Timestamp {
    match observation {
        Observation::Event(event) => event.time,
        Observation::Metric(metric) => metric.time,
        Observation::Span(span) => span.time,
    }
}

fn without_id(observation: &Observation) -> wire::Observation {
    let mut wire = wire::Observation::from(observation);
    match &mut wire.shape {
        Some(wire::Shape::Event(event)) => event.id.clear(),
        Some(wire::Shape::Metric(metric)) => metric.id.clear(),
        Some(wire::Shape::Span(span)) => span.id.clear(),
        None => {}
    }
    wire
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, FindingDraft, Subject, Timestamp};

    fn submission() -> Submission {
        let observations = (0..3).map(|index| Event { message: format!("{index}"), ..Event::default() });
        Submission {
            observations: observations.map(Observation::Event).collect(),
            bytes: 100,
            idempotency_key: Some("key".into()),
            judged: Some((Subject::default(), vec![FindingDraft::default()])),
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written_ids_included() {
        let queue = Arc::new(Queue::new(1_000));
        let first = Id::first_of_block(Timestamp::from_millis(1_800_000_000_000), 7);
        let record = Record::new(submission(), first, Share::take(&queue, 100).unwrap());
        let read = Record::decode(&record.encode()).unwrap();
        assert_eq!((&read.observations, &read.judged), (&record.observations, &record.judged));
        assert_eq!(read.observations[2].id(), first.nth(2));
        assert_eq!(read.idempotency_key, "key");
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_given_back() {
        let queue = Arc::new(Queue::new(1_000));
        let first = Share::take(&queue, 900).unwrap();
        assert!(Share::take(&queue, 200).is_none());
        let waiting = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { Share::wait(&queue, 200).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        drop(waiting.await.unwrap());
        assert!(Share::take(&queue, 5_000).is_some(), "one large submission still passes");
        assert_eq!(queue.bytes(), 0);
    }
}
