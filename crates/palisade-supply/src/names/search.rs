//! From a name to the protected names that share a key with it, and from these to suspicions.

use super::compare::{Likeness, compare};
use super::form::{COMPARED_MAX, Form, claims_release};
use super::key::{Deletions, Kind};
use super::vocabulary::ordinary_inflected;
use super::{Index, Measures, Suspicion, Technique, embedded, look, shown, slips, sound};
use crate::Ecosystem;

/// Suspicions that one look-up tells at most.
pub(super) const SUSPICIONS_MAX: usize = 8;
/// Protected names that one look-up compares at most; the most popular go first.
const CANDIDATES_MAX: usize = 96;
/// Two letters are left out only of names as long as this: shorter ones are near to everything, longer ones take long.
const TWO_DELETIONS: std::ops::RangeInclusive<usize> = 8..=28;

/// Words that say which way: turned around they say something else.
const DIRECTIONS: [&str; 6] = ["to", "2", "from", "in", "into", "for"];

/// What `name`, which is not protected, may be mistaken for, most popular first.
pub(super) fn suspicions(index: &Index, name: &str) -> Vec<Suspicion> {
    let form = Form::new(index.ecosystem(), name);
    let mut found: Vec<Suspicion> = command_line(index, name).into_iter().collect();
    for id in candidates(index, &form) {
        if found.len() == SUSPICIONS_MAX {
            break;
        }
        let Some(target) = index.name(id).map(|name| Form::new(index.ecosystem(), name)) else { continue };
        if let Some(likeness) = compare(&form, &target) {
            found.push(suspicion(index, &form, (id, &target), likeness));
        }
    }
    if found.is_empty() {
        found.extend(disguise(index, name, &form));
    }
    // A far likeness does not rule out that another name stands in it whole.
    if found.len() < SUSPICIONS_MAX
        && found.iter().all(is_far)
        && let Some((id, target, likeness)) = embedded::find(index, &form)
        && index.name(id).is_some_and(|name| found.iter().all(|other| other.target != name))
    {
        found.push(suspicion(index, &form, (id, &target), likeness));
    }
    let others = others(index, &found);
    found.iter_mut().zip(others).for_each(|(suspicion, others)| suspicion.measures.others = others);
    found
}

/// True for likenesses that leave much room for chance.
fn is_far(suspicion: &Suspicion) -> bool {
    let by_technique = matches!(suspicion.technique, Technique::TwoEdits | Technique::Homophone | Technique::Brand);
    suspicion.measures.with_affix || by_technique
}

/// For each suspicion, how many of the others are as near and of another family: what is near to many names is so by
/// chance, but `torch` beside `pytorch` says nothing against either.
fn others(index: &Index, found: &[Suspicion]) -> Vec<u16> {
    if found.len() < 2 {
        return vec![0; found.len()];
    }
    let families: Vec<String> = found.iter().map(|one| family_of(index, &one.target)).collect();
    let count = |(one, family): (&Suspicion, &String)| {
        let as_near = found.iter().zip(&families).filter(|(other, _)| is_far(one) || !is_far(other));
        as_near.filter(|(_, other)| !other.contains(family.as_str()) && !family.contains(other.as_str())).count() as u16
    };
    found.iter().zip(&families).map(count).collect()
}

/// What the names of a target's family share: the target without what is often put before or behind a name.
fn family_of(index: &Index, target: &str) -> String {
    let form = Form::new(index.ecosystem(), target);
    form.core().unwrap_or(form.fold)
}

