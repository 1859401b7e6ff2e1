//! Operators of a document database where a plain value should be.
//!
//! **What it finds.** MongoDB's operators as members (`{"$ne": null}`), as brackets of a parameter (`user[$gt]=`), after
//! the end of a string (`', $or: [`), code in `$where`, and JavaScript that leaves the string it is put into.
//!
//! **Why it matters.** Put into a query unchecked, an operator makes it match what it should not, or runs code (CWE-943).
//!
//! **Example.** `user[$ne]=x&password[$ne]=x`
//!
//! A query that compares an ordinary field is told with less confidence, since tools for databases are given such. To
//! allow it, allow the class for their field.

use super::standing::{found, is_value};
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static NOSQL: Detector = Detector {
    class: "guard.injection.nosql",
    version: "1",
    severity: Severity::High,
    title: "Injection into a query of a document database",
    remediation: "Accept plain values only: check their type, and refuse members that begin with a dollar sign.",
    references: &["CWE-943", "OWASP-LLM05"],
    finds: Finds::Places {
        needles: &[
            b"$where",
            b"$ne",
            b"$eq",
            b"$gt",
            b"$lt",
            b"$in",
            b"$nin",
            b"$regex",
            b"$or",
            b"$and",
            b"$nor",
            b"$exists",
            b"$expr",
            b"$function",
            b"$accumulator",
            b"$comment",
            b"&exists",
            b"&& this.",
            b"&&this.",
            b"|| this.",
            b"||this.",
            b";return",
            b"; return",
            b";sleep(",
            b"; sleep(",
            b";while(",
            b"; while(",
            b";do{",
            b";do {",
            b";var ",
            b"; var ",
            b"; db.",
            b";db.",
            b";$foo}",
            b"\\/$[].>",
            b"$func\"",
            b";it=new",
        ],
        confirm,
    },
};

/// Operators that compare, and those that are given code or conditions.
const OPERATORS: [&str; 20] = [
    "$accumulator",
    "$ne",
    "$eq",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$regex",
    "$exists",
    "$or",
    "$and",
    "$nor",
    "$not",
    "$where",
    "$expr",
    "$function",
    "$func",
    "$comment",
];

/// Bytes before an operator, or before code, that are read.
const BEFORE_BYTES_MAX: usize = 48;

/// Bytes of what an operator is given that are read.
const OPERAND_BYTES_MAX: usize = 48;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let verdict = if !is_value(view) {
        None
    } else if matches!(bytes[at], b'\\') || bytes[at..].starts_with(b";$") {
        Some(("Signs are tried that end a string, a filter or a block.", 0.85, bytes.len()))
    } else if matches!(bytes[at], b'$') {
        operator(bytes, at)
    } else if bytes[at..].starts_with(b"&exists") {
        (before(bytes, at).ends_with(b"{\"")).then_some(("An operator stands where a value should.", 0.82, at + 7))
    } else {
        code(bytes, at)
    };
    match verdict {
        Some((why, sure, end)) => found(view, at..end, sure, why),
        None => Outcome::Clean { until: at + 1 },
    }
}

fn before(bytes: &[u8], at: usize) -> &[u8] {
    &bytes[at.saturating_sub(BEFORE_BYTES_MAX)..at]
}

