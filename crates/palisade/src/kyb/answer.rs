//! What is said about a name: verdict, hits with their parts, findings, and what was searched.

use super::{How, ListEdition, Lists, Standing};
use palisade_kyb::{
    entity::Entity,
    matching::{EvidenceKind, Mode, NameMatch, Reason},
    screening::{Scratch, Screening, ScreeningHit},
};
use palisade_model::{Evidence, Finding, FindingDraft, Severity, Subject, Timestamp, Verdict};
use serde::Serialize;

/// From this score on a hit is grave.
const HIGH: f32 = 0.85;
/// From this score on hardly anything speaks against a hit.
const CRITICAL: f32 = 0.95;
/// Hits that become findings; the others are in the answer.
const FINDINGS_MAX: usize = 20;

/// What is said about one who was asked about.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Who was asked about.
    pub asked: Entity,
    /// What to do.
    pub verdict: Verdict,
    /// The highest severity among the hits.
    pub severity: Option<Severity>,
    /// The score of the best hit; 0 without hits.
    pub score: f32,
    /// The best first.
    pub hits: Vec<Hit>,
    /// What is told of them.
    pub findings: Vec<Finding>,
    /// False when there are more hits than were asked for.
    pub complete: bool,
}

/// An entry that fits, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    /// The list, by the name of its feed.
    pub list: String,
    /// What the list says of its version.
    pub list_version: String,
    /// The SHA-256 over the list's entries.
    pub list_hash: String,
    /// The id of the entry within the list.
    pub entry: String,
    /// How well it fits, 0 to 1.
    pub score: f32,
    /// How likely it is the one asked about, 0 to 1.
    pub probability: f32,
    /// Whether the score reaches the threshold of the mode.
    pub matches: bool,
    /// How grave it is.
    pub severity: Severity,
    /// The names that fit best, compared word by word.
    pub name: Option<NameMatch>,
    /// What speaks for and against beside the names.
    pub parts: Vec<palisade_kyb::matching::Evidence>,
    /// The SHA-256 over what was compared: a decision on the hit holds for it alone.
    pub evidence: String,
    /// The entry as the list has it.
    pub listed: Entity,
}

/// A list that was searched for an answer.
#[derive(Clone, Debug, Serialize)]
pub struct Searched {
    /// Which version.
    #[serde(flatten)]
    pub edition: ListEdition,
    /// Whole days since it was imported.
    pub age_days: i64,
    /// `ready` or `stale`.
    pub state: Standing,
}

impl Lists {
    /// Screens one who is asked about.
    pub fn answer(&self, asked: Entity, how: &How, now: Timestamp) -> Answer {
        let screening = self.screen(&asked, how);
        self.answer_of(asked, screening, now)
    }

    /// The same with memory that the caller keeps from one question to the next.
    pub fn answer_with(&self, asked: Entity, how: &How, now: Timestamp, scratch: &mut Scratch) -> Answer {
        let screening = self.screen_with(&asked, how, scratch);
        self.answer_of(asked, screening, now)
    }

    fn answer_of(&self, asked: Entity, Screening { hits, complete }: Screening, now: Timestamp) -> Answer {
        let hits: Vec<Hit> = hits.into_iter().map(|hit| self.hit(hit)).collect();
        let findings = hits.iter().take(FINDINGS_MAX).map(|hit| finding(&asked, hit, now)).collect();
        let severity = hits.iter().map(|hit| hit.severity).max();
        let verdict = match severity {
            None => Verdict::Allow,
            Some(severity) if severity >= Severity::High => Verdict::Block,
            Some(_) => Verdict::Flag,
        };
        let score = hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
        Answer { asked, verdict, severity, score, hits, findings, complete }
    }

    /// A hit with what an answer cites of its list.
    pub fn hit(&self, hit: ScreeningHit) -> Hit {
        let ScreeningHit { entity, comparison, evidence } = hit;
        let edition = self.edition(&entity.source);
        let by_identifier = comparison.is_identified();
        Hit {
            list: entity.source.clone(),
            list_version: edition.map(|edition| edition.version.clone()).unwrap_or_default(),
            list_hash: edition.map(|edition| edition.hash.clone()).unwrap_or_default(),
            entry: entity.id.clone(),
            severity: severity(comparison.score, by_identifier),
            score: comparison.score,
            probability: comparison.probability,
            matches: comparison.matches,
            name: comparison.name,
            parts: comparison.evidence,
            evidence,
            listed: entity,
        }
    }

    /// What was searched, as far as it was asked for.
    pub fn searched(&self, only: &[String], now: Timestamp) -> Vec<Searched> {
        let wanted = |edition: &&ListEdition| only.is_empty() || only.contains(&edition.list);
        let searched = |edition: &ListEdition| Searched {
            age_days: edition.age_days(now),
            state: edition.standing(now),
            edition: edition.clone(),
        };
        self.editions().iter().filter(wanted).map(searched).collect()
    }
}

