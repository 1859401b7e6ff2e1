//! The guard itself: runs the prefilter, wakes detectors, and makes findings of what they confirm.

use crate::{
    Detector, JsonProblem,
    detector::{Hit, Shows},
    excerpt,
    json::{self, Part},
    limits::{EXCERPT_BYTES_MAX, FINDINGS_MAX},
    member::{self, Telling},
    once::tell_values_once,
    prefilter::Prefilter,
    scan::scan,
    table::{LIMIT, detectors},
    views::Layer,
};
use palisade_model::{Evidence, FindingDraft, Severity};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, ops::Range};

/// Digits of the shortest number that means a person.
const NUMBER_BYTES_MIN: usize = 6;

/// Judges text. Make one and share it: it holds the needles and nothing that changes.
pub struct Guard {
    prefilter: Prefilter,
    /// Of the secrets alone, for masking.
    secrets: Prefilter,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Guard {
    /// A guard with all detectors. Takes about two milliseconds.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|_| true)
    }

    /// A guard with the detectors that are `wanted`.
    #[must_use]
    pub fn with(wanted: fn(&Detector) -> bool) -> Self {
        Self {
            prefilter: Prefilter::new(detectors(), wanted),
            secrets: Prefilter::new(detectors(), |detector| detector.class.starts_with("guard.secret.")),
        }
    }

