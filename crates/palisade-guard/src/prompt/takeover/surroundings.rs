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
    of("a needle", -3.82),
    of("doublings of its length", -1.14),
    of("share of code", -0.61),
    of("partly code", -1.36),
    of("wholly code", -0.58),
    of("quotation marks", -0.1),
    of("nobody addressed", -1.63),
    of("number of subject", -0.23),
    of("number of technical", -0.46),
    of("number of you", 0.79),
    of("number of your", 0.11),
    of("number of me", 1.23),
    of("number of ai", 0.44),
    of("number of harm", 0.47),
    of("number of limit", 0.95),
    of("number of not", 0.23),
    of("number of user", -0.37),
    of("number of third", 0.93),
    of("number of if", -0.53),
    of("number of request", -0.3),
    of("share of subject", -0.13),
    of("share of technical", -0.48),
    of("share of you", -0.01),
    of("share of your", 0.28),
    of("share of me", 0.02),
    of("share of ai", -0.18),
    of("share of harm", 0.19),
    of("share of limit", 0.28),
    of("share of not", 0.15),
    of("share of user", 0.07),
    of("share of third", -0.29),
    of("share of if", 0.02),
    of("share of request", 0.51),
];
