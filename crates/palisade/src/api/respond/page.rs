//! Pages of lists that are in memory: sorted by a key, going on after the last key of the page before.

use crate::api::problem::{Kind, Problem};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A page as it is sent.
#[derive(Debug, Serialize)]
pub struct Items<T> {
    /// In order.
    pub items: Vec<T>,
    /// The `cursor` of the page after this; none after the last.
    pub next: Option<String>,
}

/// The cursor that goes on after this key.
pub(in crate::api) fn cursor(key: &impl Serialize) -> String {
    let text = serde_json::to_vec(key).expect("keys are texts and numbers");
    URL_SAFE_NO_PAD.encode(text)
}

/// The key that [`cursor`] made a cursor of.
pub(in crate::api) fn key<K: DeserializeOwned>(cursor: &str) -> Result<K, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let key = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    key.ok_or_else(|| Problem::new(Kind::Malformed, "cursor is not the `next` of a page before"))
}

/// The first `limit` of `all` after the cursor, in the order of their keys.
pub(in crate::api) fn page<T, K: Ord + DeserializeOwned + Serialize>(
    all: impl Iterator<Item = T>,
    key_of: impl Fn(&T) -> K,
    after: Option<&str>,
    limit: usize,
) -> Result<Items<T>, Problem> {
    let after: Option<K> = after.map(key).transpose()?;
    let mut keyed: Vec<(K, T)> = all.map(|item| (key_of(&item), item)).collect();
    keyed.retain(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    if keyed.len() > limit {
        // Only what is shown need be in order.
        keyed.select_nth_unstable_by(limit, |a, b| a.0.cmp(&b.0));
    }
    let has_more = keyed.len() > limit;
    keyed.truncate(limit);
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    let next = keyed.last().filter(|_| has_more).map(|(key, _)| cursor(key));
    Ok(Items { items: keyed.into_iter().map(|(_, item)| item).collect(), next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_without_gap_or_repeat() {
        let all = [5_u32, 3, 9, 1, 7, 2];
        let (mut seen, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = page(all.iter().copied(), |number| *number, after.as_deref(), 2).unwrap();
            seen.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 3, 5, 7, 9]);
        assert!(page(all.iter(), |number| **number, Some("x"), 2).is_err());
    }
}
