//! The audit log: who changed what. It is only ever added to, and each entry carries the hash of the one before it.
//!
//! The hash of an entry is the SHA-256, in lower-case hexadecimal, of eight netstrings (the length in bytes in decimal, a
//! colon, the bytes, a comma) one after the other: the hash of the entry before it (empty for the first), then sequence,
//! at (nanoseconds since the Unix epoch), actor, via, action, subject and detail as they stand in the table, numbers in
//! decimal. A mark beside the table names the last entry, so that cutting off the end shows as well. Who can write to the
//! database can of course make a new chain: keep the head that `palisade audit verify` prints elsewhere, and give it to
//! the next one.

use crate::state::{State, StateError, hex};
use palisade_model::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

/// The mark that names the last entry: sequence and hash.
const HEAD_MARK: &str = "audit.head";
/// Entries that are read at a time while the chain is verified.
const PAGE: i64 = 1_000;

/// One change, before it has a place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditDraft {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// By what way.
    pub via: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else there is to say, as JSON.
    pub detail: String,
}

/// One entry of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place, from 1.
    pub sequence: u64,
    /// What was done.
    pub entry: AuditDraft,
    /// The hash of the entry before it.
    pub previous_hash: String,
    /// Its own.
    pub hash: String,
}

/// What verifying the chain came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditVerdict {
    /// Entries that are as they were written, from the first on.
    pub entries: u64,
    /// The hash of the last of them; empty when there is none.
    pub head: String,
    /// What is wrong with the one after it; `None` when nothing is.
    pub broken: Option<String>,
}

impl State {
    /// Up to `limit` entries, the latest first, before the one of this sequence.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditRow>, StateError> {
        let sql = "SELECT sequence, at, actor, via, action, subject, detail, previous_hash, hash FROM audit \
                   WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2";
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let rows: Vec<Columns> = sqlx::query_as(sql).bind(before).bind(limit as i64).fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    /// Computes the whole chain again.
    ///
    /// # Errors
    /// When the state cannot be read. A broken chain is no error but the verdict.
    pub async fn verify_audit(&self) -> Result<AuditVerdict, StateError> {
        let mut verdict = AuditVerdict::default();
        loop {
            let rows = self.audit_page(verdict.entries).await?;
            if rows.is_empty() {
                verdict.broken = check_head(self.audit_head().await?, &verdict);
                return Ok(verdict);
            }
            for row in rows {
                if let Some(wrong) = wrong(&row, &verdict) {
                    return Ok(AuditVerdict { broken: Some(wrong), ..verdict });
                }
                verdict = AuditVerdict { entries: row.sequence, head: row.hash, broken: None };
            }
        }
    }

    /// Whether there is an entry with this hash.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn has_audit_hash(&self, hash: &str) -> Result<bool, StateError> {
        let sql = "SELECT COUNT(*) FROM audit WHERE hash = $1";
        let count: i64 = sqlx::query_scalar(sql).bind(hash).fetch_one(self.reader()).await?;
        Ok(count > 0)
    }

    async fn audit_page(&self, after: u64) -> Result<Vec<AuditRow>, StateError> {
        let sql = "SELECT sequence, at, actor, via, action, subject, detail, previous_hash, hash FROM audit \
                   WHERE sequence > $1 ORDER BY sequence LIMIT $2";
        let rows: Vec<Columns> = sqlx::query_as(sql).bind(after as i64).bind(PAGE).fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    async fn audit_head(&self) -> Result<Option<String>, StateError> {
        let mark = sqlx::query_scalar("SELECT value FROM marks WHERE name = $1").bind(HEAD_MARK);
        Ok(mark.fetch_optional(self.reader()).await?)
    }
}

/// Adds entries to the chain, in a transaction that has written already.
pub(super) async fn write(entries: &[AuditDraft], connection: &mut SqliteConnection) -> Result<(), StateError> {
    if entries.is_empty() {
        return Ok(());
    }
    let last = "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1";
    let last: Option<(i64, String)> = sqlx::query_as(last).fetch_optional(&mut *connection).await?;
    let (mut sequence, mut previous) = last.unwrap_or_default();
    for entry in entries {
        sequence += 1;
        let hash = hash(&previous, sequence as u64, entry);
        let sql = "INSERT INTO audit (sequence, at, actor, via, action, subject, detail, previous_hash, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let insert = sqlx::query(sql).bind(sequence).bind(entry.at.nanos()).bind(&entry.actor).bind(&entry.via);
        let insert = insert.bind(&entry.action).bind(&entry.subject).bind(&entry.detail).bind(&previous).bind(&hash);
        insert.execute(&mut *connection).await?;
        previous = hash;
    }
    let mark =
        "INSERT INTO marks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(mark).bind(HEAD_MARK).bind(format!("{sequence}:{previous}")).execute(connection).await?;
    Ok(())
}

