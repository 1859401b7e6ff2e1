//! Files of other machines that a program is made to include.
//!
//! **What it finds.** A parameter whose value is the URL of a script on another machine, a URL that ends so that the
//! program's own ending is cut off (`?`, a null byte), or a share (`\\host\share`); and a value that is nothing but a
//! script on a share or an FTP server with a public number for a name.
//!
//! **Why it matters.** A program that includes the value runs the attacker's code as its own (CWE-98).
//!
//! **Example.** `/index.php?page=http://files.example/x.txt?`
//!
//! URLs of pages and pictures in parameters are left alone. To allow others, allow this class for their field.

use super::{
    address::reach,
    setting::{in_backticks, is_alone, is_member, is_query_value, is_value},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static INCLUDE: Detector = Detector {
    class: "guard.injection.include",
    version: "1",
    severity: Severity::High,
    title: "File of another machine to include",
    remediation: "Include files from a fixed list only, and switch off includes of URLs.",
    references: &["CWE-98", "CWE-829"],
    finds: Finds::Places {
        needles: &[
            b"=http://",
            b"=https://",
            b"=ftp://",
            b"=ftps://",
            b"=\\\\",
            b"=//",
            b"ftp://",
            b"\\\\1",
            b"\\\\2",
            b"\\\\3",
            b"\\\\4",
            b"\\\\5",
            b"\\\\6",
            b"\\\\7",
            b"\\\\8",
            b"\\\\9",
            b"//1",
            b"//2",
            b"//3",
            b"//4",
            b"//5",
            b"//6",
            b"//7",
            b"//8",
            b"//9",
        ],
        confirm,
    },
};

/// Bytes of an address that are read.
const ADDRESS_BYTES_MAX: usize = 512;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes[at] != b'=' {
        return whole(view, at);
    }
    let rest = &bytes[at..bytes.len().min(at + ADDRESS_BYTES_MAX)];
    let of_address = |byte: &&u8| !byte.is_ascii_whitespace() && !b"\"'<>`&".contains(byte);
    let length = 1 + rest[1..].iter().take_while(of_address).count();
    let (start, end) = (at + 1, view.floor(at + length));
    let found = address(&rest[1..length], includes(&bytes[..at]));
    let Some((confidence, why)) = found else { return Outcome::Clean { until: end.max(at + 1) } };
    if !is_value(view) || !is_query_value(&bytes[..start]) {
        return Outcome::Clean { until: end.max(at + 1) };
    }
    let confidence = if in_backticks(view, &(start..end)) { f64::min(confidence, 0.5) } else { confidence };
    let hit = Hit::text(start..end, None, confidence, why);
    Outcome::Found(if confidence < 0.7 { hit.rated(Severity::Low) } else { hit })
}

/// A value that is nothing but a script on a share or an FTP server, an archive to be opened from afar, or a URL that
/// cuts off what follows it: what libraries that open URLs load.
fn whole(view: &View<'_>, at: usize) -> Outcome {
    let scheme = view.byte_run_before(at, SCHEME_BYTES_MAX, |byte| byte.is_ascii_alphanumeric() || byte == b':');
    let scheme = view.slice(scheme);
    let start = at - scheme.len();
    let begins = start == 0 || matches!(view.bytes()[start - 1], b'"' | b'\'' | b' ' | b'\n');
    if !begins || !is_value(view) || !matches!(scheme, "" | "http:" | "https:" | "jar:http:" | "jar:https:") {
        return Outcome::Clean { until: at + 1 };
    }
    let end =
        view.byte_run(at, ADDRESS_BYTES_MAX, |byte| !byte.is_ascii_whitespace() && !b"\"'<>`#".contains(&byte)).end;
    let span = start..view.floor(end);
    let text = view.slice(at..span.end);
    let host = text.trim_start_matches("ftp:").trim_start_matches(['/', '\\']);
    let host = &host[..host.find(['/', '\\', ':']).unwrap_or(host.len())];
    let number = host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok());
    let path = text.to_ascii_lowercase();
    let script = SCRIPTS.iter().any(|ending| path.trim_end_matches('?').ends_with(ending));
    let runs = match scheme {
        "" => script && !path.ends_with(".txt") && !path.ends_with('?'),
        "http:" | "https:" => script && path.ends_with('?'),
        _ => path.contains("!/"),
    };
    let alone = is_alone(view, &span) || is_member(view, &span);
    if !(number && runs && alone && reach(host).is_none()) {
        return Outcome::Clean { until: span.end.max(at + 1) };
    }
    Outcome::Found(Hit::text(span, None, 0.85, "The value is a script on another machine that has no name."))
}

