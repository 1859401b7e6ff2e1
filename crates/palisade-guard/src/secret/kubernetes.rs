//! Secrets of Kubernetes, whose values are written in base64.
//!
//! **What it finds.** `kind: Secret` in YAML or JSON with `data` or `stringData` beside it, in which a value is, or
//! decodes to, what could be a password or key.
//!
//! **Why it matters.** Base64 hides nothing: whoever reads the manifest has the secret.
//!
//! **Example.** `kind: Secret` and `data:` with `db-pass: a1E5I3Z6VDIhbUx4`
//!
//! Placeholders, empty values and templates are left alone, and so are references to secrets.

use super::placeholder::{is_placeholder, strength};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use base64::Engine as _;
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static KUBERNETES: Detector = Detector {
    class: "guard.secret.kubernetes",
    version: "1",
    severity: Severity::High,
    title: "Kubernetes secret with its value",
    remediation: "Replace the value, and keep manifests of secrets sealed or out of the repository.",
    references: &["CWE-798", "CWE-312", "OWASP-LLM02"],
    finds: Finds::Places {
        needles: &[b"kind: secret", b"kind: \"secret", b"\"kind\":\"secret", b"\"kind\": \"secret"],
        confirm,
    },
};

/// Bytes of a manifest around its kind that are looked at; names and labels take up less.
const MANIFEST_BYTES_MAX: usize = 1_024;

/// Names in a manifest behind which there are no values of the secret.
const OTHER_NAMES: [&str; 6] = ["kind", "metadata", "apiVersion", "type", "status", "immutable"];

/// Letters of a password as weak as any that is worth telling.
const SECRET_BYTES_MIN: usize = 6;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let kind = view.byte_run(at + 5, 24, |byte| byte != b'\n' && byte != b',');
    let named = view.slice(at..view.floor(kind.end)).trim_end().trim_end_matches(['"', '}']);
    if !named.to_ascii_lowercase().ends_with("secret") {
        return Outcome::Clean { until: 0 };
    }
    view.spend(MANIFEST_BYTES_MAX);
    let from = view.floor(at.saturating_sub(MANIFEST_BYTES_MAX));
    let end = view.floor((at + MANIFEST_BYTES_MAX).min(view.bytes().len()));
    let text = view.slice(from..end);
    let (begin, stop) = document(text, at - from);
    let labels = ["data:", "\"data\":", "stringData:", "\"stringData\":"];
    let places = labels.iter().filter_map(|label| Some(text[begin..stop].find(label)? + begin + label.len()));
    let found = places.min().and_then(|place| value(text, place, stop));
    found
        .map(|span| Hit::secret(from + span.start..from + span.end, 0.85, "The value of a secret, in base64 at most."))
        .into()
}

/// The document of YAML in `text` that `at` stands in.
fn document(text: &str, at: usize) -> (usize, usize) {
    let begin = text[..at].rfind("\n---").map_or(0, |end| end + 1);
    (begin, text[at..].find("\n---").map_or(text.len(), |length| at + length))
}

/// The first value between `from` and `stop` that could be a secret.
fn value(text: &str, from: usize, stop: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let run = |start: usize, belongs: fn(u8) -> bool| {
        start + bytes[start..stop].iter().take_while(|&&byte| belongs(byte)).count()
    };
    let blank = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'{' | b',');
    let mut at = from;
    loop {
        let name = run(at, blank);
        let name_end = run(name, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
        let sign = run(name_end, |byte| matches!(byte, b'"' | b'\'' | b' '));
        if name_end == name || bytes.get(sign) != Some(&b':') || OTHER_NAMES.contains(&&text[name..name_end]) {
            return None;
        }
        let start = run(sign + 1, |byte| matches!(byte, b' ' | b'"' | b'\''));
        let end = run(start, |byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b',' | b'}'));
        if is_secret(&bytes[start..end]) {
            return Some(start..end);
        }
        at = end;
    }
}

/// True for what could be a password or key, as it stands or in base64.
fn is_secret(value: &[u8]) -> bool {
    let decoded = base64::engine::general_purpose::STANDARD.decode(value).ok();
    let plain = decoded.as_deref().filter(|bytes| bytes.iter().all(u8::is_ascii_graphic)).unwrap_or(value);
    plain.len() >= SECRET_BYTES_MIN && !is_placeholder(plain) && strength(plain) >= 3
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn kubernetes() {
        let yaml =
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  user: YXBw\n  db-pass: a1E5I3Z6VDIhbUx4\n";
        let at = yaml.find("a1E5").unwrap();
        let json = r#"{"data":{"p":"a1E5I3Z6VDIhbUx4"},"kind":"Secret"}"#;
        check(
            "guard.secret.kubernetes",
            &[(yaml, at..at + 16), (json, 14..30)],
            &[
                "kind: Secret\ndata:\n  pass: cGFzc3dvcmQ=\n",
                "kind: Secret\ndata:\n  pass: {{ .Values.pass }}\n",
                "kind: SecretStore\ndata:\n  pass: a1E5I3Z6VDIhbUx4\n",
                "kind: Secret\nmetadata:\n  name: x\n---\nkind: ConfigMap\ndata:\n  x: a1E5I3Z6VDIhbUx4\n",
                "kind: Secret",
            ],
        );
    }
}