fn severity(score: f32, by_identifier: bool) -> Severity {
    match score {
        _ if by_identifier => Severity::Critical,
        CRITICAL.. => Severity::Critical,
        HIGH.. => Severity::High,
        _ => Severity::Medium,
    }
}

/// What the program calls a mode.
pub const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Balanced => "balanced",
        Mode::Strict => "strict",
        Mode::Ofac => "ofac",
    }
}

/// The name by which an entity is shown.
pub fn shown_name(entity: &Entity) -> &str {
    entity.names.first().map_or(entity.id.as_str(), |name| name.full.as_str())
}

/// A hit as it is told.
pub fn finding(asked: &Entity, hit: &Hit, now: Timestamp) -> Finding {
    let name = shown_name(asked);
    let (list, entry, listed) = (&hit.list, &hit.entry, shown_name(&hit.listed));
    let programs = match hit.listed.programs.is_empty() {
        true => String::new(),
        false => format!(", listed under {}", hit.listed.programs.join(", ")),
    };
    let version = if hit.list_version.is_empty() { &hit.list_hash } else { &hit.list_version };
    let mut reasons: Vec<String> = hit.name.iter().map(name_sentence).collect();
    reasons.extend(hit.parts.iter().map(part_sentence));
    let draft = FindingDraft {
        detector: "kyb.hit",
        version: "1",
        severity: hit.severity,
        confidence: f64::from(hit.probability),
        title: format!("{name} resembles {listed} on {list}").into(),
        explanation: format!(
            "Entry {entry} of {list} (version {version}){programs} scores {:.2}: {}. Evidence {}.",
            hit.score,
            reasons.join("; "),
            hit.evidence
        )
        .into(),
        remediation: "Hold the business until somebody has compared the two; record the decision with its reason.",
        references: &[],
        evidence: vec![Evidence {
            pointer: format!("/{list}/{entry}"),
            excerpt: listed.to_owned(),
            ..Evidence::default()
        }],
        matter: format!("{list}/{entry}"),
    };
    let subject = Subject { kind: "business".to_owned(), name: name.to_owned() };
    draft.finish(subject, now, None)
}

fn name_sentence(name: &NameMatch) -> String {
    let telling = name.comparison.parts.iter().filter(|part| part.deduction > 0.0005);
    let parts: Vec<String> = telling
        .map(|part| {
            let words = match (part.query.as_str(), part.listed.as_str()) {
                ("", "") => String::new(),
                (one, "") | ("", one) => format!("`{one}` "),
                (query, listed) => format!("`{query}` for `{listed}` "),
            };
            format!("{words}({}) -{:.2}", reason(part.reason), part.deduction)
        })
        .collect();
    let differing = if parts.is_empty() { "the same".to_owned() } else { parts.join(", ") };
    format!("name {:.2} against `{}`: {differing}", name.comparison.score, name.listed)
}

fn part_sentence(part: &palisade_kyb::matching::Evidence) -> String {
    format!("{} {:+.2}: {}", kind(part.kind), part.adjustment, part.reason)
}

/// What a part is about, in a word.
pub const fn kind(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Type => "type",
        EvidenceKind::NameKind => "kind of name",
        EvidenceKind::Date => "date",
        EvidenceKind::Country => "country",
        EvidenceKind::Identifier => "identifier",
        EvidenceKind::Address => "address",
        EvidenceKind::Place => "place",
    }
}

/// Why a part of two names is taken for the same, or not, in words.
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Same => "the same",
        Reason::Spelling => "another spelling",
        Reason::Synonym => "another word for it",
        Reason::Nickname => "a short form",
        Reason::Initial => "an initial",
        Reason::Typing => "a few letters differ",
        Reason::Consonants => "the same consonants",
        Reason::Joined => "written together or apart",
        Reason::Acronym => "the first letters",
        Reason::Differs => "differs",
        Reason::NumberDiffers => "the number differs",
        Reason::SeriesNumber => "another number of a series",
        Reason::PlaceDiffers => "the place differs",
        Reason::OnlyOne => "one side only",
        Reason::NumberOnlyOne => "a number on one side only",
        Reason::PlaceOnlyOne => "a place on one side only",
        Reason::LegalForm => "legal forms of different sorts",
        Reason::Order => "another order",
        Reason::FatherAndChild => "father and child change places",
        Reason::OneWordOnly => "one word alone is shared",
        Reason::Common => "only common words are shared",
        Reason::Hollow => "nothing but titles, legal forms or numbers",
        Reason::TooShort => "one letter alone: too short to screen by",
    }
}
