//! Registries, asked about packages where the user allows it: npm, PyPI and crates.io become [`Facts`].
//!
//! ```text
//! packages ─► memory ─► Redis ─► state ─► registry (paced, bounded) ─► Record ─► Facts
//! ```
//!
//! Names leave the machine here, so nothing asks unless it is switched on, and nobody is asked who is not configured: no
//! address is compiled in. What a registry does not say stays unknown, is counted and told once; the judgement goes on
//! by what is known. Redis, which nodes share, is asked where it is configured; it stands behind [`Cache`].

mod address;
mod clients;
mod read;
mod record;
#[cfg(test)]
mod tests;

use super::Supply;
use super::outside::{Limits, Outside, Unanswered, join};
use crate::clock::now;
use crate::config;
use address::{Address, Addresses, Credential, Trust, what_to_set};
use futures::{StreamExt as _, stream};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use palisade_model::Timestamp;
use palisade_store::{
    State,
    cache::{Cache, Codec, Shared},
};
use palisade_supply::{Ecosystem, Facts, Package};
use record::{Record, is_known};
use reqwest::{RequestBuilder, Url};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// One package's own limits. The largest packuments have some thirty megabytes.
const LIMITS: Limits =
    Limits { time_max: Duration::from_secs(20), body_bytes_max: 64 << 20, concurrent_max: CONCURRENT_MAX };
const CONCURRENT_MAX: usize = 8;
/// Letters of a name; no registry takes longer ones.
const NAME_BYTES_MAX: usize = 256;
/// Packages of one look-up that are asked about; those that resemble others come first.
const PACKAGES_MAX: usize = 5_000;
/// What is known of a package is believed this long …
const FOUND_HOURS: i64 = 24;
/// … and that there is none, or no such version of it, this long.
const ABSENT_HOURS: i64 = 1;
const HOUR_NANOS: i64 = 3_600_000_000_000;
const MEMORY_BYTES_MAX: u64 = 32 << 20;
const ROWS_MAX: u32 = 100_000;
/// The state is tidied after so many records.
const TIDY_EVERY: u32 = 1_000;

/// Requests a second, and at once: what each registry asks of robots, or a tenth of what people's clients do. An index of
/// cargo's is files, made to be fetched; the API beside it is not.
fn pace((ecosystem, of_index): Paced) -> Quota {
    let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    match ecosystem {
        Ecosystem::Cargo if !of_index => Quota::per_second(number(1)).allow_burst(number(5)),
        Ecosystem::PyPi => Quota::per_second(number(10)),
        _ => Quota::per_second(number(20)),
    }
}

/// What has a pace of its own: an ecosystem's registry, or its index.
type Paced = (Ecosystem, bool);
const PACED: [Paced; 4] =
    [(Ecosystem::Npm, false), (Ecosystem::PyPi, false), (Ecosystem::Cargo, false), (Ecosystem::Cargo, true)];

/// Registries that may be asked. Clones share caches and limits.
#[derive(Clone)]
pub struct Registries {
    inner: Arc<Inner>,
}

struct Inner {
    addresses: Addresses,
    outside: Outside,
    memory: Cache<Arc<Kept>>,
    state: Option<State>,
    paces: HashMap<Paced, DefaultDirectRateLimiter>,
    /// What is known of the APIs beside indexes of cargo's.
    apis: Mutex<HashMap<Url, Api>>,
    /// What was told and has not ended.
    told: Mutex<BTreeSet<(Ecosystem, Unknown)>>,
    kept: AtomicU32,
}

/// The API beside an index of cargo's.
#[derive(Clone, Default)]
struct Api {
    /// Where the index says that it is; `None` where there is none.
    url: Option<Url>,
    /// It has known a crate.
    serves: bool,
}

struct Kept {
    record: Record,
    fetched: Timestamp,
    bytes: usize,
}

/// How records are written for Redis. Others may write there: what is no record within the bounds is none.
const CODEC: Codec<Arc<Kept>> = Codec {
    encode: |kept| serde_json::to_vec(&kept.record).ok(),
    decode: |bytes, fetched| {
        let record: Record = serde_json::from_slice(bytes).ok()?;
        record.is_within_bounds().then(|| Arc::new(Kept { record, fetched, bytes: bytes.len() }))
    },
};

/// Why nothing is known of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Unknown {
    NotConfigured,
    NoName,
    Late,
    Unanswered(Unanswered),
}

/// What registries say of packages.
#[derive(Debug, Default)]
pub struct Public {
    facts: HashMap<Package, Facts>,
    unknown: BTreeMap<(Ecosystem, Unknown), usize>,
}

impl Public {
    /// What is known of `package`; nothing where nobody looked.
    #[must_use]
    pub fn facts(&self, package: &Package) -> Facts {
        self.facts.get(package).cloned().unwrap_or_default()
    }

