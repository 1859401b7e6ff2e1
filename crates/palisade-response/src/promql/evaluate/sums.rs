//! Sums that lose no digits: Neumaier's improvement of Kahan's summation (Neumaier, *Rundungsfehleranalyse einiger
//! Verfahren zur Summation endlicher Summen*, 1974).

/// A sum and what its rounding has lost so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) rounded: f64,
    lost: f64,
}

impl Sum {
    pub(super) fn add(&mut self, more: f64) {
        let total = self.rounded + more;
        self.lost += if self.rounded.abs() >= more.abs() {
            (self.rounded - total) + more
        } else {
            (more - total) + self.rounded
        };
        self.rounded = total;
    }

    /// The sum with what was lost, also when it is infinite (and so no number).
    pub(super) fn exact(self) -> f64 {
        self.rounded + self.lost
    }

    /// The sum; infinite when it has become so.
    pub(super) fn total(self) -> f64 {
        if self.rounded.is_infinite() { self.rounded } else { self.exact() }
    }
}

/// True when the mean of infinite `mean` and a further `value` is still `mean`: it is infinite in the same direction,
/// or finite.
pub(super) fn stays_infinite(mean: f64, value: f64) -> bool {
    mean.is_infinite() && !value.is_nan() && (value.is_finite() || mean.is_sign_positive() == value.is_sign_positive())
}
