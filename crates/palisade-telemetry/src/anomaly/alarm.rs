//! From scores to alarms: threshold, waiting for the peak, refractory period, alarm budget, and what people said of
//! earlier alarms.
//!
//! A score that reaches the threshold is told when it no longer grows, which is mostly one point later: an event that
//! builds up is then one alarm of its whole strength, not a weak one and a strong one.

use super::{
    channel::CHANNELS,
    checkpoint::{Carry, Codec},
    settings::Settings,
};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};

/// A score above this share of the threshold is part of the alarm that follows: calm series reach half of it.
const RAISED_SHARE: f32 = 0.75;
/// Past alarms kept for comparison.
const PAST: usize = 5;
/// An alarm waits at most for so many points that are odder than the one before.
const WAIT_POINTS_MAX: u8 = 10;
/// During the refractory period an alarm must be this many times the last.
const ODDER: f32 = 1.2;
/// What one alarm adds to the threshold, and how far budget and feedback may move it.
const BUDGET_STEP: f32 = 0.1;
const SHIFT_LEAST: f32 = -0.5;
const SHIFT_MOST: f32 = 1.5;
/// What a word from a person moves the threshold of the series.
const FINE_RAISES: f32 = 0.2;
const REAL_LOWERS: f32 = 0.2;
/// Two alarms are alike when their channels point the same way (cosine).
const ALIKE: f32 = 0.93;
/// What is like one called fine is still an alarm when it is this many times as odd.
const ODDER_THAN_FINE: f32 = 1.3;
/// Steps of surprise kept for a past alarm.
const STEPS_A_DECADE: f32 = 40.0;
/// Points without alarm behind a gap.
pub(super) const QUIET_AFTER_GAP: u32 = 24;

/// What a person said of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feedback {
    /// Nothing was wrong: the like of it is no alarm again.
    Fine,
    /// Something was wrong.
    Real,
}

/// An alarm of the same series that looked like this one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    /// When it was.
    pub time: Timestamp,
    /// Its score.
    pub score: f32,
    /// 1 for the same channels in the same proportion.
    pub likeness: f32,
    /// What was said of it.
    pub feedback: Option<Feedback>,
}

#[derive(Debug, Clone, Copy)]
struct Past {
    nanos: i64,
    score: f32,
    shape: [u8; CHANNELS],
    /// 0 nothing was said, 1 fine, 2 real.
    said: u8,
}

impl Past {
    const NONE: Self = Self { nanos: 0, score: 0.0, shape: [0; CHANNELS], said: 0 };

    const fn feedback(&self) -> Option<Feedback> {
        match self.said {
            1 => Some(Feedback::Fine),
            2 => Some(Feedback::Real),
            _ => None,
        }
    }
}

/// What is to be decided on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) nanos: i64,
    pub(super) score: f32,
    pub(super) surprises: &'a [f32; CHANNELS],
    pub(super) looks: Looks,
}

/// What a point looks like, in units of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Looks {
    pub(super) value: f32,
    pub(super) expected: f32,
    pub(super) spread: f32,
}

/// The oddest point of an event so far; not told yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    pub(super) nanos: i64,
    /// 0 where there is none.
    pub(super) score: f32,
    pub(super) looks: Looks,
    waited: u8,
}

impl Peak {
    const NONE: Self =
        Self { nanos: 0, score: 0.0, looks: Looks { value: 0.0, expected: 0.0, spread: 0.0 }, waited: 0 };

    const fn of(candidate: Candidate<'_>, waited: u8) -> Self {
        Self { nanos: candidate.nanos, score: candidate.score, looks: candidate.looks, waited }
    }
}

/// That a point is an alarm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    /// Nanoseconds since the epoch when scores were raised.
    pub(super) since: i64,
    pub(super) peak: Peak,
}

#[derive(Debug, Clone)]
pub(super) struct Alarms {
    shift: f32,
    /// Score of the last alarm, and points since.
    strength: f32,
    since: u32,
    quiet: u32,
    points: u32,
    /// What waits for a point that is less odd.
    peak: Peak,
    /// Since when scores are raised; kept while they are.
    raised_since: i64,
    raised: bool,
    past: [Past; PAST],
    next: u8,
}

impl Alarms {
    pub(super) const fn new() -> Self {
        Self {
            shift: 0.0,
            strength: 0.0,
            since: 0,
            quiet: 0,
            points: 0,
            peak: Peak::NONE,
            raised_since: 0,
            raised: false,
            past: [Past::NONE; PAST],
            next: 0,
        }
    }

    /// The threshold of this series now.
    pub(super) fn threshold(&self, settings: &Settings) -> f32 {
        settings.threshold_after(self.points) + self.shift
    }

    pub(super) const fn warming_up(&self, settings: &Settings) -> bool {
        self.points < settings.warm_up_points
    }

    /// Holds alarms back for some points.
    pub(super) const fn quieten(&mut self) {
        self.quiet = QUIET_AFTER_GAP;
    }

