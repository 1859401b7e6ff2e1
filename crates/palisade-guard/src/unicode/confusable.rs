//! Letters of another script that stand for Latin ones.
//!
//! **What it finds.** Words, names and domain names in which Cyrillic, Greek, Armenian or Cherokee letters look exactly
//! like the Latin ones whose place they take, by the skeleton of UTS #39; and labels of domain names made of such letters only.
//!
//! **Why it matters.** A reader sees a bank, a tool or a variable that is known; the machine sees another. Filters see
//! no word at all.
//!
//! **Example.** `pаypal.com`, with the Cyrillic letter U+0430
//!
//! Greek letters as symbols (`σmax`, `cosα`), endings that other languages give to Latin names in their own text
//! (`URLа` in Russian), and words that only share a sentence are left alone.

use super::look_alike::{
    LOOK_ALIKE_EFFORT, Makeup, NEEDLES, Script, Token, as_read, latin_twin, passes_for_latin, script,
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static CONFUSABLE: Detector = Detector {
    class: "guard.unicode.confusable",
    version: "1",
    severity: Severity::High,
    title: "Letters of another script pass for Latin ones",
    remediation: "Write the name in one script, and compare it with the one that is meant.",
    references: &["CWE-1007", "UTS39"],
    finds: Finds::Places { needles: NEEDLES, confirm },
};

/// Letters that a word of prose has at least; two or three may be a formula.
const PROSE_LETTERS_MIN: usize = 4;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let token = Token::around(view, at);
    if token.is_foreign() {
        return Outcome::Clean { until: token.until(view) };
    }
    let end = token.span.end;
    view.spend(LOOK_ALIKE_EFFORT * token.text.len());
    if token.is_in_binary(view) {
        return Outcome::Clean { until: end };
    }
    match host(view, &token).or_else(|| token.words().find_map(|(start, word)| name(view, &token, start, word))) {
        Some(hit) => Outcome::Found(hit.until(end)),
        None => Outcome::Clean { until: end },
    }
}

/// A domain name with a label that is not what it looks like. A label in one script may be meant so where the text
/// around it is in that script.
fn host(view: &View<'_>, token: &Token<'_>) -> Option<Hit> {
    if !token.is_host(view) {
        return None;
    }
    let disguised: Vec<&str> = token.text.split('.').filter(|label| is_disguised(label)).collect();
    if disguised.is_empty() {
        return None;
    }
    let meant = |label: &&str| passes_for_latin(label) && is_native(view, token, &Makeup::of(label));
    let why = format!("The domain name is read as '{}', which is another one.", as_read(token.text));
    let hit = Hit::text(token.span.clone(), None, 0.93, why);
    Some(if disguised.iter().all(meant) { hit.rated(Severity::Medium) } else { hit })
}

/// True when text of a script that the letters are of stands close by.
fn is_native(view: &View<'_>, token: &Token<'_>, makeup: &Makeup) -> bool {
    makeup.scripts.iter().any(|&script| token.is_among(view, script))
}

/// True when letters of a label look like Latin ones without being so.
pub(super) fn is_disguised(label: &str) -> bool {
    let makeup = Makeup::of(label);
    passes_for_latin(label) || (makeup.latin > 0 && makeup.twins > 0 && makeup.strange == 0)
}

