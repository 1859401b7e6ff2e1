//! Beneficial owners: who holds how much in the end, with shares multiplied along each chain and summed over all.
//!
//! A chain ends at a party that nobody is known to own. Where parties own each other, shares go round: with `A` for the
//! matrix of direct shares, what is held in the end is a row of A + A² + A³ + …, which is summed until what still goes
//! round is too little to matter. So a company that holds a tenth of itself through a subsidiary belongs wholly to the
//! owners of the other nine tenths. Paths are given as evidence; those that pass a party twice are not listed one by one.

use super::graph::{Graph, Node, WHOLE};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rounds after which what still goes round is left as unknown.
const ROUNDS_MAX: usize = 1_000;
/// A part of the whole that is too little to follow.
const NEGLIGIBLE: f64 = 1e-9;
/// Paths that are kept as evidence, over all owners.
const PATHS_MAX: usize = 1_000;
/// Steps of looking for paths.
const STEPS_MAX: usize = 200_000;
const DEPTH_MAX: usize = 32;

/// Somebody who owns in the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BeneficialOwner {
    /// Who.
    pub id: String,
    /// The share in the end, in percent.
    pub percent: f64,
    /// The chains that it comes over, the largest first.
    pub paths: Vec<OwnershipPath>,
}

/// A chain of owners.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OwnershipPath {
    /// From the owner down to what is owned.
    pub parties: Vec<String>,
    /// The shares multiplied, in percent.
    pub percent: f64,
}

/// All who own a party in the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BeneficialOwners {
    /// Those at or over the threshold, the largest first.
    pub owners: Vec<BeneficialOwner>,
    /// What is left to nobody that is known, in percent: shares of unknown size or unknown owners.
    pub unknown_percent: f64,
    /// Owners whose share is not known, and who may be over the threshold.
    pub undetermined: Vec<String>,
    /// True when there are more paths than are listed.
    pub more_paths: bool,
}

/// Who owns at least `threshold` percent of a party in the end; nothing when the party is not in the graph.
pub fn beneficial_owners(graph: &Graph, id: &str, threshold: f64) -> Option<BeneficialOwners> {
    let node = graph.find(id)?;
    let (held, known) = held_in_the_end(graph, node);
    let mut search = Search {
        graph,
        target: node,
        paths: BTreeMap::new(),
        count: 0,
        steps: 0,
        undetermined: Vec::new(),
        more: false,
    };
    search.walk(&mut vec![node], 1.0, true);
    let mut owners: Vec<BeneficialOwner> = held
        .into_iter()
        .map(|(owner, share)| (owner, share * 100.0))
        // Shares of thirds come out a little under their sum.
        .filter(|(_, percent)| *percent + 1e-6 >= threshold)
        .map(|(owner, percent)| {
            let mut paths = search.paths.remove(&owner).unwrap_or_default();
            paths.sort_by(|first, second| {
                second.percent.total_cmp(&first.percent).then_with(|| first.parties.cmp(&second.parties))
            });
            BeneficialOwner { id: graph.id(owner).to_owned(), percent: rounded(percent), paths }
        })
        .collect();
    owners.sort_by(|first, second| second.percent.total_cmp(&first.percent).then_with(|| first.id.cmp(&second.id)));
    search.undetermined.sort_unstable();
    search.undetermined.dedup();
    let undetermined = search.undetermined.iter().map(|owner| graph.id(*owner).to_owned()).collect();
    let unknown_percent = rounded((1.0 - known).clamp(0.0, 1.0) * 100.0);
    Some(BeneficialOwners { owners, unknown_percent, undetermined, more_paths: search.more })
}

/// To a millionth of a percent, beyond which arithmetic is not exact.
fn rounded(percent: f64) -> f64 {
    (percent * 1e6).round() / 1e6
}

/// The shares of those whom nobody owns, and their sum, as parts of one.
fn held_in_the_end(graph: &Graph, target: Node) -> (BTreeMap<Node, f64>, f64) {
    let mut held: BTreeMap<Node, f64> = BTreeMap::new();
    let mut moving = BTreeMap::from([(target, 1.0)]);
    for _ in 0..ROUNDS_MAX {
        let mut next: BTreeMap<Node, f64> = BTreeMap::new();
        for (node, mass) in moving {
            for (owner, share) in shares(graph, node) {
                let part = mass * share;
                let to = if graph.owners[owner].is_empty() { &mut held } else { &mut next };
                *to.entry(owner).or_default() += part;
            }
        }
        next.retain(|_, mass| *mass > NEGLIGIBLE);
        moving = next;
        if moving.is_empty() {
            break;
        }
    }
    let known = held.values().sum();
    (held, known)
}

/// Owners with their part of one. Where registers say more than the whole, all are scaled down to it.
fn shares(graph: &Graph, node: Node) -> impl Iterator<Item = (Node, f64)> {
    let edges = &graph.owners[node];
    let sum: u64 = edges.iter().filter_map(|edge| edge.share).sum();
    let whole = sum.max(WHOLE) as f64;
    edges.iter().filter_map(move |edge| Some((edge.owner, edge.share? as f64 / whole)))
}

/// Looks for chains from what is owned up to its owners.
struct Search<'g> {
    graph: &'g Graph,
    target: Node,
    paths: BTreeMap<Node, Vec<OwnershipPath>>,
    count: usize,
    steps: usize,
    undetermined: Vec<Node>,
    more: bool,
}

impl Search<'_> {
    /// `known` is false once a share of unknown size was passed.
    fn walk(&mut self, path: &mut Vec<Node>, share: f64, known: bool) {
        let at = *path.last().unwrap_or(&self.target);
        self.steps += 1;
        if self.steps > STEPS_MAX || path.len() > DEPTH_MAX {
            self.more = true;
            return;
        }
        if self.graph.owners[at].is_empty() {
            self.end(path, share, known);
            return;
        }
        let with_share: Vec<(Node, f64)> = shares(self.graph, at).collect();
        let unknown = self.graph.owners[at].iter().filter(|edge| edge.share.is_none()).map(|edge| (edge.owner, 0.0));
        for (index, (owner, part)) in with_share.iter().copied().chain(unknown).enumerate() {
            if !path.contains(&owner) {
                path.push(owner);
                self.walk(path, share * part, known && index < with_share.len());
                path.pop();
            }
        }
    }

    fn end(&mut self, path: &[Node], share: f64, known: bool) {
        let [.., owner] = path else { return };
        if *owner == self.target {
            return;
        }
        if !known {
            self.undetermined.push(*owner);
            return;
        }
        if self.count >= PATHS_MAX {
            self.more = true;
            return;
        }
        self.count += 1;
        let parties = path.iter().rev().map(|node| self.graph.id(*node).to_owned()).collect();
        self.paths.entry(*owner).or_default().push(OwnershipPath { parties, percent: rounded(share * 100.0) });
    }
}
