//! Addresses that only the server itself can reach.
//!
//! **What it finds.** URLs to the metadata services of clouds, to the machine itself and to private networks: by
//! number in any spelling, by name, through names that resolve to a number they contain, and behind a user name that
//! looks like a host; and URLs with schemes that speak other protocols (`gopher:`, `dict:`).
//!
//! **Why it matters.** A server that fetches such a URL hands out cloud keys and reaches internal services (CWE-918).
//!
//! **Example.** `http://169.254.169.254/latest/meta-data/`
//!
//! A URL to one's own machine in documentation is only mentioned (Low). To allow a host, allow this class where it is
//! used.

use super::{
    address::{Reach, reach},
    setting::{is_value, sure},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static SSRF: Detector = Detector {
    class: "guard.injection.ssrf",
    version: "1",
    severity: Severity::High,
    title: "URL to an internal address",
    remediation: "Resolve the host before fetching, and refuse addresses that are not public.",
    references: &["CWE-918", "OWASP-A10"],
    finds: Finds::Places { needles: &[b"://"], confirm },
};

/// Bytes of a scheme and of a host that are read.
const SCHEME_BYTES_MAX: usize = 12;
const HOST_BYTES_MAX: usize = 255;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let scheme = view.byte_run_before(at, SCHEME_BYTES_MAX, |byte| byte.is_ascii_alphanumeric());
    let authority = view
        .byte_run(at + 3, HOST_BYTES_MAX, |byte| !byte.is_ascii_whitespace() && !b"/?#\"'`<>\\,;)}|".contains(&byte));
    let authority = scheme.end + 3..view.slice(0..view.bytes().len()).floor_char_boundary(authority.end);
    let until = authority.end;
    let span = scheme.start..until;
    match judge(view, &scheme, &authority) {
        Some((severity, confidence, why)) => {
            Outcome::Found(Hit::text(span, None, confidence, why).rated(severity).until(until))
        }
        None => Outcome::Clean { until },
    }
}

/// Schemes that libraries fetch.
const FETCHED: [&str; 5] = ["http", "https", "ftp", "ws", "wss"];

/// How bad the URL is, how sure that is, and why.
fn judge(view: &View<'_>, scheme: &Range<usize>, authority: &Range<usize>) -> Option<(Severity, f64, &'static str)> {
    let text = view.slice(authority.clone());
    let (user, host) = text.rsplit_once('@').map_or((None, text), |(user, host)| (Some(user), host));
    let parameter = is_parameter(view, scheme.start);
    let span = scheme.start..authority.end;
    if let Some(found) = foreign_scheme(view, scheme, host, parameter) {
        return Some(found);
    }
    // An address of a database or a broker is a setting, not something that a library is made to fetch.
    if !FETCHED.iter().any(|name| view.slice(scheme.clone()).eq_ignore_ascii_case(name)) {
        return None;
    }
    let found = reach(host)?;
    let disguised = user.is_some_and(|user| user.contains('.')) && found != Reach::Odd;
    Some(match found {
        Reach::Metadata => (
            Severity::High,
            sure(view, &span, 0.95, 0.7, 0.6),
            "The metadata service of a cloud, which gives out keys.",
        ),
        _ if disguised => (
            Severity::High,
            sure(view, &span, 0.95, 0.85, 0.7),
            "A user name that looks like a host hides an internal address.",
        ),
        Reach::Odd => (
            Severity::High,
            sure(view, &span, 0.92, 0.8, 0.7),
            "An internal address is spelled so that filters do not see it.",
        ),
        Reach::Rebinding => {
            (Severity::High, sure(view, &span, 0.88, 0.7, 0.6), "A public name that resolves to an internal address.")
        }
        _ if is_confused(&view.bytes()[authority.end..]) => {
            (Severity::High, 0.85, "A sign behind the host makes parsers disagree on which host it is.")
        }
        Reach::Own | Reach::Private if is_fetched(view, scheme.start, authority.end, host) => {
            (Severity::High, 0.83, "The value is nothing but a URL to a service that only the machine itself reaches.")
        }
        Reach::Own | Reach::Private if parameter => {
            (Severity::High, 0.85, "A parameter holds a URL to an internal address.")
        }
        Reach::Own => (Severity::Low, 0.4, "A URL to the machine itself."),
        Reach::Private => (Severity::Low, 0.3, "A URL to a private network."),
    })
}

/// A URL whose scheme makes an HTTP library speak another protocol.
fn foreign_scheme(
    view: &View<'_>,
    scheme: &Range<usize>,
    host: &str,
    parameter: bool,
) -> Option<(Severity, f64, &'static str)> {
    let name = view.slice(scheme.clone()).to_ascii_lowercase();
    let alone = is_value(view) && view.bytes()[..scheme.start].trim_ascii().is_empty();
    let internal = reach(host).is_some();
    match name.as_str() {
        "gopher" | "dict" | "tftp" | "netdoc" | "jar" if parameter || (alone && internal) => {
            Some((Severity::High, 0.9, "A scheme that lets a URL speak other protocols."))
        }
        "gopher" | "dict" | "netdoc" | "tftp" if alone => {
            Some((Severity::High, 0.8, "A scheme that lets a URL speak other protocols."))
        }
        "file" if parameter && !host.is_empty() && !names_host(host) => None,
        "ldap" | "ldaps" | "sftp" | "rmi" | "file" if parameter => {
            Some((Severity::High, 0.85, "A parameter holds a URL that is not of the web."))
        }
        _ => None,
    }
}

