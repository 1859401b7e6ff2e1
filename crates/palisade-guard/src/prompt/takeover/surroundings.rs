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
    of("a needle", -4.49),
    of("doublings of its length", -0.84),
    of("share of code", -0.6),
    of("partly code", -1.42),
    of("wholly code", -0.5),
    of("quotation marks", 0.01),
    of("nobody addressed", -1.46),
    of("number of subject", -0.2),
    of("number of technical", -0.42),
    of("number of you", 0.85),
    of("number of your", 0.28),
    of("number of me", 1.25),
    of("number of ai", 0.71),
    of("number of harm", 0.45),
    of("number of limit", 1.06),
    of("number of not", 0.25),
    of("number of user", -0.2),
    of("number of third", 0.87),
    of("number of if", -0.47),
    of("number of request", -0.42),
    of("share of subject", -0.27),
    of("share of technical", -0.6),
    of("share of you", -0.0),
    of("share of your", 0.27),
    of("share of me", -0.03),
    of("share of ai", -0.33),
    of("share of harm", 0.13),
    of("share of limit", 0.41),
    of("share of not", 0.06),
    of("share of user", 0.12),
    of("share of third", -0.49),
    of("share of if", 0.05),
    of("share of request", 0.37),
];
