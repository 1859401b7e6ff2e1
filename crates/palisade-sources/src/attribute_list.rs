//! The attributes of one observation while they come in, held to the limits of one.

use crate::Limits;
use palisade_model::{Attributes, Value};

/// The attributes so far. Once something is wrong with them, further ones are ignored.
pub(crate) struct AttributeList<'l> {
    limits: &'l Limits,
    subject: &'static str,
    attributes: Attributes,
    problem: Option<String>,
}

impl<'l> AttributeList<'l> {
    /// An empty one with room for `expected`; messages call what it belongs to the `subject`.
    pub(crate) fn new(limits: &'l Limits, subject: &'static str, expected: usize) -> Self {
        let attributes = Attributes::with_capacity(expected.min(limits.attributes));
        Self { limits, subject, attributes, problem: None }
    }

    /// True when what they belong to will be refused.
    pub(crate) fn has_problem(&self) -> bool {
        self.problem.is_some()
    }

    /// Refuses what they belong to; the first reason stands.
    pub(crate) fn refuse(&mut self, problem: impl FnOnce() -> String) {
        self.problem.get_or_insert_with(problem);
    }

    /// Adds one. Equal keys are all kept.
    pub(crate) fn push(&mut self, key: String, value: Value) {
        if self.admits(&key, &value) && self.has_room(1) {
            self.attributes.push((key, value));
        }
    }

    /// Adds copies of attributes that a list with the same limits has admitted.
    pub(crate) fn extend_admitted(&mut self, attributes: &Attributes) {
        if !self.has_problem() && self.has_room(attributes.len()) {
            self.attributes.extend_from_slice(attributes);
        }
    }

    /// True when key and value are within the limits.
    pub(crate) fn admits(&mut self, key: &str, value: &Value) -> bool {
        let (key_max, value_max) = (self.limits.key_bytes, self.limits.value_bytes);
        if key.len() > key_max {
            let start = shortened(key);
            self.refuse(|| format!("the key that starts with '{start}' is longer than {key_max} bytes"));
        } else if value.as_text().is_some_and(|text| text.len() > value_max) {
            self.refuse(|| format!("the value of '{}' is longer than {value_max} bytes", shortened(key)));
        }
        !self.has_problem()
    }

    /// The attributes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn finish(self) -> Result<Attributes, String> {
        match self.problem {
            Some(problem) => Err(problem),
            None => Ok(self.attributes),
        }
    }

    fn has_room(&mut self, more: usize) -> bool {
        let (max, subject) = (self.limits.attributes, self.subject);
        if self.attributes.len() + more > max {
            self.refuse(|| format!("the {subject} has more than {max} attributes: send fewer"));
        }
        !self.has_problem()
    }
}

/// The start of a key, short enough for a message.
pub(crate) fn shortened(key: &str) -> String {
    key.chars().take(64).collect()
}
