//! Letters of other scripts in Latin letters. Own tables stand where names are at stake and the general ones (deunicode)
//! fall short: Cyrillic as passports write it, Arabic and Hebrew by their consonants, Greek with its pairs of letters,
//! Korean by syllables, characters of Chinese in their simple and full forms.

use super::characters;

/// How much a name's letters tell, by their script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Script {
    /// Latin, Cyrillic, Greek: letters for consonants and vowels.
    #[default]
    Alphabet,
    /// Arabic, Hebrew and scripts whose vowels deunicode tells badly: consonants are compared.
    Consonants,
    /// Chinese characters: each is a word.
    Han,
    /// Korean syllables: each is a word.
    Hangul,
}

/// The script of a letter.
pub(super) fn script_of(letter: char) -> Script {
    match letter {
        '\u{590}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1200}'..='\u{139f}' | '\u{1780}'..='\u{17ff}' => {
            Script::Consonants
        }
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Script::Han,
        '\u{ac00}'..='\u{d7a3}' => Script::Hangul,
        _ => Script::Alphabet,
    }
}

/// Appends a letter in lower-case Latin letters; `before` is the letter in front of it. Nothing for marks.
pub(super) fn push_latin(letter: char, next: Option<char>, out: &mut String) {
    let start = out.len();
    if let Some(text) = own(letter, next) {
        out.push_str(text);
    } else if let Some(text) = deunicode::deunicode_char(letter) {
        out.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    }
    debug_assert!(out.is_char_boundary(start));
}

fn own(letter: char, next: Option<char>) -> Option<&'static str> {
    match letter {
        '\u{400}'..='\u{52f}' => cyrillic(letter),
        '\u{370}'..='\u{3ff}' => greek(letter, next),
        '\u{590}'..='\u{5ff}' => hebrew(letter),
        '\u{600}'..='\u{6ff}' => arabic(letter),
        'ə' | 'Ə' => Some("a"),
        'ğ' | 'Ğ' => Some("g"),
        'ı' | 'İ' => Some("i"),
        _ => None,
    }
}

fn cyrillic(letter: char) -> Option<&'static str> {
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    Some(match lower {
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => "e",
        'є' => "ye",
        'ж' | 'җ' => "zh",
        'з' => "z",
        'и' | 'і' | 'ы' => "i",
        'ї' => "i",
        'й' | 'ј' => "y",
        'к' | 'қ' | 'ҡ' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' | 'ҫ' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' | 'ў' => "u",
        'ф' => "f",
        'х' | 'ҳ' | 'һ' => "kh",
        'ц' => "ts",
        'ч' | 'ҷ' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'ђ' => "dj",
        'ћ' => "c",
        'џ' => "dz",
        'љ' => "lj",
        'њ' => "nj",
        'ѓ' => "g",
        'ќ' => "k",
        'ѕ' => "dz",
        _ => return None,
    })
}

fn greek(letter: char, next: Option<char>) -> Option<&'static str> {
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    Some(match (lower(letter), next.map(lower)) {
        ('ο', Some('υ' | 'ύ')) => "",
        ('μ', Some('π')) => "",
        ('ν', Some('τ')) => "",
        ('α' | 'ά', _) => "a",
        ('β', _) => "v",
        ('γ', Some('κ' | 'γ')) => "n",
        ('γ', _) => "g",
        ('δ', _) => "d",
        ('ε' | 'έ', _) => "e",
        ('ζ', _) => "z",
        ('η' | 'ή' | 'ι' | 'ί' | 'ϊ' | 'ΐ', _) => "i",
        ('υ' | 'ύ' | 'ϋ', _) => "y",
        ('θ', _) => "th",
        ('κ', _) => "k",
        ('λ', _) => "l",
        ('μ', _) => "m",
        ('ν', _) => "n",
        ('ξ', _) => "x",
        ('ο' | 'ό' | 'ω' | 'ώ', _) => "o",
        ('π', _) => "p",
        ('ρ', _) => "r",
        ('σ' | 'ς', _) => "s",
        ('τ', _) => "t",
        ('φ', _) => "f",
        ('χ', _) => "ch",
        ('ψ', _) => "ps",
        _ => return None,
    })
}

fn hebrew(letter: char) -> Option<&'static str> {
    Some(match letter {
        'א' | 'ע' => "a",
        'ב' => "b",
        'ג' => "g",
        'ד' => "d",
        'ה' => "h",
        'ו' => "v",
        'ז' => "z",
        'ח' => "h",
        'ט' | 'ת' => "t",
        'י' => "i",
        'כ' | 'ך' | 'ק' => "k",
        'ל' => "l",
        'מ' | 'ם' => "m",
        'נ' | 'ן' => "n",
        'ס' => "s",
        'פ' | 'ף' => "p",
        'צ' | 'ץ' => "ts",
        'ר' => "r",
        'ש' => "sh",
        '\u{591}'..='\u{5c7}' => "",
        _ => return None,
    })
}

fn arabic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' | 'ع' => "a",
        'ء' | 'ـ' | '\u{64b}'..='\u{65f}' | '\u{670}' => "",
        'ب' => "b",
        'ت' | 'ط' => "t",
        'ث' => "th",
        'ج' => "j",
        'ح' | 'ه' | 'ھ' | 'ہ' => "h",
        'خ' => "kh",
        'د' | 'ض' => "d",
        'ذ' => "dh",
        'ر' | 'ڑ' => "r",
        'ز' | 'ظ' => "z",
        'س' | 'ص' => "s",
        'ش' => "sh",
        'غ' => "gh",
        'ف' => "f",
        'ق' => "q",
        'ك' | 'ک' => "k",
        'ل' => "l",
        'م' => "m",
        'ن' | 'ں' => "n",
        'ة' => "a",
        'و' | 'ؤ' => "w",
        'ي' | 'ى' | 'ئ' | 'ی' | 'ے' => "y",
        'پ' => "p",
        'چ' => "ch",
        'ژ' => "zh",
        'گ' => "g",
        'ٹ' => "t",
        'ڈ' => "d",
        _ => return None,
    })
}

const LEADS: [&str; 19] =
    ["k", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
const VOWELS: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
];
const TAILS: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
];

/// Appends a Korean syllable, romanised; family names as their bearers mostly write them.
pub(super) fn push_hangul(syllable: char, first: bool, out: &mut String) {
    if first && let Some(family) = characters::korean_family(syllable) {
        out.push_str(family);
        return;
    }
    let index = (syllable as u32).saturating_sub(0xac00) as usize;
    out.push_str(LEADS.get(index / 588).copied().unwrap_or_default());
    out.push_str(VOWELS[index % 588 / 28]);
    out.push_str(TAILS[index % 28]);
}
