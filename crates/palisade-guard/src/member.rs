//! What the name of a JSON member says about its value: `{"password":"…"}` is `password: "…"`.
//!
//! **How it works.** A value whose name, or whose object's name, wakes a detector of values is looked at once more, as
//! it stands behind these names: `"card": {"number": "…`. So detectors find what they know from text, and need to know
//! nothing of JSON. Nothing is done for names that wake nobody, which nearly all do.

use crate::{
    Detector,
    detector::{Hit, Outcome},
    prefilter::Prefilter,
    scan,
    table::detectors,
    text::View,
};
use std::ops::Range;

/// Bytes of a value that are looked at behind its name: more than any detector's window, and than a value that has no
/// mark of its own.
const VALUE_BYTES_MAX: usize = 512;

/// Bytes of a name; of longer ones, the end counts.
const NAME_BYTES_MAX: usize = 64;

/// Families whose detectors look at values by what stands before them.
const FAMILIES: [&str; 3] = ["guard.secret.", "guard.personal.", "guard.session."];

/// Names that say what a value is and are too short to be looked for in text.
const TERSE: [&str; 12] = ["pass", "pwd", "pan", "sin", "rut", "dni", "nie", "nif", "mac", "tel", "cc", "fin"];

/// Which open objects have the name of a value's member noted, by depth.
#[derive(Default)]
pub(crate) struct Telling(Vec<bool>);

impl Telling {
    /// Notes whether the name of a member at `depth` may say what its value is: `woke` when it holds a needle.
    pub(crate) fn note(&mut self, depth: usize, name: &str, woke: bool) {
        self.0.resize(depth.max(1), false);
        self.0[depth.max(1) - 1] = woke || is_terse(name);
    }

    /// True when a name above a value at `depth` may say what the value is.
    pub(crate) fn concerns(&self, depth: usize) -> bool {
        self.0[..depth.min(self.0.len())].iter().rev().take(NAMES_DEPTH).any(|telling| *telling)
    }
}

/// How far up names are noted for a value: its own, its object's, and arrays between them.
const NAMES_DEPTH: usize = 4;

fn is_terse(name: &str) -> bool {
    name.len() <= 4 && TERSE.iter().any(|terse| name.eq_ignore_ascii_case(terse))
}

/// Gives what is found in `value` because it stands behind `names`, outermost first, to `visit`; places count in
/// `value`.
pub(crate) fn scan_behind(
    prefilter: &Prefilter,
    names: &[&str],
    value: &str,
    visit: &mut dyn FnMut(&'static Detector, Hit),
) {
    let (text, start) = written(names, value);
    let (view, end) = (View::new(&text), start + value.len().min(VALUE_BYTES_MAX));
    let mut search = prefilter.search(view.bytes());
    let woken = std::iter::from_fn(|| search.next_within(&(0..text.len()))).take_while(|place| place.start < start);
    let wakes = woken.flat_map(|place| prefilter.needle(place).wakes.iter().map(move |wake| (place.start, *wake)));
    for (at, wake) in wakes {
        let detector = detectors()[wake.detector];
        if !FAMILIES.iter().any(|family| detector.class.starts_with(family)) {
            continue;
        }
        if let Outcome::Found(hit) = scan::confirm(&view, at, wake)
            && let Some(hit) = within(hit, &(start..end))
        {
            visit(detector, hit);
        }
    }
}

/// `value` behind `names`, and where it starts.
fn written(names: &[&str], value: &str) -> (String, usize) {
    let cut = value.floor_char_boundary(VALUE_BYTES_MAX);
    let mut text = String::with_capacity(names.len() * (NAME_BYTES_MAX + 5) + cut + 2);
    for (index, name) in names.iter().enumerate() {
        let end = name.ceil_char_boundary(name.len().saturating_sub(NAME_BYTES_MAX));
        text.push_str(if index == 0 { "\"" } else { "{\"" });
        text.push_str(&name[end..]);
        text.push_str("\": ");
    }
    text.push('"');
    let start = text.len();
    text.push_str(&value[..cut]);
    if cut == value.len() {
        text.push('"');
    }
    (text, start)
}

/// `hit` with its places counted in the value; none when it is not in the value alone.
fn within(mut hit: Hit, value: &Range<usize>) -> Option<Hit> {
    let inside = |place: &Range<usize>| value.start <= place.start && place.end <= value.end;
    let moved = |place: &Range<usize>| place.start - value.start..place.end - value.start;
    hit.also.retain(inside);
    hit.also.iter_mut().for_each(|place| *place = moved(place));
    inside(&hit.span).then(|| Hit { span: moved(&hit.span), ..hit })
}

#[cfg(test)]
mod tests {
    use crate::Guard;

    #[track_caller]
    fn check(json: &str, expected: &[(&str, &str, std::ops::Range<usize>)]) {
        let found = Guard::new().inspect_json(json).unwrap();
        let places: Vec<_> = found
            .iter()
            .map(|finding| {
                let place = &finding.evidence[0];
                (finding.detector, place.pointer.as_str(), place.start..place.end)
            })
            .collect();
        assert_eq!(places, expected, "{json}");
    }

    #[test]
    fn names_tell_what_values_are() {
        let secret = "tR7mZq2XcV9bN4kLwP8sJ1hG";
        check(&format!(r#"{{"api_key": "{secret}"}}"#), &[("guard.secret.generic", "/api_key", 0..24)]);
        check(
            &format!(r#"{{"clientSecret":["x","{secret}"]}}"#),
            &[("guard.secret.generic", "/clientSecret/1", 0..24)],
        );
        check(r#"{"password":"hunter2-Xk29"}"#, &[("guard.secret.generic", "/password", 0..12)]);
        check(
            &format!(r#"{{"headers":{{"Authorization":"Bearer {secret}"}}}}"#),
            &[("guard.secret.generic", "/headers/Authorization", 7..31)],
        );
        check(r#"{"auth":{"user":"anna","pass":"kQ9#vzT2!mLx"}}"#, &[("guard.secret.generic", "/auth/pass", 0..12)]);
        let card = "guard.personal.card";
        check(r#"{"card_number":"4539578763621486"}"#, &[(card, "/card_number", 0..16)]);
        check(r#"{"card":{"holder":"x","number":"4539578763621486"}}"#, &[(card, "/card/number", 0..16)]);
        check(r#"{"card":{"number":4539578763621486,"id":7}}"#, &[(card, "/card/number", 0..16)]);
        check(r#"{"ssn":"536-22-1846"}"#, &[("guard.personal.us-ssn", "/ssn", 0..11)]);
        let token = "3f9a1c0b7de2458691ab7cd0e3f25a483f9a1c0b7de2458691ab7cd0e3f25a48";
        check(
            &format!(r#"{{"linode":{{"region":"eu","token":"{token}"}}}}"#),
            &[("guard.secret.linode", "/linode/token", 0..64)],
        );
    }

    #[test]
    fn names_tell_nothing_of_other_values() {
        for json in [
            r#"{"password":{"type":"string","description":"The password"},"token":"next_page_of_results"}"#,
            r#"{"card":{"title":"4 cards"},"trace":{"id":"4539578763621486"}}"#,
            r#"{"password":"","pass":"ok","token":null,"secret":"${SECRET}"}"#,
            r#"{"a":{"password":"x"},"b":["4539578763621486"]}"#,
        ] {
            check(json, &[]);
        }
    }
}
