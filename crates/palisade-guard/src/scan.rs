//! The scan: passes over a text and over its views, and asks the detectors whose needles stand there.

use crate::{
    Detector,
    detector::{Finds, Hit, Outcome},
    prefilter::{Prefilter, Wake},
    secret,
    table::detectors,
    text::View,
    views::{Budget, Layer, Triggers, explore},
};

/// What `scan` gives what it finds to; false ends the scan.
pub(crate) type Visit<'v> = dyn FnMut(&Layer<'_>, &'static Detector, Hit) -> bool + 'v;

/// Gives each confirmed hit in `text` and in its views to `visit`; true when a needle of any detector stands in `text`.
pub(crate) fn scan(prefilter: &Prefilter, text: &str, visit: &mut Visit<'_>) -> bool {
    let (input, mut triggers, mut woke) = (Layer::input(text), Triggers::default(), false);
    if pass(prefilter, &input, &mut triggers, &mut woke, visit) {
        let (mut budget, mut in_view) = (Budget::for_input(text.len()), false);
        explore(&input, triggers, &mut budget, &mut |view, triggers| {
            pass(prefilter, view, triggers, &mut in_view, visit)
        });
    }
    woke
}

/// Passes over one text once; false when `visit` wants no more. In a view, only what its decoding brought counts.
fn pass(
    prefilter: &Prefilter,
    layer: &Layer<'_>,
    triggers: &mut Triggers,
    woke: &mut bool,
    visit: &mut Visit<'_>,
) -> bool {
    let view = View::new(layer.text());
    // Made with the first needle: most texts have none.
    let mut asleep_until: Vec<usize> = Vec::new();
    for found in prefilter.search(view.bytes()) {
        if found.triggers {
            triggers.note(layer.text(), found.start);
        }
        if asleep_until.is_empty() && !found.wakes.is_empty() {
            *woke = true;
            asleep_until.resize(detectors().len(), 0);
        }
        for wake in found.wakes {
            if found.start < asleep_until[wake.detector] {
                continue;
            }
            match confirm(&view, found.start, *wake) {
                Outcome::Clean { until } => asleep_until[wake.detector] = until,
                Outcome::Found(hit) => {
                    asleep_until[wake.detector] = hit.until;
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

/// True when `hit` stands in the input, or was brought by a decoding that concerns its detector.
fn counts(layer: &Layer<'_>, detector: &Detector, hit: &Hit) -> bool {
    let kinds = layer.kinds(&hit.span);
    layer.is_input() || (!kinds.is_empty() && kinds.iter().all(|kind| kind.concerns(detector.class)))
}

/// Asks the detector that `wake` names about the needle at `start`.
pub(crate) fn confirm(view: &View<'_>, start: usize, wake: Wake) -> Outcome {
    match (&detectors()[wake.detector].finds, wake.token) {
        (Finds::Places { confirm, .. }, _) => confirm(view, start),
        (Finds::Tokens(_), Some(token)) => secret::confirm(view, start, token).into(),
        (Finds::Tokens(_) | Finds::Limit, _) => Outcome::Clean { until: 0 },
    }
}
