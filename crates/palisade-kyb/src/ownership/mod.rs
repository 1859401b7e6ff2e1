//! Who owns whom: shares as a graph, what of it is blocked by the 50 percent rule, and who owns in the end.

mod beneficial;
mod blocked;
mod graph;

pub use beneficial::{BeneficialOwner, BeneficialOwners, OwnershipPath, beneficial_owners};
pub use blocked::{BlockedStanding, Contribution, blocked_by_ownership};
pub use graph::{Graph, Node, PERCENT, Share};

#[cfg(test)]
mod tests;
