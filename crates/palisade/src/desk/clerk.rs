//! The thread that owns every change: takes what waits, lets the machine decide, keeps it, answers.

use super::step::Step;
use super::{Done, Order, Shared};
use crate::clock::now;
use crate::pipeline::IDEMPOTENCY_TIME;
use crate::pipeline::live::Live;
use palisade_model::{Signal, Timestamp};
use palisade_response::Actor;
use palisade_response::config::defaults;
use palisade_store::State;
use palisade_store::state::IdempotencyRecord;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Orders and signals that are decided together. More would keep people waiting behind a flood of findings.
const BATCH_MAX: usize = 2_000;
/// The clock may be set while the clerk waits for a time, so it looks at least so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the clerk waits before it tries a failed write again.
const RETRY_EVERY: Duration = Duration::from_millis(250);
/// When the server stops and the disk takes nothing, the findings stay in the log and the rest is given up.
const RETRIES_AT_END: u32 = 20;

/// What is said to the clerk.
pub(super) enum Word {
    /// Somebody asks.
    Asked(Asked),
    /// The server stops: what waits is carried out, and no more.
    Stop,
}

/// Orders of one request.
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) orders: Vec<Order>,
    /// What the sender calls the one order, so that it is done once.
    pub(super) once: Option<String>,
    pub(super) answer: oneshot::Sender<Vec<Done>>,
}

/// What was found in one record of the log.
pub(super) struct Handed {
    pub(super) position: u64,
    pub(super) signals: Vec<Signal>,
    pub(super) since: Instant,
}

/// The clerk with what is said to it.
pub(super) struct Clerk {
    shared: Arc<Shared>,
    state: State,
    words: mpsc::Receiver<Word>,
    findings: mpsc::Receiver<Handed>,
    /// Findings up to here are in the machine.
    position: u64,
    is_stopping: bool,
}

/// What is decided together.
#[derive(Default)]
struct Batch {
    asked: Vec<Asked>,
    handed: Vec<Handed>,
    inputs: usize,
}

impl Batch {
    fn ask(&mut self, asked: Asked) {
        self.inputs += asked.orders.len();
        self.asked.push(asked);
    }

    fn hand(&mut self, handed: Handed) {
        self.inputs += handed.signals.len();
        self.handed.push(handed);
    }
}

impl Clerk {
    pub(super) fn new(
        shared: Arc<Shared>,
        state: State,
        words: mpsc::Receiver<Word>,
        findings: mpsc::Receiver<Handed>,
    ) -> Self {
        let position = shared.progress.settled();
        Self { shared, state, words, findings, position, is_stopping: false }
    }

    /// Works until it is told to stop and everything that waited is done.
    pub(super) async fn run(mut self) {
        loop {
            let batch = self.gather().await;
            if batch.inputs == 0 && self.is_stopping {
                return;
            }
            self.carry_out(batch).await;
        }
    }

    /// Waits for something to do, and takes what else waits.
    async fn gather(&mut self) -> Batch {
        let mut batch = Batch::default();
        if !self.is_stopping {
            let wait = self.until_due();
            tokio::select! {
                biased;
                Some(word) = self.words.recv() => self.hear(word, &mut batch),
                Some(handed) = self.findings.recv() => batch.hand(handed),
                () = tokio::time::sleep(wait) => {}
            }
        }
        while batch.inputs < BATCH_MAX
            && let Ok(word) = self.words.try_recv()
        {
            self.hear(word, &mut batch);
        }
        // As many again, so that a flood of requests does not hold up the sequencer.
        let most = batch.inputs + BATCH_MAX;
        while batch.inputs < most
            && let Ok(handed) = self.findings.try_recv()
        {
            batch.hand(handed);
        }
        batch
    }

    fn hear(&mut self, word: Word, batch: &mut Batch) {
        match word {
            Word::Asked(asked) => batch.ask(asked),
            Word::Stop => {
                self.is_stopping = true;
                self.words.close();
                self.findings.close();
            }
        }
    }

