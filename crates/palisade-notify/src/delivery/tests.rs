//! Lanes with a channel that does what the test says, and time that passes only when nothing is left to do.

use super::{outbox::Settlement, *};
use crate::{
    channel::{Channel, Failure, Receipt, Retry},
    message::{Message, Site},
    open::OpenChannel,
    settings::{ChannelSettings, DeliverySettings},
};
use async_trait::async_trait;
use memory::Memory;
use palisade_model::{Notification, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;

#[path = "../../tests/memory/mod.rs"]
mod memory;

/// What a scripted channel does with a message.
#[derive(Clone, Debug)]
enum Act {
    Take,
    Fail(Failure),
    Hang,
    Panic,
}

/// What a scripted channel was given: when, the ids that it covers, and whether it said that it may repeat.
#[derive(Clone, Debug)]
struct Seen {
    after: Duration,
    message: Message,
}

/// Does one act after the other, then takes everything.
struct Scripted {
    acts: Mutex<Vec<Act>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    began: Instant,
}

#[async_trait]
impl Channel for Scripted {
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let act = {
            let mut acts = self.acts.lock().unwrap();
            if acts.is_empty() { Act::Take } else { acts.remove(0) }
        };
        self.seen.lock().unwrap().push(Seen { after: self.began.elapsed(), message: message.clone() });
        match act {
            Act::Take => Ok(Receipt { thread: Some(message.notification.id.clone()), note: String::new() }),
            Act::Fail(failure) => Err(failure),
            Act::Hang => std::future::pending().await,
            Act::Panic => panic!("a channel that breaks off"),
        }
    }
}

struct Setting {
    outbox: Arc<Memory>,
    dispatcher: Dispatcher,
    seen: Arc<Mutex<Vec<Seen>>>,
}

fn settings(name: &str, delivery: DeliverySettings) -> ChannelSettings {
    let settings = json!({"name": name, "kind": "ntfy", "topic": "t"});
    ChannelSettings { delivery, ..serde_json::from_value(settings).unwrap() }
}

fn quick() -> DeliverySettings {
    DeliverySettings { messages_per_minute: Some(0), ..DeliverySettings::default() }
}

fn clock() -> Clock {
    let began = Instant::now();
    Arc::new(move || Timestamp::from_nanos(i64::try_from(began.elapsed().as_nanos()).unwrap()))
}

fn scripted(name: &str, delivery: DeliverySettings, acts: Vec<Act>) -> (Arc<OpenChannel>, Arc<Mutex<Vec<Seen>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let channel = Scripted { acts: Mutex::new(acts), seen: Arc::clone(&seen), began: Instant::now() };
    let open = OpenChannel::with(settings(name, delivery), Site::default(), Box::new(channel));
    (Arc::new(open), seen)
}

async fn start(outbox: Arc<Memory>, delivery: DeliverySettings, acts: Vec<Act>) -> Setting {
    let (channel, seen) = scripted("ops", delivery, acts);
    let dispatcher = Dispatcher::start(outbox.clone(), clock(), 7).await.unwrap();
    dispatcher.set_channels(vec![channel]).await.unwrap();
    Setting { outbox, dispatcher, seen }
}

impl Setting {
    fn add(&self, notifications: impl IntoIterator<Item = Notification>) {
        notifications.into_iter().for_each(|notification| self.outbox.add(notification));
        self.dispatcher.wake();
    }

    /// When what was sent, for how many, and whether it said that it may repeat.
    fn seen(&self) -> Vec<(f64, String, usize, bool)> {
        let row = |seen: &Seen| {
            let Message { notification, covers, shown, .. } = &seen.message;
            (seen.after.as_secs_f64(), notification.id.clone(), *covers, shown.may_repeat)
        };
        self.seen.lock().unwrap().iter().map(row).collect()
    }
}

fn notification(id: &str) -> Notification {
    Notification { id: id.into(), channel: "ops".into(), group_key: id.into(), ..Notification::default() }
}

fn later() -> Act {
    Act::Fail(Failure::certain("no", Retry::Later))
}

#[tokio::test(start_paused = true)]
async fn is_tried_again_until_it_is_taken() {
    let setting = start(Arc::new(Memory::new()), quick(), vec![later(), later(), later()]).await;
    setting.add([notification("a")]);
    setting.outbox.until_done(1).await;
    let seen = setting.seen();
    assert_eq!((setting.outbox.sent(), seen.len()), (vec!["a".to_owned()], 4));
    for (pair, longest) in seen.windows(2).zip([1.0, 2.0, 4.0]) {
        assert!(pair[1].0 - pair[0].0 <= longest + 0.01, "{seen:?}");
    }
    assert!(seen.iter().all(|seen| !seen.3), "each failure was certain: {seen:?}");
}

