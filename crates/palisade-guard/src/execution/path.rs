//! Paths that climb out of their folder.
//!
//! **What it finds.** Steps upwards (`../`) that lead to a file worth stealing, that are spelled so that filters miss
//! them, that climb above the root, or that are all there is in a value; and file names cut off by a null byte.
//!
//! **Why it matters.** A tool that joins such a value to its folder reads or writes anywhere (CWE-22).
//!
//! **Example.** `../../../../etc/passwd`
//!
//! Relative imports, links and paths of a few steps to ordinary files are left alone. Depth counts together with a
//! target, a disguise, or a value that is nothing but the path. To allow a path, allow this class for its field.

use super::{
    sensitive::{Target, is_guarded, target},
    setting::{in_backticks, in_sentence, is_member, is_value},
    steps::{self, Steps},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static PATH: Detector = Detector {
    class: "guard.injection.path",
    version: "1",
    severity: Severity::High,
    title: "Path climbs out of its folder",
    remediation: "Resolve the path and refuse it when it leaves the folder it belongs to.",
    references: &["CWE-22", "CWE-23", "CWE-158"],
    finds: Finds::Places {
        needles: &[
            b"../",
            b"..\\",
            b"..%",
            b"..;/",
            b"..0x",
            b"%2e",
            b"%252e",
            b"%25252e",
            b"%c0%",
            b"%25c0%",
            b"%e0%80",
            b"%uff0e",
            b"%u002e",
            b"0x2e",
            b"%%32",
            b"%00",
            b"%2500",
            b"..\x01",
            b"..\x00",
            b"%c1%",
            b"%25c1%",
            b"%c0.",
            b"%f0%80",
            b"%f8%80",
            b"%fc%80",
            b"%%35",
            b"..2f",
            b"..5c",
            b"././",
            b".\\.\\",
            b".\\/.",
            b"?.%",
            b"??%",
            b".?%",
            b"??0x",
            b".?0x",
            b"?.0x",
            b".%00.",
            b"::$data",
            "..\u{ff0f}".as_bytes(),
            "..\u{2215}".as_bytes(),
        ],
        confirm,
    },
};

/// Bytes of a path after its steps that are read.
const TARGET_BYTES_MAX: usize = 256;

/// Steps that no project is deep enough for.
const DEEP: usize = 6;

/// Steps in place (`./`) that nobody needs.
const STAYS_MIN: usize = 5;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes[at] == b'%'
        && let Some(hit) = null_byte(view, at)
    {
        return Outcome::Found(hit);
    }
    if bytes[at] == b':' {
        return stream(view, at).into();
    }
    // A needle can stand within a longer run of dots, and after what is left of one.
    let start = view.byte_run_before(at, 80, |byte| matches!(byte, b'.' | b'?')).start;
    let start = if unit_at(bytes, start) { start } else { at };
    let steps = match steps::read(bytes, start) {
        Ok(steps) => steps,
        Err(end) => return Outcome::Clean { until: end.max(at + 1) },
    };
    let path = whole_path(view, &steps);
    match judge(view, &steps, &path) {
        Some((confidence, why)) => {
            let hit = Hit::text(path.clone(), None, confidence, why).until(path.end);
            Outcome::Found(if confidence < 0.5 { hit.rated(Severity::Low) } else { hit })
        }
        None => Outcome::Clean { until: path.end },
    }
}

fn unit_at(bytes: &[u8], at: usize) -> bool {
    steps::unit(&bytes[at..]).is_some()
}

/// The steps with what belongs to the path before and after.
fn whole_path(view: &View<'_>, steps: &Steps) -> Range<usize> {
    let start = view.byte_run_before(steps.span.start, TARGET_BYTES_MAX, in_path).start;
    let end = view.byte_run(steps.span.end, TARGET_BYTES_MAX, in_path).end;
    whole_characters(view, start, end)
}

/// `start..end` without the bytes of characters that it cuts.
fn whole_characters(view: &View<'_>, mut start: usize, mut end: usize) -> Range<usize> {
    let bytes = view.bytes();
    let continues = |at: usize| bytes.get(at).is_some_and(|byte| (0x80..0xC0).contains(byte));
    while continues(start) && start < end {
        start += 1;
    }
    while continues(end) && end > start {
        end -= 1;
    }
    start..end
}

fn in_path(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"\"'`<>|&=()[]{},;:?".contains(&byte)
}

