//! Keywords of a plan: texts that may stand in any field, searched in the whole event at once.
//!
//! The event is searched as it is written, in lower case, for each keyword as it stands and as JSON would write it. So
//! one pass answers for all values; only where something is found are values looked at. What JSON may write in yet
//! another way, anything by `\u` and letters that are ASCII only in lower case, is searched value by value.

use super::{
    fold::folded,
    literal::{LONG, Literals},
};
use crate::{Record, record::Kind};
use aho_corasick::{AhoCorasick, MatchKind};

/// Keywords up to which vector instructions can look for all at once.
const QUICK_MAX: usize = 64;

/// What opens gates by keywords.
pub(super) struct Keywords {
    /// All keywords where they are few; else the short ones, and the long ones, for which not every place counts.
    groups: Vec<Group>,
    /// True when a keyword is not ASCII: JSON and lower case may write it in too many ways.
    reads_values: bool,
}

/// Keywords that are searched together.
struct Group {
    /// Says that nothing is there, at many bytes a time; only for few keywords.
    quick: Option<AhoCorasick>,
    texts: Literals,
    rules: Vec<u32>,
}

impl Group {
    fn new(patterns: &[(String, u32)]) -> Self {
        let texts = patterns.iter().map(|(text, _)| text.as_bytes());
        let quick = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts).ok();
        Self {
            quick: (patterns.len() <= QUICK_MAX).then(quick).flatten(),
            texts: Literals::new(patterns.iter().map(|(text, _)| text.as_str().into()).collect()),
            rules: patterns.iter().map(|(_, rule)| *rule).collect(),
        }
    }

    fn search(&self, text: &str, opened: &mut Vec<u32>) {
        if self.quick.as_ref().is_none_or(|quick| quick.is_match(text)) {
            self.texts.find(text.as_bytes(), |literal, _| opened.push(self.rules[literal]));
        }
    }
}

impl Keywords {
    /// The index of these folded keywords, each with its rule; `None` without any.
    pub(super) fn new(keywords: &[(&str, u32)]) -> Option<Self> {
        if keywords.is_empty() {
            return None;
        }
        let mut patterns: Vec<(String, u32)> = Vec::new();
        for (text, rule) in keywords {
            let escaped = escaped(text);
            patterns.push(((*text).to_owned(), *rule));
            for form in [escaped.replace('/', "\\/"), escaped] {
                if patterns.last().is_none_or(|last| last.0 != form) && form != *text {
                    patterns.push((form, *rule));
                }
            }
        }
        patterns.sort();
        patterns.dedup();
        let groups = if patterns.len() <= QUICK_MAX {
            vec![Group::new(&patterns)]
        } else {
            let (long, short): (Vec<_>, Vec<_>) = patterns.into_iter().partition(|(text, _)| text.len() >= LONG);
            [short, long].iter().filter(|group| !group.is_empty()).map(|group| Group::new(group)).collect()
        };
        Some(Self { groups, reads_values: !keywords.iter().all(|(text, _)| text.is_ascii()) })
    }

    /// Adds the rules of keywords that may stand in the event. `scratch` is for working in.
    pub(super) fn open(&self, record: &Record<'_>, scratch: &mut String, opened: &mut Vec<u32>) {
        let (text, made) = record.haystacks();
        if self.reads_values || !is_plain(text) || !is_plain(made) {
            return self.open_by_values(record, opened);
        }
        scratch.clear();
        scratch.push_str(text);
        scratch.push('\n');
        scratch.push_str(made);
        scratch.make_ascii_lowercase();
        self.search(scratch, opened);
    }

    fn open_by_values(&self, record: &Record<'_>, opened: &mut Vec<u32>) {
        for entry in 0..record.len() {
            if let (Kind::Text | Kind::EscapedText | Kind::Number, _) = record.written(entry)
                && let Some(text) = record.value(entry).get()
            {
                self.search(&folded(&text), opened);
            }
        }
    }

    fn search(&self, text: &str, opened: &mut Vec<u32>) {
        self.groups.iter().for_each(|group| group.search(text, opened));
    }
}

/// True when the text can be searched as it is written.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && memchr::memmem::find(text.as_bytes(), b"\\u").is_none()
}

/// The text as JSON writes it in a string.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            other => written.push(other),
        }
    }
    written
}