/// Numbers of the protected names that share a key with `form`, in order of popularity.
fn candidates(index: &Index, form: &Form) -> Vec<u32> {
    let mut ids: Vec<u32> = Vec::new();
    for kind in [Kind::Fold, Kind::Core, Kind::Flat] {
        ids.extend(index.find(kind, form.fold.as_bytes()));
    }
    ids.extend(index.find(Kind::Look, &look::seen_as(&form.fold)));
    if let Some(core) = form.core() {
        ids.extend(index.find(Kind::Fold, core.as_bytes()));
        ids.extend(index.find(Kind::Core, core.as_bytes()));
        near(index, &core, &mut ids);
    }
    if let Some(ordered) = form.ordered() {
        ids.extend(index.find(Kind::Order, ordered.as_bytes()));
    }
    if let Some(sounds) = sound::key(&form.fold) {
        ids.extend(index.find(Kind::Sound, &sounds));
    }
    if !form.owner().is_empty() {
        ids.extend(index.find(Kind::Fold, form.flat().as_bytes()));
        ids.extend(index.find(Kind::Body, form.body().as_bytes()));
    }
    near(index, &form.fold, &mut ids);
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(CANDIDATES_MAX);
    ids
}

/// Names from which `text` differs by a letter or two.
fn near(index: &Index, text: &str, ids: &mut Vec<u32>) {
    if text.is_empty() || text.len() > COMPARED_MAX {
        return;
    }
    let deletions = Deletions::new(text.as_bytes());
    ids.extend(index.find_deletion(deletions.none()));
    deletions.one().for_each(|hash| ids.extend(index.find_deletion(hash)));
    if TWO_DELETIONS.contains(&text.len()) {
        deletions.two().for_each(|hash| ids.extend(index.find_deletion(hash)));
    }
}

/// Names that begin with a dash are options of the command that somebody mistyped, waiting to be installed.
fn command_line(index: &Index, name: &str) -> Option<Suspicion> {
    let command = match index.ecosystem() {
        Ecosystem::Npm => "npm install",
        Ecosystem::PyPi => "pip install",
        _ => return None,
    };
    let letters = name.trim_start_matches('-').len();
    if !name.starts_with('-') || letters == 0 {
        return None;
    }
    let technique = Technique::CommandLine;
    Some(Suspicion {
        technique,
        ecosystem: index.ecosystem(),
        target: command.to_owned(),
        measures: Measures {
            rank: 1,
            listed: listed(index),
            letters: u16::try_from(letters).unwrap_or(u16::MAX),
            ..Measures::default()
        },
        reason: format!("The name {} `{command}`.", technique.says()),
    })
}

/// Letters of another script among Latin ones, where they make another name: whichever it is, it is imitated. Names in a
/// script of their own are no disguise.
fn disguise(index: &Index, name: &str, form: &Form) -> Option<Suspicion> {
    let is_mixed = form.disguised && form.plain.is_ascii() && name.bytes().any(|byte| byte.is_ascii_alphabetic());
    let target = is_mixed.then(|| form.plain.clone())?;
    let technique = Technique::Confusable;
    let letters = u16::try_from(form.fold.len()).unwrap_or(u16::MAX);
    Some(Suspicion {
        technique,
        ecosystem: index.ecosystem(),
        reason: format!("The name {} `{}`.", technique.says(), shown(&target)),
        measures: Measures { rank: listed(index), listed: listed(index), letters, ..Measures::default() },
        target,
    })
}

