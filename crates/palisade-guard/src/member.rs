//! What the name of a JSON member says about its value: `{"password":"…"}` is `password: "…"`.
//!
//! **How it works.** A value whose name, or whose object's name, wakes a detector of values is looked at once more, as
//! it stands behind these names: `"card": {"number": "…`. So detectors find what they know from text, and need to know
//! nothing of JSON. Nothing is done for names that wake nobody, which nearly all do.
//!
//! A name can also stand in a member beside its value, as lists of headers, variables and settings have it:
//! `{"name":"password","value":"…"}` is `password: "…"` as well. The name has to come first.

use crate::{
    Detector,
    detector::{Hit, Outcome},
    json::{Part, Path},
    prefilter::{ANCHOR_BYTES_MAX, Prefilter},
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
const TERSE: [&str; 15] =
    ["pass", "pwd", "pan", "sin", "rut", "dni", "nie", "nif", "mac", "tel", "cc", "fin", "cnp", "egn", "oib"];

/// Longest of these.
const TERSE_BYTES_MAX: usize = 4;

/// Each of them as [`word_of`] has it.
const TERSE_WORDS: [u64; TERSE.len()] = {
    let (mut words, mut index) = ([0; TERSE.len()], 0);
    while index < TERSE.len() {
        words[index] = word_of(TERSE[index].as_bytes());
        index += 1;
    }
    words
};

/// One bit for the sign of each of them: most other short names have another.
const TERSE_SIGNS: u64 = {
    let (mut signs, mut index) = (0, 0);
    while index < TERSE.len() {
        signs |= 1 << sign_of(TERSE[index].as_bytes());
        index += 1;
    }
    signs
};

/// A number below 64 by the ends and the length of `name`, the same for both cases of letters.
const fn sign_of(name: &[u8]) -> u32 {
    match name {
        [first, .., last] => ((*first as u32 & 31) * 7 + (*last as u32 & 31) * 13 + name.len() as u32 * 5) % 64,
        [_] | [] => 0,
    }
}

/// The first four bytes of `name` as one number, the same for both cases of letters.
const fn word_of(name: &[u8]) -> u64 {
    // The one in front tells lengths apart.
    let (mut word, mut index) = (1, 0);
    while index < name.len() && index < TERSE_BYTES_MAX {
        word = word << 8 | name[index].to_ascii_lowercase() as u64;
        index += 1;
    }
    word
}

/// Members whose value is the name of what stands beside them, and members that hold that; in small letters.
const NAMING: [&str; 13] = [
    "name",
    "key",
    "header",
    "field",
    "variable",
    "var",
    "parameter",
    "param",
    "property",
    "attribute",
    "setting",
    "k",
    "n",
];
const VALUED: [&str; 9] =
    ["value", "val", "values", "default", "defaultvalue", "default_value", "content", "stringvalue", "v"];

/// Longest of these.
const PAIR_BYTES_MAX: usize = 13;

fn is_among(name: &str, names: &[&str]) -> bool {
    name.len() <= PAIR_BYTES_MAX && names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// True when the value of a member of this `name` is the name of what stands beside it.
pub(crate) fn is_naming(name: &str) -> bool {
    is_among(name, &NAMING)
}

/// True when a member of this `name` holds what another member beside it names.
pub(crate) fn is_valued(name: &str) -> bool {
    is_among(name, &VALUED)
}

/// What the members of the open objects tell of values, by depth.
#[derive(Default)]
pub(crate) struct Telling {
    levels: Vec<Level>,
    /// True when anything was noted at all, which in most documents nothing is.
    any: bool,
}

/// What is known of one open object.
#[derive(Default)]
struct Level {
    /// The name of the member under way may say what its value is.
    telling: bool,
    /// What a member says to be the name of the value beside it.
    said: Option<Said>,
}

struct Said {
    /// The object, as [`Path::place_in_arrays`] has it.
    object: u64,
    name: String,
}

impl Telling {
    /// Takes in `part`, whatever it wakes.
    pub(crate) fn read(&mut self, part: &Part<'_>, path: &Path<'_>) {
        match part {
            Part::Name(name) => self.note(path.depth(), name, true),
            Part::Value(value) => self.say(path, value, true),
            Part::Number(_) | Part::Again(_) | Part::Halved(_) => {}
        }
    }

    /// Notes whether the name of a member at `depth` may say what its value is: `woke` when it holds a needle.
    pub(crate) fn note(&mut self, depth: usize, name: &str, woke: bool) {
        let depth = depth.max(1);
        if self.levels.len() != depth {
            self.levels.resize_with(depth, Level::default);
        }
        let telling = woke || is_terse(name);
        self.levels[depth - 1].telling = telling;
        self.any |= telling;
    }

    /// Notes the `value` at `path` when it is the name of the value beside it: `woke` when it holds a needle.
    pub(crate) fn say(&mut self, path: &Path<'_>, value: &str, woke: bool) {
        let may_tell = value.len() <= NAME_BYTES_MAX && (woke || is_terse(value));
        if !may_tell && !self.any {
            return;
        }
        let Some((depth, _)) = path.members().next().filter(|(_, name)| is_naming(name)) else { return };
        let tells = depth == path.depth() && may_tell;
        self.any |= tells;
        if let Some(level) = self.levels.get_mut(depth - 1) {
            level.said = tells.then(|| Said { object: path.place_in_arrays(depth), name: value.to_owned() });
        }
    }

    /// True when a name above a value at `depth` may say what the value is.
    pub(crate) fn concerns(&self, depth: usize) -> bool {
        self.any && {
            let mut levels = self.levels[..depth.min(self.levels.len())].iter().rev().take(NAMES_DEPTH);
            levels.any(|level| level.telling || level.said.is_some())
        }
    }

    /// The names of the value at `path` and of what holds it, outermost first. A member such as `value` is called by
    /// what the member beside it says, or else by what holds it.
    pub(crate) fn names<'p>(&'p self, path: &'p Path<'_>) -> Vec<&'p str> {
        let called = |(depth, name)| match is_valued(name) {
            true => self.said(path, depth),
            false => Some(name),
        };
        let mut names: Vec<&str> = path.members().take(NAMES_DEPTH).filter_map(called).take(2).collect();
        names.reverse();
        names
    }

    /// What a member of the object at `depth` says to be the name of the value beside it.
    fn said(&self, path: &Path<'_>, depth: usize) -> Option<&str> {
        let said = self.levels.get(depth - 1)?.said.as_ref()?;
        (said.object == path.place_in_arrays(depth)).then_some(&*said.name)
    }
}

