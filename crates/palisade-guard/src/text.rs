//! A text as detectors look at it: by place, with what stands before and after.

use crate::prompt::{Match, Word, all_words};
use std::{
    cell::{Cell, OnceCell, RefCell},
    ops::Range,
    rc::Rc,
};

/// Bytes of a text whose words are remembered; longer ones are looked at in parts.
const WORDS_BYTES_MAX: usize = 4096;

/// Bytes of a text whose announcements are remembered.
const ANNOUNCEMENTS_BYTES_MAX: usize = 2048;

/// The text that is inspected. Offsets are bytes, always at the boundary of a character.
pub(crate) struct View<'t> {
    text: &'t str,
    /// See [`View::spend`].
    effort: Cell<usize>,
    /// See [`View::words`].
    words: OnceCell<Vec<Word<'t>>>,
    /// See [`View::remember_matches`].
    matches: RefCell<Vec<(usize, Rc<[Match]>)>>,
    /// See [`View::remember_announcements`].
    announcements: OnceCell<Vec<Range<usize>>>,
    /// See [`View::remember_subject`].
    subject: Cell<Option<(usize, bool)>>,
    /// From where on the next closing brace was looked for, and where it stands.
    brace: Cell<Option<(usize, usize)>>,
}

/// True for the characters that end a paragraph: bidirectional class B (UAX #9, rule P1).
pub(crate) fn ends_paragraph(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{1C}'..='\u{1E}' | '\u{85}' | '\u{2029}')
}

impl<'t> View<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            effort: Cell::new(0),
            words: OnceCell::new(),
            matches: RefCell::default(),
            announcements: OnceCell::new(),
            subject: Cell::new(None),
            brace: Cell::new(None),
        }
    }

    /// Notes that a detector has looked at `bytes` bytes, or done as much as looking at so many. Detectors that look at
    /// many say so, and look no more when it is too much for the length of the input.
    pub(crate) fn spend(&self, bytes: usize) {
        self.effort.set(self.effort.get().saturating_add(bytes));
    }

    /// What was spent since this was last asked.
    pub(crate) fn take_effort(&self) -> usize {
        self.effort.take()
    }

    /// All words of the text with the ends of its sentences, taken apart once for all detectors that ask; none of a long
    /// text.
    pub(crate) fn words(&self) -> Option<&[Word<'t>]> {
        (self.text.len() <= WORDS_BYTES_MAX).then(|| &**self.words.get_or_init(|| all_words(self.text)))
    }

    /// The same, where they were asked for before or are no more than those of `bytes` bytes.
    pub(crate) fn words_at_hand(&self, bytes: usize) -> Option<&[Word<'t>]> {
        (self.text.len() <= bytes || self.words.get().is_some()).then(|| self.words()).flatten()
    }

    /// What a grammar, which `grammar` stands for, finds in all of the text: as it was asked before, or as `find` finds.
    pub(crate) fn remember_matches(&self, grammar: usize, find: &dyn Fn() -> Vec<Match>) -> Rc<[Match]> {
        let mut all = self.matches.borrow_mut();
        match all.iter().find(|(known, _)| *known == grammar) {
            Some((_, found)) => Rc::clone(found),
            None => {
                let found: Rc<[Match]> = find().into();
                all.push((grammar, Rc::clone(&found)));
                found
            }
        }
    }

    /// Where words stand that announce an example, as `find` finds; none of a long text, where asking is dearer.
    pub(crate) fn remember_announcements(&self, find: &dyn Fn() -> Vec<Range<usize>>) -> Option<&[Range<usize>]> {
        (self.text.len() <= ANNOUNCEMENTS_BYTES_MAX).then(|| &**self.announcements.get_or_init(find))
    }

    /// Where the next closing brace stands from `at` on, or the end of the text.
    pub(crate) fn next_brace(&self, at: usize) -> usize {
        match self.brace.get() {
            Some((from, brace)) if from <= at && at <= brace => brace,
            _ => {
                let rest = &self.bytes()[at..];
                let brace = memchr::memchr(b'}', rest).map_or(self.text.len(), |length| at + length);
                self.brace.set(Some((at, brace)));
                brace
            }
        }
    }

    /// Whether attacks are what the text speaks of around its part `part`: as it was last asked, or as `look` finds.
    pub(crate) fn remember_subject(&self, part: usize, look: &dyn Fn() -> bool) -> bool {
        match self.subject.get() {
            Some((known, answer)) if known == part => answer,
            _ => {
                let answer = look();
                self.subject.set(Some((part, answer)));
                answer
            }
        }
    }

    pub(crate) fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &'t str {
        &self.text[range]
    }

    /// `at`, or the boundary of a character before it.
    pub(crate) fn floor(&self, at: usize) -> usize {
        self.text.floor_char_boundary(at)
    }

    /// The character before `at`.
    pub(crate) fn character_before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }

    /// The character at `at`.
    pub(crate) fn character_at(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// The paragraph that `at` stands in, without its separator.
    pub(crate) fn paragraph_at(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind(ends_paragraph).map_or(0, |end| {
            let width = self.text[end..].chars().next().map_or(0, char::len_utf8);
            end + width
        });
        let end = self.text[at..].find(ends_paragraph).map_or(self.text.len(), |length| at + length);
        start..end
    }

    /// The characters from `at` on that all satisfy `belongs`.
    pub(crate) fn run(&self, at: usize, belongs: fn(char) -> bool) -> Range<usize> {
        let rest = &self.text[at..];
        at..at + rest.find(|character| !belongs(character)).unwrap_or(rest.len())
    }

    /// The bytes from `at` on that all satisfy `belongs`, at most `most` of them.
    pub(crate) fn byte_run(&self, at: usize, most: usize, belongs: fn(u8) -> bool) -> Range<usize> {
        let rest = &self.bytes()[at..];
        let length = rest.iter().take(most).take_while(|&&byte| belongs(byte)).count();
        self.spend(length);
        at..at + length
    }

    /// The bytes before `at` that all satisfy `belongs`, at most `most` of them.
    pub(crate) fn byte_run_before(&self, at: usize, most: usize, belongs: fn(u8) -> bool) -> Range<usize> {
        let before = &self.bytes()[..at];
        let length = before.iter().rev().take(most).take_while(|&&byte| belongs(byte)).count();
        self.spend(length);
        at - length..at
    }

    /// The stretch from `at` to the last character that `belongs`, as long as no two are more than `gap` bytes apart
    /// and `stop` does not stand between them; with those characters.
    pub(crate) fn stretch(
        &self,
        at: usize,
        gap: usize,
        belongs: fn(char) -> bool,
        stop: fn(char) -> bool,
    ) -> (Range<usize>, Vec<char>) {
        let (mut end, mut members) = (at, Vec::new());
        for (offset, character) in self.text[at..].char_indices() {
            let here = at + offset;
            if belongs(character) {
                end = here + character.len_utf8();
                members.push(character);
            } else if here >= end + gap || stop(character) {
                break;
            }
        }
        (at..end, members)
    }

    /// True when a word of letters and digits can begin at `at`. The letter of an escape (`\n`) is not part of it.
    pub(crate) fn word_may_begin(&self, at: usize) -> bool {
        let before = &self.bytes()[..at];
        match before {
            [.., b'\\', b'n' | b'r' | b't'] => true,
            [.., last] => !(last.is_ascii_alphanumeric() || *last == b'_'),
            [] => true,
        }
    }

    /// True when a word of letters and digits can end before `at`.
    pub(crate) fn word_may_end(&self, at: usize) -> bool {
        self.bytes().get(at).is_none_or(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))
    }
}
