//! To which findings, and where, a rule applies.

use super::{decision::Circumstances, decision::Direction, glob::Glob};
use palisade_model::{FindingDraft, Severity, Timestamp, Verdict};

/// What to do about some findings.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) label: String,
    pub(super) scope: Scope,
    pub(super) severity: Option<Severity>,
    pub(super) confidence: Option<f64>,
    pub(super) action: Verdict,
}

/// Findings that somebody has looked at and lets pass.
#[derive(Clone, Debug)]
pub(super) struct Allowance {
    /// Where it stands and why it is there.
    pub(super) label: String,
    pub(super) scope: Scope,
    /// The hash of what was found, as findings carry it.
    pub(super) matter: Option<String>,
    /// The last day on which it counts, in days since the Unix epoch.
    pub(super) last_day: Option<i64>,
}

/// The part of the world that a rule is about. What is not named is everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) classes: Vec<Class>,
    pub(super) except: Vec<Class>,
    pub(super) direction: Option<Direction>,
    pub(super) tool: Option<Glob>,
    pub(super) server: Option<Glob>,
    pub(super) field: Option<Glob>,
    pub(super) path: Option<Glob>,
}

/// A class and all below it, or a pattern.
#[derive(Clone, Debug)]
pub(super) enum Class {
    Below(String),
    Like(Glob),
}

impl Class {
    pub(super) fn holds(&self, class: &str) -> bool {
        match self {
            Self::Below(prefix) => class
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || prefix.ends_with('.')),
            Self::Like(glob) => glob.matches(class),
        }
    }
}

impl Scope {
    /// True when `finding` lies in this scope. Of a finding in many places, all must lie in the field named; one is
    /// enough for `strictest`.
    fn holds(&self, finding: &FindingDraft, circumstances: &Circumstances<'_>, strictest: bool) -> bool {
        let class = finding.detector;
        (self.classes.is_empty() || self.classes.iter().any(|wanted| wanted.holds(class)))
            && !self.except.iter().any(|left_out| left_out.holds(class))
            && self.direction.is_none_or(|direction| direction == circumstances.direction)
            && named(self.tool.as_ref(), circumstances.tool)
            && named(self.server.as_ref(), circumstances.server)
            && self.path.as_ref().is_none_or(|glob| circumstances.path.is_some_and(|path| glob.matches(&rooted(path))))
            && self.field.as_ref().is_none_or(|field| {
                let mut places = finding.evidence.iter().map(|place| field.matches(&place.pointer));
                if strictest {
                    places.any(|fits| fits)
                } else {
                    !finding.evidence.is_empty() && places.all(|fits| fits)
                }
            })
    }
}

/// True when no name is asked for, or `name` is there and fits.
fn named(wanted: Option<&Glob>, name: Option<&str>) -> bool {
    wanted.is_none_or(|glob| name.is_some_and(|name| glob.matches(name)))
}

/// The path of a file with a slash before it, so that a pattern means the same at the top of a tree and below.
pub(super) fn rooted(path: &str) -> String {
    format!("/{}", path.strip_prefix("./").unwrap_or(path).trim_start_matches('/'))
}

impl Rule {
    /// True when the rule says something about `finding`.
    pub(super) fn holds(&self, finding: &FindingDraft, circumstances: &Circumstances<'_>) -> bool {
        self.severity.is_none_or(|least| finding.severity >= least)
            && self.confidence.is_none_or(|least| finding.confidence >= least)
            && self.scope.holds(finding, circumstances, self.action == Verdict::Block)
    }

    /// True when no rule after this one counts for a finding that it holds for.
    pub(super) fn settles(&self) -> bool {
        self.severity.is_none() && self.confidence.is_none()
    }
}

impl Allowance {
    /// True when it lets `finding` pass.
    pub(super) fn holds(&self, finding: &FindingDraft, circumstances: &Circumstances<'_>) -> bool {
        !self.has_expired(circumstances.now) && self.fits(finding, circumstances)
    }

    /// True when it is about `finding`, whatever the day.
    pub(super) fn fits(&self, finding: &FindingDraft, circumstances: &Circumstances<'_>) -> bool {
        self.matter.as_ref().is_none_or(|matter| *matter == finding.matter)
            && self.scope.holds(finding, circumstances, false)
    }

    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.last_day.is_some_and(|last| now.days() > last)
    }
}
