//! How likely a match is, by its score: a logistic curve around the threshold of the mode. Its steepness is set, not
//! fitted.

/// How steep the curve is.
const STEEPNESS: f32 = 12.0;

/// The probability of a score, where `threshold` is the score that is as likely right as wrong.
pub fn probability(score: f32, threshold: f32) -> f32 {
    1.0 / (1.0 + (-STEEPNESS * (score - threshold)).exp())
}
