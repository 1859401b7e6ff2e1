//! SQL that leaves the value it is written in.
//!
//! **What it finds.** Values that end a string, a number or a parenthesis and go on as SQL: conditions that are always
//! true, joined results, second statements, comments that cut off the rest, waiting, and counting of columns. The text
//! is taken apart into tokens, from its start and from after each quote, and their sequence is judged; also the values
//! of a query, of JSON and of XML by themselves. Quotes may be those of a word processor.
//!
//! **Why it matters.** A value that is put into a statement can read, change or delete what it was not asked for.
//!
//! **Example.** `x' OR 'a'='a`
//!
//! A whole statement, as somebody writes to a database tool, is left alone. In the middle of other text a break-out is
//! told with less confidence, since documentation shows such text too; to allow it there, allow the class by field.

mod clause;
mod condition;
mod expression;
mod gate;
mod judge;
mod lexer;
mod needles;
mod probe;
mod roles;
mod statement;
mod typographic;
mod vocabulary;
mod words;

use super::embedded;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use judge::{BreakOut, START_TOKENS, Verdict, begins_as_prose, judge, judge_bare};
use lexer::Lexer;
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static SQL: Detector = Detector {
    class: "guard.injection.sql",
    version: "2",
    severity: Severity::High,
    title: "SQL injection",
    remediation: "Pass values to the database as parameters, never as part of the statement.",
    references: &["CWE-89", "OWASP-LLM05"],
    finds: Finds::Places { needles: needles::NEEDLES, confirm },
};

/// A value longer than this is a document, in which code is quoted rather than smuggled.
const VALUE_BYTES_MAX: usize = 2048;

/// In a value as short as this, the end of a line is a blank like any other.
const SHORT_VALUE_BYTES_MAX: usize = 192;

/// Payloads do their work early; what stands further off does not change the judgement.
const WINDOW_BEFORE_BYTES_MAX: usize = 256;
const WINDOW_AFTER_BYTES_MAX: usize = 1024;

/// Among other text nothing is blocked, so that one look in as many bytes is enough, however many needles there are.
const STRIDE_BYTES: usize = 96;

/// Quotes that are tried as the end of a value; payloads end it with one of the first.
const QUOTES_MAX: usize = 3;

/// After a typographic quote, only a verdict as sure as this counts.
const CERTAIN_TYPOGRAPHIC: f64 = 0.9;

/// More words than these before a break-out are prose.
const WORDS_BEFORE_MAX: usize = 2;

/// What documentation shows among other text is told, but not blocked.
const AMONG_OTHER_TEXT: f64 = 0.65;

/// Less sure than this, a message is searched for the values that it carries.
const HIGH_MIN: f64 = 0.8;

/// Less sure than this, what stands between tags is text of a page.
const IN_MARKUP_MIN: f64 = 0.88;

/// A verdict as sure as this is told among other text as well.
const CERTAIN: f64 = 0.93;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if !gate::worth_a_look(bytes, at) {
        return Outcome::Clean { until: 0 };
    }
    let (range, alone) = region(view, at);
    let text = &bytes[range.clone()];
    view.spend(text.len());
    let stride = if alone { 1 } else { STRIDE_BYTES };
    let until = range.end.max(at + 1);
    let mut best: Option<Found> = None;
    each_candidate(text, &mut |(sure, offset, why)| {
        let sure = weigh(sure, &text[..offset], alone);
        if sure > best.map_or(0.0, |(best, ..)| best) {
            best = Some((sure, offset, why));
        }
    });
    if alone && best.is_none_or(|(sure, ..)| sure < HIGH_MIN) {
        for value in embedded::values(text) {
            each_candidate(&text[value.clone()], &mut |(sure, offset, why)| {
                let sure = weigh(sure, &text[value.start..value.start + offset], alone);
                // Pages show signs between quotes.
                let sure = if text[0] == b'<' && sure < IN_MARKUP_MIN { 0.0 } else { sure };
                if sure > best.map_or(0.0, |(best, ..)| best) {
                    best = Some((sure, value.start + offset, why));
                }
            });
        }
    }
    let Some((sure, offset, why)) = best else {
        return Outcome::Clean { until: until.max(at + stride) };
    };
    // A line of a program or a list.
    let sure = if is_indented(bytes, range.start) { sure * AMONG_OTHER_TEXT } else { sure };
    let hit = Hit::text(range.start + offset..range.end, None, sure, why).until(until);
    Outcome::Found(if sure < 0.7 { hit.rated(Severity::Medium) } else { hit })
}

