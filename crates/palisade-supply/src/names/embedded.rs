//! A protected name inside a longer one: `node-mongoose-orm`, `requests-darwin-lite`, `torchtriton`.

use super::compare::Likeness;
use super::form::{COMPARED_MAX, Form, WORDS_MAX};
use super::key::Kind;
use super::{Index, Technique};

/// Shorter names stand in many others by chance.
const BRAND_MIN: usize = 5;
/// Where no separator stands between, it takes more letters.
const GLUED_MIN: usize = 6;

/// The most telling protected name inside `form`: the longest, and of these the most popular.
pub(super) fn find(index: &Index, form: &Form) -> Option<(u32, Form, Likeness)> {
    let words: Vec<&str> = form.words().take(WORDS_MAX).collect();
    let (id, brand, part, rest) = if words.len() > 1 { in_words(index, &words)? } else { glued(index, &form.fold)? };
    // A scope that belongs to the protected name's owner carries it with right.
    let target = Form::new(index.ecosystem(), index.name(id)?);
    if !form.owner().is_empty() && (form.owner() == target.owner() || target.owner().is_empty()) {
        return None;
    }
    let at_start = !form.fold.starts_with(&brand);
    let likeness =
        Likeness { technique: Technique::Brand, words: rest, part, target_part: brand, at_start, with_affix: false };
    Some((id, target, likeness))
}

/// A protected name inside a longer one: its number, it itself, the word that is told as added, and all that is added.
type Found = (u32, String, String, Vec<String>);

fn in_words(index: &Index, words: &[&str]) -> Option<Found> {
    let runs = (1..words.len()).rev().flat_map(|length| (0..=words.len() - length).map(move |at| (at, length)));
    let found = runs.filter_map(|(at, length)| {
        let brand = words[at..at + length].concat();
        let id = protected(index, &brand, BRAND_MIN)?;
        let part = if at > 0 { words[0] } else { words[words.len() - 1] };
        let rest = words[..at].iter().chain(&words[at + length..]);
        Some((id, brand, part.to_owned(), rest.map(|word| (*word).to_owned()).collect()))
    });
    found.max_by_key(|(id, brand, ..)| (brand.len(), std::cmp::Reverse(*id)))
}

fn glued(index: &Index, fold: &str) -> Option<Found> {
    if fold.len() > COMPARED_MAX || !fold.is_ascii() {
        return None;
    }
    let halves = (1..fold.len()).flat_map(|at| {
        let (before, behind) = fold.split_at(at);
        [(before, behind), (behind, before)]
    });
    let found = halves.filter_map(|(brand, rest)| {
        Some((protected(index, brand, GLUED_MIN)?, brand.to_owned(), rest.to_owned(), vec![rest.to_owned()]))
    });
    found.max_by_key(|(id, brand, ..)| (brand.len(), std::cmp::Reverse(*id)))
}

fn protected(index: &Index, brand: &str, letters_min: usize) -> Option<u32> {
    if brand.len() < letters_min {
        return None;
    }
    let whole = index.find(Kind::Fold, brand.as_bytes()).filter(|id| is(index, *id, |form| form.fold == brand));
    let core = index.find(Kind::Core, brand.as_bytes());
    whole.chain(core.filter(|id| is(index, *id, |form| form.core().as_deref() == Some(brand)))).min()
}

fn is(index: &Index, id: u32, test: impl Fn(&Form) -> bool) -> bool {
    index.name(id).is_some_and(|name| test(&Form::new(index.ecosystem(), name)))
}
