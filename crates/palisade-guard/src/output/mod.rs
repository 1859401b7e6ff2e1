//! What harms whoever prints, logs, sends on or opens a value.

mod formula;
mod header;
mod log;
mod terminal;

use crate::detector::Detector;

pub(crate) use terminal::ends_command;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 4] = [&header::HEADER, &log::LOG, &terminal::TERMINAL, &formula::FORMULA];
