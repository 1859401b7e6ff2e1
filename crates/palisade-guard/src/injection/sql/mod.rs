//! SQL that leaves the value it is written in.
//!
//! **What it finds.** Values that end a string, a number or a parenthesis and go on as SQL: conditions that are always
//! true, joined results, second statements, comments that cut off the rest, waiting, and counting of columns. The text
//! is taken apart into tokens, from its start and from after each quote, and their sequence is judged.
//!
//! **Why it matters.** A value that is put into a statement can read, change or delete what it was not asked for.
//!
//! **Example.** `x' OR 'a'='a`
//!
//! A whole statement, as somebody writes to a database tool, is left alone. In the middle of other text a break-out is
//! told with less confidence, since documentation shows such text too; to allow it there, allow the class by field.

mod judge;
mod lexer;

use super::place::line_around;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use judge::{BreakOut, Verdict, judge};
use lexer::{Kind, Token, tokens};
use palisade_model::Severity;

pub(crate) static SQL: Detector = Detector {
    class: "guard.injection.sql",
    version: "1",
    severity: Severity::High,
    title: "SQL injection",
    remediation: "Pass values to the database as parameters, never as part of the statement.",
    references: &["CWE-89", "OWASP-LLM05"],
    finds: Finds::Places {
        needles: &[
            b"' or",
            b"'or",
            b"\" or",
            b"\"or",
            b")or",
            b") or",
            b"or(",
            b"or'",
            b"or\"",
            b"*/or",
            b"or 0",
            b"or 1",
            b"or 2",
            b"or 3",
            b"or 4",
            b"or 5",
            b"or 6",
            b"or 7",
            b"or 8",
            b"or 9",
            b"and 0",
            b"and 1",
            b"xp_",
            b"randomblob",
            b"xor ",
            b"' and",
            b"'and",
            b"\"and",
            b"and(",
            b"and'",
            b"*/and",
            b"||",
            b"&&",
            b"union ",
            b"order by",
            b"group by",
            b"having ",
            b"waitfor",
            b"sleep(",
            b"benchmark(",
            b"'--",
            b"' --",
            b"\"--",
            b"\" --",
            b")--",
            b"'#",
            b"' #",
            b"\"#",
            b"'/*",
            b"';",
            b"\";",
            b"'='",
            b"'=",
            b"procedure",
            b"outfile",
            b"dumpfile",
            b"xp_",
            b"load_file",
            b"exec ",
            b"; drop",
            b";drop",
            b"';",
            b"; select",
            b";select",
            b"')",
            b"\")",
            b"select ",
        ],
        confirm,
    },
};

/// Quotes that are tried as the end of a value; payloads end it with one of the first.
const QUOTES_MAX: usize = 4;

/// More words than these before a break-out are prose.
const WORDS_BEFORE_MAX: usize = 2;

/// What documentation shows among other text is told, but not blocked.
const AMONG_OTHER_TEXT: f64 = 0.65;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if ends_word(view.bytes(), at) || closes_call(&view.bytes()[at..]) {
        return Outcome::Clean { until: at + 1 };
    }
    let line = line_around(view, at);
    let text = view.slice(line.range.clone());
    let until = line.range.end.max(at + 1);
    let candidates = bare(text).into_iter().chain(after_quotes(text));
    let weighed = candidates.map(|(sure, offset, why)| (weigh(sure, &text[..offset], line.alone), offset, why));
    let best = weighed.filter(|(sure, ..)| *sure > 0.0).max_by(|one, other| one.0.total_cmp(&other.0));
    let Some((sure, offset, why)) = best else { return Outcome::Clean { until } };
    let span = line.range.start + offset..line.range.end;
    let hit = Hit::text(span, None, sure, why).until(until);
    Outcome::Found(if sure < 0.7 { hit.rated(Severity::Medium) } else { hit })
}

/// True when the `or` or `and` of a needle is the end of a word, as in `"author"`.
fn ends_word(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b'o' | b'O' | b'a' | b'A') && at > 0 && bytes[at - 1].is_ascii_alphabetic()
}

