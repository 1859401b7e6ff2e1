//! Code and commands where data was expected: shells, paths, addresses, and the languages that evaluate text.

mod commands;
mod file;
mod path;
mod sensitive;
mod setting;
mod shell;
mod steps;
mod words;

use crate::detector::Detector;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 3] = [&path::PATH, &file::FILE, &shell::SHELL];