    /// Leaves alarms raised so far behind, so that they hide none to come.
    pub(super) const fn forget(&mut self) {
        self.strength = 0.0;
        self.peak = Peak::NONE;
        self.past = [Past::NONE; PAST];
    }

    /// Whether the point is an alarm.
    pub(super) fn decide(&mut self, candidate: Candidate<'_>, settings: &Settings) -> Option<Verdict> {
        self.points = self.points.saturating_add(1);
        self.since = self.since.saturating_add(1);
        let threshold = self.threshold(settings);
        self.follow(candidate, threshold);
        if let Some(budget) = settings.alarm_budget {
            self.shift_by(-BUDGET_STEP * budget.max(0.0) / 10_000.0);
        }
        let quiet = self.quiet > 0 || self.points <= settings.warm_up_points;
        self.quiet = self.quiet.saturating_sub(1);
        if self.peak.score > 0.0 {
            return self.follow_peak(candidate, settings);
        }
        if !quiet && self.begins(candidate, threshold, settings) {
            self.peak = Peak::of(candidate, 0);
        }
        None
    }

    fn begins(&self, candidate: Candidate<'_>, threshold: f32, settings: &Settings) -> bool {
        let rests = self.strength > 0.0 && self.since < settings.refractory_points;
        let hidden = rests && candidate.score < ODDER * self.strength;
        candidate.score >= threshold && !hidden && !self.like_one_called_fine(candidate)
    }

    /// Waits on while the score grows; then the peak is told.
    fn follow_peak(&mut self, candidate: Candidate<'_>, settings: &Settings) -> Option<Verdict> {
        if candidate.score > self.peak.score {
            self.peak = Peak::of(candidate, self.peak.waited + 1);
            if self.peak.waited < WAIT_POINTS_MAX {
                return None;
            }
        }
        let peak = std::mem::replace(&mut self.peak, Peak::NONE);
        self.remember(Candidate { score: peak.score, ..candidate });
        if settings.alarm_budget.is_some() {
            self.shift_by(BUDGET_STEP);
        }
        Some(Verdict { since: self.raised_since.min(peak.nanos), peak })
    }

    fn follow(&mut self, candidate: Candidate<'_>, threshold: f32) {
        let raised = candidate.score >= RAISED_SHARE * threshold || self.peak.score > 0.0;
        if raised && !self.raised {
            self.raised_since = candidate.nanos;
        }
        self.raised = raised;
    }

    fn remember(&mut self, candidate: Candidate<'_>) {
        self.strength = candidate.score;
        self.since = 0;
        let at = usize::from(self.next) % PAST;
        self.past[at] =
            Past { nanos: candidate.nanos, score: candidate.score, shape: shape(candidate.surprises), said: 0 };
        self.next = ((at + 1) % PAST) as u8;
    }

    fn like_one_called_fine(&self, candidate: Candidate<'_>) -> bool {
        let shape = shape(candidate.surprises);
        self.past.iter().any(|past| {
            past.feedback() == Some(Feedback::Fine)
                && likeness(&past.shape, &shape) >= ALIKE
                && candidate.score < ODDER_THAN_FINE * past.score
        })
    }

    /// Past alarms that looked like this, the most alike first; the alarm itself is left out.
    pub(super) fn similar(&self, candidate: Candidate<'_>) -> Vec<Similar> {
        let shape = shape(candidate.surprises);
        let mut similar: Vec<Similar> = self
            .past
            .iter()
            .filter(|past| past.score > 0.0 && past.nanos < candidate.nanos)
            .map(|past| Similar {
                time: Timestamp::from_nanos(past.nanos),
                score: past.score,
                likeness: likeness(&past.shape, &shape),
                feedback: past.feedback(),
            })
            .filter(|similar| similar.likeness >= ALIKE)
            .collect();
        similar.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        similar
    }

    /// Notes what was said of the alarm at `nanos`. False when that alarm is not (or no longer) known.
    pub(super) fn learn(&mut self, nanos: i64, feedback: Feedback) -> bool {
        let Some(past) = self.past.iter_mut().find(|past| past.score > 0.0 && past.nanos == nanos) else {
            return false;
        };
        let (said, shift) = match feedback {
            Feedback::Fine => (1, FINE_RAISES),
            Feedback::Real => (2, -REAL_LOWERS),
        };
        // Saying the same twice changes nothing.
        if std::mem::replace(&mut past.said, said) != said {
            self.shift_by(shift);
        }
        true
    }

    const fn shift_by(&mut self, by: f32) {
        self.shift = (self.shift + by).clamp(SHIFT_LEAST, SHIFT_MOST);
    }
}

fn shape(surprises: &[f32; CHANNELS]) -> [u8; CHANNELS] {
    surprises.map(|surprise| (surprise * STEPS_A_DECADE).clamp(0.0, 255.0) as u8)
}

