//! Every function of templates, in one table.

use super::{
    Filling,
    datum::Datum,
    format::{printf, significant},
    humanize::{humanize, humanize_1024, humanize_duration, humanize_timestamp},
};
use crate::promql::{Query, compile_regex, parse_duration};
use regex_automata::util::interpolate;
use std::{cmp::Ordering, fmt::Write as _};

type Result<T> = std::result::Result<T, String>;

/// A function: its name and what runs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) run: fn(&Filling<'_>, &[Datum]) -> Result<Datum>,
}

/// All functions.
static FUNCTIONS: &[Function] = &[
    Function { name: "and", run: |_, given| chosen(given, |each| !each.is_true()) },
    Function { name: "args", run: arguments },
    Function { name: "eq", run: equal_to_any },
    Function { name: "externalURL", run: |filling, _| Ok(Datum::Text(filling.external.url.clone())) },
    Function { name: "first", run: |_, given| element(one(given)?, 0) },
    Function { name: "ge", run: |_, given| compared(given, Ordering::is_ge) },
    Function { name: "graphLink", run: |filling, given| link(filling, given, 0) },
    Function { name: "gt", run: |_, given| compared(given, Ordering::is_gt) },
    Function { name: "html", run: |_, given| Ok(Datum::Text(escape_html(&one(given)?.print()?))) },
    Function { name: "humanize", run: |_, given| Ok(Datum::Text(humanize(one(given)?.number()?))) },
    Function { name: "humanize1024", run: |_, given| Ok(Datum::Text(humanize_1024(one(given)?.number()?))) },
    Function { name: "humanizeDuration", run: |_, given| Ok(Datum::Text(humanize_duration(one(given)?.number()?))) },
    Function {
        name: "humanizePercentage",
        run: |_, given| Ok(Datum::Text(significant(one(given)?.number()? * 100.0, 4) + "%")),
    },
    Function { name: "humanizeTimestamp", run: |_, given| humanize_timestamp(one(given)?.number()?).map(Datum::Text) },
    Function { name: "index", run: index },
    Function { name: "label", run: label },
    Function { name: "le", run: |_, given| compared(given, Ordering::is_le) },
    Function { name: "len", run: length },
    Function { name: "lt", run: |_, given| compared(given, Ordering::is_lt) },
    Function {
        name: "match",
        run: |_, given| {
            let [pattern, text] = two(given)?;
            Ok(Datum::Bool(compile_regex(pattern.text()?)?.is_match(text.text()?)))
        },
    },
    Function {
        name: "ne",
        run: |_, given| {
            let [left, right] = two(given)?;
            Ok(Datum::Bool(order(left, right)?.is_ne()))
        },
    },
    Function { name: "not", run: |_, given| Ok(Datum::Bool(!one(given)?.is_true())) },
    Function { name: "or", run: |_, given| chosen(given, Datum::is_true) },
    Function {
        name: "parseDuration",
        run: |_, given| Ok(Datum::Float(parse_duration(one(given)?.text()?)? as f64 / 1000.0)),
    },
    Function { name: "pathPrefix", run: |filling, _| Ok(Datum::Text(path_of(&filling.external.url).to_owned())) },
    Function { name: "print", run: |_, given| print(given).map(Datum::Text) },
    Function {
        name: "printf",
        run: |_, given| match given.split_first() {
            Some((format, arguments)) => printf(format.text()?, arguments).map(Datum::Text),
            None => Err("a format is missing".to_owned()),
        },
    },
    Function {
        name: "println",
        run: |_, given| {
            let words: Result<Vec<String>> = given.iter().map(Datum::print).collect();
            Ok(Datum::Text(words?.join(" ") + "\n"))
        },
    },
    Function { name: "query", run: query },
    Function { name: "reReplaceAll", run: replace_all },
    Function { name: "safeHtml", run: |_, given| Ok(Datum::Text(one(given)?.text()?.to_owned())) },
    Function { name: "sortByLabel", run: sort_by_label },
    Function { name: "stripDomain", run: |_, given| Ok(Datum::Text(strip_domain(one(given)?.text()?))) },
    Function { name: "stripPort", run: |_, given| Ok(Datum::Text(split_port(one(given)?.text()?).0.to_owned())) },
    Function {
        name: "strvalue",
        run: |_, given| match one(given)? {
            Datum::Sample(labels, _) => Ok(Datum::Text(labels.get("__value__").cloned().unwrap_or_default())),
            other => Err(format!("a sample was expected, not {}", other.kind())),
        },
    },
    Function { name: "tableLink", run: |filling, given| link(filling, given, 1) },
    Function { name: "title", run: |_, given| Ok(Datum::Text(title(one(given)?.text()?))) },
    Function { name: "toLower", run: |_, given| Ok(Datum::Text(one(given)?.text()?.to_lowercase())) },
    Function { name: "toUpper", run: |_, given| Ok(Datum::Text(one(given)?.text()?.to_uppercase())) },
    Function { name: "urlquery", run: |_, given| Ok(Datum::Text(escape_url(&print(given)?))) },
    Function {
        name: "value",
        run: |_, given| match one(given)? {
            Datum::Sample(_, value) => Ok(Datum::Float(*value)),
            other => Err(format!("a sample was expected, not {}", other.kind())),
        },
    },
];

