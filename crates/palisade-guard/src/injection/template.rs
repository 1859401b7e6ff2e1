//! Expressions of a template engine where a plain value should be.
//!
//! **What it finds.** Expressions between the marks of Jinja, Twig, Freemarker, Velocity, ERB, EJS, Mako, Handlebars,
//! Thymeleaf and their kin that compute with bare numbers, as a probe does, that reach for classes, globals, settings or
//! the engine itself, or that run commands.
//!
//! **Why it matters.** An engine that is given the value as part of a template runs it on the server (CWE-1336).
//!
//! **Example.** `{{7*7}}`
//!
//! Names, filters and loops as templates have them, and what shells and pipelines write between the same marks, are left
//! alone. To allow templates, allow the class for their field.

use super::standing::found;
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use aho_corasick::AhoCorasick;
use palisade_model::Severity;
use std::sync::LazyLock;

pub(crate) static TEMPLATE: Detector = Detector {
    class: "guard.injection.template",
    version: "1",
    severity: Severity::High,
    title: "Server-side template injection",
    remediation: "Pass values to a template as data, never as part of its text.",
    references: &["CWE-1336", "OWASP-LLM05"],
    finds: Finds::Places {
        needles: &[
            b"{{",
            b"${",
            b"#{",
            b"*{",
            b"@{",
            b"@(",
            b"~{",
            b"<%",
            b"{%",
            b"{php}",
            b"{system(",
            b"{self::",
            b"#set(",
            b"#set (",
            b"<#assign",
            b"[#assign",
            b"[=",
            b"{$smarty",
            b"{=",
        ],
        confirm,
    },
};

/// Bytes of an expression that are read.
const EXPRESSION_BYTES_MAX: usize = 512;

/// Brackets in a row that open an expression.
const BRACKETS_MAX: usize = 4;

/// Marks of engines: how an expression opens, and how it closes.
const MARKS: [(&str, &str); 19] = [
    ("${{", "}}"),
    ("{{", "}}"),
    ("${", "}"),
    ("#{", "}"),
    ("*{", "}"),
    ("@{", "}"),
    ("~{", "}"),
    ("@(", ")"),
    ("<%", "%>"),
    ("{%", "%}"),
    ("#set", "\n"),
    ("<#assign", ">"),
    ("[#assign", "]"),
    ("[=", "]"),
    ("{php}", "{/php}"),
    ("{$smarty", "}"),
    ("{=", "}"),
    ("{system(", "}"),
    ("{self::", "}"),
];

/// What reaches for classes, globals, the engine, or a command, written together and in lower case.
static REACHES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new([
        "__class__",
        "__globals__",
        "__init__",
        "__mro__",
        "__subclasses__",
        "__builtins__",
        "__import__",
        "__base__",
        ".mro()",
        ".class.",
        "class.getresource",
        "getclass(",
        "getclassloader",
        "forname(",
        "getruntime",
        "t(java",
        "java.lang",
        "java.io",
        "freemarker.template",
        "?new(",
        "_self.env",
        "undefinedfiltercallback",
        "registerundefined",
        "getfilter(",
        ".constructor",
        "constructor(",
        "constructor[",
        "mainmodule",
        "process.binding",
        "child_process",
        "popen(",
        "execsync",
        "os.system(",
        "self.module.",
        "self.template.",
        "self.context.",
        "self.attr.",
        "self.__",
        "self._template",
        "request.application",
        "request.environ",
        "request.__",
        "url_for.",
        "lipsum.",
        "cycler.",
        "joiner.",
        "namespace.__",
        "get_flashed_messages",
        "secret_key",
        "shell_exec",
        "passthru",
        "phpinfo",
        "file_get_contents",
        "call_user_func",
        "file_excerpt",
        "io.popen",
        "file.open",
        "file.read",
        "dir.entries",
        "dir.glob",
        "system.shell",
        "smarty.template_object",
        "$smarty.version",
        "getstaticvariable",
        "smarty_internal",
        "writefile(",
        "include_path",
        "newinstance(",
        "readallbytes",
        "processbuilder",
        "lower_abc",
        "?api",
        "|attr(",
        "attr('_",
        "attr(\"_",
        "attr(request",
        "importos",
        "open3",
        "open4",
        "templatesettings",
        "_.version",
        "self::get",
        "error_reporting",
        "ob_start",
        "ini_set",
        "string.sub.apply",
        "lookupstring",
        "this.push",
        "getattribute('",
        "getattribute(\"",
        "setattribute(",
        "signer.key",
        "from_pyfile",
        "newfile(",
        "tourl(",
        ".exec(",
        ".execute(",
        "subprocess",
        "app.request.server",
        "_context|",
        "~_context",
        "|filter('sy",
        "|map('sy",
        "importlib",
        "('system'",
        "(\"system\"",
        "dump(_context",
        "config.items()",
        "config.iteritems()",
        "methodclosure",
        "newurl(",
        "neworg.",
        "newjava",
        "sort('sy",
        "{'options'",
    ])
    .expect("some dozen short words are within every limit")
});

/// Functions that run a command or code, as the start of an expression.
const RUNS: [&str; 8] = ["system(", "exec(", "eval(", "shell(", "spawn(", "(`", "%x(", "assert("];

