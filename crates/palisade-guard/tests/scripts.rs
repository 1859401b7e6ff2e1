//! Texts as people write them have no finding of hidden or disguised characters, whatever their script; messages that
//! are hidden in characters nobody sees are found and read, wherever they stand.

use palisade_guard::Guard;
use proptest::{prelude::*, sample::select};
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(|| Guard::with(|detector| detector.class.starts_with("guard.unicode.")));

/// Joins what follows to what stands before; shows a character as a picture.
const ZWJ: &str = "\u{200D}";
const PICTURE: &str = "\u{FE0F}";

const TONES: [&str; 6] = ["", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];

fn tone() -> impl Strategy<Value = &'static str> {
    select(&TONES[..])
}

/// One emoji of the kinds that `emoji-test.txt` lists (UTS #51, ED-17, ED-25, ED-27).
fn emoji() -> impl Strategy<Value = String> {
    let person = select(vec!["🧑", "👩", "👨"]);
    let adult = person.clone();
    let thing = select(vec![
        "⚕️",
        "⚖️",
        "✈️",
        "🌾",
        "🍳",
        "🍼",
        "🎓",
        "🎤",
        "🎨",
        "🏫",
        "🏭",
        "💻",
        "💼",
        "🔧",
        "🔬",
        "🚀",
        "🚒",
        "🤝",
        "🦯",
        "🦼",
        "🦽",
        "🎄",
        "🦰",
        "🦱",
        "🦲",
        "🦳",
        "⚕",
        "🦯‍➡️",
        "🩰",
    ]);
    let acting = select(vec![
        "🏃", "🚶", "🧎", "🏋️", "🏌️", "⛹️", "🕵️", "🏄", "🏊", "🤽", "🚣", "💂", "👷", "🙋", "🤷", "🤦", "🧙", "🧚",
        "👱", "👮", "👯",
    ]);
    let sex = select(vec!["♀️", "♂️", "♀", "♂"]);
    prop_oneof![
        select(vec![
            "😀",
            "🎉",
            "❤️",
            "☎️",
            "☎︎",
            "‼️",
            "↔️",
            "©️",
            "®️",
            "™️",
            "ℹ️",
            "Ⓜ️",
            "㊗️",
            "㊙️",
            "🈂️",
            "〰️",
            "▪️",
            "⌨️",
            "⏏️",
            "☕",
            "🩷",
            "🫩",
            "🏴‍☠️",
            "🏳️‍🌈",
            "🏳️‍⚧️",
            "🐕‍🦺",
            "🐈‍⬛",
            "🐻‍❄️",
            "🐦‍⬛",
            "🐦‍🔥",
            "🍋‍🟩",
            "🍄‍🟫",
            "⛓️‍💥",
            "❤️‍🔥",
            "❤️‍🩹",
            "😮‍💨",
            "😵‍💫",
            "😶‍🌫️",
            "👁️‍🗨️",
            "🙂‍↔️",
            "🙂‍↕️",
            "🏴",
            "🏳️",
            "❤",
            "🧑‍🧑‍🧒‍🧒",
            "🧑‍🧒",
            "👪",
            "🫆",
        ])
        .prop_map(str::to_owned),
        select(vec!["0", "1", "7", "9", "#", "*"]).prop_map(|key| format!("{key}{PICTURE}\u{20E3}")),
        (0_u32..26, 0_u32..26).prop_map(|pair| {
            [pair.0, pair.1].iter().filter_map(|letter| char::from_u32(0x1F1E6 + letter)).collect()
        }),
        select(vec!["gbeng", "gbsct", "gbwls"]).prop_map(|name| format!("🏴{}\u{E007F}", tags(name))),
        (select(vec!["👍", "👋", "✊", "☝", "🤌", "🫰", "🧑", "👶", "💃"]), tone())
            .prop_map(|(base, tone)| format!("{base}{tone}")),
        (person, tone(), thing).prop_map(|(person, tone, thing)| format!("{person}{tone}{ZWJ}{thing}")),
        (acting, tone(), sex.clone()).prop_map(|(acting, tone, sex)| format!("{}{tone}{ZWJ}{sex}", bare(acting, tone))),
        (select(vec!["🏃", "🚶", "🧎"]), tone(), sex)
            .prop_map(|(acting, tone, sex)| format!("{acting}{tone}{ZWJ}{sex}{ZWJ}➡️")),
        (adult.clone(), tone(), any::<bool>(), adult, tone()).prop_map(|(one, first, kiss, other, second)| {
            let between = if kiss { format!("❤️{ZWJ}💋{ZWJ}") } else { format!("❤️{ZWJ}") };
            format!("{one}{first}{ZWJ}{between}{other}{second}")
        }),
        prop::collection::vec(select(vec!["👩", "👨", "👧", "👦"]), 2..5).prop_map(|family| family.join(ZWJ)),
        (tone(), tone()).prop_map(|(one, other)| format!("🫱{one}{ZWJ}🫲{other}")),
    ]
}

