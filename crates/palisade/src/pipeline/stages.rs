//! The threads between log and tables: detection workers, and the sequencer that brings their results back in order.

use super::{Share, live::Live, record::Record};
use crate::desk::Findings;
use crate::watch::{Correlating, Found, Hit, Watches, Worker, count, telemetry::Concluded};
use palisade_model::{Finding, Observation, Signal};
use palisade_store::{Lake, StoreError};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Builder, JoinHandle},
};

/// Records that may wait for one worker. The queue is bounded in bytes; this only keeps the channels small.
const RECORDS_WAITING: usize = 1_024;

/// What the log hands durable records to.
pub(super) type Deliver = Box<dyn FnMut(u64, Record) + Send>;

/// A record that was judged.
struct Judged {
    position: u64,
    observations: Vec<Observation>,
    findings: Vec<Finding>,
    /// What correlations wait for.
    hits: Vec<Hit>,
    share: Option<Share>,
}

/// Starts a worker a core and the sequencer, which goes on with what `correlating` has counted. Returns what the log hands durable records to; once that is dropped, the
/// threads end in the order in which they are listed.
pub(super) fn start(
    lake: &Lake,
    watches: &Arc<Watches>,
    live: &Arc<Live>,
    desk: Findings,
    correlating: Correlating,
) -> Result<(Deliver, Vec<JoinHandle<()>>), StoreError> {
    let count = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let (mut inputs, mut outputs, mut threads) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..count {
        let (input, records) = sync_channel(RECORDS_WAITING);
        let (judged, output) = sync_channel(RECORDS_WAITING);
        let mut watches = Worker::new(Arc::clone(watches));
        let worker = move || work(&records, &judged, &mut watches);
        threads.push(Builder::new().name(format!("watch-{index}")).spawn(worker)?);
        inputs.push(input);
        outputs.push(output);
    }
    let (sequenced, published, watches) = (lake.clone(), Arc::clone(live), Arc::clone(watches));
    let sequencer = move || sequence(&outputs, &watches, (&sequenced, &published), &desk, correlating);
    threads.push(Builder::new().name("sequencer".to_owned()).spawn(sequencer)?);
    Ok((Box::new(hand_out(inputs, lake.clone())), threads))
}

/// Gives records to the workers in turn.
fn hand_out(inputs: Vec<SyncSender<(u64, Record)>>, lake: Lake) -> impl FnMut(u64, Record) + Send + 'static {
    let mut turn = 0;
    move |position, record| {
        lake.expect(position);
        // A worker ends only when this closure is gone, or by a fault that its thread's panic has told of.
        let _ = inputs[turn].send((position, record));
        turn = (turn + 1) % inputs.len();
    }
}

fn work(records: &Receiver<(u64, Record)>, judged: &SyncSender<Judged>, watches: &mut Worker) {
    for (position, record) in records {
        if judged.send(judge(position, record, watches)).is_err() {
            return;
        }
    }
}

fn judge(position: u64, record: Record, watches: &mut Worker) -> Judged {
    let (observations, judged, share) = record.into_parts();
    let Found { findings, hits } = match judged {
        Some(findings) => Found { findings, hits: Vec::new() },
        None => watches.judge(&observations),
    };
    Judged { position, observations, findings, hits, share }
}

impl Judged {
    /// Adds what correlations find, now that records are in order again.
    fn correlate(&mut self, correlating: &mut Correlating) {
        let before = self.findings.len();
        correlating.take(&self.observations, &self.hits, &mut self.findings);
        count("events", self.findings.len() - before);
    }

    /// Adds what is odd; returns the ends of what was odd before.
    fn add(&mut self, concluded: Concluded) -> Vec<Signal> {
        count("telemetry", concluded.findings.len());
        self.findings.extend(concluded.findings);
        concluded.ended
    }
}

/// Takes from the workers in the turn in which they were given records, which is log order.
fn sequence(
    outputs: &[Receiver<Judged>],
    watches: &Watches,
    (lake, live): (&Lake, &Live),
    desk: &Findings,
    mut correlating: Correlating,
) {
    let observed = metrics::counter!("palisade_observations_total");
    for output in outputs.iter().cycle() {
        let Ok(mut judged) = output.recv() else {
            return;
        };
        judged.correlate(&mut correlating);
        let ended = judged.add(watches.telemetry.take(judged.position, &judged.observations));
        let Judged { position, observations, findings, share, .. } = judged;
        observed.increment(observations.len() as u64);
        if let Err(error) = lake.append(position, &observations, &findings) {
            tracing::error!(%error, position, "a record cannot be kept in the tables");
        }
        let (observations, findings) = (Arc::new(observations), Arc::new(findings));
        live.publish(&observations, &findings);
        desk.hand(position, &observations, &findings, ended);
        drop(share);
    }
}

/// Judges records as the workers do, one after the other and without the live stream. The desk leaves out what it knows.
pub(super) struct Again {
    desk: Findings,
    watches: Arc<Watches>,
    worker: Worker,
    correlating: Correlating,
    lake: Lake,
}

impl Again {
    pub(super) fn new(watches: Arc<Watches>, lake: Lake, desk: Findings) -> Self {
        let worker = Worker::new(Arc::clone(&watches));
        Self { desk, watches, worker, correlating: Correlating::default(), lake }
    }

    /// Counts events that are in the tables already towards correlations, and tells nobody.
    pub(super) fn count(&mut self, observations: &[Observation]) {
        let Found { hits, .. } = self.worker.judge_events(observations);
        self.correlating.take(observations, &hits, &mut Vec::new());
    }

    /// What correlations have counted.
    pub(super) fn into_correlating(self) -> Correlating {
        self.correlating
    }

    /// Judges the record at this position of the log.
    pub(super) fn judge(&mut self, position: u64, record: Record) {
        let mut judged = judge(position, record, &mut self.worker);
        judged.correlate(&mut self.correlating);
        let ended = judged.add(self.watches.telemetry.take_again(position, &judged.observations));
        self.lake.expect(position);
        if let Err(error) = self.lake.append(position, &judged.observations, &judged.findings) {
            tracing::error!(%error, position, "a record cannot be kept in the tables");
        }
        self.desk.hand(position, &judged.observations, &judged.findings, ended);
    }

    /// Shows a record that the tables hold to the watch over series, whose last checkpoint is older.
    pub(super) fn watch(&self, position: u64, record: Record) {
        let (observations, _, _) = record.into_parts();
        // What is told of it was kept with the tables.
        drop(self.watches.telemetry.take_again(position, &observations));
    }
}
