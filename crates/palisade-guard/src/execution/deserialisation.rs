//! Serialised objects that run code when they are read.
//!
//! **What it finds.** The beginnings of Java, .NET and Python object streams in base64 or hexadecimal; PHP objects; YAML
//! tags that make objects; functions for node-serialize.
//!
//! **Why it matters.** Reading such a value with the language's own reader runs what it says (CWE-502).
//!
//! **Example.** `O:4:"User":1:{s:4:"name";s:1:"x";}`
//!
//! A YAML tag or a PHP object in a sentence is left alone. To allow a format, allow this class for its field.

use super::setting::{Around, is_value, line_before, sure};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static DESERIALISATION: Detector = Detector {
    class: "guard.injection.deserialisation",
    version: "1",
    severity: Severity::High,
    title: "Serialised object in a value",
    remediation: "Read data formats only, or sign what you serialise.",
    references: &["CWE-502", "OWASP-A08"],
    finds: Finds::Places {
        needles: &[
            b"rO0AB",
            b"aced0005",
            b"AAEAAAD/////",
            b"!!python/",
            b"!ruby/object",
            b"!!javax.",
            b"!!com.sun",
            b"!!java.",
            b"_$$nd_func$$_",
            b"o:1:\"",
            b"o:2:\"",
            b":{s:",
            b":{i:",
            b":0:{}",
            b"cos\nsystem",
            b"cposix\nsystem",
            b"c__builtin__\n",
            b"gASV",
            b"KGNvcw",
            b"\"@type\":\"",
            b"\"@type\": \"",
            b"\"$type\":\"system.",
            b"\"$type\": \"system.",
            b"class=\"java.",
            b"[\"org.",
            b"[\"com.sun.",
            b"[\"java",
        ],
        confirm,
    },
};

/// Bytes that are read on either side.
const AROUND_BYTES_MAX: usize = 120;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    judge(view, at).map_or(Outcome::Clean { until: at + 2 }, Outcome::Found)
}

fn judge(view: &View<'_>, at: usize) -> Option<Hit> {
    let rest = &view.bytes()[at..];
    let base64 = |prefix: &[u8], more: usize| {
        rest.starts_with(prefix)
            && view.word_may_begin(at)
            && view.byte_run(at, more, |byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte)).len() >= more
    };
    if matches!(rest.first(), Some(b'r' | b'A' | b'a' | b'g' | b'K' | b'o' | b'O')) && !view.word_may_begin(at) {
        return None;
    }
    let around = Around::new(view, at, AROUND_BYTES_MAX, AROUND_BYTES_MAX);
    let here = &around.text[around.at..];
    let (start, confidence, why) = if base64(b"rO0AB", 24) {
        (at, 0.92, "A stream of Java objects in base64.")
    } else if here.starts_with("aced0005")
        && view.word_may_begin(at)
        && view.byte_run(at, 32, |byte| byte.is_ascii_hexdigit()).len() >= 24
    {
        (at, 0.9, "A stream of Java objects in hexadecimal.")
    } else if base64(b"AAEAAAD/////", 32) {
        (at, 0.92, "A stream of .NET objects in base64.")
    } else if base64(b"gASV", 40) && is_value(view) && rest.get(6..8) == Some(b"AA") {
        (at, 0.8, "A Python pickle in base64.")
    } else if base64(b"KGNvcw", 16) {
        (at, 0.9, "A Python pickle that calls the system, in base64.")
    } else if here.starts_with("\"") || here.starts_with("[\"") || here.starts_with("class=") {
        (at, gadget(here, &around.text)?, "A name of a class that does harm when it is made from data.")
    } else if here.starts_with("c") && here.contains("\nsystem\n") || here.starts_with("c__builtin__\n") {
        (at, 0.92, "A Python pickle that calls the system.")
    } else if here.starts_with("_$$nd_func$$_") {
        (at, if here.starts_with("_$$nd_func$$_function") { 0.95 } else { 0.6 }, "A function for node-serialize.")
    } else if here.starts_with("!!") || here.starts_with("!ruby") {
        (at, yaml(here, view, at)?, "A YAML tag that makes objects of any class.")
    } else {
        (php_object(&around)?, 0.88, "A serialised PHP object.")
    };
    let end = view.byte_run(at, AROUND_BYTES_MAX, |byte| !byte.is_ascii_whitespace() && byte.is_ascii()).end;
    let span = start..end;
    let confidence = sure(view, &span, confidence, 0.7, 0.5).min(confidence);
    Some(Hit::text(span, None, confidence, why))
}

/// Packages of libraries whose classes are made to run code while they are read.
const PACKAGES: [&str; 14] = [
    "java.",
    "javax.",
    "com.sun.",
    "sun.",
    "org.apache.",
    "org.springframework.",
    "org.hibernate.",
    "org.codehaus.groovy.",
    "com.mchange.",
    "ch.qos.logback.",
    "net.sf.",
    "oracle.jdbc.",
    "com.zaxxer.",
    "br.com.anteros.",
];

