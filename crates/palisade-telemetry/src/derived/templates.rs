//! Which templates log lines are made of, how often each comes, and which are new or rare.
//!
//! He et al., *Drain: an online log parsing approach with fixed depth tree* (2017): a line goes down by its number of
//! words and its first words, and joins the template there with which it agrees most; words that differ become
//! wildcards. Words with digits are wildcards from the start. Everything is bounded: bytes and words of a line,
//! children of a node, templates of a leaf, and templates together, of which the one silent longest goes.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use xxhash_rust::xxh3::xxh3_64;

const WILDCARD: &str = "<*>";
/// Words by which a line goes down the tree, after their number.
const DEPTH: usize = 2;
/// Different words a place may have before all others share one way.
const CHILDREN_MAX: usize = 48;
/// A line joins a template when this share of its words agrees.
const AGREE: f64 = 0.5;
/// The half-life of counts in lines: rarity follows what is usual now.
const FORGET_LINES: u64 = 1_000_000;

/// Bounds of a miner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateLimits {
    /// Bytes of a line that are looked at.
    pub line_bytes: usize,
    /// Words of a line that are looked at.
    pub words: usize,
    /// Templates kept.
    pub templates: usize,
    /// Templates with the same length and first words.
    pub leaf: usize,
}

impl Default for TemplateLimits {
    fn default() -> Self {
        Self { line_bytes: 2_048, words: 64, templates: 4_096, leaf: 64 }
    }
}

/// Number of a template; never used again.
pub type TemplateId = u64;

/// What is said of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mined {
    /// Its template.
    pub id: TemplateId,
    /// The template's words, `<*>` for what differs.
    pub template: String,
    /// No line like it was there before.
    pub new: bool,
    /// Lines of this template so far, as far as remembered.
    pub count: u64,
    /// Decades: 3 when one line in a thousand is of this template.
    pub rarity: f64,
}

#[derive(Debug)]
struct Template {
    words: Vec<Box<str>>,
    leaf: u64,
    count: u64,
    /// Lines since the last interval ended.
    recent: u64,
    last_line: u64,
}

/// A template as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: TemplateId,
    words: Vec<Box<str>>,
    leaf: u64,
    count: u64,
    recent: u64,
}

#[derive(Serialize, Deserialize)]
struct KeptAll {
    /// The longest silent first.
    templates: Vec<Kept>,
    children: Vec<(u64, Vec<u64>)>,
    remembered: u64,
    next: TemplateId,
}

/// Mines templates from lines.
#[derive(Debug)]
pub struct Templates {
    limits: TemplateLimits,
    templates: HashMap<TemplateId, Template>,
    /// Templates of a leaf.
    leaves: HashMap<u64, Vec<TemplateId>>,
    /// Words seen at a place of the tree.
    children: HashMap<u64, Vec<u64>>,
    /// Templates by their last line, the longest silent first.
    by_line: BTreeMap<u64, TemplateId>,
    lines: u64,
    remembered: u64,
    next: TemplateId,
}

impl Templates {
    /// A miner that has seen nothing.
    #[must_use]
    pub fn new(limits: TemplateLimits) -> Self {
        let limits = TemplateLimits {
            words: limits.words.max(1),
            templates: limits.templates.max(1),
            leaf: limits.leaf.max(1),
            ..limits
        };
        Self {
            limits,
            templates: HashMap::new(),
            leaves: HashMap::new(),
            children: HashMap::new(),
            by_line: BTreeMap::new(),
            lines: 0,
            remembered: 0,
            next: 1,
        }
    }

    /// Finds the template of `line`, making one if there is none.
    pub fn observe(&mut self, line: &str) -> Mined {
        let (id, new) = self.count(line);
        let all = self.remembered as f64;
        let (template, count) =
            self.templates.get(&id).map_or((String::new(), 1), |known| (known.words.join(" "), known.count));
        Mined { id, template, new, count, rarity: ((all + 1.0) / (count as f64 + 1.0)).log10() }
    }

    /// As [`Templates::observe`], where all that is asked is which template it is, and whether it is new.
    pub fn count(&mut self, line: &str) -> (TemplateId, bool) {
        let words = self.words(line);
        let leaf = self.leaf(&words);
        self.lines += 1;
        self.remembered += 1;
        if self.remembered > FORGET_LINES {
            self.remembered /= 2;
            self.templates.values_mut().for_each(|template| template.count /= 2);
        }
        let found = self.best(leaf, &words);
        let new = found.is_none();
        let id = found.unwrap_or_else(|| self.add(leaf, &words));
        self.join(id, &words);
        (id, new)
    }

