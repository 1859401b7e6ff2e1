//! All detectors over one series: a point in, one raw score a channel out.
//!
//! Every score is taken against what was learned *before* the point; only then is the point learned.

use super::{
    average::Average,
    channel::CHANNELS,
    checkpoint::{Carry, Codec},
    cycle::Cycle,
    forest::Forest,
    novelty::Novelty,
    pattern::{LENGTH, Pattern},
    quantiles::Quantiles,
    sample::Sample,
    season::{Period, Profile},
};

/// Shares of a new value in the averages: the last points, about ten, about twenty and about a hundred of them.
const LAST: f32 = 0.2;
const TEN: f32 = 0.1;
const TWENTY: f32 = 0.05;
const HUNDRED: f32 = 0.01;
/// The share with which it is followed how well a profile does.
const FIT: f32 = 0.005;
/// Points before a profile is believed.
const FIT_FEWEST: u32 = 50;
/// A residual counts for at most this many spreads in averages.
const FAR: f32 = 50.0;
/// The least spread, in units of the series.
const LEAST: f32 = 1e-6;

/// What the senses say of a point.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// One score a channel; not comparable between channels. NaN where a detector has nothing to say.
    pub(super) raw: [f32; CHANNELS],
    /// The value that was expected, and the usual distance from it, in units of the series.
    pub(super) expected: f32,
    pub(super) spread: f32,
}

#[derive(Debug, Clone)]
pub(super) struct Senses {
    values: Sample<64>,
    usual: Quantiles,
    residuals: Quantiles,
    levels: Quantiles,
    slow_levels: Quantiles,
    week_drifts: Quantiles,
    day: Profile<48>,
    hour: Profile<20>,
    week: Profile<42>,
    /// How far values are from the median, the day's profile and the hour's.
    misfit: [Average; 3],
    cycle: Cycle,
    cycle_misfit: Average,
    last: Average,
    step: Average,
    drift: Average,
    week_drift: Average,
    level: Average,
    slow_level: Average,
    movement: Average,
    usual_movement: Average,
    pattern: Pattern,
    novelty: Novelty,
    forest: Forest,
    before: f32,
    standing: f32,
    /// The last two residuals in their spreads, the latest first.
    away: [f32; 2],
}

/// What is known of a point before it is learned.
struct Place {
    seconds: i64,
    value: f32,
    median: f32,
    /// Spread of values.
    spread: f32,
    expected: f32,
    /// Distance from what was expected, less where the day is rough anyway.
    residual: f32,
    /// How rough this time of the day is; 1 on average.
    roughness: f32,
    /// Spread of residuals.
    residual_spread: f32,
}

impl Senses {
    pub(super) fn new() -> Self {
        Self {
            values: Sample::new(),
            usual: Quantiles::new(),
            residuals: Quantiles::new(),
            levels: Quantiles::new(),
            slow_levels: Quantiles::new(),
            week_drifts: Quantiles::new(),
            day: Profile::new(),
            hour: Profile::new(),
            week: Profile::new(),
            misfit: [const { Average::new() }; 3],
            cycle: Cycle::new(),
            cycle_misfit: Average::new(),
            last: Average::new(),
            step: Average::new(),
            drift: Average::new(),
            week_drift: Average::new(),
            level: Average::new(),
            slow_level: Average::new(),
            movement: Average::new(),
            usual_movement: Average::new(),
            pattern: Pattern::new(),
            novelty: Novelty::new(),
            forest: Forest::new(),
            before: 0.0,
            standing: 0.0,
            away: [0.0; 2],
        }
    }

    /// Points are missing: what followed each other no longer does.
    pub(super) fn interrupt(&mut self) {
        self.cycle.interrupt();
        self.standing = 0.0;
        self.away = [0.0; 2];
    }

    pub(super) fn cycle_length(&self) -> Option<usize> {
        self.cycle.length()
    }

