//! Scripts mixed within one name.
//!
//! **What it finds.** Labels of domain names that mix scripts beyond the level *moderately restrictive* of UTS #39;
//! words in which Latin, Greek and Cyrillic letters take turns, or that have letters of all three.
//!
//! **Why it matters.** No language writes so. It is done to get a word past a filter, or to register a name that looks
//! like another.
//!
//! **Example.** `gооgле.com`, with the Cyrillic letters о, л and е
//!
//! Japanese, Korean and Chinese mix with Latin by nature; symbols before or behind a name (`Δx`, `kΩ`), endings
//! (`SMSка`) and names put together from two languages (`idПользователя`) are left alone. Words that only look Latin
//! are told by `guard.unicode.confusable`, and domain names in
//! punycode by `guard.unicode.confusable-domain`.

use super::look_alike::{LOOK_ALIKE_EFFORT, Makeup, NEEDLES, Script, Token};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

pub(crate) static MIXED_SCRIPT: Detector = Detector {
    class: "guard.unicode.mixed-script",
    version: "1",
    severity: Severity::Medium,
    title: "Scripts mixed within one name",
    remediation: "Write the name in one script.",
    references: &["CWE-1007", "UTS39"],
    finds: Finds::Places { needles: NEEDLES, confirm },
};

/// Changes of script within one word that are no ending and no compound.
const SWITCHES_MIN: usize = 3;

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
    match host(view, &token).or_else(|| token.words().find_map(|(start, word)| name(start, word))) {
        Some(hit) => Outcome::Found(hit.until(end)),
        None => Outcome::Clean { until: end },
    }
}

/// A domain name with a label of mixed scripts.
fn host(view: &View<'_>, token: &Token<'_>) -> Option<Hit> {
    let mixed = token.is_host(view) && token.text.split('.').any(is_mixed_label);
    let why = "A label of the domain name mixes scripts that no registry should mix.";
    mixed.then(|| Hit::text(token.span.clone(), None, 0.7, why))
}

/// True when the scripts of `label` are not mixed by any language.
pub(super) fn is_mixed_label(label: &str) -> bool {
    let makeup = Makeup::of(label);
    makeup.latin > 0
        && makeup.strange > 0
        && label.replace('-', "").detect_restriction_level() == RestrictionLevel::MinimallyRestrictive
}

/// A word in which scripts take turns.
fn name(start: usize, word: &str) -> Option<Hit> {
    let makeup = Makeup::of(word);
    let alphabets = |script: &Script| matches!(script, Script::Greek | Script::Cyrillic | Script::Armenian);
    if makeup.latin == 0 || makeup.strange == 0 || !makeup.scripts.iter().all(alphabets) {
        return None;
    }
    let span = start..start + word.len();
    if makeup.scripts.len() > 1 && makeup.letters() > 3 {
        let why = "Letters of three scripts stand in one word.";
        return Some(Hit::text(span, None, 0.75, why));
    }
    let turns = makeup.switches >= SWITCHES_MIN && makeup.scripts == [Script::Cyrillic] && !word.contains('_');
    let why = "Letters of two scripts take turns within a word.";
    turns.then(|| Hit::text(span, None, 0.5, why).rated(Severity::Low))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn mixed_script() {
        check(
            "guard.unicode.mixed-script",
            &[
                ("g\u{43E}\u{43E}g\u{43B}\u{435}.com", 0..14),
                ("http://мойsite.net/", 7..21),
                ("х\u{6F}р\u{6F}д\u{6F} всем", 0..9),
                ("abcдμо", 0..9),
            ],
            &[
                "idПользователя = ПолучитьHTML(); SMSка, iPhone'ом, wi-fiем",
                "データbase.com 日本語abc.jp 한국어api.io",
                "Δx αβγ_max λ_min dμ/dt ∂ρ/∂t κλm",
                "Привет, world. На сайте example.com и яндекс.ru",
            ],
        );
    }
}
