//! How to reach a person: e-mail addresses and telephone numbers.
//!
//! **What it finds.** Addresses with a domain that can exist; numbers in international form (E.164), and in national
//! form behind a word such as *phone*.
//!
//! **Why it matters.** Addresses and numbers say who somebody is, and are what fraud begins with.
//!
//! **Example.** `jane.doe@corp.net`, `+44 20 7946 0018`
//!
//! Addresses of roles (`info@`, `noreply@`), domains for documentation and tests (RFC 2606), and numbers for fiction
//! (555-01xx) are left alone.

use super::{
    context::{Layout, Say, beside, word_end},
    kind,
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(super) static EMAIL: Detector = kind("guard.personal.email", "E-mail address", AT_SIGNS, email);
pub(super) static PHONE: Detector = kind("guard.personal.phone", "Telephone number", PHONE_NEEDLES, phone);

const AT_SIGNS: &[&[u8]] = &[
    b"@a", b"@b", b"@c", b"@d", b"@e", b"@f", b"@g", b"@h", b"@i", b"@j", b"@k", b"@l", b"@m", b"@n", b"@o", b"@p",
    b"@q", b"@r", b"@s", b"@t", b"@u", b"@v", b"@w", b"@x", b"@y", b"@z", b"@0", b"@1", b"@2", b"@3", b"@4", b"@5",
    b"@6", b"@7", b"@8", b"@9",
];

/// Longest local part and longest domain that are looked at (RFC 5321 §4.5.3.1 allows 64 and 255).
const LOCAL_BYTES_MAX: usize = 64;
const DOMAIN_BYTES_MAX: usize = 128;

/// Local parts of roles.
const ROLES: [&str; 24] = [
    "info",
    "support",
    "noreply",
    "no-reply",
    "donotreply",
    "security",
    "admin",
    "postmaster",
    "webmaster",
    "abuse",
    "sales",
    "contact",
    "hello",
    "help",
    "git",
    "team",
    "office",
    "service",
    "user",
    "root",
    "opensource",
    "dev",
    "legal",
    "press",
];

/// Last labels that are names of files, or reserved.
const NO_DOMAINS: [&str; 19] = [
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "js",
    "ts",
    "css",
    "json",
    "html",
    "rs",
    "py",
    "test",
    "invalid",
    "localhost",
    "local",
    "internal",
    "service",
];

fn email(view: &View<'_>, at: usize) -> Outcome {
    let local =
        view.byte_run_before(at, LOCAL_BYTES_MAX + 1, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte));
    let domain =
        view.byte_run(at + 1, DOMAIN_BYTES_MAX + 1, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let name = view.slice(local.clone()).trim_start_matches(['.', '-', '%', '+']);
    let host = view.slice(domain.clone()).trim_end_matches(['.', '-']);
    let start = local.end - name.len();
    // Behind an address, `user@host` is part of it: a connection string, or a repository.
    let in_address = view.bytes()[..start].ends_with(b"/")
        || view.bytes()[..start].ends_with(b":") && !view.bytes()[..start].ends_with(b"mailto:");
    let in_sentence = view
        .bytes()
        .get(domain.start + host.len())
        .is_none_or(|byte| !matches!(byte, b':' | b'/' | b'(' | b'@' | b'_'));
    if name.is_empty()
        || name.len() > LOCAL_BYTES_MAX
        || in_address
        || !in_sentence
        || !is_domain(host)
        || is_role(name)
    {
        return Outcome::Clean { until: 0 };
    }
    let why = "An e-mail address of a person.";
    Outcome::Found(Hit::secret(start..domain.start + host.len(), 0.85, why).rated(Severity::Low))
}

fn is_domain(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let Some((rest, last)) = host.rsplit_once('.') else { return false };
    let labels = host.split('.').all(|label| !label.is_empty() && label.len() < 64);
    let for_tests = host.split('.').any(|label| label == "example" || label.starts_with("yourdomain"))
        || matches!(rest, "domain" | "email" | "test" | "foo" | "bar" | "host" | "company");
    labels
        && !for_tests
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !NO_DOMAINS.contains(&last)
}

fn is_role(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ROLES.contains(&name.as_str()) || name.contains("noreply") || name.contains("no-reply")
}

const PHONE_WORDS: &[&[u8]] = &[
    b"phone",
    b"phonenumber",
    b"telephone",
    b"tel:",
    b"tel.",
    b"tel ",
    b"tel\"",
    b"mobile",
    b"whatsapp",
    b"fax",
    b"handy",
    b"telefon",
    b"telefonnummer",
    "téléphone".as_bytes(),
    "teléfono".as_bytes(),
    b"telefono",
    b"call me",
    "电话".as_bytes(),
    "電話".as_bytes(),
];

const PHONE_NEEDLES: &[&[u8]] = &[
    b"phone",
    b"phonenumber",
    b"telephone",
    b"tel:",
    b"tel.",
    b"tel ",
    b"tel\"",
    b"mobile",
    b"whatsapp",
    b"fax",
    b"handy",
    b"telefon",
    b"telefonnummer",
    "téléphone".as_bytes(),
    "teléfono".as_bytes(),
    b"telefono",
    b"call me",
    "电话".as_bytes(),
    "電話".as_bytes(),
    b"+1",
    b"+2",
    b"+3",
    b"+4",
    b"+5",
    b"+6",
    b"+7",
    b"+8",
    b"+9",
];

/// National forms: North America, and numbers that begin with a nought for the area.
const NATIONAL: &[Layout] = &[
    Layout { form: "ddd-ddd-dddd", fits: north_american },
    Layout { form: "dddd-ddd-dddd", fits: with_area },
    Layout { form: "ddddd-dddddd", fits: with_area },
    Layout { form: "ddd-dddd-dddd", fits: with_area },
    Layout { form: "dddd-dddddddd", fits: with_area },
    Layout { form: "dddd-ddddddd", fits: with_area },
    Layout { form: "dd-dd-dd-dd-dd", fits: with_area },
    Layout { form: "ddd-dddddddd", fits: mobile_in_asia },
];

const NATIONAL_NUMBER: Say =
    Say { severity: Severity::Low, confidence: 0.75, why: "A telephone number beside a word that names it." };

fn north_american(n: &[u8]) -> bool {
    n[0] > b'1' && n[3] > b'1' && &n[3..8] != b"55501"
}

fn with_area(n: &[u8]) -> bool {
    n[0] == b'0' && n[1] != b'0'
}

fn mobile_in_asia(n: &[u8]) -> bool {
    n[0] == b'1' && n[1] > b'2'
}

fn phone(view: &View<'_>, at: usize) -> Outcome {
    match view.bytes()[at] {
        b'+' => international(view, at).into(),
        _ => {
            // The number may stand in brackets: `(415) 733-2671`.
            let end = word_end(view, at, PHONE_WORDS);
            let bracketed = end.and_then(|end| bracketed(view, end));
            match bracketed {
                Some(hit) => Outcome::Found(hit),
                None => beside(view, at, PHONE_WORDS, NATIONAL, &NATIONAL_NUMBER),
            }
        }
    }
}

/// `(ddd) ddd-dddd` shortly behind `from`.
fn bracketed(view: &View<'_>, from: usize) -> Option<Hit> {
    let open = view.byte_run(from, 12, |byte| byte != b'(' && byte != b'\n').end;
    let text = view.bytes().get(open..open + 14)?;
    let plain: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
    let shape = text[0] == b'(' && text[4] == b')' && matches!(text[5], b' ') && matches!(text[9], b'-' | b'.' | b' ');
    (shape && plain.len() == 10 && north_american(&plain))
        .then(|| Hit::secret(open..open + 14, NATIONAL_NUMBER.confidence, NATIONAL_NUMBER.why).rated(Severity::Low))
}

/// Most bytes of an international number with its separators.
const INTERNATIONAL_BYTES_MAX: usize = 26;

/// A number in international form: at most 15 digits, in groups.
fn international(view: &View<'_>, at: usize) -> Option<Hit> {
    if !view.word_may_begin(at) || view.bytes()[..at].ends_with(b")") {
        return None;
    }
    let run = view.byte_run(at + 1, INTERNATIONAL_BYTES_MAX, |byte| byte.is_ascii_digit() || b" -.()".contains(&byte));
    let bytes = &view.bytes()[run.clone()];
    let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let bytes = &bytes[..end];
    let digits: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
    let separated = bytes.iter().filter(|byte| !byte.is_ascii_digit()).count();
    let single = !bytes.windows(3).any(|three| three.iter().all(|byte| !byte.is_ascii_digit()));
    let whole = view
        .bytes()
        .get(run.start + end)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'%' | b',' | b'_' | b':' | b'='));
    let for_fiction = memchr::memmem::find(&digits, b"55501").is_some() || digits.starts_with(b"1555");
    let plausible = (10..=15).contains(&digits.len()) && (separated >= 1 || digits.len() >= 11) && separated <= 8;
    let groups = bytes.split(|byte| !byte.is_ascii_digit()).filter(|group| !group.is_empty());
    let grouped = separated == 0 || (groups.clone().all(|group| group.len() <= 8) && groups.count() <= 7);
    let varied = (b'0'..=b'9').filter(|digit| digits.contains(digit)).count() > 2;
    let dialled = is_dialled(&digits) && !is_coordinate_or_date(bytes);
    (plausible && grouped && single && whole && varied && dialled && !for_fiction).then(|| {
        Hit::secret(at..run.start + end, 0.7, "A telephone number in international form.").rated(Severity::Low)
    })
}

