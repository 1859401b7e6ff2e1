//! A tree of values as one list in the order of the document; each value knows where its part of the list ends.

use std::borrow::Cow;

/// One value of a document.
pub(super) struct Token<'t> {
    pub(super) key: Cow<'t, str>,
    pub(super) kind: Kind<'t>,
    /// Bytes from the beginning of the text to the key, or to the value where it has none.
    pub(super) place: u32,
    /// The index behind the last value within this one.
    pub(super) end: u32,
}

pub(super) enum Kind<'t> {
    Null,
    /// Text, and numbers and booleans as they are written or printed.
    Text(Cow<'t, str>),
    List,
    Table,
}

/// A document.
pub(in crate::manifest) struct Tape<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token<'t>>,
    /// The place of what was read last, for values that do not know their own.
    pub(super) last: u32,
    pub(super) values_max: usize,
}

impl<'t> Tape<'t> {
    pub(super) fn new(text: &'t str, values_max: usize) -> Self {
        Self { text, tokens: Vec::new(), last: 0, values_max }
    }

    /// The outermost value; none where nothing could be read.
    pub(in crate::manifest) fn root(&self) -> Option<Node<'_>> {
        (!self.tokens.is_empty()).then_some(Node { tokens: &self.tokens, index: 0 })
    }

    /// The place of `part`, where it is a part of the text itself and not a decoded copy.
    pub(super) fn place_of(&self, part: &str) -> Option<u32> {
        let offset = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (offset + part.len() <= self.text.len()).then(|| u32::try_from(offset).ok())?
    }

    /// Adds a value and returns its index; `None` when there are too many.
    pub(super) fn push(&mut self, key: Cow<'t, str>, kind: Kind<'t>, place: Option<u32>) -> Option<usize> {
        if self.tokens.len() >= self.values_max {
            return None;
        }
        let index = self.tokens.len();
        let place = place.unwrap_or(self.last);
        self.last = place;
        self.tokens.push(Token { key, kind, place, end: index as u32 + 1 });
        Some(index)
    }

    /// Ends the list or table at `index` behind what was added last.
    pub(super) fn close(&mut self, index: usize) {
        self.tokens[index].end = self.tokens.len() as u32;
    }
}

/// One value of a document, with all that is within it.
#[derive(Clone, Copy)]
pub(in crate::manifest) struct Node<'a> {
    tokens: &'a [Token<'a>],
    index: usize,
}

impl<'a> Node<'a> {
    fn token(self) -> &'a Token<'a> {
        &self.tokens[self.index]
    }

    /// Its name within a table; empty in a list.
    pub(in crate::manifest) fn key(self) -> &'a str {
        &self.token().key
    }

    /// Bytes from the beginning of the text.
    pub(in crate::manifest) fn place(self) -> usize {
        self.token().place as usize
    }

    /// Text, or a number or boolean as text.
    pub(in crate::manifest) fn text(self) -> Option<&'a str> {
        match &self.token().kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::manifest) fn is_table(self) -> bool {
        matches!(self.token().kind, Kind::Table)
    }

    pub(in crate::manifest) fn is_list(self) -> bool {
        matches!(self.token().kind, Kind::List)
    }

    /// The members of a table or the items of a list.
    pub(in crate::manifest) fn children(self) -> impl Iterator<Item = Node<'a>> {
        let end = self.token().end as usize;
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Node { tokens: self.tokens, index: next };
                next = child.token().end as usize;
                child
            })
        })
    }

    /// The first member of the name.
    pub(in crate::manifest) fn get(self, key: &str) -> Option<Node<'a>> {
        if !self.is_table() {
            return None;
        }
        self.children().find(|child| child.key() == key)
    }

    /// What `get` finds step by step.
    pub(in crate::manifest) fn at(self, path: &[&str]) -> Option<Node<'a>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The members or items of the member of the name; none where there is no such member.
    pub(in crate::manifest) fn children_of(self, key: &str) -> impl Iterator<Item = Node<'a>> {
        self.get(key).into_iter().flat_map(Node::children)
    }

    /// The text of the member of the name.
    pub(in crate::manifest) fn text_of(self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Node::text)
    }

    /// True where the member of the name says `true`.
    pub(in crate::manifest) fn says(self, key: &str) -> bool {
        self.text_of(key) == Some("true")
    }
}