/// Bytes of the scheme, or of one within another.
const SCHEME_BYTES_MAX: usize = 12;

type Found = Option<(f64, &'static str)>;

/// Endings of scripts that programs include, in lower case.
static SCRIPTS: [&str; 12] =
    [".php", ".txt", ".inc", ".asp", ".aspx", ".jsp", ".phtml", ".sh", ".cgi", ".pl", ".exe", ".dll"];

/// What names of parameters hold whose value is a file that the program includes, in lower case.
static INCLUDED: [&[u8]; 16] = [
    b"file", b"page", b"path", b"inc", b"templ", b"lang", b"theme", b"lib", b"dir", b"root", b"load", b"doc",
    b"module", b"conf", b"skin", b"view",
];

/// True when the parameter whose sign follows `before` is named for a file.
fn includes(before: &[u8]) -> bool {
    let name: Vec<u8> = before.iter().rev().take(40).take_while(|byte| !matches!(byte, b'?' | b'&')).copied().collect();
    let name: Vec<u8> = name.iter().rev().map(u8::to_ascii_lowercase).collect();
    INCLUDED.iter().any(|part| memchr::memmem::find(&name, part).is_some())
}

/// What a parameter's value that is a URL or a share says.
fn address(text: &[u8], included: bool) -> Found {
    let share = text.starts_with(b"\\\\") || text.starts_with(b"//");
    let host_at = if share { 2 } else { memchr::memmem::find(text, b"://")? + 3 };
    let rest = &text[host_at..];
    let host = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".-:@_".contains(byte)).count();
    let path = &rest[host..];
    if host == 0 || !rest[..host].contains(&b'.') {
        return None;
    }
    if text.starts_with(b"\\\\") {
        return (path.len() > 1 && path[0] == b'\\').then_some((0.85, "A parameter names a share of another machine."));
    }
    let query = memchr::memchr2(b'?', b'#', path).unwrap_or(path.len());
    let script =
        std::str::from_utf8(&path[..query]).ok().map(|path| path.trim_end_matches(['\0', ' ']).to_ascii_lowercase());
    let script = script.is_some_and(|path| SCRIPTS.iter().any(|ending| path.ends_with(ending)));
    let cut = matches!(&path[query..], b"?" | b"??" | b"#") || path.ends_with(b"%00") || path.ends_with(b"\0");
    let number = rest[..host].iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':'));
    match (script, cut) {
        (true, true) => Some((0.92, "A parameter holds a script of another machine, and cuts off what follows.")),
        (true, false) if number || included => Some((0.88, "A parameter holds a script of another machine.")),
        (_, true) => Some((0.82, "A parameter holds a URL that cuts off what follows.")),
        (true, false) => Some((0.6, "A parameter holds a script of another machine.")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn include() {
        check(
            "guard.injection.include",
            &[
                ("/index.php?page=http://files.example/x.txt?", 16..43),
                ("/?lib=ftp://198.51.100.7/a.php", 6..30),
                ("/?a=1&theme=\\\\198.51.100.7\\pub\\x.php", 12..36),
                ("\\\\198.51.100.7\\pub\\x.dll", 0..24),
                ("//198.51.100.7/pub/x.php", 0..24),
                ("http://198.51.100.7/x.txt?", 0..26),
                ("jar:http://198.51.100.7/x.jar!/y", 0..32),
            ],
            &[
                "/login?next=https://shop.example/cart",
                "/img?src=https://cdn.example/a.png",
                "url=https://files.example/x.php",
                "\\\\192.168.4.20\\install\\setup.exe",
                "ftp://ftp.example.org/pub/tool.php",
                "http://198.51.100.7/index.php",
            ],
        );
    }
}
