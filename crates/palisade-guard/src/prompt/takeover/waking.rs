//! What wakes the detector: parts of words that few texts hold, and plain words, which do so in short texts.

use super::{needles::SIGNIFICANT, spoken::SPOKEN};
use std::sync::LazyLock;

const COUNT: usize = SIGNIFICANT.len() + SPOKEN.len() + PLAIN.len();

/// All of them.
pub(super) static NEEDLES: [&[u8]; COUNT] = {
    let mut all: [&[u8]; COUNT] = [b""; COUNT];
    let (significant, others) = all.split_at_mut(SIGNIFICANT.len());
    significant.copy_from_slice(SIGNIFICANT);
    let (spoken, plain) = others.split_at_mut(SPOKEN.len());
    spoken.copy_from_slice(&SPOKEN);
    plain.copy_from_slice(&PLAIN);
    all
};

/// Needles that begin as a plain word does.
static BEGUN_PLAIN: LazyLock<Vec<&[u8]>> = LazyLock::new(|| {
    let others = SIGNIFICANT.iter().chain(&SPOKEN).copied();
    others.filter(|needle| PLAIN.iter().any(|plain| needle.starts_with(plain))).collect()
});

/// True when `text` begins with a plain word and with no other needle.
pub(super) fn is_plain(text: &[u8]) -> bool {
    let begins = |needle: &&[u8]| text.get(..needle.len()).is_some_and(|start| start.eq_ignore_ascii_case(needle));
    PLAIN.iter().any(begins) && !BEGUN_PLAIN.iter().any(begins)
}

/// Plain words of whoever speaks to somebody: they wake in short texts only, as long ones are full of them.
const PLAIN: [&[u8]; 19] = [
    b"your",
    b"you are",
    b"you're",
    b"you have",
    b"you must",
    b"you will",
    b"tell ",
    b"say ",
    b"answer",
    b"instead",
    b"forget",
    b"stop ",
    b"reply",
    b"repeat",
    b"write ",
    b" me ",
    b"reveal",
    b"respond",
    b"print ",
];