/// The cosine between two alarms.
fn likeness(a: &[u8; CHANNELS], b: &[u8; CHANNELS]) -> f32 {
    let dot = |a: &[u8; CHANNELS], b: &[u8; CHANNELS]| -> f32 {
        a.iter().zip(b).map(|(&a, &b)| f32::from(a) * f32::from(b)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1.0)
}

impl Carry for Past {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.i64(&mut self.nanos);
        codec.f32(&mut self.score);
        codec.u8s(&mut self.shape);
        codec.u8(&mut self.said);
    }
}

impl Carry for Peak {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.i64(&mut self.nanos);
        codec.f32(&mut self.score);
        for number in [&mut self.looks.value, &mut self.looks.expected, &mut self.looks.spread] {
            codec.f32(number);
        }
        codec.u8(&mut self.waited);
        self.waited = self.waited.min(WAIT_POINTS_MAX);
    }
}

impl Carry for Alarms {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.f32(&mut self.shift);
        self.shift_by(0.0);
        codec.f32(&mut self.strength);
        codec.u32(&mut self.since);
        codec.u32(&mut self.quiet);
        codec.u32(&mut self.points);
        self.peak.carry(codec);
        codec.i64(&mut self.raised_since);
        codec.flag(&mut self.raised);
        self.past.iter_mut().for_each(|past| past.carry(codec));
        codec.u8(&mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: [f32; CHANNELS] = [3.0, 3.0, 2.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

    /// Alarms at the points given, of `count` points that score 1 and those given.
    fn alarms(settings: &Settings, alarms: &mut Alarms, scores: &[(i64, f32)], count: i64) -> Vec<i64> {
        let score = |at| scores.iter().find(|(point, _)| *point == at).map_or(1.0, |(_, score)| *score);
        (0..count)
            .filter(|&at| {
                let candidate = Candidate { nanos: at, score: score(at), surprises: &ODD, looks: Looks::default() };
                alarms.decide(candidate, settings).is_some()
            })
            .collect()
    }

    fn settings() -> Settings {
        Settings {
            threshold: 3.0,
            threshold_young: 3.0,
            warm_up_points: 10,
            refractory_points: 100,
            alarm_budget: None,
            ..Settings::default()
        }
    }

    #[test]
    fn one_event_is_one_alarm_unless_it_grows() {
        let scores = [(5, 9.0), (20, 4.0), (21, 4.1), (30, 5.0), (119, 4.0), (140, 4.0)];
        assert_eq!(alarms(&settings(), &mut Alarms::new(), &scores, 200), [22, 31, 141]);
    }

    #[test]
    fn what_builds_up_is_one_alarm_of_its_peak() {
        let mut state = Alarms::new();
        let building = |at: i64| if (20..24).contains(&at) { 3.1 + (at - 20) as f32 } else { 1.0 };
        let told: Vec<Verdict> = (0..150)
            .filter_map(|at| {
                let candidate = Candidate { nanos: at, score: building(at), surprises: &ODD, looks: Looks::default() };
                state.decide(candidate, &settings())
            })
            .collect();
        assert_eq!(told.iter().map(|one| (one.since, one.peak.nanos)).collect::<Vec<_>>(), [(20, 23)]);
        assert!((told[0].peak.score - 6.1).abs() < 1e-6);
        // One that never ends is told nevertheless.
        let mut state = Alarms::new();
        let scores: Vec<(i64, f32)> = (20..60).map(|at| (at, 3.0 + (at - 20) as f32 * 0.01)).collect();
        assert_eq!(alarms(&settings(), &mut state, &scores, 100), [30]);
    }

    #[test]
    fn what_was_called_fine_is_no_alarm_again() {
        let mut state = Alarms::new();
        assert_eq!(alarms(&settings(), &mut state, &[(20, 4.0)], 150), [21]);
        assert!(state.learn(21, Feedback::Fine));
        assert!(!state.learn(20, Feedback::Fine));
        assert_eq!(alarms(&settings(), &mut state, &[(20, 4.5)], 150), [0; 0]);
        assert_eq!(alarms(&settings(), &mut state, &[(20, 5.5)], 150), [21]);
    }

    #[test]
    fn what_was_called_real_lowers_the_threshold_once() {
        let mut state = Alarms::new();
        assert_eq!(alarms(&settings(), &mut state, &[(20, 4.0)], 150), [21]);
        assert!(state.learn(21, Feedback::Real) && state.learn(21, Feedback::Real));
        assert!((state.threshold(&settings()) - 2.8).abs() < 1e-6);
    }

    #[test]
    fn the_budget_moves_the_threshold() {
        let settings = Settings { alarm_budget: Some(20.0), refractory_points: 0, ..settings() };
        let mut state = Alarms::new();
        let many: Vec<(i64, f32)> = (0..200).map(|at| (20 + at * 5, 3.5 + (at % 7) as f32 * 0.1)).collect();
        let early = alarms(&settings, &mut state, &many, 500).len();
        let late = alarms(&settings, &mut state, &many, 500).len();
        assert!(early > 5 && 4 * late < early, "{early}, then {late}");
    }
}
