//! Which licences may come in: lists of ids, patterns and families, over a preset.

use super::{
    expression::{Licence, read},
    preset::{Family, family},
};
use serde::{Deserialize, Serialize};
use spdx::{Expression, LicenseReq};

/// What to do about a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It may come in.
    Allow,
    /// A person has to look.
    Review,
    /// It may not.
    Deny,
}

/// A policy over licences, as users write it in TOML.
///
/// An entry of a list is an SPDX id (`MIT`), one with its exception (`Apache-2.0 WITH LLVM-exception`), the beginning of
/// ids (`BSD-*`), or a family (`strong-copyleft`). The most exact entry counts; among equally exact ones `deny` before
/// `review` before `allow`. What no entry names is judged by the preset.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The families that may come in without being named: `permissive`, `weak-copyleft`, `strong-copyleft` or
    /// `network-copyleft`, each with those before it.
    pub preset: String,
    /// What may come in.
    pub allow: Vec<String>,
    /// What a person has to look at.
    pub review: Vec<String>,
    /// What may not come in.
    pub deny: Vec<String>,
    /// About licences that the preset does not let in.
    pub otherwise: Verdict,
    /// About texts that are no licence known here.
    pub unknown: Verdict,
    /// About packages that say nothing.
    pub missing: Verdict,
}

/// Why a policy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No such preset.
    #[error("`{0}` is no preset: use permissive, weak-copyleft, strong-copyleft or network-copyleft")]
    Preset(String),
    /// An entry names nothing.
    #[error("`{0}` is neither an SPDX id, the beginning of one with `*`, nor a family of licences")]
    Entry(String),
}

/// What a policy says of a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// What to do.
    pub verdict: Verdict,
    /// The licence as it was understood: an SPDX expression, or the text as written.
    pub licence: String,
    /// Why.
    pub reason: String,
}

impl Default for Policy {
    /// Permissive licences and copyleft of single files; a person looks at everything else.
    fn default() -> Self {
        Self {
            preset: Family::WeakCopyleft.name().to_owned(),
            allow: Vec::new(),
            review: Vec::new(),
            deny: Vec::new(),
            otherwise: Verdict::Review,
            unknown: Verdict::Review,
            missing: Verdict::Review,
        }
    }
}

impl Policy {
    /// The policy of a preset: what goes beyond it is denied, what is not known is for review.
    ///
    /// # Errors
    /// When there is no such preset.
    pub fn preset(name: &str) -> Result<Self, PolicyError> {
        let policy = Self { preset: name.to_owned(), otherwise: Verdict::Deny, ..Self::default() };
        policy.check()?;
        Ok(policy)
    }

    /// Checks preset and entries.
    ///
    /// # Errors
    /// With the first that names nothing.
    pub fn check(&self) -> Result<(), PolicyError> {
        self.family().ok_or_else(|| PolicyError::Preset(self.preset.clone()))?;
        let mut entries = self.allow.iter().chain(&self.review).chain(&self.deny);
        entries.find(|entry| !names_something(entry)).map_or(Ok(()), |entry| Err(PolicyError::Entry(entry.clone())))
    }

    /// What the policy says of a licence that was written as `text`.
    #[must_use]
    pub fn rule(&self, text: &str) -> Ruling {
        match read(text) {
            Licence::Expression(expression) => self.rule_expression(&expression),
            Licence::Unknown(licence) => Ruling {
                verdict: self.unknown,
                reason: format!("`{licence}` is no licence that is known here."),
                licence,
            },
            Licence::Missing => Ruling {
                verdict: self.missing,
                licence: String::new(),
                reason: "The package does not say under which licence it is.".to_owned(),
            },
        }
    }

    /// Of alternatives the mildest counts, of licences that hold together the strictest.
    fn rule_expression(&self, expression: &Expression) -> Ruling {
        let within = |limit: Verdict| expression.evaluate(|requirement| self.of(requirement).0 <= limit);
        let verdict =
            [Verdict::Allow, Verdict::Review].into_iter().find(|limit| within(*limit)).unwrap_or(Verdict::Deny);
        let telling = expression.requirements().map(|one| self.of(&one.req)).filter(|(own, _)| *own == verdict);
        let reasons: std::collections::BTreeSet<String> = telling.map(|(_, reason)| reason).collect();
        let reason = reasons.into_iter().collect::<Vec<_>>().join(" ");
        Ruling { verdict, licence: expression.to_string(), reason }
    }

    /// What the policy says of one licence, and why.
    fn of(&self, requirement: &LicenseReq) -> (Verdict, String) {
        let family = family_of(requirement);
        let named = |entries: &[String]| entries.iter().filter_map(|entry| exactness(entry, requirement, family)).max();
        let lists = [(Verdict::Allow, &self.allow), (Verdict::Review, &self.review), (Verdict::Deny, &self.deny)];
        let exact = lists.into_iter().filter_map(|(verdict, list)| Some((named(list)?, verdict))).max();
        let asks = family.asks();
        match exact {
            Some((_, verdict)) => (verdict, format!("{requirement} {asks}; the policy names it.")),
            None if family != Family::Other && Some(family) <= self.family() => {
                (Verdict::Allow, format!("{requirement} {asks}."))
            }
            None => (self.otherwise, format!("{requirement} {asks}, more than `{}` lets in.", self.preset)),
        }
    }

