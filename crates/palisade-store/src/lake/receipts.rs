//! Events in the order in which they were received, for what has to see them again after a start.

use super::{
    committer::Lake,
    query::{QueryError, QueryLimits},
    read::{self, Conditions},
};
use deltalake::datafusion::scalar::ScalarValue;
use palisade_model::{Event, Id, Timestamp};
use std::time::Duration;

/// The newest event is looked for in this many days before now: a partition each.
const DAYS_BACK: i64 = 1;

impl Lake {
    /// The first of the events that were received within `window` before the newest of them, and of those at most the
    /// `count_max` latest; `None` when nothing was received since yesterday.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn first_received_within(
        &self,
        window: Duration,
        count_max: usize,
        now: Timestamp,
        limits: &QueryLimits,
    ) -> Result<Option<Id>, QueryError> {
        let newest = self.ids("SELECT id FROM events WHERE {} ORDER BY id DESC LIMIT 1", None, now, limits).await?;
        let Some(newest) = newest else { return Ok(None) };
        let window = i64::try_from(window.as_nanos()).unwrap_or(i64::MAX);
        let from = Timestamp::from_nanos(newest.received().nanos().saturating_sub(window));
        let latest = format!(
            "SELECT min(id) AS id FROM (SELECT id FROM events WHERE {{}} ORDER BY id DESC LIMIT {count_max}) AS latest"
        );
        self.ids(&latest, Some(Id::first_of_block(from, 0)), from, limits).await
    }

    /// At most `count_max` events from `first` on, in the order of their receipt.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn received_from(
        &self,
        first: Id,
        count_max: usize,
        limits: &QueryLimits,
    ) -> Result<Vec<Event>, QueryError> {
        let conditions = since(Some(first), first.received(), 0);
        let rows = self.rows("events", conditions, "id", count_max, limits).await?;
        Ok(rows.into_iter().map(read::event).collect())
    }

    /// The one id that `sql` asks for, with the conditions in place of its `{}`.
    async fn ids(
        &self,
        sql: &str,
        first: Option<Id>,
        day: Timestamp,
        limits: &QueryLimits,
    ) -> Result<Option<Id>, QueryError> {
        let conditions = since(first, day, if first.is_none() { DAYS_BACK } else { 0 });
        let sql = sql.replace("{}", &conditions.all());
        let rows = self.objects(&sql, conditions, &QueryLimits { rows_max: 1, ..limits.clone() }).await?;
        Ok(rows.first().and_then(|row| read::field(row, "id").parse().ok()))
    }
}

/// Received on the day of `time`, less `days_back`, or later; from the id `first` on.
fn since(first: Option<Id>, time: Timestamp, days_back: i64) -> Conditions {
    let mut conditions = Conditions::default();
    let day = i32::try_from(time.days() - days_back).unwrap_or(0);
    conditions.add("day >=", ScalarValue::Date32(Some(day)));
    conditions.add_text("id >=", first.map(|id| id.to_string()).as_deref());
    conditions
}
