//! The watch over numbers in time: every series that comes in, and those made of log lines and spans.
//!
//! ```text
//! record ──► points: metrics, rates ──► detectors ──► alarms ──► episodes ──► findings, ends
//! (in the    of log lines, spans        (a Monitor)   of series  one a host   of what was told
//!  order of  by intervals of receipt                             and burst
//!  the log)
//! ```
//!
//! It runs where the stream is in order again, so the same log gives the same findings. Its state goes to a file now and
//! then, with the position that it covers; the log is kept from there on and counted again after a restart. Findings of
//! records that the file covers and the tables may not hold stand in the file too, so nothing is lost or told twice.

mod anomaly;
mod checkpoint;
mod derived;
mod episodes;
mod feedback;
mod histograms;
mod known;
mod processes;
mod series;
mod silence;
mod sources;
mod state;
mod tell;
mod view;

pub use anomaly::Anomaly;
pub use state::Concluded;
pub use view::{SeriesFilter, SeriesView};

use crate::config;
use checkpoint::Draft;
use feedback::{Said, Words};
use palisade_model::{FindingId, Observation};
use palisade_telemetry::anomaly::{Feedback, Settings};
use state::State;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// A checkpoint is made when this has passed since the last, or so much came in: what came since is counted again after
/// a crash, and stays in the log until then.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
const CHECKPOINT_OBSERVATIONS: usize = 500_000;

/// What the watch is told by the configuration.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) settings: Settings,
    pub(crate) series_max: usize,
    pub(crate) findings_per_host: usize,
}

impl From<&config::Telemetry> for Options {
    fn from(config: &config::Telemetry) -> Self {
        let settings = Settings {
            threshold: config.threshold as f32,
            // What a short history reaches at most grows as what a long one does.
            threshold_young: config.threshold as f32 * Settings::live().threshold_young / Settings::live().threshold,
            alarm_budget: Some(config.alarm_budget as f32),
            ..Settings::live()
        };
        Self { settings, series_max: config.series_max, findings_per_host: config.findings_per_host }
    }
}

/// The watch; off unless it was opened with a folder.
#[derive(Default)]
pub struct Telemetry {
    running: Option<Running>,
}

struct Running {
    state: Mutex<State>,
    words: Mutex<Words>,
    folder: PathBuf,
    /// Records up to here are counted by a checkpoint on disk.
    covered: Arc<AtomicU64>,
    /// A draft waits for the disk: there is no room for another.
    is_publishing: Arc<AtomicBool>,
    due: Mutex<Due>,
    drafts: Mutex<Option<SyncSender<Draft>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

struct Due {
    since: Instant,
    observations: usize,
}

/// Why feedback was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// There is no such anomaly.
    #[error("there is no anomaly with this finding, or it is forgotten by now")]
    Unknown,
    /// It cannot be written down.
    #[error("what was said cannot be written down: {0}")]
    Disk(#[from] io::Error),
}

impl Telemetry {
    /// Goes on from the checkpoint in the data folder, if there is one that can be read.
    ///
    /// # Errors
    /// When the thread that writes checkpoints cannot be started.
    pub fn open(config: &config::Telemetry, data_dir: &Path) -> io::Result<Self> {
        if !config.enabled {
            return Ok(Self::default());
        }
        let folder = data_dir.join("telemetry");
        let state = load(&folder, &Options::from(config));
        let covered = Arc::new(AtomicU64::new(state.position));
        let is_publishing = Arc::new(AtomicBool::new(false));
        let (drafts, waiting) = sync_channel(1);
        let running = Running {
            state: Mutex::new(state),
            words: Mutex::new(Words::load(&folder)),
            covered: Arc::clone(&covered),
            is_publishing: Arc::clone(&is_publishing),
            due: Mutex::new(Due { since: Instant::now(), observations: 0 }),
            drafts: Mutex::new(Some(drafts)),
            writer: Mutex::new(None),
            folder: folder.clone(),
        };
        let write = move || publish_drafts(&waiting, &folder, &covered, &is_publishing);
        *lock(&running.writer) = Some(Builder::new().name("telemetry".to_owned()).spawn(write)?);
        Ok(Self { running: Some(running) })
    }

