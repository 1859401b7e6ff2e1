//! What a detector is: its name, what to say about what it finds, and how it finds it.

use crate::{secret::Token, text::View};
use palisade_model::{Evidence, FindingDraft, Severity};
use std::{borrow::Cow, ops::Range};

/// One detector. All of them stand in the table that [`crate::detectors`] gives.
pub struct Detector {
    /// The dotted name, which is also the class of its findings, such as `guard.unicode.bidi`.
    pub class: &'static str,
    /// Changes when the same input may be judged differently.
    pub version: &'static str,
    /// How bad a finding usually is; single findings may be milder.
    pub severity: Severity,
    /// One line for a list.
    pub title: &'static str,
    /// What to do about it.
    pub remediation: &'static str,
    /// CWE, CVE and OWASP ids.
    pub references: &'static [&'static str],
    pub(crate) finds: Finds,
}

impl Detector {
    /// A finding of this detector as it usually is, and surely one.
    pub(crate) fn draft(
        &self,
        explanation: Cow<'static, str>,
        evidence: Vec<Evidence>,
        matter: String,
    ) -> FindingDraft {
        FindingDraft {
            detector: self.class,
            version: self.version,
            severity: self.severity,
            confidence: 1.0,
            title: self.title.into(),
            explanation,
            remediation: self.remediation,
            references: self.references,
            evidence,
            matter,
        }
    }
}

/// How a detector finds.
pub(crate) enum Finds {
    /// A function looks at each place where a needle stands.
    Places {
        /// Bytes without which there is nothing to find; ASCII letters stand for both cases. Rare ones make it fast.
        needles: &'static [&'static [u8]],
        /// Looks at the surroundings of a needle that starts at the byte offset given.
        confirm: fn(&View<'_>, usize) -> Outcome,
    },
    /// Tokens that differ by data only; their prefixes are the needles.
    Tokens(&'static [Token]),
    /// The guard itself speaks: about reaching a limit, about the form of JSON, and about who shows a token.
    Limit,
}

/// The answer of a detector about one place.
pub(crate) enum Outcome {
    /// Nothing here, and nothing of this detector's before the byte offset `until`.
    Clean {
        /// Where the detector wants to be woken again.
        until: usize,
    },
    /// Something is here.
    Found(Hit),
}

/// What a detector found.
pub(crate) struct Hit {
    /// Where, in bytes.
    pub(crate) span: Range<usize>,
    /// Further places that belong to it; secrets as well when this is one.
    pub(crate) also: Vec<Range<usize>>,
    /// What the span shows: a secret to mask, text, or text with a hidden meaning.
    pub(crate) shows: Shows,
    /// What is wrong, in plain words.
    pub(crate) explanation: Cow<'static, str>,
    /// How sure, in 0..=1.
    pub(crate) confidence: f64,
    /// Where it differs from the detector's.
    pub(crate) severity: Option<Severity>,
    /// Where the detector wants to be woken again.
    pub(crate) until: usize,
}

/// What stands at a place, which decides how it may be shown.
pub(crate) enum Shows {
    /// A secret: only its beginning may be shown.
    Secret,
    /// Text as it stands, to be shown escaped.
    Text,
    /// Characters that cannot be seen, and what they say.
    Hidden(String),
}

impl Hit {
    /// A secret at `span`.
    pub(crate) fn secret(span: Range<usize>, confidence: f64, explanation: impl Into<Cow<'static, str>>) -> Self {
        Self::new(span, Shows::Secret, confidence, explanation.into())
    }

    /// Text at `span`, hiding `hidden` if that is known.
    pub(crate) fn text(
        span: Range<usize>,
        hidden: Option<String>,
        confidence: f64,
        explanation: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(span, hidden.map_or(Shows::Text, Shows::Hidden), confidence, explanation.into())
    }

    fn new(span: Range<usize>, shows: Shows, confidence: f64, explanation: Cow<'static, str>) -> Self {
        let until = span.end;
        Self { span, also: Vec::new(), shows, explanation, confidence, severity: None, until }
    }

    /// The same, as bad as `severity`.
    pub(crate) fn rated(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The same, with the detector asleep until the byte offset `until`.
    pub(crate) fn until(mut self, until: usize) -> Self {
        self.until = until;
        self
    }
}

impl From<Option<Hit>> for Outcome {
    /// Nothing found: wake again at the next needle.
    fn from(hit: Option<Hit>) -> Self {
        hit.map_or(Self::Clean { until: 0 }, Self::Found)
    }
}