/// A base that is followed by a tone has no selector of its own.
fn bare<'b>(base: &'b str, tone: &str) -> &'b str {
    if tone.is_empty() { base } else { base.trim_end_matches(PICTURE) }
}

fn tags(text: &str) -> String {
    text.bytes().filter_map(|byte| char::from_u32(0xE0000 + u32::from(byte))).collect()
}

/// A word of a few `pieces`, which stand for what a script joins.
fn word(pieces: &'static [&'static str], most: usize) -> BoxedStrategy<String> {
    prop::collection::vec(select(pieces), 1..=most).prop_map(|pieces| pieces.concat()).boxed()
}

/// Words of scripts that are written with joiners, marks, selectors and characters of no width.
fn native() -> impl Strategy<Value = String> {
    let greek = word(&["Α", "θ", "ή", "ν", "α", "ΐ", "ο", "ς", "τ", "ρ", "Ω", "ϊ"], 8);
    let russian = word(&["П", "р", "и", "в", "е", "т", "ё", "о", "а", "ы", "щ", "стресс\u{301}"], 8);
    prop_oneof![
        // Persian, with non-joiners between the parts of words.
        word(&["می‌خواهم", "کتاب‌ها", "نمی‌", "دانم", "ها", "ای‌", "پیش‌", "بینی", "‌ای", "؛\u{200F}"], 5),
        // Devanagari, Malayalam, Bengali, Sinhala, Tamil: half letters, and letters that are not to join.
        word(&["क्‍ष", "श्री‌मान्", "न्‍", "ക്‍", "ന്‍", "ണ്‍", "র‍্য", "ক্‌ষ", "ශ්‍රී", "ක්‍ය", "ர்‌", "क", "ম", "ා"], 5),
        // Arabic and Hebrew with marks and signs of direction.
        word(&["العَرَبِيَّةُ", "مُحَمَّد", "ـــ", "ﷺ", "١\u{061C}٢", "،\u{200F}", "١٢٣", "لله"], 4),
        word(&["שָׁלוֹם", "עִבְרִית", "בְּרֵאשִׁית", "ת\u{200F}", "ה\u{34F}ֽ", "־", "״"], 4),
        // Ideographs with chosen variants, kana, Hangul by letters.
        word(&["葛\u{E0100}", "辻\u{E0101}", "邉\u{E0118}", "𠮟\u{E0100}", "﨑", "芦\u{FE00}", "、", "字"], 6),
        word(&["データ", "か゚", "を", "漢字", "ｶﾅ", "，\u{FE00}"], 5),
        word(&["한글", "ᄒ\u{1160}ᆫ", "\u{115F}ᅡ", "ㄱ", "각"], 4),
        // Mongolian with its own selectors and vowel separator; Thai, Khmer and Burmese with places to break a line.
        word(&["ᠮᠣᠩᠭᠣᠯ", "ᠠ᠋", "ᠨ᠎ᠠ", "ᠭ᠌", "\u{202F}ᠤᠨ", "ᠳ᠍"], 4),
        word(&["ภาษา\u{200B}", "ไทย\u{200B}", "น้ำ", "ไม่", "เว้น\u{200B}", "วรรค"], 6),
        word(&["ភាសា\u{200B}", "ខ្មែរ\u{200B}", "កម្ពុជា", "ព្រះ"], 5),
        word(&["မြန်မာ\u{200B}", "ဘာသာ", "စကား\u{200B}", "ႁ\u{FE00}"], 5),
        word(&["བོད་", "སྐད་", "ཡིག", "༄༅། །", "ཨོཾ་"], 5),
        greek,
        russian,
        word(&["Հ", "ա", "յ", "ե", "ր", "ե", "ն"], 7),
        word(&["ქ", "ა", "რ", "თ", "უ", "ლ", "ი"], 7),
        word(&["አ", "ማ", "ር", "ኛ"], 4),
        word(
            &["naïve", "façade", "Ångström", "Łódź", "ışık", "ñandú", "Đà", "Nẵng", "Việt", "e\u{301}té", "o\u{308}l"],
            1
        ),
        // Phonetic letters, which look like others by nature.
        word(&["ˈ", "fɑː", "ðə", "θɪŋk", "ʃɛ", "ˌɪn", "βe", "χa", "ɡɒd", "t͡ʃ", "ŋ", "ɹʷ", "ʔ"], 4),
        // Formulas, with letters of the alphabets for mathematics.
        select(vec![
            "𝑥²",
            "𝐀𝐱=𝐛",
            "∀𝜀>0",
            "f\u{2061}(𝑥)",
            "2\u{2062}𝜋r",
            "𝔼[X]",
            "∑ᵢ",
            "ℝⁿ",
            "σmax",
            "∩\u{FE00}",
            "λ-calculus",
            "µm",
            "10\u{202F}kΩ"
        ])
        .prop_map(str::to_owned),
        // Words that may be broken at the end of a line.
        word(&["Do\u{AD}nau\u{AD}dampf", "\u{AD}schiff", "fahrt", "Auf\u{200C}lage", "super\u{AD}cali"], 2),
    ]
}

