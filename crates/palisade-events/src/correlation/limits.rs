//! Every limit of correlations, with its reason.

use std::time::Duration;

/// Distinct values that one group counts exactly. A sweep over all ports of a host is 65,536, a large directory has
/// some 100,000 accounts; beyond, the number matters by its size only and a sketch of fixed size takes over.
pub const DISTINCT_EXACT_MAX: usize = 200_000;

/// Events of one group's window whose times are kept one by one, 1.6 MB of them. Beyond, times are rounded to a
/// fraction of the window.
pub const TIMES_EXACT_MAX: usize = 100_000;

/// Steps to which a window's times are rounded once there are too many: an edge is off by 0.002 % of the window.
pub const TIME_STEPS: i64 = 50_000;

/// Values of one group that are kept for percentiles. Beyond, the window covers the latest ones only.
pub const RANKED_VALUES_MAX: usize = 200_000;

/// Numbers above are not summed, so that a sum of 2³² of them still is a number.
pub const NUMBER_MAX: f64 = 1e290;

/// Elements of a list that one event adds to a count of distinct values.
pub const VALUES_PER_EVENT_MAX: usize = 1_000;

/// Bytes that are kept of each value of a group, to show it. What tells groups apart is the hash of the whole value.
pub const GROUP_TEXT_BYTES_MAX: usize = 1_024;

/// Values of a count of distinct ones that are kept as text, to be shown.
pub const EXAMPLES_MAX: usize = 8;

/// Bytes that are kept of each of them.
pub const EXAMPLE_BYTES_MAX: usize = 128;

/// Rules of a temporal correlation: they are the bits of a word. The longest published ones have six.
pub const TEMPORAL_RULES_MAX: usize = 64;

/// Rules of an ordered correlation with a condition of its own: every subset of them is a state.
pub const ORDERED_CONDITION_RULES_MAX: usize = 8;

/// Hits of one group's window that an ordered correlation remembers for events that come late: 16 KB. When there are
/// more, only the ends of runs of one rule are kept, and then the later half.
pub const ORDERED_HITS_MAX: usize = 1_024;

/// Nesting of a condition over rules.
pub const CONDITION_DEPTH_MAX: usize = 64;

/// How many correlations may stand above one another. Published ones have two.
pub const CHAIN_DEPTH_MAX: usize = 16;

/// Correlations that one hit may reach. Rules whose references fan out and join again reach the same one by many
/// ways; what lies beyond is left out and counted.
pub const CHAIN_STEPS_MAX: usize = 10_000;

/// Bytes that all groups together take unless told otherwise: enough for 100,000 groups of a few events, or for four
/// sweeps of 200,000 values at once, and well within what a small machine has.
pub const STATE_BYTES: usize = 64 * 1024 * 1024;

/// How late an event may come unless told otherwise. Windows event forwarding delivers in batches of up to 15 minutes
/// by default, CloudTrail within about 15 minutes; agents with a local queue are within seconds.
pub const LATENESS: Duration = Duration::from_secs(15 * 60);

/// Events in a row that are too late before time is taken to have gone back: another file, or a clock that was wrong.
pub const BACKWARD_EVENTS: u32 = 8;

/// How far a sender's clock may be ahead of the time of arrival, where that is known.
pub const AHEAD: Duration = Duration::from_secs(60);
