//! The scan: passes over a text and over its views, and asks the detectors whose needles stand there.

use crate::{
    Detector,
    detector::{Finds, Hit, Outcome},
    limits::{EFFORT_MIN, EFFORT_OF_HIT, EFFORT_OF_WAKING, EFFORT_PER_BYTE_MAX, FINDINGS_MAX},
    prefilter::{Prefilter, Search, Wake},
    secret,
    table::detectors,
    text::View,
    views::{Budget, Layer, Triggers, explore, may_hold_views},
};
use palisade_model::Severity;
use std::ops::Range;

/// What a scan gives what it finds to; false ends the scan.
pub(crate) type Visit<'v> = dyn FnMut(&Layer<'_>, &'static Detector, Hit) -> bool + 'v;

/// A scan of one input, which may have many parts.
pub(crate) struct Scan<'p> {
    prefilter: &'p Prefilter,
    attention: Attention,
    /// True when more of the input would have been decoded.
    pub(crate) views_left_out: bool,
    /// True when a needle of any detector stands in the last part.
    pub(crate) woke: bool,
}

impl<'p> Scan<'p> {
    /// A scan of an input of `bytes`, which bounds the work.
    pub(crate) fn new(prefilter: &'p Prefilter, bytes: usize) -> Self {
        let effort_max = EFFORT_MIN + bytes.saturating_mul(EFFORT_PER_BYTE_MAX);
        Self { prefilter, attention: Attention::new(effort_max), views_left_out: false, woke: false }
    }

    /// A scan that finds everything, however long it takes.
    pub(crate) fn unlimited(prefilter: &'p Prefilter) -> Self {
        Self { prefilter, attention: Attention::new(usize::MAX), views_left_out: false, woke: false }
    }

