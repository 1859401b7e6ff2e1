//! The channels: those of the configuration file, and those that were made through the API and are kept sealed.
//!
//! A channel that acts on this machine (a file, a command) can be set up in the configuration file only: who may write
//! there may act on the machine anyway, who holds an admin key need not.

use super::outbox::StoreOutbox;
use super::{Desk, NoAnswer, Order};
use crate::clock::now;
use palisade_model::{Notification, Reason, Timestamp};
use palisade_notify::{
    ChannelSettings, ChannelStatus, Dispatcher, Http, OpenChannel, SettingsError, Site, keep_masked,
};
use palisade_response::Actor;
use palisade_store::State;
use palisade_store::state::{ChannelRow, Seal, StateError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Channels that may be made through the API.
const CHANNELS_MAX: usize = 200;

/// All channels, and delivery to them.
pub struct Channels {
    state: State,
    seal: Seal,
    site: Site,
    http: Http,
    desk: Desk,
    dispatcher: Dispatcher,
    /// By name; with whether it stands in the configuration file. Held while channels change.
    open: Mutex<BTreeMap<String, Held>>,
}

/// A channel that is open.
struct Held {
    channel: Arc<OpenChannel>,
    /// The settings with their secrets, where the channel was made through the API.
    settings: Option<Value>,
}

/// A channel as people see it.
pub struct Shown {
    /// Its name.
    pub name: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// Whether it stands in the configuration file.
    pub configured: bool,
    /// Its settings, secrets masked.
    pub settings: Value,
}

/// Why a channel was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// There is none of this name.
    #[error("there is no channel of this name")]
    NotFound,
    /// It stands in the configuration file.
    #[error("the channel stands in the configuration file: change it there")]
    Configured,
    /// Its kind acts on this machine.
    #[error("channels of the kind {0} act on this machine and can be set up in the configuration file only")]
    OnThisMachine(&'static str),
    /// There are too many.
    #[error("there are {CHANNELS_MAX} channels, which is the limit")]
    TooMany,
    /// What was sent is not the settings of a channel.
    #[error("{0}")]
    Form(String),
    /// A setting cannot stay as it is.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// It could not be kept.
    #[error(transparent)]
    State(#[from] StateError),
    /// It was not noted in time.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

impl Channels {
    /// Opens the channels and begins to deliver to them.
    ///
    /// # Errors
    /// When a channel of the configuration cannot be opened, or the state not be read.
    pub async fn start(
        configured: &[ChannelSettings],
        site: Site,
        desk: Desk,
        state: State,
        seal: Seal,
    ) -> anyhow::Result<Self> {
        let http = Http::new()?;
        let mut open = BTreeMap::new();
        for settings in configured {
            let name = settings.name.clone();
            let channel = OpenChannel::open(settings.clone(), &site, &http)
                .map_err(|error| anyhow::anyhow!("the channel {name:?}: {error}"))?;
            if open.insert(name.clone(), Held { channel: Arc::new(channel), settings: None }).is_some() {
                anyhow::bail!("there are two channels called {name:?}");
            }
        }
        for row in state.list_channels(&seal).await? {
            match reopen(&row, &site, &http) {
                Ok(held) => drop(open.entry(row.name).or_insert(held)),
                Err(error) => tracing::error!(channel = row.name, %error, "a channel cannot be opened"),
            }
        }
        let outbox = Arc::new(StoreOutbox::new(state.clone(), now));
        let mut seed = [0; 8];
        getrandom::fill(&mut seed)?;
        let dispatcher = Dispatcher::start(outbox, Arc::new(now), u64::from_le_bytes(seed)).await?;
        let channels = Self { state, seal, site, http, desk, dispatcher, open: Mutex::new(open) };
        {
            let open = channels.open.lock().await;
            channels.set(&open).await;
        }
        Ok(channels)
    }

    /// Wakes delivery whenever messages are written, until the server stops.
    pub async fn follow(&self, stopping: impl Future<Output = ()>) {
        let mut stopping = std::pin::pin!(stopping);
        loop {
            tokio::select! {
                () = self.desk.written() => self.dispatcher.wake(),
                () = &mut stopping => return,
            }
        }
    }

    /// Ends delivery once what is on its way has arrived or failed.
    pub async fn stop(&self) {
        self.dispatcher.stop().await;
    }

    /// Makes the channels known to the desk and to delivery.
    async fn set(&self, open: &BTreeMap<String, Held>) {
        self.desk.know_channels(open.keys().cloned());
        let channels = open.values().map(|held| Arc::clone(&held.channel)).collect();
        if let Err(error) = self.dispatcher.set_channels(channels).await {
            tracing::error!(%error, "what waits for channels that are gone could not be given up");
        }
    }

    /// All channels, by name.
    pub async fn list(&self) -> Vec<Shown> {
        self.open.lock().await.iter().map(|(name, held)| show(name, held)).collect()
    }

    /// How delivery to each fares, by name.
    #[must_use]
    pub fn status(&self) -> Vec<ChannelStatus> {
        self.dispatcher.status()
    }

    /// The channels that are open.
    pub async fn open(&self) -> Vec<Arc<OpenChannel>> {
        self.open.lock().await.values().map(|held| Arc::clone(&held.channel)).collect()
    }

    /// Makes the channel, or changes it. Secrets that are masked in `settings` stay as they were.
    ///
    /// # Errors
    /// When the settings cannot be used or kept.
    pub async fn put(&self, actor: Actor, name: &str, mut settings: Value) -> Result<Shown, ChannelError> {
        let mut open = self.open.lock().await;
        match open.get(name) {
            Some(Held { settings: None, .. }) => return Err(ChannelError::Configured),
            Some(Held { settings: Some(old), .. }) => keep_masked(&mut settings, old),
            None if open.len() >= CHANNELS_MAX => return Err(ChannelError::TooMany),
            None => {}
        }
        let members = settings.as_object_mut().ok_or_else(|| ChannelError::Form("it is no JSON object".to_owned()))?;
        members.insert("name".to_owned(), Value::from(name));
        let row =
            ChannelRow { name: name.to_owned(), kind: String::new(), settings: settings.to_string(), updated: now() };
        let held = reopen(&row, &self.site, &self.http)?;
        let kind = held.channel.row();
        if kind.on_this_machine {
            return Err(ChannelError::OnThisMachine(kind.name));
        }
        self.state.put_channel(&ChannelRow { kind: kind.name.to_owned(), ..row }, &self.seal).await?;
        let shown = show(name, &held);
        open.insert(name.to_owned(), held);
        self.set(&open).await;
        self.note(actor, "channel.put", name, serde_json::json!({ "kind": kind.name })).await?;
        Ok(shown)
    }

    /// Removes the channel; what waits for it goes to the dead letters.
    ///
    /// # Errors
    /// When there is none, or it stands in the configuration file.
    pub async fn delete(&self, actor: Actor, name: &str) -> Result<(), ChannelError> {
        let mut open = self.open.lock().await;
        match open.get(name) {
            None => return Err(ChannelError::NotFound),
            Some(Held { settings: None, .. }) => return Err(ChannelError::Configured),
            Some(_) => {}
        }
        self.state.delete_channel(name).await?;
        open.remove(name);
        self.set(&open).await;
        self.note(actor, "channel.delete", name, Value::Null).await
    }

    /// Writes a test message for the channel into the outbox and says its id.
    ///
    /// # Errors
    /// When there is no such channel.
    pub async fn test(&self, actor: Actor, name: &str) -> Result<String, ChannelError> {
        if !self.open.lock().await.contains_key(name) {
            return Err(ChannelError::NotFound);
        }
        let decided_at = now();
        let id = format!("test/{name}/{}", decided_at.nanos());
        let (group_key, channel) = (id.clone(), name.to_owned());
        let message = Notification {
            id: id.clone(),
            channel,
            decided_at,
            reason: Reason::Test,
            group_key,
            ..Notification::default()
        };
        let note = Order::Note { action: "channel.test", subject: name.to_owned(), detail: Value::Null };
        self.desk.orders(actor, vec![note, Order::Tell(Box::new(message))]).await?;
        Ok(id)
    }

    /// Has a message that was given up tried again. `false` when there is none with this id.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn retry(&self, actor: Actor, id: &str, now: Timestamp) -> Result<bool, ChannelError> {
        let revived = self.state.revive_outbox(id, now).await?;
        if revived {
            self.dispatcher.wake();
            self.note(actor, "message.retry", id, Value::Null).await?;
        }
        Ok(revived)
    }

    async fn note(&self, actor: Actor, action: &'static str, subject: &str, detail: Value) -> Result<(), ChannelError> {
        let note = Order::Note { action, subject: subject.to_owned(), detail };
        self.desk.order(actor, note).await.map(drop).map_err(ChannelError::from)
    }
}

fn reopen(row: &ChannelRow, site: &Site, http: &Http) -> Result<Held, ChannelError> {
    let form = |error: serde_json::Error| ChannelError::Form(error.to_string());
    let settings: Value = serde_json::from_str(&row.settings).map_err(form)?;
    let parsed: ChannelSettings = serde_json::from_value(settings.clone()).map_err(form)?;
    let channel = Arc::new(OpenChannel::open(parsed, site, http)?);
    Ok(Held { channel, settings: Some(settings) })
}

fn show(name: &str, held: &Held) -> Shown {
    let settings = serde_json::to_value(held.channel.settings()).unwrap_or_default();
    Shown { name: name.to_owned(), kind: held.channel.row().name, configured: held.settings.is_none(), settings }
}
