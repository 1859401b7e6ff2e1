//! Slips in words that are known, mended before a name is read: a legal form with a slip in it, or written together with
//! the word beside it, would be taken for a part of the name; an Arabic compound would not be seen as one.

use super::fold::Piece;
use super::lexicon::{Lexicon, Meaning};
use super::text::Text;

/// Words of legal forms and numbers that are long enough to be known with a slip in them.
const LONG_WORDS: [&str; 53] = [
    "limited",
    "company",
    "corporation",
    "incorporated",
    "liability",
    "federal",
    "unitary",
    "establishment",
    "enterprise",
    "partnership",
    "aktiengesellschaft",
    "gesellschaft",
    "verein",
    "stichting",
    "sociedad",
    "limitada",
    "empresa",
    "unipersonal",
    "responsabilidad",
    "simplificada",
    "corporacion",
    "fundacion",
    "societe",
    "obshchestvo",
    "obschestvo",
    "otkrytoe",
    "zakrytoe",
    "publichnoe",
    "aktsionernoe",
    "gosudarstvennoe",
    "unitarnoe",
    "predpriyatie",
    "tovarystvo",
    "ogranichennoi",
    "ogranichennoy",
    "otvetstvennostyu",
    "otvetstvennostiu",
    "obmezhenoyu",
    "vidpovidalnistyu",
    "chamkat",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "thirty",
    "eighty",
    "second",
    "seventh",
    "eighth",
    "twenty",
    "hundred",
    "thousand",
];

/// Short legal forms that nobody's name begins or ends with, so that a word that does is two.
const SHORT_FORMS: [&str; 10] = ["gmbh", "ojsc", "cjsc", "pjsc", "sarl", "sprl", "ltda", "eood", "dmcc", "fgup"];
/// Long words of legal forms from this length on are told from a name that they are written together with.
const LONG_FORM_MIN: usize = 7;
/// What a joint stock company is.
const SORTS: [&str; 4] = ["open", "closed", "public", "private"];
/// A name in front of or behind a legal form has so many letters at least.
const BESIDE_FORM_MIN: usize = 4;

/// Mends the words of an organisation's name.
pub(super) fn mend_organization(pieces: &mut Vec<Piece>) {
    mend_phrases(pieces);
    let mut at = 0;
    while at < pieces.len() {
        mend_word(pieces, at);
        at += 1;
    }
    join_words(pieces);
}

fn is_known(text: &str) -> bool {
    let lexicon = Lexicon::get();
    lexicon.word(text).is_some() || !lexicon.phrases(text).is_empty() || LONG_WORDS.contains(&text)
}

/// A word that is none, but one letter from a long one of legal forms, or one of them and a name written together.
fn mend_word(pieces: &mut Vec<Piece>, at: usize) {
    let text = pieces[at].text;
    if text.len() < 6 || pieces[at].original.is_some() || is_known(text.as_str()) {
        return;
    }
    if let Some(meant) = LONG_WORDS.iter().find(|word| is_slip(text.as_bytes(), word.as_bytes())) {
        pieces[at].text = Text::from(*meant);
        return;
    }
    let next = pieces.get(at + 1).map_or("", |next| next.text.as_str());
    if let Some(cut) = joint_stock(text.as_str(), next).or_else(|| beside_form(text.as_str())) {
        let (one, other) = text.as_str().split_at(cut);
        let second = Piece { text: Text::from(other), ..pieces[at] };
        pieces[at].text = Text::from(one);
        pieces.insert(at + 1, second);
    }
}

/// Where a word is parted that is a name and a legal form, or the other way round.
fn beside_form(text: &str) -> Option<usize> {
    let long = LONG_WORDS.iter().filter(|form| form.len() >= LONG_FORM_MIN);
    let fits = |rest: &&str| rest.len() >= BESIDE_FORM_MIN;
    SHORT_FORMS.iter().chain(long).find_map(|form| {
        let front = text.strip_suffix(form).filter(fits).map(str::len);
        front.or_else(|| text.strip_prefix(form).filter(fits).map(|_| form.len()))
    })
}

