//! XML that makes its reader fetch files or addresses, or grow without end.
//!
//! **What it finds.** Entities whose value is a file or an address, parameter entities of that kind, document types
//! fetched from elsewhere, entities made of many others, and XInclude (XML 1.0, section 4.2.2).
//!
//! **Why it matters.** A reader that follows them hands out its files, calls other hosts, or runs out of memory (CWE-611,
//! CWE-776).
//!
//! **Example.** `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>`
//!
//! Public identifiers and parts of a document beside it, as in DocBook, are left alone or told with less confidence.

use super::standing::found;
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static XXE: Detector = Detector {
    class: "guard.injection.xxe",
    version: "1",
    severity: Severity::High,
    title: "XML that fetches or multiplies",
    remediation: "Read XML with document types and external entities switched off.",
    references: &["CWE-611", "CWE-776"],
    finds: Finds::Places {
        needles: &[
            b"<!entity",
            b"<!doctype",
            b":include",
            b":import ",
            b"php:function",
            b"document('",
            b"document(\"",
            b"system-property(",
        ],
        confirm,
    },
};

/// Bytes of a declaration or an element that are read.
const DECLARATION_BYTES_MAX: usize = 512;

/// References to other entities that no ordinary one has.
const REFERENCES_MIN: usize = 4;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let rest = &view.bytes()[at..];
    let rest = &rest[..rest.len().min(DECLARATION_BYTES_MAX)];
    let verdict = match rest.get(2).map(u8::to_ascii_lowercase) {
        Some(b'e') => entity(&rest[8..]),
        Some(b'd') => document_type(&rest[9..]),
        Some(b'n' | b'm') if rest[0] == b':' => include(view.bytes(), at, rest),
        Some(b's') => property(view.bytes(), at),
        _ => stylesheet(view.bytes(), at, rest),
    };
    match verdict {
        Some((sure, why, length)) => found(view, at..at + length.min(rest.len()), sure, why),
        None => Outcome::Clean { until: at + 2 },
    }
}

/// How sure, why, and how long it is.
type Verdict = Option<(f64, &'static str, usize)>;

/// The word at the start of `text`, and what follows the blanks behind it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    let length = text.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'[>%".contains(byte)).count();
    (&text[..length], text[length..].trim_ascii_start())
}

/// The quoted string at the start of `text`, and what follows it. A missing end is the end of the text; quotes may be
/// doubled or escaped.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(b"\\").unwrap_or(text);
    let quote = *text.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let text = if text.get(1) == Some(&quote) && text.get(2).is_some_and(|next| next.is_ascii_alphabetic()) {
        &text[1..]
    } else {
        text
    };
    let end = memchr::memchr2(quote, b'>', &text[1..]).map_or(text.len(), |length| length + 1);
    Some((&text[1..end], &text[(end + 1).min(text.len())..]))
}

fn entity(text: &[u8]) -> Verdict {
    let trimmed = text.trim_ascii_start();
    if trimmed.len() == text.len() {
        return None;
    }
    let (parameter, rest) =
        match trimmed.strip_prefix(b"%").or(trimmed.strip_prefix(b"&#37;")).or(trimmed.strip_prefix(b"&#x25;")) {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
    let (name, rest) = word(rest);
    let (kind, after) = word(rest);
    let length = |rest: &[u8]| 8 + text.len() - rest.len();
    if name.is_empty() {
        return None;
    }
    if kind.eq_ignore_ascii_case(b"system") {
        let (address, rest) = quoted(after)?;
        let sure = match reach(address) {
            Reach::Local => 0.93,
            Reach::Remote => 0.88,
            Reach::Beside if parameter => 0.5,
            Reach::Beside if is_part(address) => 0.6,
            Reach::Beside => 0.82,
        };
        return Some((sure, "An entity stands for a file or an address.", length(rest)));
    }
    if kind.eq_ignore_ascii_case(b"public") {
        let (_, rest) = quoted(after)?;
        let (address, rest) = quoted(rest.trim_ascii_start())?;
        return (reach(address) == Reach::Local).then_some((0.88, "An entity stands for a file.", length(rest)));
    }
    let (value, rest) = quoted(rest)?;
    let declares = memchr::memmem::find(value, b"<!ENTITY").is_some();
    if repeats_entity(value) {
        return Some((0.88, "An entity repeats another one.", length(rest)));
    }
    let references = value
        .iter()
        .zip(value.iter().skip(1))
        .filter(|(first, second)| matches!(first, b'&' | b'%') && second.is_ascii_alphabetic())
        .count();
    if references >= REFERENCES_MIN {
        return Some((0.9, "An entity consists of many others.", length(rest)));
    }
    if declares {
        return Some((0.88, "An entity declares another one.", length(rest)));
    }
    // Characters by name, as documents declare them, are too short to stand for anything else.
    (value.len() > 4 && value[0].is_ascii_alphabetic()).then_some((
        0.4,
        "A value declares an entity of its own.",
        length(rest),
    ))
}

/// `&a;&a;&a;`: nothing but the same entity, again and again.
fn repeats_entity(value: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b';', value).filter(|_| value.first() == Some(&b'&')) else { return false };
    let unit = &value[..=end];
    unit.len() > 2 && value.len() >= 3 * unit.len() && value.chunks(unit.len()).all(|chunk| chunk == unit)
}

