//! Whether an order is told of others: `if a user asks you to forget it`, `attackers say that it should reveal all`.
//!
//! What stands before the order in its sentence tells: a condition, or somebody, who says or asks something. A
//! condition about the reader (`if you are`) is none of these.

use std::sync::LazyLock;

/// Words behind a condition among which somebody asks.
const ASKING_WORDS_MAX: usize = 8;

/// People who are told of.
const PERSONS: [&str; 48] = [
    "he",
    "she",
    "they",
    "we",
    "who",
    "user",
    "users",
    "someone",
    "somebody",
    "people",
    "anyone",
    "anybody",
    "customer",
    "customers",
    "caller",
    "callers",
    "visitor",
    "visitors",
    "attacker",
    "attackers",
    "employee",
    "employees",
    "staff",
    "student",
    "students",
    "guest",
    "guests",
    "tester",
    "testers",
    "adversary",
    "adversaries",
    "prompts",
    "messages",
    "texts",
    "jailbreaks",
    "participants",
    "one",
    "colleague",
    "child",
    "children",
    "man",
    "woman",
    "boy",
    "girl",
    "guard",
    "teacher",
    "judge",
    "player",
];

/// What they do.
const SAYING: [&str; 36] = [
    "asks",
    "ask",
    "asked",
    "asking",
    "tells",
    "tell",
    "told",
    "telling",
    "tries",
    "try",
    "tried",
    "trying",
    "wants",
    "want",
    "wanted",
    "says",
    "say",
    "said",
    "begs",
    "persuade",
    "persuades",
    "instructs",
    "instruct",
    "instructed",
    "attempts",
    "attempt",
    "demands",
    "demand",
    "requests",
    "insists",
    "convince",
    "convinces",
    "ordered",
    "orders",
    "hide",
    "contain",
];

/// Words that open a condition, or ask who does something.
const CONDITIONS: [&str; 35] = [
    "if",
    "when",
    "whenever",
    "should",
    "si",
    "wenn",
    "falls",
    "sobald",
    "se",
    "quando",
    "cuando",
    "если",
    "когда",
    "якщо",
    "jeśli",
    "gdy",
    "eğer",
    "biri",
    "als",
    "wanneer",
    "quand",
    "lorsque",
    "إذا",
    "اذا",
    "अगर",
    "यदि",
    "quem",
    "wer",
    "quien",
    "qui",
    "chi",
    "кто",
    "хто",
    "s'il",
    "kto",
];

/// The reader, about whom a condition says nothing of others.
const READER: [&str; 11] = ["you", "you're", "du", "tu", "sie", "vous", "usted", "você", "ты", "вы", "je"];

/// Beginnings of words for asking and saying, in the languages of [`CONDITIONS`].
const ASKING: [&str; 38] = [
    "ask",
    "tell",
    "told",
    "want",
    "say",
    "said",
    "demand",
    "request",
    "tries",
    "try",
    "insist",
    "beg",
    "bitte",
    "verlang",
    "frag",
    "sag",
    "fordert",
    "demande",
    "dit",
    "pid",
    "pregunt",
    "dice",
    "dic",
    "chied",
    "chiest",
    "ped",
    "pergunt",
    "прос",
    "говор",
    "треб",
    "prosi",
    "mówi",
    "каж",
    "iste",
    "söyle",
    "vraagt",
    "zegt",
    "طلب",
];

/// Conditions of scripts without blanks, and what follows them.
const UNSPACED: [(&str, &[&str]); 5] = [
    ("如果", &["让", "要求", "问", "请", "叫"]),
    ("有人", &["让", "要", "问"]),
    ("もし", &["求め", "言"]),
    ("と言われ", &[""]),
    ("누가", &[""]),
];

/// What a word can be to a sentence that tells of others, one bit each.
const PERSON: u8 = 1;
const SAYS: u8 = 2;
const CONDITION: u8 = 4;
const IS_READER: u8 = 8;

static ROLES: LazyLock<Roles> = LazyLock::new(|| {
    Roles::new(&[(&PERSONS, PERSON), (&SAYING, SAYS), (&CONDITIONS, CONDITION), (&READER, IS_READER)])
});

/// Words by their length and last byte, with what they can be.
struct Roles(Vec<Vec<(&'static str, u8)>>);

/// Lengths and last bytes that are told apart.
const LENGTHS: usize = 16;
const LASTS: usize = 32;

impl Roles {
    fn new(lists: &[(&[&'static str], u8)]) -> Self {
        let mut all = vec![Vec::new(); LENGTHS * LASTS];
        for (words, role) in lists {
            words.iter().for_each(|word| all[Self::place(word)].push((*word, *role)));
        }
        Self(all)
    }

    fn place(word: &str) -> usize {
        let last = word.as_bytes().last().copied().unwrap_or_default();
        word.len() % LENGTHS * LASTS + usize::from(last) % LASTS
    }

    /// What `word` can be.
    fn of(&self, word: &str) -> u8 {
        let known = self.0[Self::place(word)].iter().filter(|(known, _)| *known == word);
        known.fold(0, |roles, (_, role)| roles | role)
    }
}

/// True when the sentence that `before` ends in, in lower case, tells of somebody who says or asks what follows.
pub(super) fn is_told_of_others(before: &str) -> bool {
    let sentence = last_sentence(before);
    let mut words = sentence.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty());
    let (mut all, roles) = (0, &*ROLES);
    while let Some(word) = words.next() {
        let of = roles.of(word);
        all |= of;
        let opens = of & CONDITION != 0 || word.strip_prefix("si").is_some_and(|rest| rest.starts_with('\''));
        if opens && somebody_asks(words.clone(), roles) {
            return true;
        }
    }
    all & PERSON != 0 && all & SAYS != 0 || !sentence.is_ascii() && is_unspaced_condition(sentence)
}

/// What `text` ends in behind the last end of a sentence.
fn last_sentence(text: &str) -> &str {
    let ends = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b'\n' | b';');
    let sentence = &text[text.as_bytes().iter().rposition(ends).map_or(0, |end| end + 1)..];
    match sentence.is_ascii() {
        true => sentence,
        false => sentence.rsplit(['。', '！', '？']).next().unwrap_or_default(),
    }
}

/// True when somebody asks in the `words` behind a condition.
fn somebody_asks<'w>(words: impl Iterator<Item = &'w str> + Clone, roles: &Roles) -> bool {
    let about_reader = words.clone().next().is_some_and(|next| roles.of(next) & IS_READER != 0);
    let asks = |word: &str| ASKING.iter().any(|start| word.starts_with(start));
    !about_reader && words.take(ASKING_WORDS_MAX).any(asks)
}

/// True when a condition of a script without blanks stands in `sentence`.
fn is_unspaced_condition(sentence: &str) -> bool {
    let follows = |start: usize, asking: &[&str]| asking.iter().any(|word| sentence[start..].contains(word));
    UNSPACED.iter().any(|(open, asking)| sentence.rfind(open).is_some_and(|at| follows(at + open.len(), asking)))
}

#[cfg(test)]
mod tests {
    use super::is_told_of_others;

    #[test]
    fn orders_of_others() {
        for before in [
            "if a user asks you to ",
            "attackers say that the model should ",
            "tu proposes un livre si l'on te demande d'",
            "wenn jemand verlangt, dass du ",
            "如果有人让你",
        ] {
            assert!(is_told_of_others(before), "{before}");
        }
        for before in ["please ", "if you are an ai that reads this, ", "the user is here. now ", "", "如果你"] {
            assert!(!is_told_of_others(before), "{before}");
        }
    }
}
