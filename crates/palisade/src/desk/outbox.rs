//! The outbox as delivery sees it: messages in the state store.

use async_trait::async_trait;
use palisade_model::{Notification, Timestamp};
use palisade_notify::{Claim, Claimed, Outbox, OutboxError, Settled, Settlement};
use palisade_store::State;
use palisade_store::state::{Failed, OutboxEntry, SettledAs, StateError};

/// Tells the time.
type Clock = fn() -> Timestamp;

/// The messages in the state store.
pub(super) struct StoreOutbox {
    state: State,
    clock: Clock,
}

impl StoreOutbox {
    pub(super) fn new(state: State, clock: Clock) -> Self {
        Self { state, clock }
    }

    async fn claimed(&self, entry: OutboxEntry) -> Result<Claimed, StateError> {
        let notification = serde_json::from_str::<Notification>(&entry.body);
        let notification = notification
            .map_err(|error| StateError::Damaged { table: "outbox", detail: format!("{}: {error}", entry.id) })?;
        Ok(Claimed {
            thread: self.state.outbox_thread(&entry.channel, &entry.group_key).await?,
            notification,
            since: entry.since,
            failures: entry.failures,
            may_repeat: entry.may_repeat,
            reached: entry.reached,
        })
    }

    async fn bury(&self, entry: (String, String, String), error: &StateError) -> Result<(), StateError> {
        let (channel, id, group_key) = entry;
        tracing::error!(%error, id, "a message cannot be read and is given up");
        let failed = Failed { error: error.to_string(), ..Failed::default() };
        let at = (self.clock)();
        let settled = palisade_store::state::Settled { channel, id, group_key, at, result: SettledAs::Dead(failed) };
        self.state.settle_outbox(&[settled]).await
    }
}

#[async_trait]
impl Outbox for StoreOutbox {
    async fn recover(&self) -> Result<(), OutboxError> {
        let recovered = self.state.recover_outbox((self.clock)()).await.map_err(refused)?;
        if recovered > 0 {
            tracing::warn!(recovered, "messages were on their way when the server ended; they are sent again");
        }
        Ok(())
    }

    async fn claim(&self, channel: &str, now: Timestamp, most: usize) -> Result<Claim, OutboxError> {
        let mut claim = Claim::default();
        for entry in self.state.claim_outbox(channel, now, most).await.map_err(refused)? {
            let names = (entry.channel.clone(), entry.id.clone(), entry.group_key.clone());
            match self.claimed(entry).await {
                Ok(claimed) => claim.entries.push(claimed),
                Err(error) => self.bury(names, &error).await.map_err(refused)?,
            }
        }
        claim.next_due = self.state.outbox_due(channel, now).await.map_err(refused)?;
        Ok(claim)
    }

    async fn settle(&self, settled: &[Settled]) -> Result<(), OutboxError> {
        let settled: Vec<_> = settled.iter().cloned().map(in_words_of_the_store).collect();
        self.state.settle_outbox(&settled).await.map_err(refused)
    }

    async fn bury_orphans(&self, known: &[String]) -> Result<(), OutboxError> {
        self.state.bury_outbox(known, (self.clock)()).await.map(drop).map_err(refused)
    }
}

fn refused(error: StateError) -> OutboxError {
    OutboxError(error.to_string())
}

fn in_words_of_the_store(settled: Settled) -> palisade_store::state::Settled {
    let failed = |error, may_repeat, reached| Failed { error, may_repeat, reached };
    let result = match settled.settlement {
        Settlement::Sent(receipt) => SettledAs::Sent { thread: receipt.thread },
        Settlement::Dead { reason, may_repeat, reached } => SettledAs::Dead(failed(reason, may_repeat, reached)),
        Settlement::Retry { at, reason, may_repeat, reached } => {
            SettledAs::Again { at, failure: failed(reason, may_repeat, reached) }
        }
    };
    let Settled { id, channel, group_key, at, .. } = settled;
    palisade_store::state::Settled { channel, id, group_key, at, result }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_notify::Receipt;
    use palisade_store::state::{Outgoing, ResponseStep};

    fn now() -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000)
    }

    #[tokio::test]
    async fn a_message_is_claimed_settled_and_its_thread_kept() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).await.unwrap();
        let outgoing = |id: &str, body: String| {
            let [id, channel, group_key] = [id, "chat", "g"].map(str::to_owned);
            Outgoing { id, channel, group_key, body }
        };
        let notification = Notification { id: "2".into(), ..Notification::default() };
        let body = serde_json::to_string(&notification).unwrap();
        let outgoing = vec![outgoing("1", "no JSON".into()), outgoing("2", body.clone()), outgoing("3", body)];
        state.keep_response(&ResponseStep { outgoing, ..ResponseStep::default() }, now()).await.unwrap();
        let outbox = StoreOutbox::new(state, now);
        assert!(outbox.claim("chat", now(), 10).await.unwrap().entries.is_empty(), "the damaged one is given up");
        let claim = outbox.claim("chat", now(), 10).await.unwrap();
        assert_eq!((claim.entries.len(), &claim.entries[0].notification), (1, &notification));
        let receipt = Receipt { thread: Some("t".into()), ..Receipt::default() };
        let [id, channel, group_key] = ["2", "chat", "g"].map(str::to_owned);
        let settled = Settled { id, channel, group_key, at: now(), settlement: Settlement::Sent(receipt) };
        outbox.settle(&[settled]).await.unwrap();
        let next = outbox.claim("chat", now(), 10).await.unwrap();
        assert_eq!(next.entries[0].thread.as_deref(), Some("t"));
    }
}
