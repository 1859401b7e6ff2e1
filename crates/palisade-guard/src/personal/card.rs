//! Numbers of payment cards.
//!
//! **What it finds.** 13 to 19 digits in the range of an issuer whose Luhn check fits: beside a word such as *card*
//! in any writing, and without one in groups of four.
//!
//! **Why it matters.** Whoever has the number can pay with it; PCI DSS forbids to keep it readable.
//!
//! **Example.** `card number: 4539 5787 6362 1486`
//!
//! Digits without groups and without a word beside them, as in trace ids, are left alone. The numbers that payment
//! services publish for tests are told mildly.

use super::{
    checks::{luhn, remainder},
    context::{Layout, Say, beside, number_at},
    kind,
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(super) static CARD: Detector = kind("guard.personal.card", "Payment card number", NEEDLES, confirm);

const WORDS: [&[u8]; 13] = [
    b"card",
    b"visa",
    b"mastercard",
    b"amex",
    b"american express",
    b"cc num",
    b"cc_num",
    b"ccnum",
    b"cc:",
    b"cc\"",
    b"credit",
    b"payment",
    b"debit",
];

/// The words, and how a number begins that stands by itself.
const NEEDLES: &[&[u8]] = &[
    b"card",
    b"visa",
    b"mastercard",
    b"amex",
    b"american express",
    b"cc num",
    b"cc_num",
    b"ccnum",
    b"cc:",
    b"cc\"",
    b"credit",
    b"payment",
    b"debit",
    b" 4",
    b" 5",
    b" 3",
    b" 6",
    b"\n4",
    b"\n5",
    b"\"4",
    b"\"5",
];

const GROUPED: &[Layout] = &[
    Layout { form: "dddd-dddd-dddd-dddd", fits: issued },
    Layout { form: "dddd-dddddd-ddddd", fits: issued },
    Layout { form: "dddd-dddddd-dddd", fits: issued },
    Layout { form: "ddddddddddddd", fits: issued },
    Layout { form: "ddddddddddddddddddd", fits: issued },
];

const NAMED: Say = Say {
    severity: Severity::High,
    confidence: 0.9,
    why: "A card number: its check digit and its issuer fit, and a word beside it names it.",
};

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if view.bytes()[at].is_ascii_alphabetic() {
        return match beside(view, at, &WORDS, GROUPED, &NAMED) {
            Outcome::Found(hit) if is_test_number(&view.bytes()[hit.span.clone()]) => Outcome::Found(for_tests(hit)),
            outcome => outcome,
        };
    }
    by_itself(view, at + 1).into()
}

/// A number in groups of four that no word names.
fn by_itself(view: &View<'_>, at: usize) -> Option<Hit> {
    let bytes = view.bytes();
    let separator = |place: usize| bytes.get(at + place).is_some_and(|byte| matches!(byte, b' ' | b'-'));
    if !(separator(4) && (separator(9) || separator(11))) {
        return None;
    }
    let span = number_at(bytes, at, &GROUPED[..2])?;
    let why = "Digits grouped as on a card: check digit and issuer fit, but no word names it.";
    let is_test = is_test_number(&bytes[span.clone()]);
    let hit = Hit::secret(span, 0.6, why).rated(Severity::Medium);
    Some(if is_test { for_tests(hit) } else { hit })
}

fn for_tests(hit: Hit) -> Hit {
    let hit = Hit { confidence: 0.5, ..hit }.rated(Severity::Low);
    Hit { explanation: "A card number that payment services publish for tests.".into(), ..hit }
}

/// True in the ranges of issuers (ISO/IEC 7812), for the lengths that each issues.
fn issued(n: &[u8]) -> bool {
    let prefix = |length: usize| remainder(&n[..length], 1_000_000);
    let range = matches!(
        (n.len(), prefix(4)),
        (13 | 16 | 19, 4000..=4999 | 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763)
            | (16, 5100..=5599 | 2221..=2720)
            | (15, 3400..=3499 | 3700..=3799)
            | (14, 3000..=3059 | 3600..=3699 | 3800..=3999)
            | (16 | 19, 6011 | 6440..=6599 | 3528..=3589 | 6200..=6299)
    );
    range && luhn(n) && n.iter().any(|digit| *digit != n[0])
}

/// Numbers for tests repeat few digits, or count.
fn is_test_number(span: &[u8]) -> bool {
    let digits: Vec<u8> = span.iter().copied().filter(u8::is_ascii_digit).collect();
    let body = &digits[1..digits.len() - 1];
    let distinct = (b'0'..=b'9').filter(|digit| body.contains(digit)).count();
    let counts = [&b"123456"[..], b"000000", b"111111", b"222222", b"4242"];
    distinct <= 3 || counts.iter().any(|run| memchr::memmem::find(&digits, run).is_some())
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    #[test]
    fn card() {
        check(
            "guard.personal.card",
            &[
                ("card number: 4539 5787 6362 1486", 13..32),
                ("{\"credit_card\":\"4539578763621486\"}", 16..32),
                ("my visa is 4539-5787-6362-1486.", 11..30),
                ("paid with 4539 5787 6362 1486 today", 10..29),
                ("cardNumber=378734493671000", 11..26),
                ("4539578763621486 is the card", 0..16),
            ],
            &[
                "card number: 4539 5787 6362 1487",
                "trace 4539578763621486",
                "{\"trace_id\":\"4539578763621486\"}",
                "discard 9539578763621486",
                "card 0000 0000 0000 0000",
                "span 4539578763621486a, card 45395787636214861486",
            ],
        );
    }

    #[test]
    fn severities() {
        let guard = Guard::new();
        let severity = |text: &str| guard.inspect_text(text)[0].severity;
        assert_eq!(severity("card: 4539 5787 6362 1486"), Severity::High);
        assert_eq!(severity("saw 4539 5787 6362 1486"), Severity::Medium);
        assert_eq!(severity("card: 4111 1111 1111 1111"), Severity::Low);
    }
}
