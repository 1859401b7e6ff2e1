//! The guard itself: runs the prefilter, wakes detectors, and makes findings of what they confirm.

use crate::{
    Detector, JsonProblem, excerpt,
    gathering::Gathering,
    json::{self, Part, Path},
    member::{Telling, scan_behind},
    prefilter::Prefilter,
    scan::{Scan, Whole, Woken, woken},
    table::detectors,
    views::Layer,
};
use palisade_model::FindingDraft;
use std::{borrow::Cow, ops::Range};

/// Digits of the shortest number that means a person.
const NUMBER_BYTES_MIN: usize = 6;

/// Judges text. Make one and share it: it holds the needles and nothing that changes.
pub struct Guard {
    prefilter: Prefilter,
    /// Of the secrets alone, for masking.
    secrets: Prefilter,
    finds_all_secrets: bool,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Guard {
    /// A guard with all detectors. Takes some milliseconds.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|_| true)
    }

    /// A guard with the detectors that are `wanted`.
    #[must_use]
    pub fn with(wanted: fn(&Detector) -> bool) -> Self {
        let is_secret = |detector: &Detector| detector.class.starts_with("guard.secret.");
        Self {
            prefilter: Prefilter::new(detectors(), wanted),
            secrets: Prefilter::new(detectors(), is_secret),
            finds_all_secrets: detectors().iter().all(|detector| !is_secret(detector) || wanted(detector)),
        }
    }

    /// All detectors, in the order of the table.
    #[must_use]
    pub fn detectors(&self) -> &'static [&'static Detector] {
        detectors()
    }

    /// The findings in plain text, with an empty pointer. At most [`crate::limits::FINDINGS_MAX`], the gravest when
    /// there are more, and one that says so.
    #[must_use]
    pub fn inspect_text(&self, text: &str) -> Vec<FindingDraft> {
        let mut found = Vec::new();
        self.inspect_at(text, &String::new, &mut found);
        found
    }

    /// Adds the findings in `text` to `out`, which gathers those of one input from its many places.
    ///
    /// Nothing is allocated and `pointer` is not asked when there are none. `out` never grows beyond
    /// [`crate::limits::FINDINGS_MAX`] findings and one that says that there were more, so give each input an `out` of
    /// its own.
    pub fn inspect_at(&self, text: &str, pointer: &dyn Fn() -> String, out: &mut Vec<FindingDraft>) {
        self.inspect_into(&[], text, pointer, out, false);
    }

    /// As [`Guard::inspect_at`], for the value of a field: `names` are those of the field and of what holds it,
    /// outermost first, and tell what the value is. None are given for a value that stands alone.
    pub fn inspect_behind(
        &self,
        names: &[&str],
        text: &str,
        pointer: &dyn Fn() -> String,
        out: &mut Vec<FindingDraft>,
    ) {
        self.inspect_into(names, text, pointer, out, false);
    }

    /// As [`Guard::inspect_behind`], but goes no further than there is room for findings.
    pub(crate) fn inspect_until_full(
        &self,
        names: &[&str],
        text: &str,
        pointer: &dyn Fn() -> String,
        out: &mut Vec<FindingDraft>,
    ) {
        self.inspect_into(names, text, pointer, out, true);
    }

    fn inspect_into(
        &self,
        names: &[&str],
        text: &str,
        pointer: &dyn Fn() -> String,
        out: &mut Vec<FindingDraft>,
        stops: bool,
    ) {
        let mut gathering = Gathering::new(self, std::mem::take(out), stops);
        let mut scan = Scan::new(&self.prefilter, text.len());
        scan.text(text, &mut |layer, detector, hit| gathering.take(layer, detector, hit));
        if !names.is_empty() {
            self.look_behind(names, text, &mut gathering);
        }
        gathering.end_part(text, pointer, &(0..0), "");
        gathering.end_scan(&scan);
        *out = gathering.finish();
    }

    /// Adds what `text` is because of the names that it stands behind.
    fn look_behind(&self, names: &[&str], text: &str, gathering: &mut Gathering<'_>) {
        let layer = Layer::input(text);
        scan_behind(&self.prefilter, names, text, &mut |detector, hit| {
            if !gathering.knows(detector, &hit.span) {
                gathering.take(&layer, detector, hit);
            }
        });
    }

    /// True when what this guard finds includes every secret that it would mask.
    pub(crate) fn finds_all_secrets(&self) -> bool {
        self.finds_all_secrets
    }

    /// Every needle with a detector that it wakes, for measuring what each costs.
    #[must_use]
    pub fn needles(&self) -> Vec<(Vec<u8>, &'static str)> {
        self.prefilter.all_needles()
    }

    /// Which needles in `text` wake which detectors: shows what a text costs, and which needles are not rare enough.
    #[must_use]
    pub fn woken(&self, text: &str) -> Vec<Woken> {
        woken(&self.prefilter, text)
    }

    /// The findings in every string of a JSON text, names of members included. Offsets refer to the decoded string;
    /// the pointer of a finding in a member's name is that of the member.
    ///
    /// # Errors
    /// When the text is not JSON (RFC 8259) or nests deeper than [`crate::limits::JSON_DEPTH_MAX`].
    pub fn inspect_json(&self, text: &str) -> Result<Vec<FindingDraft>, JsonProblem> {
        let found = self.inspect_json_placed(text)?;
        Ok(found.into_iter().map(|(finding, _)| finding).collect())
    }

    /// As [`Guard::inspect_json`], each finding with the bytes of `text` in which its string stands, quotes included.
    ///
    /// # Errors
    /// The same.
    pub fn inspect_json_placed(&self, text: &str) -> Result<Vec<(FindingDraft, Range<usize>)>, JsonProblem> {
        let mut document = Document::new(self, text);
        json::walk(text, &mut |part, path| document.part(&part, path))?;
        Ok(document.finish())
    }

    /// `text` with every secret in it masked.
    #[must_use]
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        Scan::unlimited(&self.secrets).text(text, &mut |layer, _, hit| {
            spans.push(layer.place(&hit.span));
            spans.extend(hit.also.iter().map(|span| layer.place(span)));
            true
        });
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        spans.sort_by_key(|span| span.start);
        let (mut masked, mut done) = (String::new(), 0);
        for span in spans {
            if span.start >= done {
                masked.push_str(&text[done..span.start]);
                masked.push_str(&excerpt::masked(&text[span.clone()]));
            }
            done = done.max(span.end);
        }
        masked.push_str(&text[done..]);
        Cow::Owned(masked)
    }
}