/// Why, how sure, and where it ends.
type Verdict = Option<(&'static str, f64, usize)>;

fn operator(bytes: &[u8], at: usize) -> Verdict {
    let length = 1 + bytes[at + 1..].iter().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = &bytes[at..at + length];
    if !OPERATORS.iter().any(|operator| operator.as_bytes() == name) {
        return None;
    }
    let (head, rest) = (before(bytes, at), &bytes[at + length..]);
    let end = at + length;
    if head.ends_with(b"[") && rest.starts_with(b"]") {
        let assigned = [&b"]="[..], b"][]=", b"]["].iter().any(|next| rest.starts_with(next)) || rest == b"]";
        return assigned.then_some(("An operator stands in the name of a parameter.", 0.9, end + 1));
    }
    let runs = name == b"$where" || name.starts_with(b"$func") || name == b"$accumulator";
    if bytes.trim_ascii().len() == length {
        return Some(("The name of an operator stands where a plain name should.", if runs { 0.85 } else { 0.6 }, end));
    }
    let quote = head.last().copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let head = quote.map_or(head, |_| &head[..head.len() - 1]).trim_ascii_end();
    let rest = quote.map_or(Some(rest), |quote| rest.strip_prefix(&[quote]))?.trim_ascii_start();
    let operand = rest.strip_prefix(b":")?.trim_ascii_start();
    let operand = &operand[..operand.len().min(OPERAND_BYTES_MAX)];
    // Anything else is the syntax of another language, as in `$name:type`.
    if !operand.first().is_some_and(|byte| byte.is_ascii_digit() || b"'\"{[/-ntfu".contains(byte)) {
        return None;
    }
    let why =
        if runs { "Code stands in the condition of a query." } else { "An operator stands where a value should." };
    let selects = matches!(name, b"$gt" | b"$gte" | b"$ne" | b"$regex") && selects_all(head, operand, name);
    Some((why, if selects { 0.85 } else { weigh(head, operand, runs, bytes) }, end))
}

/// A comparison that every value passes: with nothing, or of an id with what no id is.
fn selects_all(head: &[u8], operand: &[u8], name: &[u8]) -> bool {
    let nothing = [&b"\"\""[..], b"''", b"null", b"undefined"].iter().any(|value| operand.starts_with(value));
    let lower = head.to_ascii_lowercase();
    let of_id = [&b"id\":{"[..], b"id\": {", b"id':{", b"id:{", b"id: {"].iter().any(|end| lower.ends_with(end));
    // That something is there at all is asked with `$ne` and `null`.
    nothing && name.starts_with(b"$gt") || of_id && (nothing || operand.starts_with(b"-1"))
}

fn weigh(head: &[u8], operand: &[u8], runs: bool, all: &[u8]) -> f64 {
    let comma = head.strip_suffix(b",").map(<[u8]>::trim_ascii_end);
    let leaves = comma.is_some_and(|value| {
        value.len() < 8 && !value.starts_with(b"{") || value.ends_with(b"]") && value.starts_with(b"'")
    });
    let called = memchr::memmem::find(all, b"find").is_some() || memchr::memmem::find(all, b"aggregate").is_some();
    let whole = head.is_empty() || head == b"{" || head.ends_with(b"={");
    let has_body =
        runs && (memchr::memmem::find(all, b"body").is_some() || memchr::memmem::find(all, b"function(").is_some());
    let lower = head.to_ascii_lowercase();
    let holds =
        |text: &[u8], words: &[&str]| words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some());
    let secret = ["pass", "pwd", "token", "pin\"", "otp", "secret"];
    // Names and addresses are asked for every day, but not beside a password.
    let named = holds(&lower, &["name", "mail", "code"]) && holds(&all.to_ascii_lowercase(), &secret);
    let login = lower.ends_with(b"{") && (named || holds(&lower, &secret) || holds(&lower, &["user", "login"]));
    let idle = [
        &b"null"[..],
        b"\"\"",
        b"''",
        b"0",
        b"1",
        b"-1",
        b"undefined",
        b"true",
        b"\".*",
        b"'.*",
        b"\"^",
        b"{}",
        b"[{}",
    ];
    // Whoever may do everything, whatever the name is.
    let privileged = ["\"admin\"", "\"root\"", "'admin'", "'root'"];
    let always =
        operand.starts_with(b"[") && holds(operand, &privileged) || idle.iter().any(|value| operand.starts_with(value));
    if called {
        0.4
    } else if leaves {
        0.88
    } else if has_body
        || runs && operand.first().is_some_and(|byte| matches!(byte, b'\'' | b'"' | b'f'))
        || login && (always || operand.starts_with(b"\""))
    {
        0.86
    } else if whole && always {
        0.85
    } else {
        0.45
    }
}

/// JavaScript after the end of a string or a number.
fn code(bytes: &[u8], at: usize) -> Verdict {
    if at > BEFORE_BYTES_MAX {
        return None;
    }
    let head = bytes[..at].trim_ascii();
    // The value of a parameter.
    let sign = memchr::memrchr(b'=', head).filter(|_| head.starts_with(b"?"));
    let head = sign.map_or(head, |sign| &head[sign + 1..]);
    // A line of a program that goes on.
    if head.is_empty() && at > 1 {
        return None;
    }
    let rest = bytes[at..].to_ascii_lowercase();
    let short = head.iter().filter(|byte| byte.is_ascii_whitespace()).count() < 3;
    let plain = head.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let after_plain = &head[plain..];
    let quoted = matches!(after_plain, [b'\'' | b'"'] | [b'\'' | b'"', b')' | b'}' | b';']);
    let number = !head.is_empty() && head.iter().all(u8::is_ascii_digit);
    let logic = matches!(rest[0], b'&' | b'|')
        && (quoted || head.is_empty())
        && (rest.iter().any(|byte| b"(=!<>".contains(byte)) || rest.ends_with(b"\0") || rest.ends_with(b"%00"));
    let calls =
        [&b";return"[..], b"; return", b";sleep(", b"; sleep(", b";it=new"].iter().any(|call| rest.starts_with(call));
    // A loop that never ends, a statement of the database, and a variable that takes up what is left of a string.
    let does = ["while(", "do{", "do {", "db.", "var "]
        .iter()
        .any(|word| rest[1..].trim_ascii_start().starts_with(word.as_bytes()));
    let works =
        ["date(", "while(", "db.", "'", "\""].iter().any(|part| memchr::memmem::find(&rest, part.as_bytes()).is_some());
    let ended = head.is_empty() || quoted || number || matches!(head, [b'\'' | b'"']);
    let returns = rest[0] == b';'
        && (calls && (quoted || number || ended && !head.is_empty()) || does && works && ended && !head.is_empty());
    (short && (logic || returns)).then_some(("Code follows the end of a string or a number.", 0.84, bytes.len()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn nosql() {
        check(
            "guard.injection.nosql",
            &[
                ("user[$ne]=x", 5..9),
                ("{\"password\": {\"$gt\": \"\"}}", 15..18),
                ("{$ne: 1}", 1..4),
                ("x', $or: [ {}, {'a': 'b", 4..7),
                ("$where: 'this.a == this.b'", 0..6),
                ("a' && this.secret.match(/x/)//", 3..30),
                ("7;return true", 1..13),
                ("';while(true){}//", 1..17),
                ("{\"_id\":{\"$gt\":null}}", 9..12),
                ("{\"user\":{\"$in\":[\"admin\",\"root\"]}}", 10..13),
            ],
            &[
                "Set $next to $index, and $order to ascending.",
                "The price in $ne or $gt is not given",
                "cd $in; ls $out",
                "x = a; return b",
            ],
        );
    }
}
