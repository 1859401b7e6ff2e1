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
    of("a needle", -5.08),
    of("doublings of its length", -0.87),
    of("share of code", -0.58),
    of("partly code", -1.37),
    of("wholly code", -0.51),
    of("quotation marks", -0.16),
    of("nobody addressed", -1.68),
    of("number of subject", -0.23),
    of("number of technical", -0.41),
    of("number of you", 0.81),
    of("number of your", 0.13),
    of("number of me", 1.21),
    of("number of ai", 0.62),
    of("number of harm", 0.47),
    of("number of limit", 0.96),
    of("number of not", 0.18),
    of("number of user", -0.2),
    of("number of third", 0.92),
    of("number of if", -0.5),
    of("number of request", -0.37),
    of("share of subject", -0.26),
    of("share of technical", -0.58),
    of("share of you", -0.05),
    of("share of your", 0.21),
    of("share of me", 0.01),
    of("share of ai", -0.24),
    of("share of harm", 0.19),
    of("share of limit", 0.32),
    of("share of not", 0.06),
    of("share of user", 0.18),
    of("share of third", -0.42),
    of("share of if", 0.08),
    of("share of request", 0.47),
];
