//! Channels that were made through the API. Their settings hold passwords and tokens, so they are kept sealed.

use crate::state::{Seal, State, StateError};
use palisade_model::Timestamp;

/// A channel as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// The name by which routes call it.
    pub name: String,
    /// Its sort.
    pub kind: String,
    /// Its settings as JSON, secrets among them.
    pub settings: String,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl std::fmt::Debug for ChannelRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ChannelRow").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl State {
    /// Keeps the channel in place of the one of its name.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn put_channel(&self, channel: &ChannelRow, seal: &Seal) -> Result<(), StateError> {
        let sealed = seal.close(&channel.name, &channel.settings)?;
        let sql = "INSERT INTO channels (name, kind, sealed, updated) VALUES ($1, $2, $3, $4) ON CONFLICT (name) \
                   DO UPDATE SET kind = excluded.kind, sealed = excluded.sealed, updated = excluded.updated";
        let upsert = sqlx::query(sql).bind(&channel.name).bind(&channel.kind).bind(sealed);
        upsert.bind(channel.updated.nanos()).execute(self.writer()).await?;
        Ok(())
    }

    /// Every channel that was put, by name.
    ///
    /// # Errors
    /// When the state cannot be read or a channel was sealed with another key.
    pub async fn list_channels(&self, seal: &Seal) -> Result<Vec<ChannelRow>, StateError> {
        let sql = "SELECT name, kind, sealed, updated FROM channels ORDER BY name";
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(sql).fetch_all(self.reader()).await?;
        let open = |(name, kind, sealed, updated): (String, String, String, i64)| {
            let settings = seal.open(&name, &sealed)?;
            Ok(ChannelRow { name, kind, settings, updated: Timestamp::from_nanos(updated) })
        };
        rows.into_iter().map(open).collect()
    }

    /// Removes the channel. `false` when there is none of this name.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn delete_channel(&self, name: &str) -> Result<bool, StateError> {
        let delete = sqlx::query("DELETE FROM channels WHERE name = $1").bind(name);
        Ok(delete.execute(self.writer()).await?.rows_affected() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    #[tokio::test]
    async fn settings_come_back_and_stand_nowhere_in_plain() {
        let (folder, state) = fresh().await;
        let seal = Seal::of_hex(&"a".repeat(64)).unwrap();
        let settings = r#"{"password":"open sesame"}"#.to_owned();
        let channel = ChannelRow { name: "mail".into(), kind: "smtp".into(), settings, updated: at(1) };
        state.put_channel(&ChannelRow { kind: "old".into(), ..channel.clone() }, &seal).await.unwrap();
        state.put_channel(&channel, &seal).await.unwrap();
        assert_eq!(state.list_channels(&seal).await.unwrap(), std::slice::from_ref(&channel));
        assert!(!format!("{channel:?}").contains("sesame"));
        assert!(state.list_channels(&Seal::of_hex(&"b".repeat(64)).unwrap()).await.is_err());
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            #[expect(clippy::disallowed_methods, reason = "a small file of our own")]
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(6).any(|bytes| bytes == b"sesame"));
        }
        assert!(state.delete_channel("mail").await.unwrap() && !state.delete_channel("mail").await.unwrap());
    }
}
