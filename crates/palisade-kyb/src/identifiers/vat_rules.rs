//! Check digits of VAT numbers, a function a country. Each gets the number behind the country's code.

use super::{Fault, isin::luhn, remainder_97};

/// The digits of a number that has nothing else, of one of these lengths.
fn digits(number: &[u8], lengths: &[usize]) -> Result<Vec<u32>, Fault> {
    if !lengths.contains(&number.len()) {
        return Err(Fault::Length);
    }
    number
        .iter()
        .map(|byte| if byte.is_ascii_digit() { Ok(u32::from(byte - b'0')) } else { Err(Fault::Characters) })
        .collect()
}

/// Digits times weights, added up.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The number that digits write.
fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// ISO 7064 MOD 11,10 with its last digit as check.
fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, rest)) = digits.split_last() else { return false };
    let product = rest.iter().fold(10, |product, digit| match (digit + product) % 10 {
        0 => 20 % 11,
        sum => sum * 2 % 11,
    });
    (11 - product) % 10 == *check
}

/// `U` and eight digits.
pub(super) fn austria(vat: &[u8]) -> Result<bool, Fault> {
    let Some(rest) = vat.strip_prefix(b"U") else { return Err(Fault::Characters) };
    let d = digits(rest, &[8])?;
    let sum: u32 = d[..7]
        .iter()
        .enumerate()
        .map(|(index, digit)| match index % 2 {
            0 => *digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    Ok((10 - (sum + 4) % 10) % 10 == d[7])
}

pub(super) fn belgium(vat: &[u8]) -> Result<bool, Fault> {
    let mut d = digits(vat, &[9, 10])?;
    if d.len() == 9 {
        d.insert(0, 0);
    }
    Ok(d[0] <= 1 && 97 - number(&d[..8]) % 97 == number(&d[8..]))
}

/// Nine digits are of a legal person; ten of a natural one or a foreigner, which have several rules.
pub(super) fn bulgaria(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[9, 10])?;
    if d.len() == 9 {
        let first = weighted(&d[..8], &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let check = if first < 10 { first } else { weighted(&d[..8], &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10 };
        return Ok(check == d[8]);
    }
    let citizen = weighted(&d, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == d[9];
    let foreigner = weighted(&d, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == d[9];
    let other = (11 - weighted(&d, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == d[9];
    Ok(citizen || foreigner || other)
}

/// Nine digits, and `MWST`, `TVA` or `IVA` behind them or not.
pub(super) fn switzerland(vat: &[u8]) -> Result<bool, Fault> {
    let number = [&b"MWST"[..], b"TVA", b"IVA"].iter().find_map(|word| vat.strip_suffix(*word)).unwrap_or(vat);
    let d = digits(number, &[9])?;
    Ok((11 - weighted(&d, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == d[8])
}

/// Eight digits and a letter.
pub(super) fn cyprus(vat: &[u8]) -> Result<bool, Fault> {
    let Some((check, rest)) = vat.split_last() else { return Err(Fault::Length) };
    let d = digits(rest, &[8])?;
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let sum: u32 =
        d.iter().enumerate().map(|(index, digit)| if index % 2 == 0 { ODD[*digit as usize] } else { *digit }).sum();
    Ok(u32::from(*check) == u32::from(b'A') + sum % 26)
}

/// Eight digits are of a legal person; nine and ten are birth numbers.
pub(super) fn czechia(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8, 9, 10])?;
    Ok(match d.len() {
        8 => (11 - weighted(&d[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == d[7],
        // Birth numbers before 1954 have no check digit, those that begin with a six are of a rule of their own.
        9 => d[0] == 6 || number(&d[..2]) <= 53,
        _ => number(&d).is_multiple_of(11) || (number(&d[..9]) % 11 == 10 && d[9] == 0),
    })
}

pub(super) fn germany(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[9])?;
    Ok(d[0] != 0 && mod_11_10(&d))
}

pub(super) fn denmark(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8])?;
    Ok(d[0] != 0 && weighted(&d, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

pub(super) fn estonia(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[9])?;
    Ok((10 - weighted(&d[..8], &[3, 7, 1, 3, 7, 1, 3, 7]) % 10) % 10 == d[8])
}

pub(super) fn greece(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[9])?;
    Ok(weighted(&d, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == d[8])
}

/// A letter for the legal form, seven digits and a digit or letter; or eight digits and a letter for people.
pub(super) fn spain(vat: &[u8]) -> Result<bool, Fault> {
    let [first, middle @ .., last] = vat else { return Err(Fault::Length) };
    if vat.len() != 9 {
        return Err(Fault::Length);
    }
    const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let d = digits(middle, &[7])?;
    let person = match first {
        b'0'..=b'9' => Some(u64::from(first - b'0')),
        b'X' | b'Y' | b'Z' => Some(u64::from(first - b'X')),
        // Of children, of residents abroad and of foreigners.
        b'K' | b'L' | b'M' => Some(0),
        _ => None,
    };
    if let Some(front) = person {
        return Ok(LETTERS[((front * 10_000_000 + number(&d)) % 23) as usize] == *last);
    }
    if !b"ABCDEFGHJNPQRSUVW".contains(first) {
        return Err(Fault::Prefix);
    }
    let sum: u32 = d
        .iter()
        .enumerate()
        .map(|(index, digit)| match index % 2 {
            0 => digit * 2 / 10 + digit * 2 % 10,
            _ => *digit,
        })
        .sum();
    let check = ((10 - sum % 10) % 10) as u8;
    Ok(*last == b'0' + check || *last == b"JABCDEFGHI"[usize::from(check)])
}

pub(super) fn finland(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8])?;
    let check = (11 - weighted(&d[..7], &[7, 9, 10, 5, 8, 4, 2]) % 11) % 11;
    Ok(check == d[7])
}

/// Two check characters and the SIREN; where they are digits, they follow from it.
pub(super) fn france(vat: &[u8]) -> Result<bool, Fault> {
    let Some((key, siren)) = vat.split_at_checked(2) else { return Err(Fault::Length) };
    let d = digits(siren, &[9])?;
    // Monaco's numbers begin with three zeros and are not of Luhn's.
    if !luhn(&d) && d[..3] != [0, 0, 0] {
        return Ok(false);
    }
    match digits(key, &[2]) {
        Ok(key) => Ok(number(&key) == (12 + 3 * (number(&d) % 97)) % 97),
        Err(_) => Ok(key.iter().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'I' | b'O'))),
    }
}

/// Nine digits, twelve for a branch, or `GD` and `HA` with three for departments and health authorities.
pub(super) fn united_kingdom(vat: &[u8]) -> Result<bool, Fault> {
    if let [b'G' | b'H', b'D' | b'A', rest @ ..] = vat {
        let d = digits(rest, &[3])?;
        return Ok((vat[0] == b'G') == (number(&d) < 500));
    }
    let d = digits(vat, &[9, 12])?;
    let sum = weighted(&d[..7], &[8, 7, 6, 5, 4, 3, 2]) + d[7] * 10 + d[8];
    // Numbers since 2010 have 55 added.
    Ok(sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97))
}

pub(super) fn croatia(vat: &[u8]) -> Result<bool, Fault> {
    Ok(mod_11_10(&digits(vat, &[11])?))
}

pub(super) fn hungary(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8])?;
    Ok((10 - weighted(&d[..7], &[9, 7, 3, 1, 9, 7, 3]) % 10) % 10 == d[7])
}

/// Seven digits and one or two letters; before 2013 a letter or sign might stand second.
pub(super) fn ireland(vat: &[u8]) -> Result<bool, Fault> {
    if !matches!(vat.len(), 8 | 9) {
        return Err(Fault::Length);
    }
    let value = |byte: u8| u32::from(byte) - u32::from(b'@');
    let (mut sum, check) = match (digits(&vat[..7], &[7]), vat[1].is_ascii_uppercase()) {
        (Ok(d), _) => (weighted(&d, &[8, 7, 6, 5, 4, 3, 2]), vat[7]),
        (Err(_), true) => {
            let d = digits(&[&vat[2..7], &vat[..1]].concat(), &[6])?;
            (weighted(&d, &[7, 6, 5, 4, 3, 2]), vat[7])
        }
        (Err(fault), false) => return Err(fault),
    };
    if let Some(last) = vat.get(8) {
        if !(b'A'..=b'W').contains(last) {
            return Err(Fault::Characters);
        }
        sum += 9 * value(*last);
    }
    Ok(check == b"WABCDEFGHIJKLMNOPQRSTUV"[(sum % 23) as usize])
}

pub(super) fn italy(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[11])?;
    Ok(luhn(&d) && number(&d) > 0)
}

pub(super) fn lithuania(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[9, 12])?;
    let body = &d[..d.len() - 1];
    let sum = |start: usize| -> u32 {
        body.iter().enumerate().map(|(index, digit)| digit * ((index + start) % 9 + 1) as u32).sum()
    };
    let check = match sum(0) % 11 {
        10 => sum(2) % 11 % 10,
        check => check,
    };
    Ok(check == d[d.len() - 1] && d[d.len() - 2] == 1)
}

