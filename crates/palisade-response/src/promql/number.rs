//! Numbers and durations as Prometheus and Go write them.

/// Units of durations, the largest first, in milliseconds.
const UNITS: &[(&str, i64)] = &[
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Reads a duration such as `1h30m`, in milliseconds. Units come in order, the largest first, each once.
///
/// # Errors
/// When it has another form or is longer than 292 years.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let wrong = || format!("'{text}' is not a duration: write 30s, 5m or 1h30m");
    if text == "0" {
        return Ok(0);
    }
    let mut rest = text;
    let mut units = UNITS;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: i64 = rest[..digits].parse().map_err(|_| wrong())?;
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_lowercase).count();
        let unit = &rest[digits..digits + letters];
        let place = units.iter().position(|(name, _)| *name == unit).ok_or_else(wrong)?;
        let more = count.checked_mul(units[place].1);
        total =
            more.and_then(|more| total.checked_add(more)).filter(|total| *total <= DURATION_MAX).ok_or_else(wrong)?;
        units = &units[place + 1..];
        rest = &rest[digits + letters..];
    }
    if text.is_empty() { Err(wrong()) } else { Ok(total) }
}

/// The longest duration, in milliseconds: what Go's 64 bits of nanoseconds hold.
const DURATION_MAX: i64 = i64::MAX / 1_000_000;

/// Reads a number as Go does: decimal, hexadecimal, `Inf`, `NaN`, in any case.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let value = match (hexadecimal, digits.bytes().next()?) {
        (Some(hexadecimal), _) => u64::from_str_radix(hexadecimal, 16).ok()? as f64,
        (None, b'-' | b'+') => return None,
        _ => digits.parse().ok()?,
    };
    Some(if negative { -value } else { value })
}

/// Writes a number as Go's `%v` does: the shortest digits that read back as the same number, with an exponent below
/// 10⁻⁴ and from 10⁶ on.
#[must_use]
pub fn format_number(value: f64) -> String {
    if let Some(name) = not_finite(value) {
        return name.to_owned();
    }
    let exponential = format!("{value:e}");
    let exponent = exponential.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0);
    if (-4..EXPONENT_FROM).contains(&exponent) { format!("{value}") } else { go_exponent(&exponential) }
}

/// Go writes an exponent from this power of ten on.
const EXPONENT_FROM: i32 = 6;

/// Go's names of what is no finite number.
pub(crate) fn not_finite(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// Rust's `1.5e-7` as Go's `1.5e-07`: a sign and at least two digits.
pub(crate) fn go_exponent(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{digits}e{sign}{exponent:0>2}")
}
