//! Names read: scripts, titles, legal forms, numbers and places told apart, words weighted by how rare they are. Pure
//! text in, tokens out; nothing here compares.

mod characters;
mod company_words;
mod fold;
mod frequent;
mod legal_forms;
mod lexicon;
mod mend;
mod numbers;
mod parse;
mod places;
mod rarity;
mod scripts;
pub(crate) mod spelling;
mod text;
mod titles;
mod variants;

pub(crate) use fold::plain_words;
pub use fold::{NAME_LETTERS_MAX, WORDS_MAX};
pub use legal_forms::FormClass;
pub use parse::{NameType, ParsedName, Token, TokenKind};
pub use scripts::Script;
pub use text::Text;

pub(crate) use lexicon::Word;
pub(crate) use text::hash;
