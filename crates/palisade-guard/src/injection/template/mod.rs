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

mod expression;
mod marks;
mod reaches;

use super::standing::found;
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use expression::judge;
use marks::{Extent, extent, marks};
use palisade_model::Severity;

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
            b"%{",
            b"!{",
            b"{0",
            b"{1",
            b"{2",
            b"{3",
            b"{4",
            b"{5",
            b"{6",
            b"{7",
            b"{8",
            b"{9",
            b"{if ",
            b"{!!",
            b"@php ",
            b"{exec('",
            b"{exec(\"",
            b"{include file=",
            b"{fetch file=",
            b"<#include",
            b"{passthru(",
            b"{shell_exec(",
            b"{phpinfo(",
            b"{smarty_internal",
            b"#evaluate(",
            b"#include(",
            b"#parse(",
            b"@system.",
            b"@datetime.now",
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

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let rest = &bytes[at..bytes.len().min(at + EXPRESSION_BYTES_MAX)];
    if rest[0] == b'@' && rest[1].is_ascii_alphabetic() && !rest[1].eq_ignore_ascii_case(&b'p') {
        return razor(view, at);
    }
    // Of many brackets only the last ones open an expression.
    let brackets = rest.iter().take_while(|byte| **byte == b'{').count();
    if brackets > BRACKETS_MAX {
        return Outcome::Clean { until: at + brackets - 2 };
    }
    // One bracket is in use everywhere; only a product that stands apart is a probe.
    let apart = bytes[..at].last().is_none_or(|byte| b" \t\n=\"'>".contains(byte));
    if rest[0] == b'{' && rest[1].is_ascii_digit() && !apart {
        return Outcome::Clean { until: at + 1 };
    }
    if opens_many(rest) {
        return found(
            view,
            at..at + rest.len().min(MANY_BYTES_MAX),
            0.88,
            "The marks of several engines follow one another.",
        );
    }
    let Some((open, close)) = marks(rest) else { return Outcome::Clean { until: at + 1 } };
    // Nothing closes it within what is read.
    if close.starts_with('}') && at + rest.len() < bytes.len() && view.next_brace(at) >= at + rest.len() {
        return Outcome::Clean { until: at + open };
    }
    // Two stars are the unpacking of a language.
    let unpacks = rest[0] == b'*' && bytes[..at].ends_with(b"*");
    let (inner, closed) = match extent(&rest[open..], &rest[..open.min(2)], close) {
        Extent::Closed(length) if !unpacks => (&rest[open..open + length], true),
        Extent::Open if !unpacks && close != "%>" && at + rest.len() == bytes.len() => (&rest[open..], false),
        // The one within wakes the detector itself.
        _ => return Outcome::Clean { until: at + open },
    };
    view.spend(inner.len());
    let name = inner.trim_ascii();
    // `{{self}}` is also how a language writes brackets around a value.
    if !apart && name.iter().all(u8::is_ascii_alphabetic) {
        return Outcome::Clean { until: at + open };
    }
    let after = at + open + if closed { inner.len() + close.len() } else { 0 };
    match judge(inner, rest, closed) {
        Some((sure, why)) => found(view, at..after, sure, why),
        // What is within may open another expression.
        None => Outcome::Clean { until: at + open },
    }
}

/// Bytes within which a probe opens expressions of several engines.
const MANY_BYTES_MAX: usize = 16;

/// `<%={{={@{#{${`: the marks of four engines within a few bytes.
fn opens_many(rest: &[u8]) -> bool {
    let window = &rest[..rest.len().min(MANY_BYTES_MAX)];
    let marks = [&b"<%"[..], b"{{", b"@{", b"#{", b"${", b"*{", b"~{"];
    // The first one says enough of nearly all.
    window.starts_with(b"<%")
        && matches!(window.get(2..4), Some(b"={" | b"{{" | b"#{" | b"${"))
        && marks.iter().filter(|mark| memchr::memmem::find(window, mark).is_some()).count() >= 4
}

/// `@System.Diagnostics.Process.Start(…)`: Razor has no mark but the sign, so that only what nobody else writes counts.
fn razor(view: &View<'_>, at: usize) -> Outcome {
    let rest = &view.bytes()[at..];
    let alone = view.bytes()[..at].iter().all(|byte| !byte.is_ascii_alphanumeric());
    let length = rest.iter().take(EXPRESSION_BYTES_MAX).take_while(|byte| **byte != b'\n').count();
    let calls = rest[..length].contains(&b'(') || rest.starts_with(b"@DateTime.");
    if !(alone && calls) {
        return Outcome::Clean { until: at + 1 };
    }
    found(view, at..at + length, 0.84, "An expression reaches for the program itself, or runs a command.")
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
                ("{7*7}", 0..5),
                ("%{6*6}", 0..6),
                ("@System.Diagnostics.Process.Start(\"a\")", 0..38),
                ("<%= `id` %>", 0..11),
                ("<%={{={@{#{${x}}%>", 0..16),
                ("{{ settings.SECRET_KEY }}", 0..25),
                ("${script:javascript:7.x}", 0..24),
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
                "write!(f, \"Name{{{self}}}\")",
                "`npm ${this.constructor.name}`",
                "x^{1/2} and a{2,3}",
                "%{DATE:time} %{IP:client}",
            ],
        );
    }
}