/// How sure it is that `steps` are an attack, and why.
fn judge(view: &View<'_>, steps: &Steps, path: &Range<usize>) -> Option<(f64, &'static str)> {
    let bytes = view.bytes();
    let value = is_value(view);
    let before = &bytes[path.start..steps.span.start];
    let climbs = before.iter().all(|byte| matches!(byte, b'/' | b'\\' | b'.'));
    let only_path = value && fills_value(view, path);
    let spelled = steps.spelled >= 2 && (steps.depth >= 2 || only_path);
    let sure = |in_value: f64, elsewhere: f64| match value {
        _ if in_backticks(view, path) || in_sentence(view, path) => 0.6,
        true => in_value,
        false => elsewhere,
    };
    let target = target(&bytes[steps.span.end..path.end]);
    if steps.depth == 0 {
        let many = only_path && steps.stays >= STAYS_MIN;
        return many.then_some((0.82, "A path stays where it is again and again, as is done to get past filters."));
    }
    match target {
        Some(Target::Prized) if steps.depth >= 2 || only_path || steps.spelled > 0 => {
            Some((sure(0.95, 0.7), "Steps upwards lead to a file that attackers read first."))
        }
        _ if spelled => Some((sure(0.92, 0.7), "Steps upwards are spelled so that filters do not see them.")),
        _ if only_path && (steps.strange > 0 || (steps.spelled > 0 && target.is_some())) => {
            Some((sure(0.88, 0.7), "A step upwards is spelled so that filters do not see it."))
        }
        _ if only_path && climbs && is_guarded(&bytes[steps.span.end..path.end]) => {
            Some((0.82, "A step upwards leads to a file that keeps secrets."))
        }
        // A server that maps a name to a folder adds what follows the name to the folder's: `/images../`.
        Some(_) if only_path && before.last().is_some_and(u8::is_ascii_alphanumeric) => {
            Some((0.85, "A step upwards is hung on to the name of a folder."))
        }
        _ if steps.odd && steps.depth >= 2 && value => {
            Some((sure(0.85, 0.5), "Steps upwards have more dots than any path needs."))
        }
        Some(Target::Telling) if steps.depth >= 2 && only_path => {
            Some((sure(0.85, 0.5), "Steps upwards lead to configuration or logs."))
        }
        _ if only_path && climbs && before.starts_with(b"/") => {
            Some((0.85, "A path climbs above the root, which no honest path does."))
        }
        _ if only_path && climbs && steps.depth >= 4 => {
            Some((0.85, "The value is nothing but a path that climbs high."))
        }
        _ if only_path && steps.depth >= 2 && goes_beyond(&bytes[path.clone()]) => {
            Some((0.85, "A path goes into a folder and then up beyond where it began."))
        }
        _ if only_path && steps.noise => Some((0.85, "A sign that a server cuts off hides a step upwards.")),
        _ if steps.depth >= DEEP && value => Some((sure(0.85, 0.5), "A path climbs higher than any project is deep.")),
        _ if only_path && climbs && steps.depth >= 2 => Some((0.45, "The value is nothing but a path that climbs.")),
        _ => None,
    }
}

/// True for a path that enters a folder and climbs out of more than it entered; who means a file leaves the folder out.
fn goes_beyond(path: &[u8]) -> bool {
    let (mut entered, mut may_leave) = (0_usize, path.first() == Some(&b'/'));
    for part in path.split(|byte| matches!(byte, b'/' | b'\\')) {
        match part {
            b"" | b"." => {}
            // A path that begins with steps upwards is written so by everybody.
            b".." if entered == 0 => return may_leave,
            b".." => entered -= 1,
            _ => (entered, may_leave) = (entered + 1, true),
        }
    }
    false
}

/// `page.asp::$DATA`: the content of a file of NTFS by the name of its stream, which a server gives out as it stands.
fn stream(view: &View<'_>, at: usize) -> Option<Hit> {
    let start = view.byte_run_before(at, TARGET_BYTES_MAX, in_path).start;
    let path = whole_characters(view, start, at + b"::$data".len());
    let is_file = memchr::memchr(b'.', &view.bytes()[path.start..at]).is_some();
    (is_file && is_value(view) && fills_value(view, &path))
        .then(|| Hit::text(path, None, 0.88, "The stream of a file is named, so that a server gives out its source."))
}

