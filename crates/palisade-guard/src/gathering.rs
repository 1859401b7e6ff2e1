//! Gathers what a scan finds in one input and makes findings of it: at most so many, the gravest when there are more,
//! each matter once, and with evidence that is made only for what is told.

use crate::{
    Guard,
    detector::{Detector, Hit, Shows},
    excerpt,
    limits::{EXCERPT_BYTES_MAX, FINDINGS_MAX},
    once::{Said, overlap, told_better},
    scan::Scan,
    table::{LIMIT, NOT_INSPECTED},
    views::Layer,
};
use palisade_model::{Evidence, FindingDraft, Severity};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, ops::Range};

/// The findings of one input.
pub(crate) struct Gathering<'g> {
    guard: &'g Guard,
    findings: Vec<FindingDraft>,
    /// For each finding, where in a JSON text its string stands.
    strings: Vec<Range<usize>>,
    /// What is known of the part under way.
    kept: Vec<Kept>,
    secrets: Vec<Range<usize>>,
    /// How many findings are not told.
    left_out: usize,
    /// The weight of the mildest finding, where there is no room for another.
    mildest: Option<Weight>,
    /// True when what comes behind the last finding that there is room for is not even looked for.
    stops_when_full: bool,
    stopped: bool,
}

/// A hit in the part under way.
struct Kept {
    detector: &'static Detector,
    severity: Severity,
    confidence: f64,
    explanation: Cow<'static, str>,
    shows: Shows,
    place: Range<usize>,
    also: Vec<Range<usize>>,
    /// Of a hit in decoded text, which is gone when the part is told.
    decoded: Option<Decoded>,
}

/// What is kept of decoded text.
struct Decoded {
    /// The text at the place and at the others.
    texts: Vec<String>,
    /// A sentence about how it is written.
    written: String,
    matter: String,
}

/// How much a finding weighs beside another: how bad it is, and how sure in hundredths.
type Weight = (Severity, u8);

fn weight(severity: Severity, confidence: f64) -> Weight {
    (severity, (confidence * 100.0) as u8)
}

/// As sure as policies want it to stop what is severe: what was not inspected may hold anything.
const NOT_INSPECTED_CONFIDENCE: f64 = 0.8;

/// What is worth telling when not everything can be: what is severe comes before what is sure, but not before what is
/// severe and sure, since that is what policies stop.
fn gravity(weight: Weight) -> (bool, Weight) {
    (weight.0 >= Severity::High && weight.1 >= 80, weight)
}

impl<'g> Gathering<'g> {
    /// Goes on from `findings`.
    pub(crate) fn new(guard: &'g Guard, mut findings: Vec<FindingDraft>, stops_when_full: bool) -> Self {
        let left_out = usize::from(findings.len() > FINDINGS_MAX);
        findings.truncate(FINDINGS_MAX);
        let (kept, secrets, strings) = (Vec::new(), Vec::new(), vec![0..0; findings.len()]);
        Self { guard, findings, strings, kept, secrets, left_out, mildest: None, stops_when_full, stopped: false }
    }

    /// Takes in one hit; false when no more are wanted.
    pub(crate) fn take(&mut self, layer: &Layer<'_>, detector: &'static Detector, hit: Hit) -> bool {
        let (place, also) = match layer.is_input() {
            true => (hit.span.clone(), hit.also.clone()),
            false => (layer.place(&hit.span), hit.also.iter().map(|span| layer.place(span)).collect()),
        };
        if detector.class.starts_with("guard.secret.") {
            self.secrets.push(place.clone());
            self.secrets.extend_from_slice(&also);
        }
        if !layer.is_input()
            && let Some(known) = self.kept.iter_mut().find(|known| known.tells_of(detector, &place))
        {
            if weight(hit.severity.unwrap_or(detector.severity), hit.confidence) > known.weight() {
                *known = Kept::new(layer, detector, hit, place, also);
            }
            return true;
        }
        if self.stops_when_full && self.findings.len() + self.kept.len() == FINDINGS_MAX {
            self.left_out += 1;
            self.stopped = true;
            return false;
        }
        // Twice as many, so that sorting out costs little for each.
        if self.kept.len() == 2 * FINDINGS_MAX {
            self.sort_out();
        }
        self.kept.push(Kept::new(layer, detector, hit, place, also));
        true
    }

    /// True when `detector` has found something at `span` of the part under way.
    pub(crate) fn knows(&self, detector: &Detector, span: &Range<usize>) -> bool {
        self.kept.iter().any(|kept| kept.tells_of(detector, span))
    }

    /// Leaves out of the part under way what there will be no room for.
    fn sort_out(&mut self) {
        let mut order: Vec<usize> = (0..self.kept.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(gravity(self.kept[index].weight())));
        let mut leaves = vec![false; self.kept.len()];
        order[FINDINGS_MAX..].iter().for_each(|&index| leaves[index] = true);
        let mut leaves = leaves.into_iter();
        self.kept.retain(|_| !leaves.next().unwrap_or_default());
        self.left_out += order.len() - FINDINGS_MAX;
    }

