//! What an expression between the marks of an engine does.

use super::reaches::{REACHES, RUNS, SETTINGS};

/// What opens an expression that nobody but an attacker writes.
const OPENINGS: [&str; 11] = [
    "{exec('",
    "{exec(\"",
    "{php}",
    "{system(",
    "{self::",
    "{$smarty.version",
    "{$smarty.template",
    "{passthru(",
    "{shell_exec(",
    "{phpinfo(",
    "{smarty_internal",
];

/// How surely `inner` is no ordinary expression; `rest` begins with its mark, and `closed` tells whether that ends.
pub(super) fn judge(inner: &[u8], rest: &[u8], closed: bool) -> Option<(f64, &'static str)> {
    let sets = rest.starts_with(b"#set");
    if let Some(judged) = judge_marks(inner, rest, closed, sets) {
        return judged;
    }
    // Names alone are done here.
    let name = inner.trim_ascii();
    let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    // The whole expression is an object of the engine, and stands by itself.
    let lower = name.to_ascii_lowercase();
    let name = lower.as_slice();
    if matches!(name, b"request.environ" | b"handler.settings" | b"handler.application.settings" | b".data_model") {
        return Some((0.84, "An expression shows the settings of the program."));
    }
    let internal = || {
        ["__", ".class.", "constructor", "_.", "secret_key", "signer.key"]
            .iter()
            .any(|part| memchr::memmem::find(name, part.as_bytes()).is_some())
    };
    if plain && !matches!(name, b"config" | b"debug" | b"self" | b"_context" | b"_self") && !internal() {
        return None;
    }
    // Ruby and CoffeeScript add between these marks every day.
    let adds = rest.starts_with(b"#{") && !inner.contains(&b'*');
    if closed && !adds && is_probe(inner) {
        return Some((0.88, "An expression computes with bare numbers, as a probe does."));
    }
    let close: String = inner
        .iter()
        .filter(|byte| (b'!'..0x7F).contains(*byte))
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    if SETTINGS.contains(&close.as_str()) {
        return Some((0.82, "An expression shows the settings of the program."));
    }
    let start = close.trim_start_matches(['=', '(', '-', '@', '$']);
    let reads_file = [&b"{include file="[..], b"{fetch file=", b"<#include"].iter().any(|open| rest.starts_with(open));
    if reads_file {
        let far = reads(&close) || close.contains("://");
        return (closed && far).then_some((0.86, "A directive brings in a file of the system."));
    }
    if rest.starts_with(b"{if ") || rest[0] == b'#' && rest[1].is_ascii_alphabetic() && !sets {
        // Other languages have such words; what is called or named has to speak for itself.
        let calls = REACHES.is_match(&close) || RUNS.iter().any(|call| start.starts_with(call)) || reads(&close);
        return (closed && calls).then_some((0.84, "A directive reaches for the program itself, or runs a command."));
    }
    let pipes = ["|system", "|exec", "|passthru", "|shell_exec", "|popen"].iter().any(|end| close.ends_with(end));
    if names_class(&close, rest) || looks_up(&close, rest) || runs_backticks(&close, rest) {
        return Some((0.86, "An expression reaches for the program itself, or runs a command."));
    }
    if pipes
        || reads(&close)
        || REACHES.is_match(&close)
        || RUNS.iter().any(|call| start.starts_with(call)) && (closed || close.contains(')'))
    {
        return Some((0.9, "An expression reaches for the program itself, or runs a command."));
    }
    (closed && is_method_of_string(&close))
        .then_some((0.82, "An expression calls a method of a string, as a probe does."))
}

/// What the marks and the first bytes alone say; nothing when what stands within has to be read.
fn judge_marks(inner: &[u8], rest: &[u8], closed: bool, sets: bool) -> Option<Option<(f64, &'static str)>> {
    let opens = |open: &&str| rest.get(..open.len()).is_some_and(|start| start.eq_ignore_ascii_case(open.as_bytes()));
    let probe = (0.82, "An expression computes with bare numbers, as a probe does.");
    let assigned = || {
        let equals = memchr::memchr(b'=', inner)?;
        inner[equals + 1..].split(|byte| *byte == b')').next()
    };
    if rest.starts_with(b"${{<%") || rest.starts_with(b"{{<%") {
        Some(Some((0.9, "The marks of several engines follow one another.")))
    } else if closed && OPENINGS.iter().any(opens) {
        Some(Some((0.86, "An expression reaches for the program itself, or runs a command.")))
    } else if rest[0] == b'{' && rest[1].is_ascii_digit() {
        Some((closed && inner.contains(&b'*') && is_probe(inner)).then_some(probe))
    } else if sets && assigned().is_some_and(is_probe) {
        Some(Some(probe))
    } else if sets && memchr::memchr(b'(', &inner[1..]).is_some() && is_method_call(inner) {
        Some(Some((0.82, "A directive calls a method of an object.")))
    } else {
        None
    }
}