/// True when `digits` begin with a calling code that is assigned (ITU-T E.164, list of assigned codes), and in North
/// America go on as numbers do there.
fn is_dialled(digits: &[u8]) -> bool {
    let [first, second, third, ..] = digits else { return false };
    match (first, second) {
        (b'1', _) => digits.len() == 11 && *second > b'1' && digits[4] > b'1',
        (b'7', _) => digits.len() == 11,
        (b'2', b'0' | b'7') | (b'3', b'0'..=b'4' | b'6' | b'9') => true,
        (b'4', b'0' | b'1' | b'3'..=b'9') | (b'5', b'1'..=b'8') => true,
        (b'6', b'0'..=b'6') | (b'8', b'1' | b'2' | b'4' | b'6') | (b'9', b'0'..=b'5' | b'8') => true,
        (b'2', b'1') => b"12368".contains(third),
        (b'2', b'2'..=b'6') => true,
        (b'2', b'9') => b"01789".contains(third),
        (b'3', b'5' | b'7') => true,
        (b'3', b'8') => b"01235679".contains(third),
        (b'4', b'2') => b"013".contains(third),
        (b'5', b'0' | b'9') => true,
        (b'6', b'7'..=b'9') => true,
        (b'8', b'0' | b'5' | b'7' | b'8') => true,
        (b'9', b'6' | b'7' | b'9') => true,
        _ => false,
    }
}

