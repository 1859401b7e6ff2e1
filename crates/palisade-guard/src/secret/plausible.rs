//! Tells secrets from what people write in their place: `xxxxxxxx`, `YOUR_TOKEN`, `1234567890`.

/// Words that stand in examples. Four letters of a random token spell one of them less than once in ten thousand.
const PLACEHOLDERS: [&[u8]; 14] = [
    b"example",
    b"xxxx",
    b"your",
    b"dummy",
    b"sample",
    b"placehold",
    b"redacted",
    b"changeme",
    b"fake",
    b"insert",
    b"replace",
    b"12345678",
    b"abcdefgh",
    b"00000000",
];

/// Shannon entropy that a random token of any alphabet in use exceeds, in bits a character.
const ENTROPY_BITS_MIN: f64 = 2.6;

/// True when `body` could have been issued: it is varied, and no placeholder stands in it.
pub(super) fn could_be_issued(body: &[u8]) -> bool {
    entropy_bits(body) >= ENTROPY_BITS_MIN
        && !has_placeholder(body)
        && !repeats(body)
        && !counts_up(body)
        && !PUBLISHED.iter().any(|known| body.starts_with(known))
}

/// Values of the examples in RFC 6749, 6750 and 7617, which documentation of all kinds shows; the last two are a name and
/// password in base64.
const PUBLISHED: [&[u8]; 7] = [
    b"2YotnFZFEjr1zCsicMWpAA",
    b"tGzv3JOkF0XG5Qx2TlKWIA",
    b"SplxlOBeZQQYbYS6WxSbIA",
    b"7Fjfp0ZBr1KtDRbnfVdmIw",
    b"mF_9.B5f-4.1JqM",
    b"czZCaGRSa3F0MzpnWDFmQmF0M2JW",
    b"QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
];

/// Digits and letters that are held against the order of the alphabet: of eight digits, chance puts 70 % in order in one
/// token of 10,000.
const COUNTED_MIN: usize = 12;

/// True for what people type who invent a token: `a1b2c3d4e5f6a7b8`, `AB1C2defGHijkLMNo3PqQR`.
fn counts_up(body: &[u8]) -> bool {
    let digits: Vec<u8> = body.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0').collect();
    let letters: Vec<u8> =
        body.iter().filter(|byte| byte.is_ascii_alphabetic()).map(|byte| byte.to_ascii_lowercase()).collect();
    let share = |row: &[u8], follows: fn(u8, u8) -> bool| {
        let pairs = row.windows(2).filter(|pair| follows(pair[0], pair[1])).count();
        if row.len() < COUNTED_MIN { 0.0 } else { pairs as f64 / (row.len() - 1) as f64 }
    };
    share(&digits, |one, next| next == (one + 1) % 10) >= 0.7 || share(&letters, |one, next| next == one + 1) >= 0.7
}

/// True when `body` has digits among letters, or letters of both cases in disorder: no word, and no joined words.
pub(super) fn is_mixed(body: &[u8]) -> bool {
    let has_letter = body.iter().any(u8::is_ascii_alphabetic);
    let capitals_inside = body.windows(2).filter(|pair| pair[0].is_ascii_uppercase() && pair[1].is_ascii_lowercase());
    let letters = body.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    (has_letter && body.iter().any(u8::is_ascii_digit)) || (letters >= 16 && capitals_inside.count() * 6 >= letters)
}

fn has_placeholder(body: &[u8]) -> bool {
    PLACEHOLDERS.iter().any(|word| body.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word)))
}

/// True when one character makes up six in a row.
fn repeats(body: &[u8]) -> bool {
    body.windows(6).any(|window| window.iter().all(|byte| *byte == window[0]))
}

/// Shannon entropy of `bytes`, in bits a byte.
pub(super) fn entropy_bits(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let total = bytes.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / total)
        .map(|share| -share * share.log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_secrets() {
        for body in [
            "IOSFODNN7EXAMPLE",
            "xxxxxxxxxxxxxxxxxxxx",
            "your_token_goes_here",
            "12345678901234567890",
            "aB3aaaaaaaZk9Qw",
            "AB1C2defGHijkLMNo3PqQRstUvwxyzaBCDEfghh4ijkl",
            "a123b45c6d78e9f012a34cd5e6a7890b12c3d45e6f78",
        ] {
            assert!(!could_be_issued(body.as_bytes()), "{body}");
        }
        for body in ["tR7mZq2XcV9bN4kLwP8s", "3f9a1c0b7de2458691ab7cd0e3f25a48", "Q3EGHWJ2TLMZ5KRP"] {
            assert!(could_be_issued(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn entropy_of_known_distributions() {
        assert_eq!(entropy_bits(b"aaaa"), 0.0);
        assert_eq!(entropy_bits(b"abab"), 1.0);
        assert_eq!(entropy_bits(b"abcdefgh"), 3.0);
    }
}
