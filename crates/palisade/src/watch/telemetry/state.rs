//! What the watch knows, and what it makes of one record of the log after the other.

use super::anomaly::{Anomaly, Cause, CauseKind, Episode, Kept, Member, Odd};
use super::checkpoint::{Draft, Ended, Entry, Frame, Head};
use super::derived::{self, Derived, INTERVAL_SECONDS};
use super::episodes::{Episodes, Told};
use super::histograms::Histograms;
use super::known::{Known, Shown};
use super::processes::{Processes, Resource};
use super::series::{GroupKind, Series};
use super::sources::Sources;
use super::{Options, tell};
use palisade_model::{Finding, FindingId, Id, Metric, MetricKind, Observation, Signal, Timestamp, wire};
use palisade_telemetry::anomaly::{
    Alarm, Channel, Contribution, Feedback, Judgement, Kind, Monitor, Oddest, Score, SeriesId,
};
use palisade_telemetry::derived::Intervals;
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::Path;

const SECOND: i64 = 1_000_000_000;
/// A series without a point for so long is let go, and for so long when there is no room for new ones.
const SILENT_NANOS: i64 = 24 * 3_600 * SECOND;
const SILENT_NANOS_WHEN_FULL: i64 = 3_600 * SECOND;
/// Silent series are looked for every so many intervals.
const LOOK_EVERY: u64 = 20;
/// A point from further ahead than this would leave all that come until then too late.
const AHEAD_NANOS_MAX: i64 = 600 * SECOND;
/// A series that sent nothing for so long is not odd any more.
const FRESH_NANOS: i64 = 5 * 60 * SECOND;
/// What was raised earlier than this before an alarm has little to do with it.
const SINCE_NANOS_MAX: i64 = 3 * 60 * SECOND;
/// A value is told of when it is off by at least this share of itself.
const LEAST_TOLD: f64 = 0.005;
/// Causes listed with an anomaly.
const CAUSES_MAX: usize = 20;
/// Findings of new log lines told within an hour.
const NEWS_MAX: usize = 6;
const NEWS_NANOS: i64 = 3_600 * SECOND;

/// What was made of a record.
#[derive(Default)]
pub struct Concluded {
    /// What is told.
    pub findings: Vec<Finding>,
    /// The ends of what was told before.
    pub ended: Vec<Signal>,
}

pub(super) struct State {
    /// The last record counted.
    pub(super) position: u64,
    /// When it was received.
    received: Timestamp,
    pub(super) monitor: Monitor,
    pub(super) known: HashMap<SeriesId, Known>,
    pub(super) episodes: Episodes,
    pub(super) is_full: bool,
    histograms: Histograms,
    intervals: Intervals,
    intervals_ended: u64,
    /// The interval that is open was begun by an earlier run of the program, or in its middle.
    is_partial: bool,
    derived: Derived,
    processes: Processes,
    sources: Sources,
    news: VecDeque<Timestamp>,
    journal: VecDeque<Entry>,
    options: Options,
}

/// One number of a series.
struct Point {
    id: SeriesId,
    kind: Kind,
    time: Timestamp,
    value: f64,
    observation: Option<Id>,
    /// It is scored, and may be a cause, but is no alarm: processes come and go, and are told because they are busy.
    is_quiet: bool,
}

impl State {
    pub(super) fn new(options: Options) -> Self {
        Self {
            position: 0,
            received: Timestamp::default(),
            monitor: Monitor::new(&options.settings, options.series_max),
            known: HashMap::new(),
            episodes: Episodes::new(options.findings_per_host),
            is_full: false,
            histograms: Histograms::default(),
            intervals: Intervals::new(INTERVAL_SECONDS),
            intervals_ended: 0,
            is_partial: true,
            derived: Derived::new(),
            processes: Processes::default(),
            sources: Sources::default(),
            news: VecDeque::new(),
            journal: VecDeque::new(),
            options,
        }
    }

