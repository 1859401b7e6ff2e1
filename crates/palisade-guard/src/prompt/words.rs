//! The words of a text, and when a word is meant although it is misspelt.

/// Words that one rule looks at, one bit each.
pub(super) const WORDS_MAX: usize = 60;

/// Letters from which on a word is still known with one mistake in it; shorter ones become other words.
const MISTAKE_LETTERS_MIN: usize = 7;

/// A word of the text, or the end of a sentence, which has no letters.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// True when it begins a mail or web address.
    pub(super) address: bool,
}

impl Word<'_> {
    pub(super) const NONE: Self = Word { text: "", start: 0, end: 0, address: false };

    pub(super) fn is_end(&self) -> bool {
        self.text.is_empty()
    }

    /// True when it is `form`, which is in lower case.
    pub(super) fn is(&self, form: &str) -> bool {
        if self.text.len() == form.len() && self.text.eq_ignore_ascii_case(form) {
            return true;
        }
        let (Some(first), Some(expected)) = (self.text.as_bytes().first(), form.as_bytes().first()) else {
            return false;
        };
        first.eq_ignore_ascii_case(expected) && (is_nearly(self.text, form) || self.is_with_curly_quote(form))
    }

    /// True when it begins with `form`, which is in lower case.
    pub(super) fn begins(&self, form: &str) -> bool {
        let bytes = self.text.as_bytes();
        let (Some(first), Some(expected)) = (bytes.first(), form.as_bytes().first()) else { return false };
        if !first.eq_ignore_ascii_case(expected) {
            return false;
        }
        let begins = bytes.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form.as_bytes()));
        begins
            || (form.len() >= MISTAKE_LETTERS_MIN
                && [form.len() - 1, form.len(), form.len() + 1]
                    .into_iter()
                    .filter_map(|length| self.text.get(..length))
                    .any(|start| is_nearly(start, form)))
    }

    fn is_with_curly_quote(&self, form: &str) -> bool {
        self.text.len() == form.len() + '’'.len_utf8() - 1
            && form.contains('\'')
            && self.text.chars().map(|c| if c == '’' { '\'' } else { c.to_ascii_lowercase() }).eq(form.chars())
    }
}

/// True when one letter too many, too few, wrong, or swapped with its neighbour is all that differs.
pub(super) fn is_nearly(word: &str, form: &str) -> bool {
    let (word, form) = (word.as_bytes(), form.as_bytes());
    if form.len() < MISTAKE_LETTERS_MIN || word.len().abs_diff(form.len()) > 1 {
        return false;
    }
    let same = |(one, other): &(&u8, &u8)| one.eq_ignore_ascii_case(other);
    let ahead = word.iter().zip(form).take_while(same).count();
    let (word, form) = (&word[ahead..], &form[ahead..]);
    let behind = word.iter().rev().zip(form.iter().rev()).take_while(same).count();
    let (word, form) = (&word[..word.len() - behind], &form[..form.len() - behind]);
    match (word, form) {
        ([_] | [], [_]) | ([_], []) => ahead > 0,
        ([a, b], [c, d]) => ahead > 0 && a.eq_ignore_ascii_case(d) && b.eq_ignore_ascii_case(c),
        _ => false,
    }
}

/// Puts the words of `text` into `words` and tells how many, ends of sentences included.
pub(super) fn words_from<'t>(text: &'t str, words: &mut [Word<'t>]) -> usize {
    let (mut count, mut sentences) = (0, 0);
    each_word(text, &mut |word| {
        words[count] = word;
        count += 1;
        sentences += usize::from(word.is_end());
        // No rule reaches over the end of its second sentence.
        count < words.len() && sentences < 2
    });
    count
}

/// All words of `text`, ends of sentences included.
pub(super) fn all_words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(text.len() / 5);
    each_word(text, &mut |word| {
        words.push(word);
        true
    });
    words
}

/// Gives each word of `text` to `visit`, until that wants no more.
fn each_word<'t>(text: &'t str, visit: &mut dyn FnMut(Word<'t>) -> bool) {
    let (mut start, mut ended): (Option<usize>, bool) = (None, true);
    for (at, character) in text.char_indices().chain([(text.len(), '\n')]) {
        if character.is_alphanumeric() || matches!(character, '\'' | '’') && start.is_some() {
            start = start.or(Some(at));
            continue;
        }
        if let Some(from) = start.take() {
            let address = character == '@' || text[at..].starts_with("://");
            let word = Word { text: text[from..at].trim_end_matches(['\'', '’']), start: from, end: at, address };
            ended = false;
            if !visit(word) {
                return;
            }
        }
        if !ended && (at == text.len() || ends_sentence(text, at, character)) {
            ended = true;
            if !visit(Word { text: "", start: at, end: at, address: false }) {
                return;
            }
        }
    }
}

/// True when a sentence or a paragraph ends with the `character` at `at`.
fn ends_sentence(text: &str, at: usize, character: char) -> bool {
    match character {
        '.' | '!' | '?' | ';' => text[at..].chars().nth(1).is_none_or(|c| !c.is_alphanumeric()),
        '\n' => text[at..].starts_with("\n\n") || text[at..].starts_with("\n\r\n"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, is_nearly};

    #[test]
    fn misspelt_words_are_known() {
        for word in ["instuctions", "isntructions", "instructionss", "instrxctions", "Instructoins"] {
            assert!(is_nearly(word, "instructions"), "{word}");
        }
        for (word, form) in [("provision", "precision"), ("form", "from"), ("xnstructions", "instructions")] {
            assert!(!is_nearly(word, form), "{word}");
        }
    }

    #[test]
    fn curly_quotes_are_quotes() {
        assert!(Word { text: "Don’t", ..Word::NONE }.is("don't"));
        assert!(!Word { text: "Don’t", ..Word::NONE }.is("dont"));
    }
}