    /// Looks at a record; records come in the order of the log.
    pub fn take(&self, position: u64, observations: &[Observation]) -> Concluded {
        let Some(running) = &self.running else { return Concluded::default() };
        if !running.is_due(observations.len()) {
            return lock(&running.state).take(position, observations, None).0;
        }
        // Held from before the draft, so that it has all that was said by then.
        let mut words = lock(&running.words);
        let (concluded, draft) = lock(&running.state).take(position, observations, Some(&running.folder));
        if let Some(draft) = draft {
            running.hand(draft, &mut words);
        }
        concluded
    }

    /// As [`Telemetry::take`], for a record that may have been counted before the program stopped.
    pub fn take_again(&self, position: u64, observations: &[Observation]) -> Concluded {
        let Some(running) = &self.running else { return Concluded::default() };
        let mut state = lock(&running.state);
        let mut concluded = state.told_before(position);
        if position > running.covered.load(Ordering::Acquire) {
            let (more, _) = state.take(position, observations, None);
            concluded.findings.extend(more.findings);
            concluded.ended.extend(more.ended);
        }
        concluded
    }

    /// All records of before are counted; what comes now is new.
    pub fn go_live(&self) {
        let Some(running) = &self.running else { return };
        let words = lock(&running.words);
        let mut state = lock(&running.state);
        for Said { feedback, alarms, finding } in words.all() {
            state.hear(*finding, *feedback, alarms);
        }
        state.begin_in_the_middle();
    }

    /// The position from which on records must be shown again after a restart; all may go when the watch is off.
    #[must_use]
    pub fn covered(&self) -> u64 {
        self.running.as_ref().map_or(u64::MAX, |running| running.covered.load(Ordering::Acquire))
    }

    /// The tables hold everything up to this position for good.
    pub fn freed(&self, position: u64) {
        if let Some(running) = &self.running {
            lock(&running.state).freed(position);
        }
    }

    /// Writes a last checkpoint. Nothing may be taken after it.
    pub fn stop(&self) {
        let Some(running) = &self.running else { return };
        if lock(&running.drafts).take().is_none() {
            return;
        }
        if let Some(writer) = lock(&running.writer).take() {
            // Fails only when the writer has panicked, which has told of it.
            let _ended = writer.join();
        }
        let mut words = lock(&running.words);
        let state = lock(&running.state);
        let Some(draft) = state.draft(state.position, &running.folder) else { return };
        words.draft(draft.position);
        publish(&draft, &running.folder, &running.covered);
        running.tidy(&mut words);
    }

    /// Takes what a person says of an anomaly; it is on disk when this returns.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn hear(&self, finding: FindingId, feedback: Feedback) -> Result<Anomaly, NotTaken> {
        let running = self.running.as_ref().ok_or(NotTaken::Unknown)?;
        let mut words = lock(&running.words);
        let alarms = lock(&running.state).alarms_of(finding).ok_or(NotTaken::Unknown)?;
        words.add(Said { finding, feedback, alarms: alarms.clone() }, &running.folder)?;
        lock(&running.state).hear(finding, feedback, &alarms).ok_or(NotTaken::Unknown)
    }

    /// The anomalies known, the newest first.
    #[must_use]
    pub fn anomalies(&self) -> Vec<Anomaly> {
        let Some(running) = &self.running else { return Vec::new() };
        lock(&running.state).episodes.all.iter().rev().map(|episode| episode.anomaly.clone()).collect()
    }

    /// The series that `filter` wants, by name.
    #[must_use]
    pub fn series(&self, filter: &SeriesFilter) -> Vec<SeriesView> {
        self.running.as_ref().map(|running| view::series(&lock(&running.state), filter)).unwrap_or_default()
    }

    /// How many series are watched, how many may be, and whether some are not for lack of room.
    #[must_use]
    pub fn count(&self) -> (usize, usize, bool) {
        self.running.as_ref().map_or((0, 0, false), |running| {
            let state = lock(&running.state);
            (state.known.len(), state.series_max(), state.is_full)
        })
    }
}

impl Running {
    fn is_due(&self, observations: usize) -> bool {
        let mut due = lock(&self.due);
        due.observations += observations;
        let is_due = due.observations >= CHECKPOINT_OBSERVATIONS || due.since.elapsed() >= CHECKPOINT_EVERY;
        is_due && !self.is_publishing.load(Ordering::Acquire)
    }