pub(super) fn luxembourg(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8])?;
    Ok(number(&d[..6]) % 89 == number(&d[6..]))
}

/// A legal person's begins with 4 or more; a person's is a birth date, or begins with 32.
pub(super) fn latvia(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[11])?;
    if d[0] <= 3 {
        let is_day = (1..=31).contains(&number(&d[..2])) && (1..=12).contains(&number(&d[2..4]));
        return Ok(is_day || d[..2] == [3, 2]);
    }
    Ok(weighted(&d, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3)
}

pub(super) fn malta(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8])?;
    Ok(37 - u64::from(weighted(&d[..6], &[3, 4, 6, 7, 8, 9]) % 37) == number(&d[6..]))
}

/// Nine digits, `B` and two digits. Companies' have a check digit among the nine; since 2020 people's have a key of
/// MOD 97-10 over all.
pub(super) fn netherlands(vat: &[u8]) -> Result<bool, Fault> {
    if vat.len() != 12 {
        return Err(Fault::Length);
    }
    let d = digits(&vat[..9], &[9])?;
    digits(&vat[10..], &[2])?;
    if vat[9] != b'B' {
        return Err(Fault::Characters);
    }
    let company = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == d[8];
    Ok(company || remainder_97(b"NL".iter().chain(vat)) == 1)
}