    /// The detectors that have not looked at all of the input, since it would have been too much, and how bad it may be
    /// what they have missed: what found much and nothing severe is not taken for the worst.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (&'static Detector, Severity)> {
        self.attention.left_out.iter().map(|&index| {
            let (detector, of) = (detectors()[index], &self.attention.of[index]);
            (detector, if of.hits >= FINDINGS_MAX { of.worst } else { detector.severity })
        })
    }

    /// Gives each confirmed hit in `text` and in its views to `visit`.
    pub(crate) fn text(&mut self, text: &str, visit: &mut Visit<'_>) {
        self.part(text, 0, &mut self.prefilter.search(text.as_bytes()), visit);
    }

    /// The same for `text`, which stands in the text of `search` from the byte `base` on. Parts come in order.
    pub(crate) fn part(&mut self, text: &str, base: usize, search: &mut Search<'_, '_>, visit: &mut Visit<'_>) {
        let (input, mut triggers) = (Layer::input(text), Triggers::default());
        let range = base..base + text.len();
        self.attention.wake_all();
        self.woke = false;
        if self.pass(&input, range, base, search, &mut triggers, visit) && may_hold_views(text, &triggers) {
            let mut budget = Budget::for_input(text.len());
            explore(&input, triggers, &mut budget, &mut |view, triggers| self.view(view, triggers, visit));
            self.views_left_out |= budget.exhausted;
        }
    }

    /// Passes over a view where decoding may have changed something; false when `visit` wants no more.
    fn view(&mut self, view: &Layer<'_>, triggers: &mut Triggers, visit: &mut Visit<'_>) -> bool {
        self.attention.wake_all();
        view.changed().into_iter().all(|range| {
            let mut search = self.prefilter.search(&view.text().as_bytes()[range.clone()]);
            // The search counts from the beginning of the range.
            let base = 0_usize.wrapping_sub(range.start);
            self.pass(view, 0..range.len(), base, &mut search, triggers, visit)
        })
    }

    /// Goes over the places that `search` finds in `range`, where the text of `layer` begins at `base`; false when
    /// `visit` wants no more. In a view, only what its decoding brought counts.
    fn pass(
        &mut self,
        layer: &Layer<'_>,
        range: Range<usize>,
        base: usize,
        search: &mut Search<'_, '_>,
        triggers: &mut Triggers,
        visit: &mut Visit<'_>,
    ) -> bool {
        let view = View::new(layer.text());
        while let Some(place) = search.next_within(&range) {
            let (needle, start) = (self.prefilter.needle(place), place.start.wrapping_sub(base));
            if needle.triggers {
                triggers.note(layer.text(), start);
            }
            self.woke |= !needle.wakes.is_empty();
            for wake in &needle.wakes {
                if !self.attention.wakes(wake.detector, start) {
                    continue;
                }
                let outcome = confirm(&view, start, *wake);
                let (Outcome::Clean { until } | Outcome::Found(Hit { until, .. })) = outcome;
                self.attention.sleeps(wake.detector, until);
                self.attention.looked(wake.detector, view.take_effort());
                let Outcome::Found(hit) = outcome else { continue };
                let detector = detectors()[wake.detector];
                if counts(layer, detector, &hit) {
                    self.attention.finds(wake.detector, hit.severity.unwrap_or(detector.severity));
                    if !visit(layer, detector, hit) {
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// Which detectors look, and from where on.
struct Attention {
    /// For each detector; made with the first needle.
    of: Vec<OfDetector>,
    /// Those that sleep.
    sleepers: Vec<usize>,
    /// Those that have done more than is bearable, and look no more.
    left_out: Vec<usize>,
    effort_max: usize,
}

/// What one detector has done.
#[derive(Clone, Default)]
struct OfDetector {
    /// The byte at which it wants to be woken again.
    until: usize,
    effort: usize,
    hits: usize,
    /// The severity of the worst hit.
    worst: Severity,
}

impl Attention {
    fn new(effort_max: usize) -> Self {
        Self { of: Vec::new(), sleepers: Vec::new(), left_out: Vec::new(), effort_max }
    }

    /// True when `detector` is to look at what stands at `at`.
    fn wakes(&mut self, detector: usize, at: usize) -> bool {
        if self.of.is_empty() {
            self.of.resize(detectors().len(), OfDetector::default());
        }
        at >= self.of[detector].until
    }

    /// Counts what `detector` has looked at.
    fn looked(&mut self, detector: usize, bytes: usize) {
        let effort = self.of[detector].effort.saturating_add(EFFORT_OF_WAKING + bytes);
        self.of[detector].effort = effort;
        if effort > self.effort_max {
            self.leave_out(detector);
        }
    }

    fn sleeps(&mut self, detector: usize, until: usize) {
        let of = &mut self.of[detector];
        if until > 0 && std::mem::replace(&mut of.until, until) == 0 {
            self.sleepers.push(detector);
        }
    }

    fn finds(&mut self, detector: usize, severity: Severity) {
        let of = &mut self.of[detector];
        of.hits += 1;
        of.worst = of.worst.max(severity);
        self.looked(detector, EFFORT_OF_HIT);
    }

    fn leave_out(&mut self, detector: usize) {
        if !self.left_out.contains(&detector) {
            self.left_out.push(detector);
        }
        self.of[detector].until = usize::MAX;
    }

    /// Everybody is awake, for the next text.
    fn wake_all(&mut self) {
        for detector in self.sleepers.drain(..) {
            self.of[detector].until = 0;
        }
        self.left_out.iter().for_each(|&detector| self.of[detector].until = usize::MAX);
    }
}

/// True when `hit` stands in the input, or was brought by a decoding that concerns its detector.
fn counts(layer: &Layer<'_>, detector: &Detector, hit: &Hit) -> bool {
    if layer.is_input() {
        return true;
    }
    let kinds = layer.kinds(&hit.span);
    !kinds.is_empty() && kinds.iter().all(|kind| kind.concerns(detector.class))
}

/// Asks the detector that `wake` names about the needle at `start`.
pub(crate) fn confirm(view: &View<'_>, start: usize, wake: Wake) -> Outcome {
    match (&detectors()[wake.detector].finds, wake.token) {
        (Finds::Places { confirm, .. }, _) => confirm(view, start),
        (Finds::Tokens(_), Some(token)) => secret::confirm(view, start, token).into(),
        (Finds::Tokens(_) | Finds::Limit, _) => Outcome::Clean { until: 0 },
    }
}

/// One needle that woke one detector, for tuning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Woken {
    /// The detector's name.
    pub detector: &'static str,
    /// The needle, in lower case and escaped.
    pub needle: String,
    /// True when something was found.
    pub found: bool,
}

/// Whom `text` wakes and by what, without what its views do.
pub(crate) fn woken(prefilter: &Prefilter, text: &str) -> Vec<Woken> {
    let (view, mut attention, mut woken) = (View::new(text), Attention::new(usize::MAX), Vec::new());
    let mut search = prefilter.search(text.as_bytes());
    while let Some(place) = search.next_within(&(0..text.len())) {
        let needle = prefilter.needle(place);
        if needle.triggers {
            woken.push(Woken { detector: "(views)", needle: needle.shown(), found: false });
        }
        for wake in &needle.wakes {
            if !attention.wakes(wake.detector, place.start) {
                continue;
            }
            let outcome = confirm(&view, place.start, *wake);
            let found = matches!(outcome, Outcome::Found(_));
            let (Outcome::Clean { until } | Outcome::Found(Hit { until, .. })) = outcome;
            attention.sleeps(wake.detector, until);
            woken.push(Woken { detector: detectors()[wake.detector].class, needle: needle.shown(), found });
        }
    }
    woken
}
