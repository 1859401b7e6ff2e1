//! What the advisories say of one package: which hold, how much they matter here, and the way out.

use super::{
    fix::{Fix, smallest_upgrade},
    index::{AdvisoryView, Affects, Index, Match},
    record::Kind,
};
use crate::{
    Package,
    version::{Key, Scheme},
};
use palisade_model::Severity;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// From this probability on (EPSS, within thirty days) a weakness counts as likely to be exploited.
const EPSS_LIKELY: f32 = 0.5;
/// How much is said about what has to be used for a weakness to matter.
const SYMBOLS_SHOWN: usize = 8;

/// How a package is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Only for developing or testing.
    pub development: bool,
    /// Only if somebody asks for it.
    pub optional: bool,
}

/// All that is known against a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// Advisories that hold, what matters most first. Records of several publishers about one matter are one.
    pub affected: Vec<Affected>,
    /// The smallest step out of all of them together; `None` when nothing holds.
    pub fix: Option<Fix>,
}

/// An advisory that holds for a package.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Affected {
    /// The id, of the publisher who says most.
    pub id: String,
    /// Ids of other records about the same matter.
    pub aliases: Vec<String>,
    /// What it says.
    pub kind: Kind,
    /// Why the version counts as affected.
    pub matched: Match,
    /// One line.
    pub summary: String,
    /// Where to read more; may be empty.
    pub url: String,
    /// When it was published, as written; may be empty.
    pub published: String,
    /// How bad it is by itself.
    pub severity: Severity,
    /// How much it matters here.
    pub priority: Severity,
    /// Why severity and priority are what they are.
    pub reasons: Vec<String>,
    /// CVSS score, 0 to 10.
    pub score: Option<f32>,
    /// The vector of the score; may be empty.
    pub vector: String,
    /// Probability of being exploited within thirty days.
    pub epss: Option<f32>,
    /// True when it is known to be exploited.
    pub exploited: bool,
    /// CWE ids.
    pub weaknesses: Vec<String>,
    /// Functions, modules or paths without which it cannot be reached; empty when none are named.
    pub symbols: Vec<String>,
    /// The smallest step out of it.
    pub fix: Fix,
}

/// What `index` knows against `package`. Without a version only what holds for all versions counts.
#[must_use]
pub fn judge(index: &Index, package: &Package, usage: Usage) -> Judgement {
    let Some(entry) = index.package(package.ecosystem, &package.name) else {
        return Judgement { affected: Vec::new(), fix: None };
    };
    let key = package.version.as_deref().map(|version| Scheme::of(package.ecosystem).key(version));
    let mut groups: BTreeMap<u32, Group<'_>> = BTreeMap::new();
    for affects in entry.affects() {
        if let Some(advisory) = affects.advisory() {
            groups.entry(advisory.group()).or_default().add(affects, advisory, key.as_ref());
        }
    }
    let holding: Vec<&Group<'_>> = groups.values().filter(|group| group.matched.is_some()).collect();
    let mut affected: Vec<Affected> = holding.iter().filter_map(|group| group.affected(package, usage)).collect();
    affected.sort_by(|a, b| {
        let weight = |one: &Affected| (one.priority, one.severity);
        weight(b).cmp(&weight(a)).then(b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0))).then(a.id.cmp(&b.id))
    });
    let fix = fix_of_all(&affected, || upgrade_of_all(package, &groups));
    Judgement { affected, fix }
}

/// Without a way out of the worst there is none out of all.
fn fix_of_all(affected: &[Affected], upgrade: impl Fn() -> Option<Fix>) -> Option<Fix> {
    let weaknesses = |one: &&Affected| matches!(one.kind, Kind::Malicious | Kind::Vulnerable | Kind::Unsound);
    let of_kinds: Vec<&Fix> = affected.iter().filter(weaknesses).map(|one| &one.fix).collect();
    match of_kinds.as_slice() {
        [] => affected.first().map(|one| one.fix.clone()),
        all if all.contains(&&Fix::Remove) => Some(Fix::Remove),
        [one] => Some((*one).clone()),
        all => upgrade().or_else(|| way_without_upgrade(all)).or(Some(Fix::None)),
    }
}

