//! Domain names in punycode that are shown as if they were others.
//!
//! **What it finds.** Labels that begin with `xn--` (RFC 5890) and stand for letters that look exactly like Latin ones
//! (skeleton of UTS #39), or mix scripts as no language does. The letters are decoded and told.
//!
//! **Why it matters.** Browsers and mail programs show the letters, and the reader sees a name that is known.
//!
//! **Example.** `https://xn--pypal-4ve.com/login`, which is shown as `pаypal.com`
//!
//! Names in one script, such as `xn--mnchen-3ya.de` and `xn--e1aybc.xn--p1ai`, are what punycode is for, and are left
//! alone.

use super::{
    confusable::is_disguised,
    look_alike::{Token, as_read},
    mixed_script::is_mixed_label,
    punycode,
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static CONFUSABLE_DOMAIN: Detector = Detector {
    class: "guard.unicode.confusable-domain",
    version: "1",
    severity: Severity::High,
    title: "A domain name in punycode passes for another",
    remediation: "Do not follow the address; compare the name with the one that is meant.",
    references: &["CWE-1007", "UTS39", "RFC3492"],
    finds: Finds::Places { needles: &[PREFIX.as_bytes()], confirm },
};

const PREFIX: &str = "xn--";

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let token = Token::around(view, at);
    let until = token.span.end.max(at + 1);
    let labels: Vec<String> = token.text.split('.').map(decoded).collect();
    let shown = labels.join(".");
    if labels.len() < 2 || shown == token.text {
        return Outcome::Clean { until };
    }
    if labels.iter().any(|label| is_disguised(label)) {
        let why = format!("The domain name is shown as '{}' and is another one.", as_read(&shown));
        return Outcome::Found(Hit::text(token.span, Some(shown), 0.93, why).until(until));
    }
    if labels.iter().any(|label| is_mixed_label(label)) {
        let why = "A label of the domain name mixes scripts that no registry should mix.";
        let hit = Hit::text(token.span, Some(shown), 0.7, why).rated(Severity::Medium);
        return Outcome::Found(hit.until(until));
    }
    Outcome::Clean { until }
}

/// The letters that `label` stands for; itself when it is not punycode.
fn decoded(label: &str) -> String {
    let encoded = label.get(..PREFIX.len()).filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX));
    let letters = encoded.and_then(|_| punycode::decode(&label[PREFIX.len()..].to_ascii_lowercase()));
    letters.unwrap_or_else(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};

    #[test]
    fn confusable_domain() {
        check(
            "guard.unicode.confusable-domain",
            &[
                ("see xn--pypal-4ve.com/x", 4..21),
                ("https://www.XN--80ak6aa92e.com", 8..30),
                ("xn--ggle-0nd9a83f.com", 0..21),
            ],
            &[
                "xn--mnchen-3ya.de",
                "xn--wgv71a119e.jp",
                "xn--e1aybc.xn--p1ai",
                "xn--",
                "xn--a.com xn--a-9999999.net",
                "faxn--x",
            ],
        );
        let found = Guard::new().inspect_text("xn--pypal-4ve.com");
        assert_eq!(found[0].evidence[0].excerpt, "p\u{430}ypal.com");
        assert!(found[0].explanation.contains("'paypal.com'"));
    }
}
