//! Which detectors look, and how much they may: what one has seen it need not see again, and what finds or nearly finds
//! something everywhere is left out before it costs more than the text is worth.
//!
//! All detectors share one allowance. When it is used up, the busiest look no more, and the others get a part of it
//! again; so a heap of what one detector likes hides nothing from another.

use crate::{
    limits::{EFFORT_AGAIN_PART, EFFORT_OF_HIT, EFFORT_OF_WAKING, FINDINGS_MAX},
    table::detectors,
};
use palisade_model::Severity;

/// Which detectors look, and from where on.
pub(crate) struct Attention {
    /// For each detector, one more than its place in `of`, or zero; made with the first needle. Most never wake.
    places: Vec<u16>,
    of: Vec<OfDetector>,
    /// Those that have done more than is bearable, and look no more.
    left_out: Vec<usize>,
    /// What all have done together, and may do.
    effort: usize,
    effort_max: usize,
    /// What they may do more when those that have done most look no more.
    effort_again: usize,
}

/// What one detector has done.
#[derive(Clone, Default)]
struct OfDetector {
    detector: usize,
    /// The byte at which it wants to be woken again.
    until: usize,
    effort: usize,
    hits: usize,
    /// The severity of the worst hit.
    worst: Severity,
}

impl Attention {
    pub(crate) fn new(effort_max: usize) -> Self {
        let effort_again = effort_max / EFFORT_AGAIN_PART;
        let (places, of, left_out) = (Vec::new(), Vec::new(), Vec::new());
        Self { places, of, left_out, effort: 0, effort_max, effort_again }
    }

    /// True when `detector` is to look at what stands at `at`.
    pub(crate) fn wakes(&self, detector: usize, at: usize) -> bool {
        match self.places.get(detector) {
            None | Some(0) => true,
            Some(&place) => at >= self.of[usize::from(place) - 1].until,
        }
    }

    /// What `detector` has done so far.
    fn of(&mut self, detector: usize) -> &mut OfDetector {
        if self.places.is_empty() {
            self.places.resize(detectors().len(), 0);
        }
        let place = &mut self.places[detector];
        if *place == 0 {
            self.of.push(OfDetector { detector, ..OfDetector::default() });
            *place = u16::try_from(self.of.len()).expect("there are some hundred detectors");
        }
        &mut self.of[usize::from(*place) - 1]
    }

    /// Those that look no more, and the severity of the worst that they have found where that tells what they may have
    /// missed.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (usize, Option<Severity>)> {
        self.left_out.iter().map(|&detector| {
            let of = &self.of[usize::from(self.places[detector]) - 1];
            (detector, (of.hits >= FINDINGS_MAX).then_some(of.worst))
        })
    }

    /// What all have done together, in bytes looked at.
    #[cfg(test)]
    pub(crate) fn effort(&self) -> usize {
        self.effort
    }

    /// Counts what `detector` has looked at, and lets it sleep until the byte `until`.
    pub(crate) fn looked(&mut self, detector: usize, until: usize, bytes: usize) {
        let of = self.of(detector);
        if until > 0 {
            of.until = until;
        }
        self.spend(detector, EFFORT_OF_WAKING + bytes);
    }

    fn spend(&mut self, detector: usize, effort: usize) {
        let of = self.of(detector);
        of.effort = of.effort.saturating_add(effort);
        self.effort = self.effort.saturating_add(effort);
        if self.effort > self.effort_max {
            self.leave_out_busiest();
        }
    }

    /// Leaves out those that have done most: much that is found or nearly so by one detector is no reason for others not
    /// to look.
    fn leave_out_busiest(&mut self) {
        self.effort_max = self.effort.saturating_add(self.effort_again);
        let still = self.of.iter().filter(|of| !self.left_out.contains(&of.detector));
        let busiest = still.map(|of| of.effort).max().unwrap_or_default();
        for index in 0..self.of.len() {
            let of = &self.of[index];
            if of.effort >= busiest / 2 {
                self.leave_out(of.detector);
            }
        }
    }

    pub(crate) fn finds(&mut self, detector: usize, severity: Severity) {
        let of = self.of(detector);
        of.hits += 1;
        of.worst = of.worst.max(severity);
        self.spend(detector, EFFORT_OF_HIT);
    }

    fn leave_out(&mut self, detector: usize) {
        if !self.left_out.contains(&detector) {
            self.left_out.push(detector);
        }
        self.of(detector).until = usize::MAX;
    }

    /// Everybody is awake, for the next text.
    pub(crate) fn wake_all(&mut self) {
        for of in &mut self.of {
            of.until = 0;
        }
        for index in 0..self.left_out.len() {
            self.of(self.left_out[index]).until = usize::MAX;
        }
    }
}