/// How far up names are noted for a value: its own, its object's, and arrays between them.
const NAMES_DEPTH: usize = 4;

fn is_terse(name: &str) -> bool {
    name.len() <= TERSE_BYTES_MAX && TERSE_SIGNS >> sign_of(name.as_bytes()) & 1 != 0 && {
        TERSE_WORDS.contains(&word_of(name.as_bytes()))
    }
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
    // What begins in the names is found by its anchor, which is not far behind.
    search.restrict(&(0..start + ANCHOR_BYTES_MAX));
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
    fn names_stand_beside_values() {
        let (generic, secret) = ("guard.secret.generic", "tR7mZq2XcV9bN4kLwP8sJ1hG");
        check(r#"{"name":"password","value":"hunter2-Xk29"}"#, &[(generic, "/value", 0..12)]);
        check(
            &format!(r#"{{"env":[{{"name":"PORT","value":"80"}},{{"name":"API_TOKEN","value":"{secret}"}}]}}"#),
            &[(generic, "/env/1/value", 0..24)],
        );
        check(&format!(r#"[{{"header":"Authorization","value":"Bearer {secret}"}}]"#), &[(generic, "/0/value", 7..31)]);
        check(
            &format!(r#"{{"attributes":[{{"key":"db.password","value":{{"stringValue":"{secret}"}}}}]}}"#),
            &[(generic, "/attributes/0/value/stringValue", 0..24)],
        );
        check(&format!(r#"{{"Key":"client_secret","Values":["x","{secret}"]}}"#), &[(generic, "/Values/1", 0..24)]);
        check(
            &format!(r#"{{"api_key":{{"value":"{secret}","type":"string"}}}}"#),
            &[(generic, "/api_key/value", 0..24)],
        );
        check(r#"{"field":"ssn","value":"536-22-1846"}"#, &[("guard.personal.us-ssn", "/value", 0..11)]);
        check(r#"{"name":"card_number","value":4539578763621486}"#, &[("guard.personal.card", "/value", 0..16)]);
    }

    #[test]
    fn names_of_other_objects_tell_nothing() {
        for json in [
            r#"[{"name":"password"},{"value":"hunter2-Xk29"}]"#,
            r#"[{"name":"password","value":"x"},{"name":"motto","value":"hunter2-Xk29"}]"#,
            r#"{"a":{"name":"password"},"b":{"value":"hunter2-Xk29"}}"#,
            r#"[[{"name":"password"}],[{"value":"hunter2-Xk29"}]]"#,
            r#"{"name":"password","value":"","description":"hunter2-Xk29"}"#,
            r#"{"name":"page_token","value":"tR7mZq2XcV9bN4kLwP8sJ1hG"}"#,
            r#"{"name":"password","value":"${DB_PASSWORD}"}"#,
            r#"{"value":"hunter2-Xk29"}"#,
        ] {
            check(json, &[]);
        }
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