    /// Adds what stays unknown in `other`.
    pub fn count_unknown(&mut self, other: &Self) {
        for (reason, count) in &other.unknown {
            *self.unknown.entry(*reason).or_default() += count;
        }
    }

    /// What a registry did not say, one sentence a reason.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        self.unknown.iter().map(|((ecosystem, reason), count)| said(*ecosystem, *reason, *count)).collect()
    }
}

fn said(ecosystem: Ecosystem, reason: Unknown, count: usize) -> String {
    let packages = format!("{count} package{} judged without it", if count == 1 { " is" } else { "s are" });
    match reason {
        Unknown::NotConfigured => format!("{} ({packages})", what_to_set(ecosystem)),
        Unknown::NoName => {
            format!("the registry of {ecosystem} was not asked about what is no name there ({packages})")
        }
        Unknown::Late => format!("there was no time left to ask the registry of {ecosystem} ({packages})"),
        Unknown::Unanswered(reason) => format!("the registry of {ecosystem}: {reason} ({packages})"),
    }
}

impl Registries {
    /// Registries as they are configured, for a process that works in the present folder. What they say is kept in
    /// `state`, where there is one, and in Redis where that is configured.
    ///
    /// # Errors
    /// When the system's certificates cannot be read, or the address of Redis is none.
    pub fn open(config: &config::Config, state: Option<State>) -> anyhow::Result<Self> {
        let addresses = Addresses::read(&config.supply.registries, &clients::Process, Path::new(""));
        Self::with(addresses, (config.redis.shared()?, state), LIMITS)
    }

