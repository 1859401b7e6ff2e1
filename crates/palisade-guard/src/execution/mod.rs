//! Code and commands where data was expected: shells, paths, addresses, and the languages that evaluate text.

mod address;
mod command;
mod commands;
mod deserialisation;
mod file;
mod format;
mod include;
mod java;
mod node;
mod path;
mod php;
mod powershell;
mod prototype;
mod python;
mod remote_shell;
mod sensitive;
mod setting;
mod shell;
mod ssrf;
mod steps;
mod words;

use crate::detector::Detector;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 15] = [
    &path::PATH,
    &file::FILE,
    &include::INCLUDE,
    &shell::SHELL,
    &command::COMMAND,
    &remote_shell::REMOTE_SHELL,
    &ssrf::SSRF,
    &java::JAVA,
    &php::PHP,
    &powershell::POWERSHELL,
    &node::NODE,
    &deserialisation::DESERIALISATION,
    &prototype::PROTOTYPE,
    &python::PYTHON,
    &format::FORMAT,
];
