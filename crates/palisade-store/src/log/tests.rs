//! Cutting, flipping and failing: the log keeps what it acknowledged.

#![allow(clippy::disallowed_methods, reason = "the files are written by the test")]

use super::*;
use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

type Records = Vec<(u64, Vec<u8>)>;

/// Appends `payloads` to the log in `folder`, as a process of its own would.
async fn write(folder: &Path, limits: LogLimits, payloads: &[&[u8]]) -> Records {
    let next = recover(folder).unwrap().next_position;
    let seen = Arc::new(Mutex::new(Records::new()));
    let delivered = Arc::clone(&seen);
    let deliver = move |position, item| delivered.lock().unwrap().push((position, item));
    let (log, thread) = Log::start(folder, next, limits, deliver).unwrap();
    for payload in payloads {
        log.append(payload.to_vec(), payload.to_vec(), Waiting::Briefly).await.unwrap();
    }
    log.close();
    thread.join().unwrap();
    let seen = seen.lock().unwrap();
    seen.clone()
}

fn read(folder: &Path, after: u64) -> Records {
    let mut records = Records::new();
    replay(folder, after, &mut |position, payload| records.push((position, payload.to_vec()))).unwrap();
    records
}

fn only_segment(folder: &Path) -> std::path::PathBuf {
    let segments: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(segments.len(), 1, "{segments:?}");
    segments[0].clone()
}

#[tokio::test]
async fn what_is_written_is_read_in_order_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = write(folder.path(), LogLimits::default(), &[b"one", b"", b"three"]).await;
    all.extend(write(folder.path(), LogLimits::default(), &[b"four"]).await);
    assert_eq!(read(folder.path(), 0), all);
    assert_eq!(all.iter().map(|(position, _)| *position).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(read(folder.path(), 3), all[3..]);
}

#[tokio::test]
async fn cut_at_every_byte_of_the_last_record() {
    let folder = tempfile::tempdir().unwrap();
    let all = write(folder.path(), LogLimits::default(), &[b"first", b"second", b"the last record"]).await;
    let path = only_segment(folder.path());
    let whole = fs::read(&path).unwrap();
    let last = whole.len() - (segment::RECORD_HEADER + b"the last record".len());
    for cut in last..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let recovered = recover(folder.path()).unwrap();
        assert_eq!(read(folder.path(), 0), all[..2], "cut at {cut}");
        assert_eq!(recovered.next_position, 3);
        assert_eq!(recovered.damage.len(), usize::from(cut > last), "cut at {cut}");
        assert!(recovered.damage.iter().all(|damage| damage.torn_tail && damage.to_string().contains("torn tail")));
        assert_eq!(fs::metadata(&path).unwrap().len(), last as u64, "the tail is cut off");
    }
}

#[tokio::test]
async fn a_flipped_byte_in_the_middle_costs_its_record_only() {
    let folder = tempfile::tempdir().unwrap();
    let all = write(folder.path(), LogLimits::default(), &[b"first", b"second", b"third"]).await;
    let path = only_segment(folder.path());
    let whole = fs::read(&path).unwrap();
    let second = segment::MAGIC.len() + segment::RECORD_HEADER + b"first".len();
    for at in second..second + segment::RECORD_HEADER + b"second".len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(&path, damaged).unwrap();
        let recovered = recover(folder.path()).unwrap();
        assert_eq!(read(folder.path(), 0), [all[0].clone(), all[2].clone()], "flipped at {at}");
        assert_eq!(recovered.damage.len(), 1);
        assert!(!recovered.damage[0].torn_tail && recovered.damage[0].to_string().contains("damaged"));
        assert_eq!(recovered.next_position, 4);
    }
}

#[tokio::test]
async fn segments_roll_and_are_trimmed_once_kept_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let limits = LogLimits { segment_bytes: 64, ..LogLimits::default() };
    let payload: &[u8] = &[7; 100];
    let all = write(folder.path(), limits, &[payload; 5]).await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    let (log, thread) = Log::<()>::start(folder.path(), 6, limits, |_, ()| {}).unwrap();
    assert_eq!(log.trim(3).unwrap(), 3);
    assert_eq!(read(folder.path(), 0), all[3..]);
    assert_eq!(log.trim(100).unwrap(), 1, "the newest segment stays");
    log.close();
    thread.join().unwrap();
}

#[tokio::test]
async fn one_flush_serves_all_that_wait() {
    let folder = tempfile::tempdir().unwrap();
    let (log, thread) = Log::start(folder.path(), 1, LogLimits::default(), |_, ()| {}).unwrap();
    let appends = (0..500).map(|number: u32| {
        let log = log.clone();
        tokio::spawn(async move { log.append(number.to_le_bytes().to_vec(), (), Waiting::Briefly).await.unwrap() })
    });
    let mut positions = Vec::new();
    for append in appends.collect::<Vec<_>>() {
        positions.push(append.await.unwrap());
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=500).collect::<Vec<u64>>());
    log.close();
    thread.join().unwrap();
    assert_eq!(read(folder.path(), 0).len(), 500);
}

#[tokio::test]
async fn a_disk_that_refuses_is_an_error_and_later_writes_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("log");
    fs::create_dir(&gone).unwrap();
    let (log, thread) = Log::start(&gone, 1, LogLimits::default(), |_, ()| {}).unwrap();
    fs::remove_dir(&gone).unwrap();
    assert!(!log.is_failing());
    assert!(matches!(log.append(b"lost".to_vec(), (), Waiting::Briefly).await, Err(AppendError::Disk(_))));
    assert!(log.is_failing());
    fs::create_dir(&gone).unwrap();
    // It finds out without anyone who writes: a server that says that it is not ready may get no more to write.
    let started = Instant::now();
    while log.is_failing() {
        assert!(started.elapsed() < Duration::from_secs(20), "the log is not tried again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let position = log.append(b"kept".to_vec(), (), Waiting::Briefly).await.unwrap();
    log.close();
    thread.join().unwrap();
    assert_eq!(read(&gone, 0), [(position, b"kept".to_vec())]);
}

#[tokio::test]
async fn a_segment_that_cannot_be_begun_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", segment::path(folder.path(), 1)).unwrap();
    let (log, thread) = Log::start(folder.path(), 1, LogLimits::default(), |_, ()| {}).unwrap();
    assert!(matches!(log.append(b"lost".to_vec(), (), Waiting::Briefly).await, Err(AppendError::Disk(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let position = log.append(b"kept".to_vec(), (), Waiting::Briefly).await.unwrap();
    log.close();
    thread.join().unwrap();
    assert_eq!(read(folder.path(), 0), [(position, b"kept".to_vec())]);
}

proptest::proptest! {
    /// Whatever bytes stand in a segment: no panic, and positions rise.
    #[test]
    fn any_bytes_can_be_recovered(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(segment::path(folder.path(), 1), bytes).unwrap();
        recover(folder.path()).unwrap();
        let records = read(folder.path(), 0);
        proptest::prop_assert!(records.is_sorted_by(|one, next| one.0 < next.0));
    }
}