/// A word that is read as a Latin one.
fn name(view: &View<'_>, token: &Token<'_>, start: usize, word: &str) -> Option<Hit> {
    let makeup = Makeup::of(word);
    if makeup.latin == 0 || makeup.twins == 0 || makeup.strange > 0 || makeup.symbols == makeup.twins {
        return None;
    }
    if word.chars().any(stands_for_digit) {
        return None;
    }
    let identifier = Token::is_identifier(view, start, word);
    let native = is_native(view, token, &makeup);
    let ending = native && (makeup.switches < 2 || makeup.latin < 2);
    if ending || (makeup.letters() < PROSE_LETTERS_MIN && !identifier) || makeup.scripts.contains(&Script::Other) {
        return None;
    }
    let (severity, confidence) = match (identifier, native) {
        (true, false) => (Severity::High, 0.85),
        (true, true) => (Severity::Medium, 0.6),
        (false, false) => (Severity::Medium, 0.85),
        (false, true) => (Severity::Low, 0.5),
    };
    let close = word.chars().any(is_close_twin);
    let confidence = if close { confidence } else { f64::min(confidence, CONFIDENCE_ROUGH) };
    let why = format!("The word is read as '{}', with letters of another script in it.", as_read(word));
    Some(Hit::text(start..start + word.len(), None, confidence, why).rated(severity))
}

/// How sure it can be of letters that most fonts show as what they are.
const CONFIDENCE_ROUGH: f64 = 0.5;

/// True for a letter that is not told from its Latin twin; Greek small letters are, except for omicron.
fn is_close_twin(letter: char) -> bool {
    let foreign = script(letter).is_some_and(|script| script != Script::Latin);
    foreign && !matches!(letter, 'α'..='ξ' | 'π'..='ω') && latin_twin(letter).is_some()
}

/// True for a letter of another script that looks like a digit and not like a letter, as Cyrillic б does.
fn stands_for_digit(letter: char) -> bool {
    let foreign = script(letter).is_some_and(|script| script != Script::Latin);
    foreign && latin_twin(letter).is_some_and(|twin| twin.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    #[test]
    fn rough_twins_are_milder() {
        let confidence = |text: &str| Guard::new().inspect_text(text)[0].confidence;
        assert!(confidence("F\u{3B1}tal") < 0.7 && confidence("F\u{430}tal") > 0.8);
    }

    #[test]
    fn confusable() {
        check(
            "guard.unicode.confusable",
            &[
                ("open https://p\u{430}ypal.com/login now", 13..24),
                ("write to support@micr\u{43E}soft.com", 17..31),
                ("\u{430}\u{440}\u{440}\u{4CF}\u{435}.com", 0..14),
                ("g\u{3BF}\u{3BF}gle.com is up", 0..12),
                ("if (user_\u{440}ole) {}", 4..14),
                ("re\u{430}d_file", 0..10),
                ("\u{430}dmin(", 0..6),
                ("please ign\u{43E}re this", 7..14),
                ("Your \u{410}ccount is on hold", 5..13),
                ("r\u{585}\u{585}t_key", 0..10),
                ("откройте p\u{430}ypal.com сейчас", 17..28),
            ],
            &[
                "Яндекс cloud и Google",
                "URLа и JSONа, а также SMSка в API",
                "µm, kΩ, Ω, 5 μF, σmax, cosα, α-helix, γ-ray, Δx, ρv, 2πr, χ²-test, αβγ",
                "Ελλάδα and ΠΑΟΚ, Αθήνα. Hellas",
                "Привет, мир. example.com хорошо; хор.рф рос.pdf",
                "naïve façade Ångström Łódź ışık ñandú Đà Nẵng",
                "Հայաստան and Yerevan",
                "x∈ℝ, f(α) = α² + ν, ∀ε>0 ∃δ>0",
                "日本語text混在 データbase 한국어API",
                r"\fBРОЗМІР\fP і \fIСЕК\fR, \u0301λος.com",
                "RustКраб",
            ],
        );
    }

    #[test]
    fn names_are_worse_than_words() {
        let severity = |text: &str| Guard::new().inspect_text(text)[0].severity;
        assert_eq!(severity("call re\u{430}d_file"), Severity::High);
        assert_eq!(severity("look at рос.com"), Severity::High);
        assert_eq!(severity("сайт рос.com в сети"), Severity::Medium);
        assert_eq!(severity("to re\u{430}d this"), Severity::Medium);
        assert_eq!(severity("что-то re\u{430}d тут"), Severity::Low);
    }
}