    fn with(
        addresses: Addresses,
        (shared, state): (Option<Shared>, Option<State>),
        limits: Limits,
    ) -> anyhow::Result<Self> {
        let memory_ttl = Duration::from_nanos((FOUND_HOURS * HOUR_NANOS) as u64);
        let memory = Cache::with_bytes("registry", MEMORY_BYTES_MAX, memory_ttl, |kept: &Arc<Kept>| kept.bytes);
        let memory = match shared {
            Some(shared) => memory.sharing(shared, CODEC),
            None => memory,
        };
        let inner = Inner {
            addresses,
            outside: Outside::new(limits)?,
            memory,
            state,
            paces: PACED.map(|paced| (paced, RateLimiter::direct(pace(paced)))).into(),
            apis: Mutex::default(),
            told: Mutex::default(),
            kept: AtomicU32::new(0),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Asks about `packages` for at most `time_max`: first about those whose name resembles another.
    pub async fn look_up(&self, supply: &Supply, packages: Vec<Package>, time_max: Duration) -> Public {
        let deadline = Instant::now() + time_max;
        let mut of_name: BTreeMap<(Ecosystem, String), Vec<Package>> = BTreeMap::new();
        for package in packages.into_iter().filter(|package| is_known(package.ecosystem)) {
            let name = package.ecosystem.normalize(&package.name).into_owned();
            of_name.entry((package.ecosystem, name)).or_default().push(package);
        }
        let now = now();
        let target = |package: &Package| {
            let found = supply.names().assess(package, &Facts::default(), now).suspicion;
            found.filter(|found| found.ecosystem == package.ecosystem).map(|found| Package {
                name: found.target,
                version: None,
                ..package.clone()
            })
        };
        let mut jobs: Vec<_> = of_name.into_values().map(|versions| (target(&versions[0]), versions)).collect();
        jobs.sort_by_key(|(target, _)| target.is_none());
        let asked = jobs.into_iter().enumerate().map(|(index, (target, versions))| {
            let inner = Arc::clone(&self.inner);
            async move {
                let facts = match index < PACKAGES_MAX {
                    true => inner.facts(&versions, target.as_ref(), deadline).await,
                    false => Err(Unknown::Late),
                };
                (versions, facts)
            }
        });
        let answers: Vec<_> = stream::iter(asked).buffer_unordered(CONCURRENT_MAX).collect().await;
        let mut public = Public::default();
        for (versions, facts) in answers {
            match facts {
                Ok(facts) => public.facts.extend(versions.into_iter().zip(facts)),
                Err(reason) => *public.unknown.entry((versions[0].ecosystem, reason)).or_default() += versions.len(),
            }
        }
        self.inner.tell(&public);
        public
    }
}

impl Inner {
    /// The facts about each of several versions of one package.
    async fn facts(
        &self,
        versions: &[Package],
        target: Option<&Package>,
        deadline: Instant,
    ) -> Result<Vec<Facts>, Unknown> {
        let first = &versions[0];
        let address = self.addresses.of(first).ok_or(Unknown::NotConfigured)?;
        let record = async {
            let record = self.record(address, first, versions).await?;
            let is_public = !address.is_of_scope
                && address.credential.is_none()
                && !self.outside.is_internal(&address.url).await.unwrap_or(true);
            Ok::<_, Unknown>((record, is_public))
        };
        let (kept, is_public) = tokio::time::timeout_at(deadline, record).await.unwrap_or(Err(Unknown::Late))?;
        let target = match target.and_then(|target| Some((target, self.addresses.of(target)?))) {
            Some((target, address)) if kept.record.found => {
                // What the other says of itself is worth knowing, but no reason to know nothing.
                tokio::time::timeout_at(deadline, self.record(address, target, &[])).await.ok().and_then(Result::ok)
            }
            _ => None,
        };
        let facts = |package: &Package| {
            let mut facts = kept.record.facts(package);
            if let Some(target) = &target {
                kept.record.compare(&target.record, &mut facts);
            }
            if !is_public {
                facts.found_public = None;
            }
            facts
        };
        Ok(versions.iter().map(facts).collect())
    }

    /// The record from memory, from the state, or from the registry.
    async fn record(&self, address: &Address, package: &Package, versions: &[Package]) -> Result<Arc<Kept>, Unknown> {
        let name = package.ecosystem.normalize(&package.name);
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(Unknown::NoName);
        }
        let key = format!("{} {} {name}", package.ecosystem, address.url);
        let now = now();
        let serves = |kept: &Arc<Kept>| is_fresh(kept, versions, now);
        if let Some(kept) = self.memory.get(key.as_bytes(), now).await.filter(serves) {
            return Ok(kept);
        }
        if let Some(kept) = self.stored(&key, now).await.filter(serves) {
            self.memory.put(key.as_bytes(), Arc::clone(&kept), kept.fetched).await;
            return Ok(kept);
        }
        let record = self.ask(address, package.ecosystem, &name).await?;
        let body = serde_json::to_string(&record).unwrap_or_default();
        let kept = Arc::new(Kept { record, fetched: now, bytes: body.len() });
        self.memory.put(key.as_bytes(), Arc::clone(&kept), now).await;
        if let Some(state) = &self.state
            && let Err(error) = self.store(state, &key, &body, now).await
        {
            tracing::warn!(%error, "what a registry said cannot be kept");
        }
        Ok(kept)
    }

    async fn stored(&self, key: &str, now: Timestamp) -> Option<Arc<Kept>> {
        let found = self.state.as_ref()?.registry_facts(key, hours_before(now, FOUND_HOURS)).await;
        let (body, fetched) = found.ok().flatten()?;
        let record = serde_json::from_str(&body).ok()?;
        Some(Arc::new(Kept { record, fetched, bytes: body.len() }))
    }

    async fn store(
        &self,
        state: &State,
        key: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<(), palisade_store::state::StateError> {
        state.put_registry_facts(key, body, now).await?;
        if self.kept.fetch_add(1, Ordering::Relaxed).is_multiple_of(TIDY_EVERY) {
            state.tidy_registry_facts(hours_before(now, FOUND_HOURS), ROWS_MAX).await?;
        }
        Ok(())
    }

    /// Asks the registry.
    async fn ask(&self, address: &Address, ecosystem: Ecosystem, name: &str) -> Result<Record, Unknown> {
        if ecosystem == Ecosystem::Cargo && address.is_index {
            return self.ask_index(address, name).await;
        }
        let url = match ecosystem {
            Ecosystem::Npm => address.join(&[name]),
            Ecosystem::PyPi => without_simple(address).join(&["pypi", name, "json"]),
            _ => address.join(&["api", "v1", "crates", name]),
        };
        let read = match ecosystem {
            Ecosystem::Npm => read::npm::read,
            Ecosystem::PyPi => read::pypi::read,
            _ => read::crates_io::read,
        };
        let url = url.ok_or(Unknown::NoName)?;
        Ok(self.read(address, ecosystem, url, read).await?.unwrap_or_default())
    }

    /// Asks the API that goes with an index of cargo's, and where that knows nothing the index itself: what stands there
    /// is there, and a registry need not have such an API.
    async fn ask_index(&self, address: &Address, name: &str) -> Result<Record, Unknown> {
        let api = self.api(address).await?;
        if let Some(url) = &api.url {
            let url = join(url, &["api", "v1", "crates", name]).ok_or(Unknown::NoName)?;
            if let Some(record) = self.read(address, Ecosystem::Cargo, url, read::crates_io::read).await? {
                self.remember_api(address, Api { serves: true, ..api });
                return Ok(record);
            }
        }
        let lower = name.to_lowercase();
        let url = read::crates_io::index_path(&lower).and_then(|path| address.join(&path)).ok_or(Unknown::NoName)?;
        let record = self.read(address, Ecosystem::Cargo, url, read::crates_io::read_index).await?;
        if record.is_some() && !api.serves {
            // What has known no crate yet, and not this one, need not be asked about others.
            self.remember_api(address, Api::default());
        }
        Ok(record.unwrap_or_default())
    }

    /// What stands at `url`; `None` where nothing does.
    async fn read(
        &self,
        address: &Address,
        ecosystem: Ecosystem,
        url: Url,
        read: fn(&[u8]) -> Result<Record, serde_json::Error>,
    ) -> Result<Option<Record>, Unknown> {
        let Some(body) = self.get(address, ecosystem, url).await? else { return Ok(None) };
        let record = tokio::task::spawn_blocking(move || read(&body)).await.ok().and_then(Result::ok);
        record.map(Some).ok_or(Unknown::Unanswered(Unanswered::Broken))
    }

    async fn get(&self, address: &Address, ecosystem: Ecosystem, url: Url) -> Result<Option<Vec<u8>>, Unknown> {
        let of_index = address.is_index && url.as_str().starts_with(address.url.as_str());
        if let Some(pace) = self.paces.get(&(ecosystem, of_index)) {
            let clock = DefaultClock::default();
            while let Err(early) = pace.check() {
                tokio::time::sleep(early.wait_time_from(clock.now())).await;
            }
        }
        let is_own = url.host_str() == address.url.host_str();
        let credential = address.credential.as_ref().filter(|_| is_own);
        let by_user = address.trust == Trust::User && is_own;
        let dress = |request| dressed(request, credential);
        self.outside.get(url, by_user, dress).await.map_err(Unknown::Unanswered)
    }

    /// The API that goes with an index of cargo's.
    async fn api(&self, address: &Address) -> Result<Api, Unknown> {
        let known = |apis: &Mutex<HashMap<Url, Api>>| {
            apis.lock().unwrap_or_else(PoisonError::into_inner).get(&address.url).cloned()
        };
        if let Some(api) = known(&self.apis) {
            return Ok(api);
        }
        let config = address.join(&["config.json"]).ok_or(Unknown::NoName)?;
        let body = self.get(address, Ecosystem::Cargo, config).await?.unwrap_or_default();
        let url = read::crates_io::api(&body).map_err(|_| Unknown::Unanswered(Unanswered::Broken))?;
        let url = url.and_then(|api| Address::parse(&api, Trust::Project)).map(|address| address.url);
        let api = Api { url, serves: false };
        self.remember_api(address, api.clone());
        Ok(api)
    }

    fn remember_api(&self, index: &Address, api: Api) {
        self.apis.lock().unwrap_or_else(PoisonError::into_inner).insert(index.url.clone(), api);
    }

    /// Counts what stays unknown, and warns of each reason once until it has ended.
    fn tell(&self, public: &Public) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let answered: BTreeSet<Ecosystem> = public.facts.keys().map(|package| package.ecosystem).collect();
        told.retain(|(ecosystem, _)| !answered.contains(ecosystem));
        for ((ecosystem, reason), count) in &public.unknown {
            let labels = [("ecosystem", ecosystem.to_string())];
            metrics::counter!("palisade_registry_unknown_total", &labels).increment(*count as u64);
            if told.insert((*ecosystem, *reason)) {
                tracing::warn!("{}", said(*ecosystem, *reason, *count));
            }
        }
    }
}

fn dressed(request: RequestBuilder, credential: Option<&Credential>) -> RequestBuilder {
    let request = request.header(reqwest::header::ACCEPT, "application/json");
    match credential {
        None => request,
        Some(Credential::Bearer(token)) => request.bearer_auth(token.reveal()),
        Some(Credential::Basic(pair)) => {
            request.header(reqwest::header::AUTHORIZATION, format!("Basic {}", pair.reveal()))
        }
        Some(Credential::User(user, password)) => request.basic_auth(user, Some(password.reveal())),
    }
}

/// PyPI's JSON stands beside the index, whose address ends with `/simple`.
fn without_simple(address: &Address) -> Address {
    let mut base = address.clone();
    let path = base.url.path().trim_end_matches('/');
    let path = path.strip_suffix("/simple").unwrap_or(path).to_owned();
    base.url.set_path(&path);
    base
}

fn hours_before(now: Timestamp, hours: i64) -> Timestamp {
    Timestamp::from_nanos(now.nanos().saturating_sub(hours * HOUR_NANOS))
}

/// Whether a record still serves for these versions: one that it does not have may have come since.
fn is_fresh(kept: &Arc<Kept>, versions: &[Package], now: Timestamp) -> bool {
    let has = |number: &String| kept.record.versions.iter().any(|version| version.number == *number);
    let whole = kept.record.found && versions.iter().filter_map(|package| package.version.as_ref()).all(has);
    kept.fetched > hours_before(now, if whole { FOUND_HOURS } else { ABSENT_HOURS })
}