/// True for latitude and longitude (`+4843-09434`, ISO 6709), for dates of far years, and for fractions.
fn is_coordinate_or_date(bytes: &[u8]) -> bool {
    let first = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let fraction = bytes.iter().filter(|byte| !byte.is_ascii_digit()).eq([&b'.']);
    fraction || first > 3 && bytes.get(first) == Some(&b'-')
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn email() {
        check(
            "guard.personal.email",
            &[
                ("write to jane.doe@corp.net.", 9..26),
                ("<a href=\"mailto:jane+news@mail.corp.co.uk\">", 16..41),
                ("{\"email\":\"j_d@corp.io\"}", 10..21),
            ],
            &[
                "jane@example.com",
                "noreply@corp.net and info@corp.net",
                "git@github.com:org/repo.git",
                "icon@2x.png @types/node user@localhost a@b",
                "ssh://deploy@corp.net/x",
                "@decorator.method(x)",
            ],
        );
    }

    #[test]
    fn phone() {
        check(
            "guard.personal.phone",
            &[
                ("call +44 20 7946 0958 now", 5..21),
                ("+14157332671", 0..12),
                ("phone: (415) 733-2671", 7..21),
                ("Tel. 030 1234 5678", 5..18),
                ("mobile=07700 912345", 7..19),
                ("phone 415-733-2671", 6..18),
            ],
            &[
                "+1 212 555 0123",
                "a +1 b +2",
                "@@ -1,5 +12345678,9 @@",
                "2026-11-20T12:00:00+0200",
                "microphone 415-733-2671",
                "telephone exchange",
                "CA +4843-09434 America/Rainy_River, +484531-0913718",
                "+262142-12-31 and +1234506789.01",
                "build +00123456789 of +2171234567890",
            ],
        );
    }
}
