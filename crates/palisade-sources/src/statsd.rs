//! statsd: lines of measurements, gathered and given out once an interval.
//!
//! Sources: statsd, `docs/metric_types.md`; Datadog, *DogStatsD datagram format*, protocol 1.2. A [`Line`] is what one
//! line says; the [`Aggregator`] holds what came since the last flush, within bounds, and knows no clock of its own.
//!
//! What becomes of the lines of an interval, by name, type and tags:
//!
//! | type | point |
//! |---|---|
//! | `c` | a difference: the sum of the values, each divided by its sample rate |
//! | `g` | a gauge with the last value; `+1` and `-1` change it, a first one from 0. A gauge that was not set is not repeated |
//! | `ms` `h` `d` | a difference with a distribution: the sum, count, least, greatest, and buckets whose bounds are powers of 2^(1/8). A value within a bucket is known to ±4.6 %. A sampled value counts as often as its rate says, rounded |
//! | `s` | a gauge with the number of different members |
//!
//! The tags `service` and `host` are lifted, others are attributes; a tag without a value has the value `true`.
//! Timings have the unit `ms`. Events and service checks of DogStatsD and points with a time of their own are refused.

mod aggregator;
mod line;
mod series;
mod spread;

pub use aggregator::{Aggregator, Bounds, Taken};
pub use line::{Line, Type, Values};