/// True when `rest` begins with the end of a string and of a call, behind which nothing stands that SQL goes on with;
/// every second line of code has that.
fn closes_call(rest: &[u8]) -> bool {
    let [b'"' | b'\'', b')', rest @ ..] = rest else { return false };
    let skip = |rest: &[u8], signs: &[u8]| rest.iter().take(16).take_while(|byte| signs.contains(byte)).count();
    let rest = &rest[skip(rest, b") \t")..];
    match rest {
        [b';' | b',', rest @ ..] => {
            let next = rest.get(skip(rest, b" \t"));
            next.is_none_or(|byte| !byte.is_ascii_alphabetic() && !b"-#/(".contains(byte))
        }
        [first, ..] => matches!(first, b'\n' | b'\r' | b'.' | b'?' | b'{' | b'}' | b']' | b':' | b'!' | b'"' | b'`'),
        [] => true,
    }
}

/// How sure it is after `before`, the part of the line in front of it; zero when that shows code in quotes.
fn weigh(sure: f64, before: &str, alone: bool) -> f64 {
    let prose = before.split_ascii_whitespace().count() > WORDS_BEFORE_MAX;
    let code = before.contains(['(', '[', '{', '#', '!', '\\', '`']) || before.contains("= ") || before.contains("//");
    match (alone && !prose && !code, sure) {
        (true, _) => sure,
        (false, 0.93..) => sure * AMONG_OTHER_TEXT,
        (false, _) => 0.0,
    }
}

/// Where a break-out begins, how sure it is one, and what it does.
type Found = (f64, usize, &'static str);

fn after_quotes(text: &str) -> impl Iterator<Item = Found> {
    // Only bytes of ASCII are looked for, so every place is a boundary.
    let quotes = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'\'' | b'"'));
    quotes.take(QUOTES_MAX).filter_map(|(place, _)| {
        let (sure, why) = judge(&tokens(&text[place + 1..]), BreakOut::Quote)?;
        Some((sure, place, why))
    })
}

/// From the start of the value, of a parameter in it, or after what it opens with.
fn bare(text: &str) -> Option<Found> {
    let parameter = text.bytes().take_while(|byte| !byte.is_ascii_whitespace()).position(|byte| byte == b'=');
    let start = parameter.map_or(0, |place| place + 1);
    [0, start].into_iter().find_map(|start| {
        let all = tokens(&text[start..]);
        let (sure, why) = bare_verdict(&all)?;
        Some((sure, start, why))
    })
}

fn bare_verdict(all: &[Token<'_>]) -> Verdict {
    let first = all.first()?;
    let sign = usize::from(first.is_any(&["-", "+"]));
    let value = all.get(sign)?;
    if !first.is_any(&["+", "-", "*", "/", "=", "<", ">", "%", "!", "&", "|"])
        && let Some(verdict) = judge(all, BreakOut::Bare)
    {
        return Some(verdict);
    }
    let next = all.get(sign + 1)?;
    let opens = match value.kind {
        Kind::Number | Kind::Variable | Kind::Close => true,
        // A name may be compared or counted; it is the value only where a word of logic follows it.
        Kind::Word => {
            sign == 0
                && next.kind == Kind::Word
                && !value.is_any(&["select", "if", "where", "while", "elif", "assert", "return"])
        }
        _ => false,
    };
    opens.then(|| judge(&all[sign + 1..], BreakOut::Bare)).flatten()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn sql() {
        check(
            "guard.injection.sql",
            &[
                ("x' OR 'a'='a", 1..12),
                ("7 or 2=2", 0..8),
                ("7) union all select name from staff", 0..35),
                ("anna'--", 4..7),
                ("x\"; drop table staff --", 1..23),
            ],
            &[
                "select name from staff where id = 3 order by name",
                "Bring bread or 2 cakes, and don't forget the milk.",
                "if a == 1 or b == 2:",
                "The union selected its chair and the group went home.",
                "it's the boss' -- and nobody else's",
            ],
        );
    }
}
