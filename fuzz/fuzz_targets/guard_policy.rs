//! Any text as a policy, and any text under it: a policy is read or refused with a line in it, decides the same twice,
//! and what it has neutralised stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_guard::{
    Guard,
    policy::{Circumstances, Policy},
};
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

fuzz_target!(|input: (&str, &str, &str)| {
    let (policy, tool, text) = input;
    let policy = match Policy::parse(policy) {
        Ok(policy) => policy,
        Err(problem) => return assert!(problem.line <= policy.lines().count() + 1),
    };
    let circumstances = Circumstances { tool: Some(tool), ..Circumstances::default() };
    let found = GUARD.inspect_text(text);
    let decision = policy.decide(&found, &circumstances);
    assert_eq!(decision.rulings.len(), found.len());
    assert_eq!(decision, policy.decide(&found, &circumstances));
    let once = GUARD.neutralise_text(text, &policy, &circumstances).text;
    assert_eq!(GUARD.neutralise_text(&once, &policy, &circumstances).text, once);
});
