//! An outbox in memory that keeps the promises of the trait, for tests and measurements.
#![allow(dead_code, unreachable_pub, reason = "each test and example uses its own part")]

use async_trait::async_trait;
use palisade_model::{Notification, Timestamp};
use palisade_notify::{Claim, Claimed, Outbox, OutboxError, Settled, Settlement};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, MutexGuard},
};
use tokio::sync::watch;

pub struct Memory {
    state: Mutex<State>,
    /// How many notifications are settled for good.
    done: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    next: u64,
    /// What is neither sent nor dead, in order.
    open: BTreeMap<u64, Row>,
    by_id: HashMap<String, u64>,
    groups: HashMap<(String, String), BTreeSet<u64>>,
    threads: HashMap<(String, String), String>,
    sent: Vec<String>,
    dead: Vec<(String, String)>,
    settle_failures: usize,
    claims: usize,
}

struct Row {
    claimed: Claimed,
    due: Timestamp,
    on_its_way: bool,
}

impl Memory {
    pub fn new() -> Self {
        Self { state: Mutex::default(), done: watch::Sender::new(0) }
    }

    pub fn add(&self, notification: Notification) {
        let mut state = self.state();
        let seq = state.next;
        state.next += 1;
        state.by_id.insert(notification.id.clone(), seq);
        if !notification.group_key.is_empty() {
            let group = (notification.channel.clone(), notification.group_key.clone());
            state.groups.entry(group).or_default().insert(seq);
        }
        let (due, since) = (notification.decided_at, notification.decided_at);
        let claimed = Claimed { notification, since, ..Claimed::default() };
        state.open.insert(seq, Row { claimed, due, on_its_way: false });
    }

    /// The next so many attempts to write back fail.
    pub fn fail_settles(&self, times: usize) {
        self.state().settle_failures = times;
    }

    pub fn sent(&self) -> Vec<String> {
        self.state().sent.clone()
    }

    pub fn dead(&self) -> Vec<(String, String)> {
        self.state().dead.clone()
    }

    pub fn open(&self) -> usize {
        self.state().open.len()
    }

    /// What waits or is on its way: id, failures, whether it may repeat.
    pub fn waiting(&self) -> Vec<(String, u32, bool)> {
        let state = self.state();
        let row = |row: &Row| (row.claimed.notification.id.clone(), row.claimed.failures, row.claimed.may_repeat);
        state.open.values().map(row).collect()
    }

    /// Waits until `count` notifications are sent or dead.
    pub async fn until_done(&self, count: usize) {
        let mut done = self.done.subscribe();
        done.wait_for(|done| *done >= count).await.expect("the sender lives as long as the outbox");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the outbox")
    }
}

impl State {
    fn is_first_of_group(&self, seq: u64, notification: &Notification) -> bool {
        let group = (notification.channel.clone(), notification.group_key.clone());
        self.groups.get(&group).is_none_or(|open| open.first() == Some(&seq))
    }

    fn close(&mut self, seq: u64) {
        if let Some(row) = self.open.remove(&seq) {
            let notification = row.claimed.notification;
            if let Some(open) = self.groups.get_mut(&(notification.channel, notification.group_key)) {
                open.remove(&seq);
            }
        }
    }

    fn settle(&mut self, settled: &Settled) {
        let Some(seq) = self.by_id.get(&settled.id).copied() else { return };
        let Some(row) = self.open.get_mut(&seq).filter(|row| row.on_its_way) else { return };
        match &settled.settlement {
            Settlement::Sent(receipt) => {
                let group = (settled.channel.clone(), settled.group_key.clone());
                if let Some(thread) = &receipt.thread {
                    self.threads.entry(group).or_insert_with(|| thread.clone());
                }
                self.sent.push(settled.id.clone());
                self.close(seq);
            }
            Settlement::Retry { at, may_repeat, reached, .. } => {
                row.on_its_way = false;
                row.due = *at;
                row.claimed.failures += 1;
                row.claimed.may_repeat = *may_repeat;
                row.claimed.reached.clone_from(reached);
            }
            Settlement::Dead { reason, .. } => {
                self.dead.push((settled.id.clone(), reason.clone()));
                self.close(seq);
            }
        }
    }
}

#[async_trait]
impl Outbox for Memory {
    async fn recover(&self) -> Result<(), OutboxError> {
        for row in self.state().open.values_mut().filter(|row| row.on_its_way) {
            row.on_its_way = false;
            row.claimed.may_repeat = true;
        }
        Ok(())
    }

    async fn claim(&self, channel: &str, now: Timestamp, most: usize) -> Result<Claim, OutboxError> {
        let mut state = self.state();
        state.claims += 1;
        let (mut due, mut claim) = (Vec::new(), Claim::default());
        let of_channel = |row: &Row| row.claimed.notification.channel == channel && !row.on_its_way;
        for (seq, row) in state.open.iter().filter(|(_, row)| of_channel(row)) {
            if !state.is_first_of_group(*seq, &row.claimed.notification) {
                continue;
            }
            if row.due > now {
                claim.next_due = claim.next_due.into_iter().chain([row.due]).min();
            } else if due.len() < most {
                due.push(*seq);
            }
            if due.len() == most {
                break;
            }
        }
        for seq in due {
            let row = state.open.get_mut(&seq).expect("it was just there");
            row.on_its_way = true;
            let mut claimed = row.claimed.clone();
            let group = (channel.to_owned(), claimed.notification.group_key.clone());
            claimed.thread = state.threads.get(&group).cloned();
            claim.entries.push(claimed);
        }
        Ok(claim)
    }

    async fn settle(&self, settled: &[Settled]) -> Result<(), OutboxError> {
        let mut state = self.state();
        if state.settle_failures > 0 {
            state.settle_failures -= 1;
            return Err(OutboxError("the disk is full".into()));
        }
        settled.iter().for_each(|settled| state.settle(settled));
        self.done.send_replace(state.sent.len() + state.dead.len());
        Ok(())
    }

    async fn bury_orphans(&self, known: &[String]) -> Result<(), OutboxError> {
        let mut state = self.state();
        let orphan = |row: &Row| !known.contains(&row.claimed.notification.channel) && !row.on_its_way;
        let orphans: Vec<(u64, String)> = state
            .open
            .iter()
            .filter(|(_, row)| orphan(row))
            .map(|(seq, row)| (*seq, row.claimed.notification.id.clone()))
            .collect();
        for (seq, id) in orphans {
            state.close(seq);
            state.dead.push((id, "the channel was taken away".into()));
        }
        self.done.send_replace(state.sent.len() + state.dead.len());
        Ok(())
    }
}