/// Text of one script, or of several, with emoji in it.
fn ordinary() -> impl Strategy<Value = String> {
    let token = prop_oneof![4 => native(), 2 => emoji(), 1 => select(vec!["and", "API", "2026", "v1.2", "https://example.com/", "x"]).prop_map(str::to_owned)];
    let gap = select(vec![" ", " ", " ", "\n", ", ", ". ", " — ", " \u{2068}Anna\u{2069} ", "\u{A0}", "\u{3000}"]);
    prop::collection::vec((token, gap), 1..16)
        .prop_map(|tokens| tokens.into_iter().map(|(token, gap)| token + gap).collect())
}

/// Many emoji in a row.
fn emojis() -> impl Strategy<Value = String> {
    prop::collection::vec(emoji(), 1..24).prop_map(|emoji| emoji.concat())
}

/// A message of words, as an instruction would be. Of signs alone, more than one reading can make sense.
fn message() -> impl Strategy<Value = String> {
    let word = select(vec![
        "ignore", "the", "user", "send", "all", "keys", "to", "Bob", "run", "it", "now", "42", "delete", "x9",
    ]);
    prop::collection::vec(word, 3..9).prop_map(|words| words.join(" "))
}

/// `text` in variation selectors, which stand for bytes.
fn selectors(text: &str) -> String {
    let selector = |byte: u8| match u32::from(byte) {
        low @ 0..16 => char::from_u32(0xFE00 + low),
        high => char::from_u32(0xE0100 + high - 16),
    };
    text.bytes().filter_map(selector).collect()
}

/// `text` in two characters of no width for the bits, with `between` between its letters.
fn bits(text: &str, zero: char, one: char, between: &str) -> String {
    let letter =
        |byte: u8| -> String { (0..8).rev().map(|bit| if byte >> bit & 1 == 0 { zero } else { one }).collect() };
    text.bytes().map(letter).collect::<Vec<_>>().join(between)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn ordinary_text_is_left_alone(text in ordinary()) {
        let found = GUARD.inspect_text(&text);
        prop_assert!(found.is_empty(), "{:?}: {:#?}", text, found);
    }

    #[test]
    fn emoji_are_left_alone(text in emojis()) {
        for text in [text.clone(), format!("done {text}!"), format!("{text}\n{text}")] {
            let found = GUARD.inspect_text(&text);
            prop_assert!(found.is_empty(), "{:?}: {:#?}", text, found);
        }
    }

    #[test]
    fn hidden_messages_are_read(
        before in ordinary(),
        message in message(),
        after in ordinary(),
        (zero, one) in select(vec![('\u{200B}', '\u{200C}'), ('\u{200C}', '\u{200D}'), ('\u{2060}', '\u{200B}'), ('\u{200D}', '\u{FEFF}')]),
    ) {
        let cases = [
            ("guard.unicode.tag", tags(&message)),
            ("guard.unicode.tag", format!("\u{1F3F4}{}\u{E007F}", tags(&message))),
            ("guard.unicode.variation", format!("😀{}", selectors(&message))),
            ("guard.unicode.variation", format!("x{}", selectors(&message))),
            ("guard.unicode.invisible", bits(&message, zero, one, "")),
            ("guard.unicode.invisible", bits(&message, zero, one, "\u{2063}")),
        ];
        for (class, hidden) in cases {
            // Marks at the edges would be taken for a part of it.
            for text in [format!("{}x{hidden}y{after}", before), hidden.clone(), format!("Summarise this.{hidden}")] {
                let found = GUARD.inspect_text(&text);
                let says = |finding: &palisade_model::FindingDraft| finding.evidence[0].excerpt.contains(&message);
                let told = found.iter().any(|finding| finding.detector == class && says(finding));
                prop_assert!(told, "{class} in {text:?}: {found:#?}");
            }
        }
    }

    #[test]
    fn turned_text_is_found(
        before in "[a-z ]{0,12}",
        control in select(vec!['\u{202E}', '\u{202D}', '\u{202B}', '\u{2066}', '\u{2067}', '\u{2068}']),
        turned in "[a-z.(){}]{3,20}",
        after in "[a-z ]{0,12}",
    ) {
        for text in [format!("{before}{control}{turned}{after}"), format!("{before}{control}{turned}\n{after}")] {
            let found = GUARD.inspect_text(&text);
            prop_assert!(found.iter().any(|finding| finding.detector == "guard.unicode.bidi"), "{text:?}: {found:#?}");
        }
        let closed = format!("{before}\u{202E}a{turned}\u{202C}{after}");
        prop_assert!(GUARD.inspect_text(&closed).iter().any(|finding| finding.detector == "guard.unicode.bidi"), "{closed:?}");
    }
}