/// True when what follows a host goes on with a second one, which some parsers take for the first: `\@`, `#@`.
fn is_confused(after: &[u8]) -> bool {
    [&b"\\@"[..], b"#@", b"?@"].iter().any(|signs| after.starts_with(signs))
}

/// Ports of services that are no web servers, and of those that govern a machine's containers.
const SERVICE_PORTS: [&str; 21] = [
    "21", "22", "23", "25", "110", "111", "139", "143", "445", "873", "1433", "1521", "2181", "2375", "2379", "3306",
    "5432", "6379", "10250", "10255", "11211",
];

/// Beginnings of paths by which services are governed, or tell what they hold.
const GOVERNING: [&str; 24] = [
    "/admin",
    "/manager",
    "/actuator",
    "/server-status",
    "/latest/",
    "/v1/agent",
    "/v1/kv",
    "/_cat",
    "/_all_dbs",
    "/_nodes",
    "/_cluster",
    "/containers",
    "/images/json",
    "/pods",
    "/console",
    "/v2/keys",
    "/api/v1/namespaces",
    "/api/v1/secrets",
    "/api/v1/targets",
    "/jolokia",
    "/setup.cgi",
    "/computemetadata",
    "/solr/admin",
    "/jenkins",
];

/// Names of values that a program fetches, in lower case.
const FETCHING: [&str; 14] = [
    "image_url",
    "img",
    "avatar",
    "avatar_url",
    "picture",
    "feed",
    "feed_url",
    "webhook",
    "import_url",
    "target",
    "url",
    "uri",
    "src",
    "fetch",
];

/// True when the text is nothing but a URL, perhaps behind the name of a value that is fetched, to a service that no
/// one reads with a browser: by its port, its path, or an address that stands for all of the machine's own.
fn is_fetched(view: &View<'_>, start: usize, end: usize, host: &str) -> bool {
    let bytes = view.bytes();
    let before = bytes[..start].trim_ascii();
    if !is_value(view) || bytes[end..].iter().any(u8::is_ascii_whitespace) || !is_named_to_be_fetched(before) {
        return false;
    }
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let path = view.slice(end..bytes.len()).to_ascii_lowercase();
    let unspecified = host.starts_with("0.0.0.0") || host.starts_with("[::]");
    unspecified || SERVICE_PORTS.contains(&port) || GOVERNING.iter().any(|start| path.starts_with(start))
}

/// True when nothing, or the name of a value that is fetched, stands before a URL: `url=`, `{"webhook":"`.
fn is_named_to_be_fetched(before: &[u8]) -> bool {
    let Ok(before) = std::str::from_utf8(before) else { return false };
    let name = before.trim_end_matches(['"', '\'', ' ']).trim_end_matches([':', '=']);
    let name = name.trim_matches(['"', '\'', '{', ' ', '?']);
    before.is_empty() || FETCHING.contains(&name)
}

/// True for what a host can be called; `file://.` names a folder of the program's own.
fn names_host(host: &str) -> bool {
    host.starts_with(|first: char| first.is_alphanumeric() || first == '[')
}

/// True when the URL that starts at `at` is the value of a parameter of another one, or of a form.
fn is_parameter(view: &View<'_>, at: usize) -> bool {
    let before = &view.bytes()[at.saturating_sub(64)..at];
    let Some(before) = before.strip_suffix(b"=") else { return false };
    let name = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-[]".contains(byte)).count();
    let lead = before.len() - name;
    is_value(view) && name > 0 && (lead.checked_sub(1).is_some_and(|at| matches!(before[at], b'?' | b'&')))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ssrf() {
        check(
            "guard.injection.ssrf",
            &[
                ("http://169.254.169.254/latest/meta-data/", 0..22),
                ("http://2852039166/", 0..17),
                ("http://0x7f.1/", 0..13),
                ("http://0177.0.0.1/", 0..17),
                ("http://[::ffff:127.0.0.1]/x", 0..25),
                ("http://[fd00:ec2::254]/", 0..22),
                ("http://metadata.google.internal/x", 0..31),
                ("https://10-0-0-1.nip.io/", 0..23),
                ("http://trusted.example@127.0.0.1/", 0..32),
                ("https://x.example/fetch?url=http://192.168.0.1/", 28..46),
                ("gopher://127.0.0.1:6379/_x", 0..23),
                ("http://①②⑦.⓪.⓪.①/", 0..28),
                ("http://localhost:3000/", 0..21),
                ("http://127.0.0.1:6379/", 0..21),
                ("url=http://192.168.1.1/setup.cgi", 4..22),
                ("{\"webhook\":\"http://127.0.0.1:9090/api/v1/targets\"}", 12..33),
                ("http://127.0.0.1#@shop.example/", 0..16),
            ],
            &[
                "https://example.org/path?x=1",
                "See https://docs.rs/ and http://1.1.1.1/",
                "postgres://user:secret@db.example.org/x",
                "https://127.example.org/ and https://3.14.example/",
                "http://2026/",
                "http://Ｇｏ.com and http://www.foo。bar.com/",
                "/build?path=file://.",
            ],
        );
    }
}
