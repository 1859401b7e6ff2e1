//! The desk: where what was found becomes alerts and incidents, and what people decide about them is carried out.
//!
//! ```text
//! sequencer ──findings, position──►┐
//! API ──commands, signals, wait ──►├─► clerk (one thread) ──► machine (pure) ──► one transaction ──► answers, live stream
//! time ───────────────────────────►┘                                                └─► outbox ──► delivery ──► receivers
//! ```
//!
//! One thread owns every change. It takes what waits as one batch, lets the machine decide, and keeps all that follows
//! in one transaction: records, messages, audit entries and the position of the findings. Whoever asked is answered when
//! it is kept. After a crash the log hands in findings again; those up to the kept position are known.
//!
//! A full channel holds up the sequencer and nothing is dropped; the log is freed of records only when their findings
//! are kept here ([`Progress`]).

mod channels;
mod clerk;
mod findings;
mod machine;
mod outbox;
mod progress;
mod step;

pub use channels::{ChannelError, Channels, Shown};
pub use findings::Findings;
pub use machine::{Machine, Order};
use progress::Progress;

use crate::pipeline::live::Live;
use clerk::{Asked, Clerk, Handed, Word};
use palisade_response::{Actor, Refusal};
use palisade_store::{State, StoreError};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

/// Requests that wait for the clerk; more wait in their handlers.
const ASKED_WAITING: usize = 1_024;
/// Records with findings that wait for the clerk; then the sequencer waits.
const HANDED_WAITING: usize = 256;
/// The clerk is behind by milliseconds, so this is how often it is looked at, and how often at most.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const LOOKS: u32 = 200;
/// How long a request waits for the disk.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// A handle to the running desk.
#[derive(Clone)]
pub struct Desk {
    shared: Arc<Shared>,
    asked: mpsc::Sender<Word>,
    handed: mpsc::Sender<Handed>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// What the clerk and those who ask share.
struct Shared {
    machine: RwLock<Machine>,
    progress: Progress,
    /// Where changes are told; there is none before the pipeline runs.
    live: OnceLock<Live>,
    /// Told when messages were written.
    written: Notify,
    is_failing: AtomicBool,
    /// The channels that there are.
    channels: RwLock<BTreeSet<String>>,
}

/// What came of one order that was carried out: the id or fingerprint of what it was about.
pub type Done = Result<String, Refusal>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It was not kept in time; it may be yet.
    #[error("it could not be written in time; it will be when the disk takes it")]
    NotInTime,
    /// The server is going down.
    #[error("the server is stopping")]
    Stopping,
}

impl Desk {
    /// Starts the clerk with a machine in the state that was kept.
    ///
    /// # Errors
    /// When the state cannot be read or the thread not be started.
    pub fn start(machine: Machine, state: State, position: u64) -> Result<Self, StoreError> {
        let (asked, words) = mpsc::channel(ASKED_WAITING);
        let (handed, findings) = mpsc::channel(HANDED_WAITING);
        let shared = Arc::new(Shared {
            machine: RwLock::new(machine),
            progress: Progress::new(position),
            live: OnceLock::new(),
            written: Notify::new(),
            is_failing: AtomicBool::new(false),
            channels: RwLock::default(),
        });
        let clerk = Clerk::new(Arc::clone(&shared), state, words, findings);
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(clerk.run());
        let thread = std::thread::Builder::new().name("desk".to_owned()).spawn(work)?;
        Ok(Self { shared, asked, handed, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Where the sequencer hands in findings.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let rules = self.machine().finding_rules().clone();
        Findings::new(Arc::clone(&self.shared), rules, self.handed.clone())
    }

    /// Tells changes on this stream from now on.
    pub fn tell(&self, live: Live) {
        // Set once: there is one pipeline.
        let _there_already = self.shared.live.set(live);
    }

    /// Carries out one order and answers when it is kept.
    ///
    /// # Errors
    /// [`NoAnswer`]; that the machine refuses is an answer.
    pub async fn order(&self, actor: Actor, order: Order) -> Result<Done, NoAnswer> {
        self.order_once(actor, order, None).await
    }

    /// As [`Desk::order`], and done once however often it is asked for under the same `once`.
    ///
    /// # Errors
    /// As [`Desk::order`].
    pub async fn order_once(&self, actor: Actor, order: Order, once: Option<String>) -> Result<Done, NoAnswer> {
        let mut done = self.ask(actor, vec![order], once).await?;
        done.pop().ok_or(NoAnswer::Stopping)
    }

    /// Carries out orders in one transaction and answers each when they are kept.
    ///
    /// # Errors
    /// As [`Desk::order`].
    pub async fn orders(&self, actor: Actor, orders: Vec<Order>) -> Result<Vec<Done>, NoAnswer> {
        self.ask(actor, orders, None).await
    }

    async fn ask(&self, actor: Actor, orders: Vec<Order>, once: Option<String>) -> Result<Vec<Done>, NoAnswer> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked { actor, orders, once, answer };
        let asking = async {
            self.asked.send(Word::Asked(asked)).await.map_err(|_| NoAnswer::Stopping)?;
            answered.await.map_err(|_| NoAnswer::Stopping)
        };
        tokio::time::timeout(ANSWER_TIME_MAX, asking).await.unwrap_or(Err(NoAnswer::NotInTime))
    }

    /// What the machine knows. It decides nothing while this is held.
    pub fn machine(&self) -> RwLockReadGuard<'_, Machine> {
        self.shared.machine.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes known which channels there are. A message for the default channel is written only where there is one.
    pub fn know_channels(&self, names: impl IntoIterator<Item = String>) {
        *self.shared.channels.write().unwrap_or_else(PoisonError::into_inner) = names.into_iter().collect();
    }

    /// The channels that there are, by name.
    #[must_use]
    pub fn channels(&self) -> Vec<String> {
        self.shared.channels.read().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Ends when messages were written into the outbox since this was last asked.
    pub async fn written(&self) {
        self.shared.written.notified().await;
    }

    /// Whether the findings of all records up to this position are kept, or will be in a moment.
    pub async fn keeps_soon(&self, position: u64) -> bool {
        for _ in 0..LOOKS {
            if self.shared.progress.settled() >= position {
                return true;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        false
    }

    /// Why it is not healthy.
    #[must_use]
    pub fn trouble(&self) -> Option<&'static str> {
        let failing = self.shared.is_failing.load(Ordering::Acquire);
        failing.then_some("alerts cannot be written; look at free space and the disk")
    }

    /// Carries out what waits, and ends.
    pub async fn stop(&self) {
        let _ended_already = self.asked.send(Word::Stop).await;
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || drop(thread.join())).await;
        }
    }
}
