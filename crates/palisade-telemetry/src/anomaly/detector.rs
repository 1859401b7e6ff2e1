//! The detector of one series: points in, scores out, state of fixed size.

use super::{
    alarm::{Alarms, Candidate, Feedback, Looks, Similar, Verdict},
    channel::Channel,
    checkpoint::{self, Carry, CheckpointError, Codec},
    ensemble::{Agreement, Ensemble},
    intake::{Intake, Notice, Point},
    senses::Senses,
    settings::Settings,
};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The band that is expected reaches this many usual distances from what is expected.
const BAND_SPREADS: f32 = 3.0;
/// A channel with fewer decades than this contributes nothing that is worth telling.
const CONTRIBUTES: f32 = 1.0;
/// A series is overdue when nothing came for this many usual distances.
const OVERDUE_INTERVALS: f64 = 5.0;

/// What was expected of a point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Lowest value that is usual.
    pub low: f64,
    /// The value expected.
    pub expected: f64,
    /// Highest value that is usual.
    pub high: f64,
}

/// How much one channel says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Which.
    pub channel: Channel,
    /// 3 for what one point in a thousand reaches.
    pub decades: f32,
}

/// The oddest point of what an alarm is about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Oddest {
    /// When it was: mostly one point before the alarm, which waits until things no longer get odder.
    pub time: Timestamp,
    /// Its value; for counters the rate a second.
    pub value: f64,
    /// What was expected of it.
    pub band: Band,
}

/// An alarm, with what explains it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Since when scores were raised.
    pub since: Timestamp,
    /// The oddest point since.
    pub oddest: Oddest,
    /// What the score had to reach.
    pub threshold: f32,
    /// The score of the oddest point, less what budget and feedback have added to the threshold: comparable between series.
    pub strength: f32,
    /// Earlier alarms of the series that looked alike.
    pub similar: Vec<Similar>,
}

/// What a detector says of a point.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Score {
    /// How odd: how much the detectors agree that it is, and how rare so much agreement is. 0 for points left out.
    pub score: f32,
    /// 1 minus the tail probability of the score in the history of the series.
    pub likelihood: f64,
    /// What was expected; none for points left out.
    pub band: Option<Band>,
    /// Present when something is worth telling somebody; it is told at the first point that is not odder than the last.
    pub alarm: Option<Alarm>,
    /// The channels that find the point odd, the oddest first.
    pub contributions: Vec<Contribution>,
    /// What else is to be said of the point.
    pub notice: Option<Notice>,
}

/// A series from which nothing comes any more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Overdue {
    /// The last point.
    pub since: Timestamp,
    /// The usual distance of points in seconds.
    pub interval: f64,
}

/// Watches one series. Strictly causal; constant time and memory a point.
#[derive(Debug, Clone)]
pub struct Detector {
    settings: Arc<Settings>,
    state: State,
}

#[derive(Debug, Clone)]
struct State {
    intake: Intake,
    senses: Senses,
    ensemble: Ensemble,
    alarms: Alarms,
}

impl State {
    fn new() -> Self {
        Self { intake: Intake::new(), senses: Senses::new(), ensemble: Ensemble::new(), alarms: Alarms::new() }
    }
}

impl Carry for State {
    fn carry(&mut self, codec: &mut impl Codec) {
        self.intake.carry(codec);
        self.senses.carry(codec);
        self.ensemble.carry(codec);
        self.alarms.carry(codec);
    }
}

impl Detector {
    /// A detector that has seen nothing.
    #[must_use]
    pub fn new(settings: impl Into<Arc<Settings>>) -> Self {
        Self { settings: settings.into(), state: State::new() }
    }

    /// Scores `value` at `time`, then learns it. Points that are no numbers, or not later than the last, are left out
    /// with a notice.
    pub fn observe(&mut self, time: Timestamp, value: f64) -> Score {
        match self.state.intake.admit(time.nanos(), value, self.settings.kind) {
            Ok(point) => self.score(time, point),
            Err(notice) => Score { notice: Some(notice), ..Score::default() },
        }
    }

    /// Learns from history without alarms, so that the first live point is judged by it.
    pub fn warm_up(&mut self, history: impl IntoIterator<Item = (Timestamp, f64)>) {
        for (time, value) in history {
            self.observe(time, value);
        }
        self.state.alarms.forget();
    }

