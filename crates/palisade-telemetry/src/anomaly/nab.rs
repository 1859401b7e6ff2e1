//! The score of the Numenta Anomaly Benchmark.
//!
//! Lavin and Ahmad, *Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark* (2015): each
//! labelled window rewards its earliest detection by a sigmoid of its place in the window, each detection outside
//! costs by a sigmoid of its distance from the window before it, the first points are probation and count for
//! nothing, and one threshold holds for the whole corpus. 0 is a detector that never speaks, 100 one that speaks at
//! the first point of every window and nowhere else.

/// Share of a series that is probation, and the most points that it may be.
const PROBATION_SHARE: f64 = 0.15;
const PROBATION_POINTS_MAX: usize = 750;

/// What detections and misses weigh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Reward of a detection.
    pub hit: f64,
    /// Cost of a window without detection.
    pub miss: f64,
    /// Cost of a detection outside windows.
    pub false_alarm: f64,
}

impl Profile {
    /// The benchmark's `standard`.
    pub const STANDARD: Self = Self { hit: 1.0, miss: 1.0, false_alarm: 0.11 };
    /// The benchmark's `reward_low_FP_rate`.
    pub const LOW_FALSE_ALARMS: Self = Self { hit: 1.0, miss: 1.0, false_alarm: 0.22 };
    /// The benchmark's `reward_low_FN_rate`.
    pub const LOW_MISSES: Self = Self { hit: 1.0, miss: 2.0, false_alarm: 0.11 };
}

/// One series of the corpus with the scores of a detector.
#[derive(Debug, Clone)]
pub struct ScoredSeries {
    /// One score a point; higher is odder.
    pub scores: Vec<f64>,
    /// First and last point of each labelled window, in order.
    pub windows: Vec<(usize, usize)>,
}

/// The result over a corpus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// 0 for a detector that never speaks, 100 for a perfect one.
    pub score: f64,
    /// Points that score at least this are detections.
    pub threshold: f64,
    /// Detections outside windows.
    pub false_alarms: usize,
    /// Windows with a detection.
    pub hits: usize,
    /// Windows.
    pub windows: usize,
}

/// One point that counts: its score, its unweighted reward, and its window.
struct Point {
    score: f64,
    reward: f64,
    window: Option<usize>,
}

/// The best outcome over all thresholds, as the benchmark reports it.
#[must_use]
pub fn best(corpus: &[ScoredSeries], profile: Profile) -> Outcome {
    sweep(corpus, profile, None)
}

/// The outcome with the threshold given.
#[must_use]
pub fn at_threshold(corpus: &[ScoredSeries], profile: Profile, threshold: f64) -> Outcome {
    sweep(corpus, profile, Some(threshold))
}

fn sweep(corpus: &[ScoredSeries], profile: Profile, fixed: Option<f64>) -> Outcome {
    let windows = corpus.iter().map(|series| series.windows.len()).sum();
    let mut points = Vec::new();
    let mut first_window = 0;
    for series in corpus {
        add_points(series, first_window, &mut points);
        first_window += series.windows.len();
    }
    points.sort_by(|a, b| b.score.total_cmp(&a.score));

    let null = -profile.miss * windows as f64;
    let mut of_windows: Vec<Option<f64>> = vec![None; windows];
    let mut raw = null;
    let mut now = Outcome { score: null, threshold: f64::INFINITY, false_alarms: 0, hits: 0, windows };
    let mut best = now;
    for same in points.chunk_by(|a, b| a.score == b.score) {
        if fixed.is_some_and(|threshold| same[0].score < threshold) {
            break;
        }
        for point in same {
            raw += gain(point, &mut of_windows, &profile, &mut now);
        }
        now = Outcome { score: raw, threshold: same[0].score, ..now };
        if fixed.is_some() || now.score > best.score {
            best = now;
        }
    }
    let perfect = profile.hit * windows as f64;
    let threshold = fixed.unwrap_or(best.threshold);
    // Without windows there is nothing to be had: the score is 0, and the false alarms tell.
    let score = if windows == 0 { 0.0 } else { 100.0 * (best.score - null) / (perfect - null) };
    Outcome { score, threshold, ..best }
}

