//! What is planted for the watches to find. It is made at run time: no file of the project holds anything like it.

use std::hash::{BuildHasher, RandomState};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Without these no token spells a word that examples hold, such as `fake`, for which the guard has patience.
const NOT_USED: &str = "aeiouxAEIOUX";

/// The class of findings about [`token`].
pub const TOKEN_CLASS: &str = "guard.secret.github";

/// A GitHub token that nobody was ever given, with the checksum that GitHub's have: the CRC-32 of 30 characters, in six
/// digits of base 62. None of its letters is one of `NOT_USED`.
pub fn token() -> String {
    loop {
        let body: String = (0..30).map(|_| random_digit()).collect();
        let mut checksum = flate2::Crc::new();
        checksum.update(body.as_bytes());
        let mut rest = checksum.sum();
        let mut digits = [0; 6].map(|_| {
            let digit = BASE62[(rest % 62) as usize];
            rest /= 62;
            char::from(digit)
        });
        digits.reverse();
        if !digits.iter().any(|digit| NOT_USED.contains(*digit)) {
            return format!("{}{body}{}", ["gh", "p_"].concat(), digits.iter().collect::<String>());
        }
    }
}

/// `text` in tag characters (Unicode block E0000), which no screen shows.
pub fn hidden(text: &str) -> String {
    text.bytes().map(|byte| char::from_u32(0xE0000 + u32::from(byte)).unwrap()).collect()
}

fn random_digit() -> char {
    loop {
        // The keys of `RandomState` come from the system's randomness.
        let digit = char::from(BASE62[(RandomState::new().hash_one(()) % 62) as usize]);
        if !NOT_USED.contains(digit) {
            return digit;
        }
    }
}
