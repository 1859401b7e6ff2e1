//! The table of methods: every way to forecast that takes part in the combination.

use super::autoregression::{self, Reach};
use super::decompose::{Adjusted, adjust};
use super::smoothing::{self, Constants};
use super::theta::Theta;
use std::cell::OnceCell;

/// One forecast an origin.
pub(crate) type Forecasts = Vec<Vec<f64>>;

/// A history and the places in it from which forecasts are wanted.
pub(crate) struct Course<'a> {
    /// In the space of the method: as they are, or logarithms.
    pub(crate) values: &'a [f64],
    /// Seasons that the history holds at least twice, ascending.
    pub(crate) seasons: &'a [usize],
    /// Numbers of values known, ascending and above zero; the last is all. Nothing behind an origin is looked at for its
    /// forecast, but for the few smoothing constants, which are fitted once.
    pub(crate) origins: &'a [usize],
    pub(crate) horizon: usize,
    /// The history without its seasons at the last [`DECOMPOSED_MAX`] origins, made when the first method asks.
    pub(crate) decomposed: &'a OnceCell<Vec<Adjusted>>,
}

/// Origins at which methods are tried that decompose the history: it takes most of the time of a forecast.
const DECOMPOSED_MAX: usize = 7;

/// In which spaces a method takes part where logarithms exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spaces {
    Plain,
    /// Logarithms where there are any.
    Better,
    Both,
}

/// A row of the table.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) spaces: Spaces,
    /// At how many of the last origins it is tried: those that take their time are tried at fewer.
    pub(crate) origins_max: usize,
    pub(crate) run: fn(&Course) -> Option<Forecasts>,
}

const EVERY: usize = usize::MAX;

/// All of them. Those that need more history than there is stay out.
pub(crate) const METHODS: &[Method] = &[
    Method { name: "naive", spaces: Spaces::Plain, origins_max: EVERY, run: |course| naive(course, Some(1)) },
    Method {
        name: "seasonal naive, shortest season",
        spaces: Spaces::Plain,
        origins_max: EVERY,
        run: |course| naive(course, course.seasons.first().copied()),
    },
    Method {
        name: "seasonal naive, longest season",
        spaces: Spaces::Plain,
        origins_max: EVERY,
        run: |course| naive(course, course.seasons.get(1).copied()),
    },
    Method {
        name: "autoregression, one season",
        spaces: Spaces::Both,
        origins_max: EVERY,
        run: |course| autoregression::of_levels(course, Reach::OneSeason),
    },
    Method {
        name: "autoregression, two seasons",
        spaces: Spaces::Both,
        origins_max: EVERY,
        run: |course| autoregression::of_levels(course, Reach::TwoSeasons),
    },
    Method {
        name: "autoregression of changes",
        spaces: Spaces::Both,
        origins_max: EVERY,
        run: |course| autoregression::of_changes(course, Reach::TwoSeasons),
    },
    Method {
        name: "autoregression of changes, sparse",
        spaces: Spaces::Both,
        origins_max: EVERY,
        run: |course| autoregression::of_changes(course, Reach::TwoSeasonsSparsely),
    },
    Method { name: "Holt-Winters, damped", spaces: Spaces::Better, origins_max: EVERY, run: holt_winters },
    Method { name: "MSTL with ETS", spaces: Spaces::Better, origins_max: DECOMPOSED_MAX, run: mstl_ets },
    Method { name: "MSTL with Theta", spaces: Spaces::Better, origins_max: DECOMPOSED_MAX, run: mstl_theta },
];

/// The last cycle again and again.
fn naive(course: &Course, season: Option<usize>) -> Option<Forecasts> {
    let season = season?;
    let from = |origin: &usize| {
        let last_cycle = course.values.get(origin.checked_sub(season)?..*origin)?;
        Some(last_cycle.iter().copied().cycle().take(course.horizon).collect())
    };
    course.origins.iter().map(from).collect()
}

fn holt_winters(course: &Course) -> Option<Forecasts> {
    let constants = Constants::fit(smoothing::recent(course.values, course.seasons), course.seasons);
    constants.forecast(course.values, course.seasons, course.origins, course.horizon)
}

fn mstl_ets(course: &Course) -> Option<Forecasts> {
    let adjusted = decompose(course);
    let constants = Constants::fit(smoothing::recent(&adjusted.last()?.values, &[]), &[]);
    let forecast = |values: &[f64]| constants.forecast(values, &[], &[values.len()], course.horizon)?.pop();
    adjusted.iter().map(|parts| Some(parts.with_seasons(forecast(&parts.values)?))).collect()
}

fn mstl_theta(course: &Course) -> Option<Forecasts> {
    let adjusted = decompose(course);
    let theta = Theta::fit(smoothing::recent(&adjusted.last()?.values, &[]));
    let forecast = |values: &[f64]| theta.forecast(values, course.horizon);
    Some(adjusted.iter().map(|parts| parts.with_seasons(forecast(&parts.values))).collect())
}

fn decompose<'a>(course: &Course<'a>) -> &'a [Adjusted] {
    let held_twice = |season: &usize| 2 * season <= course.origins[0];
    course.decomposed.get_or_init(|| {
        let seasons: Vec<usize> = course.seasons.iter().copied().filter(held_twice).collect();
        course.origins.iter().map(|origin| adjust(&course.values[..*origin], &seasons, course.horizon)).collect()
    })
}
