//! Values that leave the LDAP filter they are put into.
//!
//! **What it finds.** A parenthesis that closes what the value has not opened, followed by another condition, and a
//! wildcard followed by one (RFC 4515).
//!
//! **Why it matters.** The filter then matches entries it should not, such as any password (CWE-90).
//!
//! **Example.** `*)(uid=*))(|(uid=*`
//!
//! Whole filters are left alone, and so are regular expressions, whose parentheses are paired. To allow parts of
//! filters, allow the class for their field.

use super::{embedded, standing::found};
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static LDAP: Detector = Detector {
    class: "guard.injection.ldap",
    version: "1",
    severity: Severity::High,
    title: "LDAP filter injection",
    remediation: "Escape values for filters as RFC 4515 says, or build filters with a library that does.",
    references: &["CWE-90"],
    finds: Finds::Places {
        needles: &[b"*)(", b"*(|(", b"*(&(", b"*()|", b"*)|", b")(", b"*))", b"=*)", b"(1=0)", b"(&(1=0"],
        confirm,
    },
};

/// A value of a filter is shorter than this.
const VALUE_BYTES_MAX: usize = 384;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    // A line of a program is no value either.
    if bytes.len() > VALUE_BYTES_MAX || bytes.starts_with(b"    ") {
        return Outcome::Clean { until: bytes.len() };
    }
    let text = bytes.trim_ascii();
    let attacks = |text: &[u8]| leaves(text) || brings(text);
    if !(attacks(text) || is_never_true(text) || embedded::values(text).into_iter().any(|value| attacks(&text[value])))
    {
        return Outcome::Clean { until: bytes.len() };
    }
    let outcome =
        found(view, at..bytes.trim_ascii_end().len().max(at + 1), 0.87, "The value leaves the filter it is put into.");
    if let Outcome::Found(hit) = outcome { Outcome::Found(hit.until(bytes.len())) } else { outcome }
}

/// A filter with a condition that is never true, as an injection leaves behind; or the beginning of one without the
/// parenthesis that opens it.
fn is_never_true(text: &[u8]) -> bool {
    let filter = text.starts_with(b"(") && (text.contains(&b'&') || text.contains(&b'|'));
    let never = memchr::memmem::find(text, b"(1=0)").is_some() || memchr::memmem::find(text, b"(&(1=0").is_some();
    let headless = matches!(text, [b'|' | b'&', b'(', ..]) && text.ends_with(b"=*)");
    filter && never || headless || text.starts_with(b"(|(") && matches_everything(text)
}

/// `(|(objectClass=*)(cn=*))`: every condition is that there is any value at all.
fn matches_everything(text: &[u8]) -> bool {
    let mut conditions = text.split(|byte| *byte == b'(').skip(2).peekable();
    let any = |condition: &[u8]| {
        let name = condition.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        let rest = condition[name..].strip_prefix(b"=*)").unwrap_or(b"x");
        name > 0 && rest.iter().all(|byte| *byte == b')')
    };
    conditions.peek().is_some() && conditions.all(any)
}

/// Closes a parenthesis it has not opened, and goes on as a filter does.
fn leaves(text: &[u8]) -> bool {
    let mut depth = 0_i32;
    for (place, byte) in text.iter().enumerate() {
        depth += match byte {
            b'(' => 1,
            b')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return is_value_of_filter(&text[..place]) && goes_on(&text[place + 1..], text[..place].ends_with(b"*"));
        }
    }
    false
}

/// A name or a wildcard, after the name of a parameter perhaps.
fn is_value_of_filter(text: &[u8]) -> bool {
    let start = memchr::memrchr2(b'=', b'&', text).map_or(0, |place| place + 1);
    let value = &text[start..];
    value.len() < 48
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"*._-@ \\".contains(byte))
        && value.iter().filter(|byte| **byte == b' ').count() < 3
}

/// Another condition, or the end after a wildcard.
fn goes_on(after: &[u8], wildcard: bool) -> bool {
    let rest = after.trim_ascii();
    let inner = rest.iter().take_while(|byte| matches!(byte, b'(' | b'|' | b'&' | b'!' | b')' | b' ')).count();
    let opens = rest[..inner].contains(&b'(');
    let name = rest[inner..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-.;:".contains(byte)).count();
    let compares = rest[inner + name..].first().is_some_and(|byte| b"=~<>".contains(byte));
    let combines = rest[..inner].iter().any(|byte| matches!(byte, b'|' | b'&' | b'!'));
    opens && (name > 0 && compares || combines && rest.len() == inner)
        || wildcard && rest.len() <= 3 && rest.iter().all(|byte| matches!(byte, b')' | b'|' | b'&' | b'\0' | b'*'))
}

/// A wildcard or a name, and a condition of its own: `*(|(mail=*))`, `*()|&`.
fn brings(text: &[u8]) -> bool {
    let head = text.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'*').count();
    let rest = &text[head..];
    let combined = [&b"(|("[..], b"(&(", b"(!("].iter().any(|open| rest.starts_with(open)) && rest.contains(&b'=');
    text[..head].ends_with(b"*") && (combined || rest.starts_with(b"()|") || rest.starts_with(b"()&"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ldap() {
        check(
            "guard.injection.ldap",
            &[
                ("*)(uid=*))(|(uid=*", 0..18),
                ("anna)(!(&(1=0", 4..13),
                ("*(|(mail=*))", 0..12),
                ("anna)(team=a", 4..12),
                ("(|(uid=*)(cn=*))", 6..16),
                ("*()|&'", 0..6),
            ],
            &[
                "(&(objectClass=person)(uid=anna*))",
                "^(a|b.*)(c|d*)$",
                "f(a*)(b) and g(x)(y)",
                "        )(target=name),",
                "(see the list of *) (and more) (b*))",
            ],
        );
    }
}
