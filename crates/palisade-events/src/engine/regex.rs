//! Regular expressions of rules: compiled within limits, and with words that any match must hold, by which the index
//! finds the few values worth the search.

use super::fold::folded;
use crate::{
    limits::{REGEX_BYTES_MAX, REGEX_CACHE_BYTES_MAX},
    rules::RegexSource,
};
use regex_automata::{meta, util::syntax};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Alternatives among the words that a match must hold.
const WORDS_MAX: usize = 64;

/// Bytes of a word worth looking for.
const WORD_BYTES_MIN: usize = 3;

/// # Errors
/// Why the expression is refused.
pub(crate) fn check(source: &RegexSource) -> Result<(), String> {
    compile(source).map(|_| ())
}

/// # Errors
/// The same as [`check`].
pub(super) fn compile(source: &RegexSource) -> Result<meta::Regex, String> {
    let config = meta::Config::new()
        .nfa_size_limit(Some(REGEX_BYTES_MAX))
        .onepass(false)
        .dfa(false)
        .hybrid_cache_capacity(REGEX_CACHE_BYTES_MAX);
    let flags = syntax::Config::new()
        .case_insensitive(source.ignores_case)
        .multi_line(source.is_multiline)
        .dot_matches_new_line(source.dot_matches_line_end);
    let built = meta::Builder::new().configure(config).syntax(flags).build(&source.pattern);
    built.map_err(|error| match error.size_limit() {
        Some(_) => format!("the regular expression takes more than {} KiB", REGEX_BYTES_MAX / 1024),
        None => {
            let reason = error.syntax_error().map(ToString::to_string).unwrap_or_else(|| error.to_string());
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("the regular expression is not understood: {reason}")
        }
    })
}

/// Words, folded, one of which stands in every text that the expression matches; `None` when there are none that would
/// tell texts apart.
pub(super) fn required_words(source: &RegexSource) -> Option<Vec<String>> {
    let parsed = regex_syntax::ParserBuilder::new()
        .case_insensitive(source.ignores_case)
        .multi_line(source.is_multiline)
        .dot_matches_new_line(source.dot_matches_line_end)
        .build()
        .parse(&source.pattern)
        .ok()?;
    let words = words(&parsed)?;
    (words.iter().map(String::len).min()? >= WORD_BYTES_MIN).then_some(words)
}

fn words(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => exact(hir).map(|word| vec![word]),
        HirKind::Capture(capture) => words(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => words(&repetition.sub),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(words(part)?);
            }
            (all.len() <= WORDS_MAX).then_some(all)
        }
        HirKind::Concat(parts) => best_of(parts),
        HirKind::Repetition(_) | HirKind::Empty | HirKind::Look(_) => None,
    }
}

/// The best words of parts that follow each other: those of which the shortest is longest.
fn best_of(parts: &[Hir]) -> Option<Vec<String>> {
    let mut candidates: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        match exact(part) {
            Some(word) => run.push_str(&word),
            None => {
                candidates.push(vec![std::mem::take(&mut run)]);
                candidates.extend(words(part));
            }
        }
    }
    candidates.push(vec![run]);
    let shortest = |words: &Vec<String>| words.iter().map(String::len).min().unwrap_or(0);
    candidates.into_iter().max_by_key(shortest).filter(|words| shortest(words) > 0)
}

/// The one text, folded, that the part matches.
fn exact(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| folded(text).into_owned()),
        HirKind::Class(Class::Unicode(class)) if class.ranges().iter().map(|range| range.len()).sum::<usize>() <= 4 => {
            let mut folds = class.iter().flat_map(|range| range.start()..=range.end()).map(fold_one);
            let first = folds.next()?;
            folds.all(|fold| fold == first).then_some(first)
        }
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Look(_) | HirKind::Empty => Some(String::new()),
        _ => None,
    }
}

fn fold_one(character: char) -> String {
    folded(character.encode_utf8(&mut [0; 4])).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(pattern: &str, ignores_case: bool) -> RegexSource {
        RegexSource { pattern: pattern.into(), ignores_case, is_multiline: false, dot_matches_line_end: false }
    }

    #[test]
    fn words_that_any_match_holds() {
        for (pattern, ignores_case, expected) in [
            ("abc.*defgh", false, Some(vec!["defgh"])),
            ("PowerShell", true, Some(vec!["powershell"])),
            ("^a+(foo|bars)$", false, Some(vec!["foo", "bars"])),
            (r"\bnet1?\s+user", false, Some(vec!["user"])),
            (r"\d+", false, None),
            ("(abc)?", false, None),
            ("abc|", false, None),
            ("ab", false, None),
        ] {
            let words = required_words(&source(pattern, ignores_case));
            assert_eq!(words, expected.map(|words| words.into_iter().map(str::to_owned).collect()), "{pattern}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        for pattern in ["(", "a(?=b)", "[a-z]{1000}{1000}", r"\1"] {
            assert!(check(&source(pattern, false)).is_err(), "{pattern}");
        }
        assert!(check(&source("(a+)+$", false)).is_ok());
    }
}