/// A JSON text under way.
struct Document<'g, 't> {
    guard: &'g Guard,
    /// Goes over the text as it is written, which is what its strings hold as long as they have no escapes.
    whole: Whole<'g, 't>,
    scan: Scan<'g>,
    gathering: Gathering<'g>,
    telling: Telling,
    halved: bool,
    /// Where the last string stands.
    last: Range<usize>,
}

impl<'g, 't> Document<'g, 't> {
    fn new(guard: &'g Guard, text: &'t str) -> Self {
        let mut scan = Scan::new(&guard.prefilter, text.len());
        Self {
            guard,
            whole: scan.whole(text),
            scan,
            gathering: Gathering::new(guard, Vec::new(), false),
            telling: Telling::default(),
            halved: false,
            last: 0..0,
        }
    }

    fn part(&mut self, part: &Part<'_>, path: &Path<'_>) {
        let (text, remark) = match part {
            Part::Name(name) => {
                self.string(name, path);
                self.telling.note(path.depth(), name, self.scan.woke);
                (*name, " It is the member's name.")
            }
            Part::Value(value) => {
                self.string(value, path);
                self.telling.say(path, value, self.scan.woke);
                self.look_behind(value, path);
                (*value, "")
            }
            Part::Number(number) => {
                if number.len() >= NUMBER_BYTES_MIN {
                    self.look_behind(number, path);
                }
                (*number, "")
            }
            Part::Again(name) => {
                let why = "The object has had a member of this name before; programs differ in which they take.";
                self.gathering.add(&json::DUPLICATE_KEY, why, name);
                (*name, "")
            }
            Part::Halved(_) if self.halved => return,
            Part::Halved(text) => {
                self.halved = true;
                let why = "The string holds an escaped surrogate without its other half, which is no character.";
                self.gathering.add(&json::LONE_SURROGATE, why, text);
                (*text, "")
            }
        };
        let pointer = || path.pointer(|name| self.guard.mask(name));
        self.gathering.end_part(text, &pointer, &path.string, remark);
        self.last = path.string.clone();
    }

    /// Adds what the value is because of its name.
    fn look_behind(&mut self, value: &str, path: &Path<'_>) {
        if self.telling.concerns(path.depth()) && !value.is_empty() {
            self.guard.look_behind(&self.telling.names(path), value, &mut self.gathering);
        }
    }

    /// Scans one string, given as it stands for.
    fn string(&mut self, string: &str, path: &Path<'_>) {
        let gathering = &mut self.gathering;
        let mut visit = |layer: &Layer<'_>, detector, hit| gathering.take(layer, detector, hit);
        let written = path.string.start + 1..path.string.end - 1;
        // Every escape is longer than what it stands for.
        if written.len() == string.len() {
            self.scan.part(string, written.start, &mut self.whole, &mut visit);
        } else {
            self.scan.decoded(string, written, &mut self.whole, &mut visit);
        }
    }