/// True when the path is the whole text, the value of a parameter, the path of a URL, or a string of JSON.
fn fills_value(view: &View<'_>, path: &Range<usize>) -> bool {
    if is_member(view, path) {
        return true;
    }
    let bytes = view.bytes();
    let before = bytes[..path.start].trim_ascii_start();
    // The drive, and the scheme of files.
    let before = match before {
        [.., letter, b':'] if before.len() == 2 && letter.is_ascii_alphabetic() => b"",
        b"file:" => b"",
        _ => before,
    };
    let before = before.strip_prefix(b"GET ").or(before.strip_prefix(b"POST ")).unwrap_or(before);
    let after = bytes[path.end..].trim_ascii_end();
    let after = after.strip_suffix(b" HTTP/1.0").or(after.strip_suffix(b" HTTP/1.1")).unwrap_or(after);
    let starts = before.is_empty()
        || before.ends_with(b"=")
        || before.ends_with(b":\"")
        || before.iter().all(|byte| b"\"'{[:(<".contains(byte));
    let ends = after.is_empty()
        || after.starts_with(b"&")
        || after.starts_with(b"?")
        || after.starts_with(b";")
        || after.iter().all(|byte| b"\"'}])>{".contains(byte))
        || is_placeholder(after);
    starts && ends && (before.is_empty() || !before.contains(&b' '))
}

/// True for a name in braces that stands for a file.
fn is_placeholder(after: &[u8]) -> bool {
    after.first() == Some(&b'{') && after.len() <= 24 && after.last() == Some(&b'}')
}

/// A path that a null byte cuts off: what follows is there for a check of the ending only.
fn null_byte(view: &View<'_>, at: usize) -> Option<Hit> {
    let bytes = view.bytes();
    if !(bytes[at..].starts_with(b"%00") || bytes[at..].starts_with(b"%2500")) {
        return None;
    }
    let start = view.byte_run_before(at, TARGET_BYTES_MAX, in_path).start;
    let end = view.byte_run(at, TARGET_BYTES_MAX, in_path).end;
    let path = whole_characters(view, start, end);
    let named = bytes.get(path.start..at)?;
    let has_folder = named.iter().any(|byte| matches!(byte, b'/' | b'\\')) && named.iter().any(u8::is_ascii_alphabetic);
    // `page.php%00.png`: one ending for the program and one for the check.
    let cut = &bytes[at + if bytes[at..].starts_with(b"%2500") { 5 } else { 3 }..path.end];
    let two_endings = named.contains(&b'.') && matches!(cut, [b'.', first, ..] if first.is_ascii_alphabetic());
    let sure = ((has_folder || two_endings) && is_value(view) && fills_value(view, &path) && named.len() >= 4)
        .then_some(0.88)
        .filter(|_| !in_backticks(view, &path))?;
    Some(Hit::text(path, None, sure, "A null byte cuts off the path, so that its ending is not checked."))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn path() {
        check(
            "guard.injection.path",
            &[
                ("../../../etc/passwd", 0..19),
                ("/download?file=..%2f..%2f..%2fetc/passwd", 15..40),
                ("..\\..\\..\\windows\\win.ini", 0..24),
                ("/..%c0%af..%c0%afetc/x", 0..22),
                ("%252e%252e%252fx%252e", 0..21),
                ("....//....//....//secret", 0..24),
                ("/../../../x", 0..11),
                ("..;/..;/manager/html", 0..20),
                ("/static/..%5c..%5cboot.ini", 0..26),
                ("/var/www/page%00.png", 0..20),
                ("/images../.env", 0..14),
                ("GET /a/../../../etc/hosts HTTP/1.0", 4..25),
                ("photos/../../settings/keys.yml", 0..30),
                ("/app/../../srv/x", 0..16),
                ("{\"file\": \"photos/../../settings/keys.yml\"}", 10..40),
                ("/login/..;/console", 0..18),
                ("page.aspx::$DATA", 0..16),
                ("../.env", 0..7),
                ("..\\..\\appsettings.json", 0..22),
                ("page.php%00.png", 0..15),
                ("..%ef%bc%8f..%ef%bc%8fsrv", 0..25),
                ("..\u{ff0f}..\u{ff0f}..\u{ff0f}etc/passwd", 0..25),
                ("C:\\srv\\x\\..\\.ssh\\id_rsa", 2..23),
            ],
            &[
                "import x from '../../../lib/x';",
                "See [the guide](../../docs/guide.md).",
                "include_str!(\"../../assets/logo.svg\")",
                "cd ../.. && make",
                "../lib/index.js",
                "Wait.../continue or stop",
                "a%20b%2ec and 100%",
                "/usr/lib/gcc/x86_64/12/../../../../include",
                "docs/../docs/index.md",
                "Files have a stream ::$DATA by default.",
            ],
        );
    }
}
