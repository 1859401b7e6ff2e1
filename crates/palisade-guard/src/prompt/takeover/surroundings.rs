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
    of("a needle", -4.78),
    of("doublings of its length", -0.46),
    of("share of code", -0.74),
    of("partly code", -1.47),
    of("wholly code", -0.57),
    of("quotation marks", -0.0),
    of("nobody addressed", -1.29),
    of("number of subject", -0.26),
    of("number of technical", -0.4),
    of("number of you", 0.75),
    of("number of your", 0.3),
    of("number of me", 1.14),
    of("number of ai", 0.71),
    of("number of harm", 0.48),
    of("number of limit", 1.06),
    of("number of not", 0.2),
    of("number of user", -0.21),
    of("number of third", 0.88),
    of("number of if", -0.44),
    of("number of request", -0.42),
    of("share of subject", -0.36),
    of("share of technical", -0.48),
    of("share of you", -0.11),
    of("share of your", 0.31),
    of("share of me", -0.2),
    of("share of ai", -0.37),
    of("share of harm", 0.2),
    of("share of limit", 0.53),
    of("share of not", 0.04),
    of("share of user", 0.16),
    of("share of third", -0.52),
    of("share of if", -0.07),
    of("share of request", 0.41),
];