    fn finish(mut self) -> Vec<(FindingDraft, Range<usize>)> {
        self.gathering.end_scan(&self.scan);
        self.gathering.finish_placed(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::FINDINGS_MAX;

    const TOKEN: &str = concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s");

    #[test]
    fn one_input_has_a_limited_number_of_findings() {
        let many = format!("{TOKEN} ").repeat(FINDINGS_MAX + 50);
        let found = Guard::new().inspect_text(&many);
        assert_eq!(found.len(), FINDINGS_MAX + 1);
        assert_eq!(found.last().map(|finding| finding.detector), Some("guard.limit"));
        assert!(Guard::new().inspect_text(&many[..(TOKEN.len() + 1) * FINDINGS_MAX]).len() == FINDINGS_MAX);
    }

    #[test]
    fn the_gravest_findings_of_many_parts_are_told() {
        let (guard, mut found) = (Guard::new(), Vec::new());
        for _ in 0..FINDINGS_MAX + 20 {
            guard.inspect_at("x\u{1}y\u{1}", &|| "/mild".into(), &mut found);
        }
        assert_eq!(found.len(), FINDINGS_MAX + 1);
        for part in 0..3 {
            guard.inspect_at(TOKEN, &|| format!("/{part}"), &mut found);
        }
        assert_eq!(found.len(), FINDINGS_MAX + 1);
        assert_eq!(found.iter().filter(|finding| finding.detector == "guard.secret.gitlab").count(), 3);
        assert_eq!(found.last().map(|finding| finding.detector), Some("guard.limit"));
        let document = format!("[{}\"{TOKEN}\"]", "\"a\u{200B}b\",".repeat(FINDINGS_MAX + 20));
        let found = guard.inspect_json_placed(&document).unwrap();
        let told = found.iter().find(|(finding, _)| finding.detector == "guard.secret.gitlab");
        assert_eq!(told.map(|(_, string)| &document[string.clone()]), Some(&*format!("\"{TOKEN}\"")));
    }

    #[test]
    fn no_part_of_a_finding_tells_a_secret() {
        let guard = Guard::new();
        let tagged: String = TOKEN.bytes().filter_map(|byte| char::from_u32(0xE0000 + u32::from(byte))).collect();
        let key = format!(r#"{{"{TOKEN}":{{"a":"{TOKEN}"}}}}"#);
        let mut found = guard.inspect_text(&format!("hidden{tagged} \u{202E}{TOKEN} end"));
        assert_eq!(found.len(), 3);
        found.extend(guard.inspect_json(&key).unwrap());
        assert_eq!(found.len(), 5);
        for finding in found {
            assert!(!format!("{finding:?}").contains(&TOKEN[6..]), "{finding:?}");
        }
        assert_eq!(guard.mask(&format!("a {TOKEN} b")), "a glpa******** b");
        assert!(matches!(guard.mask("nothing here"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_secret_is_told_by_the_detector_that_knows_it() {
        let classes = |text: &str| -> Vec<&str> {
            Guard::new().inspect_text(text).iter().map(|finding| finding.detector).collect()
        };
        assert_eq!(classes(&format!("GET https://shop.example/?token={TOKEN} HTTP/1.1")), ["guard.secret.gitlab"]);
    }

    #[test]
    fn the_same_secret_is_the_same_matter() {
        let guard = Guard::new();
        let found = guard.inspect_text(&format!("a {TOKEN}\nb {TOKEN}\nc {}", TOKEN.replace('Z', "Y")));
        let matters: Vec<&str> = found.iter().map(|finding| finding.matter.as_str()).collect();
        assert!(matters[0] == matters[1] && matters[1] != matters[2], "{matters:?}");
    }

    #[test]
    fn json_places_are_pointers_into_decoded_strings() {
        let text = format!(r#"{{"a/b":[1,{{"~":"\u00e9 {TOKEN}"}}],"\u202ex":null,"clean":"x"}}"#);
        let found = Guard::new().inspect_json(&text).unwrap();
        let places: Vec<(&str, usize, usize)> =
            found.iter().map(|f| (f.evidence[0].pointer.as_str(), f.evidence[0].start, f.evidence[0].end)).collect();
        assert_eq!(places, [("/a~1b/1/~0", 3, 29), ("/\u{202E}x", 0, 4)]);
        assert!(found[1].explanation.ends_with("It is the member's name."));
    }

    #[test]
    fn json_that_programs_read_differently_is_told() {
        let text = r#"{"role":"user","x":{"role":1},"role":"admin\ud888","y":"\udfff"}"#;
        let found = Guard::new().inspect_json_placed(text).unwrap();
        let told: Vec<_> =
            found.iter().map(|(f, raw)| (f.detector, &*f.evidence[0].pointer, &text[raw.clone()])).collect();
        let expected = [
            ("guard.json.duplicate-key", "/role", r#""role""#),
            ("guard.json.lone-surrogate", "/role", r#""admin\ud888""#),
        ];
        assert_eq!(told, expected);
        assert_eq!(found[0].0.evidence[0].excerpt, "role");
    }
}
