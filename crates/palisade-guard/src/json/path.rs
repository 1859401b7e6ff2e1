//! Where the walker is: the way down from the root, turned into a JSON Pointer only when somebody asks.

use std::{borrow::Cow, ops::Range};

/// The open arrays and objects, outermost first.
pub(crate) struct Path<'t> {
    pub(super) steps: Vec<Step<'t>>,
    /// The bytes of the JSON text in which the last string stands, with its quotes.
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
