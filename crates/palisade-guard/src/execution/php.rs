//! PHP where data was expected.
//!
//! **What it finds.** Calls that run commands or code on variables of the request; short values that are PHP with such
//! a call; calls of a command that are all of a value; `{${…}}` interpolation that calls a function; stream wrappers
//! (`php://filter`, `expect://`, `phar://`) in values that are paths.
//!
//! **Why it matters.** Evaluated or included by a program it runs as its own code (CWE-94, CWE-98).
//!
//! **Example.** `<?php system($_GET['c']);`
//!
//! PHP source files are left alone. To allow PHP in a field, allow this class for that field.

use super::{
    commands::{self, Strength},
    setting::{Around, in_backticks, in_sentence, is_value, sure},
    words,
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static PHP: Detector = Detector {
    class: "guard.injection.php",
    version: "1",
    severity: Severity::High,
    title: "PHP code in a value",
    remediation: "Do not evaluate or include what comes from outside.",
    references: &["CWE-94", "CWE-95", "CWE-98"],
    finds: Finds::Places {
        needles: &[
            b"<?php",
            b"<?=",
            b"<? ",
            b"$_get",
            b"$_post",
            b"$_request",
            b"$_cookie",
            b"$_server",
            b"phpinfo(",
            b"{${",
            b"${@",
            b"system(",
            b"passthru(",
            b"shell_exec(",
            b"exec(",
            b"eval(",
            b"popen(",
            b"php://",
            b"expect://",
            b"phar://",
            b"zip://",
            b"data://",
            b"data:text/plain;base64",
            b"base64_decode(",
        ],
        confirm,
    },
};

/// Bytes of code that are read after its beginning.
const CODE_BYTES_MAX: usize = 300;

/// Functions that run commands or code, include files or tell about the server.
static DANGEROUS: [&str; 19] = [
    "system(",
    "exec(",
    "passthru(",
    "shell_exec(",
    "popen(",
    "proc_open(",
    "pcntl_exec(",
    "eval(",
    "assert(",
    "create_function(",
    "phpinfo(",
    "base64_decode(",
    "file_get_contents(",
    "file_put_contents(",
    "fopen(",
    "readfile(",
    "move_uploaded_file(",
    "call_user_func(",
    "highlight_file(",
];

/// Functions that run what they are given.
static RUNNING: [&str; 11] = [
    "system(",
    "exec(",
    "passthru(",
    "shell_exec(",
    "popen(",
    "proc_open(",
    "eval(",
    "assert(",
    "include(",
    "call_user_func(",
    "create_function(",
];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let rest = &view.bytes()[at..];
    let found = match rest.first() {
        Some(b'<') => code(view, at),
        Some(b'$') if rest.starts_with(b"$_") => request_variable(view, at),
        Some(b'{' | b'$') => interpolation(view, at),
        _ if rest.iter().take(12).any(|byte| *byte == b'(') => call(view, at),
        _ => wrapper(view, at),
    };
    found.map_or(Outcome::Clean { until: at + 2 }, Outcome::Found)
}

/// `<?php` with a dangerous call, in a text that is too short to be a source file.
fn code(view: &View<'_>, at: usize) -> Option<Hit> {
    if !is_value(view) {
        return None;
    }
    let around = Around::new(view, at, 0, CODE_BYTES_MAX);
    let calls = around.has(&DANGEROUS) || around.text.contains('`') || includes(&around.text);
    let fed = around.has(&["$_get", "$_post", "$_request", "$_cookie"]);
    let short = !around.text.contains('\n');
    let confidence = match (calls, fed) {
        (true, true) => 0.95,
        (true, false) if short => 0.88,
        (true, false) => 0.6,
        (false, true) if short => 0.6,
        _ => return None,
    };
    let span = at..around.end();
    let confidence = if in_backticks(view, &span) { 0.6 } else { confidence };
    Some(Hit::text(span, None, confidence, "PHP code that runs commands or code."))
}

/// True when `text`, in lower case, includes what is no file beside it: a variable, a URL, a file of the system.
fn includes(text: &str) -> bool {
    let place = |after: &str| {
        let after = after.trim_start_matches("_once").trim_start_matches([' ', '(', '@']);
        let literal = after.trim_start_matches(['"', '\'']);
        let beside =
            literal.len() < after.len() && literal.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let elsewhere = literal.contains("://") || literal.contains("data:");
        !after.is_empty() && (!beside || elsewhere)
    };
    ["include", "require"].iter().any(|name| {
        let mut calls = text.match_indices(name).map(|(at, _)| &text[at + name.len()..]);
        calls.any(|after| after.starts_with([' ', '(', '_']) && place(after))
    })
}

/// A request variable as the argument of a call that runs it, or as the name of the function that is called.
fn request_variable(view: &View<'_>, at: usize) -> Option<Hit> {
    let around = Around::new(view, at, 40, 80);
    let before = around.text[..around.at].trim_end_matches(['@', ' ', '"', '\'', '{', '(']);
    let opened = around.text[..around.at].trim_end_matches(['@', ' ', '"', '\'', '{']).ends_with('(');
    let name: String = RUNNING
        .iter()
        .find(|call| before.ends_with(call.trim_end_matches('(')))
        .map_or(String::new(), |call| (*call).to_owned());
    let after = &around.text[around.at..];
    let bracket = after.find(['[', '{']).filter(|open| *open <= 9)?;
    let close = after[bracket..].find([']', '}'])? + bracket + 1;
    let called = after[close..].starts_with('(');
    let span = around.start + around.at - if opened { name.len() } else { 0 }..around.start + around.at + close;
    let why = "A request variable is run as code or as a command.";
    if called && is_value(view) {
        return Some(Hit::text(span, None, 0.93, why));
    }
    if !opened || name.is_empty() {
        return None;
    }
    let confidence = sure(view, &span, 0.95, 0.7, 0.6);
    Some(Hit::text(span, None, confidence, why))
}

