//! What registries said of packages, as JSON that the watch over packages reads. It may be forgotten at any time.

use crate::state::{State, StateError};
use palisade_model::Timestamp;

impl State {
    /// What is kept under `key`, when it was fetched after `since`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn registry_facts(&self, key: &str, since: Timestamp) -> Result<Option<(String, Timestamp)>, StateError> {
        let sql = "SELECT body, fetched FROM registry_facts WHERE key = $1 AND fetched > $2";
        let row: Option<(String, i64)> =
            sqlx::query_as(sql).bind(key).bind(since.nanos()).fetch_optional(self.reader()).await?;
        Ok(row.map(|(body, fetched)| (body, Timestamp::from_nanos(fetched))))
    }

    /// Keeps `body` under `key`, in place of what was there.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn put_registry_facts(&self, key: &str, body: &str, fetched: Timestamp) -> Result<(), StateError> {
        let sql = "INSERT INTO registry_facts (key, body, fetched) VALUES ($1, $2, $3) ON CONFLICT (key) \
                   DO UPDATE SET body = excluded.body, fetched = excluded.fetched";
        sqlx::query(sql).bind(key).bind(body).bind(fetched.nanos()).execute(self.writer()).await?;
        Ok(())
    }

    /// Forgets what was fetched before `before`, and all but the `rows_max` newest.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn tidy_registry_facts(&self, before: Timestamp, rows_max: u32) -> Result<(), StateError> {
        let old = "DELETE FROM registry_facts WHERE fetched <= $1";
        sqlx::query(old).bind(before.nanos()).execute(self.writer()).await?;
        let beyond = "DELETE FROM registry_facts WHERE key NOT IN \
                      (SELECT key FROM registry_facts ORDER BY fetched DESC, key LIMIT $1)";
        sqlx::query(beyond).bind(i64::from(rows_max)).execute(self.writer()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::state::database::tests::{at, fresh};

    #[tokio::test]
    async fn facts_are_replaced_grow_old_and_are_bounded() {
        let (_folder, state) = fresh().await;
        for (key, body, second) in [("a", "1", 10), ("b", "2", 20), ("a", "3", 30), ("c", "4", 40)] {
            state.put_registry_facts(key, body, at(second)).await.unwrap();
        }
        let a = state.registry_facts("a", at(29)).await.unwrap();
        assert_eq!(a, Some(("3".to_owned(), at(30))));
        assert_eq!(state.registry_facts("a", at(30)).await.unwrap(), None);
        state.tidy_registry_facts(at(20), 100).await.unwrap();
        assert_eq!(state.registry_facts("b", at(0)).await.unwrap(), None);
        state.tidy_registry_facts(at(0), 1).await.unwrap();
        assert_eq!(state.registry_facts("a", at(0)).await.unwrap(), None);
        assert!(state.registry_facts("c", at(0)).await.unwrap().is_some());
    }
}
