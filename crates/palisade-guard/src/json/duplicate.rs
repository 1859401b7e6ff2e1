//! The names that the open objects have had, to notice one that comes again.

use std::{borrow::Cow, collections::HashSet};

/// Names of an object that are compared one by one; only objects with more get a set.
const COMPARED_MAX: usize = 64;

/// Words of signs.
const SIGN_WORDS: usize = 4;

/// The names of one open object.
#[derive(Default)]
pub(super) struct Names<'t> {
    few: Vec<Cow<'t, str>>,
    /// One bit for each of them, by length and ends: most names are new, which this tells without comparing.
    signs: [u64; SIGN_WORDS],
    many: HashSet<Cow<'t, str>>,
    told: bool,
}

impl<'t> Names<'t> {
    /// Adds `name`; true the first time that a name was there before.
    pub(super) fn add(&mut self, name: Cow<'t, str>) -> bool {
        let (word, sign) = sign(&name);
        let again = (self.signs[word] & sign != 0 && self.few.contains(&name))
            || (!self.many.is_empty() && self.many.contains(&name));
        self.signs[word] |= sign;
        if !again && self.few.len() < COMPARED_MAX {
            self.few.push(name);
        } else if !again {
            self.many.insert(name);
        }
        let tell = again && !self.told;
        self.told |= again;
        tell
    }

    /// Forgets everything, but keeps its room for the next object.
    pub(super) fn clear(&mut self) {
        self.few.clear();
        self.signs = [0; SIGN_WORDS];
        if !self.many.is_empty() {
            self.many = HashSet::new();
        }
        self.told = false;
    }
}

/// The word and the bit of `name` among the signs.
fn sign(name: &str) -> (usize, u64) {
    let end = |byte: Option<&u8>| byte.map_or(0, |&byte| usize::from(byte));
    let bytes = name.as_bytes();
    let (first, last) = (end(bytes.first()), end(bytes.last()));
    (first % SIGN_WORDS, 1 << ((first * 7 + last * 13 + bytes.len() * 5) % 64))
}
