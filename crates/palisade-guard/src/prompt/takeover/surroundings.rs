//! What a text weighs by all of its words, whatever its sentences say. Weights are log-odds.

/// A property of a text, and what each unit of it weighs.
pub(super) struct Surrounding {
    pub(super) name: &'static str,
    pub(super) weight: f64,
}

const fn of(name: &'static str, weight: f64) -> Surrounding {
    Surrounding { name, weight }
}

/// Concepts whose words are counted, by number and by share: talk about attacks and programs, and who speaks, to whom,
/// and of whom.
pub(super) const COUNTED: [&str; 13] =
    ["subject", "technical", "you", "your", "me", "ai", "harm", "limit", "not", "user", "third", "if", "request"];

pub(super) const SURROUNDINGS: [Surrounding; 7 + 2 * COUNTED.len()] = [
    of("a needle", -5.15),
    of("doublings of its length", -1.01),
    of("share of code", -0.54),
    of("partly code", -1.27),
    of("wholly code", -0.48),
    of("quotation marks", -0.11),
    of("nobody addressed", -1.66),
    of("number of subject", -0.17),
    of("number of technical", -0.47),
    of("number of you", 0.73),
    of("number of your", 0.16),
    of("number of me", 1.23),
    of("number of ai", 0.61),
    of("number of harm", 0.46),
    of("number of limit", 0.94),
    of("number of not", 0.2),
    of("number of user", -0.27),
    of("number of third", 0.95),
    of("number of if", -0.5),
    of("number of request", -0.38),
    of("share of subject", -0.25),
    of("share of technical", -0.64),
    of("share of you", -0.05),
    of("share of your", 0.23),
    of("share of me", -0.04),
    of("share of ai", -0.22),
    of("share of harm", 0.12),
    of("share of limit", 0.3),
    of("share of not", 0.08),
    of("share of user", 0.2),
    of("share of third", -0.43),
    of("share of if", 0.11),
    of("share of request", 0.44),
];