    /// The words of a line; what has a digit is one like another.
    fn words<'a>(&self, line: &'a str) -> Vec<&'a str> {
        let end = line.floor_char_boundary(self.limits.line_bytes);
        let word = |word: &'a str| if word.bytes().any(|byte| byte.is_ascii_digit()) { WILDCARD } else { word };
        line[..end].split_whitespace().take(self.limits.words).map(word).collect()
    }

    /// The leaf of the tree where lines like this are: by number of words, then by the first of them.
    fn leaf(&mut self, words: &[&str]) -> u64 {
        let mut place = xxh3_64(&words.len().to_le_bytes());
        for word in words.iter().take(DEPTH) {
            let word = xxh3_64(word.as_bytes());
            // The places that have children are few: lengths times first words, each bounded.
            let known = self.children.entry(place).or_default();
            let way = if known.contains(&word) {
                word
            } else if known.len() < CHILDREN_MAX {
                known.push(word);
                word
            } else {
                xxh3_64(WILDCARD.as_bytes())
            };
            place = xxh3_64(&[place.to_le_bytes(), way.to_le_bytes()].concat());
        }
        place
    }

    fn best(&self, leaf: u64, words: &[&str]) -> Option<TemplateId> {
        let ids = self.leaves.get(&leaf)?;
        let agreement = |id: &TemplateId| self.templates.get(id).map_or(0.0, |template| agree(&template.words, words));
        let (id, agreement) =
            ids.iter().map(|id| (*id, agreement(id))).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        // A full leaf takes in what comes, rather than grow.
        (agreement >= AGREE || ids.len() >= self.limits.leaf).then_some(id)
    }

    fn add(&mut self, leaf: u64, words: &[&str]) -> TemplateId {
        if self.templates.len() >= self.limits.templates
            && let Some((_, silent)) = self.by_line.pop_first()
        {
            self.remove(silent);
        }
        let id = self.next;
        self.next += 1;
        let words = words.iter().map(|&word| word.into()).collect();
        self.templates.insert(id, Template { words, leaf, count: 0, recent: 0, last_line: 0 });
        self.leaves.entry(leaf).or_default().push(id);
        id
    }

    fn remove(&mut self, id: TemplateId) {
        let Some(template) = self.templates.remove(&id) else { return };
        if let Some(ids) = self.leaves.get_mut(&template.leaf) {
            ids.retain(|&known| known != id);
            if ids.is_empty() {
                self.leaves.remove(&template.leaf);
            }
        }
    }

    fn join(&mut self, id: TemplateId, words: &[&str]) {
        let Some(template) = self.templates.get_mut(&id) else { return };
        for (known, word) in template.words.iter_mut().zip(words) {
            if **known != **word {
                *known = WILDCARD.into();
            }
        }
        template.count += 1;
        template.recent += 1;
        self.by_line.remove(&template.last_line);
        template.last_line = self.lines;
        self.by_line.insert(self.lines, id);
    }

    /// Lines of each template since this was last asked, those with none left out, and of all together: points for
    /// the detectors.
    pub fn take_counts(&mut self) -> (u64, Vec<(TemplateId, u64)>) {
        let counts: Vec<(TemplateId, u64)> = self
            .templates
            .iter_mut()
            .filter(|(_, template)| template.recent > 0)
            .map(|(&id, template)| (id, std::mem::take(&mut template.recent)))
            .collect();
        (counts.iter().map(|(_, count)| count).sum(), counts)
    }

    /// Lines that the template has had, as far as remembered; 0 when it is not known any more.
    #[must_use]
    pub fn lines_of(&self, id: TemplateId) -> u64 {
        self.templates.get(&id).map_or(0, |known| known.count)
    }

    /// Everything known, as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let templates = self.by_line.values().filter_map(|id| {
            let Template { words, leaf, count, recent, .. } = self.templates.get(id)?;
            Some(Kept { id: *id, words: words.clone(), leaf: *leaf, count: *count, recent: *recent })
        });
        let children = self.children.iter().map(|(&place, ways)| (place, ways.clone())).collect();
        let all = KeptAll { templates: templates.collect(), children, remembered: self.remembered, next: self.next };
        // Texts and numbers always have a JSON form.
        serde_json::to_vec(&all).unwrap_or_default()
    }

    /// Goes on from what [`Templates::encode`] gave; `None` when the bytes are not that.
    #[must_use]
    pub fn decode(limits: TemplateLimits, bytes: &[u8]) -> Option<Self> {
        let all: KeptAll = serde_json::from_slice(bytes).ok()?;
        let mut miner = Self::new(limits);
        miner.children = all.children.into_iter().collect();
        miner.children.values_mut().for_each(|ways| ways.truncate(CHILDREN_MAX));
        miner.remembered = all.remembered;
        miner.next = all.next;
        for kept in all.templates.into_iter().take(miner.limits.templates) {
            miner.lines += 1;
            let Kept { id, words, leaf, count, recent } = kept;
            let known = Template { words, leaf, count, recent, last_line: miner.lines };
            if miner.templates.insert(id, known).is_none() {
                miner.by_line.insert(miner.lines, id);
                miner.leaves.entry(leaf).or_default().push(id);
                miner.next = miner.next.max(id.saturating_add(1));
            }
        }
        Some(miner)
    }

    /// The words of a template that is still known.
    #[must_use]
    pub fn template(&self, id: TemplateId) -> Option<String> {
        Some(self.templates.get(&id)?.words.join(" "))
    }

    /// How many templates are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.templates.len()
    }

    /// Whether no line was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }
}