/// Several blanks stand before `start`, at the beginning of its line.
fn is_indented(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[..start];
    before.ends_with(b"    ") || before.ends_with(b"\t")
}

/// What is judged for the needle at `at`, and whether it is all that the text says: the line, or a short value.
fn region(view: &View<'_>, at: usize) -> (Range<usize>, bool) {
    let bytes = view.bytes();
    if bytes.len() <= SHORT_VALUE_BYTES_MAX {
        let end = bytes.trim_ascii_end().len();
        let start = (bytes.len() - bytes.trim_ascii_start().len()).min(at);
        return (start..end.max(at + 1), true);
    }
    let lowest = view.floor(at.saturating_sub(WINDOW_BEFORE_BYTES_MAX));
    let highest = view.floor(bytes.len().min(at.saturating_add(WINDOW_AFTER_BYTES_MAX)));
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[lowest..at]).map_or(lowest, |gap| lowest + gap + 1);
    // The needle itself may begin with the end of a line.
    let from = (at + 1).min(highest);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[from..highest]).map_or(highest, |gap| from + gap);
    let blank = |part: &[u8]| part.iter().all(u8::is_ascii_whitespace);
    let alone = bytes.len() <= VALUE_BYTES_MAX && blank(&bytes[..start]) && blank(&bytes[end..]);
    (start..end, alone)
}

/// How sure it is after `before`, the part of the line in front of it; zero when that shows code in quotes.
fn weigh(sure: f64, before: &[u8], alone: bool) -> f64 {
    let prose = before.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() > WORDS_BEFORE_MAX;
    // A backslash that stands before the quote takes an escape away.
    let before = before.strip_suffix(b"\\").unwrap_or(before);
    let in_comment = before.trim_ascii_end().ends_with(b"/*");
    let code = before.starts_with(b"return ")
        || before.iter().any(|byte| b"([{#!\\`".contains(byte))
        || before.windows(2).any(|pair| pair == b"= " || pair == b"//");
    match (alone && !prose && (!code || in_comment), sure) {
        (true, _) => sure,
        (false, CERTAIN..) => sure * AMONG_OTHER_TEXT,
        (false, _) => 0.0,
    }
}

