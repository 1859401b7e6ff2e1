//! `printf` and numbers, as Go writes them.

use super::datum::Datum;
use crate::promql::{format_number, go_exponent, not_finite};

/// A width or precision may be this large.
const WIDTH_MAX: usize = 1_000;

/// A float as `{{ $value }}` writes it.
pub(super) fn print_float(value: f64) -> String {
    format_number(value)
}

/// The number with so many digits that tell (Go's `%.4g` with 4).
pub(super) fn significant(value: f64, digits: usize) -> String {
    if let Some(name) = not_finite(value) {
        return name.to_owned();
    }
    let digits = digits.max(1);
    let exponential = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = exponential.split_once('e').unwrap_or((&exponential, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let without_zeros = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if exponent < -4 || exponent >= digits as i32 {
        return go_exponent(&format!("{}e{exponent}", without_zeros(mantissa)));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    without_zeros(&format!("{value:.decimals$}"))
}

/// One `%…` of a format.
#[derive(Debug, Default)]
struct Verb {
    minus: bool,
    plus: bool,
    zero: bool,
    space: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

/// Go's `Sprintf`.
pub(super) fn printf(format: &str, arguments: &[Datum]) -> Result<String, String> {
    let mut written = String::new();
    let mut arguments = arguments.iter();
    let mut rest = format;
    while let Some(place) = rest.find('%') {
        written.push_str(&rest[..place]);
        let (verb, length) = read_verb(&rest[place + 1..])?;
        rest = &rest[place + 1 + length..];
        match verb.letter {
            '%' => written.push('%'),
            letter => match arguments.next() {
                Some(argument) => written.push_str(&verb.pad(verb.body(argument)?)),
                None => written.push_str(&format!("%!{letter}(MISSING)")),
            },
        }
    }
    written.push_str(rest);
    let left: Vec<String> =
        arguments.map(|each| Ok(format!("{}={}", each.kind(), each.print()?))).collect::<Result<_, String>>()?;
    if !left.is_empty() {
        written.push_str(&format!("%!(EXTRA {})", left.join(", ")));
    }
    Ok(written)
}

/// The verb behind a percent sign, and its length.
fn read_verb(text: &str) -> Result<(Verb, usize), String> {
    let mut verb = Verb::default();
    let flags = text.bytes().take_while(|flag| b"-+ 0#".contains(flag)).count();
    for flag in text[..flags].bytes() {
        match flag {
            b'-' => verb.minus = true,
            b'+' => verb.plus = true,
            b'0' => verb.zero = true,
            b' ' => verb.space = true,
            _ => verb.sharp = true,
        }
    }
    let mut at = flags;
    let digits = |at: usize| text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let number = |from: usize, to: usize| match text[from..to].parse() {
        Ok(number) if number <= WIDTH_MAX => Ok(number),
        _ if from == to => Ok(0),
        _ => Err(format!("a width may be {WIDTH_MAX}")),
    };
    let end = at + digits(at);
    verb.width = number(at, end)?;
    at = end;
    if text[at..].starts_with('.') {
        let end = at + 1 + digits(at + 1);
        verb.precision = Some(number(at + 1, end)?);
        at = end;
    }
    verb.letter = text[at..].chars().next().ok_or("behind % a letter is missing")?;
    at += verb.letter.len_utf8();
    Ok((verb, at))
}

impl Verb {
    fn body(&self, argument: &Datum) -> Result<String, String> {
        Ok(match (self.letter, argument) {
            ('v' | 's', Datum::Text(text)) => self.cut(text),
            ('q', Datum::Text(text)) => format!("{text:?}"),
            ('x', Datum::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('X', Datum::Text(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'v', Datum::Float(number)) => {
                self.signed(*number >= 0.0, self.float(*number))
            }
            ('d' | 'v', Datum::Integer(number)) => self.signed(*number >= 0, number.to_string()),
            ('x', Datum::Integer(number)) => format!("{number:x}"),
            ('X', Datum::Integer(number)) => format!("{number:X}"),
            ('o', Datum::Integer(number)) => format!("{number:o}"),
            ('b', Datum::Integer(number)) => format!("{number:b}"),
            ('c', Datum::Integer(number)) => {
                u32::try_from(*number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}').to_string()
            }
            ('t' | 'v', Datum::Bool(truth)) => truth.to_string(),
            ('T', argument) => argument.kind().to_owned(),
            ('v' | 's', Datum::Map(_) | Datum::List(_) | Datum::Nothing) => argument.print()?,
            (letter, argument) => format!("%!{letter}({}={})", argument.kind(), argument.print()?),
        })
    }

    fn cut(&self, text: &str) -> String {
        match self.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text.to_owned(),
        }
    }

    fn float(&self, number: f64) -> String {
        if let Some(name) = not_finite(number) {
            return name.trim_start_matches('+').to_owned();
        }
        let decimals = self.precision.unwrap_or(6);
        match self.letter {
            'f' | 'F' => format!("{number:.decimals$}"),
            'e' => go_exponent(&format!("{number:.decimals$e}")),
            'E' => go_exponent(&format!("{number:.decimals$e}")).replace('e', "E"),
            letter => {
                let written = match self.precision {
                    Some(digits) => significant(number, digits),
                    None => print_float(number),
                };
                if letter == 'G' { written.to_uppercase() } else { written }
            }
        }
    }

    fn signed(&self, positive: bool, body: String) -> String {
        match positive {
            true if self.plus => format!("+{body}"),
            true if self.space => format!(" {body}"),
            _ => body,
        }
    }

    fn pad(&self, body: String) -> String {
        let missing = self.width.saturating_sub(body.chars().count());
        let is_number = body.trim_start_matches(['-', '+']).starts_with(|first: char| first.is_ascii_digit());
        if missing == 0 {
            body
        } else if self.minus {
            body + &" ".repeat(missing)
        } else if self.zero && is_number {
            let sign = body.len() - body.trim_start_matches(['-', '+']).len();
            format!("{}{}{}", &body[..sign], "0".repeat(missing), &body[sign..])
        } else {
            " ".repeat(missing) + &body
        }
    }
}
