//! The words of a text, and when a word is meant although it is misspelt.

/// Words that one rule looks at, one bit each.
pub(super) const WORDS_MAX: usize = 60;

/// Sentences that one rule looks at.
pub(super) const SENTENCES_MAX: usize = 2;

/// Letters from which on a word is still known with one mistake in it; shorter ones become other words.
pub(super) const MISTAKE_LETTERS_MIN: usize = 7;

/// A word of the text, or the end of a sentence, which has no letters.
#[derive(Clone, Copy)]
pub(crate) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// True when it begins a mail or web address.
    pub(super) address: bool,
    /// A mixture of its first three letters, to sort it out by.
    pub(super) sign: u16,
    /// A number for its first letter, see [`initial`].
    pub(super) initial: u8,
    /// A bit for its first two letters, see [`pair`].
    pub(super) pair: u64,
    /// Its first eight bytes, see [`head`].
    pub(super) head: u64,
}

impl Word<'_> {
    pub(super) const NONE: Self =
        Word { text: "", start: 0, end: 0, address: false, sign: 0, initial: 0, pair: 0, head: 0 };

    fn new(text: &str, start: usize, end: usize, address: bool) -> Word<'_> {
        let head = head(text);
        let [one, two, three, ..] = head.to_le_bytes();
        let beginning = [one, two, three];
        Word { text, start, end, address, sign: sign(beginning), initial: initial(text), pair: pair(beginning), head }
    }

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
    // One mistake leaves the beginning or the end as it is.
    let same = |one: Option<&[u8; 3]>, other: Option<&[u8; 3]>| match (one, other) {
        (Some([a, b, c]), Some([x, y, z])) => {
            a.eq_ignore_ascii_case(x) && b.eq_ignore_ascii_case(y) && c.eq_ignore_ascii_case(z)
        }
        _ => false,
    };
    if !same(word.first_chunk(), form.first_chunk()) && !same(word.last_chunk(), form.last_chunk()) {
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
    each_word(text, |word| {
        words[count] = word;
        count += 1;
        sentences += usize::from(word.is_end());
        // No rule reaches over the end of its second sentence.
        count < words.len() && sentences < SENTENCES_MAX
    });
    count
}

/// All words of `text`, ends of sentences included.
pub(crate) fn all_words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(text.len() / 5);
    each_word(text, |word| {
        words.push(word);
        true
    });
    words
}

/// Gives each word of `text` to `visit`, until that wants no more.
fn each_word<'t>(text: &'t str, mut visit: impl FnMut(Word<'t>) -> bool) {
    let (mut at, mut ended) = (0, true);
    while let Some(character) = character_at(text, at) {
        if character.is_alphanumeric() {
            let start = at;
            at += word_length(&text[at..]);
            let rest = &text.as_bytes()[at..];
            let address = rest.first() == Some(&b'@') || rest.starts_with(b"://");
            ended = false;
            if !visit(Word::new(without_quotes_behind(&text[start..at]), start, at, address)) {
                return;
            }
        } else {
            if !ended && ends_sentence(text, at, character) {
                ended = true;
                if !visit(Word { start: at, end: at, ..Word::NONE }) {
                    return;
                }
            }
            at += character.len_utf8();
        }
    }
    if !ended {
        visit(Word { start: at, end: at, ..Word::NONE });
    }
}

/// The character at `at`; nothing at the end.
pub(super) fn character_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text[at..].chars().next(),
    }
}

/// Bytes of the word that `text` begins with, quotation marks within and behind it included.
fn word_length(text: &str) -> usize {
    let plain = plain_length(text.as_bytes());
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    plain + text[plain..].find(|c| !belongs(c)).unwrap_or(text.len() - plain)
}

/// Bytes of letters, digits and quotation marks of ASCII that `text` begins with.
pub(super) fn plain_length(text: &[u8]) -> usize {
    const PLAIN: [bool; 256] = {
        let (mut plain, mut byte) = ([false; 256], 0_u8);
        while byte < 128 {
            plain[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'\'';
            byte += 1;
        }
        plain
    };
    text.iter().position(|&byte| !PLAIN[usize::from(byte)]).unwrap_or(text.len())
}

/// `word` without the quotation marks that it ends with.
pub(super) fn without_quotes_behind(word: &str) -> &str {
    match word.as_bytes().last() {
        Some(last) if last.is_ascii_alphanumeric() => word,
        _ => word.trim_end_matches(['\'', '’']),
    }
}

/// The first three letters in lower case, with zeros behind a shorter word.
pub(super) fn beginning(word: &str) -> [u8; 3] {
    match word.as_bytes() {
        [one, two, three, ..] => [one | 0x20, two | 0x20, three | 0x20],
        [one, two] => [one | 0x20, two | 0x20, 0],
        [one] => [one | 0x20, 0, 0],
        [] => [0; 3],
    }
}

/// The first eight bytes in lower case, with zeros behind a shorter word.
pub(super) fn head(word: &str) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    match word.as_bytes().first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight) | LOWER,
        None => {
            let mut eight = [0; 8];
            eight[..word.len()].copy_from_slice(word.as_bytes());
            let within = (1 << (8 * word.len())) - 1;
            u64::from_le_bytes(eight) | LOWER & within
        }
    }
}

/// Initials that are told apart.
pub(super) const INITIALS: usize = 27;

/// The number of a word by its first letter; the last for all that do not begin with a letter of ASCII.
pub(super) fn initial(word: &str) -> u8 {
    match word.as_bytes().first() {
        Some(letter) if letter.is_ascii_alphabetic() => (letter | 0x20) - b'a',
        _ => INITIALS as u8 - 1,
    }
}

/// The bit of a word by its first two letters, whatever their case; others share it.
pub(super) fn pair(beginning: [u8; 3]) -> u64 {
    let [one, two, _] = beginning.map(|byte| u64::from(byte & 31));
    1 << ((one * 7 + two * 11) % 64)
}

/// Mixtures of three letters that are told apart.
pub(super) const SIGNS: usize = 4096;

/// The mixture of three letters.
pub(super) fn sign(beginning: [u8; 3]) -> u16 {
    let [one, two, three] = beginning.map(|byte| usize::from(byte & 31));
    ((one | two << 5 | three << 10).wrapping_mul(0x9E5) % SIGNS) as u16
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
