//! How bad an advisory is: the base score of its CVSS vector, or the word its publisher uses.

use cvss::Cvss;
use palisade_model::Severity;

/// The rating of an advisory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rating {
    /// CVSS score, 0 to 10.
    pub score: Option<f32>,
    /// From the score, or from the publisher's word where there is none.
    pub severity: Option<Severity>,
    /// The CVSS vector that the score comes from; empty when there is none.
    pub vector: String,
}

impl Rating {
    /// The rating by the newest CVSS version among `vectors`, or by `word` when none can be read.
    #[must_use]
    pub fn of<'a>(vectors: impl Iterator<Item = &'a str>, word: Option<&str>) -> Self {
        let readable = vectors.filter_map(|vector| Some((generation(vector), score(vector)?, vector)));
        let newest = readable.max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        match newest {
            Some((_, score, vector)) => {
                Self { score: Some(score), severity: Some(severity_of_score(score)), vector: vector.trim().to_owned() }
            }
            None => Self { severity: word.and_then(severity_of_word), ..Self::default() },
        }
    }
}

/// The base score of a CVSS vector of version 2, 3.0, 3.1 or 4.0.
fn score(vector: &str) -> Option<f32> {
    let vector: Cvss = vector.trim().parse().ok()?;
    Some(vector.score() as f32).filter(|score| (0.0..=10.0).contains(score))
}

/// Version 2 has no name before its vector.
fn generation(vector: &str) -> u8 {
    match vector.trim().strip_prefix("CVSS:").and_then(|rest| rest.bytes().next()) {
        Some(digit) => digit.saturating_sub(b'0'),
        None => 2,
    }
}

/// The qualitative scale of CVSS 3.1 §5 and 4.0 §6.
#[must_use]
pub fn severity_of_score(score: f32) -> Severity {
    match score {
        score if score >= 9.0 => Severity::Critical,
        score if score >= 7.0 => Severity::High,
        score if score >= 4.0 => Severity::Medium,
        score if score > 0.0 => Severity::Low,
        _ => Severity::Informational,
    }
}

/// Words of GitHub (`MODERATE`) and of others.
fn severity_of_word(word: &str) -> Option<Severity> {
    const WORDS: [(&str, Severity); 8] = [
        ("critical", Severity::Critical),
        ("high", Severity::High),
        ("important", Severity::High),
        ("moderate", Severity::Medium),
        ("medium", Severity::Medium),
        ("low", Severity::Low),
        ("none", Severity::Informational),
        ("informational", Severity::Informational),
    ];
    WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.trim())).map(|(_, severity)| *severity)
}

#[cfg(test)]
mod tests {
    use super::Rating;
    use palisade_model::Severity;

    fn of(vectors: &[&str], word: Option<&str>) -> (Option<f32>, Option<Severity>) {
        let rating = Rating::of(vectors.iter().copied(), word);
        (rating.score, rating.severity)
    }

    /// Examples of FIRST's specifications: CVE-2002-0392 in version 2, others as its calculators give them.
    #[test]
    fn every_version_of_cvss_has_its_score() {
        for (vector, score, severity) in [
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, Severity::High),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, Severity::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, Severity::Critical),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, Severity::Critical),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:L/A:N", 1.6, Severity::Low),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, Severity::Critical),
            ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, Severity::High),
        ] {
            assert_eq!(of(&[vector], None), (Some(score), Some(severity)), "{vector}");
        }
    }

    #[test]
    fn the_newest_vector_counts_and_a_word_where_there_is_none() {
        let (two, three) = ("AV:N/AC:L/Au:N/C:N/I:N/A:C", "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:L/A:N");
        assert_eq!(of(&[two, three], Some("HIGH")).0, Some(1.6));
        assert_eq!(of(&["CVSS:3.1/AV:X"], Some("MODERATE")), (None, Some(Severity::Medium)));
        assert_eq!(of(&[], None), (None, None));
    }
}
