//! Text in the form in which the index compares it: whatever a rule could call equal is equal here, and what is equal
//! here only because of that is told apart when a rule is confirmed.

use std::borrow::Cow;

/// The text in lower case, with the long s, which regular expressions without case take for an s.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let fold = |character: char| if character == 'ſ' { 's' } else { character };
    Cow::Owned(text.chars().flat_map(char::to_lowercase).map(fold).collect())
}
