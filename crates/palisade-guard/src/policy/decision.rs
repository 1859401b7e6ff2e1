//! The policy itself, and how it decides.

use super::{
    PolicyError, Preset, reading,
    rule::{Allowance, Rule},
};
use crate::session::Expected;
use palisade_model::{FindingDraft, Timestamp, Verdict};

/// What to do about findings. Read one with [`Policy::parse`], or take a [`Preset`].
#[derive(Clone, Debug)]
pub struct Policy {
    pub(super) rules: Vec<Rule>,
    pub(super) allowances: Vec<Allowance>,
    pub(super) session: SessionPolicy,
}

/// Whose tokens are accepted, and for whom they have to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionPolicy {
    /// The receiver's own names; a token has to be for one of them. Empty: for anybody.
    pub audiences: Vec<String>,
    /// The issuers that are trusted. Empty: any.
    pub issuers: Vec<String>,
    /// By how many seconds clocks may differ.
    pub leeway_seconds: f64,
}

impl SessionPolicy {
    /// What a token has to be at `now`; none when the policy names neither audiences nor issuers, and so has nothing to
    /// say about tokens.
    #[must_use]
    pub fn expected(&self, now: Timestamp) -> Option<Expected<'_>> {
        let silent = self.audiences.is_empty() && self.issuers.is_empty();
        (!silent).then(|| Expected {
            audiences: &self.audiences,
            issuers: &self.issuers,
            now_seconds: now.nanos() as f64 / 1e9,
            leeway_seconds: self.leeway_seconds,
        })
    }
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Towards the agent: answers of tools, prompts, documents.
    #[default]
    In,
    /// From the agent: calls of tools, answers to users.
    Out,
}

/// Where the findings were made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'c> {
    /// Which way the message goes.
    pub direction: Direction,
    /// The tool that is called or answers, where there is one.
    pub tool: Option<&'c str>,
    /// The server that the tool belongs to, where it is known.
    pub server: Option<&'c str>,
    /// The path of the file, as the user names it, where it is one.
    pub path: Option<&'c str>,
    /// The time, for the dates of the allow-list.
    pub now: Timestamp,
}

/// What to do with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision<'p> {
    /// The strictest of the actions; allow when nothing was found.
    pub verdict: Verdict,
    /// What to do about each finding, in their order.
    pub rulings: Vec<Ruling<'p>>,
    /// Entries of the allow-list that would have let one of the findings pass but have expired.
    pub expired: Vec<&'p str>,
}

/// What to do about one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling<'p> {
    /// What to do.
    pub action: Verdict,
    /// The rule or entry of the allow-list that decided, by name, or by number and line.
    pub by: &'p str,
}

/// Says who decided where no rule did.
const NO_RULE: &str = "no rule: whatever is found is flagged";

impl Default for Policy {
    /// The preset `balanced`.
    fn default() -> Self {
        Preset::default().policy()
    }
}

