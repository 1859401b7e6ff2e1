//! `POST /api/v1/hooks/…`: reports of code hosts, which sign what they send; no key is asked for. The answer comes at once,
//! the work is done behind a queue ([`crate::supply::hooks`]).

use super::problem::{Kind, Problem};
use super::schema::ProblemSchema;
use super::{Api, body, body::Received};
use crate::supply::hooks::{Host, Refused, Taken};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoResponses, ToSchema};

/// A report names commits and files, not their content.
const BODY_BYTES_MAX: usize = 8 << 20;
/// Where too many changes wait: as long as one of them takes.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// What became of a report.
#[derive(Serialize, ToSchema)]
pub struct HookReceipt {
    /// `queued`: the change will be judged; `ignored`: it concerns no packages.
    status: &'static str,
}

/// What each of the hosts is answered.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers, nobody makes one of it")]
enum HookAnswers {
    /// It is genuine; manifests that changed will be judged
    #[response(status = 202)]
    Taken(HookReceipt),
    /// Not configured, not genuine, or too large
    #[response(status = "4XX", content_type = "application/problem+json")]
    Refused(ProblemSchema),
    /// Too many changes wait; Retry-After says when to come back
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(ProblemSchema),
}

/// Take a report of GitHub
#[utoipa::path(post, path = "/api/v1/hooks/github", tag = "packages",
    description = "Events `push` and `pull_request`, as JSON. Signed by GitHub (`X-Hub-Signature-256`); no key.",
    request_body(content((Object = "application/json"))),
    responses(HookAnswers))]
pub async fn github(state: State<Arc<Api>>, request: Request) -> Result<(StatusCode, Json<HookReceipt>), Problem> {
    take(state, Host::GitHub, request).await
}

/// Take a report of GitLab
#[utoipa::path(post, path = "/api/v1/hooks/gitlab", tag = "packages",
    description = "Push and merge request events. Known by the secret token (`X-Gitlab-Token`); no key.",
    request_body(content((Object = "application/json"))),
    responses(HookAnswers))]
pub async fn gitlab(state: State<Arc<Api>>, request: Request) -> Result<(StatusCode, Json<HookReceipt>), Problem> {
    take(state, Host::GitLab, request).await
}

/// Take a report of Bitbucket
#[utoipa::path(post, path = "/api/v1/hooks/bitbucket", tag = "packages",
    description = "Events `repo:push`, `pullrequest:created` and `pullrequest:updated`. Signed by Bitbucket (`X-Hub-Signature`); no key.",
    request_body(content((Object = "application/json"))),
    responses(HookAnswers))]
pub async fn bitbucket(state: State<Arc<Api>>, request: Request) -> Result<(StatusCode, Json<HookReceipt>), Problem> {
    take(state, Host::Bitbucket, request).await
}

async fn take(
    State(api): State<Arc<Api>>,
    host: Host,
    request: Request,
) -> Result<(StatusCode, Json<HookReceipt>), Problem> {
    api.hooks.hears(host)?;
    let Received { parts, bytes, permit: _permit } = body::take(&api, host.name(), request, BODY_BYTES_MAX).await?;
    let status = match api.hooks.take(host, &parts.headers, &bytes).await? {
        Taken::Queued => "queued",
        Taken::Ignored => "ignored",
    };
    Ok((StatusCode::ACCEPTED, Json(HookReceipt { status })))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let said = refused.to_string();
        match refused {
            Refused::NotConfigured => Self::new(Kind::NotFound, said),
            Refused::NotSigned => Self::new(Kind::Forbidden, said),
            Refused::NoJson => Self::new(Kind::Malformed, said),
            Refused::NotKept => Self::new(Kind::Unavailable, said).retry_after(RETRY_AFTER),
            Refused::Full => Self::new(Kind::Overloaded, said).retry_after(RETRY_AFTER),
        }
    }
}