/// Where a word is parted that has the beginning of "open joint stock company" in it.
fn joint_stock(text: &str, next: &str) -> Option<usize> {
    match next {
        "joint" => SORTS.iter().find_map(|sort| text.strip_suffix(sort).filter(|name| name.len() > 2).map(str::len)),
        "stock" => text.strip_suffix("joint").filter(|name| name.len() > 2).map(str::len),
        _ if text == "jointstock" => Some(5),
        _ => None,
    }
}

/// Mends a word with a slip inside a legal form of several words ("joint stok company"), where all others are right.
fn mend_phrases(pieces: &mut [Piece]) {
    for at in 0..pieces.len() {
        for phrase in Lexicon::get().phrases(pieces[at].text.as_str()) {
            let words = &phrase.words;
            if words.len() < 3 || at + words.len() > pieces.len() || !matches!(phrase.meaning, Meaning::Form(_)) {
                continue;
            }
            let mut wrong = (0..words.len()).filter(|place| pieces[at + place].text.as_str() != words[*place]);
            if let (Some(place), None) = (wrong.next(), wrong.next())
                && words[place].len() > 3
                && !is_known(pieces[at + place].text.as_str())
                && is_slip(pieces[at + place].text.as_bytes(), words[place].as_bytes())
            {
                pieces[at + place].text = Text::from(words[place]);
                break;
            }
        }
    }
}

/// Puts together a long word that was split in two.
fn join_words(pieces: &mut Vec<Piece>) {
    let mut at = 1;
    while at < pieces.len() {
        let (front, back) = (pieces[at - 1].text, pieces[at].text);
        let whole = |word: &&&str| {
            word.len() == front.len() + back.len() && word.starts_with(front.as_str()) && word.ends_with(back.as_str())
        };
        if let Some(word) = LONG_WORDS.iter().find(whole) {
            pieces[at - 1].text = Text::from(*word);
            pieces.remove(at);
        }
        at += 1;
    }
}

/// One letter more, less or changed, or two neighbours swapped.
fn is_slip(one: &[u8], other: &[u8]) -> bool {
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let front = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[front..], &other[front..]);
    let behind = |text: &'_ [u8]| text.split_first().map_or(0, |_| 1);
    let (shorter, other_shorter) = (&one[behind(one)..], &other[behind(other)..]);
    let swapped = matches!((one, other), ([a, b, ..], [c, d, ..]) if a == d && b == c && one[2..] == other[2..]);
    swapped || shorter == other_shorter || shorter == other || one == other_shorter
}

/// What stands before the second part of a servant's name, in the spellings that it has.
const SERVANT: [&str; 11] =
    ["abdul", "abdel", "abdal", "abdol", "abdur", "abder", "abdar", "abdir", "abdor", "abdus", "abd"];
const FAITH: [&str; 12] =
    ["eddine", "uddine", "uddeen", "aldeen", "uddin", "eddin", "iddin", "aldin", "addin", "uldin", "edine", "uddn"];

/// Names of God, of which people are servants.
const OF_GOD: [&str; 69] = [
    "aleem", "alim", "amir", "azeez", "aziz", "bari", "basir", "basit", "fatah", "fattah", "ghaffar", "ghafour",
    "ghafur", "ghani", "hadi", "hafid", "hafiz", "hai", "hakeem", "hakim", "halim", "hameed", "hamid", "haq", "hay",
    "hussein", "ilah", "jabar", "jabbar", "kader", "kadir", "kareem", "karim", "khaliq", "latif", "majeed", "majid",
    "malik", "menhem", "mohsen", "muhsin", "mumin", "munim", "nabi", "nasir", "nasser", "qader", "qadir", "qayoum",
    "qayum", "qayyum", "rahim", "rahman", "rashid", "rasul", "rauf", "razaq", "razzaq", "salam", "salim", "samad",
    "satar", "sattar", "wadud", "wahab", "wahhab", "wahid", "wali", "zahir",
];