    /// Gives a checkpoint to the thread that waits for the disk; it is at none, or there would be no draft.
    fn hand(&self, draft: Draft, words: &mut Words) {
        self.tidy(words);
        words.draft(draft.position);
        *lock(&self.due) = Due { since: Instant::now(), observations: 0 };
        self.is_publishing.store(true, Ordering::Release);
        if let Some(drafts) = lock(&self.drafts).as_ref() {
            // Fails only when the thread has panicked, which has told of it.
            let _waits = drafts.try_send(draft);
        }
    }

    /// Forgets what was said before the checkpoint that is on disk.
    fn tidy(&self, words: &mut Words) {
        if let Err(error) = words.kept(self.covered.load(Ordering::Acquire), &self.folder) {
            tracing::warn!(%error, "what was said of anomalies cannot be tidied up");
        }
    }
}

fn load(folder: &Path, options: &Options) -> State {
    let mut state = State::new(options.clone());
    match checkpoint::read(folder, &mut |frame| state.restore_series(frame)) {
        Ok(None) => state,
        Ok(Some(head)) => {
            state.restore(head);
            state
        }
        Err(error) => {
            tracing::warn!(%error, "the checkpoint of the watch over series cannot be read; series start anew");
            State::new(options.clone())
        }
    }
}

fn publish_drafts(drafts: &Receiver<Draft>, folder: &Path, covered: &AtomicU64, is_publishing: &AtomicBool) {
    for draft in drafts {
        publish(&draft, folder, covered);
        is_publishing.store(false, Ordering::Release);
    }
}

