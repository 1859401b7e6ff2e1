//! Words that a rule or a count takes, in lower case: whole ones, beginnings, classes of the lexicon, mail and web
//! addresses, and the end of a sentence.

use super::{
    lexicon,
    words::{INITIALS, MISTAKE_LETTERS_MIN, Word, beginning, head, initial, pair},
};

/// What a step may take: classes have dozens of words, so most words are sorted out by their first letters.
pub(super) struct Alternatives {
    /// In the order of their initials.
    forms: Vec<Form>,
    /// For each initial where its forms begin, and behind the last where they end.
    of_initial: [u16; INITIALS + 1],
    /// A bit for each initial of forms that are known with a mistake in them.
    long: u32,
    /// The first two letters of all others.
    short: u64,
    sentence_end: bool,
    address: bool,
}

/// One word, or the beginning of one, in lower case.
struct Form {
    text: &'static str,
    initial: u8,
    /// Its first eight bytes, and all bits of those that a word must have the same.
    head: u64,
    mask: u64,
    is_beginning: bool,
    /// True when it has a quotation mark, which may be written in two ways.
    quotes: bool,
}

impl Form {
    fn new(text: &'static str) -> Self {
        let is_beginning = text.ends_with('*');
        let text = text.trim_end_matches('*');
        let mask = if is_beginning && text.len() < 8 { (1 << (8 * text.len())) - 1 } else { u64::MAX };
        Self { text, initial: initial(text), head: head(text), mask, is_beginning, quotes: text.contains('\'') }
    }

    /// True when the second letter of what it stands for is not always its own.
    fn is_long(&self) -> bool {
        self.text.len() >= MISTAKE_LETTERS_MIN
    }

    /// The first two letters of words that it stands for.
    fn pairs(&self) -> u64 {
        let second = self.text.as_bytes().get(1);
        let any = self.is_beginning && second.is_none() || second == Some(&b'\'');
        if any { u64::MAX } else { pair(beginning(self.text)) }
    }

    /// True when it stands for `word`, which has the same initial.
    fn is(&self, word: &Word<'_>) -> bool {
        let same = word.head & self.mask == self.head;
        let nearly = self.is_long() && (self.is_beginning || word.text.len().abs_diff(self.text.len()) <= 1);
        let curly = self.quotes && !word.text.is_ascii();
        (same || nearly || curly) && if self.is_beginning { word.begins(self.text) } else { word.is(self.text) }
    }
}

impl Alternatives {
    /// Those that `text` writes.
    pub(super) fn of(text: &'static str) -> Self {
        let forms = text.split('|').flat_map(|alternative| match alternative.strip_prefix('@') {
            Some(class) => lexicon::class(class).split('|').collect(),
            None => vec![alternative],
        });
        Self::new(forms.collect())
    }

    fn new(texts: Vec<&'static str>) -> Self {
        let (sentence_end, address) = (texts.contains(&"."), texts.contains(&"~"));
        let texts = texts.into_iter().filter(|text| !matches!(*text, "." | "~"));
        let mut forms: Vec<Form> = texts.map(Form::new).collect();
        forms.sort_by_key(|form| form.initial);
        let of_initial = std::array::from_fn(|initial| {
            forms.iter().take_while(|form| usize::from(form.initial) < initial).count() as u16
        });
        let long = forms.iter().filter(|form| form.is_long()).fold(0, |all, form| all | 1 << form.initial);
        let short = forms.iter().filter(|form| !form.is_long()).fold(0, |all, form| all | form.pairs());
        Self { forms, of_initial, long, short, sentence_end, address }
    }

    /// The words, and beginnings of words, in lower case.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'static str> {
        self.forms.iter().map(|form| form.text)
    }

    /// True when `word` is one of these.
    pub(super) fn take(&self, word: &Word<'_>) -> bool {
        if word.is_end() {
            return self.sentence_end;
        }
        let may_be_long = self.long >> word.initial & 1 != 0 && word.text.len() + 1 >= MISTAKE_LETTERS_MIN;
        (may_be_long || self.short & word.pair != 0) && self.has(word) || self.address && word.address
    }

    fn has(&self, word: &Word<'_>) -> bool {
        let initial = usize::from(word.initial);
        let range = usize::from(self.of_initial[initial])..usize::from(self.of_initial[initial + 1]);
        self.forms[range].iter().any(|form| form.is(word))
    }
}