/// Parts of .NET's class names of which one starts programs or loads what it is told.
const STARTING: [&str; 8] = [
    "objectdataprovider",
    "diagnostics.process",
    "assemblyinstaller",
    "windowsidentity",
    "resourceset",
    "management.automation",
    "losformatter",
    "binaryformatter",
];

/// How sure the class that `here` names is there to do harm, in `text`.
fn gadget(here: &str, text: &str) -> Option<f64> {
    let name = here.trim_start_matches(|c| c != '"');
    if let Some(rest) = here.strip_prefix("class=\"java.") {
        let decoded = text.contains("<java") || text.contains("<object") || text.contains("<void");
        return (decoded && (rest.starts_with("lang.") || rest.starts_with("io."))).then_some(0.92);
    }
    if name.starts_with("\"$type") {
        return STARTING.iter().any(|part| here.contains(part)).then_some(0.92);
    }
    let is_member = name.starts_with("\"@type");
    let class = if is_member { name["\"@type".len()..].trim_start_matches(['"', ':', ' ']) } else { &name[1..] };
    let length = class.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '$'))).unwrap_or(class.len());
    let (class, after) = class.split_at(length);
    let known = PACKAGES.iter().any(|package| class.starts_with(package)) && class.matches('.').count() >= 2;
    let after = after.strip_prefix('"')?.trim_start().strip_prefix(',').unwrap_or_default().trim_start();
    let given = ["{", "\"http", "\"ldap", "\"rmi", "\"file", "\"jar"].iter().any(|start| after.starts_with(start));
    (known && (is_member && !class.starts_with("java.util.") || given)).then_some(0.88)
}

/// How sure a YAML tag is one that runs code.
fn yaml(here: &str, view: &View<'_>, at: usize) -> Option<f64> {
    let runs =
        ["object/apply:", "object/new:", "scriptenginemanager", "jdbcrowset", "gem::", "urlclassloader", "module:os"];
    let quoted = line_before(view, at).is_some_and(|line| line.contains(&b'`') || line.contains(&b'#'));
    match runs.iter().any(|name| here.contains(name)) {
        _ if quoted => None,
        true => Some(0.92),
        false if here.starts_with("!!python/") || here.starts_with("!ruby/") => Some(0.4),
        false => None,
    }
}

/// Where a PHP object starts that has the part at the place: `O:4:"Name":1:{`, with a length that fits.
fn php_object(around: &Around) -> Option<usize> {
    let low =
        around.text[..around.at].rfind("o:").or(around.text[around.at..].starts_with("o:").then_some(around.at))?;
    let boundary = around.text[..low].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    let (length, rest) = around.text[low + 2..].split_once(":\"")?;
    let length: usize = length.parse().ok()?;
    let name = rest.get(..length)?;
    let tail = rest.get(length..)?.strip_prefix("\":")?;
    let (count, body) = tail.split_once(":{")?;
    let named = name.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '\\'));
    let counted: usize = count.parse().ok()?;
    let fits = if counted == 0 { body.starts_with('}') } else { body.starts_with("s:") || body.starts_with("i:") };
    (boundary && named && fits).then_some(around.start + low)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn deserialisation() {
        check(
            "guard.injection.deserialisation",
            &[
                ("O:4:\"User\":1:{s:4:\"name\";s:1:\"x\";}", 0..34),
                ("x=rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA", 2..36),
                ("!!python/object/apply:os.system [\"id\"]", 0..31),
                ("{\"a\":\"_$$ND_FUNC$$_function(){}()\"}", 6..35),
                ("{\"@type\":\"com.sun.rowset.JdbcRowSetImpl\"}", 1..41),
                ("{\"$type\":\"System.Diagnostics.Process,System\"}", 1..45),
                ("[\"org.springframework.context.support.XmlContext\",\"http://a.example/x\"]", 0..71),
                ("<java><object class=\"java.lang.ProcessBuilder\"/></java>", 14..55),
            ],
            &[
                "foo:{s:1}",
                "The tag `!!python/object/apply:` runs code.",
                "O:9:\"User\":1:{s:4:\"name\";}",
                "let x = map:{i: 1};",
                "rO0AB",
                "{\"@type\":\"Person\",\"name\":\"Anna\"}",
                "{\"@type\":\"type.googleapis.com/google.protobuf.Any\"}",
                "{\"$type\":\"System.Collections.Generic.List, mscorlib\"}",
                "[\"org.apache.kafka\", \"org.slf4j\"]",
                "<bean class=\"java.util.HashMap\"/>",
            ],
        );
    }
}
