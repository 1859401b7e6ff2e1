//! The 50 percent rule of the Office of Foreign Assets Control: what blocked persons own by half or more, together,
//! directly or indirectly, is blocked itself (guidance of 13 August 2014; FAQ 398 to 402).
//!
//! Indirectly means through entities that are themselves owned by half or more (FAQ 401): such an entity is blocked, so
//! *all* that it holds counts, and nothing of what an entity holds counts that is owned by less than half. So shares
//! are never multiplied: blocked parties are added one after the other, and the shares that they hold in an entity are
//! summed, until no more come in. The set can only grow, so cycles end it as well, and none blocks itself. Control
//! without ownership does not block (FAQ 398), but it is a reason for caution; it is not judged here.

use super::graph::{Graph, Node, WHOLE, percent};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

const HALF: u64 = WHOLE / 2;

/// How a party stands that is not listed itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum BlockedStanding {
    /// Blocked persons own half or more.
    Blocked {
        /// What they own together, in percent.
        percent: f64,
        /// Whose shares they are. An owner that is not listed stands in the result itself, with its own owners.
        contributions: Vec<Contribution>,
    },
    /// Blocked persons own less than half for certain, but hold shares of unknown size.
    Possible {
        /// What they own for certain, in percent.
        percent: f64,
        /// Whose shares they are.
        contributions: Vec<Contribution>,
    },
}

/// A share that counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// Who holds it.
    pub owner: String,
    /// In percent; none when unknown.
    pub percent: Option<f64>,
    /// The chain of owners from a listed person down to this one.
    pub chain: Vec<String>,
    /// True when the owner is listed, false when it is blocked by its own owners.
    pub listed: bool,
}

/// Every party that is blocked, or may be, through its owners. `listed` are ids of those who are blocked themselves.
pub fn blocked_by_ownership<'l>(
    graph: &Graph,
    listed: impl IntoIterator<Item = &'l str>,
) -> BTreeMap<String, BlockedStanding> {
    let listed: HashSet<Node> = listed.into_iter().filter_map(|id| graph.find(id)).collect();
    let certain = spread(graph, &listed, |share| share.unwrap_or(0));
    // Unknown shares taken for as large as they could be.
    let possible = spread(graph, &listed, |share| share.unwrap_or(WHOLE));
    let mut standings = BTreeMap::new();
    for node in possible.keys().filter(|node| !listed.contains(node)) {
        let is_blocked = certain.contains_key(node);
        let by = if is_blocked { &certain } else { &possible };
        let contributions = contributions(graph, &listed, by, *node);
        // A sum over all holders, so that what is shown adds up.
        let sum = graph.owners[*node].iter().filter(|edge| by.contains_key(&edge.owner)).filter_map(|edge| edge.share);
        let percent = percent(sum.sum::<u64>().min(WHOLE));
        let standing = match is_blocked {
            true => BlockedStanding::Blocked { percent, contributions },
            false => BlockedStanding::Possible { percent, contributions },
        };
        standings.insert(graph.id(*node).to_owned(), standing);
    }
    standings
}

/// All who are blocked, and the owner that each came in by: the chain back leads to somebody listed.
fn spread(graph: &Graph, listed: &HashSet<Node>, counts: impl Fn(Option<u64>) -> u64) -> HashMap<Node, Option<Node>> {
    let mut blocked: HashMap<Node, Option<Node>> = listed.iter().map(|node| (*node, None)).collect();
    let mut owned_by_blocked: HashMap<Node, u64> = HashMap::new();
    let mut first: Vec<Node> = listed.iter().copied().collect();
    // The order of a set is not the same twice, and chains shall be.
    first.sort_unstable();
    let mut waiting = VecDeque::from(first);
    while let Some(owner) = waiting.pop_front() {
        for owned in &graph.owned[owner] {
            let share =
                graph.owners[*owned].iter().find(|edge| edge.owner == owner).map_or(0, |edge| counts(edge.share));
            let sum = owned_by_blocked.entry(*owned).or_default();
            *sum = sum.saturating_add(share);
            if *sum >= HALF && !blocked.contains_key(owned) {
                blocked.insert(*owned, Some(owner));
                waiting.push_back(*owned);
            }
        }
    }
    blocked
}

fn contributions(
    graph: &Graph,
    listed: &HashSet<Node>,
    blocked: &HashMap<Node, Option<Node>>,
    node: Node,
) -> Vec<Contribution> {
    let holders = graph.owners[node].iter().filter(|edge| blocked.contains_key(&edge.owner));
    let mut contributions: Vec<Contribution> = holders
        .map(|edge| Contribution {
            owner: graph.id(edge.owner).to_owned(),
            percent: edge.share.map(percent),
            chain: chain(graph, blocked, edge.owner),
            listed: listed.contains(&edge.owner),
        })
        .collect();
    contributions.sort_by(|first, second| {
        let share = |contribution: &Contribution| contribution.percent.unwrap_or(-1.0);
        share(second).total_cmp(&share(first)).then_with(|| first.owner.cmp(&second.owner))
    });
    contributions
}

fn chain(graph: &Graph, blocked: &HashMap<Node, Option<Node>>, owner: Node) -> Vec<String> {
    let mut chain = vec![graph.id(owner).to_owned()];
    let mut at = owner;
    while let Some(Some(before)) = blocked.get(&at) {
        chain.push(graph.id(*before).to_owned());
        at = *before;
    }
    chain.reverse();
    chain
}