    pub(super) fn observe(&mut self, seconds: i64, value: f32) -> Reading {
        let place = self.place(seconds, value);
        let [season, season_drift, stay] = self.season(&place);
        let week_drift = self.week(&place);
        let [level, change] = self.levels(&place);
        let [jump, turbulence, flatline] = self.movement(&place);
        let cycle = self.cycle(&place);
        let [pattern, novelty, forest] = self.shape(&place);
        self.learn(&place);
        let raw = [
            season,
            season_drift,
            week_drift,
            level,
            change,
            jump,
            cycle,
            pattern,
            novelty,
            forest,
            turbulence,
            flatline,
            stay,
        ];
        let finite = |number: f32| if number.is_finite() { number } else { 0.0 };
        Reading {
            raw: raw.map(|score| if score.is_nan() { score } else { finite(score) }),
            expected: finite(place.expected),
            spread: finite(place.residual_spread * place.roughness),
        }
    }

    fn place(&self, seconds: i64, value: f32) -> Place {
        let median = self.usual.median();
        let spread = self.usual.spread(LEAST);
        let known = [Some(median), self.day.expect(Period::DAY, seconds), self.hour.expect(Period::HOUR, seconds)];
        let believed = self.misfit[1].seen() > FIT_FEWEST;
        let expected = known
            .into_iter()
            .zip(&self.misfit)
            .filter_map(|(expected, misfit)| Some((expected?, misfit.mean)))
            .take(if believed { 3 } else { 1 })
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(median, |(expected, _)| expected);
        let roughness = self.day.roughness(Period::DAY, seconds);
        let residual_spread = self.residuals.spread(1e-3 * spread).max(LEAST);
        Place {
            seconds,
            value,
            median,
            spread,
            expected,
            residual: (value - expected) / roughness,
            roughness,
            residual_spread,
        }
    }

    fn season(&mut self, place: &Place) -> [f32; 3] {
        let (spread, usual) = (place.residual_spread, self.residuals.median());
        self.drift.learn(place.residual.clamp(-FAR * spread, FAR * spread), TEN);
        let away = (place.residual - usual) / spread;
        let on_one_side = self.away.iter().all(|before| before * away > 0.0);
        let stay =
            if on_one_side { self.away.iter().fold(away.abs(), |least, before| least.min(before.abs())) } else { 0.0 };
        self.away = [away, self.away[0]];
        [away.abs(), (self.drift.mean - usual).abs() / spread, stay]
    }

    fn week(&mut self, place: &Place) -> f32 {
        let expected = self.week.expect(Period::WEEK, place.seconds).unwrap_or(place.median);
        let far = FAR * place.spread;
        self.week_drift.learn((place.value - expected).clamp(-far, far), TEN);
        let score = apart(&self.week_drifts, self.week_drift.mean, place.spread);
        self.week_drifts.learn(self.week_drift.mean);
        score
    }

    fn levels(&mut self, place: &Place) -> [f32; 2] {
        let far = FAR * place.spread;
        let value = place.value.clamp(place.median - far, place.median + far);
        self.level.learn(value, TEN);
        self.slow_level.learn(value, HUNDRED);
        let scores = [
            apart(&self.levels, self.level.mean, place.spread),
            apart(&self.slow_levels, self.slow_level.mean, place.spread),
        ];
        self.levels.learn(self.level.mean);
        self.slow_levels.learn(self.slow_level.mean);
        scores
    }

    fn movement(&mut self, place: &Place) -> [f32; 3] {
        let step = (place.value - self.last.mean).abs();
        let jump = step / self.step.mean.max(0.02 * place.spread);
        self.movement.learn((step / place.spread).min(20.0), TWENTY);
        let moves = self.movement.mean.max(1e-4);
        let turbulence = (moves / self.usual_movement.mean.max(1e-4)).ln().abs();
        self.usual_movement.learn(moves, FIT);
        self.step.learn(step.min(10.0 * self.step.mean.max(place.spread)), 0.02);
        let still = place.value == self.before && self.values.range().0 < self.values.range().1;
        self.standing = if still { self.standing + 1.0 } else { 0.0 };
        [jump, turbulence, self.standing]
    }

