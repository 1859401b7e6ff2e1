//! Data written in variation selectors, which attach unseen to any character.
//!
//! **What it finds.** Runs of variation selectors (VS1–VS16, U+FE00–U+FE0F; VS17–VS256, U+E0100–U+E01EF), and selectors
//! after characters that have no variants, one after another. The 256 selectors stand for the 256 bytes; what they
//! say is decoded.
//!
//! **Why it matters.** Any amount of data rides on one emoji, survives copy and paste, and is read by models and by
//! malicious loaders ("GlassWorm").
//!
//! **Example.** `😀` followed by U+E0158 U+E0159, which is `hi`.
//!
//! One selector after an emoji, a symbol, a digit of a keycap, or an ideograph chooses how that looks, and is left
//! alone. So is U+FE0F two or three times, which careless software writes.

use super::script::{is_ideograph, is_plain_letter, is_variation_selector};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::HIDDEN_CHARS_MAX,
    text::{View, ends_paragraph},
};
use palisade_model::Severity;

pub(crate) static VARIATION: Detector = Detector {
    class: "guard.unicode.variation",
    version: "1",
    severity: Severity::High,
    title: "Hidden data in variation selectors",
    remediation: "Remove variation selectors that follow one another or stand where there is no variant.",
    references: &["CWE-1007", "CWE-451", "OWASP-LLM01"],
    finds: Finds::Places {
        needles: &[b"\xEF\xB8", b"\xF3\xA0\x84", b"\xF3\xA0\x85", b"\xF3\xA0\x86", b"\xF3\xA0\x87"],
        confirm,
    },
};

/// Bytes of other text that may stand between two selectors of one message.
const GAP_BYTES: usize = 8;

/// Times that careless software writes U+FE0F after one emoji.
const CARELESS_MAX: usize = 3;

/// Selectors without a base, one each after a few characters, that make a message.
const SPREAD_MIN: usize = 4;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if !view.character_at(at).is_some_and(is_variation_selector) {
        return Outcome::Clean { until: 0 };
    }
    let run = view.run(at, is_variation_selector);
    let selectors: Vec<char> = view.slice(run.clone()).chars().collect();
    match selectors[..] {
        [one] if view.character_before(at).is_some_and(|base| has_variant(base, one)) => {
            Outcome::Clean { until: run.end }
        }
        [_] => spread(view, at),
        _ if selectors.len() <= CARELESS_MAX && selectors.iter().all(|&one| one == '\u{FE0F}') => {
            Outcome::Clean { until: run.end }
        }
        _ => Outcome::Found(judge(run, &selectors, "Variation selectors follow one another, which no writing does.")),
    }
}

/// Judges a selector without a base together with those that follow at a short distance.
fn spread(view: &View<'_>, at: usize) -> Outcome {
    let (span, selectors) = view.stretch(at, GAP_BYTES, is_variation_selector, ends_paragraph);
    if selectors.len() < SPREAD_MIN {
        return Outcome::Clean { until: span.end };
    }
    let why = "Variation selectors follow characters that have no variants, again and again.";
    Outcome::Found(judge(span, &selectors, why))
}

fn judge(span: std::ops::Range<usize>, selectors: &[char], why: &'static str) -> Hit {
    let bytes: Vec<u8> = selectors.iter().take(HIDDEN_CHARS_MAX).filter_map(|&selector| byte(selector)).collect();
    let same = bytes.iter().all(|byte| *byte == bytes[0]);
    match std::str::from_utf8(&bytes) {
        Ok(text) if !same && text.chars().all(|c| !c.is_control() || c.is_whitespace()) => {
            Hit::text(span, Some(text.to_owned()), 0.99, why)
        }
        _ if same || bytes.len() < SPREAD_MIN => Hit::text(span, None, 0.6, why).rated(Severity::Medium),
        _ => {
            let dump: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Hit::text(span, Some(format!("bytes {}", dump.join(" "))), 0.9, why)
        }
    }
}

/// The byte that a selector stands for.
fn byte(selector: char) -> Option<u8> {
    let number = match u32::from(selector) {
        low @ 0xFE00..=0xFE0F => low - 0xFE00,
        high => high.checked_sub(0xE0100)? + 16,
    };
    u8::try_from(number).ok()
}

/// True when `base` can have the variant that `selector` asks for. Blocks, not the full list of sequences: new ones
/// are registered every year.
fn has_variant(base: char, selector: char) -> bool {
    match selector {
        '\u{E0100}'..='\u{E01EF}' => is_ideograph(base),
        _ if base.is_ascii() => matches!(base, '0'..='9' | '#' | '*'),
        _ => !is_plain_letter(base) && !base.is_whitespace() && !base.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};

    fn selectors(text: &str) -> String {
        let selector = |byte: u8| match u32::from(byte) {
            low @ 0..16 => char::from_u32(0xFE00 + low),
            high => char::from_u32(0xE0100 + high - 16),
        };
        text.bytes().filter_map(selector).collect()
    }

    #[test]
    fn variation() {
        let spread: String = selectors("rm -rf").chars().flat_map(|selector| ['a', selector]).collect();
        check(
            "guard.unicode.variation",
            &[
                (&format!("😀{} ok", selectors("hi")), 4..12),
                (&format!("a{}", selectors("\u{1}\u{2}\u{3}\u{4}\u{5}")), 1..16),
                (&spread, 1..30),
                ("x\u{FE0F}\u{FE0F}\u{FE0F}\u{FE0F}", 1..13),
            ],
            &[
                "❤️ ☎︎ 1️⃣ #️⃣ ©️ ™️ 👩‍❤️‍👨 ㊗️",
                "葛\u{E0100}城市 辻\u{E0101}",
                "∩\u{FE00} 0\u{FE00} ≨\u{FE00}",
                "︰︵︶ ﹏",
                "careless ❤\u{FE0F}\u{FE0F} ❤\u{FE0F}\u{FE0F}\u{FE0F}",
                "one stray x\u{FE0F} selector",
            ],
        );
    }

    #[test]
    fn hidden_data_is_told() {
        let told = |text: &str| Guard::new().inspect_text(text)[0].evidence[0].excerpt.clone();
        assert_eq!(told(&format!("👍{}", selectors("exfiltrate"))), "exfiltrate");
        assert_eq!(told("👍\u{E01EF}\u{E01EE}\u{FE00}\u{E01EF}"), "bytes ff fe 00 ff");
    }
}
