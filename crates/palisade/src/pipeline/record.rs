//! One record of the log, in memory and as bytes.

use super::{Share, Submission, Told};
use palisade_model::{Finding, Id, Observation, wire};
use prost::Message as _;

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

impl Record {
    /// The record of `submission`, whose observations get `first_id` and those after it, and its bytes for the log.
    pub(super) fn new(submission: Submission, first_id: Id) -> (Self, Vec<u8>) {
        let Submission { observations, share, judged, idempotency_key } = submission;
        let judged = judged.map(|judged| findings(judged, &observations, first_id));
        // Ids are left out: they follow from the first.
        let batch = wire::Batch {
            first_id: first_id.as_bytes().to_vec(),
            observations: observations.into_iter().map(wire::Observation::from).collect(),
            idempotency_key: idempotency_key.unwrap_or_default(),
            judged: judged.is_some(),
            findings: judged.iter().flatten().map(wire::Finding::from).collect(),
        };
        let payload = batch.encode_to_vec();
        let wire::Batch { observations, idempotency_key, .. } = batch;
        let observations = with_ids(observations, first_id);
        (Self { observations, judged, idempotency_key, first_id, share: Some(share) }, payload)
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

    /// The record that [`Record::new`] gave the bytes of.
    pub(super) fn decode(payload: &[u8]) -> Result<Self, prost::DecodeError> {
        let batch = wire::Batch::decode(payload)?;
        let first_id = Id::from_slice(&batch.first_id).unwrap_or_default();
        let observations = with_ids(batch.observations, first_id);
        let judged = batch.judged.then(|| batch.findings.into_iter().map(Finding::from).collect());
        Ok(Self { observations, judged, idempotency_key: batch.idempotency_key, first_id, share: None })
    }

    /// The parts that go on to the tables; the share is held until it is dropped.
    pub(super) fn into_parts(self) -> (Vec<Observation>, Option<Vec<Finding>>, Option<Share>) {
        (self.observations, self.judged, self.share)
    }
}

/// What inline questions found, each in the observation that records it.
fn findings(judged: Vec<Told>, observations: &[Observation], first_id: Id) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, (told, observation)) in (0..).zip(judged.into_iter().zip(observations)) {
        let (id, time) = (first_id.nth(index), time_of(observation));
        match told {
            Told::Drafts(subject, drafts) => {
                findings.extend(drafts.into_iter().map(|draft| draft.finish(subject.clone(), time, Some(id))));
            }
            Told::Findings(found) => findings.extend(found.into_iter().map(|finding| finding.seen_in(id))),
        }
    }
    findings
}

fn with_ids(observations: Vec<wire::Observation>, first: Id) -> Vec<Observation> {
    let mut observations: Vec<Observation> = observations.into_iter().filter_map(Option::from).collect();
    for (index, observation) in (0..).zip(&mut observations) {
        observation.set_id(first.nth(index));
    }
    observations
}

fn time_of(observation: &Observation) -> palisade_model::Timestamp {
    match observation {
        Observation::Event(event) => event.time,
        Observation::Metric(metric) => metric.time,
        Observation::Span(span) => span.time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::queue::Queue;
    use palisade_model::{Event, FindingDraft, Subject, Timestamp};
    use std::sync::Arc;

    async fn submission() -> Submission {
        let observations = (0..3).map(|index| Event { message: format!("{index}"), ..Event::default() });
        Submission {
            observations: observations.map(Observation::Event).collect(),
            share: Arc::new(Queue::new(100)).share(100).await,
            idempotency_key: Some("key".into()),
            judged: Some(vec![
                Told::Drafts(Subject::default(), Vec::new()),
                Told::Drafts(Subject::default(), vec![FindingDraft::default()]),
                Told::Findings(vec![FindingDraft::default().finish(Subject::default(), Timestamp::default(), None)]),
            ]),
        }
    }

    #[tokio::test]
    async fn a_record_is_read_as_it_was_written_ids_included() {
        let first = Id::first_of_block(Timestamp::from_millis(1_800_000_000_000), 7);
        let (record, payload) = Record::new(submission().await, first);
        let read = Record::decode(&payload).unwrap();
        assert_eq!((&read.observations, &read.judged), (&record.observations, &record.judged));
        assert_eq!(read.observations[2].id(), first.nth(2));
        assert_eq!(read.idempotency_key, "key");
        let found_in: Vec<_> = read.findings().iter().map(|finding| finding.observation).collect();
        assert_eq!(found_in, [Some(first.nth(1)), Some(first.nth(2))], "of the question that found it");
    }
}
