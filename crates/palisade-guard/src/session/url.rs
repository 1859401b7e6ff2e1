//! Session ids and tokens in web addresses.
//!
//! **What it finds.** `PHPSESSID`, `jsessionid`, `sid`, `session_id`, `token`, `access_token` and the like with a value
//! of some disorder in the query, the path or the fragment of an address.
//!
//! **Why it matters.** Addresses are kept in histories, logs and the `Referer` of the next page: whoever reads one of
//! these goes on with the session.
//!
//! **Example.** `https://shop.corp.net/cart;jsessionid=1A530637289A03B07199A44E8D531427`
//!
//! Placeholders and short values, as page numbers are, are left alone. Names and passwords in addresses are told by
//! `guard.secret.connection-string`.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::URL_BYTES_MAX,
    secret::is_random_value,
    text::View,
};
use palisade_model::Severity;

pub(super) static URL: Detector = Detector {
    class: "guard.session.url",
    version: "1",
    severity: Severity::Medium,
    title: "Session id or token in an address",
    remediation: "Carry sessions in cookies or headers, and end the session that this address shows.",
    references: &["CWE-598", "CWE-384"],
    finds: Finds::Places {
        needles: &[
            b"phpsessid=",
            b"jsessionid=",
            b"aspsessionid",
            b"sessionid=",
            b"session_id=",
            b"session=",
            b"?sid=",
            b"&sid=",
            b"access_token=",
            b"auth_token=",
            b"id_token=",
            b"?token=",
            b"&token=",
            b"?key=",
            b"&key=",
            b"api_key=",
            b"apikey=",
        ],
        confirm,
    },
};

/// Characters of the shortest session id in use, and of the longest value that is looked at.
const VALUE_BYTES_MIN: usize = 16;
const VALUE_BYTES_MAX: usize = 512;

/// Bytes of a name of a parameter before its `=`.
const NAME_BYTES_MAX: usize = 32;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let start = at + usize::from(matches!(view.bytes()[at], b'?' | b'&'));
    let is_parameter = matches!(view.bytes()[..start].last(), Some(b'?' | b'&' | b';' | b'#'));
    let name = view.byte_run(start, NAME_BYTES_MAX, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_parameter || view.bytes().get(name.end) != Some(&b'=') {
        return Outcome::Clean { until: 0 };
    }
    let value =
        view.byte_run(name.end + 1, VALUE_BYTES_MAX, |byte| byte.is_ascii_alphanumeric() || b"-_.~%+/".contains(&byte));
    let why = "The address carries what lets its reader into the session.";
    let random = value.len() >= VALUE_BYTES_MIN && is_random_value(&view.bytes()[value.clone()]);
    // A key can also be that of a document.
    let confidence = if view.bytes()[name].eq_ignore_ascii_case(b"key") { 0.5 } else { 0.7 };
    (random && in_address(view, start)).then(|| Hit::secret(value, confidence, why)).into()
}

/// True when an address stands before `at` without a gap: with its scheme, or from the path on; not one of the hosts for
/// documentation (RFC 2606).
fn in_address(view: &View<'_>, at: usize) -> bool {
    let before =
        view.byte_run_before(at, URL_BYTES_MAX, |byte| byte.is_ascii_graphic() && !b"\"'<>`(){}|\\".contains(&byte));
    let bytes = &view.bytes()[before];
    let host = memchr::memmem::find(bytes, b"://").map(|scheme| &bytes[scheme + 3..]);
    let host = host.map(|host| &host[..memchr::memchr(b'/', host).unwrap_or(host.len())]);
    match host {
        Some(host) => memchr::memmem::find(&[b".", host].concat(), b".example").is_none(),
        None => bytes.starts_with(b"/"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn url() {
        check(
            "guard.session.url",
            &[
                ("https://a.net/cart;jsessionid=1A530637289A03B07199A44E8D531427", 30..62),
                ("GET /x.php?PHPSESSID=r2t5uvjq435r4q7ib3vtdjq120&p=2 HTTP/1.1", 21..47),
                ("see https://a.net/r?u=1&token=tR7mZq2XcV9bN4kLwP8s.", 30..51),
            ],
            &[
                "https://a.net/list?token=YOUR_TOKEN_GOES_HERE_NOW",
                "https://a.net/list?sid=12",
                "https://a.net/list?key=some-words-for-a-page",
                "the parameter ?token= is read",
                "Location: http://client.example.com/cb?sid=tR7mZq2XcV9bN4kLwP8s",
                "let url = format!(\"{base}?token={token}\");",
            ],
        );
    }
}
