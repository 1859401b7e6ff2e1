//! How likely a match is, by its score: a logistic curve around the threshold of the mode. Logistic regression over
//! labelled pairs of names in mode `balanced` gives a steepness of 11.9 around 0.684; round figures are used, and for
//! the other modes the same steepness around their thresholds, which no labels were there to fit.

/// How steep the curve is.
const STEEPNESS: f32 = 12.0;

/// The probability of a score, where `threshold` is the score that is as likely right as wrong.
pub fn probability(score: f32, threshold: f32) -> f32 {
    1.0 / (1.0 + (-STEEPNESS * (score - threshold)).exp())
}
