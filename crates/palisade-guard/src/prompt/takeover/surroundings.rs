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
    of("a needle", -4.31),
    of("doublings of its length", -1.8),
    of("share of code", -0.33),
    of("partly code", -1.51),
    of("wholly code", -0.37),
    of("quotation marks", 0.31),
    of("nobody addressed", -2.0),
    of("number of subject", -0.35),
    of("number of technical", -0.64),
    of("number of you", 1.12),
    of("number of your", 0.35),
    of("number of me", 2.04),
    of("number of ai", 0.73),
    of("number of harm", 0.46),
    of("number of limit", 1.44),
    of("number of not", 0.04),
    of("number of user", -0.64),
    of("number of third", 1.33),
    of("number of if", -0.84),
    of("number of request", -0.26),
    of("share of subject", -0.13),
    of("share of technical", -0.63),
    of("share of you", 0.36),
    of("share of your", 0.45),
    of("share of me", 0.25),
    of("share of ai", 0.25),
    of("share of harm", -0.94),
    of("share of limit", 0.13),
    of("share of not", -0.12),
    of("share of user", 0.30),
    of("share of third", -0.35),
    of("share of if", 0.33),
    of("share of request", -0.08),
];
