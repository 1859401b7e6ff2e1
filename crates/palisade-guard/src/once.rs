//! One finding a stretch: of detectors that speak about the same value, the one that knows it best is heard.
//!
//! A token of a known provider in a connection string is a token of that provider; a JSON Web Token in an address is
//! judged as one; a value that a name makes suspicious is told by whoever knows its form.

use palisade_model::FindingDraft;
use std::{cmp::Ordering, ops::Range};

/// How much the detector of `class` knows of a value; none for those that do not speak about values.
fn knowledge(class: &str) -> Option<u8> {
    match class {
        // By what stands around it.
        "guard.secret.generic" => Some(0),
        // By its place.
        "guard.session.url" | "guard.secret.connection-string" => Some(1),
        // By its form; a fault is more than a form.
        "guard.secret.jwt" => Some(2),
        "guard.session.jwt" => Some(4),
        _ if class.starts_with("guard.secret.") => Some(3),
        _ if class.starts_with("guard.personal.") => Some(0),
        _ => None,
    }
}

/// Takes out of the findings from `first` on what says of a value less than another finding at its place.
pub(crate) fn tell_values_once(found: &mut Vec<FindingDraft>, first: usize) {
    let mut candidates: Vec<usize> =
        (first..found.len()).filter(|&index| knowledge(found[index].detector).is_some()).collect();
    if candidates.len() < 2 {
        return;
    }
    candidates.sort_by(|&one, &other| by_knowledge(&found[other], &found[one]));
    let mut kept: Vec<usize> = Vec::new();
    let mut dropped: Vec<usize> = Vec::new();
    for index in candidates {
        let place = place(&found[index]);
        let family = is_personal(&found[index]);
        let told = kept
            .iter()
            .any(|&known| is_personal(&found[known]) == family && overlap(&self::place(&found[known]), &place));
        if told { dropped.push(index) } else { kept.push(index) }
    }
    let mut index = 0;
    found.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
}

fn is_personal(finding: &FindingDraft) -> bool {
    finding.detector.starts_with("guard.personal.")
}

/// By knowledge, then severity, then confidence, then length.
fn by_knowledge(one: &FindingDraft, other: &FindingDraft) -> Ordering {
    let key = |finding: &FindingDraft| (knowledge(finding.detector), finding.severity);
    key(one)
        .cmp(&key(other))
        .then(one.confidence.total_cmp(&other.confidence))
        .then(place(one).len().cmp(&place(other).len()))
}

fn place(finding: &FindingDraft) -> Range<usize> {
    finding.evidence.first().map(|at| at.start..at.end).unwrap_or_default()
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use crate::Guard;
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    const TOKEN: &str = concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s");

    #[test]
    fn a_value_is_told_by_the_detector_that_knows_it() {
        let guard = Guard::new();
        let token = |claims: &str| {
            format!("{}.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#), URL_SAFE_NO_PAD.encode(claims))
        };
        let sound = token(r#"{"sub":"42","iat":1700000000,"exp":1700003600}"#);
        let endless = token(r#"{"sub":"42"}"#);
        for (text, class) in [
            (format!("GET https://shop.example/?token={TOKEN} HTTP/1.1"), "guard.secret.gitlab"),
            (format!("git clone https://oauth2:{TOKEN}@git.corp.net/a/b.git"), "guard.secret.gitlab"),
            (format!("Authorization: Bearer {TOKEN}"), "guard.secret.gitlab"),
            (format!("api_token = \"{TOKEN}\""), "guard.secret.gitlab"),
            (format!("GET /x?access_token={sound} HTTP/1.1"), "guard.secret.jwt"),
            (format!("Authorization: Bearer {sound}"), "guard.secret.jwt"),
            (format!("https://a.corp.net/x?id_token={endless}&y=1"), "guard.session.jwt"),
            (format!("postgres://app:{sound}@db.corp.net/x"), "guard.secret.jwt"),
            ("Server=db;Database=x;Password=tR7mZq2XcV9bN4kL;".to_owned(), "guard.secret.connection-string"),
            ("credit card account number 4539 5787 6362 1486".to_owned(), "guard.personal.card"),
        ] {
            let classes: Vec<&str> = guard.inspect_text(&text).iter().map(|finding| finding.detector).collect();
            assert_eq!(classes, [class], "{text}");
            let json = serde_json::json!({"token": text, "password": [text]}).to_string();
            let classes: Vec<&str> =
                guard.inspect_json(&json).unwrap().iter().map(|finding| finding.detector).collect();
            assert_eq!(classes, [class, class], "{json}");
        }
    }

    #[test]
    fn values_beside_each_other_are_all_told() {
        let text = format!("https://u:tR7mZq2XcV9bN@git.corp.net/?token={TOKEN}");
        assert_eq!(Guard::new().inspect_text(&text).len(), 2);
    }
}