    fn family(&self) -> Option<Family> {
        Family::ALL.into_iter().find(|family| *family != Family::Other && family.name() == self.preset)
    }
}

/// How exactly an entry names a licence: by id and exception, by id, by the beginning of ids, by family.
fn exactness(entry: &str, requirement: &LicenseReq, family: Family) -> Option<u8> {
    let id = requirement.license.to_string();
    let id = id.trim_end_matches('+');
    match entry.strip_suffix('*') {
        _ if entry == requirement.to_string() => Some(4),
        _ if entry == id => Some(3),
        Some(start) if id.starts_with(start) => Some(2),
        _ if entry == family.name() => Some(1),
        _ => None,
    }
}

fn names_something(entry: &str) -> bool {
    let is_start = |start: &str| {
        !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    match entry.strip_suffix('*') {
        Some(start) => is_start(start),
        None => Family::ALL.iter().any(|family| family.name() == entry) || Expression::parse(entry).is_ok(),
    }
}

/// Exceptions under which a work may be linked without becoming part of the licensed one.
const LINKING_EXCEPTIONS: &[&str] = &[
    "Classpath-exception-2.0",
    "GCC-exception-2.0",
    "GCC-exception-3.1",
    "LGPL-3.0-linking-exception",
    "GPL-CC-1.0",
    "OpenJDK-assembly-exception-1.0",
    "Qt-GPL-exception-1.0",
    "Universal-FOSS-exception-1.0",
    "WxWindows-exception-3.1",
    "eCos-exception-2.0",
    "freertos-exception-2.0",
    "u-boot-exception-2.0",
];

fn family_of(requirement: &LicenseReq) -> Family {
    let family = requirement.license.id().map_or(Family::Other, |id| family(id.name));
    let exception = requirement.addition.as_ref().map(ToString::to_string);
    match exception {
        Some(exception) if family == Family::StrongCopyleft && LINKING_EXCEPTIONS.contains(&exception.as_str()) => {
            Family::WeakCopyleft
        }
        _ => family,
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, PolicyError, Verdict};

    fn verdict(policy: &Policy, text: &str) -> Verdict {
        policy.rule(text).verdict
    }

    #[test]
    fn presets_let_in_their_families() {
        let permissive = Policy::preset("permissive").unwrap();
        let weak = Policy::preset("weak-copyleft").unwrap();
        let strong = Policy::preset("strong-copyleft").unwrap();
        for (text, wanted) in [
            ("MIT", [Verdict::Allow; 3]),
            ("MPL-2.0", [Verdict::Deny, Verdict::Allow, Verdict::Allow]),
            ("GPL-3.0-only", [Verdict::Deny, Verdict::Deny, Verdict::Allow]),
            ("AGPL-3.0-only", [Verdict::Deny; 3]),
            ("MIT OR GPL-3.0-only", [Verdict::Allow; 3]),
            ("MIT AND GPL-3.0-only", [Verdict::Deny, Verdict::Deny, Verdict::Allow]),
            ("GPL-2.0-only WITH Classpath-exception-2.0", [Verdict::Deny, Verdict::Allow, Verdict::Allow]),
            ("Apache-2.0 WITH LLVM-exception", [Verdict::Allow; 3]),
            ("BUSL-1.1", [Verdict::Deny; 3]),
            ("All rights reserved", [Verdict::Review; 3]),
            ("", [Verdict::Review; 3]),
        ] {
            let found = [&permissive, &weak, &strong].map(|policy| verdict(policy, text));
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn the_most_exact_entry_counts() {
        let policy: Policy = toml::from_str(
            "preset = 'permissive'\nallow = ['GPL-2.0-only WITH Classpath-exception-2.0', 'BSD-*']\n\
             deny = ['BSD-4-Clause', 'strong-copyleft']\nreview = ['Zlib', 'LicenseRef-*']\notherwise = 'deny'",
        )
        .unwrap();
        policy.check().unwrap();
        for (text, wanted) in [
            ("BSD-3-Clause", Verdict::Allow),
            ("BSD-4-Clause", Verdict::Deny),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Verdict::Allow),
            ("GPL-2.0-only", Verdict::Deny),
            ("Zlib", Verdict::Review),
            ("Zlib OR GPL-2.0-only", Verdict::Review),
            ("LicenseRef-ours", Verdict::Review),
        ] {
            assert_eq!(verdict(&policy, text), wanted, "{text}");
        }
    }

    #[test]
    fn a_ruling_says_why() {
        let ruling = Policy::preset("permissive").unwrap().rule("GNU GPL v3");
        assert_eq!(ruling.licence, "GPL-3.0-only");
        assert_eq!(
            ruling.reason,
            "GPL-3.0-only asks for the source of the whole work when it is passed on, more than `permissive` lets in."
        );
    }

    #[test]
    fn entries_that_name_nothing_are_refused() {
        assert_eq!(Policy::preset("generous"), Err(PolicyError::Preset("generous".to_owned())));
        let policy = Policy { deny: vec!["Nonsense-1.0".to_owned()], ..Policy::default() };
        assert_eq!(policy.check(), Err(PolicyError::Entry("Nonsense-1.0".to_owned())));
        assert!(toml::from_str::<Policy>("colour = 1").is_err());
    }
}
