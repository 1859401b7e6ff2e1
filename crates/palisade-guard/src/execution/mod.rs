//! Code and commands where data was expected: shells, paths, addresses, and the languages that evaluate text.

mod address;
mod commands;
mod file;
mod java;
mod path;
mod sensitive;
mod setting;
mod shell;
mod ssrf;
mod steps;
mod words;

use crate::detector::Detector;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 5] = [&path::PATH, &file::FILE, &shell::SHELL, &ssrf::SSRF, &java::JAVA];