fn suspicion(index: &Index, form: &Form, (id, target_form): (u32, &Form), likeness: Likeness) -> Suspicion {
    let target = index.name(id).unwrap_or_default();
    let vocabulary = index.vocabulary();
    let count = |text: &str| u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let rank = id + 1;
    let is_brand = likeness.technique == Technique::Brand;
    // Where nothing of the target stands for what is added, it is added to the whole.
    let (part, of) = match likeness.target_part.is_empty() {
        true => (form.fold.as_str(), target_form.fold.as_str()),
        false => (likeness.part.as_str(), likeness.target_part.as_str()),
    };
    let measures = Measures {
        rank,
        listed: listed(index),
        downloads: index.downloads(rank),
        letters: count(&form.fold),
        part_letters: count(if likeness.part.is_empty() { &likeness.target_part } else { &likeness.part }),
        target_letters: count(&likeness.target_part),
        part_known: vocabulary.known(&likeness.part),
        part_ordinary: is_ordinary(index, &likeness.words),
        explained_letters: vocabulary.explained(&likeness.part, &likeness.target_part) as u16,
        target_known: vocabulary.known(&likeness.target_part),
        rarity: vocabulary.rarity(&likeness.part, &likeness.target_part),
        target_rarity: vocabulary.rarity(&likeness.target_part, &likeness.part),
        at_start: likeness.at_start,
        with_affix: likeness.with_affix,
        in_words: form.all_words().len() > 1 && likeness.part.len() < form.fold.len(),
        family: family(index, form, &likeness),
        strangeness: vocabulary.strangeness(&likeness.part, &likeness.target_part),
        claims_release: !likeness.words.is_empty() && likeness.words.iter().all(|word| claims_release(word)),
        pair_rank: if is_brand { protected_rank(index, &likeness.words.concat()) } else { 0 },
        foreign_affix: form.has_foreign_affix(index.ecosystem()),
        is_one_word: form.all_words().len() == 1,
        is_shorter: form.fold.len() < target_form.fold.len(),
        added_before: part.len() > of.len() && part.ends_with(of),
        added_behind: part.len() > of.len() && part.starts_with(of),
        slips: if is_brand { 0 } else { slips::count(&likeness.part, &likeness.target_part) },
        target_words: target_form.all_words().len() as u16,
        others: 0,
        other_number: likeness.with_affix && !digits(&form.fold).eq(digits(&target_form.fold)),
        turns_around: likeness.technique == Technique::WordOrder && form.words().any(|word| DIRECTIONS.contains(&word)),
        series: likeness.technique == Technique::Number && is_series(index, target_form),
    };
    let reason = reason(index, likeness.technique, target, rank);
    Suspicion {
        technique: likeness.technique,
        ecosystem: index.ecosystem(),
        target: target.to_owned(),
        measures,
        reason,
    }
}

/// True when other protected names differ from `target` by a number only.
fn is_series(index: &Index, target: &Form) -> bool {
    let letters = |form: &Form| -> String { form.fold.chars().filter(|sign| !sign.is_ascii_digit()).collect() };
    let own = letters(target);
    let core = target.core().unwrap_or_else(|| target.fold.clone());
    let near =
        index.find(Kind::Core, core.as_bytes()).chain(index.find(Kind::Fold, core.as_bytes())).take(CANDIDATES_MAX);
    let mut others = near.filter_map(|id| index.name(id)).map(|name| Form::new(index.ecosystem(), name));
    others.any(|other| other.fold != target.fold && letters(&other) == own)
}

fn digits(fold: &str) -> impl Iterator<Item = char> + '_ {
    fold.chars().filter(char::is_ascii_digit)
}

/// How many protected names have the commonest word that name and target share.
fn family(index: &Index, form: &Form, likeness: &Likeness) -> u32 {
    let shared = form.all_words().filter(|word| !likeness.words.iter().any(|differing| differing == word));
    shared.map(|word| index.vocabulary().known(word)).max().unwrap_or(0)
}

/// The place of the most popular protected name that is written so, 0 where there is none.
fn protected_rank(index: &Index, fold: &str) -> u32 {
    let ids = index.find(Kind::Fold, fold.as_bytes());
    let same = ids.filter(|id| index.name(*id).is_some_and(|name| Form::new(index.ecosystem(), name).fold == fold));
    same.min().map_or(0, |id| id + 1)
}

/// True for an ordinary word, and for several that protected names have.
fn is_ordinary(index: &Index, words: &[String]) -> bool {
    let known = |word: &String| words.len() > 1 && index.vocabulary().known(word) > 0;
    !words.is_empty() && words.iter().all(|word| ordinary_inflected(word) || known(word))
}

fn listed(index: &Index) -> u32 {
    u32::try_from(index.len()).unwrap_or(u32::MAX)
}

fn reason(index: &Index, technique: Technique, target: &str, rank: u32) -> String {
    let popularity = match index.downloads(rank) {
        Some(downloads) => format!("number {rank} of {} popular names, {downloads} downloads", index.len()),
        None => format!("number {rank} of {} popular names", index.len()),
    };
    format!("The name {} `{}` ({popularity}).", technique.says(), shown(target))
}