    /// Makes findings of what was found in the part `text` at `pointer`, which a JSON text has at `string`, with
    /// `remark` added to what they say.
    #[inline]
    pub(crate) fn end_part(&mut self, text: &str, pointer: &dyn Fn() -> String, string: &Range<usize>, remark: &str) {
        // Nearly all parts have nothing.
        if !self.kept.is_empty() {
            self.tell_part(text, &pointer(), string, remark);
        }
    }

    fn tell_part(&mut self, text: &str, pointer: &str, string: &Range<usize>, remark: &str) {
        let mut kept = std::mem::take(&mut self.kept);
        tell_values_once(&mut kept);
        if kept.len() > FINDINGS_MAX {
            self.kept = kept;
            self.sort_out();
            kept = std::mem::take(&mut self.kept);
        }
        for kept in kept.drain(..) {
            if let Some(room) = self.room_for(kept.weight()) {
                let mut finding = self.finding(kept, text, pointer);
                if !remark.is_empty() {
                    finding.explanation.to_mut().push_str(remark);
                }
                if let Room::Of(index) = room {
                    self.findings.remove(index);
                    self.strings.remove(index);
                    self.mildest = None;
                }
                self.findings.push(finding);
                self.strings.push(string.clone());
            }
        }
        self.kept = kept;
        self.secrets.clear();
    }

    /// Adds what `detector` says about all of the part under way, which is `text`.
    pub(crate) fn add(&mut self, detector: &'static Detector, why: &'static str, text: &str) {
        self.take(&Layer::input(text), detector, Hit::text(0..text.len(), None, 1.0, why));
    }

    /// Where a finding of this weight has room.
    fn room_for(&mut self, of_new: Weight) -> Option<Room> {
        if self.findings.len() < FINDINGS_MAX {
            return Some(Room::Free);
        }
        self.left_out += 1;
        let of = |finding: &FindingDraft| gravity(weight(finding.severity, finding.confidence));
        let mildest = match self.mildest {
            Some(mildest) => mildest,
            None => self.findings.iter().map(of).min()?.1,
        };
        self.mildest = Some(mildest);
        if gravity(of_new) <= gravity(mildest) {
            return None;
        }
        self.findings.iter().rposition(|finding| of(finding).1 == mildest).map(Room::Of)
    }

    /// Adds what `scan` has left out.
    pub(crate) fn end_scan(&mut self, scan: &Scan<'_>) {
        let views = scan.views_left_out.then_some(NOT_INSPECTED.severity);
        let Some(severity) = scan.left_out().map(|(_, severity)| severity).chain(views).max() else { return };
        let mut names: Vec<&str> = scan.left_out().map(|(detector, _)| detector.class).collect();
        names.extend(scan.views_left_out.then_some("decoding"));
        let why = format!("It would take too long, so these did not look at all of it: {}.", names.join(", "));
        let mut finding = limit(&NOT_INSPECTED, why);
        (finding.severity, finding.confidence) = (severity, NOT_INSPECTED_CONFIDENCE);
        // There is always room for it: what it stands for may weigh more than all the others.
        if self.findings.len() == FINDINGS_MAX {
            self.left_out += 1;
            let weights = self.findings.iter().map(|finding| gravity(weight(finding.severity, finding.confidence)));
            if let Some((mildest, _)) = weights.enumerate().min_by_key(|(_, weight)| *weight) {
                self.findings.remove(mildest);
                self.strings.remove(mildest);
            }
        }
        self.findings.push(finding);
        self.strings.push(0..0);
    }

    /// All findings; the last one says if there were more.
    pub(crate) fn finish(self) -> Vec<FindingDraft> {
        let limit = (self.left_out > 0).then(|| limit_reached(self.left_out, self.stops_when_full));
        let mut findings = self.findings;
        findings.extend(limit);
        findings
    }

    /// The same, each with where in the JSON text its string stands.
    pub(crate) fn finish_placed(mut self, last: Range<usize>) -> Vec<(FindingDraft, Range<usize>)> {
        let mut strings = std::mem::take(&mut self.strings);
        strings.push(last);
        self.finish().into_iter().zip(strings).collect()
    }

