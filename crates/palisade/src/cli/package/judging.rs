//! Who judges packages that are named: this process with its feeds, which may ask registries, or a running server.

use super::{ONLINE_TIME_MAX, Options};
use crate::cli::client::Client;
use crate::clock::now;
use crate::config::Config;
use crate::parallel::in_parallel;
use crate::supply::registry::{Public, Registries};
use crate::supply::{Answer, Known, Supply};
use anyhow::Context as _;
use palisade_model::{Finding, Verdict};
use palisade_store::State;
use palisade_supply::{
    Package,
    advisory::{Fix, Upgrade},
};
use serde::Deserialize;
use serde_json::json;

/// Packages that a server takes at a time.
const BATCH_MAX: usize = 1_000;
/// Packages about which registries are asked at a time, so that the first answers do not wait for the last.
const ONLINE_MAX: usize = 200;

/// Who judges.
pub(super) enum Judging {
    /// This process.
    Here {
        /// What is known.
        supply: Box<Supply>,
        /// Registries, where they may be asked, and what they did not say.
        online: Option<Box<Online>>,
    },
    /// A running server, by its feeds and its policy.
    Server(Client),
}

/// Registries, and what they did not say of any package so far.
pub(super) struct Online {
    registries: Registries,
    state: State,
    unknown: Public,
}

/// What a server says about each of many.
#[derive(Deserialize)]
struct Reply {
    answers: Vec<Said>,
}

/// What it says about one.
#[derive(Deserialize)]
struct Said {
    verdict: Verdict,
    #[serde(default)]
    fix: Option<String>,
    findings: Vec<Finding>,
}

impl Online {
    /// Registries as they are configured.
    ///
    /// # Errors
    /// When the configuration or the state in the data folder cannot be used.
    pub(super) async fn open(options: &Options) -> anyhow::Result<Self> {
        let config = Config::load(options.config.as_deref())?;
        let state = State::open(&options.data_dir.join("state.db")).await?;
        let registries = Registries::open(&config, Some(state.clone()))?;
        Ok(Self { registries, state, unknown: Public::default() })
    }

    /// What registries say of `packages`.
    pub(super) async fn look_up(&mut self, supply: &Supply, packages: Vec<Package>) -> Public {
        let public = self.registries.look_up(supply, packages, ONLINE_TIME_MAX).await;
        self.unknown.count_unknown(&public);
        public
    }

    /// Says what registries did not say, and puts away what they did.
    pub(super) async fn close(self) {
        self.state.close().await;
        self.unknown.notes().iter().for_each(|note| eprintln!("note: {note}"));
    }
}

impl Judging {
    /// What is said about `packages`, in their order.
    ///
    /// # Errors
    /// When the server does not answer.
    pub(super) async fn answers(&mut self, packages: &[Package]) -> anyhow::Result<Vec<Answer>> {
        let mut answers = Vec::with_capacity(packages.len());
        for piece in packages.chunks(self.piece()) {
            answers.extend(self.answer_piece(piece).await?);
        }
        Ok(answers)
    }

    /// How many packages are judged at a time.
    pub(super) fn piece(&self) -> usize {
        match self {
            Self::Here { online: None, .. } => usize::MAX,
            Self::Here { online: Some(_), .. } => ONLINE_MAX,
            Self::Server(_) => BATCH_MAX,
        }
    }

    async fn answer_piece(&mut self, packages: &[Package]) -> anyhow::Result<Vec<Answer>> {
        match self {
            Self::Here { supply, online } => {
                let public = match online {
                    Some(online) => online.look_up(supply, packages.to_vec()).await,
                    None => Public::default(),
                };
                let now = now();
                let known = |package: &Package| Known { facts: public.facts(package), ..Known::default() };
                let judge = |package: &Package| supply.answer(package, &known(package), now);
                Ok(in_parallel(packages, |piece| piece.iter().map(judge).collect::<Vec<_>>()).concat())
            }
            Self::Server(client) => ask(client, packages).await,
        }
    }

    /// Says what could not be found out.
    pub(super) async fn close(self) {
        if let Self::Here { online: Some(online), .. } = self {
            online.close().await;
        }
    }
}

async fn ask(client: &Client, packages: &[Package]) -> anyhow::Result<Vec<Answer>> {
    let item = |package: &Package| json!({"ecosystem": package.ecosystem.as_str(), "package_name": package.name, "version": package.version});
    let items: Vec<_> = packages.iter().map(item).collect();
    let reply: Reply = client.post("/api/v1/scan", &json!({"items": items})).await?;
    let answers: Vec<Answer> = reply.answers.into_iter().map(answer).collect();
    (answers.len() == packages.len()).then_some(answers).context("the server did not answer about each package")
}

fn answer(said: Said) -> Answer {
    // A server does not say whether the step leaves the line of releases.
    let upgrade = |version| Fix::Upgrade(Upgrade { version, breaking: false });
    Answer { verdict: said.verdict, findings: said.findings, fix: said.fix.map(upgrade), ..Answer::default() }
}