    /// Counts a record. Where `draft_in` names a folder a checkpoint of all before it is made, if it ends an interval.
    pub(super) fn take(
        &mut self,
        position: u64,
        observations: &[Observation],
        draft_in: Option<&Path>,
    ) -> (Concluded, Option<Draft>) {
        let Some(first) = observations.first() else {
            self.position = position;
            return (Concluded::default(), None);
        };
        // All observations of a record were received at one moment.
        self.received = self.received.max(first.id().received());
        let (mut odd, mut told, mut draft) = (Vec::new(), Told::default(), None);
        if let Some(interval) = self.intervals.advance(self.received) {
            self.end_interval(interval.end, &mut odd);
            told.findings = self.conclude(std::mem::take(&mut odd));
            told.ended = self.calm();
            self.listen(&mut told);
            draft = draft_in;
        }
        self.note(position, &told);
        let draft = draft.and_then(|folder| self.draft(position.saturating_sub(1), folder));
        let mut more = Told::default();
        for observation in observations {
            match observation {
                Observation::Metric(metric) => self.metric(metric, &mut odd),
                Observation::Event(event) => {
                    if let Some(news) = self.derived.event(event).filter(|_| self.may_tell_news()) {
                        more.findings.push(tell::new_template(news.template, &event.service, event.time, event.id));
                    }
                }
                Observation::Span(span) => self.derived.span(span, self.received),
            }
        }
        more.findings.extend(self.conclude(odd));
        self.note(position, &more);
        self.position = position;
        told.findings.append(&mut more.findings);
        (concluded(told), draft)
    }

    /// What was told of a record, of which a checkpoint knows.
    pub(super) fn told_before(&self, position: u64) -> Concluded {
        let mut concluded = Concluded::default();
        for entry in self.journal.iter().filter(|entry| entry.position == position) {
            concluded.findings.extend(entry.findings.iter().cloned().map(Finding::from));
            let end = |ended: &Ended| Signal {
                fingerprint: ended.fingerprint.clone(),
                source: "findings".to_owned(),
                ends_at: Some(Timestamp::from_nanos(ended.at)),
                ..Signal::default()
            };
            concluded.ended.extend(entry.ended.iter().map(end));
        }
        concluded
    }

    fn note(&mut self, position: u64, told: &Told) {
        if told.findings.is_empty() && told.ended.is_empty() {
            return;
        }
        let ended = told.ended.iter().map(|anomaly| Ended {
            fingerprint: anomaly.fingerprint.clone(),
            at: anomaly.ended.unwrap_or_default().nanos(),
        });
        let findings = told.findings.iter().map(wire::Finding::from).collect();
        self.journal.push_back(Entry { position, findings, ended: ended.collect() });
    }

    /// Forgets what was told of records that the tables hold for good.
    pub(super) fn freed(&mut self, position: u64) {
        self.journal.retain(|entry| entry.position > position);
    }

    fn may_tell_news(&mut self) -> bool {
        let now = self.received;
        self.news.retain(|told| now.nanos().saturating_sub(told.nanos()) < NEWS_NANOS);
        let may = self.news.len() < NEWS_MAX;
        if may {
            self.news.push_back(now);
        }
        may
    }

    fn metric(&mut self, metric: &Metric, odd: &mut Vec<Odd>) {
        if metric.time.nanos().saturating_sub(self.received.nanos()) > AHEAD_NANOS_MAX {
            metrics::counter!("palisade_telemetry_left_out_total", "reason" => "from_the_future").increment(1);
            return;
        }
        let is_quiet = self.processes.note(metric);
        let id = metric.series();
        let kind = if metric.kind == MetricKind::Counter { Kind::Counter } else { Kind::Gauge };
        let point =
            |id, kind, value| Point { id, kind, time: metric.time, value, observation: Some(metric.id), is_quiet };
        let Some(told) = &metric.distribution else {
            return self.observe(point(id, kind, metric.value), || Series::of(metric), odd);
        };
        if self.is_full && !self.known.contains_key(&id) {
            return;
        }
        for part in self.histograms.parts(id, metric, told) {
            let series = || {
                let series = Series::of(metric);
                Series { name: series.name + part.suffix, ..series }
            };
            self.observe(point(part.id, part.kind, part.value), series, odd);
        }
    }