/// Where no version that is named as mended is free of all.
fn way_without_upgrade(all: &[&Fix]) -> Option<Fix> {
    let is_newer = |fix: &&&Fix| matches!(fix, Fix::NewerThan(_));
    let newer = all.iter().filter(|_| !all.contains(&&Fix::None)).find(is_newer);
    let other = || all.contains(&&Fix::OtherVersion).then_some(Fix::OtherVersion);
    newer.map(|fix| (**fix).clone()).or_else(other)
}

/// The smallest upgrade out of everything that is a weakness or does harm.
fn upgrade_of_all(package: &Package, groups: &BTreeMap<u32, Group<'_>>) -> Option<Fix> {
    let version = package.version.as_deref()?;
    let counts = |kind: Kind| !matches!(kind, Kind::Unmaintained | Kind::Notice);
    let all: Vec<Affects<'_>> =
        groups.values().filter(|group| counts(group.kind())).flat_map(|group| group.affects.clone()).collect();
    smallest_upgrade(Scheme::of(package.ecosystem), version, &all, &all).map(Fix::Upgrade)
}

/// Records about one matter.
#[derive(Default)]
struct Group<'a> {
    affects: Vec<Affects<'a>>,
    advisories: Vec<AdvisoryView<'a>>,
    matched: Option<Match>,
}

impl<'a> Group<'a> {
    fn add(&mut self, affects: Affects<'a>, advisory: AdvisoryView<'a>, version: Option<&Key>) {
        let matched = match version {
            Some(version) => affects.holds_for(version),
            None => affects.holds_for_all(),
        };
        self.matched = self.matched.max(matched);
        self.affects.push(affects);
        self.advisories.push(advisory);
    }

    /// The gravest thing that is said.
    fn kind(&self) -> Kind {
        self.advisories.iter().map(AdvisoryView::kind).min().unwrap_or(Kind::Notice)
    }

    /// The record that says most.
    fn telling(&self) -> Option<&AdvisoryView<'a>> {
        self.advisories.iter().min_by_key(|advisory| {
            (advisory.kind(), advisory.score().is_none(), advisory.severity().is_none(), rank(advisory.id()))
        })
    }

    fn affected(&self, package: &Package, usage: Usage) -> Option<Affected> {
        let (telling, matched) = (self.telling()?, self.matched?);
        let kind = self.kind();
        let exploited = self.advisories.iter().find_map(AdvisoryView::exploited_since);
        let epss = self.advisories.iter().filter_map(AdvisoryView::epss).reduce(f32::max);
        let mut reasons = Vec::new();
        let severity = severity(telling, kind, matched, &mut reasons);
        let symbols: BTreeSet<&str> = self.affects.iter().flat_map(Affects::symbols).collect();
        let known = Circumstances { exploited, epss, ransomware: telling.ransomware(), usage };
        let priority = priority(severity, kind, &known, &mut reasons);
        if !symbols.is_empty() {
            let shown: Vec<&str> = symbols.iter().copied().take(SYMBOLS_SHOWN).collect();
            reasons.push(format!("Matters only where this is used: {}.", shown.join(", ")));
        }
        let id = telling.id();
        let names =
            self.advisories.iter().flat_map(|advisory| std::iter::once(advisory.id()).chain(advisory.aliases()));
        let aliases: BTreeSet<&str> = names.filter(|name| *name != id).collect();
        Some(Affected {
            id: id.to_owned(),
            aliases: owned(aliases),
            kind,
            matched,
            summary: self.summary(telling),
            url: self
                .advisories
                .iter()
                .map(AdvisoryView::url)
                .find(|url| !url.is_empty())
                .unwrap_or_default()
                .to_owned(),
            published: telling.published().to_owned(),
            severity,
            priority,
            reasons,
            score: telling.score(),
            vector: telling.vector().to_owned(),
            epss,
            exploited: exploited.is_some(),
            weaknesses: owned(self.advisories.iter().flat_map(AdvisoryView::weaknesses).collect()),
            symbols: owned(symbols),
            fix: self.fix(package, kind),
        })
    }

    fn summary(&self, telling: &AdvisoryView<'a>) -> String {
        let others = self.advisories.iter().map(AdvisoryView::summary);
        let said = std::iter::once(telling.summary()).chain(others).find(|summary| !summary.is_empty());
        said.unwrap_or("The publisher gives no summary.").to_owned()
    }

    fn fix(&self, package: &Package, kind: Kind) -> Fix {
        if kind == Kind::Malicious && self.affects.iter().any(|affects| affects.holds_for_all().is_some()) {
            return Fix::Remove;
        }
        let upgrade = package.version.as_deref().and_then(|version| {
            let scheme = Scheme::of(package.ecosystem);
            // Publishers may disagree: then what one of them calls mended is better than nothing.
            let by_one = || self.affects.iter().find_map(|one| smallest_upgrade(scheme, version, &[*one], &[*one]));
            smallest_upgrade(scheme, version, &self.affects, &self.affects).or_else(by_one)
        });
        let last = || {
            let key = Scheme::of(package.ecosystem).key(package.version.as_deref()?);
            self.affects.iter().find_map(|affects| affects.last_affected(&key))
        };
        match (upgrade, kind) {
            (Some(upgrade), _) => Fix::Upgrade(upgrade),
            (None, Kind::Malicious) => Fix::OtherVersion,
            (None, _) => last().map_or(Fix::None, |last| Fix::NewerThan(last.to_owned())),
        }
    }
}

