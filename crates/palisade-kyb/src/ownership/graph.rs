//! Shares as a graph, from what lists and registers say of them.

use crate::entity::Entity;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// One percent. Shares are counted in millionths of it, so that three thirds are told from half in whole numbers.
pub const PERCENT: u64 = 1_000_000;
/// All of something.
pub(super) const WHOLE: u64 = 100 * PERCENT;
/// Relations that say who holds shares, seen from the owner.
const OWNER_KINDS: &[&str] = &["owner", "parent", "ultimate_parent", "shareholder"];
/// Relations that say so from the other side, and nothing of the size.
const OWNED_KINDS: &[&str] = &["owned_or_controlled_by", "subsidiary"];

/// A share that one party holds directly in another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Id of who holds it.
    pub owner: String,
    /// Id of what is held.
    pub owned: String,
    /// In percent; none when it is known that there is a share, but not how large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// Who says so.
    pub source: String,
}

/// Number of a party in a graph.
pub type Node = usize;

/// A direct share as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) owner: Node,
    /// In millionths of a percent; none when unknown.
    pub(super) share: Option<u64>,
}

/// Parties and the shares that they hold in each other.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    ids: Vec<String>,
    by_id: HashMap<String, Node>,
    /// Who holds shares in a party.
    pub(super) owners: Vec<Vec<Edge>>,
    /// What a party holds shares in.
    pub(super) owned: Vec<Vec<Node>>,
}

impl Graph {
    /// A graph of these shares. What one source says of a pair several times is added up, since there are several
    /// classes of shares; of what several sources say the most counts. Shares in oneself are left out: they belong to
    /// the other owners.
    pub fn new(shares: impl IntoIterator<Item = Share>) -> Self {
        let mut graph = Self::default();
        let mut by_source: BTreeMap<(Node, Node, String), Option<u64>> = BTreeMap::new();
        for share in shares.into_iter().filter(|share| share.owner != share.owned) {
            let (owner, owned) = (graph.node(&share.owner), graph.node(&share.owned));
            let known = by_source.entry((owned, owner, share.source)).or_default();
            if let Some(percent) = share.percent.filter(|percent| percent.is_finite() && *percent >= 0.0) {
                let share = (percent.min(100.0) * PERCENT as f64).round() as u64;
                *known = Some(known.unwrap_or(0).saturating_add(share).min(WHOLE));
            }
        }
        for ((owned, owner, _), share) in by_source {
            match graph.owners[owned].last_mut().filter(|edge| edge.owner == owner) {
                Some(edge) => edge.share = edge.share.max(share),
                None => {
                    graph.owners[owned].push(Edge { owner, share });
                    graph.owned[owner].push(owned);
                }
            }
        }
        graph
    }

    /// The shares that a list's relations speak of.
    pub fn from_entities<'e>(entities: impl IntoIterator<Item = &'e Entity>) -> Self {
        let shares = entities.into_iter().flat_map(|entity| {
            entity.relations.iter().filter_map(move |relation| {
                let (this, other) = (entity.id.clone(), relation.to.clone());
                let (owner, owned) = match relation.kind.as_str() {
                    kind if OWNER_KINDS.contains(&kind) => (this, other),
                    kind if OWNED_KINDS.contains(&kind) => (other, this),
                    _ => return None,
                };
                Some(Share { owner, owned, percent: relation.percent, source: entity.source.clone() })
            })
        });
        Self::new(shares)
    }

    /// The number of a party.
    pub fn find(&self, id: &str) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    /// The id of a party.
    pub fn id(&self, node: Node) -> &str {
        &self.ids[node]
    }

    /// How many parties.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn node(&mut self, id: &str) -> Node {
        if let Some(node) = self.by_id.get(id) {
            return *node;
        }
        let node = self.ids.len();
        self.ids.push(id.to_owned());
        self.by_id.insert(id.to_owned(), node);
        self.owners.push(Vec::new());
        self.owned.push(Vec::new());
        node
    }
}

/// Millionths of a percent as percent.
pub(super) fn percent(share: u64) -> f64 {
    share as f64 / PERCENT as f64
}
