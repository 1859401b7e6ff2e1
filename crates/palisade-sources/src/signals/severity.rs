//! The words that tools have for how bad something is.

use palisade_model::Severity;

const WORDS: [(&str, Severity); 31] = [
    ("critical", Severity::Critical),
    ("crit", Severity::Critical),
    ("page", Severity::Critical),
    ("emergency", Severity::Critical),
    ("emerg", Severity::Critical),
    ("fatal", Severity::Critical),
    ("disaster", Severity::Critical),
    ("p1", Severity::Critical),
    ("high", Severity::High),
    ("error", Severity::High),
    ("err", Severity::High),
    ("major", Severity::High),
    ("alert", Severity::High),
    ("p2", Severity::High),
    ("medium", Severity::Medium),
    ("warning", Severity::Medium),
    ("warn", Severity::Medium),
    ("minor", Severity::Medium),
    ("average", Severity::Medium),
    ("p3", Severity::Medium),
    ("low", Severity::Low),
    ("notice", Severity::Low),
    ("p4", Severity::Low),
    ("informational", Severity::Informational),
    ("information", Severity::Informational),
    ("info", Severity::Informational),
    ("none", Severity::Informational),
    ("ok", Severity::Informational),
    ("debug", Severity::Informational),
    ("trace", Severity::Informational),
    ("p5", Severity::Informational),
];

/// The severity that this word names in one of the tools that are read, in any case; medium when it names none, since
/// somebody found it worth an alert.
#[must_use]
pub fn severity_of(word: &str) -> Severity {
    let word = word.trim();
    WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map_or(Severity::Medium, |(_, known)| *known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_tools() {
        for (word, wanted) in [
            ("Critical", Severity::Critical),
            (" page ", Severity::Critical),
            ("error", Severity::High),
            ("WARNING", Severity::Medium),
            ("info", Severity::Informational),
            ("", Severity::Medium),
            ("purple", Severity::Medium),
        ] {
            assert_eq!(severity_of(word), wanted, "{word}");
        }
        for severity in Severity::ALL {
            assert_eq!(severity_of(severity.name()), severity);
        }
    }
}
