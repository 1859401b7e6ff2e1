//! The lane of one channel: claims what is due, sends it, and writes back what became of it.
//!
//! A lane holds no queue of its own beyond what is on its way: everything else waits in the outbox, on disk. When the
//! receiver takes no more, what waits is joined.

use super::{
    breaker::{Breaker, BreakerState},
    dispatcher::Clock,
    outbox::{Claimed, Outbox, Settled, Settlement},
    rate::Rate,
    retry,
    status::ChannelStatus,
};
use crate::{
    channel::{Failure, Receipt, Retry},
    message::together,
    open::OpenChannel,
};
use palisade_model::Timestamp;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    task::{Id, JoinError, JoinSet},
};

/// How many notifications one message may stand for.
const JOINED_MAX: usize = 500;
/// How long nothing may happen before the outbox is looked at all the same.
const IDLE: Duration = Duration::from_secs(30);
/// When an outbox that does not answer is asked again.
const OUTBOX_PAUSE: Duration = Duration::from_secs(1);
/// How often a lane that is stopped tries to write back what it knows.
const LAST_SETTLES: u32 = 5;

type Sent = Result<(Id, Result<Receipt, Failure>), JoinError>;

pub(super) struct Lane {
    channel: Arc<OpenChannel>,
    outbox: Arc<dyn Outbox>,
    clock: Clock,
    random: fastrand::Rng,
    rate: Rate,
    breaker: Breaker,
    /// The receiver asked to be left alone until then.
    paused_until: Timestamp,
    /// There was no token: what is claimed next is joined.
    limited: bool,
    sending: JoinSet<Result<Receipt, Failure>>,
    on_their_way: HashMap<Id, Vec<Claimed>>,
    unsettled: Vec<Settled>,
    status: Arc<Mutex<ChannelStatus>>,
}

impl Lane {
    pub(super) fn new(
        channel: Arc<OpenChannel>,
        outbox: Arc<dyn Outbox>,
        clock: Clock,
        random: fastrand::Rng,
        status: Arc<Mutex<ChannelStatus>>,
    ) -> Self {
        let rate = Rate::new(&channel.settings().delivery, channel.row());
        Self {
            channel,
            outbox,
            clock,
            random,
            rate,
            breaker: Breaker::default(),
            paused_until: Timestamp::default(),
            limited: false,
            sending: JoinSet::new(),
            on_their_way: HashMap::new(),
            unsettled: Vec::new(),
            status,
        }
    }

    /// Runs until `stop`. What is on its way then is waited for: each has its time limit.
    pub(super) async fn run(mut self, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let pause = self.turn().await;
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { break },
                () = wake.notified() => {}
                Some(sent) = self.sending.join_next_with_id() => self.finished(sent),
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.finish().await;
    }

    /// Does what can be done now; returns how long there is nothing more to do.
    async fn turn(&mut self) -> Duration {
        while let Some(sent) = self.sending.try_join_next_with_id() {
            self.finished(sent);
        }
        if !self.settle().await {
            return OUTBOX_PAUSE;
        }
        loop {
            let now = (self.clock)();
            let most = match self.room(now) {
                Ok(most) => most,
                Err(pause) => return pause,
            };
            match self.outbox.claim(&self.channel.settings().name, now, most).await {
                Ok(claim) => {
                    let taken = claim.entries.len();
                    self.send_all(claim.entries, now);
                    if taken < most {
                        return claim.next_due.map_or(IDLE, |due| retry::between(now, due).min(IDLE));
                    }
                }
                Err(error) => {
                    tracing::warn!(channel = self.channel.settings().name, %error, "nothing can be claimed");
                    return OUTBOX_PAUSE;
                }
            }
        }
    }

    /// How many notifications may be claimed now, or how long none may.
    fn room(&mut self, now: Timestamp) -> Result<usize, Duration> {
        let in_flight = self.sending.len();
        let most = self.channel.settings().delivery.in_flight_max as usize;
        // Half of them at a time: one transaction for many.
        if in_flight > most / 2 {
            return Err(IDLE);
        }
        if self.paused_until > now {
            return Err(retry::between(now, self.paused_until));
        }
        let room = match self.breaker.state(now) {
            BreakerState::Open => return Err(retry::between(now, self.breaker.open_until().unwrap_or(now))),
            BreakerState::HalfOpen if in_flight > 0 => return Err(IDLE),
            BreakerState::HalfOpen => return Ok(1),
            BreakerState::Closed => most - in_flight,
        };
        match self.rate.tokens(now) {
            0 => {
                self.limited = true;
                Err(self.rate.wait(now))
            }
            _ if self.limited && self.channel.joins() => Ok(JOINED_MAX),
            tokens => Ok(room.min(tokens)),
        }
    }