    fn cycle(&mut self, place: &Place) -> f32 {
        let Some(expected) = self.cycle.expect() else { return f32::NAN };
        let distance = (place.value - expected).abs();
        let score = distance / self.cycle_misfit.mean.max(1e-2 * place.spread);
        self.cycle_misfit.learn(distance.min(10.0 * place.spread), HUNDRED);
        score
    }

    fn shape(&mut self, place: &Place) -> [f32; 3] {
        let spread = place.spread;
        let units = |value: f32| ((value - place.median) / spread).clamp(-20.0, 20.0);
        self.cycle.learn(place.value);
        let pattern = self.cycle.last::<LENGTH>().map_or(0.0, |last| self.pattern.observe(&last.map(units)));
        let novelty = self.novelty.observe(self.symbol(place.value));
        let unit = |spreads: f32| (0.5 + spreads / 12.0).clamp(0.0, 1.0);
        let forest = self.forest.observe(&[
            unit(units(place.value)),
            unit(place.residual / place.residual_spread),
            unit(2.0 * (place.value - self.before) / spread),
            unit(units(self.level.mean)),
            unit(units(self.last.mean)),
        ]);
        [pattern, novelty, forest]
    }

    /// Eight steps of rank times eight of range.
    fn symbol(&self, value: f32) -> u8 {
        let (low, high) = self.values.range();
        let (low, high) = (low.min(value), high.max(value));
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        (self.values.rank(value) * 7.99) as u8 * 8 + (share * 7.99) as u8
    }

    fn learn(&mut self, place: &Place) {
        let (value, seconds, spread) = (place.value, place.seconds, place.spread);
        let known =
            [Some(place.median), self.day.expect(Period::DAY, seconds), self.hour.expect(Period::HOUR, seconds)];
        for (misfit, expected) in self.misfit.iter_mut().zip(known) {
            if let Some(expected) = expected {
                misfit.learn((value - expected).abs().min(5.0 * spread), FIT);
            }
        }
        self.values.learn(value);
        self.usual.learn(value);
        self.residuals.learn(place.residual);
        self.day.learn(Period::DAY, seconds, value, spread);
        self.hour.learn(Period::HOUR, seconds, value, spread);
        self.week.learn(Period::WEEK, seconds, value, spread);
        self.last.learn(value, LAST);
        self.before = value;
    }
}

/// How far `level` is from those in `levels`, in their spreads.
fn apart(levels: &Quantiles, level: f32, spread: f32) -> f32 {
    (level - levels.median()).abs() / levels.spread(1e-3 * spread).max(LEAST)
}

impl Carry for Senses {
    fn carry(&mut self, codec: &mut impl Codec) {
        self.values.carry(codec);
        for quantiles in
            [&mut self.usual, &mut self.residuals, &mut self.levels, &mut self.slow_levels, &mut self.week_drifts]
        {
            quantiles.carry(codec);
        }
        self.day.carry(codec);
        self.hour.carry(codec);
        self.week.carry(codec);
        self.misfit.iter_mut().for_each(|misfit| misfit.carry(codec));
        self.cycle.carry(codec);
        for average in [
            &mut self.cycle_misfit,
            &mut self.last,
            &mut self.step,
            &mut self.drift,
            &mut self.week_drift,
            &mut self.level,
            &mut self.slow_level,
            &mut self.movement,
            &mut self.usual_movement,
        ] {
            average.carry(codec);
        }
        self.pattern.carry(codec);
        self.novelty.carry(codec);
        self.forest.carry(codec);
        codec.f32(&mut self.before);
        codec.f32(&mut self.standing);
        codec.f32s(&mut self.away);
    }
}
