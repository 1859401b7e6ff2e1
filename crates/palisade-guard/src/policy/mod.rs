//! What to do about findings: a small policy that users write in TOML.
//!
//! ```toml
//! extends = "balanced"            # observe, balanced or strict; its rules come after the ones below
//!
//! [[rule]]
//! name = "pages that the search tool brings back are cleaned"
//! class = "guard.unicode"         # a class, everything below it, or a pattern; or a list of them
//! except = "guard.unicode.bidi"   # but not these
//! severity = "high"               # at least
//! confidence = 0.9                # at least
//! direction = "in"                # in: towards the agent; out: from it
//! tool = "web_*"
//! server = "search"
//! field = "/result/content/**"    # JSON Pointer; * is one step, ** any number of them
//! path = "docs/**"                # of a file, where files are inspected
//! action = "redact"               # allow, flag, redact or block
//!
//! [[allow]]
//! class = "guard.secret.jwt"
//! tool = "login"
//! reason = "the login tool hands out tokens that live for a minute"
//! expires = 2027-01-31            # the last day on which it counts, in UTC
//!
//! [[allow]]
//! text = "AKIAQ3EGHWJ2TLMZ5KRP"   # what was found, as it stands there; of hidden text, what it says
//! reason = "the key of the account for tests"
//!
//! [[allow]]
//! matter = "550111bb12e7c48f"     # or the first 16 digits of its SHA-256, where it must not be written down:
//! reason = "known to the team"    # printf %s "$FOUND" | sha256sum
//!
//! [session]                       # tokens that are shown to this receiver
//! audiences = ["https://mcp.corp.net"]
//! issuers = ["https://login.corp.net"]
//! leeway_seconds = 60             # by how much clocks may differ; 60 when left out
//! ```
//!
//! **How a rule is chosen.** An entry of the allow-list that fits a finding lets it pass. Otherwise the rules are read
//! from the top, those of the preset last. A rule with a minimum (`severity`, `confidence`) *raises* the action; a rule
//! without one *settles* it, and no rule after it counts. What no rule settles is flagged at least. So a worse or surer
//! finding is never treated more mildly, however a policy is written.
//!
//! **Patterns** have `*`, `?` and `**`, and take time proportional to their length whatever they are held against; a
//! pattern that is written as a regular expression is refused, since it would never fit. Keys, classes and patterns that
//! are not known are refused with the line, the column, and what was rather meant.
//!
//! **What it must not know.** The clock: whoever asks says what time it is.

mod day;
mod decision;
mod glob;
mod preset;
mod problem;
mod reading;
mod rule;

pub use decision::{Circumstances, Decision, Direction, Policy, Ruling, SessionPolicy};
pub use preset::Preset;
pub use problem::PolicyError;

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn the_example_above_can_be_read() {
        let lines = include_str!("mod.rs").lines().skip_while(|line| *line != "//! ```toml").skip(1);
        let example: String = lines
            .take_while(|line| *line != "//! ```")
            .map(|line| line.trim_start_matches("//!").trim_start().to_owned() + "\n")
            .collect();
        assert!(example.contains("[[allow]]"));
        assert_eq!(Policy::parse(&example).err(), None);
    }
}