/// What `point` adds to the raw score when it becomes a detection.
fn gain(point: &Point, of_windows: &mut [Option<f64>], profile: &Profile, now: &mut Outcome) -> f64 {
    let Some(window) = point.window else {
        now.false_alarms += 1;
        return point.reward * profile.false_alarm;
    };
    let reward = point.reward * profile.hit;
    let before = of_windows[window].unwrap_or(-profile.miss);
    now.hits += usize::from(of_windows[window].is_none());
    of_windows[window] = Some(of_windows[window].map_or(reward, |known| known.max(reward)));
    of_windows[window].unwrap_or(before) - before
}

fn add_points(series: &ScoredSeries, first_window: usize, points: &mut Vec<Point>) {
    let probation = probation(series.scores.len());
    let mut windows = series.windows.iter().enumerate().peekable();
    let mut past: Option<(usize, usize)> = None;
    for (at, &score) in series.scores.iter().enumerate() {
        if let Some((_, window)) = windows.next_if(|(_, window)| at > window.1) {
            past = Some(*window);
        }
        match windows.peek().map(|(index, window)| (*index, **window)) {
            Some((index, (first, last))) if at >= first => {
                let place = -((last - at + 1) as f64) / (last - first + 1) as f64;
                points.push(Point {
                    score,
                    reward: sigmoid(place) / sigmoid(-1.0),
                    window: Some(first_window + index),
                });
            }
            _ if at < probation => {}
            _ => {
                let reward =
                    past.map_or(-1.0, |(first, last)| sigmoid((at - last) as f64 / (last - first).max(1) as f64));
                points.push(Point { score, reward, window: None });
            }
        }
    }
}

/// Points at the beginning of a series of `points` that count for nothing.
#[must_use]
pub fn probation(points: usize) -> usize {
    ((PROBATION_SHARE * points as f64) as usize).min(PROBATION_POINTS_MAX)
}

/// The reward at `place`: −1 is the beginning of a window, 0 its end, 1 its length behind it.
fn sigmoid(place: f64) -> f64 {
    if place > 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * place).exp()) - 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(scores: &[(usize, f64)], windows: &[(usize, usize)]) -> ScoredSeries {
        let mut all = vec![0.0; 1000];
        scores.iter().for_each(|&(at, score)| all[at] = score);
        ScoredSeries { scores: all, windows: windows.to_vec() }
    }

    fn check(scores: &[(usize, f64)], expected: f64) {
        let outcome = at_threshold(&[series(scores, &[(500, 599)])], Profile::STANDARD, 0.5);
        assert!((outcome.score - expected).abs() < 0.01, "{scores:?}: {outcome:?}");
    }

    #[test]
    fn scores_are_those_of_the_published_formula() {
        // Never a detection, and the first point of the window.
        check(&[], 0.0);
        check(&[(500, 1.0)], 100.0);
        // Only the first detection of a window counts.
        check(&[(500, 1.0), (510, 1.0), (599, 1.0)], 100.0);
        // The middle of the window: 2 / (1 + e^-2.5) - 1 = 0.8483, of at most 0.9866.
        check(&[(550, 1.0)], 100.0 * (1.0 + 0.8483 / 0.9866) / 2.0);
        // Before any window a detection costs all of 0.11, during probation nothing.
        check(&[(400, 1.0)], -100.0 * 0.11 / 2.0);
        check(&[(100, 1.0)], 0.0);
        // Right behind a window it costs little, far behind it all.
        check(&[(600, 1.0)], -100.0 * 0.11 * 0.0252 / 2.0);
        check(&[(999, 1.0)], -100.0 * 0.11 / 2.0);
    }

    #[test]
    fn the_sweep_finds_the_threshold_that_pays() {
        let corpus = [series(&[(400, 0.4), (500, 0.9), (700, 0.3)], &[(500, 599)])];
        let outcome = best(&corpus, Profile::STANDARD);
        assert_eq!((outcome.threshold, outcome.hits, outcome.false_alarms), (0.9, 1, 0));
        assert!((outcome.score - 100.0).abs() < 1e-9);
    }

    #[test]
    fn one_score_for_all_points_is_worth_nothing() {
        let flat = ScoredSeries { scores: vec![0.5; 1000], windows: vec![(500, 599)] };
        let outcome = best(&[flat], Profile::STANDARD);
        assert_eq!((outcome.hits, outcome.score), (0, 0.0));
    }

    #[test]
    fn misses_weigh_double_where_they_should() {
        let corpus = [series(&[(500, 1.0)], &[(500, 599), (800, 899)])];
        assert!((best(&corpus, Profile::LOW_MISSES).score - 50.0).abs() < 1e-9);
    }
}