/// Objects that hold settings, as the whole expression or with what follows.
const SETTINGS: [&str; 8] = [
    "config",
    "config.items()",
    "self.__dict__",
    "settings.secret",
    "debug",
    "self",
    "dump(app)",
    "config.iteritems()",
];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let rest = &bytes[at..bytes.len().min(at + EXPRESSION_BYTES_MAX)];
    // Of many brackets only the last ones open an expression.
    let brackets = rest.iter().take_while(|byte| **byte == b'{').count();
    if brackets > BRACKETS_MAX {
        return Outcome::Clean { until: at + brackets - 2 };
    }
    let Some((open, close)) = marks(rest) else { return Outcome::Clean { until: at + 1 } };
    // Nothing closes it within what is read.
    if close.starts_with('}') && at + rest.len() < bytes.len() && view.next_brace(at) >= at + rest.len() {
        return Outcome::Clean { until: at + open };
    }
    let end = memchr::memmem::find(&rest[open..], close.as_bytes());
    // Two stars are the unpacking of a language.
    let unpacks = rest[0] == b'*' && bytes[..at].ends_with(b"*");
    let goes_on = end.is_none() && (close == "%>" || at + rest.len() < bytes.len());
    if unpacks || goes_on {
        return Outcome::Clean { until: at + open };
    }
    let inner = &rest[open..end.map_or(rest.len(), |length| open + length)];
    view.spend(inner.len());
    // The one within wakes the detector itself.
    let mark = &rest[..open.min(2)];
    if memchr::memmem::find(inner, mark).is_some() {
        return Outcome::Clean { until: at + open };
    }
    let after = at + end.map_or(open, |length| open + length + close.len());
    match judge(inner, rest, end.is_some()) {
        Some((sure, why)) => found(view, at..after.max(at + open), sure, why),
        // What is within may open another expression.
        None => Outcome::Clean { until: at + open },
    }
}

/// The length of the mark that opens an expression, and the one that closes it.
fn marks(rest: &[u8]) -> Option<(usize, &'static str)> {
    // Formats such as `<%s>` and `<%d`.
    if rest.starts_with(b"<%") && rest.get(2).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let (open, close) = MARKS.iter().find(|(open, _)| {
        open.as_bytes()[0] == rest[0]
            && rest.get(..open.len()).is_some_and(|start| start.eq_ignore_ascii_case(open.as_bytes()))
    })?;
    let more = rest[open.len()..].iter().take(3).take_while(|byte| matches!(byte, b'=' | b'-' | b'{')).count();
    Some((open.len() + more, close))
}

fn judge(inner: &[u8], rest: &[u8], closed: bool) -> Option<(f64, &'static str)> {
    if rest.starts_with(b"${{<%") || rest.starts_with(b"{{<%") {
        return Some((0.9, "The marks of several engines follow one another."));
    }
    if closed
        && [&b"{php}"[..], b"{system(", b"{self::", b"{$smarty.version", b"{$smarty.template"]
            .iter()
            .any(|open| rest.starts_with(open))
    {
        return Some((0.86, "An expression reaches for the program itself, or runs a command."));
    }
    let sets = rest.starts_with(b"#set");
    if sets && memchr::memchr(b'(', &inner[1..]).is_some() && is_method_call(inner) {
        return Some((0.82, "A directive calls a method of an object."));
    }
    // Names alone are done here.
    let name = inner.trim_ascii();
    let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let internal = || {
        ["__", ".class.", "constructor", "_.", "secret_key", "signer.key"]
            .iter()
            .any(|part| memchr::memmem::find(name, part.as_bytes()).is_some())
    };
    if plain && !matches!(name, b"config" | b"debug" | b"self") && !internal() {
        return None;
    }
    if closed && is_probe(inner) {
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
    if REACHES.is_match(&close) || RUNS.iter().any(|call| start.starts_with(call)) && (closed || close.contains(')')) {
        return Some((0.9, "An expression reaches for the program itself, or runs a command."));
    }
    (closed && is_method_of_string(&close))
        .then_some((0.82, "An expression calls a method of a string, as a probe does."))
}

/// `7*7`, `7*'7'`, `(3*4)/2`, `364|add:733`: numbers and operators alone.
fn is_probe(inner: &[u8]) -> bool {
    let inner = inner.trim_ascii();
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

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn template() {
        check(
            "guard.injection.template",
            &[
                ("{{7*7}}", 0..7),
                ("${8 * 8}", 0..8),
                ("<%= 6*6 %>", 0..10),
                ("x{{ ''.__class__ }}", 1..19),
                ("#{3*3}", 0..6),
                ("{{ config.items() }}", 0..20),
                ("{{'a'.toUpperCase()}}", 0..21),
                ("{% import os %}", 0..15),
            ],
            &[
                "Hello {{ name }}, you have {{ count | default(0) }} new {{ 'mails' | translate }}.",
                "echo ${HOME} ${PATH:-/bin} $((7*7))",
                "${{ secrets.TOKEN }} ${{ github.event.number }}",
                "println!(\"{{}} {{x}}\"); let a = [=[x]=];",
                "{% for item in items %}<li>{{ item.title|e }}</li>{% endfor %}",
                "`${width * 2}px` and `${process.env.HOME}`",
                "<%= link_to 'Home', root_path %>",
                "{{config.title}}",
            ],
        );
    }
}
