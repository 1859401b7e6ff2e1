//! What stands around a signal, and takes from its weight: quotation, announcement as an example, code, and grammar
//! that tells instead of ordering.

use super::{hearsay::is_told_of_others, quoting::is_in_quotation};
use crate::text::View;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::{ops::Range, sync::LazyLock};

/// Bytes before a signal that tell whether it is quoted or given as an example.
const CONTEXT_BYTES_MAX: usize = 160;

/// Bytes before a signal in which a fence of code may open: examples stand at the beginning of their block.
const FENCE_BYTES_MAX: usize = 1500;

/// Bytes around a signal in which talk about attacks shows.
const SUBJECT_BYTES_MAX: usize = 1500;

/// Bytes behind an order that tell what it is about.
const SCOPE_BYTES_MAX: usize = 32;

/// Signals as near as this have the same surroundings.
const SUBJECT_STRIDE_BYTES: usize = 512;

/// What is left of a score that stands in quotation marks or code within other text.
const QUOTED_SHARE: f64 = 0.6;

/// What is left of a score that is announced as an example.
const ANNOUNCED_SHARE: f64 = 0.5;

/// What is left of a score whose text has attacks as its subject.
const SUBJECT_SHARE: f64 = 0.75;

/// What is left when somebody is told to do something, or does it, and nobody is ordered to.
const TOLD_SHARE: f64 = 0.55;

/// What is left of a sign that somebody says in a story or an article, besides that it is quoted.
const SPEECH_SHARE: f64 = 0.3;

/// What is left of what others are said to ask, besides that it is told.
const HEARSAY_SHARE: f64 = 0.5;

/// What is left of an order about one thing, and of one that is written as a pattern.
const SCOPED_SHARE: f64 = 0.65;
const PATTERN_SHARE: f64 = 0.5;

/// What is left of an order about what its author said: `ignore my previous question`.
const OWN_SHARE: f64 = 0.6;

/// What is left when somebody is told not to do something.
const FORBIDDEN_SHARE: f64 = 0.3;

/// Words that announce an example of an attack, in lower case.
const ANNOUNCING: [&str; 22] = [
    "attack",
    "injection",
    "jailbreak",
    "for example",
    "e.g.",
    "such as",
    "phrases like",
    "prompts like",
    "prompt like",
    " says",
    " saying",
    "an example",
    "examples",
    "example:",
    "known as",
    "malicious",
    "adversar",
    "the phrase",
    "detect",
    "something like",
    "looks like",
    " reads:",
];

/// Words of texts that have attacks as their subject.
const SUBJECTS: [&str; 12] = [
    "prompt injection",
    "attacker",
    "adversar",
    "vulnerab",
    "mitigat",
    "malicious",
    "threat model",
    "guardrail",
    "jailbreak",
    "security",
    "untrusted",
    "exploit",
];

/// Words before a verb that make it something told, not ordered.
const TELLING: [&str; 44] = [
    "che",
    "qui",
    "который",
    "który",
    "що",
    "dat",
    "to",
    "can",
    "could",
    "may",
    "might",
    "would",
    "will",
    "shall",
    "should",
    "that",
    "which",
    "who",
    "it",
    "they",
    "we",
    "i",
    "he",
    "she",
    "model",
    "models",
    "attackers",
    "attacker",
    "users",
    "user",
    "someone",
    "people",
    "systems",
    "by",
    "of",
    "how",
    "when",
    "or",
    "not",
    "never",
    "don't",
    "cannot",
    "for",
    "from",
];

/// Both lists as automata that pass over a text once, whatever its case.
static ANNOUNCED: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&ANNOUNCING));
static SUBJECT: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&SUBJECTS));

fn automaton(words: &[&str]) -> AhoCorasick {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).prefilter(false);
    builder.build(words).expect("some dozen short words are within every limit")
}

/// What is left of a signal at `span` after looking at all that.
pub(super) fn attenuation(view: &View<'_>, span: &Range<usize>) -> f64 {
    let before = lowered(view, span.start);
    let told = if is_told(&before) || is_told_of_others(&before) { TOLD_SHARE } else { 1.0 };
    let scoped = if is_scoped(view, span.end) { SCOPED_SHARE } else { 1.0 };
    let pattern = if is_pattern(view.slice(span.clone())) { PATTERN_SHARE } else { 1.0 };
    let own = if is_own(view.slice(span.clone())) { OWN_SHARE } else { 1.0 };
    told * scoped * pattern * own * discussed(view, span, &before)
}

