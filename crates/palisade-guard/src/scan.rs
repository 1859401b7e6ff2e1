//! The scan: passes over a text and over its views, and asks the detectors whose needles stand there.

use crate::{
    Detector,
    attention::Attention,
    detector::{Finds, Hit, Outcome},
    limits::{EFFORT_MIN, EFFORT_PER_BYTE_MAX},
    prefilter::{Place, Prefilter, Search, Wake},
    secret,
    table::detectors,
    text::View,
    views::{Budget, Layer, Triggers, Unmarked, explore},
};
use palisade_model::Severity;
use std::ops::Range;

/// What a scan gives what it finds to; false ends the scan.
pub(crate) type Visit<'v> = dyn FnMut(&Layer<'_>, &'static Detector, Hit) -> bool + 'v;

/// A scan of one input, which may have many parts.
pub(crate) struct Scan<'p> {
    prefilter: &'p Prefilter,
    attention: Attention,
    /// Room for searches.
    room: Vec<Place>,
    /// True when more of the input would have been decoded.
    pub(crate) views_left_out: bool,
    /// True when a needle of any detector stands in the last part.
    pub(crate) woke: bool,
}

impl<'p> Scan<'p> {
    /// A scan of an input of `bytes`, which bounds the work.
    pub(crate) fn new(prefilter: &'p Prefilter, bytes: usize) -> Self {
        Self::within(prefilter, EFFORT_MIN + bytes.saturating_mul(EFFORT_PER_BYTE_MAX))
    }

    /// A scan that finds everything, however long it takes.
    pub(crate) fn unlimited(prefilter: &'p Prefilter) -> Self {
        Self::within(prefilter, usize::MAX)
    }

    fn within(prefilter: &'p Prefilter, effort_max: usize) -> Self {
        let attention = Attention::new(effort_max);
        Self { prefilter, attention, room: Vec::new(), views_left_out: false, woke: false }
    }