/// Nine digits, and `MVA` behind them or not.
pub(super) fn norway(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat.strip_suffix(b"MVA").unwrap_or(vat), &[9])?;
    Ok((11 - weighted(&d[..8], &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == d[8])
}

pub(super) fn poland(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[10])?;
    Ok(weighted(&d[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == d[9])
}

pub(super) fn portugal(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[9])?;
    let check = match 11 - weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
        10.. => 0,
        check => check,
    };
    Ok(d[0] != 0 && check == d[8])
}

/// Two to ten digits; weights are from the right.
pub(super) fn romania(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[2, 3, 4, 5, 6, 7, 8, 9, 10])?;
    const WEIGHTS: [u32; 9] = [7, 5, 3, 2, 1, 7, 5, 3, 2];
    let body = &d[..d.len() - 1];
    let sum = weighted(body, &WEIGHTS[WEIGHTS.len() - body.len()..]);
    Ok(sum * 10 % 11 % 10 == d[d.len() - 1])
}

/// The organisation's number of ten digits, and two that count.
pub(super) fn sweden(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[12])?;
    Ok(luhn(&d[..10]) && number(&d[10..]) > 0)
}

pub(super) fn slovenia(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[8])?;
    let check = 11 - weighted(&d[..7], &[8, 7, 6, 5, 4, 3, 2]) % 11;
    Ok(d[0] != 0 && check != 11 && check % 10 == d[7])
}

pub(super) fn slovakia(vat: &[u8]) -> Result<bool, Fault> {
    let d = digits(vat, &[10])?;
    Ok(d[0] != 0 && number(&d).is_multiple_of(11))
}