/// The parts of an Arabic compound, the servant or the faith in one form.
pub(super) fn compound(text: &str) -> Option<(Text, Text)> {
    if let Some(rest) = servant_of(text) {
        return Some((Text::from("abd"), rest));
    }
    let faith = |end: &&str| text.strip_suffix(*end).filter(|front| front.len() > 2);
    FAITH.iter().find_map(faith).map(|front| (Text::from(front), Text::from("din")))
}

/// The second part of a servant's name of which the end was parted from the rest.
pub(super) fn parted_servant(front: &str, back: &str) -> Option<Text> {
    let parted = front.starts_with("abd") && front.len() > 3 && compound(back).is_none();
    let whole = || OF_GOD.iter().any(|name| front.len() + back.len() > name.len() + 2 && ends_in(front, back, name));
    (parted && whole()).then(|| servant_of(&format!("{front}{back}"))).flatten()
}

/// Whether two texts written together end in a name that is not the second alone.
fn ends_in(front: &str, back: &str, name: &str) -> bool {
    name.len() > back.len() && name.ends_with(back) && front.ends_with(&name[..name.len() - back.len()])
}

/// Whose servant somebody is by his name.
fn servant_of(text: &str) -> Option<Text> {
    // God's: one name, however it is written.
    let is_gods = |rest: &str| rest.bytes().all(|letter| matches!(letter, b'l' | b'a' | b'h'));
    let gods = ["abdullah", "abdallah", "abdollah"];
    if gods.iter().any(|name| is_slip(text.as_bytes(), name.as_bytes())) {
        return None;
    }
    let name = |text: &str| OF_GOD.contains(&text);
    let plain = SERVANT.iter().find_map(|front| Some((*front, text.strip_prefix(front)?)));
    if let Some((front, rest)) = plain {
        if is_gods(rest) {
            return None;
        }
        let with_r = format!("r{rest}");
        match front {
            "abd" if name(rest) => return Some(Text::from(rest)),
            // What stands behind may be the rest of a front with a slip in it.
            "abd" => {}
            _ if front.ends_with('r') && name(&with_r) => return Some(Text::from(with_r.as_str())),
            _ => return (rest.len() > 2).then(|| Text::from(rest)),
        }
    }
    // A slip in the front is seen when the rest is a name.
    if text.len() < 8 || !text[..5.min(text.len())].contains('d') || is_known(text) {
        return None;
    }
    (3..=6).find_map(|cut| {
        let (front, rest) = (text.get(..cut)?, text.get(cut..)?);
        let slip = || front != "abul" && SERVANT[..10].iter().any(|meant| is_slip(front.as_bytes(), meant.as_bytes()));
        (slip() && name(rest)).then(|| Text::from(rest))
    })
}

#[cfg(test)]
mod tests {
    use crate::names::{NameType, ParsedName};

    #[test]
    fn slips_around_legal_forms_do_not_become_names() {
        for (written, meant) in [
            ("Joint Stok Company Northlight", "Joint Stock Company Northlight"),
            ("Northlight Limted", "Northlight Limited"),
            ("NorthlightGmbH", "Northlight GmbH"),
            ("OJSCNorthlight", "OJSC Northlight"),
            ("Northlight Corpo ration", "Northlight Corporation"),
            ("Sveenth of Example", "Seventh of Example"),
        ] {
            let read = |name: &str| ParsedName::parse(name, NameType::Organization);
            assert_eq!(read(written).folded(), read(meant).folded(), "{written}");
            assert_eq!(read(written).forms, read(meant).forms, "{written}");
        }
    }

    #[test]
    fn servants_are_seen_through_slips() {
        for name in ["Abdulrahim", "Abdudrahim", "Adbulrahim", "Abdurrahim", "Abdirahim", "Abdrahim", "Abbdulrahim"] {
            let read = ParsedName::parse(name, NameType::Person).folded();
            assert_eq!(read, "abd rahim", "{name}");
        }
        for name in ["Abdullah", "Abdalah", "Abdulla"] {
            assert_eq!(ParsedName::parse(name, NameType::Person).tokens.len(), 1, "{name}");
        }
    }
}
