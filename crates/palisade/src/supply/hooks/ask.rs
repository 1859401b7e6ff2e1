//! The APIs of code hosts: which files changed, what is in them, and the status of a commit.

use super::change::{Change, Paths};
use super::{Host, Settings};
use crate::supply::outside::{Outside, Unanswered, join};
use palisade_supply::manifest::Format;
use reqwest::{RequestBuilder, Url, header};
use serde_json::{Value, json};

/// Files of a page, as many as each of the hosts allows.
const PAGE: usize = 100;
/// Files of a change that are looked through for manifests.
pub(super) const FILES_MAX: usize = 2_000;
/// Letters of a status; GitHub allows no more.
const DESCRIPTION_CHARS_MAX: usize = 140;
const JSON: &str = "application/json";
/// The content of a file as it is, not wrapped in JSON.
const GITHUB_RAW: &str = "application/vnd.github.raw+json";
/// What the status is called.
const NAME: &str = "palisade/packages";

/// What a commit is told.
pub(super) struct Status {
    pub(super) is_good: bool,
    pub(super) description: String,
}

/// Asks one code host.
pub(super) struct Asker<'a> {
    pub(super) outside: &'a Outside,
    pub(super) settings: &'a Settings,
    pub(super) change: &'a Change,
}

impl Asker<'_> {
    /// The paths of manifests that the change touches, and whether those are all.
    pub(super) async fn manifests(&self) -> Result<(Vec<String>, bool), Unanswered> {
        let (paths, all) = match &self.change.paths {
            Paths::Known(paths) => (paths.clone(), true),
            asked => self.listed(asked).await?,
        };
        Ok((paths.into_iter().filter(|path| Format::may_be(path)).collect(), all))
    }

    /// Asks page by page.
    async fn listed(&self, paths: &Paths) -> Result<(Vec<String>, bool), Unanswered> {
        let mut found = Vec::new();
        for page in 1..=FILES_MAX / PAGE {
            let Some(body) = self.get(self.list(paths, page), JSON).await? else { return Err(Unanswered::Status(404)) };
            let body: Value = serde_json::from_slice(&body).map_err(|_| Unanswered::Broken)?;
            let list = match (self.change.host, paths) {
                (Host::GitHub, Paths::Since(_)) => &body["files"],
                (Host::GitLab, Paths::Since(_)) => &body["diffs"],
                (Host::Bitbucket, _) => &body["values"],
                _ => &body,
            };
            let list = list.as_array().ok_or(Unanswered::Broken)?;
            let path = |entry: &Value| {
                let places = ["/filename", "/new_path", "/new/path"];
                places.iter().find_map(|place| Some(entry.pointer(place)?.as_str()?.to_owned()))
            };
            found.extend(list.iter().filter_map(path));
            // A comparison of GitLab's has one page.
            if list.len() < PAGE || matches!((self.change.host, paths), (Host::GitLab, Paths::Since(_))) {
                return Ok((found, true));
            }
        }
        Ok((found, false))
    }

    fn list(&self, paths: &Paths, page: usize) -> Option<Url> {
        let Change { repository, commit, .. } = self.change;
        let number;
        let range;
        let mut parts: Vec<&str> = match self.change.host {
            Host::GitHub => vec!["repos"],
            Host::GitLab => vec!["projects"],
            Host::Bitbucket => vec!["repositories"],
        };
        parts.extend(repository.split('/'));
        match (self.change.host, paths) {
            (_, Paths::OfRequest(request)) => {
                number = request.to_string();
                parts.extend(match self.change.host {
                    Host::GitHub => ["pulls", &number, "files"],
                    Host::GitLab => ["merge_requests", &number, "diffs"],
                    Host::Bitbucket => ["pullrequests", &number, "diffstat"],
                });
            }
            (Host::GitHub, Paths::Since(before)) => {
                range = format!("{before}...{commit}");
                parts.extend(["compare", &range]);
            }
            (Host::GitLab, _) => parts.extend(["repository", "compare"]),
            (_, Paths::Since(before)) => {
                range = format!("{commit}..{before}");
                parts.extend(["diffstat", &range]);
            }
            _ => parts.extend(["diffstat", commit]),
        }
        let mut url = join(&self.settings.api, &parts)?;
        let size = if self.change.host == Host::Bitbucket { "pagelen" } else { "per_page" };
        url.query_pairs_mut().append_pair(size, &PAGE.to_string()).append_pair("page", &page.to_string());
        if let (Host::GitLab, Paths::Since(before)) = (self.change.host, paths) {
            url.query_pairs_mut().append_pair("from", before).append_pair("to", commit);
        }
        Some(url)
    }

    /// The content of a file at the commit; `None` where the commit does not have it.
    pub(super) async fn content(&self, path: &str) -> Result<Option<Vec<u8>>, Unanswered> {
        let Change { repository, commit, .. } = self.change;
        let api = &self.settings.api;
        let (owner, name) = repository.split_once('/').unwrap_or((repository, ""));
        let url = match self.change.host {
            Host::GitHub => {
                let parts = ["repos", owner, name, "contents"].into_iter().chain(path.split('/'));
                with_ref(join(api, &parts.collect::<Vec<_>>()), commit)
            }
            Host::GitLab => with_ref(join(api, &["projects", repository, "repository", "files", path, "raw"]), commit),
            Host::Bitbucket => {
                let parts = ["repositories", owner, name, "src", commit].into_iter().chain(path.split('/'));
                join(api, &parts.collect::<Vec<_>>())
            }
        };
        self.get(url, if self.change.host == Host::GitHub { GITHUB_RAW } else { "*/*" }).await
    }

    /// Gives the commit a status.
    pub(super) async fn tell(&self, status: &Status) -> Result<(), Unanswered> {
        let Change { repository, commit, shown, .. } = self.change;
        let (owner, name) = repository.split_once('/').unwrap_or((repository, ""));
        let description: String = status.description.chars().take(DESCRIPTION_CHARS_MAX).collect();
        let word = |good, bad| if status.is_good { good } else { bad };
        let (parts, body) = match self.change.host {
            Host::GitHub => (
                vec!["repos", owner, name, "statuses", commit],
                json!({"state": word("success", "failure"), "context": NAME, "description": description}),
            ),
            Host::GitLab => (
                vec!["projects", repository, "statuses", commit],
                json!({"state": word("success", "failed"), "name": NAME, "description": description}),
            ),
            Host::Bitbucket => (
                vec!["repositories", owner, name, "commit", commit, "statuses", "build"],
                json!({"state": word("SUCCESSFUL", "FAILED"), "key": NAME, "name": NAME, "description": description,
                       "url": format!("https://bitbucket.org/{shown}/commits/{commit}")}),
            ),
        };
        let url = join(&self.settings.api, &parts).ok_or(Unanswered::Broken)?;
        self.outside.post(url, true, &body, |request| self.dressed(request)).await
    }

    async fn get(&self, url: Option<Url>, accept: &'static str) -> Result<Option<Vec<u8>>, Unanswered> {
        let dress = |request: RequestBuilder| self.dressed(request.header(header::ACCEPT, accept));
        self.outside.get(url.ok_or(Unanswered::Broken)?, true, dress).await
    }

    /// Adds the token, in the way of the host.
    fn dressed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.settings.token {
            token if token.is_missing() => request,
            token if self.change.host == Host::GitLab => request.header("private-token", token.reveal()),
            token => request.bearer_auth(token.reveal()),
        }
    }
}

fn with_ref(url: Option<Url>, commit: &str) -> Option<Url> {
    let mut url = url?;
    url.query_pairs_mut().append_pair("ref", commit);
    Some(url)
}
