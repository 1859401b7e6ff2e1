//! Messages on their way through the outbox.

use super::*;
use crate::state::{
    ResponseStep,
    database::tests::{at, fresh},
};

/// Writes messages named like `a` or `a/group` for the channel `mail`.
async fn put(state: &State, names: &[&str], second: i64) {
    let message = |name: &&str| {
        let (id, group_key) = name.split_once('/').unwrap_or((name, name));
        let [id, channel, group_key] = [id, "mail", group_key].map(str::to_owned);
        Outgoing { body: format!("\"{id}\""), id, channel, group_key }
    };
    let step = ResponseStep { outgoing: names.iter().map(message).collect(), ..ResponseStep::default() };
    state.keep_response(&step, at(second)).await.unwrap();
}

fn ids(entries: &[OutboxEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

async fn claimed(state: &State, second: i64) -> Vec<OutboxEntry> {
    state.claim_outbox("mail", at(second), 10).await.unwrap()
}

fn settled(id: &str, result: SettledAs) -> Settled {
    let [id, channel, group_key] = [id, "mail", id].map(str::to_owned);
    Settled { channel, id, group_key, at: at(1), result }
}

fn failed(error: &str) -> Failed {
    Failed { error: error.into(), may_repeat: true, reached: vec!["ann".into()] }
}

#[tokio::test]
async fn a_message_is_written_once_and_claimed_once() {
    let (_folder, state) = fresh().await;
    put(&state, &["a"], 0).await;
    put(&state, &["b", "a"], 5).await;
    assert_eq!(state.outbox_due("mail", at(1)).await.unwrap(), Some(at(5)));
    let first = claimed(&state, 5).await;
    assert_eq!((ids(&first), first[0].failures, first[0].may_repeat), (vec!["a", "b"], 0, false));
    assert!(claimed(&state, 9).await.is_empty(), "what is being sent is not claimed again");
    assert_eq!(state.outbox_due("mail", at(0)).await.unwrap(), None);
    assert!(state.claim_outbox("other", at(9), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_a_group_none_overtakes_another() {
    let (_folder, state) = fresh().await;
    put(&state, &["firing/g", "other"], 0).await;
    put(&state, &["resolved/g"], 1).await;
    assert_eq!(ids(&claimed(&state, 2).await), ["firing", "other"]);
    assert!(claimed(&state, 2).await.is_empty());
    let again = SettledAs::Again { at: at(30), failure: failed("503") };
    state.settle_outbox(&[settled("firing", again)]).await.unwrap();
    assert!(claimed(&state, 29).await.is_empty(), "the one before it waits");
    assert_eq!(ids(&claimed(&state, 30).await), ["firing"]);
    let thread = Some("1795.001".to_owned());
    state.settle_outbox(&[settled("firing", SettledAs::Sent { thread: thread.clone() })]).await.unwrap();
    assert_eq!(ids(&claimed(&state, 30).await), ["resolved"]);
    assert_eq!(state.outbox_thread("mail", "firing").await.unwrap(), thread);
}

#[tokio::test]
async fn what_was_being_sent_when_the_server_ended_is_sent_again_and_says_so() {
    let (_folder, state) = fresh().await;
    put(&state, &["a", "b"], 0).await;
    state.claim_outbox("mail", at(0), 1).await.unwrap();
    assert_eq!(state.recover_outbox(at(5)).await.unwrap(), 1);
    let told: Vec<_> = claimed(&state, 5).await.into_iter().map(|entry| (entry.id, entry.may_repeat)).collect();
    assert_eq!(told, [("a".to_owned(), true), ("b".to_owned(), false)]);
}

#[tokio::test]
async fn what_came_of_an_attempt_decides_on_the_next() {
    let (_folder, state) = fresh().await;
    put(&state, &["a", "b", "c"], 0).await;
    claimed(&state, 0).await;
    let results = [
        settled("a", SettledAs::Sent { thread: None }),
        settled("b", SettledAs::Again { at: at(30), failure: failed("503") }),
        settled("c", SettledAs::Dead(failed("404"))),
    ];
    state.settle_outbox(&results).await.unwrap();
    state.settle_outbox(&results).await.unwrap();
    assert!(claimed(&state, 29).await.is_empty());
    let again = claimed(&state, 30).await;
    let told = (again[0].failures, again[0].may_repeat, again[0].reached.len(), again[0].last_error.as_str());
    assert_eq!((ids(&again), told), (vec!["b"], (1, true, 1, "503")), "settled once");
    let dead = state.list_outbox(Some(OutboxState::Dead), None, 10).await.unwrap();
    assert_eq!((ids(&dead), dead[0].last_error.as_str()), (vec!["c"], "404"));
    assert!(state.revive_outbox("c", at(31)).await.unwrap());
    assert!(!state.revive_outbox("a", at(31)).await.unwrap(), "what was sent is not sent again");
    assert_eq!(ids(&claimed(&state, 31).await), ["c"]);
    assert_eq!(state.purge_outbox(at(2), at(2)).await.unwrap(), 1, "the one that was sent");
}

#[tokio::test]
async fn lists_go_on_after_the_cursor_and_lost_channels_are_given_up() {
    let (_folder, state) = fresh().await;
    put(&state, &["a", "b", "c"], 0).await;
    put(&state, &["d"], 1).await;
    let first = state.list_outbox(None, None, 3).await.unwrap();
    assert_eq!(ids(&first), ["d", "c", "b"]);
    let rest = state.list_outbox(None, Some((first[2].updated, first[2].number)), 3).await.unwrap();
    assert_eq!(ids(&rest), ["a"]);
    assert_eq!(state.count_outbox().await.unwrap(), [(OutboxState::Waiting, 4)]);
    assert_eq!(state.bury_outbox(&["mail".to_owned()], at(2)).await.unwrap(), 0);
    assert_eq!(state.bury_outbox(&[], at(2)).await.unwrap(), 4);
    let entry = state.outbox_entry("b").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.last_error.as_str()), (OutboxState::Dead, "there is no channel of this name"));
}