    /// The finding that `kept` is, in `text` at `pointer`.
    fn finding(&self, kept: Kept, text: &str, pointer: &str) -> FindingDraft {
        let Kept { detector, severity, confidence, explanation, shows, place, also, decoded } = kept;
        let mut explanation = explanation;
        let (texts, matter) = match decoded {
            None => (Vec::new(), None),
            Some(Decoded { texts, written, matter }) => {
                explanation.to_mut().push_str(&written);
                (texts, Some(matter))
            }
        };
        let places = std::iter::once(&place).chain(&also).enumerate();
        let evidence: Vec<Evidence> = places
            .map(|(index, place)| {
                let shown = texts.get(index).map_or(&text[place.clone()], String::as_str);
                let excerpt = self.excerpt(shown, &shows, place);
                Evidence { pointer: pointer.to_owned(), start: place.start, end: place.end, excerpt }
            })
            .collect();
        let matter = match &shows {
            Shows::Hidden(hidden) => {
                explanation = format!("{explanation} It says: {}", evidence[0].excerpt).into();
                hash(hidden)
            }
            Shows::Secret | Shows::Text => matter.unwrap_or_else(|| hash(&text[place])),
        };
        FindingDraft { severity, confidence, ..detector.draft(explanation, evidence, matter) }
    }

    /// What may be shown of the text `shown`, which comes from `place`. Hidden text and text around a finding can hold
    /// a secret in turn; those that the scan has found need not be looked for again.
    fn excerpt(&self, shown: &str, shows: &Shows, place: &Range<usize>) -> String {
        let shown = match shows {
            Shows::Secret => return excerpt::masked(shown),
            Shows::Text => excerpt_of(shown),
            Shows::Hidden(hidden) => return excerpt::visible(&self.guard.mask(excerpt_of(hidden))),
        };
        let holds_secret = self.secrets.iter().any(|secret| secret.start < place.end && place.start < secret.end);
        if holds_secret || self.stopped || !self.guard.finds_all_secrets() {
            return excerpt::visible(&self.guard.mask(shown));
        }
        excerpt::visible(shown)
    }
}

/// As much of `text` as an excerpt can need.
fn excerpt_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(EXCERPT_BYTES_MAX)]
}

/// Room for a finding.
enum Room {
    Free,
    /// That of the finding with this index.
    Of(usize),
}

impl Kept {
    /// What `hit` in `layer` is, which stands at `place` and `also` in the input.
    fn new(
        layer: &Layer<'_>,
        detector: &'static Detector,
        hit: Hit,
        place: Range<usize>,
        also: Vec<Range<usize>>,
    ) -> Self {
        let decoded = (!layer.is_input()).then(|| {
            let text = |span: &Range<usize>| match hit.shows {
                Shows::Secret => excerpt::shown_of_secret(&layer.text()[span.clone()]).to_owned(),
                Shows::Text | Shows::Hidden(_) => excerpt_of(&layer.text()[span.clone()]).to_owned(),
            };
            Decoded {
                texts: std::iter::once(&hit.span).chain(&hit.also).map(text).collect(),
                written: layer.explanation(&hit.span),
                matter: hash(&layer.text()[hit.span.clone()]),
            }
        });
        Self {
            detector,
            severity: hit.severity.unwrap_or(detector.severity),
            confidence: hit.confidence,
            explanation: hit.explanation,
            shows: hit.shows,
            place,
            also,
            decoded,
        }
    }

    fn weight(&self) -> Weight {
        weight(self.severity, self.confidence)
    }

    /// True when it is of the class of `detector` and at `place`.
    fn tells_of(&self, detector: &Detector, place: &Range<usize>) -> bool {
        self.detector.class == detector.class && self.places().any(|known| overlap(known, place))
    }

    fn places(&self) -> impl Iterator<Item = &Range<usize>> {
        std::iter::once(&self.place).chain(&self.also)
    }
}

/// Takes out what says of a value less than another hit at its place.
fn tell_values_once(kept: &mut Vec<Kept>) {
    let said = |kept: &Kept| Said {
        class: kept.detector.class,
        severity: kept.severity,
        confidence: kept.confidence,
        place: kept.place.clone(),
    };
    let mut told = told_better(kept.iter().map(said)).into_iter();
    kept.retain(|_| !told.next().unwrap_or_default());
}

/// The finding that says that there were more than are told.
fn limit_reached(left_out: usize, stopped: bool) -> FindingDraft {
    let explanation = if stopped {
        format!("Only the first {FINDINGS_MAX} findings are told; from here on the input was not inspected.")
    } else {
        format!("The gravest {FINDINGS_MAX} findings are told; at least {left_out} more are left out.")
    };
    limit(&LIMIT, explanation)
}

/// A finding about the input as a whole.
fn limit(detector: &'static Detector, explanation: String) -> FindingDraft {
    detector.draft(explanation.into(), vec![Evidence::default()], String::new())
}

/// 64 bits of SHA-256 over `matter`, in hexadecimal: enough to group by, too little to guess a secret from.
pub(crate) fn hash(matter: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hash = String::with_capacity(2 * HASH_BYTES);
    for byte in &Sha256::digest(matter)[..HASH_BYTES] {
        hash.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hash.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    hash
}

const HASH_BYTES: usize = 8;
