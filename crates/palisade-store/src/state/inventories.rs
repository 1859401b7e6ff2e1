//! Inventories: the packages that something is made of, as JSON that the watch over packages reads.

use crate::state::{State, StateError};
use palisade_model::Timestamp;

/// An inventory as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryRow {
    /// What it is of.
    pub name: String,
    /// Its packages, as JSON.
    pub packages: String,
    /// When it was last put.
    pub updated: Timestamp,
}

impl State {
    /// Keeps the inventory in place of the one of its name.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn put_inventory(&self, inventory: &InventoryRow) -> Result<(), StateError> {
        let sql = "INSERT INTO inventories (name, packages, updated) VALUES ($1, $2, $3) ON CONFLICT (name) \
                   DO UPDATE SET packages = excluded.packages, updated = excluded.updated";
        let upsert = sqlx::query(sql).bind(&inventory.name).bind(&inventory.packages);
        upsert.bind(inventory.updated.nanos()).execute(self.writer()).await?;
        Ok(())
    }

    /// The first `limit` inventories after the name `after`, by name.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_inventories(&self, after: &str, limit: u32) -> Result<Vec<InventoryRow>, StateError> {
        let sql = "SELECT name, packages, updated FROM inventories WHERE name > $1 ORDER BY name LIMIT $2";
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as(sql).bind(after).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        let row = |(name, packages, updated)| InventoryRow { name, packages, updated: Timestamp::from_nanos(updated) };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Removes the inventory. `false` when there is none of this name.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn delete_inventory(&self, name: &str) -> Result<bool, StateError> {
        let delete = sqlx::query("DELETE FROM inventories WHERE name = $1").bind(name);
        Ok(delete.execute(self.writer()).await?.rows_affected() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    #[tokio::test]
    async fn inventories_are_replaced_paged_and_removed() {
        let (_folder, state) = fresh().await;
        let row = |name: &str, packages: &str| InventoryRow {
            name: name.to_owned(),
            packages: packages.to_owned(),
            updated: at(1),
        };
        for name in ["b", "a", "c"] {
            state.put_inventory(&row(name, "[]")).await.unwrap();
        }
        state.put_inventory(&row("b", "[1]")).await.unwrap();
        assert_eq!(state.list_inventories("", 2).await.unwrap(), [row("a", "[]"), row("b", "[1]")]);
        assert_eq!(state.list_inventories("b", 2).await.unwrap(), [row("c", "[]")]);
        assert!(state.delete_inventory("a").await.unwrap() && !state.delete_inventory("a").await.unwrap());
    }
}