#[tokio::test(start_paused = true)]
async fn goes_to_the_dead_letters_after_the_last_attempt() {
    let delivery = DeliverySettings { attempts_max: 3, ..quick() };
    let setting = start(Arc::new(Memory::new()), delivery, vec![later(); 3]).await;
    setting.add([notification("a")]);
    setting.outbox.until_done(1).await;
    assert_eq!(setting.outbox.dead(), [("a".to_owned(), "given up after 3 attempts: no".to_owned())]);
    let status = &setting.dispatcher.status()[0];
    assert_eq!((status.retried, status.dead, status.last_error.as_str()), (2, 1, "given up after 3 attempts: no"));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_asks_for_time_gets_it() {
    let busy = Act::Fail(Failure::certain("429", Retry::After(Duration::from_secs(30))));
    let delivery = DeliverySettings { in_flight_max: 1, ..quick() };
    let setting = start(Arc::new(Memory::new()), delivery, vec![busy]).await;
    setting.add([notification("a"), notification("b")]);
    setting.outbox.until_done(2).await;
    let seen = setting.seen();
    assert!(seen.len() == 3 && seen[1].0 >= 30.0 && seen[1].0 < 31.1, "{seen:?}");
    assert_eq!(setting.outbox.dead(), []);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_fails_is_left_alone() {
    let delivery = DeliverySettings { in_flight_max: 1, ..quick() };
    let setting = start(Arc::new(Memory::new()), delivery, vec![later(); 6]).await;
    setting.add((0..20).map(|n| notification(&format!("n{n:02}"))));
    setting.outbox.until_done(20).await;
    let times: Vec<f64> = setting.seen().iter().map(|seen| seen.0).collect();
    assert!(times[4] < 2.0, "five fail one after the other: {times:?}");
    assert!(times[5] - times[4] >= 5.0, "then nothing for five seconds: {times:?}");
    assert!(times[6] - times[5] >= 10.0, "one is tried, and then nothing for ten: {times:?}");
    assert!(times[25] - times[7] < 4.0, "then all the rest: {times:?}");
    assert_eq!(setting.dispatcher.status()[0].breaker, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_joined_and_says_how_many() {
    let delivery = DeliverySettings { messages_per_minute: Some(60), burst: Some(2), ..DeliverySettings::default() };
    let setting = start(Arc::new(Memory::new()), delivery, vec![]).await;
    setting.add((0..100).map(|n| notification(&format!("n{n:02}"))));
    setting.outbox.until_done(100).await;
    let covers: Vec<usize> = setting.seen().iter().map(|seen| seen.2).collect();
    assert_eq!(covers, [1, 1, 98]);
    let seen = setting.seen.lock().unwrap()[2].message.clone();
    assert!(seen.title.starts_with("[98 messages] ") && seen.text.contains("98 messages in one"), "{seen:?}");
    assert_eq!(setting.dispatcher.status()[0].joined, 98);
}

#[tokio::test(start_paused = true)]
async fn a_digest_comes_once_an_interval() {
    let delivery = DeliverySettings { digest_seconds: Some(900), ..DeliverySettings::default() };
    let setting = start(Arc::new(Memory::new()), delivery, vec![]).await;
    for n in 0..3 {
        setting.add([notification(&format!("n{n}"))]);
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    setting.outbox.until_done(3).await;
    let seen: Vec<_> = setting.seen().iter().map(|seen| (seen.0.round(), seen.2)).collect();
    assert_eq!(seen, [(0.0, 1), (900.0, 2)]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_hangs_is_cut_off_and_told() {
    let setting = start(Arc::new(Memory::new()), quick(), vec![Act::Hang]).await;
    setting.add([notification("a"), notification("b")]);
    setting.outbox.until_done(2).await;
    let seen = setting.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen[1].0 < 0.1, "the other is not held up: {seen:?}");
    assert!(seen[2].0 >= 10.0 && seen[2].3, "{seen:?}");
    assert!(setting.seen.lock().unwrap()[2].message.text.contains("may have reached you before"));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_breaks_off_loses_nothing() {
    let setting = start(Arc::new(Memory::new()), quick(), vec![Act::Panic]).await;
    setting.add([notification("a")]);
    setting.outbox.until_done(1).await;
    assert_eq!(setting.outbox.sent(), ["a"]);
    assert!(setting.seen()[1].3);
}

#[tokio::test(start_paused = true)]
async fn an_outbox_that_cannot_be_written_sends_nothing_twice() {
    let setting = start(Arc::new(Memory::new()), quick(), vec![]).await;
    setting.outbox.fail_settles(4);
    setting.add([notification("a")]);
    setting.outbox.until_done(1).await;
    assert_eq!(setting.seen().len(), 1);
    assert!(setting.seen.lock().unwrap()[0].after < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn resolved_never_overtakes_firing() {
    let setting = start(Arc::new(Memory::new()), quick(), vec![later(), later()]).await;
    let of_one_group = |id: &str| Notification { group_key: "g".into(), ..notification(id) };
    setting.add([of_one_group("firing"), of_one_group("resolved")]);
    setting.outbox.until_done(2).await;
    let ids: Vec<_> = setting.seen().into_iter().map(|seen| seen.1).collect();
    assert_eq!(ids, ["firing", "firing", "firing", "resolved"]);
    let thread = setting.seen.lock().unwrap()[3].message.thread.clone();
    assert_eq!(thread.as_deref(), Some("firing"), "the second hangs on the first");
}

#[tokio::test(start_paused = true)]
async fn channels_come_and_go() {
    let outbox = Arc::new(Memory::new());
    let setting = start(Arc::clone(&outbox), quick(), vec![]).await;
    let (other, seen) = scripted("other", quick(), vec![]);
    let kept = setting.dispatcher.channel("ops").unwrap();
    setting.dispatcher.set_channels(vec![kept, other]).await.unwrap();
    outbox.add(Notification { channel: "other".into(), ..notification("a") });
    setting.add([notification("b")]);
    outbox.until_done(2).await;
    assert_eq!(seen.lock().unwrap().len(), 1);
    let names = |dispatcher: &Dispatcher| dispatcher.status().into_iter().map(|status| status.name).collect::<Vec<_>>();
    assert_eq!(names(&setting.dispatcher), ["ops", "other"]);
    setting.dispatcher.set_channels(vec![]).await.unwrap();
    setting.dispatcher.stop().await;
    outbox.add(notification("c"));
    setting.dispatcher.set_channels(vec![]).await.unwrap();
    assert_eq!(outbox.dead(), [("c".to_owned(), "the channel was taken away".to_owned())]);
}

/// What a scripted channel does, at random.
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Take),
        2 => Just(later()),
        1 => Just(Act::Fail(Failure::certain("429", Retry::After(Duration::from_secs(3))))),
        1 => Just(Act::Fail(Failure::uncertain("cut off"))),
        1 => Just(Act::Hang),
        1 => Just(Act::Panic),
    ];
    proptest::collection::vec(act, 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The server dies at any moment: everything arrives, and what may have arrived before says so.
    #[test]
    fn a_crash_loses_nothing_and_repeats_nothing_silently(
        acts in acts(), count in 1..20usize, dies_after_ms in 0..20_000u64, burst in 1..5u32,
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let outbox = Arc::new(Memory::new());
        let delivery = DeliverySettings { messages_per_minute: Some(60), burst: Some(burst), ..quick() };
        (0..count).for_each(|n| outbox.add(notification(&format!("n{n:02}"))));
        let before = runtime.block_on(async {
            let first = start(Arc::clone(&outbox), delivery.clone(), acts).await;
            tokio::time::sleep(Duration::from_millis(dies_after_ms)).await;
            first.seen
        });
        // With the runtime everything that was under way is gone.
        drop(runtime);
        let sent_before = outbox.sent();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let after = runtime.block_on(async {
            let second = start(Arc::clone(&outbox), delivery, vec![]).await;
            outbox.until_done(count).await;
            second.seen
        });
        prop_assert_eq!(outbox.dead(), vec![]);
        prop_assert_eq!(outbox.sent().len(), count);
        // A message after the crash says that it may repeat if one of its parts was on its way when the server died.
        let was_seen = |id: &str| before.lock().unwrap().iter().any(|seen| {
            seen.message.notification.id == id || (seen.message.covers > 1)
        });
        for seen in after.lock().unwrap().iter().filter(|seen| seen.message.covers == 1) {
            let id = &seen.message.notification.id;
            prop_assert!(!sent_before.contains(id), "{} was sent and settled, and sent again", id);
            prop_assert!(!seen.message.shown.may_repeat || was_seen(id), "{} says that it may repeat", id);
        }
    }
}

#[test]
fn a_settlement_is_what_it_says() {
    let failure = Failure { reached: vec!["ana".into()], ..Failure::uncertain("x") };
    let claimed = Claimed { may_repeat: false, ..Claimed::default() };
    let settlement = retry::after(&failure, &claimed, &quick(), Timestamp::default(), 1.0);
    let Settlement::Retry { reached, may_repeat, .. } = settlement else { panic!("{settlement:?}") };
    assert_eq!((reached, may_repeat), (vec!["ana".to_owned()], true));
}