fn document_type(text: &[u8]) -> Verdict {
    let (name, rest) = word(text);
    let (kind, after) = word(rest);
    if name.is_empty() || name.eq_ignore_ascii_case(b"html") {
        return None;
    }
    let after = if kind.eq_ignore_ascii_case(b"public") {
        // Public names are formal (SGML, section 10.2): `-//Owner//DTD Name//EN`.
        let (public, after) = quoted(after)?;
        let formal = memchr::memmem::find(public, b"//").is_some() || public.starts_with(b"ISO");
        if formal {
            return None;
        }
        after.trim_ascii_start()
    } else if kind.eq_ignore_ascii_case(b"system") {
        after
    } else {
        return None;
    };
    let (address, rest) = quoted(after)?;
    let sure = match reach(address) {
        Reach::Local => 0.9,
        Reach::Remote => 0.82,
        Reach::Beside => return None,
    };
    Some((sure, "The document type is fetched from elsewhere.", 9 + text.len() - rest.len()))
}

/// `<xi:include href="file:///etc/passwd" parse="text"/>`, with any prefix.
fn include(bytes: &[u8], at: usize, rest: &[u8]) -> Verdict {
    let head = &bytes[at.saturating_sub(12)..at];
    let prefix = memchr::memrchr(b'<', head)?;
    let is_inclusion = head[prefix + 1..].eq_ignore_ascii_case(b"xi")
        || head[prefix + 1..].eq_ignore_ascii_case(b"xsl")
        || memchr::memmem::find(rest, b"XInclude").is_some()
        || memchr::memmem::find(&bytes[at.saturating_sub(DECLARATION_BYTES_MAX)..at], b"XInclude").is_some();
    let place = memchr::memmem::find(rest, b"href")?;
    let (address, after) = quoted(rest[place + 4..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start())?;
    let sure = match reach(address) {
        // Documents are put together from parts in folders beside theirs; only text is taken as it stands.
        _ if address.starts_with(b"..") && is_part(address) && !is_text(rest) => return None,
        Reach::Local => 0.9,
        Reach::Remote => 0.84,
        Reach::Beside => return None,
    };
    is_inclusion.then_some((sure, "An element includes a file or an address.", rest.len() - after.len()))
}

/// True for an inclusion that takes the file as text, not as XML.
fn is_text(element: &[u8]) -> bool {
    let end = memchr::memchr(b'>', element).unwrap_or(element.len());
    memchr::memmem::find(&element[..end], b"parse")
        .is_some_and(|at| memchr::memmem::find(&element[at..end], b"text").is_some())
}

/// A stylesheet that reads a file or calls a function of PHP.
fn stylesheet(bytes: &[u8], at: usize, rest: &[u8]) -> Verdict {
    let head = &bytes[at.saturating_sub(DECLARATION_BYTES_MAX)..at];
    let of_style = memchr::memmem::find(head, b"<xsl:").is_some();
    let open = memchr::memchr(b'(', rest)?;
    let (address, after) = quoted(&rest[open + 1..])?;
    let reads = rest[0] == b'p' || reach(address) != Reach::Beside;
    (of_style && reads).then_some((0.88, "A stylesheet reads a file or calls a function.", rest.len() - after.len()))
}

/// `system-property('xsl:vendor')`, which tells what reads the stylesheet.
fn property(bytes: &[u8], at: usize) -> Verdict {
    let head = &bytes[at.saturating_sub(DECLARATION_BYTES_MAX)..at];
    let of_style = memchr::memmem::find(head, b"<xsl:").is_some();
    of_style.then_some((0.82, "A stylesheet asks for the program that reads it.", "system-property(".len()))
}

/// True for what documents are made of: `chapter.xml`.
fn is_part(address: &[u8]) -> bool {
    [".xml", ".sgml", ".ent", ".mod", ".dtd", ".svg", ".gif", ".png"]
        .iter()
        .any(|end| address.ends_with(end.as_bytes()))
}

/// Where an address leads.
#[derive(PartialEq, Eq)]
enum Reach {
    /// To a file of the machine, or to what its reader runs.
    Local,
    /// To another host.
    Remote,
    /// To a file beside the document.
    Beside,
}

fn reach(address: &[u8]) -> Reach {
    let address = address.trim_ascii();
    let starts =
        |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()));
    let local = [
        "file:", "php:", "expect:", "jar:", "netdoc:", "gopher:", "phar:", "glob:", "dict:", "ldap:", "data:", "/",
        "..", "\\\\", "c:",
    ];
    if starts("//") {
        Reach::Remote
    } else if local.iter().any(|scheme| starts(scheme)) {
        Reach::Local
    } else if ["http:", "https:", "ftp:"].iter().any(|scheme| starts(scheme)) {
        Reach::Remote
    } else {
        Reach::Beside
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn xxe() {
        check(
            "guard.injection.xxe",
            &[
                ("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///srv/x\">]><a>&b;</a>", 13..46),
                ("<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://h.example/d'>%b;]>", 13..53),
                ("<!ENTITY c \"&b;&b;&b;&b;&b;\">", 0..28),
                ("<xi:include href=\"file:///srv/x\" parse=\"text\"/>", 3..32),
            ],
            &[
                "<!DOCTYPE html><html lang=\"en\">",
                "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
                "<!ENTITY nbsp \"&#160;\">",
                "scope::include the header",
                "<xi:include href=\"../shared/licence.xml\"/>",
            ],
        );
    }
}
