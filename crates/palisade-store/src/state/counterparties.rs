//! Counterparties, the hits that screening found for them, and what people decided, as JSON that the watch over
//! businesses reads.

use super::audit;
use crate::state::{AuditDraft, State, StateError};
use palisade_model::Timestamp;
use sqlx::SqliteConnection;

/// A counterparty as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterpartyRow {
    /// The id by which its owner knows it.
    pub id: String,
    /// What is known of it, as JSON.
    pub party: String,
    /// When it was last put.
    pub updated: Timestamp,
}

/// Something about a counterparty and an entry of a list, as JSON: a hit, or a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairRow {
    /// The counterparty.
    pub counterparty: String,
    /// The list.
    pub list: String,
    /// The id of the entry within the list.
    pub entry: String,
    /// What is kept of the two.
    pub body: String,
}

/// What a screening of all counterparties changed.
#[derive(Clone, Debug, Default)]
pub struct ScreeningStep {
    /// Hits that are new, or others than before.
    pub put: Vec<PairRow>,
    /// Hits that are none any more; their bodies do not matter.
    pub cleared: Vec<PairRow>,
    /// The list that was screened against, and the hash of its version.
    pub list: (String, String),
}

type Columns = (String, String, String, String);

fn pair((counterparty, list, entry, body): Columns) -> PairRow {
    PairRow { counterparty, list, entry, body }
}

impl State {
    /// Keeps the counterparties in place of those with their ids, and these hits in place of all of theirs.
    ///
    /// # Errors
    /// When the state cannot be written; nothing is kept then.
    pub async fn put_counterparties(&self, rows: &[CounterpartyRow], hits: &[PairRow]) -> Result<(), StateError> {
        let mut transaction = self.writer().begin().await?;
        let sql = "INSERT INTO counterparties (id, party, updated) VALUES ($1, $2, $3) ON CONFLICT (id) \
                   DO UPDATE SET party = excluded.party, updated = excluded.updated";
        for row in rows {
            let upsert = sqlx::query(sql).bind(&row.id).bind(&row.party).bind(row.updated.nanos());
            upsert.execute(&mut *transaction).await?;
            let forget = sqlx::query("DELETE FROM screening_hits WHERE counterparty = $1").bind(&row.id);
            forget.execute(&mut *transaction).await?;
        }
        put_hits(&mut transaction, hits).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The first `limit` counterparties after the id `after`, by id.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_counterparties(&self, after: &str, limit: u32) -> Result<Vec<CounterpartyRow>, StateError> {
        let sql = "SELECT id, party, updated FROM counterparties WHERE id > $1 ORDER BY id LIMIT $2";
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as(sql).bind(after).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        let row = |(id, party, updated)| CounterpartyRow { id, party, updated: Timestamp::from_nanos(updated) };
        Ok(rows.into_iter().map(row).collect())
    }

    /// How many counterparties there are.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn count_counterparties(&self) -> Result<u64, StateError> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM counterparties").fetch_one(self.reader()).await?;
        Ok(count.unsigned_abs())
    }

    /// Removes the counterparty with its hits. `false` when there is none of this id. Decisions stay: somebody may ask.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn delete_counterparty(&self, id: &str) -> Result<bool, StateError> {
        let mut transaction = self.writer().begin().await?;
        let delete =
            sqlx::query("DELETE FROM counterparties WHERE id = $1").bind(id).execute(&mut *transaction).await?;
        sqlx::query("DELETE FROM screening_hits WHERE counterparty = $1").bind(id).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(delete.rows_affected() > 0)
    }

    /// Hits of the counterparties from the id `from` to `to`, both among them, in the order of their pairs.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_hits(&self, from: &str, to: &str) -> Result<Vec<PairRow>, StateError> {
        let sql = "SELECT counterparty, list, entry, hit FROM screening_hits \
                   WHERE counterparty >= $1 AND counterparty <= $2 ORDER BY counterparty, list, entry";
        let rows: Vec<Columns> = sqlx::query_as(sql).bind(from).bind(to).fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(pair).collect())
    }

    /// All hits against one list, in the order of their pairs.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_hits_of_list(&self, list: &str) -> Result<Vec<PairRow>, StateError> {
        let sql =
            "SELECT counterparty, list, entry, hit FROM screening_hits WHERE list = $1 ORDER BY counterparty, entry";
        let rows: Vec<Columns> = sqlx::query_as(sql).bind(list).fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(pair).collect())
    }

    /// Keeps what a screening of all counterparties changed, and against which version it was.
    ///
    /// # Errors
    /// When the state cannot be written; nothing is kept then.
    pub async fn put_screening(&self, step: &ScreeningStep) -> Result<(), StateError> {
        let mut transaction = self.writer().begin().await?;
        let sql = "DELETE FROM screening_hits WHERE counterparty = $1 AND list = $2 AND entry = $3";
        for row in &step.cleared {
            let delete = sqlx::query(sql).bind(&row.counterparty).bind(&row.list).bind(&row.entry);
            delete.execute(&mut *transaction).await?;
        }
        put_hits(&mut transaction, &step.put).await?;
        let sql = "INSERT INTO screened_lists (list, sha256) VALUES ($1, $2) ON CONFLICT (list) \
                   DO UPDATE SET sha256 = excluded.sha256";
        sqlx::query(sql).bind(&step.list.0).bind(&step.list.1).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The lists that all counterparties were screened against, with the hash of the version.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn screened_lists(&self) -> Result<Vec<(String, String)>, StateError> {
        Ok(sqlx::query_as("SELECT list, sha256 FROM screened_lists ORDER BY list").fetch_all(self.reader()).await?)
    }

    /// Keeps a decision in place of the one on its pair, and who made it in the audit log.
    ///
    /// # Errors
    /// When the state cannot be written; nothing is kept then.
    pub async fn put_decision(&self, row: &PairRow, audit: &AuditDraft) -> Result<(), StateError> {
        let mut transaction = self.writer().begin().await?;
        let sql = "INSERT INTO screening_decisions (counterparty, list, entry, decision, decided) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (counterparty, list, entry) \
                   DO UPDATE SET decision = excluded.decision, decided = excluded.decided";
        let upsert = sqlx::query(sql).bind(&row.counterparty).bind(&row.list).bind(&row.entry).bind(&row.body);
        upsert.bind(audit.at.nanos()).execute(&mut *transaction).await?;
        audit::write(std::slice::from_ref(audit), &mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Decisions on the counterparties from the id `from` to `to`, both among them, in the order of their pairs.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_decisions(&self, from: &str, to: &str) -> Result<Vec<PairRow>, StateError> {
        let sql = "SELECT counterparty, list, entry, decision FROM screening_decisions \
                   WHERE counterparty >= $1 AND counterparty <= $2 ORDER BY counterparty, list, entry";
        let rows: Vec<Columns> = sqlx::query_as(sql).bind(from).bind(to).fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(pair).collect())
    }

    /// Hits that somebody has decided on, each with the decision, the last `limit` of them, the oldest first.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_decided_hits(&self, limit: u32) -> Result<Vec<(String, String)>, StateError> {
        let sql = "SELECT hit, decision FROM (SELECT hit, decision, decided FROM screening_decisions \
                   JOIN screening_hits USING (counterparty, list, entry) ORDER BY decided DESC LIMIT $1) \
                   ORDER BY decided";
        Ok(sqlx::query_as(sql).bind(limit).fetch_all(self.reader()).await?)
    }

    /// All decisions on entries of one list.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_decisions_of_list(&self, list: &str) -> Result<Vec<PairRow>, StateError> {
        let sql = "SELECT counterparty, list, entry, decision FROM screening_decisions WHERE list = $1";
        let rows: Vec<Columns> = sqlx::query_as(sql).bind(list).fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(pair).collect())
    }
}