/// `.constructor`, called or followed by itself; a page also asks for the name of a class.
fn names_class(close: &str, rest: &[u8]) -> bool {
    close.contains(".constructor")
        && (rest.starts_with(b"{{")
            || close.contains("constructor(")
            || close.contains("constructor[")
            || close.contains("constructor.constructor"))
}

/// `${script:…}`, `${dns:…}`, `${url:utf-8:…}`: lookups of a library that replaces text.
fn looks_up(close: &str, rest: &[u8]) -> bool {
    rest.starts_with(b"${")
        && ["script:js", "script:java", "dns:address", "dns:", "url:utf", "file:utf"]
            .iter()
            .any(|start| close.starts_with(start))
        && close.matches([':', '.']).count() > 1
}

/// `<%= `id` %>` and `#{`id`}`: Ruby runs what stands between backticks.
fn runs_backticks(close: &str, rest: &[u8]) -> bool {
    let inner = close.trim_start_matches(['=', '-', '(']).trim_end_matches(['-', ')']);
    (rest.starts_with(b"<%") || rest.starts_with(b"#{"))
        && inner.len() > 2
        && inner.starts_with('`')
        && inner.ends_with('`')
}

/// Names a file of the system.
fn reads(close: &str) -> bool {
    ["/etc/passwd", "/etc/shadow", "/etc/hosts", "/proc/self", "win.ini", "wp-config.php", "../../"]
        .iter()
        .any(|path| close.contains(path))
}

/// `7*7`, `7*'7'`, `(3*4)/2`, `364|add:733`, `print(7*7)`: numbers and operators alone.
fn is_probe(inner: &[u8]) -> bool {
    let inner = inner.trim_ascii();
    let inner = [&b"print"[..], b"echo"]
        .iter()
        .find_map(|word| inner.strip_prefix(*word))
        .filter(|rest| rest.first().is_some_and(|next| b" (".contains(next)))
        .map_or(inner, <[u8]>::trim_ascii);
    let inner = inner.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).unwrap_or(inner);
    let arithmetic = inner.iter().all(|byte| byte.is_ascii_digit() || b" *+-/()'\".%".contains(byte));
    let operators = inner.iter().filter(|byte| b"*+/%-".contains(byte)).count();
    let multiplies = inner.iter().any(|byte| matches!(byte, b'*' | b'+' | b'/'));
    let starts = inner.first().is_some_and(|byte| byte.is_ascii_digit() || b"('\"".contains(byte));
    let numbers = inner.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty()).count();
    let adds = inner
        .split(|byte| *byte == b'|')
        .next()
        .is_some_and(|first| !first.is_empty() && first.trim_ascii().iter().all(u8::is_ascii_digit))
        && memchr::memmem::find(inner, b"|add:").is_some();
    inner.len() < 64 && (arithmetic && multiplies && starts && operators > 0 && numbers > 1 || adds)
}

/// `.name(` somewhere in it.
fn is_method_call(inner: &[u8]) -> bool {
    memchr::memchr_iter(b'.', inner).any(|dot| {
        let name = inner[dot + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        name > 2 && inner.get(dot + 1 + name) == Some(&b'(')
    })
}

/// `'a'.toUpperCase()`: a string, and a method with a call.
fn is_method_of_string(close: &str) -> bool {
    let mut characters = close.chars();
    let Some(quote) = characters.next().filter(|first| matches!(first, '\'' | '"')) else { return false };
    let Some((string, after)) = characters.as_str().split_once(quote) else { return false };
    let method = after.strip_prefix('.').unwrap_or_default();
    let name = method.bytes().take_while(u8::is_ascii_alphabetic).count();
    string.bytes().all(|byte| byte.is_ascii_alphanumeric()) && name > 2 && method[name..].starts_with('(')
}
