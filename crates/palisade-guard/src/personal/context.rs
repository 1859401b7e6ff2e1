//! Numbers that mean a person only beside a word that says so.

use crate::{
    detector::{Hit, Outcome},
    limits::PERSONAL_CONTEXT_BYTES_MAX,
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

/// One way of writing a number.
pub(super) struct Layout {
    /// `d` a digit, `L` a letter, `x` either, `-` at most one separator, `S` the sign of a century in Finland.
    pub(super) form: &'static str,
    /// Whether the characters without separators, in capitals, are a number that can have been issued.
    pub(super) fits: fn(&[u8]) -> bool,
}

/// What to say of a number that is found.
pub(super) struct Say {
    /// How bad it is.
    pub(super) severity: Severity,
    /// How sure.
    pub(super) confidence: f64,
    /// What is wrong.
    pub(super) why: &'static str,
}

/// A number with check digits beside a word that names it.
pub(super) const CHECKED: Say = Say {
    severity: Severity::High,
    confidence: 0.85,
    why: "A number that identifies a person: its check digits fit, and a word beside it names it.",
};

/// A number without check digits beside a word that names it.
pub(super) const NAMED: Say = Say {
    severity: Severity::Medium,
    confidence: 0.8,
    why: "A number that identifies a person: a word beside it names it, and its form fits.",
};

/// Looks for a number in one of `layouts` beside the word at `at`, which is one of `words`.
pub(super) fn beside(view: &View<'_>, at: usize, words: &[&[u8]], layouts: &[Layout], say: &Say) -> Outcome {
    let Some(end) = word_end(view, at, words) else { return Outcome::Clean { until: 0 } };
    let window =
        at.saturating_sub(PERSONAL_CONTEXT_BYTES_MAX)..(end + PERSONAL_CONTEXT_BYTES_MAX).min(view.bytes().len());
    if !view.bytes()[window].iter().any(u8::is_ascii_digit) {
        return Outcome::Clean { until: 0 };
    }
    let found = after(view, end, layouts).or_else(|| before(view, at, words, layouts));
    found
        .map(|span| {
            let until = span.end.max(end);
            Hit::secret(span, say.confidence, say.why).rated(say.severity).until(until)
        })
        .into()
}

/// The end of the word of `words` that stands at `at`, by itself or as a part of a name in code.
pub(super) fn word_end(view: &View<'_>, at: usize, words: &[&[u8]]) -> Option<usize> {
    let rest = &view.bytes()[at..];
    let begins = match view.bytes()[..at].last() {
        Some(last) if last.is_ascii_alphabetic() && rest[0].is_ascii_alphabetic() => {
            (last.is_ascii_lowercase() && rest[0].is_ascii_uppercase()) || view.word_may_begin(at)
        }
        _ => true,
    };
    let whole = |word: &&&[u8]| {
        let stands = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let letter_follows = rest.get(word.len()).is_some_and(u8::is_ascii_lowercase);
        stands && !(letter_follows && word.last().is_some_and(u8::is_ascii_alphabetic))
    };
    begins.then(|| words.iter().find(whole))?.map(|word| at + word.len())
}

/// The first number behind `from`.
pub(super) fn after(view: &View<'_>, from: usize, layouts: &[Layout]) -> Option<Range<usize>> {
    let end = (from + PERSONAL_CONTEXT_BYTES_MAX).min(view.bytes().len());
    (from..end).filter(|&at| may_start(view.bytes(), at)).find_map(|at| number_at(view.bytes(), at, layouts))
}

/// The number shortly before `at`, unless an earlier word has named it already.
fn before(view: &View<'_>, at: usize, words: &[&[u8]], layouts: &[Layout]) -> Option<Range<usize>> {
    let from = at.saturating_sub(PERSONAL_CONTEXT_BYTES_MAX / 2);
    let starts = (from..at).filter(|&start| may_start(view.bytes(), start));
    let number = starts.filter_map(|start| number_at(view.bytes(), start, layouts)).rfind(|number| number.end <= at)?;
    let earlier = number.start.saturating_sub(PERSONAL_CONTEXT_BYTES_MAX)..number.start;
    let named = earlier.into_iter().any(|place| {
        words
            .iter()
            .any(|word| view.bytes()[place..].get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word)))
    });
    (!named).then_some(number)
}

/// True where a number begins and does not go on.
fn may_start(bytes: &[u8], at: usize) -> bool {
    let here = bytes[at].is_ascii_alphanumeric();
    match bytes[..at] {
        [.., digit, b'.' | b'-'] if digit.is_ascii_digit() => false,
        [.., b'\\', b'n' | b'r' | b't'] => here,
        [.., last] => here && !last.is_ascii_alphanumeric(),
        [] => here,
    }
}

/// The number that begins at `at` in the first layout that fits.
pub(super) fn number_at(bytes: &[u8], at: usize, layouts: &[Layout]) -> Option<Range<usize>> {
    layouts.iter().find_map(|layout| {
        let (end, number) = read(bytes, at, layout.form)?;
        let goes_on = match bytes[end..] {
            [byte, ..] if byte.is_ascii_alphanumeric() => true,
            [b'-' | b'.' | b'/', digit, ..] => digit.is_ascii_digit(),
            _ => false,
        };
        (!goes_on && (layout.fits)(&number)).then_some(at..end)
    })
}

/// Reads a number of the `form`; where it ends, and its characters.
fn read(bytes: &[u8], at: usize, form: &str) -> Option<(usize, Vec<u8>)> {
    let (mut end, mut number) = (at, Vec::with_capacity(form.len()));
    for slot in form.bytes() {
        let byte = bytes.get(end).copied();
        let fits = match slot {
            b'-' => {
                end += usize::from(matches!(byte, Some(b' ' | b'-' | b'.' | b'/')));
                continue;
            }
            b'S' => {
                byte.filter(|byte| b"-+ABCDEFUVWXY".contains(byte))?;
                end += 1;
                continue;
            }
            b'd' => byte.filter(u8::is_ascii_digit)?,
            b'L' => byte.filter(u8::is_ascii_alphabetic)?,
            _ => byte.filter(u8::is_ascii_alphanumeric)?,
        };
        number.push(fits.to_ascii_uppercase());
        end += 1;
    }
    Some((end, number))
}
