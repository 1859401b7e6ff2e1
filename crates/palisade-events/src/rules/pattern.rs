//! Patterns with wildcards (Sigma specification, "Wildcards"): `*` stands for any text, `?` for any one character.

use rsigma_parser::{
    SigmaString,
    value::{SpecialChar, StringPart},
};

/// A pattern that the whole text must follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    parts: Box<[Part]>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Literal(Box<str>),
    /// Any text.
    Any,
    /// Any one character.
    One,
}

impl Pattern {
    /// The pattern of a value, in lower case unless case counts, with any text before or after where asked for.
    pub(crate) fn new(value: &SigmaString, is_cased: bool, is_open_before: bool, is_open_after: bool) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let open = |is_open: bool| is_open.then_some(Part::Any);
        let written = value.parts.iter().map(|part| match part {
            StringPart::Plain(text) if is_cased => Part::Literal(text.as_str().into()),
            StringPart::Plain(text) => Part::Literal(super::transform::lowered(text).into()),
            StringPart::Special(SpecialChar::WildcardMulti) => Part::Any,
            StringPart::Special(SpecialChar::WildcardSingle) => Part::One,
        });
        for part in open(is_open_before).into_iter().chain(written).chain(open(is_open_after)) {
            if part != Part::Any || parts.last() != Some(&Part::Any) {
                parts.push(part);
            }
        }
        Self { parts: parts.into() }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// True when `text` follows the pattern. Takes at most the product of their lengths.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (mut part, mut at) = (0, 0);
        // Where to go on when what follows the last `*` does not fit: that `*` takes one character more.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let rest = &text[at..];
            match self.parts.get(part) {
                None if rest.is_empty() => return true,
                Some(Part::Any) => {
                    part += 1;
                    if part == self.parts.len() {
                        return true;
                    }
                    retry = Some((part, at));
                    continue;
                }
                Some(Part::Literal(literal)) if rest.starts_with(&**literal) => {
                    part += 1;
                    at += literal.len();
                    continue;
                }
                Some(Part::One) => {
                    if let Some(one) = rest.chars().next() {
                        part += 1;
                        at += one.len_utf8();
                        continue;
                    }
                }
                None | Some(Part::Literal(_)) => {}
            }
            let Some((after, from)) = retry else { return false };
            let Some(next) = self.next_start(text, after, from) else { return false };
            (part, at) = (after, next);
            retry = Some((after, next));
        }
    }

    /// The next place after `from` at which the part `after` could begin.
    fn next_start(&self, text: &str, after: usize, from: usize) -> Option<usize> {
        let next = from + text[from..].chars().next()?.len_utf8();
        match &self.parts[after] {
            Part::Literal(literal) => {
                memchr::memmem::find(&text.as_bytes()[next..], literal.as_bytes()).map(|place| next + place)
            }
            _ => Some(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("?", "", false),
            ("a*b", "ab", true),
            ("a*b", "a-b-b", true),
            ("a*b", "a-b-c", false),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*a*b*", "xxaybz", true),
            ("*a?b", "aab", true),
            ("*ab", "aab", true),
            ("a*\n*b", "a\n\nb", true),
            (r"\*?\?", "*x?", true),
            (r"c:\\*\\x", r"c:\a\x", true),
            ("?*?", "é", false),
            ("?*?", "éé", true),
        ] {
            let pattern = Pattern::new(&SigmaString::new(pattern), false, false, false);
            assert_eq!(pattern.matches(text), expected, "{pattern:?} {text}");
        }
    }
}