/// The function of this name.
pub(super) fn find(name: &str) -> Result<Function> {
    let found = FUNCTIONS.iter().find(|function| function.name == name).copied();
    found.ok_or_else(|| format!("there is no function {name}, or it is not supported"))
}

fn one(given: &[Datum]) -> Result<&Datum> {
    match given {
        [only] => Ok(only),
        _ => Err(format!("takes 1 argument, not {}", given.len())),
    }
}

fn two(given: &[Datum]) -> Result<[&Datum; 2]> {
    match given {
        [first, second] => Ok([first, second]),
        _ => Err(format!("takes 2 arguments, not {}", given.len())),
    }
}

/// The first that is as asked, or the last.
fn chosen(given: &[Datum], is: fn(&Datum) -> bool) -> Result<Datum> {
    let found = given.iter().find(|each| is(each)).or(given.last());
    found.cloned().ok_or_else(|| "takes at least 1 argument".to_owned())
}

fn order(left: &Datum, right: &Datum) -> Result<Ordering> {
    match (left, right) {
        (Datum::Text(left), Datum::Text(right)) => Ok(left.cmp(right)),
        (Datum::Bool(left), Datum::Bool(right)) => Ok(left.cmp(right)),
        (Datum::Text(_) | Datum::Bool(_), _) | (_, Datum::Text(_) | Datum::Bool(_)) => {
            Err(format!("{} and {} cannot be compared", left.kind(), right.kind()))
        }
        _ => Ok(left.number()?.partial_cmp(&right.number()?).unwrap_or(Ordering::Greater)),
    }
}

fn compared(given: &[Datum], holds: fn(Ordering) -> bool) -> Result<Datum> {
    let [left, right] = two(given)?;
    order(left, right).map(|order| Datum::Bool(holds(order)))
}

fn equal_to_any(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    let Some((first, others)) = given.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err("takes at least 2 arguments".to_owned());
    };
    let mut equal = false;
    for other in others {
        equal |= order(first, other)?.is_eq();
    }
    Ok(Datum::Bool(equal))
}

fn arguments(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    let named = given.iter().enumerate().map(|(place, each)| (format!("arg{place}"), each.clone()));
    Ok(Datum::Arguments(named.collect()))
}

/// Runs an expression at the time of evaluation.
fn query(filling: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    let data = filling.data.ok_or("there are no series to ask here")?;
    let query = Query::parse(one(given)?.text()?).map_err(|error| error.to_string())?;
    let value = query.instant(data, filling.now, filling.options).map_err(|error| error.to_string())?;
    let elements = value.into_vector().map_err(|error| error.to_string())?;
    Ok(Datum::List(elements.into_iter().map(|element| Datum::Sample(element.labels, element.value)).collect()))
}

fn label(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    match two(given)? {
        [name, Datum::Sample(labels, _)] => Ok(Datum::Text(labels.get(name.text()?).cloned().unwrap_or_default())),
        [_, other] => Err(format!("a sample was expected, not {}", other.kind())),
    }
}