/// `{${phpinfo()}}` and `${@print(…)}`: a call within the interpolation of a string.
fn interpolation(view: &View<'_>, at: usize) -> Option<Hit> {
    let start = at + if view.bytes()[at] == b'{' { 3 } else { 2 };
    let name = view.byte_run(start, 40, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@'));
    let calls = view.bytes().get(name.end) == Some(&b'(') && name.len() >= 3;
    let span = at..name.end;
    (calls && is_value(view) && !in_sentence(view, &span)).then_some(())?;
    let known = ["phpinfo", "sleep", "system", "print", "eval", "exec", "passthru", "md5", "die", "exit"];
    let text = view.slice(name).trim_start_matches('@').to_ascii_lowercase();
    let confidence = if known.contains(&text.as_str()) { 0.9 } else { 0.5 };
    Some(Hit::text(span, None, confidence, "A call within the interpolation of a PHP string."))
}

/// A call of a command, such as `system('id')`, that begins the value or follows an operator.
fn call(view: &View<'_>, at: usize) -> Option<Hit> {
    let bytes = view.bytes();
    if !is_value(view) {
        return None;
    }
    let name = view.byte_run(at, 16, |byte| byte != b'(');
    let begins = bytes[..at].trim_ascii_end();
    let operator = begins.is_empty() || begins.last().is_some_and(|byte| b";|&'\"`@=}".contains(byte));
    let indented = begins.is_empty() && bytes.starts_with(b"  ") || bytes.starts_with(b"\t");
    if !operator || indented || begins.len() > 64 || begins.contains(&b' ') && !begins.ends_with(b";") {
        return None;
    }
    let inner = name.end + 1;
    let rest = bytes.get(inner..)?.trim_ascii_start();
    if view.slice(name.clone()).eq_ignore_ascii_case("phpinfo") {
        let ends = rest.first() == Some(&b')');
        return ends.then(|| Hit::text(at..inner, None, 0.85, "A call that prints how the server is set up."));
    }
    let quote = *rest.first().filter(|byte| matches!(byte, b'\'' | b'"' | b'`'))?;
    let text = view.bytes().len() - rest.len() + 1;
    let length = memchr::memchr(quote, &bytes[text..])?;
    let strength = commands::judge(&words::read(&bytes[..text + length], text));
    let span: Range<usize> = at..text + length;
    let complete = bytes[text + length + 1..].trim_ascii_start().first() == Some(&b')');
    let confidence = match strength {
        _ if !complete || in_sentence(view, &span) || in_backticks(view, &span) => return None,
        Strength::Certain => 0.93,
        Strength::Strong => 0.85,
        _ => return None,
    };
    Some(Hit::text(span, None, confidence, "A call that runs a command of the system."))
}

/// A stream wrapper at the beginning of a value or parameter.
fn wrapper(view: &View<'_>, at: usize) -> Option<Hit> {
    let before = view.bytes()[..at].trim_ascii_end();
    let begins = before.is_empty() || before.ends_with(b"=") && !before.contains(&b' ');
    let end = view.byte_run(at, CODE_BYTES_MAX, |byte| !byte.is_ascii_whitespace() && !b"\"'<>`".contains(&byte)).end;
    let span = at..view.slice(0..view.bytes().len()).floor_char_boundary(end);
    let text = view.slice(span.clone()).to_ascii_lowercase();
    let parameter = before.ends_with(b"=");
    let filter = text.starts_with("php://filter") && text.len() > 14;
    let confidence = match () {
        () if !is_value(view) => return None,
        () if filter && text.contains("resource=") => sure(view, &span, 0.93, 0.7, 0.6),
        () if !begins => return None,
        () if filter || text.starts_with("expect://") => 0.92,
        () if text.starts_with("php://input") || (text.starts_with("data://") && text.contains(',')) => 0.85,
        () if text.starts_with("data:text/plain") && parameter => 0.85,
        () if text.starts_with("phar://") => 0.85,
        () if text.starts_with("zip://") && (text.contains('#') || text.contains("%23") || parameter) => 0.85,
        () => return None,
    };
    Some(Hit::text(span, None, confidence, "A stream wrapper of PHP that reads, decodes or runs what it names."))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn php() {
        check(
            "guard.injection.php",
            &[
                ("system('uname -a');", 0..16),
                (";phpinfo();", 1..9),
                ("{${sleep(3)}}", 0..8),
                ("${@print(1)}", 0..8),
                ("php://filter/convert.base64-encode/resource=index.php", 0..53),
                ("/?page=php://input", 7..18),
                ("expect://id", 0..11),
                ("<?php include $page; ?>", 0..23),
                ("<?php include '/srv/up/x.png'; ?>", 0..33),
            ],
            &[
                "os.system('clear')",
                "The system('x') call runs a command, exec(...) replaces the process.",
                "re.exec('a b c')",
                "<?php\nnamespace App;\n\nclass User {}\n",
                "<?php include 'footer.php'; ?>",
                "<?php require_once('lib/start.php'); ?>",
                "const x = eval('(' + text + ')');",
                "$name = $_GET['name'] ?? '';",
                "fn exec(command: &str) {}",
            ],
        );
    }
}
