//! Views: the text as those who decode it will see it, each with a way back to the place in the text itself.
//!
//! **How it works.** The prefilter that passes over a text also notes where a decoding could begin, so that text
//! without one costs nothing more. Around such places, and only there, the text is decoded into a view of limited
//! size, which the detectors then look at; a view can hold the beginning of another decoding in turn. Numeric escapes
//! of every kind are decoded together, as they may stand mixed; comments are folded in a view of their own; base64
//! and hexadecimal hold texts of their own.
//!
//! **Limits.** Depth, the size of one view, and the bytes of all views together are bounded by [`crate::limits`].

mod blob;
mod escape;
mod explore;
mod fold;
mod html;
mod layer;
mod lookalike;
#[cfg(test)]
mod tests;
mod triggers;
mod unescape;
mod url;

pub(crate) use explore::{Budget, Unmarked, explore};
pub(crate) use layer::Layer;
pub(crate) use triggers::{Triggers, patterns, triggers};

/// How a piece of text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Percent-encoding, `%27`.
    Url,
    /// Character references, `&#39;`.
    Html,
    /// Backslash escapes, `\x27`.
    Escape,
    /// Characters that look like ASCII.
    Lookalike,
    /// Characters within a word that nobody sees.
    Unseen,
    /// Comments, quotes or blanks that the reader drops.
    Folded,
    /// Base64 or base64url.
    Base64,
    /// Hexadecimal digits.
    Hexadecimal,
}

impl Kind {
    /// Completes "It is written …".
    fn words(self) -> &'static str {
        match self {
            Self::Url => "URL-encoded",
            Self::Html => "with HTML character references",
            Self::Escape => "with backslash escapes",
            Self::Lookalike => "with characters that only look like ASCII",
            Self::Unseen => "with invisible characters inside words",
            Self::Folded => "split by comments, quotes or blanks",
            Self::Base64 => "in base64",
            Self::Hexadecimal => "in hexadecimal",
        }
    }

    /// True when the detector of `class` is to look at text written so.
    ///
    /// Unseen characters that are written as escapes can be seen, so the Unicode family looks at nothing decoded. A
    /// token is copied by machine: nobody writes one with look-alikes or comments in it, and folding would join parts
    /// of different words to one. Programs that colour their output hold escape sequences with backslashes, which no
    /// terminal obeys.
    pub(crate) fn concerns(self, class: &str) -> bool {
        if class.starts_with("guard.secret.") {
            !matches!(self, Self::Lookalike | Self::Unseen | Self::Folded)
        } else {
            let seen = class == "guard.injection.ansi" && self == Self::Escape;
            !seen && !class.starts_with("guard.unicode.")
        }
    }
}

/// One encoded character.
struct Unit {
    /// Bytes it takes up.
    length: usize,
    /// What it stands for; nothing when it is dropped.
    character: Option<char>,
    kind: Kind,
    /// True when it alone is reason enough to decode.
    strong: bool,
}

impl Unit {
    fn strong(length: usize, character: char, kind: Kind) -> Self {
        Self { length, character: Some(character), kind, strong: true }
    }
}