fn sort_by_label(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    let [name, list] = two(given)?;
    let (name, Datum::List(elements)) = (name.text()?, list) else {
        return Err(format!("a list was expected, not {}", list.kind()));
    };
    let key = |each: &Datum| match each {
        Datum::Sample(labels, _) => labels.get(name).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let mut sorted = elements.to_vec();
    sorted.sort_by_cached_key(key);
    Ok(Datum::List(sorted.into()))
}

fn length(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    Ok(Datum::Integer(match one(given)? {
        Datum::Text(text) => text.len(),
        Datum::Map(labels) => labels.len(),
        Datum::List(elements) => elements.len(),
        other => return Err(format!("{} has no length", other.kind())),
    } as i64))
}

fn index(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    let Some((first, keys)) = given.split_first() else {
        return Err("takes at least 1 argument".to_owned());
    };
    keys.iter().try_fold(first.clone(), |value, key| match (&value, key) {
        (Datum::Map(labels), Datum::Text(name)) => Ok(Datum::Text(labels.get(name).cloned().unwrap_or_default())),
        (_, Datum::Integer(place)) => element(&value, usize::try_from(*place).map_err(|_| "the place is negative")?),
        _ => Err(format!("{} has no place {}", value.kind(), key.kind())),
    })
}

fn element(list: &Datum, place: usize) -> Result<Datum> {
    match list {
        Datum::List(elements) => elements.get(place).cloned().ok_or_else(|| "the list has too few elements".to_owned()),
        other => Err(format!("a list was expected, not {}", other.kind())),
    }
}

fn replace_all(_: &Filling<'_>, given: &[Datum]) -> Result<Datum> {
    let [pattern, replacement, text] = given else {
        return Err(format!("takes 3 arguments, not {}", given.len()));
    };
    let (regex, replacement, text) = (compile_regex(pattern.text()?)?, replacement.text()?, text.text()?);
    let mut made = String::new();
    let mut copied = 0;
    for groups in regex.captures_iter(text) {
        let Some(whole) = groups.get_match() else { continue };
        made.push_str(text.get(copied..whole.start()).unwrap_or_default());
        interpolate::string(
            replacement,
            |group, made| made.push_str(groups.get_group(group).and_then(|span| text.get(span.range())).unwrap_or("")),
            |name| regex.group_info().to_index(whole.pattern(), name),
            &mut made,
        );
        copied = whole.end();
        if made.len() > TEXT_BYTES_MAX {
            return Err(format!("the text would be longer than {TEXT_BYTES_MAX} bytes"));
        }
    }
    made.push_str(text.get(copied..).unwrap_or_default());
    Ok(Datum::Text(made))
}

/// A text that is made may be this long.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// All together, blanks between what is no text.
fn print(given: &[Datum]) -> Result<String> {
    let mut written = String::new();
    let mut before_is_text = true;
    for (place, each) in given.iter().enumerate() {
        let is_text = matches!(each, Datum::Text(_));
        if place > 0 && !is_text && !before_is_text {
            written.push(' ');
        }
        written.push_str(&each.print()?);
        before_is_text = is_text;
    }
    Ok(written)
}

/// Every word with a capital.
fn title(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut in_word = false;
    for each in text.chars() {
        if in_word {
            made.push(each)
        } else {
            made.extend(each.to_uppercase())
        }
        in_word = each.is_alphanumeric() || matches!(each, '_' | '\'');
    }
    made
}

/// `host:port` apart; the port with its colon.
fn split_port(address: &str) -> (&str, &str) {
    match address.rsplit_once(':') {
        Some((host, _)) if !host.contains(':') || (host.starts_with('[') && host.ends_with(']')) => {
            (host.trim_start_matches('[').trim_end_matches(']'), &address[host.len()..])
        }
        _ => (address, ""),
    }
}

/// The first part of a name; an address stays.
fn strip_domain(address: &str) -> String {
    let (host, port) = split_port(address);
    if host.parse::<std::net::IpAddr>().is_ok() {
        return address.to_owned();
    }
    format!("{}{port}", host.split('.').next().unwrap_or(host))
}

fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.find('/').map_or("", |slash| after_scheme[slash..].trim_end_matches('/'))
}

fn link(_: &Filling<'_>, given: &[Datum], tab: u8) -> Result<Datum> {
    let expression = escape_url(one(given)?.text()?);
    Ok(Datum::Text(format!("/graph?g0.expr={expression}&g0.tab={tab}")))
}

fn escape_url(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => made.push(char::from(byte)),
            b' ' => made.push('+'),
            _ => {
                let _ = write!(made, "%{byte:02X}");
            }
        }
    }
    made
}

fn escape_html(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for each in text.chars() {
        match each {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&#34;"),
            '\'' => made.push_str("&#39;"),
            _ => made.push(each),
        }
    }
    made
}
