//! The bounds of exponential buckets: powers of `2^(2^-scale)`.
//!
//! Source: OpenTelemetry metrics data model, *ExponentialHistogram*; native histograms of Prometheus have the same, and
//! call the scale *schema*.

/// `base^index`, at most one rounding away; infinite beyond the largest double, 0 below the least.
pub(crate) fn power(index: i64, scale: i32) -> f64 {
    if scale <= 0 {
        return power_of_two(index.saturating_mul(1 << -scale));
    }
    let (whole, rest) = (index >> scale, index & ((1 << scale) - 1));
    #[expect(clippy::cast_precision_loss, reason = "the rest has at most 20 bits")]
    let root = (rest as f64 / f64::from(1 << scale)).exp2();
    // In two steps where the power of two alone would be too coarse or no double.
    match whole {
        ..-1_000 => root * power_of_two(-1_000) * power_of_two(whole.saturating_add(1_000)),
        _ => root * power_of_two(whole),
    }
}

/// Exact: `exp2` of a whole number is.
fn power_of_two(exponent: i64) -> f64 {
    const BEYOND: i64 = 2_000;
    #[expect(clippy::cast_precision_loss, reason = "at most 2,000")]
    let exponent = exponent.clamp(-BEYOND, BEYOND) as f64;
    exponent.exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers() {
        for scale in -10..=20 {
            assert_eq!(power(0, scale), 1.0);
        }
        for (index, scale, wanted) in [
            (1 << 20, 20, 2.0),
            (-(1 << 20), 20, 0.5),
            (-1_074, 0, 5e-324),
            (-1_076, 0, 0.0),
            (-1_074 * 2 - 1, 1, 5e-324),
            (i64::from(i32::MAX), 0, f64::INFINITY),
            (i64::from(i32::MIN), -10, 0.0),
            (i64::from(i32::MAX), -10, f64::INFINITY),
        ] {
            assert_eq!(power(index, scale), wanted, "{index} {scale}");
        }
    }
}