    /// All detectors, in the order of the table.
    #[must_use]
    pub fn detectors(&self) -> &'static [&'static Detector] {
        detectors()
    }

    /// The findings in plain text, with an empty pointer. At most [`FINDINGS_MAX`], and one that says so.
    #[must_use]
    pub fn inspect_text(&self, text: &str) -> Vec<FindingDraft> {
        let mut found = Vec::new();
        self.inspect_at(text, &String::new, &mut found);
        found
    }

    /// Adds the findings in `text` to `out`, which gathers those of one input from its many places.
    ///
    /// Nothing is allocated and `pointer` is not asked when there are none. `out` never grows beyond
    /// [`FINDINGS_MAX`] findings and one that says that there were more, so give each input an `out` of its own.
    pub fn inspect_at(&self, text: &str, pointer: &dyn Fn() -> String, out: &mut Vec<FindingDraft>) {
        self.inspect_behind(&[], text, pointer, out);
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
        let before = out.len().min(FINDINGS_MAX);
        self.scan_into(text, pointer, before, out);
        if !names.is_empty() && !text.is_empty() {
            let layer = Layer::input(text);
            member::scan_behind(&self.prefilter, names, text, &mut |detector, hit| {
                let known = |finding: &FindingDraft| {
                    finding.detector == detector.class
                        && finding.evidence.iter().any(|place| place.start < hit.span.end && hit.span.start < place.end)
                };
                if !out[before..].iter().any(known) {
                    self.add(&layer, detector, &hit, pointer, before, out);
                }
            });
        }
        tell_values_once(out, before);
    }

    /// Adds what stands in `text` by itself; true when any detector was woken.
    fn scan_into(&self, text: &str, pointer: &dyn Fn() -> String, before: usize, out: &mut Vec<FindingDraft>) -> bool {
        scan(&self.prefilter, text, &mut |layer, detector, hit| self.add(layer, detector, &hit, pointer, before, out))
    }

    /// The findings in every string of a JSON text, names of members included, and in numbers whose names tell what
    /// they are. Offsets refer to the decoded string;
    /// the pointer of a finding in a member's name is that of the member.
    ///
    /// # Errors
    /// When the text is not JSON (RFC 8259) or nests deeper than [`crate::limits::JSON_DEPTH_MAX`].
    pub fn inspect_json(&self, text: &str) -> Result<Vec<FindingDraft>, JsonProblem> {
        let found = self.inspect_json_placed(text)?;
        Ok(found.into_iter().map(|(finding, _)| finding).collect())
    }

    /// As [`Guard::inspect_json`], each finding with the bytes of `text` in which its string stands, quotes included,
    /// or its number.
    ///
    /// # Errors
    /// The same.
    pub fn inspect_json_placed(&self, text: &str) -> Result<Vec<(FindingDraft, Range<usize>)>, JsonProblem> {
        let (mut found, mut strings) = (Vec::new(), Vec::new());
        let (mut halved, mut telling) = (false, Telling::default());
        json::walk(text, &mut |part, path| {
            let before = found.len();
            let pointer = || path.pointer(|name| self.mask(name));
            match part {
                Part::Value(text) if telling.concerns(path.depth()) => {
                    self.inspect_behind(&path.names(), text, &pointer, &mut found);
                }
                Part::Value(text) => self.inspect_at(text, &pointer, &mut found),
                Part::Number(text) if text.len() >= NUMBER_BYTES_MIN && telling.concerns(path.depth()) => {
                    self.inspect_behind(&path.names(), text, &pointer, &mut found);
                }
                Part::Number(_) => {}
                Part::Name(text) => {
                    let woke = self.scan_into(text, &pointer, before.min(FINDINGS_MAX), &mut found);
                    tell_values_once(&mut found, before);
                    telling.note(path.depth(), text, woke);
                    let told = &mut found[before..];
                    told.iter_mut().for_each(|finding| finding.explanation.push_str(" It is the member's name."));
                }
                Part::Again(name) => {
                    let why = "The object has had a member of this name before; programs differ in which they take.";
                    self.add_of_json(&json::DUPLICATE_KEY, why, name, pointer(), &mut found);
                }
                Part::Halved(text) if !halved => {
                    halved = true;
                    let why = "The string holds an escaped surrogate without its other half, which is no character.";
                    self.add_of_json(&json::LONE_SURROGATE, why, text, pointer(), &mut found);
                }
                Part::Halved(_) => {}
            }
            strings.resize(found.len(), path.string.clone());
        })?;
        Ok(found.into_iter().zip(strings).collect())
    }

    /// Adds what the walk itself has found about the string `text`.
    fn add_of_json(
        &self,
        detector: &'static Detector,
        why: &'static str,
        text: &str,
        pointer: String,
        out: &mut Vec<FindingDraft>,
    ) {
        let hit = Hit::text(0..text.len(), None, 1.0, why);
        self.add(&Layer::input(text), detector, &hit, &|| pointer.clone(), 0, out);
    }

    /// `text` with every secret in it masked.
    #[must_use]
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        scan(&self.secrets, text, &mut |layer, _, hit| {
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

    /// Adds one finding to `out`, unless one of the same class and place is there behind the first `before`; false when
    /// there is no more room.
    fn add(
        &self,
        layer: &Layer<'_>,
        detector: &'static Detector,
        hit: &Hit,
        pointer: &dyn Fn() -> String,
        before: usize,
        out: &mut Vec<FindingDraft>,
    ) -> bool {
        if !layer.is_input() {
            let place = layer.place(&hit.span);
            let same = |finding: &FindingDraft| {
                finding.detector == detector.class
                    && finding.evidence.iter().any(|known| known.start < place.end && place.start < known.end)
            };
            if let Some(known) = out[before..].iter_mut().find(|finding| same(finding)) {
                if weight(hit.severity.unwrap_or(detector.severity), hit.confidence)
                    > weight(known.severity, known.confidence)
                {
                    *known = self.draft(layer, detector, hit, &pointer());
                }
                return true;
            }
        }
        match out.len() {
            0..FINDINGS_MAX => {
                out.push(self.draft(layer, detector, hit, &pointer()));
                true
            }
            FINDINGS_MAX => {
                out.push(limit_reached(pointer()));
                false
            }
            _ => false,
        }
    }

    /// The finding that `detector` has made at `hit`.
    fn draft(&self, layer: &Layer<'_>, detector: &'static Detector, hit: &Hit, pointer: &str) -> FindingDraft {
        let text = layer.text();
        let evidence_at = |span: &Range<usize>| {
            let place = layer.place(span);
            let excerpt = self.excerpt(&text[span.clone()], &hit.shows);
            Evidence { pointer: pointer.to_owned(), start: place.start, end: place.end, excerpt }
        };
        let evidence: Vec<Evidence> = std::iter::once(&hit.span).chain(&hit.also).map(evidence_at).collect();
        let mut explanation = hit.explanation.clone().into_owned();
        if !layer.is_input() {
            explanation.push_str(&layer.explanation(&hit.span));
        }
        let matter = match &hit.shows {
            Shows::Hidden(hidden) => {
                explanation = format!("{explanation} It says: {}", evidence[0].excerpt);
                hidden
            }
            Shows::Secret | Shows::Text => &text[hit.span.clone()],
        };
        FindingDraft {
            detector: detector.class,
            version: detector.version,
            severity: hit.severity.unwrap_or(detector.severity),
            confidence: hit.confidence,
            title: detector.title.to_owned(),
            explanation,
            remediation: detector.remediation,
            references: detector.references,
            evidence,
            matter: hash(matter),
        }
    }

    /// What may be shown of `span`. Hidden text and text around a finding can hold a secret in turn.
    fn excerpt(&self, span: &str, shows: &Shows) -> String {
        let shown = match shows {
            Shows::Secret => return excerpt::masked(span),
            Shows::Text => span,
            Shows::Hidden(hidden) => hidden,
        };
        excerpt::visible(&self.mask(&shown[..shown.floor_char_boundary(EXCERPT_BYTES_MAX)]))
    }
}

/// How much a finding weighs beside another of its class.
fn weight(severity: Severity, confidence: f64) -> (Severity, u8) {
    (severity, (confidence * 100.0) as u8)
}

/// The finding that says that there were more than are told.
fn limit_reached(pointer: String) -> FindingDraft {
    FindingDraft {
        detector: LIMIT.class,
        version: LIMIT.version,
        severity: LIMIT.severity,
        confidence: 1.0,
        title: LIMIT.title.to_owned(),
        explanation: format!(
            "Only the first {FINDINGS_MAX} findings are told; from here on the input was not inspected."
        ),
        remediation: LIMIT.remediation,
        references: LIMIT.references,
        evidence: vec![Evidence { pointer, ..Evidence::default() }],
        matter: String::new(),
    }
}

/// 64 bits of SHA-256 over `matter`, in hexadecimal: enough to group by, too little to guess a secret from.
pub(crate) fn hash(matter: &str) -> String {
    Sha256::digest(matter).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