/// True when `text` has alternatives, as the pattern of a filter: `ignore|disregard`.
fn is_pattern(text: &str) -> bool {
    let letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'(' | b')'));
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'|', bytes).any(|at| at > 0 && letter(bytes.get(at - 1)) && letter(bytes.get(at + 1)))
}

/// Words for what a text takes back of its own.
const OWN: [&str; 10] =
    ["question", "message", "mail", "post", "comment", "request", "note", "letter", "answer", "reply"];

/// True when `text` is about something that its author said to somebody, and no instructions.
fn is_own(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let own = text.find(" my ").map(|at| &text[at..]);
    own.is_some_and(|own| OWN.iter().any(|thing| own.contains(thing)))
}

/// Words that say what an order is about.
const SCOPES: [&str; 4] = ["on ", "regarding ", "concerning ", "about "];

/// What a model's instructions are about when they are all of its instructions.
const UNSCOPED: [&str; 9] = ["your", "you", "this", "how", "the system", "safety", "content", "what", "everything"];

/// Papers with instructions to people.
const PAPERS: [&str; 10] =
    ["handbook", "manual", "leaflet", "booklet", "guide", "wiki", "letter", "contract", "brochure", "appendix"];

/// True when an order that ends at `end` is about one thing: `disregard the earlier instructions on delivery`.
fn is_scoped(view: &View<'_>, end: usize) -> bool {
    let to = view.floor((end + SCOPE_BYTES_MAX).min(view.bytes().len()));
    let behind = view.slice(end..to.max(end)).to_ascii_lowercase();
    let behind = behind.trim_start();
    let in_paper = behind.strip_prefix("in the ").is_some_and(|of| PAPERS.iter().any(|paper| of.starts_with(paper)));
    let about = SCOPES.iter().find_map(|scope| behind.strip_prefix(scope));
    in_paper || about.is_some_and(|about| !UNSCOPED.iter().any(|word| about.starts_with(word)))
}

/// What is left of it after looking at quotation and subject, whoever is said to act.
pub(super) fn discussion(view: &View<'_>, span: &Range<usize>) -> f64 {
    discussed(view, span, &lowered(view, span.start))
}

/// The same, where `before` stands in front.
fn discussed(view: &View<'_>, span: &Range<usize>, before: &str) -> f64 {
    let subject = if has_attacks_as_subject(view, span) { SUBJECT_SHARE } else { 1.0 };
    announcement(view, span, before, quoted(view, span, before)) * subject
}

/// What is left of it after looking at what stands right before it.
pub(super) fn immediate(view: &View<'_>, span: &Range<usize>) -> f64 {
    let before = lowered(view, span.start);
    let told = if is_forbidden(&before) {
        FORBIDDEN_SHARE
    } else if is_told(&before) {
        TOLD_SHARE
    } else {
        1.0
    };
    let in_quotation = is_in_quotation(view, span.start);
    let quoted = if in_quotation || is_quoted_or_fenced(view, span, &before) { QUOTED_SHARE } else { 1.0 };
    let share = told * announcement(view, span, &before, quoted);
    let share = if in_quotation { share * SPEECH_SHARE } else { share };
    if is_told_of_others(&before) { f64::min(share, TOLD_SHARE) * HEARSAY_SHARE } else { share }
}

/// True when the words before a verb forbid it.
fn is_forbidden(before: &str) -> bool {
    let last = before.trim_end().rsplit(|c: char| !(c.is_alphanumeric() || c == '\'')).next().unwrap_or_default();
    matches!(last, "never" | "not" | "don't" | "cannot" | "nie" | "jamais" | "nunca" | "mai")
}

/// What is left of it when it is announced as an example by what stands before, where quotation leaves `quoted`.
fn announcement(view: &View<'_>, span: &Range<usize>, before: &str, quoted: f64) -> f64 {
    let announced = if is_announced(view, span.start, before) { ANNOUNCED_SHARE } else { 1.0 };
    announced * quoted
}

/// True when a word that announces an example stands in `before`, which ends at `at`.
fn is_announced(view: &View<'_>, at: usize, before: &str) -> bool {
    let find = || ANNOUNCED.find_overlapping_iter(view.bytes()).map(|found| found.range()).collect();
    match view.remember_announcements(&find) {
        Some(all) => all.iter().any(|found| found.end <= at && found.start + before.len() >= at),
        None => ANNOUNCED.is_match(before),
    }
}

/// What is left of it when it stands in quotation marks or code.
pub(super) fn quotation(view: &View<'_>, span: &Range<usize>) -> f64 {
    quoted(view, span, &lowered(view, span.start))
}

