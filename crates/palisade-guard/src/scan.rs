//! The scan: passes over a text and over its views, and asks the detectors whose needles stand there.

use crate::{
    Detector,
    detector::{Finds, Hit, Outcome},
    prefilter::{Prefilter, Search, Wake},
    secret,
    table::detectors,
    text::View,
    views::{Budget, Layer, Triggers, explore, may_hold_views},
};
use std::ops::Range;

/// What a scan gives what it finds to; false ends the scan.
pub(crate) type Visit<'v> = dyn FnMut(&Layer<'_>, &'static Detector, Hit) -> bool + 'v;

/// A scan of one input, which may have many parts.
pub(crate) struct Scan<'p> {
    prefilter: &'p Prefilter,
    sleep: Sleep,
}

impl<'p> Scan<'p> {
    pub(crate) fn new(prefilter: &'p Prefilter) -> Self {
        Self { prefilter, sleep: Sleep::default() }
    }

    /// Gives each confirmed hit in `text` and in its views to `visit`.
    pub(crate) fn text(&mut self, text: &str, visit: &mut Visit<'_>) {
        self.part(text, 0, &mut self.prefilter.search(text.as_bytes()), visit);
    }

    /// The same for `text`, which stands in the text of `search` from the byte `base` on. Parts come in order.
    pub(crate) fn part(&mut self, text: &str, base: usize, search: &mut Search<'_, '_>, visit: &mut Visit<'_>) {
        let (input, mut triggers) = (Layer::input(text), Triggers::default());
        let range = base..base + text.len();
        if self.pass(&input, range, search, &mut triggers, visit) && may_hold_views(text, &triggers) {
            let mut budget = Budget::for_input(text.len());
            explore(&input, triggers, &mut budget, &mut |view, triggers| {
                let mut search = self.prefilter.search(view.text().as_bytes());
                self.pass(view, 0..view.text().len(), &mut search, triggers, visit)
            });
        }
    }

    /// Passes over one text once; false when `visit` wants no more. In a view, only what its decoding brought counts.
    fn pass(
        &mut self,
        layer: &Layer<'_>,
        range: Range<usize>,
        search: &mut Search<'_, '_>,
        triggers: &mut Triggers,
        visit: &mut Visit<'_>,
    ) -> bool {
        let view = View::new(layer.text());
        self.sleep.end();
        while let Some(place) = search.next_within(&range) {
            let (needle, start) = (self.prefilter.needle(place), place.start - range.start);
            if needle.triggers {
                triggers.note(layer.text(), start);
            }
            for wake in &needle.wakes {
                if self.sleep.lasts(wake.detector, start) {
                    continue;
                }
                match confirm(&view, start, *wake) {
                    Outcome::Clean { until } => self.sleep.begin(wake.detector, until),
                    Outcome::Found(hit) => {
                        self.sleep.begin(wake.detector, hit.until);
                        let detector = detectors()[wake.detector];
                        if counts(layer, detector, &hit) && !visit(layer, detector, hit) {
                            return false;
                        }
                    }
                }
            }
        }
        true
    }
}

/// How far each detector has looked already.
#[derive(Default)]
struct Sleep {
    /// For each detector, the byte at which it wants to be woken again; made with the first needle.
    until: Vec<usize>,
    /// Those that want anything.
    sleepers: Vec<usize>,
}

impl Sleep {
    fn lasts(&self, detector: usize, at: usize) -> bool {
        self.until.get(detector).is_some_and(|&until| at < until)
    }

    fn begin(&mut self, detector: usize, until: usize) {
        if until == 0 {
            return;
        }
        if self.until.is_empty() {
            self.until.resize(detectors().len(), 0);
        }
        if std::mem::replace(&mut self.until[detector], until) == 0 {
            self.sleepers.push(detector);
        }
    }

    /// Everybody is awake, for the next text.
    fn end(&mut self) {
        for detector in self.sleepers.drain(..) {
            self.until[detector] = 0;
        }
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
fn confirm(view: &View<'_>, start: usize, wake: Wake) -> Outcome {
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
    let (view, mut sleep, mut woken) = (View::new(text), Sleep::default(), Vec::new());
    let mut search = prefilter.search(text.as_bytes());
    while let Some(place) = search.next_within(&(0..text.len())) {
        let needle = prefilter.needle(place);
        if needle.triggers {
            woken.push(Woken { detector: "(views)", needle: needle.shown(), found: false });
        }
        for wake in &needle.wakes {
            if sleep.lasts(wake.detector, place.start) {
                continue;
            }
            let outcome = confirm(&view, place.start, *wake);
            let found = matches!(outcome, Outcome::Found(_));
            let (Outcome::Clean { until } | Outcome::Found(Hit { until, .. })) = outcome;
            sleep.begin(wake.detector, until);
            woken.push(Woken { detector: detectors()[wake.detector].class, needle: needle.shown(), found });
        }
    }
    woken
}
