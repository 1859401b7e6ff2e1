//! What may be shown of a place: escaped, cut, and masked where it is secret.

use crate::{limits::EXCERPT_CHARS_MAX, unicode};
use std::fmt::Write as _;

/// Characters of a secret that are shown, so that its kind can be told.
const SECRET_CHARS_SHOWN: usize = 4;

/// `text` with everything that cannot be seen, or that moves what is seen, written as `\u{…}`; cut to a line or two.
pub(crate) fn visible(text: &str) -> String {
    if text.len() <= EXCERPT_CHARS_MAX && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len().min(EXCERPT_CHARS_MAX));
    for (index, character) in text.chars().enumerate() {
        if index == EXCERPT_CHARS_MAX {
            shown.push('…');
            break;
        }
        if character.is_control() || unicode::is_unseen(character) {
            // Writing into a String cannot fail.
            let _ = write!(shown, "\\u{{{:04X}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The beginning of `secret`, and a mask of constant length, so that not even the length is told.
pub(crate) fn masked(secret: &str) -> String {
    [shown_of_secret(secret), "********"].concat()
}

/// The beginning of `secret`, so that its kind can be told.
pub(crate) fn shown_of_secret(secret: &str) -> &str {
    &secret[..secret.char_indices().nth(SECRET_CHARS_SHOWN).map_or(secret.len(), |(end, _)| end)]
}