/// The share of words that are the same; wildcards agree with each other only. 1 for lines without words.
fn agree(template: &[Box<str>], words: &[&str]) -> f64 {
    let same = template.iter().zip(words).filter(|(known, word)| ***known == ***word).count();
    if template.is_empty() { 1.0 } else { same as f64 / template.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], expected: &[&str]) {
        let mut miner = Templates::new(TemplateLimits::default());
        lines.iter().for_each(|line| {
            miner.observe(line);
        });
        let mut templates: Vec<String> = miner.templates.values().map(|known| known.words.join(" ")).collect();
        templates.sort();
        assert_eq!(templates, expected);
    }

    #[test]
    fn lines_of_one_kind_share_a_template() {
        check(
            &[
                "connection from 10.0.0.1 port 5001 closed",
                "connection from 10.0.0.7 port 22 closed",
                "user anna logged in",
                "user otto logged in",
                "user otto logged out",
                "disk full",
            ],
            &["connection from <*> port <*> closed", "disk full", "user anna logged in", "user otto logged <*>"],
        );
        check(&["job alpha ran well today", "job alpha ran badly today"], &["job alpha ran <*> today"]);
        check(&["", "  "], &[""]);
    }

    #[test]
    fn a_rare_line_among_many_is_told() {
        let mut miner = Templates::new(TemplateLimits::default());
        for index in 0..999 {
            miner.observe(&format!("request {index} served"));
        }
        let mined = miner.observe("kernel panic: not syncing");
        assert!(mined.new && mined.rarity > 2.5, "{mined:?}");
        let usual = miner.observe("request 5 served");
        assert!(!usual.new && usual.rarity < 0.1 && usual.count == 1_000, "{usual:?}");
        assert_eq!(miner.take_counts().0, 1_001);
        assert_eq!(miner.take_counts(), (0, vec![]));
    }

    #[test]
    fn what_is_known_outlives_a_stop() {
        let mut miner = Templates::new(TemplateLimits::default());
        let lines = ["user anna logged in", "user otto logged out", "disk full", "job 7 ran"];
        lines.iter().for_each(|line| drop(miner.observe(line)));
        let mut again = Templates::decode(TemplateLimits::default(), &miner.encode()).unwrap();
        for line in lines {
            assert_eq!(again.count(line), miner.count(line));
        }
        assert!(again.count("something else").1 && Templates::decode(TemplateLimits::default(), b"{").is_none());
    }

    #[test]
    fn everything_is_bounded() {
        let limits = TemplateLimits { line_bytes: 64, words: 8, templates: 50, leaf: 4 };
        let mut miner = Templates::new(limits);
        let letters = |index: usize| -> String {
            index.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
        };
        for index in 0..5_000 {
            miner.observe(&format!(
                "{} {} same words here {}",
                letters(index),
                letters(index * 7),
                "ä".repeat(index % 90)
            ));
        }
        assert!(miner.len() <= 50 && miner.by_line.len() <= 50 && miner.leaves.len() <= 50);
        assert!(miner.children.values().all(|known| known.len() <= CHILDREN_MAX));
        assert!(miner.templates.values().all(|known| known.words.iter().map(|word| word.len()).sum::<usize>() <= 64));
    }
}
