//! What reading a list gives: entities or problems one after the other, and a summary at the end.
//!
//! Readers hand on *fragments*: where a format spreads an entity over several rows, files or elements, each becomes an
//! [`Entity`] of its own with the same id, and [`super::collect`] puts them together. So a file of gigabytes streams.

use crate::entity::Entity;

/// How much is read of a list before the reader stops and says so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub bytes: u64,
    /// Bytes of one record; a longer one is a problem, and the rest goes on.
    pub record_bytes: usize,
    /// Entities and fragments of them.
    pub entities: u64,
    /// Problems that are handed on one by one; the rest is counted.
    pub problems: u64,
}

impl Default for Limits {
    /// Room for the largest list known, the LEI golden copy with its three million records in 15 GB.
    fn default() -> Self {
        Self { bytes: 64 << 30, record_bytes: 8 << 20, entities: 50_000_000, problems: 1_000 }
    }
}

/// Where in a file something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A line, from one.
    Line(u64),
    /// A byte, from zero.
    Byte(u64),
    /// The file as a whole.
    File,
}

/// What a problem means for the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// One record cannot be used.
    Record,
    /// The file ends before its end: what was read is not the whole list.
    Truncated,
    /// A limit was reached: what was read is not the whole list.
    Limit,
}

/// Something in a list that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[error("{file}{}: {reason}", match place { Place::Line(line) => format!(":{line}"), Place::Byte(byte) => format!(" at byte {byte}"), Place::File => String::new() })]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// Where.
    pub place: Place,
    /// How far it reaches.
    pub kind: ProblemKind,
    /// What is wrong.
    pub reason: String,
}

/// What was read of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    /// Entities and fragments handed on.
    pub fragments: u64,
    /// Problems, with those that were only counted.
    pub problems: u64,
    /// True when the list ended too soon or a limit was reached: it must not replace another.
    pub incomplete: bool,
    /// The version or date that the list states of itself.
    pub version: Option<String>,
    /// How many entries the list says that it has.
    pub announced: Option<u64>,
}

/// What readers write to.
pub(crate) struct Reading<'s> {
    pub(super) source: &'s str,
    pub(super) file: String,
    pub(super) limits: Limits,
    pub(super) summary: Summary,
    pub(super) on: &'s mut dyn FnMut(Result<Entity, Problem>),
}

impl Reading<'_> {
    /// Hands on an entity, or why it is none.
    pub(crate) fn entity(&mut self, place: Place, entity: Result<Entity, String>) {
        match entity {
            Ok(entity) if self.is_open() => {
                self.summary.fragments += 1;
                (self.on)(Ok(entity));
                if self.summary.fragments == self.limits.entities {
                    self.problem(place, ProblemKind::Limit, "there are more entities than are allowed");
                }
            }
            Ok(_) => {}
            Err(reason) => self.problem(place, ProblemKind::Record, &reason),
        }
    }

    /// Hands on a problem.
    pub(crate) fn problem(&mut self, place: Place, kind: ProblemKind, reason: &str) {
        self.summary.problems += 1;
        self.summary.incomplete |= kind != ProblemKind::Record;
        if self.summary.problems <= self.limits.problems {
            let (file, reason) = (self.file.clone(), reason.to_owned());
            (self.on)(Err(Problem { file, place, kind, reason }));
        }
    }

    /// False when no more entities are taken.
    pub(crate) fn is_open(&self) -> bool {
        self.summary.fragments < self.limits.entities
    }

    /// Notes how many entries the list says that it has.
    pub(crate) fn announce(&mut self, count: u64) {
        self.summary.announced = Some(count);
    }

    /// Notes what the list says of its version, the first time that it does.
    pub(crate) fn version(&mut self, version: &str) {
        let version = version.trim();
        if self.summary.version.is_none() && !version.is_empty() && version.len() <= 100 {
            self.summary.version = Some(version.to_owned());
        }
    }
}
