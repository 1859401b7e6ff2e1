//! Keys of OpenAI.
//!
//! **What it finds.** Keys that begin with `sk-` and have `T3BlbkFJ` (base64 of `OpenAI`) in their middle.
//!
//! **Why it matters.** The key spends its owner's money and reads their files.
//!
//! **Example.** `sk-proj-…T3BlbkFJ…`
//!
//! The mark in the middle is the needle: `sk-` alone begins too many other words.

use super::{plausible::could_be_issued, token::base64url};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static OPENAI: Detector = Detector {
    class: "guard.secret.openai",
    version: "1",
    severity: Severity::High,
    title: "OpenAI key",
    remediation: "Revoke the key in the OpenAI dashboard, issue a new one, and keep it in a secret store.",
    references: &["CWE-798", "CWE-532", "OWASP-LLM02"],
    finds: Finds::Places { needles: &[MARK], confirm },
};

const MARK: &[u8] = b"T3BlbkFJ";

/// Characters before and after the mark: 20 in the first form, 74 and a kind such as `svcacct-` in the longest.
const SIDE_CHARS_MIN: usize = 20;
const SIDE_CHARS_MAX: usize = 100;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let before = view.byte_run_before(at, SIDE_CHARS_MAX, base64url);
    let after = view.byte_run(at + MARK.len(), SIDE_CHARS_MAX, base64url);
    let start = (before.start..before.end)
        .find(|&start| view.bytes()[start..].starts_with(b"sk-") && view.word_may_begin(start));
    let hit = start.and_then(|start| {
        let long_enough = at - start >= SIDE_CHARS_MIN && after.len() >= SIDE_CHARS_MIN;
        let whole = long_enough && view.word_may_end(after.end);
        let varied = could_be_issued(&view.bytes()[start..at]) && could_be_issued(&view.bytes()[after.clone()]);
        let why = "A key that works like a password; the mark in its middle fits.";
        (whole && varied).then(|| Hit::secret(start..after.end, 0.97, why))
    });
    hit.into()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn openai() {
        let half = "tR7mZq2XcV9bN4kLwP8s";
        let old = format!("sk-{half}T3BlbkFJ{half}");
        let new = format!("sk-proj-{half}_{half}-{half}T3BlbkFJ{half}{half}{half}");
        check(
            "guard.secret.openai",
            &[(&old, 0..51), (&format!("OPENAI_API_KEY={old}\n"), 15..66), (&format!("\"{new}\""), 1..139)],
            &[
                "T3BlbkFJ",
                "sk-T3BlbkFJ",
                &format!("task-{half}T3BlbkFJ{half}"),
                &format!("sk-{0}T3BlbkFJ{0}", "x".repeat(20)),
            ],
        );
    }
}