    fn send_all(&mut self, claimed: Vec<Claimed>, now: Timestamp) {
        let parcels = if self.limited && self.channel.joins() { join(claimed) } else { one_each(claimed) };
        self.limited = false;
        self.rate.take(now, parcels.len());
        for parcel in parcels {
            let message = self.channel.compose(&parcel, now);
            let channel = Arc::clone(&self.channel);
            let task = self.sending.spawn(async move { channel.deliver(&message).await });
            if parcel.len() > 1 {
                self.told(|status| status.joined += parcel.len() as u64);
            }
            self.on_their_way.insert(task.id(), parcel);
        }
        let in_flight = self.sending.len();
        self.told(|status| status.in_flight = in_flight);
    }

    /// Notes what became of a message, for the outbox and for what is sent next.
    fn finished(&mut self, sent: Sent) {
        let now = (self.clock)();
        let (id, result) = match sent {
            Ok(sent) => sent,
            Err(error) => (error.id(), Err(Failure::uncertain("the channel broke off; please report this"))),
        };
        let Some(parcel) = self.on_their_way.remove(&id) else { return };
        match &result {
            Ok(_) => self.breaker.succeeded(),
            Err(failure) => self.slow_down(failure, now),
        }
        let part = self.random.f64();
        for claimed in parcel {
            let settlement = match &result {
                Ok(receipt) => Settlement::Sent(receipt.clone()),
                Err(failure) => retry::after(failure, &claimed, &self.channel.settings().delivery, now, part),
            };
            self.count(&settlement, now);
            let notification = claimed.notification;
            self.unsettled.push(Settled {
                id: notification.id,
                channel: notification.channel,
                group_key: notification.group_key,
                at: now,
                settlement,
            });
        }
        let (in_flight, breaker) = (self.sending.len(), self.breaker.state(now));
        let open_until = self.breaker.open_until().filter(|_| breaker == BreakerState::Open);
        let paused_until = open_until.max(Some(self.paused_until)).filter(|until| *until > now);
        self.told(|status| {
            (status.in_flight, status.breaker, status.paused_until) = (in_flight, breaker, paused_until);
        });
    }

    /// A receiver that says when to come back is left alone until then; one that only fails is counted. One that refuses
    /// a message for good has nothing against the next.
    fn slow_down(&mut self, failure: &Failure, now: Timestamp) {
        match retry::asked(failure.retry) {
            Some(wait) => self.paused_until = self.paused_until.max(retry::later(now, wait)),
            None if failure.retry == Retry::Later => self.breaker.failed(now),
            None => {}
        }
    }

    fn count(&self, settlement: &Settlement, now: Timestamp) {
        self.told(|status| match settlement {
            Settlement::Sent(_) => {
                status.sent += 1;
                status.last_sent_at = Some(now);
            }
            Settlement::Retry { reason, .. } => {
                status.retried += 1;
                status.last_error.clone_from(reason);
            }
            Settlement::Dead { reason, .. } => {
                status.dead += 1;
                status.last_error.clone_from(reason);
            }
        });
    }

    fn told(&self, change: impl FnOnce(&mut ChannelStatus)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes back what is known. False when the outbox did not take it; it is kept then.
    async fn settle(&mut self) -> bool {
        if self.unsettled.is_empty() {
            return true;
        }
        match self.outbox.settle(&self.unsettled).await {
            Ok(()) => {
                self.unsettled.clear();
                true
            }
            Err(error) => {
                tracing::warn!(channel = self.channel.settings().name, %error, "what was sent cannot be noted");
                false
            }
        }
    }

    /// Waits for what is on its way, and writes it back.
    async fn finish(&mut self) {
        while let Some(sent) = self.sending.join_next_with_id().await {
            self.finished(sent);
        }
        for _ in 0..LAST_SETTLES {
            if self.settle().await {
                return;
            }
            tokio::time::sleep(OUTBOX_PAUSE).await;
        }
        // The claims stay: the next start takes them up as what may repeat.
        let lost = self.unsettled.len();
        tracing::error!(channel = self.channel.settings().name, lost, "stopped before what was sent could be noted");
    }
}

fn one_each(claimed: Vec<Claimed>) -> Vec<Vec<Claimed>> {
    claimed.into_iter().map(|one| vec![one]).collect()
}

/// Puts together what one message may stand for.
fn join(claimed: Vec<Claimed>) -> Vec<Vec<Claimed>> {
    let mut parcels: Vec<Vec<Claimed>> = Vec::new();
    for one in claimed {
        let fits = |parcel: &&mut Vec<Claimed>| {
            parcel[0].reached == one.reached && together(&parcel[0].notification, &one.notification)
        };
        match parcels.iter_mut().find(fits) {
            Some(parcel) => parcel.push(one),
            None => parcels.push(vec![one]),
        }
    }
    parcels
}