    fn end_interval(&mut self, end: Timestamp, odd: &mut Vec<Odd>) {
        let points = self.derived.end_interval(self.received);
        self.intervals_ended += 1;
        if self.intervals_ended.is_multiple_of(LOOK_EVERY) || self.is_full {
            self.let_go();
        }
        // Counts of a part of an interval would look like a fall.
        if std::mem::take(&mut self.is_partial) {
            return;
        }
        for derived in points {
            let (kind, value) = (Kind::Gauge, derived.value);
            let point = Point { id: derived.id, kind, time: end, value, observation: None, is_quiet: false };
            self.observe(point, || derived.series, odd);
        }
    }

    /// Makes the next interval one whose counts are left out.
    pub(super) fn begin_in_the_middle(&mut self) {
        self.is_partial = true;
    }

    fn let_go(&mut self) {
        let silent = if self.is_full { SILENT_NANOS_WHEN_FULL } else { SILENT_NANOS };
        let before = self.received.nanos().saturating_sub(silent);
        let gone: Vec<SeriesId> =
            self.known.iter().filter(|(_, known)| known.received.nanos() < before).map(|(&id, _)| id).collect();
        for id in &gone {
            self.known.remove(id);
            self.monitor.forget(*id);
            self.histograms.forget(*id);
        }
        if !gone.is_empty() {
            self.is_full = false;
        }
    }

    fn observe(&mut self, point: Point, series: impl FnOnce() -> Series, odd: &mut Vec<Odd>) {
        if !self.known.contains_key(&point.id) {
            let series = series();
            if self.monitor.watch(point.id, point.kind, &series.shared()).is_err() {
                self.is_full = true;
                return;
            }
            let is_derived = point.observation.is_none();
            self.known.insert(point.id, Known::new(series, point.kind, is_derived));
        }
        let Some(known) = self.known.get_mut(&point.id) else { return };
        let Some(judgement) = self.monitor.observe(point.id, point.time, point.value) else { return };
        known.received = self.received;
        let Some(band) = judgement.score.band else {
            known.begin(point.time, point.value);
            return count_left_out(&judgement);
        };
        let score = &judgement.score;
        known.show(Shown::new(point.time, point.value, &band, score.score), point.value);
        let told = score.alarm.as_ref().filter(|alarm| !point.is_quiet && is_worth_telling(alarm, score));
        let Some(alarm) = told else { return };
        odd.push(Odd {
            series: known.series.clone(),
            observation: point.observation,
            member: Member {
                id: point.id,
                series: known.series.to_string(),
                time: point.time,
                since: alarm.since,
                value: alarm.oddest.value,
                band: Some(alarm.oddest.band),
                score: score.score,
                threshold: alarm.threshold,
                likelihood: score.likelihood,
                detectors: score.contributions.clone(),
                similar: alarm.similar.clone(),
                strength: alarm.strength,
            },
        });
    }

    /// Makes anomalies of alarms, once all points of a moment are known.
    fn conclude(&mut self, odd: Vec<Odd>) -> Vec<Finding> {
        if odd.is_empty() {
            return Vec::new();
        }
        metrics::counter!("palisade_telemetry_alarms_total").increment(odd.len() as u64);
        let Self { episodes, monitor, known, processes, received, .. } = self;
        episodes.take(odd, *received, &|first, odd| causes(first, odd, monitor, known, processes))
    }

    fn calm(&mut self) -> Vec<Anomaly> {
        let Self { episodes, monitor, known, received, .. } = self;
        let is_odd = |id| {
            let Some(known) = known.get(&id) else { return false };
            let is_fresh = received.nanos().saturating_sub(known.received.nanos()) < FRESH_NANOS;
            is_fresh && monitor.threshold(id).is_some_and(|threshold| known.score >= threshold / 2.0)
        };
        episodes.calm(*received, &is_odd)
    }

