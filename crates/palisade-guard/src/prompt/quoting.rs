//! Whether a place stands in a quotation: speech in a story, an example in an article.
//!
//! What is quoted is said by somebody to somebody else. A text that is nothing but a quotation says it itself.

use crate::text::View;

/// Bytes before and behind a place in which its quotation begins and ends.
const QUOTATION_BYTES_MAX: usize = 400;

/// Words outside of a quotation that make it one.
const OUTSIDE_WORDS_MIN: usize = 2;

/// Signs that open a quotation, and those that close it.
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

/// True when `at` stands in a quotation that other words surround.
pub(super) fn is_in_quotation(view: &View<'_>, at: usize) -> bool {
    let from = view.floor(at.saturating_sub(QUOTATION_BYTES_MAX));
    let to = view.floor((at + QUOTATION_BYTES_MAX).min(view.bytes().len()));
    let before = view.slice(from..at);
    let before = before.rfind("\n\n").map_or(before, |end| &before[end + 2..]);
    let behind = view.slice(at..to);
    MARKS.iter().any(|(open, close)| stands_between(before, behind, *open, close))
}

fn stands_between(before: &str, behind: &str, open: char, close: &[char]) -> bool {
    let Some(opened) = before.rfind(open) else { return false };
    let inside = &before[opened + open.len_utf8()..];
    let same = close.contains(&open);
    let is_open = if same { before.matches(open).count() % 2 == 1 } else { !inside.contains(close) };
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
