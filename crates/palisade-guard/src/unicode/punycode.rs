//! Reads the letters that a label such as `xn--mnchen-3ya` stands for (RFC 3492).

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_CODE: u32 = 0x80;

/// Bytes of a label of a domain name (RFC 1035 §2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// The letters of `label`, which is what follows `xn--`; none when it is not punycode.
pub(super) fn decode(label: &str) -> Option<String> {
    if !label.is_ascii() || label.len() > LABEL_BYTES_MAX {
        return None;
    }
    let (basic, extended) = label.rsplit_once('-').unwrap_or(("", label));
    let mut characters: Vec<char> = basic.chars().collect();
    let (mut code, mut bias, mut insert_at) = (INITIAL_CODE, INITIAL_BIAS, 0_u32);
    let mut digits = extended.bytes().peekable();
    digits.peek()?;
    while digits.peek().is_some() {
        let before = insert_at;
        let (mut weight, mut k) = (1_u32, BASE);
        loop {
            let digit = value(digits.next()?)?;
            insert_at = insert_at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let length = u32::try_from(characters.len()).ok()? + 1;
        bias = adapt(insert_at - before, length, before == 0);
        code = code.checked_add(insert_at / length)?;
        insert_at %= length;
        characters.insert(usize::try_from(insert_at).ok()?, char::from_u32(code)?);
        insert_at += 1;
    }
    Some(characters.into_iter().collect())
}

fn value(digit: u8) -> Option<u32> {
    char::from(digit).to_digit(BASE).map(|value| if digit.is_ascii_digit() { value + 26 } else { value - 10 })
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn labels() {
        for (label, letters) in [
            ("mnchen-3ya", Some("münchen")),
            ("80ak6aa92e", Some("аррӏе")),
            ("wgv71a119e", Some("日本語")),
            ("pypal-4ve", Some("p\u{430}ypal")),
            ("e1aybc", Some("тест")),
            ("", None),
            ("é", None),
            ("a-9999999999", None),
            ("a_b", None),
        ] {
            assert_eq!(decode(label).as_deref(), letters, "{label}");
        }
    }
}
