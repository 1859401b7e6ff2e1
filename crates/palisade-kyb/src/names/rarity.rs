//! How much a word tells: rare words much, words that every second company bears little. A prior is built in; names that
//! are loaded refine it.

use rustc_hash::FxHashMap;

use super::parse::{NameType, ParsedName, Token, TokenKind};

/// What words weigh. Words that occur once in what was loaded take no memory.
#[derive(Clone, Debug, Default)]
pub struct Rarity {
    counts: FxHashMap<u32, u32>,
    names: u32,
}

/// Counts of fewer names than this say little against the prior.
const NAMES_MIN: f32 = 20_000.0;

impl Rarity {
    /// Counts the words of names. Words that occur once only are forgotten again.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a ParsedName>) -> Self {
        let mut rarity = Self::default();
        for name in names {
            rarity.names = rarity.names.saturating_add(1);
            for token in &name.tokens {
                *rarity.counts.entry(token.text.hash()).or_default() += 1;
            }
        }
        rarity.counts.retain(|_, count| *count > 1);
        rarity
    }

    /// From counts by hash of the word, as an index has them.
    pub(crate) fn from_counts(counts: impl IntoIterator<Item = (u32, u32)>, names: u32) -> Self {
        Self { counts: counts.into_iter().filter(|(_, count)| *count > 1).collect(), names }
    }

    /// 1 for a word not seen, down to 0 for one in every name.
    fn rareness(&self, token: &Token) -> f32 {
        let Some(count) = self.counts.get(&token.text.hash()) else { return 1.0 };
        let names = (self.names as f32).max(NAMES_MIN);
        1.0 - (*count as f32).ln() / names.ln()
    }

    pub(crate) fn weight(&self, token: &Token, name_type: NameType) -> f32 {
        let seen = 0.35 + 0.65 * self.rareness(token);
        if name_type == NameType::Person {
            person_prior(token) * (0.45 + 0.55 * seen)
        } else {
            company_prior(token).min(seen)
        }
    }
}

/// What parts of compounds count, which half of all names have.
const COMPOUND: f32 = 0.3;

fn person_prior(token: &Token) -> f32 {
    match token.kind {
        TokenKind::Initial => 0.3,
        _ if matches!(token.text.as_str(), "abd" | "din" | "abu" | "umm") => COMPOUND,
        _ if token.word.is_some_and(|word| word.soft_title) => 0.4,
        _ if is_patronymic(token.text.as_str()) => 0.6,
        _ if token.word.is_some_and(|word| word.common_name) => 0.6,
        _ if token.word.is_some_and(|word| !word.spellings.is_empty() || !word.nicknames.is_empty()) => 0.85,
        _ => 1.0,
    }
}

fn company_prior(token: &Token) -> f32 {
    match token.kind {
        TokenKind::Place { wide: true, .. } => 0.35,
        TokenKind::Place { .. } => 0.6,
        TokenKind::Number(_) | TokenKind::Code => 0.7,
        TokenKind::Initial => 0.5,
        TokenKind::Word => token.word.map_or(1.0, |word| match word.company_weight {
            weight if weight > 0.0 => weight,
            _ if word.everyday || word.common_name => 0.6,
            _ => 0.9,
        }),
    }
}

/// Names after the father in the languages of the east of Europe: often left out.
fn is_patronymic(text: &str) -> bool {
    text.len() > 6
        && ["ovich", "evich", "ovych", "evych", "ovna", "evna", "ivna", "ievich"].iter().any(|end| text.ends_with(end))
}
