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
    of("a needle", -3.92),
    of("doublings of its length", -1.11),
    of("share of code", -0.58),
    of("partly code", -1.34),
    of("wholly code", -0.59),
    of("quotation marks", -0.08),
    of("nobody addressed", -1.61),
    of("number of subject", -0.24),
    of("number of technical", -0.51),
    of("number of you", 0.78),
    of("number of your", 0.14),
    of("number of me", 1.2),
    of("number of ai", 0.43),
    of("number of harm", 0.44),
    of("number of limit", 0.93),
    of("number of not", 0.25),
    of("number of user", -0.37),
    of("number of third", 0.91),
    of("number of if", -0.56),
    of("number of request", -0.37),
    of("share of subject", -0.19),
    of("share of technical", -0.55),
    of("share of you", -0.02),
    of("share of your", 0.28),
    of("share of me", 0.03),
    of("share of ai", -0.16),
    of("share of harm", 0.16),
    of("share of limit", 0.28),
    of("share of not", 0.16),
    of("share of user", 0.08),
    of("share of third", -0.28),
    of("share of if", 0.02),
    of("share of request", 0.52),
];
