//! `/api/v2/status`, `/api/v2/receivers` and the health checks.

use super::forms::Receiver;
use super::{Answer, Client};
use crate::api::Api;
use axum::Json;
use axum::extract::State;
use palisade_model::Timestamp;
use palisade_store::state::Scope;
use serde::Serialize;
use std::sync::Arc;

/// `alertmanagerStatus`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    cluster: Cluster,
    version_info: VersionInfo,
    config: Config,
    uptime: Timestamp,
}

#[derive(Serialize)]
struct Cluster {
    name: &'static str,
    status: &'static str,
    peers: [(); 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionInfo {
    branch: &'static str,
    build_date: &'static str,
    build_user: &'static str,
    go_version: &'static str,
    revision: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Config {
    original: String,
}

/// The server's version and a configuration that `amtool` can read. Routes are Palisade's own and not shown in it.
pub(super) async fn status(State(api): State<Arc<Api>>, Client(caller): Client) -> Answer<Status> {
    caller.may(Scope::Read)?;
    let names = channels(&api);
    let receivers: String = names.iter().map(|name| format!("- name: {}\n", quoted(name))).collect();
    let first = names.first().map_or_else(|| quoted("default"), |name| quoted(name));
    Ok(Json(Status {
        cluster: Cluster { name: "palisade", status: "disabled", peers: [] },
        version_info: VersionInfo {
            branch: "",
            build_date: "",
            build_user: "",
            go_version: "",
            revision: "",
            version: env!("CARGO_PKG_VERSION"),
        },
        config: Config { original: format!("route:\n  receiver: {first}\nreceivers:\n{receivers}") },
        uptime: api.started,
    }))
}

/// A text as YAML has it, which takes every JSON text.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

pub(super) async fn receivers(State(api): State<Arc<Api>>, Client(caller): Client) -> Answer<Vec<Receiver>> {
    caller.may(Scope::Read)?;
    Ok(Json(channels(&api).into_iter().map(|name| Receiver { name }).collect()))
}

fn channels(api: &Api) -> Vec<String> {
    let mut names = api.desk.channels();
    if names.is_empty() {
        names.push("default".to_owned());
    }
    names
}

/// The server answers.
pub(super) async fn alive() -> &'static str {
    "OK"
}
