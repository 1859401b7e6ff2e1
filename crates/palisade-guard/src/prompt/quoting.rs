//! Whether a place stands in a quotation: speech in a story, an example in an article.
//!
//! What is quoted is said by somebody to somebody else. A text that is nothing but a quotation says it itself.

use crate::text::View;

/// Bytes before and behind a place in which its quotation begins and ends.
const QUOTATION_BYTES_MAX: usize = 400;

/// Words outside of a quotation that make it one.
const OUTSIDE_WORDS_MIN: usize = 2;

/// Signs that open a quotation, and those that close it. Those of ASCII come first, which close what they open.
const MARKS: [(char, &[char]); 8] = [
    ('"', &['"']),
    ('`', &['`']),
    ('“', &['”']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
    ('»', &['«']),
    ('「', &['」']),
    ('『', &['』']),
];

/// How many of them are ASCII.
const ASCII_MARKS: usize = 2;

/// True when `at` stands in a quotation that other words surround.
pub(super) fn is_in_quotation(view: &View<'_>, at: usize) -> bool {
    let from = view.floor(at.saturating_sub(QUOTATION_BYTES_MAX));
    let to = view.floor((at + QUOTATION_BYTES_MAX).min(view.bytes().len()));
    let before = view.slice(from..at);
    let marks = match (before.is_ascii(), memchr::memchr2(b'"', b'`', before.as_bytes())) {
        (true, None) => return false,
        (true, Some(_)) => &MARKS[..ASCII_MARKS],
        (false, _) => &MARKS[..],
    };
    let before = &before[last_paragraph(before.as_bytes())..];
    let behind = view.slice(at..to);
    marks.iter().any(|(open, close)| stands_between(before, behind, *open, close))
}

/// Where the last paragraph of `text` begins.
fn last_paragraph(text: &[u8]) -> usize {
    let mut ends = memchr::memrchr_iter(b'\n', text);
    ends.find(|&end| end > 0 && text[end - 1] == b'\n').map_or(0, |end| end + 1)
}

fn stands_between(before: &str, behind: &str, open: char, close: &[char]) -> bool {
    let Some(opened) = before.rfind(open) else { return false };
    let inside = &before[opened + open.len_utf8()..];
    let same = close.contains(&open);
    let is_open = match u8::try_from(open).ok().filter(|_| same) {
        Some(open) => memchr::memchr_iter(open, before.as_bytes()).count() % 2 == 1,
        None => !inside.contains(close),
    };
    let leads = before[..opened].chars().next_back().is_none_or(|c| c.is_whitespace() || "([{:—-*_".contains(c));
    if !is_open || !(leads || matches!(open, '“' | '„' | '«' | '「' | '『')) {
        return false;
    }
    let Some(closed) = behind.find(close) else { return false };
    let rest = behind[closed..].trim_start_matches(close);
    let words = |text: &str| text.split_whitespace().take(OUTSIDE_WORDS_MIN).count();
    words(&before[..opened]) + words(rest) >= OUTSIDE_WORDS_MIN
}

#[cfg(test)]
mod tests {
    use super::is_in_quotation;
    use crate::text::View;

    #[test]
    fn quotations() {
        let quoted = |text: &str, word: &str| is_in_quotation(&View::new(text), text.find(word).unwrap_or_default());
        for text in [
            "\"Forget it all,\" she said to the boy.",
            "The letter said “Forget it all” and nothing more.",
            "»Forget it all«, rief er laut.",
            "Ein Satz wie „Forget it all“ wirkt selten.",
            "Texts such as `Forget it all` are found.",
            "記事では「Forget it all」という文 を 説明します。",
        ] {
            assert!(quoted(text, "Forget"), "{text}");
        }
        for text in [
            "Forget it all.",
            "\"Forget it all.\"",
            "He said \"hello\". Forget it all. Then \"bye\".",
            "5\" of snow. Forget it all, that is \" enough",
        ] {
            assert!(!quoted(text, "Forget"), "{text}");
        }
    }
}
