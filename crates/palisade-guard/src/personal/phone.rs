//! Telephone numbers.
//!
//! **What it finds.** Numbers in international form (E.164), and in national form behind a word such as *phone*.
//!
//! **Why it matters.** A number says who somebody is, and is what fraud begins with.
//!
//! **Example.** `+44 20 7946 0018`, `phone: (415) 733-2671`
//!
//! Numbers for fiction (555-01xx), ids and counts of telephones, dates, coordinates and versions are left alone.

use super::{
    context::{Layout, Say, beside, number_at, word_end},
    kind,
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(super) static PHONE: Detector = kind("guard.personal.phone", "Telephone number", NEEDLES, phone);

/// Words that name a number.
macro_rules! words {
    ($($more:expr),*) => {
        &[
            b"phone",
            b"phonenumber",
            b"telephone",
            b"cellphone",
            b"tel:",
            b"tel.",
            b"tel ",
            b"tel\"",
            b"mobile",
            b"cell:",
            b"cell\"",
            b"whatsapp",
            b"fax",
            b"handy",
            b"handynummer",
            b"mobilnummer",
            b"rufnummer",
            b"telefon",
            b"telefonnummer",
            "téléphone".as_bytes(),
            "teléfono".as_bytes(),
            b"telefono",
            b"telefone",
            b"celular",
            "móvil".as_bytes(),
            b"puhelin",
            b"contact number",
            b"call me",
            "телефон".as_bytes(),
            "Телефон".as_bytes(),
            "फ़ोन".as_bytes(),
            "电话".as_bytes(),
            "手机".as_bytes(),
            "電話".as_bytes(),
            "携帯".as_bytes(),
            "전화".as_bytes(),
            "휴대폰".as_bytes(),
            $($more),*
        ]
    };
}

const WORDS: &[&[u8]] = words!();

/// The words, and how a number in international form begins.
const NEEDLES: &[&[u8]] = words!(b"+1", b"+2", b"+3", b"+4", b"+5", b"+6", b"+7", b"+8", b"+9");

/// How the names of things end that are about telephones and are no numbers to call: `phone_id`, `mobileCount`.
const OTHER_THINGS: [&str; 16] = [
    "id", "ids", "count", "model", "type", "hash", "code", "version", "width", "at", "time", "date", "size", "length",
    "status", "verified",
];

/// National forms: North America; numbers that begin with a nought for the area; and those of countries without one.
const NATIONAL: &[Layout] = &[
    Layout { form: "ddd-ddd-dddd", fits: north_american_or_with_area },
    Layout { form: "dddd-ddd-dddd", fits: with_area },
    Layout { form: "ddddd-dddddd", fits: with_area },
    Layout { form: "ddddd-ddd-ddd", fits: with_area },
    Layout { form: "ddd-dddd-dddd", fits: with_area },
    Layout { form: "dddd-dddddddd", fits: with_area },
    Layout { form: "dddd-ddddddd", fits: with_area },
    Layout { form: "dddd-ddd-ddd", fits: with_area },
    Layout { form: "ddd-ddd-dd-dd", fits: with_area },
    Layout { form: "dddd-dd-dd-dd", fits: with_area },
    Layout { form: "dd-dddddddd", fits: with_area },
    Layout { form: "dd-dd-dd-dd-dd", fits: with_area },
    Layout { form: "ddd-dddddddd", fits: mobile_in_asia },
    Layout { form: "d-ddd-ddd-dd-dd", fits: russian },
];

/// Forms of countries without a code for the area, which other numbers have as well: they count right behind the word.
const SHORT: &[Layout] = &[
    Layout { form: "ddddd-ddddd", fits: indian },
    Layout { form: "dd-ddddd-dddd", fits: brazilian },
    Layout { form: "ddd-ddd-ddd", fits: of_nine_digits },
    Layout { form: "dd-dd-dd-dd", fits: nordic },
];

const NATIONAL_NUMBER: Say =
    Say { severity: Severity::Low, confidence: 0.75, why: "A telephone number beside a word that names it." };

fn north_american_or_with_area(n: &[u8]) -> bool {
    (n[0] > b'1' && n[3] > b'1' && &n[3..6] != b"555") || with_area(n)
}

fn with_area(n: &[u8]) -> bool {
    n[0] == b'0' && n[1] != b'0' && is_varied(n)
}

fn mobile_in_asia(n: &[u8]) -> bool {
    n[0] == b'1' && n[1] > b'2'
}

fn indian(n: &[u8]) -> bool {
    n[0] >= b'6' && is_varied(n)
}

/// Mobile numbers of Brazil have a nine behind the area.
fn brazilian(n: &[u8]) -> bool {
    n[0] != b'0' && n[1] != b'0' && n[2] == b'9'
}

/// Russia dials an eight before an area that begins with three, four, eight or nine.
fn russian(n: &[u8]) -> bool {
    n[0] == b'8' && b"3489".contains(&n[1])
}

/// Spain, Portugal, Poland and Czechia.
fn of_nine_digits(n: &[u8]) -> bool {
    n[0] >= b'5' && is_varied(n)
}

/// Norway and Denmark; a date in eight digits begins with its century.
fn nordic(n: &[u8]) -> bool {
    n[0] >= b'2' && !n.starts_with(b"20") && is_varied(n)
}

fn is_varied(digits: &[u8]) -> bool {
    (b'0'..=b'9').filter(|digit| digits.contains(digit)).count() > 3
}

fn phone(view: &View<'_>, at: usize) -> Outcome {
    if view.bytes()[at] == b'+' {
        return international(view, at, 1).into();
    }
    let Some(end) = word_end(view, at, WORDS).filter(|&end| !names_other_thing(view, end)) else {
        return Outcome::Clean { until: 0 };
    };
    match bracketed(view, end).or_else(|| dialled_from_abroad(view, end)).or_else(|| right_behind(view, end)) {
        Some(hit) => Outcome::Found(hit),
        None => beside(view, at, WORDS, NATIONAL, &NATIONAL_NUMBER),
    }
}

/// Bytes of a name behind the word for a telephone in it.
const NAME_BYTES_MAX: usize = 24;

/// True when the name that goes on at `end` is that of something else about telephones.
fn names_other_thing(view: &View<'_>, end: usize) -> bool {
    let rest = view.byte_run(end, NAME_BYTES_MAX, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let rest = view.slice(rest);
    let goes_on = rest.starts_with(|first: char| matches!(first, '_' | '-') || first.is_ascii_uppercase());
    let rest = rest.to_ascii_lowercase();
    goes_on && OTHER_THINGS.iter().any(|thing| rest.ends_with(thing))
}

/// Bytes between a word and the bracket around the area.
const BRACKET_GAP_BYTES_MAX: usize = 12;

/// Bytes of a number whose area stands in brackets.
const BRACKETED_BYTES_MAX: usize = 20;

/// `(415) 733-2671`, `(020) 7946 0958` or `(11) 91234-5678` shortly behind `from`.
fn bracketed(view: &View<'_>, from: usize) -> Option<Hit> {
    let open = view.byte_run(from, BRACKET_GAP_BYTES_MAX, |byte| byte != b'(' && byte != b'\n').end;
    let run = view.byte_run(open, BRACKETED_BYTES_MAX, |byte| byte.is_ascii_digit() || b"() -./".contains(&byte));
    let bytes = view.bytes()[run].strip_prefix(b"(")?;
    let area = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let number = bytes[area..length].strip_prefix(b")")?;
    let digits: Vec<u8> = bytes[..length].iter().copied().filter(u8::is_ascii_digit).collect();
    let fits = match area {
        3 if digits.len() == 10 => north_american_or_with_area(&digits),
        2..=5 => (9..=11).contains(&digits.len()) && is_varied(&digits),
        _ => false,
    };
    let single = !number.iter().any(|byte| matches!(byte, b'(' | b')')) && bytes[0] != b'-';
    let (start, end) = (open, open + 1 + length);
    (fits && single && view.word_may_end(end))
        .then(|| Hit::secret(start..end, NATIONAL_NUMBER.confidence, NATIONAL_NUMBER.why).rated(Severity::Low))
}

/// Bytes between a word and the number right behind it: a colon, quotes and blanks.
const RIGHT_BEHIND_BYTES_MAX: usize = 6;

/// Words between the word that names a number and the number.
const NUMBER_WORDS: [&[u8]; 4] = [b" number", b"_number", b" no", b" nr"];

/// A number in a short form right behind `from`.
fn right_behind(view: &View<'_>, from: usize) -> Option<Hit> {
    let rest = &view.bytes()[from..];
    let stands = |word: &&&[u8]| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let from = from + NUMBER_WORDS.iter().find(stands).map_or(0, |word| word.len());
    let start = view.byte_run(from, RIGHT_BEHIND_BYTES_MAX, |byte| !byte.is_ascii_alphanumeric() && byte != b'\n').end;
    let span = number_at(view.bytes(), start, SHORT).filter(|_| start > from)?;
    let mut groups = view.bytes()[span.clone()].split(|byte| !byte.is_ascii_digit());
    let is_range = groups.next().is_some_and(|group| group.len() == 4);
    (!is_range).then(|| Hit::secret(span, NATIONAL_NUMBER.confidence, NATIONAL_NUMBER.why).rated(Severity::Low))
}

/// Bytes between a word and a number that is dialled with two noughts.
const ABROAD_GAP_BYTES_MAX: usize = 12;

/// `0049 30 1234567` shortly behind `from`.
fn dialled_from_abroad(view: &View<'_>, from: usize) -> Option<Hit> {
    let start = view.byte_run(from, ABROAD_GAP_BYTES_MAX, |byte| !byte.is_ascii_digit() && byte != b'\n').end;
    view.bytes().get(start..)?.starts_with(b"00").then(|| international(view, start, 2))?
}

/// Most bytes of an international number with its separators.
const INTERNATIONAL_BYTES_MAX: usize = 26;

/// A number in international form behind a prefix of `prefix` bytes at `at`: at most 15 digits, in groups.
fn international(view: &View<'_>, at: usize, prefix: usize) -> Option<Hit> {
    if !view.word_may_begin(at) || matches!(view.bytes()[..at].last(), Some(b')' | b'+' | b'~')) {
        return None;
    }
    let run =
        view.byte_run(at + prefix, INTERNATIONAL_BYTES_MAX, |byte| byte.is_ascii_digit() || b" -.()".contains(&byte));
    let bytes = &view.bytes()[run.clone()];
    let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let bytes = &bytes[..end];
    let digits: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_digit).collect();
    let separated = bytes.iter().filter(|byte| !byte.is_ascii_digit()).count();
    let single = !bytes.windows(3).any(|three| three.iter().all(|byte| !byte.is_ascii_digit()));
    let whole = match view.bytes()[run.start + end..] {
        [b',' | b':', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b'%' | b'_' | b'='),
        [] => true,
    };
    let for_fiction = memchr::memmem::find(&digits, b"55501").is_some()
        || digits.starts_with(b"1555")
        || digits.starts_with(b"1") && digits.get(4..7) == Some(b"555");
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
    let signed = bytes.iter().filter(|&&byte| byte == b'.').count() > 1 && bytes.contains(&b'-');
    fraction || signed || first > 3 && bytes.get(first) == Some(&b'-')
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

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
                ("call +44 20 7946 0958, or write", 5..21),
                ("Handynummer: 0049 171 2345678", 13..29),
                ("Telefon (030) 1234 5678.", 8..23),
                ("celular: (11) 91234-5678", 9..24),
                ("{\"phone\":\"0412 345 678\"}", 10..22),
                ("mobile: 98765 43210", 8..19),
                ("teléfono: 612 345 078", 11..22),
                ("телефон 8 495 123-45-67", 15..30),
                ("tel: 06-12345678", 5..16),
                ("telefon 079 123 45 67", 8..21),
                ("电话：13912345678", 9..20),
                ("mobil og telefon: 22 33 44 59", 18..29),
            ],
            &[
                "+1 212 555 0123",
                "a +1 b +2",
                "@@ -1,5 +12345678,9 @@",
                "2026-11-20T12:00:00+0200",
                "microphone 415-733-2671",
                "telephone exchange",
                "phone_id: 612345078, phoneModel=98765 43210",
                "mobile (2026) 10, phone 2026-11-20, telephone 20261120",
                "toolchain (1:14~++20220202101403+91632c8ac97f-1), tel: +1-816-555-1212",
                "fax: 1.234.567,89 and (12.5) 345",
                "CA +4843-09434 America/Rainy_River, +484531-0913718",
                "+262142-12-31 and +1234506789.01",
                "build +00123456789 of +2171234567890",
            ],
        );
    }
}
