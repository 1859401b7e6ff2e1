//! Streaming anomaly scores: strictly causal, constant cost a point, bounded state.
//!
//! ```text
//! point -> intake -> senses -------------> ensemble ----------------> alarms -----> Score
//!          order,    one raw score a       decades of surprise a      threshold,    band, likelihood,
//!          gaps,     channel: seasons,     channel, combined by       refractory    contributions,
//!          rates,    levels, cycle,        agreement, against the     period,       alarm, notice
//!          units     shapes, novelty, ...  history of the same        budget, feedback
//! ```
//!
//! [`Detector`] is one series, [`Monitor`] many: it tells with an alarm what else was odd and what moved first. One
//! set of numbers holds for every series; nothing is fitted to any. [`nab`] is the score by which it was chosen.

mod alarm;
mod average;
mod channel;
mod checkpoint;
mod cycle;
mod detector;
mod ensemble;
mod forest;
mod intake;
mod monitor;
pub mod nab;
mod novelty;
mod pattern;
mod quantiles;
mod related;
mod sample;
mod season;
mod senses;
mod settings;
mod tail;

pub use alarm::{Feedback, Similar};
pub use channel::{CHANNELS, Channel};
pub use checkpoint::CheckpointError;
pub use detector::{Alarm, Band, Contribution, Detector, Oddest, Overdue, Score};
pub use intake::Notice;
pub use monitor::{Full, Judgement, Monitor, RestoreError};
pub use related::{Related, SeriesId};
pub use settings::{GROWN_POINTS, Kind, Settings};

/// The state of a series is never larger, in memory and as a checkpoint.
pub const STATE_BYTES_MAX: usize = 4_096;
const _: () = assert!(size_of::<Detector>() <= STATE_BYTES_MAX, "the state of a series has outgrown its limit");