    /// Tells who has fallen silent, and who is heard of again.
    fn listen(&mut self, told: &mut Told) {
        let heard = self.known.values().filter(|known| !known.is_derived);
        let looked = self.sources.look(self.received, heard.map(|known| (known.series.group(), known.received)));
        told.findings.extend(self.episodes.fall_silent(looked.silent, self.received));
        told.ended.extend(self.episodes.come_back(&looked.back, self.received));
    }

    /// Writes everything that is needed to go on after the record at `position`; none when the disk refuses.
    pub(super) fn draft(&self, position: u64, folder: &Path) -> Option<Draft> {
        let derived::Kept { templates, seen, usually_new } = self.derived.kept();
        let episodes: Vec<Kept> = self.episodes.all.iter().map(Episode::keep).collect();
        let head = Head {
            position,
            series_count: self.known.len() as u64,
            received: self.received.nanos(),
            templates,
            lines: seen,
            usually_new,
            // Texts and numbers always have a JSON form.
            episodes: serde_json::to_vec(&episodes).unwrap_or_default(),
            budgets: serde_json::to_vec(&self.episodes.budgets()).unwrap_or_default(),
            processes: serde_json::to_vec(&self.processes.kept()).unwrap_or_default(),
            sources: serde_json::to_vec(&self.sources.kept()).unwrap_or_default(),
            journal: self.journal.iter().cloned().collect(),
            ..Head::default()
        };
        let frame = |(&id, known): (&SeriesId, &Known)| {
            let detector = self.monitor.encode(id).unwrap_or_default();
            known.frame(id, detector, self.histograms.kept(id))
        };
        Draft::new(folder, head, self.known.iter().map(frame))
            .inspect_err(|error| tracing::error!(%error, "the state of the watch over series cannot be written"))
            .ok()
    }

    /// Goes on with a series of a checkpoint. One that cannot be read starts anew.
    pub(super) fn restore_series(&mut self, frame: Frame) {
        let (id, detector) = (frame.id, frame.detector.clone());
        let (known, buckets) = Known::restored(frame);
        if let Err(error) = self.monitor.restore(id, known.kind, &known.series.shared(), &detector) {
            tracing::debug!(%error, series = %known.series, "a series starts anew");
            return;
        }
        self.histograms.restore(id, buckets);
        self.known.insert(id, known);
    }

    /// Goes on with the rest of a checkpoint.
    pub(super) fn restore(&mut self, head: Head) {
        self.position = head.position;
        self.received = Timestamp::from_nanos(head.received);
        let kept = derived::Kept { templates: head.templates, seen: head.lines, usually_new: head.usually_new };
        self.derived.restore(&kept);
        let episodes: Vec<Kept> = serde_json::from_slice(&head.episodes).unwrap_or_default();
        let budgets = serde_json::from_slice(&head.budgets).unwrap_or_default();
        self.episodes.restore(episodes.into_iter().map(Episode::from).collect(), budgets);
        self.processes.restore(serde_json::from_slice(&head.processes).unwrap_or_default());
        self.sources.restore(serde_json::from_slice(&head.sources).unwrap_or_default());
        self.journal = head.journal.into();
        // The checkpoint was made when an interval had just begun.
        self.is_partial = false;
    }

    /// The alarms that the anomaly of this finding has.
    pub(super) fn alarms_of(&self, finding: FindingId) -> Option<Vec<(SeriesId, Timestamp)>> {
        let episode = self.episodes.all.iter().find(|episode| episode.anomaly.finding == finding)?;
        Some(episode.anomaly.series.iter().map(|member| (member.id, member.time)).collect())
    }

    /// Takes in what a person says of an anomaly, and tunes its series.
    pub(super) fn hear(
        &mut self,
        finding: FindingId,
        feedback: Feedback,
        alarms: &[(SeriesId, Timestamp)],
    ) -> Option<Anomaly> {
        for (id, time) in alarms {
            self.monitor.feedback(*id, *time, feedback);
        }
        let episode = self.episodes.all.iter_mut().find(|episode| episode.anomaly.finding == finding)?;
        episode.anomaly.feedback = Some(feedback);
        Some(episode.anomaly.clone())
    }

