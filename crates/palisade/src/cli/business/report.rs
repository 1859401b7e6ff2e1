//! An answer as a record that somebody can sign: who was asked about, what was searched, every hit with each part of its
//! score, and the hash by which it can be found again.

use crate::cli::table::{Cell, render, visible};
use crate::kyb::{self, Answer, Hit, How, Searched, Standing, mode_name};
use palisade_kyb::{
    entity::{Entity, EntityType, NameKind, PartialDate},
    matching::NamePart,
};
use palisade_model::Timestamp;
use std::fmt::Write as _;

/// Other names of an entry that are shown.
const NAMES_SHOWN: usize = 6;

/// What holds for all answers of a record.
pub(super) struct Record<'a> {
    pub(super) how: &'a How,
    pub(super) now: Timestamp,
    pub(super) searched: &'a [Searched],
    pub(super) warnings: &'a [String],
}

impl Record<'_> {
    /// The record with these answers.
    pub(super) fn text<'a>(&self, answers: impl Iterator<Item = &'a Answer>) -> String {
        let mut text = String::new();
        for answer in answers {
            self.answer(&mut text, answer);
        }
        self.lists(&mut text);
        text
    }

    fn answer(&self, text: &mut String, answer: &Answer) {
        let asked = described(&answer.asked);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "Screened {asked}");
        match answer.hits.len() {
            0 => {
                let _ = writeln!(text, "  Nothing found: no entry scores {:.2} or more.\n", self.how.at_least);
            }
            count => {
                let sign = if answer.complete { "" } else { " or more" };
                let _ = writeln!(text, "  {count}{sign} found; verdict: {}.\n", answer.verdict);
            }
        }
        for (number, one) in (1..).zip(&answer.hits) {
            hit(text, number, one);
        }
    }

    fn lists(&self, text: &mut String) {
        let How { mode, at_least, limit, .. } = self.how;
        let _ = writeln!(
            text,
            "At {}, mode {}, hits from {at_least:.2}, at most {limit} each, palisade {}. Lists searched:\n",
            self.now,
            mode_name(*mode),
            env!("CARGO_PKG_VERSION")
        );
        let row = |searched: &Searched| {
            let edition = &searched.edition;
            vec![
                Cell::text(&edition.list),
                Cell::text(&edition.version),
                Cell::number(edition.entries),
                Cell::text(edition.imported.to_string().get(..19).unwrap_or_default()),
                Cell::text(match searched.state {
                    Standing::Ready => format!("{} d", searched.age_days),
                    Standing::Stale => format!("{} d, stale", searched.age_days),
                }),
                Cell::text(edition.hash.get(..16).unwrap_or_default()),
            ]
        };
        let rows = self.searched.iter().map(row).collect();
        text.push_str(&render(&["list", "version", "entries", "imported (UTC)", "age", "hash"], rows, None));
        for warning in self.warnings {
            let _ = writeln!(text, "Note: {warning}.");
        }
    }
}

fn hit(text: &mut String, number: usize, hit: &Hit) {
    let _ = writeln!(
        text,
        "{number}. score {:.2}, probability {:.2}, {}: {} of {}{}",
        hit.score,
        hit.probability,
        hit.severity,
        visible(&hit.entry),
        hit.list,
        if hit.list_version.is_empty() { String::new() } else { format!(", version {}", visible(&hit.list_version)) }
    );
    let _ = writeln!(text, "   {}", described(&hit.listed));
    entry(text, &hit.listed);
    if let Some(name) = &hit.name {
        let (query, listed) = (visible(&name.query), visible(&name.listed));
        let _ =
            writeln!(text, "   name  {:.2}  {query} | {listed} ({})", name.comparison.score, kind_of_name(name.kind));
        for part in &name.comparison.parts {
            let _ = writeln!(text, "     {}", part_of_name(part));
        }
    }
    for part in &hit.parts {
        let both = match (part.query.as_str(), part.listed.as_str()) {
            ("", one) | (one, "") => visible(one),
            (query, listed) => format!("{} | {}", visible(query), visible(listed)),
        };
        let _ = writeln!(text, "   {}  {:+.2}  {both}: {}", kyb::kind(part.kind), part.adjustment, part.reason);
    }
    let _ = writeln!(text, "   evidence {}\n", hit.evidence);
}

pub(super) fn part_of_name(part: &NamePart) -> String {
    let words = match (part.query.as_str(), part.listed.as_str()) {
        ("", "") => "all words".to_owned(),
        (query, "") => format!("{} | -", visible(query)),
        ("", listed) => format!("- | {}", visible(listed)),
        (query, listed) => format!("{} | {}", visible(query), visible(listed)),
    };
    // A zero with a sign would look as if something had been taken off.
    let deduction = if part.deduction < 0.005 { 0.0 } else { -part.deduction };
    format!(
        "{words}: {}, alike {:.2}, weight {:.2}, {deduction:.2}",
        kyb::reason(part.reason),
        part.similarity,
        part.weight
    )
}

/// What the list says beside the leading name.
fn entry(text: &mut String, entity: &Entity) {
    let others: Vec<String> = entity.names.iter().skip(1).take(NAMES_SHOWN).map(|name| visible(&name.full)).collect();
    if !others.is_empty() {
        let more = entity.names.len().saturating_sub(1 + NAMES_SHOWN);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let _ = writeln!(text, "   also {}{more}", others.join("; "));
    }
    if !entity.programs.is_empty() {
        let _ = writeln!(text, "   listed under {}", visible(&entity.programs.join(", ")));
    }
}

/// Who, with what tells them from others of the name.
fn described(entity: &Entity) -> String {
    let mut parts = vec![visible(kyb::shown_name(entity))];
    if entity.entity_type != EntityType::Unknown {
        parts.push(format!("{:?}", entity.entity_type).to_lowercase());
    }
    let dates: Vec<String> = entity.dates.iter().map(date).collect();
    if !dates.is_empty() {
        let verb = if entity.entity_type == EntityType::Person { "born" } else { "dated" };
        parts.push(format!("{verb} {}", dates.join(" or ")));
    }
    if !entity.places.is_empty() {
        parts.push(format!("in {}", visible(&entity.places.join(" or "))));
    }
    if !entity.countries.is_empty() {
        parts.push(visible(&entity.countries.join(" ")));
    }
    parts.extend(entity.identifiers.iter().take(4).map(|id| visible(&format!("{} {}", id.kind, id.value))));
    parts.join(", ")
}

pub(super) fn date(date: &PartialDate) -> String {
    let PartialDate { year, month, day, circa } = *date;
    let about = if circa { "about " } else { "" };
    match (month, day) {
        (0, _) => format!("{about}{year:04}"),
        (month, 0) => format!("{about}{year:04}-{month:02}"),
        (month, day) => format!("{about}{year:04}-{month:02}-{day:02}"),
    }
}

const fn kind_of_name(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Primary => "the name that the list leads with",
        NameKind::Alias => "an alias",
        NameKind::WeakAlias => "a weak alias",
        NameKind::Previous => "a former name",
        NameKind::OtherScript => "the name in another script",
    }
}
