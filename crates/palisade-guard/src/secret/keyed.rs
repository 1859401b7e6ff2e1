//! Tokens without a prefix: told by the provider's name and a word such as *key* before them.

use super::{
    plausible::{could_be_issued, is_mixed},
    token::without_full_stop,
};
use crate::{
    detector::{Hit, Outcome},
    text::View,
};
use std::ops::Range;

/// One form of token that is plain by itself.
pub(super) struct Plain {
    /// The characters it is made of.
    pub(super) alphabet: fn(u8) -> bool,
    /// Fewest characters.
    pub(super) min: usize,
    /// Most characters.
    pub(super) max: usize,
    /// How its characters are laid out.
    pub(super) layout: fn(&[u8]) -> bool,
}

/// A form of exactly `count` characters of `alphabet`.
pub(super) const fn plain(alphabet: fn(u8) -> bool, count: usize) -> Plain {
    Plain { alphabet, min: count, max: count, layout: is_mixed }
}

/// A form of `min` to `max` characters of `alphabet`, laid out so.
pub(super) const fn shaped(alphabet: fn(u8) -> bool, min: usize, max: usize, layout: fn(&[u8]) -> bool) -> Plain {
    Plain { alphabet, min, max, layout }
}

/// Bytes after the provider's name within which its token begins: a long name of a setting, and an assignment.
const WINDOW_BYTES_MAX: usize = 80;

/// One of these stands between the provider's name and the token.
const HINTS: [&[u8]; 9] = [b"_pat", b"key", b"token", b"secret", b"pass", b"auth", b"pwd", b"credential", b"bearer"];

/// The name, the hint and the length agree; there is no prefix and no checksum.
const CONFIDENCE: f64 = 0.85;

/// Looks for one of `forms` after the provider's name at `at`.
pub(super) fn near(view: &View<'_>, at: usize, forms: &[Plain]) -> Outcome {
    let window = window(view, at);
    let Some(hinted) = end_of_hint(&view.bytes()[window.clone()]).or_else(|| hinted_before(view, at)) else {
        return Outcome::Clean { until: 0 };
    };
    forms.iter().find_map(|form| form_within(view, window.start + hinted, window.end, form)).into()
}

/// What is looked at behind the name at `at`: the rest of its line, and the next one where a list of settings begins or
/// the value stands there.
fn window(view: &View<'_>, at: usize) -> Range<usize> {
    let on_line = |byte| !matches!(byte, b'\n' | b'\r');
    let line = view.byte_run(at, WINDOW_BYTES_MAX, on_line);
    let opens = matches!(view.bytes()[line.clone()].trim_ascii_end(), [.., b':' | b'{' | b'[']);
    let rest = view.bytes().get(line.end..).unwrap_or_default();
    let indented = matches!(rest, [b'\n', b' ' | b'\t', ..] | [b'\r', b'\n', b' ' | b'\t', ..]);
    let next = rest[..rest.len().min(WINDOW_BYTES_MAX)].trim_ascii_start();
    let valued = [&b"value:"[..], b"\"value\":", b"value ="].iter().any(|label| next.starts_with(label));
    if !(indented && (opens || valued)) {
        return line;
    }
    line.start..view.byte_run(line.end + 2, WINDOW_BYTES_MAX, on_line).end
}

/// Bytes of a name of a setting before the provider's, as in `token_for_the_`.
const NAME_BYTES_MAX: usize = 24;

/// Nought, when a hint stands in the same name before `at`.
fn hinted_before(view: &View<'_>, at: usize) -> Option<usize> {
    let name =
        view.byte_run_before(at, NAME_BYTES_MAX, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    end_of_hint(&view.bytes()[name]).map(|_| 0)
}

/// The end of the first hint in `window`.
fn end_of_hint(window: &[u8]) -> Option<usize> {
    let may_begin =
        |start: &usize| matches!(window[*start] | 0x20, b'k' | b't' | b's' | b'p' | b'a' | b'c' | b'b' | 0x7F);
    (0..window.len()).filter(may_begin).find_map(|start| {
        let fits = |hint: &&&[u8]| window[start..].get(..hint.len()).is_some_and(|w| w.eq_ignore_ascii_case(hint));
        HINTS.iter().find(fits).map(|hint| start + hint.len())
    })
}

/// The first word between `from` and `end` that has the form.
fn form_within(view: &View<'_>, from: usize, end: usize, form: &Plain) -> Option<Hit> {
    let mut at = from;
    while at < end {
        if view.bytes()[at] == b'=' {
            at += 1;
            continue;
        }
        let word = without_full_stop(view, view.byte_run(at, form.max + 1, form.alphabet));
        let body = &view.bytes()[word.clone()];
        let fits = (form.min..=form.max).contains(&body.len())
            && view.word_may_begin(at)
            && view.word_may_end(word.end)
            && (form.layout)(body)
            && could_be_issued(body);
        if fits {
            let why = "A token that works like a password: the provider's name stands before it, and its form fits.";
            return Some(Hit::secret(word, CONFIDENCE, why));
        }
        at = word.end + 1;
    }
    None
}

/// Mixed, and not one case of hexadecimal digits, as the hash of a commit or a file is.
pub(super) fn not_a_hash(body: &[u8]) -> bool {
    is_mixed(body) && !body.iter().all(u8::is_ascii_hexdigit)
}
