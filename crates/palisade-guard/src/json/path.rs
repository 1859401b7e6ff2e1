//! Where the walker is: the way down from the root, turned into a JSON Pointer only when somebody asks.

use std::{borrow::Cow, ops::Range};

/// The open arrays and objects, outermost first.
pub(crate) struct Path<'t> {
    pub(super) steps: Vec<Step<'t>>,
    /// The bytes of the JSON text in which the last string stands, with its quotes, or the last number.
    pub(crate) string: Range<usize>,
}

/// One open array or object, and where in it the walker is.
pub(super) enum Step<'t> {
    /// The index of the element.
    Array(usize),
    /// The name of the member.
    Object(Cow<'t, str>),
}

impl Path<'_> {
    /// How many arrays and objects are open.
    pub(crate) fn depth(&self) -> usize {
        self.steps.len()
    }

    /// The names of the member that the walker is in and of the one around it, outermost first; arrays have none.
    pub(crate) fn names(&self) -> Vec<&str> {
        let name = |step| match step {
            &Step::Array(_) => None,
            Step::Object(name) => Some(&**name),
        };
        let mut names: Vec<&str> = self.steps.iter().rev().filter_map(name).take(2).collect();
        names.reverse();
        names
    }

    /// The JSON Pointer (RFC 6901) of this place, with each name given to `mask` first.
    pub(crate) fn pointer<'m>(&'m self, mask: impl Fn(&'m str) -> Cow<'m, str>) -> String {
        let mut pointer = String::new();
        for step in &self.steps {
            pointer.push('/');
            match step {
                Step::Array(index) => pointer.push_str(&index.to_string()),
                Step::Object(name) => pointer.push_str(&mask(name).replace('~', "~0").replace('/', "~1")),
            }
        }
        pointer
    }
}