fn hash(previous: &str, sequence: u64, entry: &AuditDraft) -> String {
    let (sequence, at) = (sequence.to_string(), entry.at.nanos().to_string());
    let parts = [previous, &sequence, &at, &entry.actor, &entry.via, &entry.action, &entry.subject, &entry.detail];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_string());
        digest.update(":");
        digest.update(part);
        digest.update(",");
    }
    hex(&digest.finalize())
}

fn wrong(row: &AuditRow, sofar: &AuditVerdict) -> Option<String> {
    let sequence = row.sequence;
    if sequence != sofar.entries + 1 {
        return Some(format!("entry {} is missing", sofar.entries + 1));
    }
    if row.previous_hash != sofar.head {
        return Some(format!("entry {sequence} does not follow the one before it"));
    }
    let changed = row.hash != hash(&row.previous_hash, sequence, &row.entry);
    changed.then(|| format!("entry {sequence} was changed after it was written"))
}

/// Whether the mark of the last entry names another one than was found.
fn check_head(mark: Option<String>, found: &AuditVerdict) -> Option<String> {
    let mark = mark.unwrap_or_else(|| "0:".to_owned());
    let differs = mark != format!("{}:{}", found.entries, found.head);
    differs.then(|| format!("entries after {} are missing", found.entries))
}

type Columns = (i64, i64, String, String, String, String, String, String, String);

impl From<Columns> for AuditRow {
    fn from((sequence, at, actor, via, action, subject, detail, previous_hash, hash): Columns) -> Self {
        let entry = AuditDraft { at: Timestamp::from_nanos(at), actor, via, action, subject, detail };
        Self { sequence: u64::try_from(sequence).unwrap_or(0), entry, previous_hash, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        ResponseStep,
        database::tests::{at, fresh},
    };

    fn entry(subject: &str) -> AuditDraft {
        let [actor, via, action] = ["ann", "api", "alert.acknowledge"].map(str::to_owned);
        AuditDraft { at: at(0), actor, via, action, subject: subject.into(), detail: "{}".into() }
    }

    async fn written(entries: &[&str]) -> (tempfile::TempDir, State) {
        let (folder, state) = fresh().await;
        for pair in entries.chunks(2) {
            let step = ResponseStep { audit: pair.iter().map(|it| entry(it)).collect(), ..ResponseStep::default() };
            state.keep_response(&step, at(0)).await.unwrap();
        }
        (folder, state)
    }

    #[tokio::test]
    async fn an_untouched_chain_verifies() {
        let (_folder, state) = written(&["a", "b", "c"]).await;
        let verdict = state.verify_audit().await.unwrap();
        let listed = state.list_audit(None, 2).await.unwrap();
        assert_eq!((verdict.entries, verdict.broken), (3, None));
        assert_eq!((listed[0].sequence, &listed[0].hash, listed[0].entry.subject.as_str()), (3, &verdict.head, "c"));
        assert!(state.has_audit_hash(&verdict.head).await.unwrap() && !state.has_audit_hash("x").await.unwrap());
        assert_eq!(state.list_audit(Some(2), 9).await.unwrap().len(), 1);
        assert_eq!(fresh().await.1.verify_audit().await.unwrap(), AuditVerdict::default(), "an empty one too");
    }

    #[tokio::test]
    async fn whatever_is_changed_shows() {
        for (sql, good, wanted) in [
            ("UPDATE audit SET actor = 'eve' WHERE sequence = 2", 1, "entry 2 was changed after it was written"),
            ("UPDATE audit SET detail = '' WHERE sequence = 3", 2, "entry 3 was changed after it was written"),
            ("DELETE FROM audit WHERE sequence = 1", 0, "entry 1 is missing"),
            ("DELETE FROM audit WHERE sequence = 2", 1, "entry 2 is missing"),
            ("DELETE FROM audit WHERE sequence = 3", 2, "entries after 2 are missing"),
            ("DELETE FROM audit", 0, "entries after 0 are missing"),
            ("UPDATE audit SET previous_hash = 'x' WHERE sequence = 2", 1, "entry 2 does not follow the one before it"),
        ] {
            let (_folder, state) = written(&["a", "b", "c"]).await;
            sqlx::query(sql).execute(state.writer()).await.unwrap();
            let verdict = state.verify_audit().await.unwrap();
            assert_eq!((verdict.entries, verdict.broken.as_deref()), (good, Some(wanted)), "{sql}");
        }
    }

    #[test]
    fn the_hash_is_over_netstrings() {
        // printf '0:,1:1,19:1795000000000000000,3:ann,3:api,17:alert.acknowledge,1:a,2:{},' | sha256sum
        let wanted = "1c104a4a3f00d2830f724513643bdc52d95ecc08339df63cadcb8e9af227dbd7";
        assert_eq!(hash("", 1, &entry("a")), wanted);
    }
}