async fn put_hits(connection: &mut SqliteConnection, hits: &[PairRow]) -> Result<(), StateError> {
    let sql = "INSERT INTO screening_hits (counterparty, list, entry, hit) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (counterparty, list, entry) DO UPDATE SET hit = excluded.hit";
    for row in hits {
        let upsert = sqlx::query(sql).bind(&row.counterparty).bind(&row.list).bind(&row.entry).bind(&row.body);
        upsert.execute(&mut *connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    fn row(id: &str, party: &str) -> CounterpartyRow {
        CounterpartyRow { id: id.to_owned(), party: party.to_owned(), updated: at(1) }
    }

    fn of(counterparty: &str, list: &str, body: &str) -> PairRow {
        let [counterparty, list, entry, body] = [counterparty, list, "7", body].map(str::to_owned);
        PairRow { counterparty, list, entry, body }
    }

    #[tokio::test]
    async fn counterparties_keep_their_own_hits_only() {
        let (_folder, state) = fresh().await;
        let rows = [row("a", "{}"), row("b", "{}"), row("c", "{}")];
        state.put_counterparties(&rows, &[of("a", "un-sc", "1"), of("b", "un-sc", "2")]).await.unwrap();
        state.put_counterparties(&[row("a", "[]")], &[of("a", "own-list", "3")]).await.unwrap();
        assert_eq!(state.list_counterparties("", 2).await.unwrap(), [row("a", "[]"), row("b", "{}")]);
        assert_eq!(state.list_hits("a", "b").await.unwrap(), [of("a", "own-list", "3"), of("b", "un-sc", "2")]);
        assert_eq!(state.list_hits_of_list("un-sc").await.unwrap(), [of("b", "un-sc", "2")]);
        assert!(state.delete_counterparty("b").await.unwrap() && !state.delete_counterparty("b").await.unwrap());
        assert_eq!(state.list_hits_of_list("un-sc").await.unwrap(), []);
        assert_eq!(state.count_counterparties().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_screening_is_kept_with_the_version_that_it_was_against() {
        let (_folder, state) = fresh().await;
        state.put_counterparties(&[row("a", "{}"), row("b", "{}")], &[of("a", "un-sc", "1")]).await.unwrap();
        let step = ScreeningStep {
            put: vec![of("b", "un-sc", "2")],
            cleared: vec![of("a", "un-sc", "")],
            list: ("un-sc".to_owned(), "4f".to_owned()),
        };
        state.put_screening(&step).await.unwrap();
        assert_eq!(state.list_hits_of_list("un-sc").await.unwrap(), [of("b", "un-sc", "2")]);
        assert_eq!(state.screened_lists().await.unwrap(), [("un-sc".to_owned(), "4f".to_owned())]);
    }

    #[tokio::test]
    async fn decisions_are_audited_and_outlive_their_counterparty() {
        let (_folder, state) = fresh().await;
        state.put_counterparties(&[row("a", "{}")], &[of("a", "un-sc", "1")]).await.unwrap();
        let [actor, via, action, subject, detail] = ["ada", "api", "decide", "a", "{}"].map(str::to_owned);
        let audit = AuditDraft { at: at(5), actor, via, action, subject, detail };
        state.put_decision(&of("a", "un-sc", "no"), &audit).await.unwrap();
        state.put_decision(&of("a", "un-sc", "yes"), &audit).await.unwrap();
        state.delete_counterparty("a").await.unwrap();
        assert_eq!(state.list_decisions("a", "a").await.unwrap(), [of("a", "un-sc", "yes")]);
        assert_eq!(state.list_decisions_of_list("un-sc").await.unwrap().len(), 1);
        assert_eq!(state.verify_audit().await.unwrap().entries, 2);
    }
}
