//! No policy can make the guard panic, or treat something worse more mildly.

use palisade_guard::policy::{Circumstances, Direction, Policy};
use palisade_model::{Evidence, FindingDraft, Severity, Timestamp};
use proptest::prelude::*;

/// One line of a policy, sound or not.
fn line() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "extends = 'balanced'",
        "[[rule]]",
        "[[allow]]",
        "class = 'guard.unicode'",
        "class = ['guard.secret.*', 'guard.**']",
        "except = 'guard.secret.jwt'",
        "severity = 'medium'",
        "severity = 'high'",
        "confidence = 0.5",
        "confidence = 2",
        "direction = 'out'",
        "tool = 'a*'",
        "field = '/**/x'",
        "action = 'block'",
        "action = 'redact'",
        "action = 'flag'",
        "action = 'allow'",
        "reason = 'why not'",
        "expires = 2026-11-20",
        "expires = 2026-02-30",
        "'''",
    ])
    .prop_map(str::to_owned)
}

/// A policy that can be read.
fn policy() -> impl Strategy<Value = Policy> {
    let rule = (
        prop::sample::select(vec!["", "class = 'guard.unicode'\n", "except = 'guard.secret.jwt'\n", "field = '/x'\n"]),
        prop::sample::select(vec!["", "severity = 'medium'\n", "severity = 'high'\n", "confidence = 0.6\n"]),
        prop::sample::select(vec!["flag", "redact", "block", "allow"]),
    );
    let text = rule.prop_map(|(scope, minimum, action)| {
        let minimum = if action == "allow" { "" } else { minimum };
        format!("[[rule]]\n{scope}{minimum}action = '{action}'\n")
    });
    let extends =
        prop::sample::select(vec!["", "extends = 'observe'\n", "extends = 'balanced'\n", "extends = 'strict'\n"]);
    (extends, prop::collection::vec(text, 0..6))
        .prop_map(|(extends, rules)| Policy::parse(&format!("{extends}{}", rules.concat())).expect("is sound"))
}

fn finding() -> impl Strategy<Value = FindingDraft> {
    let classes = vec!["guard.unicode.bidi", "guard.secret.aws", "guard.secret.jwt", "guard.limit"];
    let pointers = prop::collection::vec(prop::sample::select(vec!["", "/x", "/a/x"]), 1..3);
    (prop::sample::select(classes), 0_usize..5, 0.0_f64..=1.0, pointers).prop_map(
        |(detector, severity, confidence, pointers)| FindingDraft {
            detector,
            severity: Severity::ALL[severity],
            confidence,
            evidence: pointers
                .into_iter()
                .map(|pointer| Evidence { pointer: pointer.to_owned(), ..Evidence::default() })
                .collect(),
            ..FindingDraft::default()
        },
    )
}

const NOW: Circumstances<'static> = Circumstances {
    direction: Direction::Out,
    tool: Some("ab"),
    server: None,
    path: None,
    now: Timestamp::from_nanos(0),
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused_with_a_line(lines in prop::collection::vec(line(), 0..12), noise in any::<String>()) {
        for text in [lines.join("\n"), noise.clone(), format!("{}\n{noise}", lines.join("\n"))] {
            if let Err(problem) = Policy::parse(&text) {
                prop_assert!(problem.line >= 1 && problem.line <= text.matches('\n').count() + 1);
                prop_assert!(!problem.message.is_empty());
            }
        }
    }

    #[test]
    fn the_same_is_decided_twice(policy in policy(), findings in prop::collection::vec(finding(), 0..5)) {
        let copy = policy.clone();
        prop_assert_eq!(policy.decide(&findings, &NOW), copy.decide(&findings, &NOW));
        prop_assert_eq!(policy.decide(&findings, &NOW).rulings.len(), findings.len());
    }

    #[test]
    fn worse_is_never_treated_more_mildly(
        policy in policy(),
        findings in prop::collection::vec(finding(), 1..4),
        more in finding(),
        worse in 0_usize..5,
        surer in 0.0_f64..=1.0,
    ) {
        let before = policy.decide(&findings, &NOW).verdict;
        let mut changed = findings.clone();
        changed[0].severity = changed[0].severity.max(Severity::ALL[worse]);
        changed[0].confidence = changed[0].confidence.max(surer);
        prop_assert!(policy.decide(&changed, &NOW).verdict >= before);
        changed.push(more);
        prop_assert!(policy.decide(&changed, &NOW).verdict >= before);
    }
}