    /// The detectors that have not looked at all of the input, since it would have been too much, and how bad it may be
    /// what they have missed: what found much and nothing severe is not taken for the worst.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (&'static Detector, Severity)> {
        self.attention.left_out().map(|(index, worst)| {
            let detector = detectors()[index];
            (detector, worst.unwrap_or(detector.severity))
        })
    }

    /// What all detectors have done so far, in bytes looked at.
    #[cfg(test)]
    pub(crate) fn effort(&self) -> usize {
        self.attention.effort()
    }

    /// Gives each confirmed hit in `text` and in its views to `visit`.
    pub(crate) fn text(&mut self, text: &str, visit: &mut Visit<'_>) {
        let mut whole = self.whole(text);
        self.part(text, 0, &mut whole, visit);
        self.give_back(whole.search);
    }

    /// `text`, ready for scanning its parts.
    pub(crate) fn whole<'t>(&mut self, text: &'t str) -> Whole<'p, 't> {
        let search = self.prefilter.search_with(text.as_bytes(), std::mem::take(&mut self.room));
        Whole { search, unmarked: Unmarked::of(text.as_bytes()), quiet_until: 0 }
    }

    /// Gives each confirmed hit in `text`, which stands in `whole` from the byte `base` on, and in its views to `visit`.
    /// Parts come in order.
    #[inline]
    pub(crate) fn part(&mut self, text: &str, base: usize, whole: &mut Whole<'_, '_>, visit: &mut Visit<'_>) {
        let range = base..base + text.len();
        self.woke = false;
        // Nearly all parts have no needle.
        if range.end <= whole.quiet_until {
            return;
        }
        self.loud_part(text, &range, whole, visit);
        whole.quiet_until = whole.search.next_start().min(whole.unmarked.next_start());
    }

    /// Gives each confirmed hit in `text` to `visit`, for which `written` stands in `whole`, as [`Scan::part`] does for
    /// what stands there as it is.
    pub(crate) fn decoded(
        &mut self,
        text: &str,
        written: Range<usize>,
        whole: &mut Whole<'_, '_>,
        visit: &mut Visit<'_>,
    ) {
        whole.search.pass_over(written.end);
        self.text(text, visit);
    }

    /// The same for the part in `range`, in which something may stand. Kept apart from what is asked of every part.
    #[inline(never)]
    fn loud_part(&mut self, text: &str, range: &Range<usize>, whole: &mut Whole<'_, '_>, visit: &mut Visit<'_>) {
        let (input, mut triggers) = (Layer::input(text), Triggers::default());
        if let Some(first) = whole.search.next_within(range) {
            self.attention.wake_all();
            let stretch = Stretch { layer: &input, view: &View::new(text), range: range.clone(), base: range.start };
            if !self.pass(&stretch, Some(first), &mut whole.search, &mut triggers, visit) {
                return;
            }
        }
        if !triggers.is_empty() || whole.unmarked.begin_within(range) {
            let mut budget = Budget::for_input(text.len());
            explore(&input, triggers, &mut budget, &mut |view, triggers| self.view(view, triggers, visit));
            self.views_left_out |= budget.exhausted;
        }
    }

    /// Keeps the larger room.
    fn give_back(&mut self, search: Search<'_, '_>) {
        let room = search.into_room();
        if room.capacity() > self.room.capacity() {
            self.room = room;
        }
    }

    /// Passes over a view where decoding may have changed something; false when `visit` wants no more.
    fn view(&mut self, view: &Layer<'_>, triggers: &mut Triggers, visit: &mut Visit<'_>) -> bool {
        self.attention.wake_all();
        let mut search = self.prefilter.search_with(view.text().as_bytes(), std::mem::take(&mut self.room));
        let text = View::new(view.text());
        let goes_on = view.each_changed(&mut |range| {
            search.restrict(&range);
            let stretch = Stretch { layer: view, view: &text, range, base: 0 };
            self.pass(&stretch, None, &mut search, triggers, visit)
        });
        self.give_back(search);
        goes_on
    }

    /// Goes over `first` and the places that `search` finds in `stretch`; false when `visit` wants no more. In a view,
    /// only what its decoding brought counts.
    fn pass(
        &mut self,
        stretch: &Stretch<'_, '_>,
        mut first: Option<Place>,
        search: &mut Search<'_, '_>,
        triggers: &mut Triggers,
        visit: &mut Visit<'_>,
    ) -> bool {
        let Stretch { layer, view, range, base } = stretch;
        while let Some(place) = first.take().or_else(|| search.next_within(range)) {
            let (needle, start) = (self.prefilter.needle(place), place.start.wrapping_sub(*base));
            if needle.triggers {
                triggers.note(layer.text(), start);
            }
            self.woke |= !needle.wakes.is_empty();
            for wake in &needle.wakes {
                if !self.attention.wakes(wake.detector, start) {
                    continue;
                }
                let outcome = confirm(view, start, *wake);
                let (Outcome::Clean { until } | Outcome::Found(Hit { until, .. })) = outcome;
                self.attention.looked(wake.detector, until, view.take_effort());
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

/// A text whose parts are scanned in their order.
pub(crate) struct Whole<'p, 't> {
    search: Search<'p, 't>,
    unmarked: Unmarked<'t>,
    /// Up to there, no needle begins and nothing else that a view could be made of.
    quiet_until: usize,
}

/// A part of a text that is passed over.
struct Stretch<'s, 't> {
    layer: &'s Layer<'t>,
    /// The text of `layer`.
    view: &'s View<'t>,
    /// Where the search finds the part.
    range: Range<usize>,
    /// Where it finds the beginning of the text.
    base: usize,
}

/// True when `hit` stands in the input, or was brought by a decoding that concerns its detector.
fn counts(layer: &Layer<'_>, detector: &Detector, hit: &Hit) -> bool {
    if layer.is_input() {
        return true;
    }
    let (mut any, mut all) = (false, true);
    layer.each_kind(&hit.span, &mut |kind| (any, all) = (true, all && kind.concerns(detector.class)));
    any && all
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
            attention.looked(wake.detector, until, 0);
            woken.push(Woken { detector: detectors()[wake.detector].class, needle: needle.shown(), found });
        }
    }
    woken
}