    /// Points before the first alarm of a series.
    pub(super) fn warm_up_points(&self) -> u32 {
        self.options.settings.warm_up_points
    }

    /// How many series there may be.
    pub(super) fn series_max(&self) -> usize {
        self.options.series_max
    }
}

fn concluded(told: Told) -> Concluded {
    Concluded { findings: told.findings, ended: told.ended.iter().map(tell::end).collect() }
}

/// A series that stands still makes the smallest step odd: a processor at 99.8 % that was at 100 %. How odd it is does not
/// depend on where zero lies; whether anybody wants to know does.
fn is_worth_telling(alarm: &Alarm, score: &Score) -> bool {
    // What these see is in no single value.
    let moves = |one: &Contribution| matches!(one.channel, Channel::Flatline | Channel::Turbulence);
    let Oddest { value, band, .. } = alarm.oddest;
    let distance = (value - band.expected).abs();
    distance >= LEAST_TOLD * value.abs().max(band.expected.abs()) || score.contributions.first().is_some_and(moves)
}

fn count_left_out(judgement: &Judgement) {
    use palisade_telemetry::anomaly::Notice;
    let reason = match judgement.score.notice {
        Some(Notice::NotANumber) => "not_a_number",
        Some(Notice::Infinite) => "infinite",
        Some(Notice::Duplicate) => "duplicate",
        Some(Notice::OutOfOrder) => "out_of_order",
        _ => return,
    };
    metrics::counter!("palisade_telemetry_left_out_total", "reason" => reason).increment(1);
}

/// What likely caused that `first` is odd: processes that took more, then what else is odd, the most telling first.
fn causes(
    first: &Odd,
    odd: &[Odd],
    monitor: &Monitor,
    known: &HashMap<SeriesId, Known>,
    processes: &Processes,
) -> Vec<Cause> {
    let mut causes = processes_of(first, odd, processes);
    let mut told: HashSet<SeriesId> = HashSet::from([first.member.id]);
    for related in monitor.related(first.member.id, first.member.since, first.member.time) {
        let Some(known) = known.get(&related.series).filter(|_| told.insert(related.series)) else { continue };
        causes.push(Cause {
            kind: CauseKind::Series,
            name: known.series.to_string(),
            since: related.since,
            score: Some(related.score),
            taken: None,
            shared: related.shared,
            first_mover: related.first_mover,
        });
    }
    for other in odd.iter().filter(|other| !told.contains(&other.member.id)).take(CAUSES_MAX) {
        causes.push(Cause {
            kind: CauseKind::Series,
            name: format!("{} of {}", other.member.series, other.series.group()),
            since: other.member.since,
            score: Some(other.member.score),
            taken: None,
            shared: Vec::new(),
            first_mover: false,
        });
    }
    causes.truncate(CAUSES_MAX);
    causes
}

fn processes_of(first: &Odd, odd: &[Odd], processes: &Processes) -> Vec<Cause> {
    let group = first.series.group();
    if group.kind != GroupKind::Host {
        return Vec::new();
    }
    let mut causes = Vec::new();
    for resource in [Resource::Cpu, Resource::Memory] {
        let of_resource = odd.iter().filter(|odd| Resource::of(&odd.series.name) == Some(resource));
        let since = of_resource
            .map(|odd| odd.member.since.nanos().max(odd.member.time.nanos().saturating_sub(SINCE_NANOS_MAX)))
            .min();
        let Some(since) = since else { continue };
        let taken = processes.taken(&group.name, resource, Timestamp::from_nanos(since));
        let is_first = Resource::of(&first.series.name) == Some(resource);
        let at = if is_first { 0 } else { causes.len() };
        causes.splice(at..at, taken.into_iter().map(Cause::from));
    }
    causes
}
