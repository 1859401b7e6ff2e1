//! What the organisation's decisions teach, made of the decisions that are kept: nothing else is remembered, so a
//! decision that is changed, or whose hit is gone, teaches nothing any more.

use palisade_kyb::screening::{Decision, Hit, Learning};
use palisade_store::State;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Decisions that are learnt from, the last ones.
const DECISIONS_MAX: u32 = 20_000;

/// What was learnt, until somebody decides again.
#[derive(Default)]
pub struct Learned(Mutex<Option<Arc<Learning>>>);

impl Learned {
    /// What was learnt by now.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn get(&self, state: &State) -> anyhow::Result<Arc<Learning>> {
        let mut known = self.0.lock().await;
        if let Some(learning) = &*known {
            return Ok(Arc::clone(learning));
        }
        let rows = state.list_decided_hits(DECISIONS_MAX).await?;
        let learning = Arc::new(tokio::task::spawn_blocking(move || learn(&rows)).await?);
        *known = Some(Arc::clone(&learning));
        Ok(learning)
    }

    /// Has it made anew when it is next asked for.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

/// From hits and decisions. One on other evidence than the hit has now says nothing of it.
fn learn(rows: &[(String, String)]) -> Learning {
    let mut learning = Learning::default();
    for (hit, decision) in rows {
        let read = (serde_json::from_str::<Hit>(hit), serde_json::from_str::<Decision>(decision));
        if let (Ok(hit), Ok(decision)) = read
            && hit.evidence == decision.evidence
        {
            learning.learn(&hit, decision.verdict);
        }
    }
    learning
}
