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
    entropy_bits(body) >= ENTROPY_BITS_MIN && !has_placeholder(body) && !repeats(body)
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
