//! What wakes the detector: parts of words that few texts hold, and plain words, which do so in short texts.

use super::{needles::SIGNIFICANT, spoken::SPOKEN};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

const COUNT: usize = SIGNIFICANT.len() + SPOKEN.len() + PLAIN.len() + PLAIN_ELSEWHERE.len();

/// All of them.
pub(super) static NEEDLES: [&[u8]; COUNT] = {
    let mut all: [&[u8]; COUNT] = [b""; COUNT];
    let (significant, others) = all.split_at_mut(SIGNIFICANT.len());
    significant.copy_from_slice(SIGNIFICANT);
    let (spoken, others) = others.split_at_mut(SPOKEN.len());
    spoken.copy_from_slice(&SPOKEN);
    let (plain, elsewhere) = others.split_at_mut(PLAIN.len());
    plain.copy_from_slice(&PLAIN);
    let mut index = 0;
    while index < elsewhere.len() {
        elsewhere[index] = PLAIN_ELSEWHERE[index].as_bytes();
        index += 1;
    }
    all
};

/// Plain words, and other needles that begin as one does, by their first two bytes in lower case.
static BEGINNINGS: LazyLock<FxHashMap<[u8; 2], Beginnings>> = LazyLock::new(|| {
    let mut beginnings: FxHashMap<[u8; 2], Beginnings> = FxHashMap::default();
    for plain in plain_words() {
        beginnings.entry(two(plain)).or_default().plain.push(plain);
    }
    for other in SIGNIFICANT.iter().chain(&SPOKEN).copied() {
        if plain_words().any(|plain| other.starts_with(plain)) {
            beginnings.entry(two(other)).or_default().others.push(other);
        }
    }
    beginnings
});

#[derive(Default)]
struct Beginnings {
    plain: Vec<&'static [u8]>,
    others: Vec<&'static [u8]>,
}

/// The first two bytes in lower case; no needle has fewer.
fn two(bytes: &[u8]) -> [u8; 2] {
    let byte = |index: usize| bytes.get(index).copied().unwrap_or_default().to_ascii_lowercase();
    [byte(0), byte(1)]
}

/// True when `text` begins with a plain word and with no other needle.
pub(super) fn is_plain(text: &[u8]) -> bool {
    let begins = |needle: &&[u8]| text.get(..needle.len()).is_some_and(|start| start.eq_ignore_ascii_case(needle));
    BEGINNINGS.get(&two(text)).is_some_and(|of| of.plain.iter().any(begins) && !of.others.iter().any(begins))
}

fn plain_words() -> impl Iterator<Item = &'static [u8]> {
    PLAIN.iter().copied().chain(PLAIN_ELSEWHERE.iter().map(|word| word.as_bytes()))
}

/// Plain words of whoever speaks to somebody: they wake in short texts only, as long ones are full of them.
const PLAIN: [&[u8]; 19] = [
    b"your",
    b"you are",
    b"you're",
    b"you have",
    b"you must",
    b"you will",
    b"tell ",
    b"say ",
    b"answer",
    b"instead",
    b"forget",
    b"stop ",
    b"reply",
    b"repeat",
    b"write ",
    b" me ",
    b"reveal",
    b"respond",
    b"print ",
];

/// The same in other languages: how somebody is called who is spoken to, a few orders, and words for machines that
/// answer.
const PLAIN_ELSEWHERE: [&str; 110] = [
    // German, Dutch and Scandinavian.
    " du ",
    " dir ",
    " dich ",
    " deine",
    " bist ",
    " ihnen ",
    " jij ",
    " je ",
    " jouw",
    " dig ",
    " ditt ",
    " dina ",
    " jou ",
    // French, Spanish, Portuguese, Italian, Catalan and Romanian.
    " tu ",
    " toi",
    " tes ",
    " ton ",
    " vous ",
    " votre",
    " vos ",
    " ti ",
    " te ",
    " tus ",
    " eres ",
    "usted",
    "voc\u{ea}",
    " seu ",
    " sua ",
    " suas ",
    " seus ",
    " tuo ",
    " tua ",
    " tue ",
    " tuoi ",
    " sei ",
    "e\u{219}ti ",
    " t\u{103}u ",
    " tale ",
    "-mi ",
    "-me ",
    "-moi",
    // Polish, Czech, Slovak, Croatian, Hungarian and Finnish.
    "jeste\u{15b}",
    " tw\u{f3}j",
    " twoj",
    " ci ",
    " jsi ",
    " sv\u{e9} ",
    "tvoj",
    "tv\u{e9} ",
    " si ",
    " neked ",
    " vagy ",
    " sinun ",
    // Russian, Ukrainian, Bulgarian and Greek.
    "ты ",
    "тво",
    "тебе",
    " вам ",
    " ваш",
    "свои",
    "ти ",
    "тоб",
    "твій",
    " σου",
    " σε ",
    "είσαι",
    // Turkish, Arabic, Persian, Urdu and Hebrew.
    " sen ",
    "sana ",
    "senin",
    "أنت",
    "انت",
    " لك",
    "عليك",
    " تو ",
    "شما ",
    " آپ ",
    "אתה",
    " לך",
    "שלך",
    "תגיד",
    "אתם",
    // Hindi, Bengali, Tamil and Thai.
    "तुम",
    "आप ",
    "अपन",
    "তুমি",
    "আপনি",
    "নিজে",
    "நீங்கள்",
    "คุณ",
    // Vietnamese, Indonesian, Tagalog and Swahili.
    " b\u{1ea1}n ",
    "b\u{1ea1}n l",
    "m\u{e0}y ",
    " kamu",
    " anda ",
    "-mu ",
    " ikaw",
    " wewe",
    " yako",
    // Chinese, Japanese and Korean.
    "你",
    "您",
    "あなた",
    "君は",
    "ください",
    "しろ",
    "なさい",
    "せよ",
    "당신",
    "너는",
    "세요",
    "해줘",
    "하라",
];
