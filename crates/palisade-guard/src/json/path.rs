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

    /// The members that the walker is in, innermost first: the depth of each, and its name; arrays have none.
    pub(crate) fn members(&self) -> impl Iterator<Item = (usize, &str)> {
        let member = |(index, step)| match step {
            &Step::Array(_) => None,
            Step::Object(name) => Some((index + 1, &**name)),
        };
        self.steps.iter().enumerate().rev().filter_map(member)
    }

    /// A number for the open object at `depth` by the places in the arrays around it, which tells it from the objects
    /// beside it.
    pub(crate) fn place_in_arrays(&self, depth: usize) -> u64 {
        let index = |step: &Step<'_>| match step {
            Step::Array(index) => *index as u64 + 1,
            Step::Object(_) => 0,
        };
        let above = self.steps.iter().take(depth);
        above.fold(0, |place: u64, step| place.wrapping_mul(0x0100_0000_01B3).wrapping_add(index(step)))
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