fn quoted(view: &View<'_>, span: &Range<usize>, before: &str) -> f64 {
    let is_quoted = is_quoted_or_fenced(view, span, before) || is_in_quotation(view, span.start);
    if is_quoted { QUOTED_SHARE } else { 1.0 }
}

fn is_quoted_or_fenced(view: &View<'_>, span: &Range<usize>, before: &str) -> bool {
    is_quoted(before) || is_fenced(view, span.start)
}

/// What stands before `at`, in lower case.
fn lowered(view: &View<'_>, at: usize) -> String {
    let start = view.floor(at.saturating_sub(CONTEXT_BYTES_MAX));
    view.slice(start..at).to_ascii_lowercase()
}

/// True when a quotation or inline code opens behind at least two words, and is still open.
fn is_quoted(before: &str) -> bool {
    let opening = last_quotation_mark(before).filter(|&quote| is_open_quote(before, quote));
    opening.is_some_and(|quote| before[..quote].split_whitespace().count() >= 2)
}

fn last_quotation_mark(text: &str) -> Option<usize> {
    match text.is_ascii() {
        true => memchr::memrchr3(b'"', b'\'', b'`', text.as_bytes()),
        false => text.rfind(['"', '\'', '`', '“', '‘', '«']),
    }
}

/// True when a quotation opens at `quote`: a blank or a bracket stands before it, a word behind it.
fn is_open_quote(before: &str, quote: usize) -> bool {
    let outside = before[..quote].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '`'));
    outside && !before[quote..].contains('\n') && before[quote..].len() < CONTEXT_BYTES_MAX / 2
}

/// True when `at` stands in a fenced block of code that follows other text.
fn is_fenced(view: &View<'_>, at: usize) -> bool {
    let start = view.floor(at.saturating_sub(FENCE_BYTES_MAX));
    let before = view.slice(start..at);
    // Most text has no fence.
    if memchr::memchr(b'`', before.as_bytes()).is_none() {
        return false;
    }
    before.matches("```").count() % 2 == 1 && before.find("```").is_some_and(|fence| fence > CONTEXT_BYTES_MAX / 8)
}

/// True when the words before a verb make a statement of it: `models that ignore`, `how to ignore`, `if you ignore`.
fn is_told(before: &str) -> bool {
    let ends = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b':' | b'\n' | b';');
    let sentence = &before[before.as_bytes().iter().rposition(ends).map_or(0, |end| end + 1)..];
    let mut words = sentence.rsplit(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty());
    let Some(last) = words.next() else { return false };
    let mut earlier = words.take(4);
    if matches!(last, "you" | "to" | "should" | "must" | "will" | "can" | "shall") {
        let is_conditional = sentence.trim_start().starts_with("if ") || sentence.contains(" if you");
        let addressed = last == "you" || earlier.any(|word| matches!(word, "you" | "u" | "need" | "have"));
        return is_conditional || !addressed;
    }
    TELLING.contains(&last) || is_subject(sentence, last)
}

/// Words before the subject of a statement.
const DETERMINERS: [&str; 10] = ["these", "those", "the", "our", "their", "such", "new", "many", "some", "most"];

/// Words in the plural that are called upon, and instructions, which speak for their author.
const CALLED: [&str; 7] = ["assistants", "models", "agents", "chatbots", "readers", "instructions", "rules"];

/// True for a sentence so far that is nothing but a subject in the plural, `these terms`: what follows is what it does.
fn is_subject(sentence: &str, last: &str) -> bool {
    let plural = last.len() > 4 && last.ends_with('s') && !last.ends_with("ss") && !CALLED.contains(&last);
    let mut words = sentence.split_whitespace();
    plural
        && words.next().is_some_and(|first| DETERMINERS.contains(&first))
        && words.count() <= 2
        && sentence.trim_end().ends_with(last)
}

/// True when the text around `span` speaks of attacks in more than one way.
fn has_attacks_as_subject(view: &View<'_>, span: &Range<usize>) -> bool {
    let part = if view.bytes().len() <= SUBJECT_BYTES_MAX { 0 } else { span.start / SUBJECT_STRIDE_BYTES };
    view.remember_subject(part, &|| {
        let at = part * SUBJECT_STRIDE_BYTES;
        let start = view.floor(at.saturating_sub(SUBJECT_BYTES_MAX));
        let end = view.floor(at + SUBJECT_STRIDE_BYTES + SUBJECT_BYTES_MAX);
        view.spend(end - start);
        let mut first = None;
        let mut found = SUBJECT.find_iter(&view.bytes()[start..end]);
        found.any(|found| *first.get_or_insert(found.pattern()) != found.pattern())
    })
}
