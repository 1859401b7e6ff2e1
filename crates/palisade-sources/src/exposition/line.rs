//! One line of the text.

use super::Dialect;
use crate::{Context, Limits, draft::shortened, window};
use palisade_model::Timestamp;
use std::borrow::Cow;

/// What a line is.
#[derive(Debug)]
pub(super) enum Line<'b> {
    /// Blank, or a comment.
    Nothing,
    /// The end of OpenMetrics.
    End,
    /// It says something of a family.
    Family { name: &'b str, says: Says<'b> },
    /// A value.
    Sample(Sample<'b>),
}

/// What is said of a family.
#[derive(Debug)]
pub(super) enum Says<'b> {
    Help,
    Type(&'b str),
    Unit(&'b str),
}

/// One value of one series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample<'b> {
    pub(super) name: Cow<'b, str>,
    /// In order of their names, none twice.
    pub(super) labels: Labels<'b>,
    pub(super) value: f64,
    pub(super) time: Option<Timestamp>,
}

pub(super) type Labels<'b> = Vec<(&'b str, Cow<'b, str>)>;

/// Reads a line without its line feed.
pub(super) fn read<'b>(line: &'b [u8], dialect: Dialect, context: &Context<'_>) -> Result<Line<'b>, String> {
    let max = context.limits.line_bytes;
    if line.len() > max {
        return Err(format!("the line has {} bytes; at most {max} are read", line.len()));
    }
    let line = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
    let line = trim(line);
    match line.strip_prefix('#') {
        None if line.is_empty() => Ok(Line::Nothing),
        None => sample(line, dialect, context).map(Line::Sample),
        Some(" EOF") if dialect == Dialect::OpenMetrics => Ok(Line::End),
        Some(comment) => Ok(family(comment).unwrap_or(Line::Nothing)),
    }
}

fn family(comment: &str) -> Option<Line<'_>> {
    let (keyword, rest) = word(trim(comment));
    let (name, rest) = word(rest);
    let says = match keyword {
        "HELP" => Says::Help,
        "TYPE" => Says::Type(rest),
        "UNIT" => Says::Unit(rest),
        _ => return None,
    };
    Some(Line::Family { name, says })
}

fn sample<'b>(line: &'b str, dialect: Dialect, context: &Context<'_>) -> Result<Sample<'b>, String> {
    let (name, rest) = name(line, true).ok_or("the line does not begin with the name of a metric")?;
    if name.len() > context.limits.key_bytes {
        return Err(format!("the name that starts with '{}' is too long", shortened(name)));
    }
    let (labels, rest) = match trim(rest).strip_prefix('{') {
        Some(inside) => labels(inside, context.limits)?,
        None => (Labels::new(), rest),
    };
    let (value, rest) = word(trim(rest));
    let value = value.parse().map_err(|_| "the value is not a number".to_owned())?;
    let (time, rest) = match word(rest) {
        (mark, _) if dialect == Dialect::OpenMetrics && mark.starts_with('#') => ("", ""),
        found => found,
    };
    let is_exemplar = dialect == Dialect::OpenMetrics && rest.starts_with('#');
    if !rest.is_empty() && !is_exemplar {
        return Err("something stands behind the time".to_owned());
    }
    let time = if time.is_empty() { None } else { Some(read_time(time, dialect, context)?) };
    Ok(Sample { name: Cow::Borrowed(name), labels, value, time })
}

fn read_time(text: &str, dialect: Dialect, context: &Context<'_>) -> Result<Timestamp, String> {
    let time = match dialect {
        Dialect::Text => text.parse().ok().map(Timestamp::from_millis),
        Dialect::OpenMetrics => text.parse().ok().and_then(from_seconds),
    };
    window::check(time.ok_or("the time is not a number that can be one")?, context.received)
}

/// The time so many seconds after the epoch, to the microsecond: a double of today's seconds knows no more.
pub(super) fn from_seconds(seconds: f64) -> Option<Timestamp> {
    let micros = seconds.fract() * 1e6;
    #[expect(clippy::cast_possible_truncation, reason = "within the range of 64 bits of nanoseconds")]
    (seconds.abs() < 9.2e9)
        .then(|| Timestamp::from_nanos(seconds.trunc() as i64 * 1_000_000_000 + micros.round() as i64 * 1_000))
}

/// The labels up to the closing brace, and what stands behind it.
fn labels<'b>(inside: &'b str, limits: &Limits) -> Result<(Labels<'b>, &'b str), String> {
    let mut labels = Labels::new();
    let mut rest = trim(inside);
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return sorted(labels).map(|labels| (labels, behind));
        }
        let (name, behind) = name(rest, false).ok_or("a label has no name, or one that is not allowed")?;
        let value = trim(behind).strip_prefix('=').map(trim).and_then(|behind| behind.strip_prefix('"'));
        let (value, behind) = quoted(value.ok_or_else(|| format!("the label '{}' has no value", shortened(name)))?)?;
        check(name, &value, labels.len(), limits)?;
        labels.push((name, value));
        rest = trim(behind);
        match rest.strip_prefix(',') {
            Some(behind) => rest = trim(behind),
            None if rest.starts_with('}') => {}
            None => return Err("the labels are not separated by commas, or never end".to_owned()),
        }
    }
}

fn check(name: &str, value: &str, before: usize, limits: &Limits) -> Result<(), String> {
    match () {
        () if before >= limits.attributes => Err(format!("the series has more than {} labels", limits.attributes)),
        () if name.len() > limits.key_bytes => Err(format!("the label '{}' has too long a name", shortened(name))),
        () if value.len() > limits.value_bytes => Err(format!("the label '{}' is too long", shortened(name))),
        () => Ok(()),
    }
}

fn sorted(mut labels: Labels<'_>) -> Result<Labels<'_>, String> {
    if !labels.is_sorted_by(|label, next| label.0 < next.0) {
        labels.sort_by_key(|label| label.0);
        if let Some(twice) = labels.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("the label '{}' stands twice", shortened(twice[0].0)));
        }
    }
    // An empty label is none.
    labels.retain(|(_, value)| !value.is_empty());
    Ok(labels)
}

/// A text up to its closing quote, and what stands behind that.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    const OPEN: &str = "the value of a label never ends";
    let mut plain = String::new();
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', &text.as_bytes()[from..]).ok_or(OPEN)?;
        if text.as_bytes()[at] == b'"' {
            let value = match plain.is_empty() && from == 0 {
                true => Cow::Borrowed(&text[..at]),
                false => Cow::Owned(plain + &text[from..at]),
            };
            return Ok((value, &text[at + 1..]));
        }
        plain.push_str(&text[from..at]);
        match text.as_bytes().get(at + 1).ok_or(OPEN)? {
            b'n' => plain.push('\n'),
            b'"' => plain.push('"'),
            b'\\' => plain.push('\\'),
            // No escape: the backslash stands for itself.
            _ => {
                plain.push('\\');
                from = at + 1;
                continue;
            }
        }
        from = at + 2;
    }
}

/// A name at the start, and what stands behind it. Names of metrics may have colons.
fn name(text: &str, of_metric: bool) -> Option<(&str, &str)> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || (of_metric && *byte == b':');
    let end = text.bytes().position(|byte| !allowed(&byte)).unwrap_or(text.len());
    let is_name = text.bytes().next().is_some_and(|first| allowed(&first) && !first.is_ascii_digit());
    is_name.then(|| text.split_at(end))
}

/// The first word, and the rest without the blanks before it.
fn word(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    (&text[..end], trim(&text[end..]))
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