/// Publishers whose records say most come first.
fn rank(id: &str) -> usize {
    const PREFIXES: [&str; 6] = ["MAL-", "GHSA-", "RUSTSEC-", "GO-", "PYSEC-", "CVE-"];
    PREFIXES.iter().position(|prefix| id.starts_with(prefix)).unwrap_or(PREFIXES.len())
}

fn severity(telling: &AdvisoryView<'_>, kind: Kind, matched: Match, reasons: &mut Vec<String>) -> Severity {
    let (severity, reason) = match (kind, matched, telling.severity()) {
        (Kind::Malicious, Match::VersionsUnknown, _) => {
            (Severity::High, "Some versions were made to do harm; the report does not say which.".to_owned())
        }
        (Kind::Malicious, ..) => (Severity::Critical, "This version was made to do harm.".to_owned()),
        (Kind::Unmaintained, ..) => (Severity::Low, "Nobody looks after the package any more.".to_owned()),
        (Kind::Notice, ..) => (Severity::Informational, "The publisher gives a notice.".to_owned()),
        (_, _, Some(severity)) => match telling.score() {
            Some(score) => (severity, format!("CVSS rates it {score:.1}.")),
            None => (severity, format!("Its publisher rates it {severity}.")),
        },
        (Kind::Unsound, ..) => {
            (Severity::Low, "It breaks promises of the language when used in certain ways.".to_owned())
        }
        (Kind::Vulnerable, ..) => (Severity::Medium, "Nobody has rated it; it counts as medium.".to_owned()),
    };
    reasons.push(reason);
    severity
}

/// What raises or lowers the priority.
struct Circumstances<'a> {
    exploited: Option<&'a str>,
    epss: Option<f32>,
    ransomware: bool,
    usage: Usage,
}

/// The severity, a step higher for what is exploited or likely to be, a step lower for what does not run in production.
/// Harm done on purpose is never lowered: it runs where it is installed.
fn priority(severity: Severity, kind: Kind, known: &Circumstances<'_>, reasons: &mut Vec<String>) -> Severity {
    let mut level = severity.number();
    if let Some(since) = known.exploited {
        let by = if known.ransomware { ", also by blackmailers" } else { "" };
        reasons.push(format!("It is known to be exploited since {since}{by} (CISA KEV)."));
        level = level.max(Severity::Medium.number()) + 1;
    } else if let Some(likely) = known.epss.filter(|epss| *epss >= EPSS_LIKELY) {
        reasons.push(format!("It is likely to be exploited soon: {:.0} % within thirty days (EPSS).", likely * 100.0));
        level += 1;
    }
    if kind != Kind::Malicious {
        if known.usage.development {
            reasons.push("It is used for development only.".to_owned());
            level -= 1;
        } else if known.usage.optional {
            reasons.push("It is an optional dependency.".to_owned());
            level -= 1;
        }
    }
    Severity::from_number(level.clamp(Severity::Informational.number(), Severity::Critical.number()))
        .unwrap_or(severity)
}

fn owned(texts: BTreeSet<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}