impl Policy {
    /// Reads the text of a policy, whose form the documentation of this module shows.
    ///
    /// # Errors
    /// When the text is not TOML, or says something that a policy cannot say; with the line, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        reading::read(text)
    }

    pub(super) fn of_preset(preset: Preset) -> Result<Self, PolicyError> {
        reading::read_preset(preset)
    }

    /// Whose tokens are accepted, for [`crate::judge_bearer`].
    #[must_use]
    pub fn session(&self) -> &SessionPolicy {
        &self.session
    }

    /// What to do about `findings`.
    #[must_use]
    pub fn decide(&self, findings: &[FindingDraft], circumstances: &Circumstances<'_>) -> Decision<'_> {
        let rulings: Vec<Ruling<'_>> = findings.iter().map(|finding| self.rule(finding, circumstances)).collect();
        let verdict = rulings.iter().map(|ruling| ruling.action).max().unwrap_or_default();
        let missed = |entry: &&Allowance| {
            entry.has_expired(circumstances.now) && findings.iter().any(|finding| entry.fits(finding, circumstances))
        };
        let expired = if findings.is_empty() {
            Vec::new()
        } else {
            self.allowances.iter().filter(missed).map(|entry| entry.label.as_str()).collect()
        };
        Decision { verdict, rulings, expired }
    }

    /// All entries of the allow-list that no longer count at `now`, for the operator to renew or remove.
    pub fn expired(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        self.allowances.iter().filter(move |entry| entry.has_expired(now)).map(|entry| entry.label.as_str())
    }

    /// What to do about one finding. Rules with a minimum raise, the first without one settles.
    fn rule(&self, finding: &FindingDraft, circumstances: &Circumstances<'_>) -> Ruling<'_> {
        if let Some(entry) = self.allowances.iter().find(|entry| entry.holds(finding, circumstances)) {
            return Ruling { action: Verdict::Allow, by: &entry.label };
        }
        let mut strictest: Option<Ruling<'_>> = None;
        for rule in self.rules.iter().filter(|rule| rule.holds(finding, circumstances)) {
            if strictest.is_none_or(|ruling| rule.action > ruling.action) {
                strictest = Some(Ruling { action: rule.action, by: &rule.label });
            }
            if rule.settles() {
                return strictest.unwrap_or(UNRULED);
            }
        }
        strictest.filter(|ruling| ruling.action >= UNRULED.action).unwrap_or(UNRULED)
    }
}

const UNRULED: Ruling<'static> = Ruling { action: Verdict::Flag, by: NO_RULE };

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Evidence, Severity};

    fn finding(detector: &'static str, severity: Severity, confidence: f64, pointer: &str) -> FindingDraft {
        let evidence = vec![Evidence { pointer: pointer.to_owned(), ..Evidence::default() }];
        FindingDraft { detector, severity, confidence, evidence, ..FindingDraft::default() }
    }

    fn bidi(severity: Severity, confidence: f64) -> FindingDraft {
        finding("guard.unicode.bidi", severity, confidence, "/a/b")
    }

    fn at(day: &str) -> Circumstances<'static> {
        let now = Timestamp::parse(&format!("{day}T12:00:00Z")).unwrap();
        Circumstances { tool: Some("web_search"), server: Some("search"), now, ..Circumstances::default() }
    }

    #[track_caller]
    fn check(policy: &str, finding: &FindingDraft, action: Verdict, by: &str) {
        let policy = Policy::parse(policy).unwrap();
        let decision = policy.decide(std::slice::from_ref(finding), &at("2026-11-21"));
        assert_eq!(decision.verdict, action, "{decision:?}");
        assert!(decision.rulings[0].by.contains(by), "{decision:?}");
    }

    #[test]
    fn presets() {
        use Verdict::{Block, Flag, Redact};
        let key = |confidence| finding("guard.secret.aws", Severity::High, confidence, "");
        let check = |finding: &FindingDraft, wanted: [Verdict; 3]| {
            let decide =
                |preset: Preset| preset.policy().decide(std::slice::from_ref(finding), &at("2026-11-21")).verdict;
            assert_eq!(Preset::ALL.map(decide), wanted, "{finding:?}");
        };
        check(&bidi(Severity::High, 0.8), [Flag, Block, Block]);
        check(&bidi(Severity::Critical, 0.79), [Flag, Flag, Block]);
        check(&bidi(Severity::Medium, 0.9), [Flag, Flag, Block]);
        check(&bidi(Severity::Low, 0.9), [Flag, Flag, Redact]);
        check(&key(0.9), [Flag, Redact, Block]);
        check(&key(0.3), [Flag, Flag, Redact]);
        check(&finding("guard.limit", Severity::Informational, 1.0, ""), [Flag, Flag, Block]);
        for preset in Preset::ALL {
            assert_eq!(preset.policy().decide(&[], &at("2026-11-21")).verdict, Verdict::Allow);
        }
    }

    #[test]
    fn the_first_rule_without_a_minimum_settles() {
        let high = bidi(Severity::High, 0.9);
        check("", &high, Verdict::Flag, "no rule");
        check("extends = 'balanced'", &high, Verdict::Block, "balanced: what is severe and sure is stopped");
        let milder = "extends = 'balanced'\n[[rule]]\nclass = 'guard.unicode'\naction = 'redact'";
        check(milder, &high, Verdict::Redact, "rule 1 at line 2");
        let silent = "extends = 'strict'\n[[rule]]\nclass = 'guard.*.bidi'\naction = 'allow'";
        check(silent, &high, Verdict::Allow, "rule 1");
        let raised = "[[rule]]\nseverity = 'high'\naction = 'block'\nname = 'bad'\n[[rule]]\naction = 'allow'";
        check(raised, &high, Verdict::Block, "bad");
        check(raised, &bidi(Severity::Medium, 0.9), Verdict::Allow, "rule 2");
        let never_lowered = "[[rule]]\nseverity = 'high'\naction = 'flag'\n[[rule]]\naction = 'block'";
        check(never_lowered, &high, Verdict::Block, "rule 2");
    }

    #[test]
    fn scope() {
        let high = bidi(Severity::High, 0.9);
        for (scope, holds) in [
            ("direction = 'in'", true),
            ("direction = 'out'", false),
            ("tool = 'web_*'", true),
            ("tool = 'mail'", false),
            ("server = 'search'", true),
            ("field = '/a/**'", true),
            ("field = '/b/**'", false),
            ("class = ['guard.secret', 'guard.unicode.bidi']", true),
            ("class = 'guard.unicode'\nexcept = 'guard.unicode.bidi'", false),
            ("class = 'guard.*.tag'", false),
            ("class = 'guard.uni**'", true),
        ] {
            let verdict = if holds { Verdict::Block } else { Verdict::Flag };
            check(&format!("[[rule]]\n{scope}\naction = 'block'"), &high, verdict, "");
        }
        for (pattern, path, holds) in [
            ("docs/**", "docs/a/b.md", true),
            ("docs/**", "./docs/a.md", true),
            ("docs/**", "crates/docs/a.md", false),
            ("**/docs/*.md", "docs/a.md", true),
            ("/README.md", "README.md", true),
            ("**/*.zip!/**", "data/a.zip!/b/c", true),
        ] {
            let policy = Policy::parse(&format!("[[rule]]\npath = '{pattern}'\naction = 'block'")).unwrap();
            let circumstances = Circumstances { path: Some(path), ..Circumstances::default() };
            let verdict = policy.decide(std::slice::from_ref(&high), &circumstances).verdict;
            assert_eq!(verdict == Verdict::Block, holds, "{pattern} {path}");
        }
        let unnamed = Policy::parse("[[rule]]\ntool = '*'\naction = 'block'").unwrap();
        assert_eq!(unnamed.decide(&[high], &Circumstances::default()).verdict, Verdict::Flag);
    }

    #[test]
    fn a_finding_in_many_fields_is_stopped_by_one_and_allowed_by_all() {
        let mut both = bidi(Severity::High, 0.9);
        both.evidence.push(Evidence { pointer: "/c".to_owned(), ..Evidence::default() });
        check("[[rule]]\nfield = '/c'\naction = 'block'", &both, Verdict::Block, "");
        check("[[rule]]\nfield = '/c'\naction = 'allow'", &both, Verdict::Flag, "");
        check("[[rule]]\nfield = '/**'\naction = 'allow'", &both, Verdict::Allow, "");
    }

    #[test]
    fn the_allow_list_ends_with_its_day() {
        let entry = "[[allow]]\nclass = 'guard.unicode'\ntool = 'web_search'\nreason = 'test'\nexpires = 2026-11-21";
        let policy = Policy::parse(&format!("extends = 'balanced'\n{entry}")).unwrap();
        let findings = [bidi(Severity::High, 0.9)];
        let today = policy.decide(&findings, &at("2026-11-21"));
        assert_eq!((today.verdict, today.rulings[0].by), (Verdict::Allow, "allowed at line 2: test"));
        assert!(today.expired.is_empty() && policy.expired(at("2026-11-21").now).next().is_none());
        let tomorrow = policy.decide(&findings, &at("2026-11-22"));
        assert_eq!((tomorrow.verdict, tomorrow.expired), (Verdict::Block, vec!["allowed at line 2: test"]));
        assert_eq!(policy.expired(at("2026-11-22").now).count(), 1);
        assert!(
            policy
                .decide(&[finding("guard.secret.aws", Severity::High, 0.9, "")], &at("2026-11-22"))
                .expired
                .is_empty()
        );
    }

    #[test]
    fn one_matter_can_be_allowed() {
        let mut known = bidi(Severity::High, 0.9);
        known.matter = "0123456789abcdef".to_owned();
        let entry = "extends = 'strict'\n[[allow]]\nmatter = '0123456789abcdef'\nreason = 'test key'";
        check(entry, &known, Verdict::Allow, "test key");
        known.matter = "0123456789abcdee".to_owned();
        check(entry, &known, Verdict::Block, "strict");
    }

    /// What was found can be allowed by writing it down, or by what `sha256sum` says of it.
    #[test]
    fn what_was_found_can_be_allowed_by_its_text_or_hash() {
        let found = crate::Guard::new().inspect_text("key AKIAQ3EGHWJ2TLMZ5KRP here").remove(0);
        assert_eq!(found.matter, "550111bb12e7c48f");
        for entry in [
            "text = 'AKIAQ3EGHWJ2TLMZ5KRP'",
            "matter = '550111bb12e7c48f'",
            "matter = '550111BB12E7C48F5B4E0FCB2EE99EFCE868973954B4CD4E66E72001F3D5534F'",
        ] {
            let policy = format!("extends = 'strict'\n[[allow]]\n{entry}\nreason = 'test key'");
            check(&policy, &found, Verdict::Allow, "test key");
        }
        check("extends = 'strict'\n[[allow]]\ntext = 'AKIA'\nreason = 'x'", &found, Verdict::Block, "strict");
    }
}