/// Where a break-out begins, how sure it is one, and what it does.
type Found = (f64, usize, &'static str);

/// Gives what `text` does to `visit`: from its start, from a parameter in it, and after each of its first quotes.
fn each_candidate(text: &[u8], visit: &mut dyn FnMut(Found)) {
    let mut lexer = Lexer::new();
    let mut give = |start: usize, verdict: Verdict| {
        if let Some((sure, why)) = verdict {
            visit((sure, start, why));
        }
    };
    // A value in quotes has to be left first.
    if !matches!(text.first(), Some(b'\'' | b'"')) && !begins_as_prose(lexer.first_tokens(text, START_TOKENS)) {
        give(0, judge_bare(lexer.tokens(text)));
    }
    let first_word = text.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    if let Some(equals) = memchr::memrchr(b'=', &text[..first_word]) {
        give(equals + 1, judge_bare(lexer.tokens(&text[equals + 1..])));
    }
    // Only bytes of ASCII are looked for, so every place is a boundary.
    let quotes = memchr::memchr3_iter(b'\'', b'"', b'`', text).filter(|place| gate::after_quote(&text[place + 1..]));
    for place in quotes.take(QUOTES_MAX) {
        let tokens = lexer.tokens(&text[place + 1..]);
        give(place, judge(tokens, BreakOut::Quote).filter(|(sure, _)| is_plausible(&text[place..], *sure)));
    }
    if !text.is_ascii() {
        for place in typographic::places(text).take(QUOTES_MAX) {
            let after = place + typographic::quote(&text[place..]).unwrap_or(1);
            // An apostrophe of prose is followed by letters, and words of logic by prose.
            let cautious = |(sure, _): &(f64, &str)| *sure >= CERTAIN_TYPOGRAPHIC;
            give(place, judge(lexer.tokens(&text[after..]), BreakOut::Quote).filter(cautious));
        }
    }
}

/// What begins with the quote that `text` does could be meant for a database: Markdown has backticks and Rust has `"#`.
fn is_plausible(text: &[u8], sure: f64) -> bool {
    match text {
        [b'`', ..] => sure > 0.9,
        [b'"', b'#', ..] => sure > 0.85,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const CLASS: &str = "guard.injection.sql";

    #[test]
    fn values_that_end_a_string() {
        check(
            CLASS,
            &[
                ("x' OR 'a'='a", 1..12),
                ("anna'--", 4..7),
                ("x\"; drop table staff --", 1..23),
                ("anna' group by staff.name having 3=3--", 4..38),
                ("anna' exec sp_addlogin 'eve'--", 4..30),
                ("x' || (select version()) || '", 1..29),
                ("x') or ('q'='q", 1..14),
                ("9', null) /*", 1..12),
                ("anna' and ascii(substr(user(),2,1))>70#", 4..39),
                ("%' rlike '.", 1..11),
                ("x'\nor\n'b'='b", 1..12),
                ("x\u{2019} or \u{2018}1\u{2019}=\u{2019}1", 0..20),
                ("x' or ' 2=2", 1..11),
                ("x';set global a='b'--", 1..21),
                ("x';prepare q from @q;execute q;--", 1..33),
            ],
            &[
                "it's the boss' -- and nobody else's",
                "print('a' or 'b', 'c')",
                "let joined = 'first' + ' or ' + 'second';",
                "'yes' or 'no'",
                "It's like 'a walk in the park', and not more.",
            ],
        );
    }

    #[test]
    fn values_that_need_no_quote() {
        check(
            CLASS,
            &[
                ("7 or 2=2", 0..8),
                ("7) union all select name from staff", 0..35),
                ("7 and sleep(9)", 0..14),
                ("7;drop table staff", 0..18),
                ("page=7 order by 12--", 5..20),
                ("7 and 3 between 2 and 4", 0..23),
                ("7/**/or/**/2=2", 0..14),
                ("7 waitfor delay '0:0:9'", 0..23),
                ("7 and 3=cast((select user()) as int)", 0..36),
                ("benchmark(9000000,md5(7))", 0..25),
                ("(select case when (3=3) then 1 else 2 end)", 0..42),
                ("7 or staff_id > 0", 0..17),
                ("7 or 7", 0..6),
                ("7 or not 0", 0..10),
                ("name;select pg_sleep(9)", 0..23),
                ("age desc,(select sleep(9))", 0..26),
                ("7-0*(select 3)", 0..14),
                ("7.0union select 3", 0..17),
                ("7,8); drop table staff--", 0..24),
            ],
            &[
                "Bring bread or 2 cakes, and don't forget the milk.",
                "if a == 1 or b == 2:",
                "and len(rows) == 4",
                "The union selected its chair and the group went home.",
                "2 or 3 = a crowd",
                "1 or 2",
                "Union Select Club",
                "union and union all compared",
                "group by 1",
                "The boss\u{2019}s car or \u{2018}the bus\u{2019}",
            ],
        );
    }

    #[test]
    fn values_within_messages() {
        check(
            CLASS,
            &[
                ("{\"id\":\"7' or 'a'='a\"}", 8..21),
                ("<id>7 union select a, b from c</id>", 4..35),
                ("GET /list?id=7 and 7=7 union select a, b HTTP/1.1", 13..49),
                ("user=anna'--&lang=en", 9..20),
            ],
            &["{\"name\":\"O'Neil\",\"text\":\"this or that\"}", "<p>It's <code>'!='</code></p>"],
        );
    }

    #[test]
    fn whole_statements() {
        check(
            CLASS,
            &[
                ("exec master..xp_cmdshell 'whoami'", 0..33),
                ("select pg_sleep(9)", 0..18),
                ("declare @s varchar(99) select @s=0x73656c65637420373773 exec(@s)", 0..64),
            ],
            &[
                "select name from staff where id = 3 order by name",
                "INSERT INTO staff (name, age) VALUES ('Anna', 41);",
                "UPDATE staff SET age = 42 WHERE name = 'Anna' AND left_on IS NULL;",
                "create table staff (id integer primary key, name text not null); -- people",
                "SELECT count(*) FROM orders GROUP BY day HAVING count(*) > 5 UNION ALL SELECT 0",
                "select * from a where a.id = 7 or a.name = 'x'",
            ],
        );
    }
}