    fn score(&mut self, time: Timestamp, point: Point) -> Score {
        if point.notice == Some(Notice::Gap) {
            self.state.senses.interrupt();
            self.state.alarms.quieten();
        }
        if point.notice == Some(Notice::Rescaled) {
            self.state = State { intake: self.state.intake.clone(), ..State::new() };
        }
        let warming = self.state.alarms.warming_up(&self.settings).then_some(Notice::WarmingUp);
        let reading = self.state.senses.observe(point.seconds, point.value);
        let agreement = self.state.ensemble.observe(&reading.raw, &self.settings.weights);
        let looks = Looks { value: point.value, expected: reading.expected, spread: reading.spread };
        let candidate =
            Candidate { nanos: time.nanos(), score: agreement.score, surprises: &agreement.surprises, looks };
        let threshold = self.state.alarms.threshold(&self.settings);
        let verdict = self.state.alarms.decide(candidate, &self.settings);
        Score {
            score: agreement.score,
            likelihood: 1.0 - 10_f64.powf(-f64::from(agreement.decades)),
            band: Some(self.band(&looks)),
            alarm: verdict.map(|verdict| Alarm {
                since: Timestamp::from_nanos(verdict.since),
                oddest: self.oddest(&verdict),
                threshold,
                strength: verdict.peak.score - (threshold - self.settings.threshold),
                similar: self.state.alarms.similar(candidate),
            }),
            contributions: contributions(&agreement),
            notice: point.notice.or(warming),
        }
    }

    fn band(&self, looks: &Looks) -> Band {
        let at = |spreads: f32| self.state.intake.unscale(looks.expected + spreads * looks.spread);
        Band { low: at(-BAND_SPREADS), expected: at(0.0), high: at(BAND_SPREADS) }
    }

    fn oddest(&self, verdict: &Verdict) -> Oddest {
        let looks = &verdict.peak.looks;
        let value = self.state.intake.unscale(looks.value);
        Oddest { time: Timestamp::from_nanos(verdict.peak.nanos), value, band: self.band(looks) }
    }

    /// Takes what a person says of the alarm at `time`. False when the detector no longer knows that alarm.
    pub fn feedback(&mut self, time: Timestamp, feedback: Feedback) -> bool {
        self.state.alarms.learn(time.nanos(), feedback)
    }

    /// Whether points are missing at `now`: none came for five times the usual distance.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<Overdue> {
        let (last, interval) = (self.state.intake.last()?, self.state.intake.interval()?);
        let silent = now.nanos().saturating_sub(last) as f64 / 1e9;
        (silent > OVERDUE_INTERVALS * interval).then_some(Overdue { since: Timestamp::from_nanos(last), interval })
    }

    /// The time of the last point taken in.
    #[must_use]
    pub fn last_point(&self) -> Option<Timestamp> {
        self.state.intake.last().map(Timestamp::from_nanos)
    }

    /// What a score has to reach to be an alarm, as budget and feedback have moved it.
    #[must_use]
    pub fn threshold(&self) -> f32 {
        self.state.alarms.threshold(&self.settings)
    }

    /// The length of the cycle found, in points; none while there is none.
    #[must_use]
    pub fn cycle(&self) -> Option<usize> {
        self.state.senses.cycle_length()
    }

    /// The state as bytes, at most [`STATE_BYTES_MAX`](super::STATE_BYTES_MAX).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        checkpoint::encode(&self.state)
    }

    /// Goes on from a state that [`Detector::encode`] gave.
    ///
    /// # Errors
    ///
    /// When the bytes are damaged, or of another version.
    pub fn decode(settings: impl Into<Arc<Settings>>, bytes: &[u8]) -> Result<Self, CheckpointError> {
        Ok(Self { settings: settings.into(), state: checkpoint::decode(bytes, State::new())? })
    }
}

/// Channels with something to say; none while the point is usual.
fn contributions(agreement: &Agreement) -> Vec<Contribution> {
    let mut contributions: Vec<Contribution> = Channel::ALL
        .into_iter()
        .zip(agreement.surprises)
        .filter(|(_, decades)| agreement.decades >= CONTRIBUTES && *decades >= CONTRIBUTES)
        .map(|(channel, decades)| Contribution { channel, decades })
        .collect();
    contributions.sort_by(|a, b| b.decades.total_cmp(&a.decades));
    contributions
}
