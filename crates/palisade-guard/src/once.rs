//! One finding a stretch: of detectors that speak about the same value, the one that knows it best is heard.
//!
//! A token of a known provider in a connection string is a token of that provider; a JSON Web Token in an address is
//! judged as one; a value that a name makes suspicious is told by whoever knows its form.

use palisade_model::Severity;
use std::{cmp::Ordering, collections::BTreeMap, ops::Range};

/// What one detector says of a place.
pub(crate) struct Said {
    pub(crate) class: &'static str,
    pub(crate) severity: Severity,
    pub(crate) confidence: f64,
    pub(crate) place: Range<usize>,
}

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

/// For each of `all`, whether another says more of the value at its place.
pub(crate) fn told_better(all: impl Iterator<Item = Said>) -> Vec<bool> {
    let all: Vec<Said> = all.collect();
    let mut told = vec![false; all.len()];
    let mut speakers: Vec<usize> = (0..all.len()).filter(|&index| knowledge(all[index].class).is_some()).collect();
    if speakers.len() < 2 {
        return told;
    }
    speakers.sort_by(|&one, &other| by_knowledge(&all[other], &all[one]));
    // Those that are heard, of secrets and sessions and of persons, in the order of the text: they do not overlap.
    let mut heard: [BTreeMap<usize, usize>; 2] = Default::default();
    for index in speakers {
        let place = &all[index].place;
        let heard = &mut heard[usize::from(is_personal(&all[index]))];
        let before = heard.range(..place.end).next_back();
        told[index] = before.is_some_and(|(_, &end)| end > place.start);
        if !told[index] {
            heard.insert(place.start, place.end);
        }
    }
    told
}

fn is_personal(said: &Said) -> bool {
    said.class.starts_with("guard.personal.")
}

/// By knowledge, then severity, then confidence, then length.
fn by_knowledge(one: &Said, other: &Said) -> Ordering {
    let key = |said: &Said| (knowledge(said.class), said.severity);
    key(one)
        .cmp(&key(other))
        .then(one.confidence.total_cmp(&other.confidence))
        .then(one.place.len().cmp(&other.place.len()))
}

/// True when the two have a byte in common.
pub(crate) fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
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