fn publish(draft: &Draft, folder: &Path, covered: &AtomicU64) {
    match draft.publish(folder) {
        Ok(()) => covered.store(draft.position, Ordering::Release),
        Err(error) => tracing::error!(%error, "the state of the watch over series cannot be written"),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, Id, Metric, Timestamp};
    use std::collections::{BTreeMap, BTreeSet};

    /// Seconds between records.
    const STEP: i64 = 5;

    /// The record at a position: a host with some series, half of them odd once and the others later, and log
    /// lines.
    fn record(position: u64) -> Vec<Observation> {
        let time = Timestamp::from_millis(1_800_000_000_000 + position as i64 * STEP * 1_000);
        let first = Id::first_of_block(time, position);
        let noise = |salt: u64| {
            ((position * 7_919 + salt * 104_729).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / 16_777_216.0
        };
        let odd = |number: u64| match position {
            150..153 if number < 3 => 40.0,
            480..483 if number >= 3 => 40.0,
            _ => 0.0,
        };
        let metric = |number: u64| {
            let value = 10.0 + noise(number) + odd(number);
            let name = format!("m{number}");
            Observation::Metric(Metric { time, name, host: "web".into(), value, ..Metric::default() })
        };
        let line = |number: u64| {
            let message = format!("request {number} served");
            Observation::Event(Event { time, message, service: "shop".into(), ..Event::default() })
        };
        let mut all: Vec<Observation> = (0..6).map(metric).chain((0..3).map(line)).collect();
        for (index, observation) in (0..).zip(&mut all) {
            observation.set_id(first.nth(index));
        }
        all
    }

    fn open(folder: &Path) -> Telemetry {
        Telemetry::open(&config::Telemetry::default(), folder).unwrap()
    }

    /// Ends without a last checkpoint, as a crash does, once the writer has written what it was given.
    fn crash(telemetry: &Telemetry) {
        let running = telemetry.running.as_ref().unwrap();
        drop(lock(&running.drafts).take());
        lock(&running.writer).take().unwrap().join().unwrap();
    }

    fn note(told: &mut BTreeMap<String, u64>, position: u64, concluded: &Concluded) {
        for finding in &concluded.findings {
            let known = told.insert(finding.id.to_string(), position);
            assert!(known.is_none_or(|known| known == position), "told twice, at {known:?} and {position}");
        }
    }

    fn points(telemetry: &Telemetry) -> BTreeSet<(String, u32)> {
        let all = SeriesFilter { limit: 100, ..SeriesFilter::default() };
        let metrics = telemetry.series(&all).into_iter().filter(|view| view.series.name.starts_with('m'));
        metrics.map(|view| (view.series.name.clone(), view.points_seen)).collect()
    }

    #[test]
    fn crashes_change_nothing_that_is_told() {
        const RECORDS: u64 = 600;
        let folder = tempfile::tempdir().unwrap();
        let undisturbed = open(folder.path());
        let mut wanted = BTreeMap::new();
        for position in 1..=RECORDS {
            note(&mut wanted, position, &undisturbed.take(position, &record(position)));
        }
        assert!(wanted.len() >= 2, "{wanted:?}");
        let folder = tempfile::tempdir().unwrap();
        let mut told = BTreeMap::new();
        let mut telemetry = open(folder.path());
        let mut counted = 0;
        for crash_at in [40, 149, 150, 151, 152, 260, 480, 481, 482, 483, RECORDS] {
            for position in counted + 1..=crash_at {
                // Checkpoints are due all the time, so each interval that ends makes one.
                lock(&telemetry.running.as_ref().unwrap().due).observations = CHECKPOINT_OBSERVATIONS;
                note(&mut told, position, &telemetry.take(position, &record(position)));
            }
            counted = crash_at;
            crash(&telemetry);
            telemetry = open(folder.path());
            let covered = telemetry.covered();
            assert!(covered <= crash_at && (covered > 0 || crash_at == 40), "{covered} at {crash_at}");
            // The tables may lack the last records, whatever the checkpoint covers.
            for position in covered.min(crash_at.saturating_sub(30)) + 1..=crash_at {
                note(&mut told, position, &telemetry.take_again(position, &record(position)));
            }
        }
        assert_eq!(told, wanted);
        assert_eq!(points(&telemetry), points(&undisturbed));
    }

    /// A point of each host.
    fn hosts(position: u64, names: &[&str]) -> Vec<Observation> {
        let time = Timestamp::from_millis(1_800_000_000_000 + position as i64 * STEP * 1_000);
        let first = Id::first_of_block(time, position);
        let point = |(index, name): (u32, &&str)| {
            let metric = Metric { time, name: "up".into(), host: (*name).into(), value: 1.0, ..Metric::default() };
            let mut observation = Observation::Metric(metric);
            observation.set_id(first.nth(index));
            observation
        };
        (0..).zip(names).map(point).collect()
    }

    #[test]
    fn a_host_that_falls_silent_is_told_of_once_and_ends_behind_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let telemetry = open(folder.path());
        let mut told = Vec::new();
        for position in 1..=400 {
            let names: &[&str] = if position <= 200 { &["a", "b"] } else { &["a"] };
            let findings = telemetry.take(position, &hosts(position, names)).findings;
            told.extend(findings.into_iter().map(|finding| (position, finding.class, finding.subject.name)));
        }
        telemetry.stop();
        assert_eq!(told.len(), 1, "{told:?}");
        let (position, class, name) = &told[0];
        assert_eq!((class.as_str(), name.as_str()), ("telemetry.silence", "b"));
        assert!((200 + 180 / 5..250).contains(position), "{told:?}");
        let telemetry = open(folder.path());
        telemetry.go_live();
        // The server was down for an hour.
        let ended: usize =
            (1_120..1_200).map(|position| telemetry.take(position, &hosts(position, &["a", "b"])).ended.len()).sum();
        assert_eq!(ended, 1);
        assert!(telemetry.anomalies()[0].ended.is_some());
    }

    #[test]
    fn what_was_said_outlives_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let telemetry = open(folder.path());
        let mut found = None;
        for position in 1..=160 {
            found = found.or(telemetry.take(position, &record(position)).findings.pop());
        }
        let finding = found.unwrap().id;
        assert!(matches!(telemetry.hear(FindingId::default(), Feedback::Fine), Err(NotTaken::Unknown)));
        telemetry.hear(finding, Feedback::Fine).unwrap();
        crash(&telemetry);
        let telemetry = open(folder.path());
        (telemetry.covered() + 1..=160).for_each(|position| drop(telemetry.take_again(position, &record(position))));
        telemetry.go_live();
        assert_eq!(telemetry.anomalies()[0].feedback, Some(Feedback::Fine));
        let all = SeriesFilter { limit: 100, ..SeriesFilter::default() };
        let threshold = |name: &str| {
            let views = telemetry.series(&all);
            views.iter().find(|view| view.series.name == name).map(|view| view.threshold).unwrap()
        };
        // An alarm itself adds a tenth, by the budget.
        assert!(threshold("m0") > threshold("m5") + 0.25, "the series got quieter");
    }
}