    fn until_due(&self) -> Duration {
        let machine = self.shared.machine.read().unwrap_or_else(PoisonError::into_inner);
        let due = machine.wake_at().map(|due| due.nanos().saturating_sub(now().nanos()));
        due.map_or(LOOK_EVERY, |nanos| Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)).min(LOOK_EVERY))
    }

    async fn carry_out(&mut self, mut batch: Batch) {
        let now = now();
        batch.asked = self.answer_repeats(batch.asked, now).await;
        let mut step = Step::default();
        let answers = self.decide(&batch, now, &mut step);
        self.leave_out_default(&mut step);
        if !step.is_empty() && !self.keep(&step, now).await {
            return;
        }
        self.shared.progress.keep(self.position);
        for (asked, done) in batch.asked.into_iter().zip(answers) {
            // Who asked may have left meanwhile.
            let _left = asked.answer.send(done);
        }
        for handed in &batch.handed {
            metrics::histogram!("palisade_response_seconds").record(handed.since.elapsed().as_secs_f64());
        }
        if step.has_notifications() {
            self.shared.written.notify_one();
        }
        if let Some(live) = self.shared.live.get() {
            live.publish_changes(step.changes);
        }
    }

    /// Answers what was asked and answered before, and gives back the rest.
    async fn answer_repeats(&self, asked: Vec<Asked>, now: Timestamp) -> Vec<Asked> {
        let mut rest = Vec::with_capacity(asked.len());
        for asked in asked {
            let before = match &asked.once {
                // Where the state cannot be read, nothing can be kept either.
                Some(once) => self.state.find_idempotency(once, now).await.unwrap_or_default(),
                None => None,
            };
            match before {
                Some(subject) => drop(asked.answer.send(vec![Ok(subject)])),
                None => rest.push(asked),
            }
        }
        rest
    }

    /// What the machine makes of the batch: people first, then findings, then time.
    fn decide(&mut self, batch: &Batch, now: Timestamp, step: &mut Step) -> Vec<Vec<Done>> {
        let mut machine = self.shared.machine.write().unwrap_or_else(PoisonError::into_inner);
        let mut answers = Vec::with_capacity(batch.asked.len());
        let mut once: HashMap<&str, Vec<Done>> = HashMap::new();
        for asked in &batch.asked {
            if let Some(done) = asked.once.as_deref().and_then(|key| once.get(key)) {
                answers.push(done.clone());
                continue;
            }
            let mut carry_out = |order: &Order| -> Done {
                // What followed before is not of this order.
                step.add(machine.outcome(now));
                let outcome = machine.order(now, &asked.actor, order)?;
                let subject = outcome.audit.first().map(|entry| entry.subject.clone()).unwrap_or_default();
                step.add(outcome);
                Ok(subject)
            };
            let done: Vec<Done> = asked.orders.iter().map(&mut carry_out).collect();
            if let (Some(key), [Ok(subject)]) = (asked.once.as_deref(), done.as_slice()) {
                step.answers.push(remembered(key, subject, now));
                once.insert(key, done.clone());
            }
            answers.push(done);
        }
        for handed in &batch.handed {
            // Handed in again after a crash, though it was kept before.
            if handed.position <= self.position {
                continue;
            }
            for signal in &handed.signals {
                if let Err(refusal) = machine.signal(now, signal.clone()) {
                    tracing::warn!(?refusal, "a finding makes no alert");
                }
            }
            self.position = handed.position;
            step.position = Some(handed.position);
        }
        step.add(machine.outcome(now));
        if machine.wake_at().is_some_and(|due| due <= now) {
            step.add(machine.tick(now));
        }
        if self.shared.live.get().is_some_and(Live::is_heard) {
            step.changes = machine.changes(step.records());
        }
        answers
    }

    /// Where no default channel is set up, nobody wants to be told by it; what was left out is counted.
    fn leave_out_default(&self, step: &mut Step) {
        let channels = self.shared.channels.read().unwrap_or_else(PoisonError::into_inner);
        if !channels.contains(defaults::CHANNEL) {
            let left_out = step.leave_out_channel(defaults::CHANNEL);
            metrics::counter!("palisade_messages_without_channel_total").increment(left_out as u64);
        }
    }

    /// Keeps the step, however long it takes; `false` when the server stops before the disk took it.
    async fn keep(&self, step: &Step, now: Timestamp) -> bool {
        let step = step.to_keep();
        let mut retries = 0;
        while let Err(error) = self.state.keep_response(&step, now).await {
            if !self.shared.is_failing.swap(true, Ordering::AcqRel) {
                tracing::error!(%error, "what follows for alerts cannot be written; trying until it can");
            }
            retries += 1;
            if self.is_stopping && retries > RETRIES_AT_END {
                return false;
            }
            tokio::time::sleep(RETRY_EVERY).await;
        }
        if self.shared.is_failing.swap(false, Ordering::AcqRel) {
            tracing::info!("what follows for alerts is written again");
        }
        true
    }
}

fn remembered(key: &str, subject: &str, now: Timestamp) -> IdempotencyRecord {
    let expires = Timestamp::from_nanos(now.nanos().saturating_add(IDEMPOTENCY_TIME.as_nanos() as i64));
    IdempotencyRecord { key: key.to_owned(), response: subject.to_owned(), expires }
}
