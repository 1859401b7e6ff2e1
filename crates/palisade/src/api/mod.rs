//! The HTTP API, and OTLP over gRPC ([`grpc`]): every path in one table, one file for each thing that can be asked.
//!
//! A handler finds out who asks ([`auth`]), lets it in ([`crate::pipeline::admission`]), asks the pipeline or the store,
//! and writes the answer. What goes wrong is a [`problem::Problem`]. No handler knows an engine or a wire format of
//! observations: the one is the store's, the other the sources'.

pub mod anomalies;
pub mod auth;
pub mod body;
pub mod businesses;
pub mod entry;
pub mod feeds;
pub mod grpc;
pub mod health;
pub mod hooks;
pub mod hosts;
pub mod ingest;
pub mod inspect;
pub mod journal;
pub mod keys;
pub mod lists;
pub mod metering;
pub mod openapi;
pub mod packages;
pub mod problem;
pub mod query;
pub mod respond;
pub mod rpc_status;
mod schema;
pub mod server;
pub mod stream;

use crate::config::{Config, Limits, Signals};
use crate::desk::{Channels, Desk};
use crate::kyb;
use crate::pipeline::Pipeline;
use crate::pipeline::admission::{Admission, Budgets};
use crate::supply::{Shelf, hooks::Hooks};
use crate::web;
use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use entry::Doors;
use hosts::Hosts;
use metering::Metering;
use metrics_exporter_prometheus::PrometheusHandle;
use palisade_guard::policy::Policy;
use palisade_model::Timestamp;
use palisade_sources::SOURCES;
use palisade_store::{QueryLimits, Store};
use problem::{Kind, Problem};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Every path that is answered, which is also what requests are counted by.
pub const PATHS: [&str; 82] = [
    "/api/v1/events",
    "/v1/logs",
    "/v1/metrics",
    "/v1/traces",
    journal::PATH,
    "/api/v1/write",
    "/api/v1/inspect",
    "/api/v1/scan",
    "/api/v1/manifests",
    "/api/v1/inventories",
    "/api/v1/inventories/{name}",
    "/api/v1/businesses/screen",
    "/api/v1/businesses/compare",
    "/api/v1/businesses/counterparties",
    "/api/v1/businesses/counterparties/{id}",
    "/api/v1/businesses/decisions",
    "/match/{dataset}",
    "/entities/{id}",
    "/search/{dataset}",
    "/catalog",
    "/v2/search",
    "/v2/listinfo",
    "/api/v1/hooks/github",
    "/api/v1/hooks/gitlab",
    "/api/v1/hooks/bitbucket",
    "/api/v1/query",
    "/api/v1/findings",
    "/api/v1/events/{id}",
    "/api/v1/anomalies",
    "/api/v1/anomalies/series",
    "/api/v1/anomalies/{finding}/feedback",
    "/api/v1/stream",
    "/api/v1/keys",
    "/api/v1/keys/{id}",
    "/api/v1/feeds",
    "/api/v1/alerts",
    "/api/v1/alerts/{fingerprint}",
    "/api/v1/alerts/{fingerprint}/acknowledge",
    "/api/v1/alerts/{fingerprint}/unacknowledge",
    "/api/v1/alerts/{fingerprint}/snooze",
    "/api/v1/alerts/{fingerprint}/resolve",
    "/api/v1/silences",
    "/api/v1/silences/{id}",
    "/api/v1/incidents",
    "/api/v1/incidents/figures",
    "/api/v1/incidents/{id}",
    "/api/v1/incidents/{id}/export",
    "/api/v1/channels",
    "/api/v1/channels/{name}",
    "/api/v1/channels/{name}/test",
    "/api/v1/outbox",
    "/api/v1/outbox/{id}/retry",
    "/api/v1/on-call",
    "/api/v1/on-call/{id}",
    "/api/v1/audit",
    "/api/v1/audit/verify",
    "/api/v1/signals/alertmanager",
    "/api/v1/signals/grafana",
    "/api/v1/signals/cloudevents",
    "/api/v1/signals/custom/{name}",
    "/v2/enqueue",
    "/v2/alerts",
    "/v2/alerts/{identifier}/{action}",
    "/api/v2/alerts",
    "/api/v2/alerts/groups",
    "/api/v2/silences",
    "/api/v2/silence/{id}",
    "/api/v2/status",
    "/api/v2/receivers",
    "/slack/interactions",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs.js",
    "/",
    "/live.js",
    "/page.css",
    "/signin",
    "/signout",
    OTHER_PATH,
];

/// What requests to unknown paths are counted under.
pub const OTHER_PATH: &str = "other";

/// What handlers share.
pub struct Api {
    /// Where what comes in goes.
    pub pipeline: Pipeline,
    /// What can be asked.
    pub store: Arc<Store>,
    /// What may come in.
    pub admission: Admission,
    /// How large things may be.
    pub limits: Limits,
    /// Where alerts and incidents are.
    pub desk: Desk,
    /// Where people and tools are told.
    pub channels: Arc<Channels>,
    /// Ways in for signals in forms of their own.
    pub signals: Vec<Signals>,
    /// When the server began.
    pub started: Timestamp,
    /// What the guard's findings amount to.
    pub policy: Policy,
    /// What packages are judged by.
    pub packages: Shelf,
    /// Where code hosts report changes.
    pub hooks: Hooks,
    /// What businesses are screened against.
    pub lists: kyb::Shelf,
    /// Who has shown which bearer token.
    pub bearers: inspect::Bearers,
    /// How much one query may take.
    pub query_limits: QueryLimits,
    /// One place for each query that may run at the same time.
    pub queries: Semaphore,
    /// The names by which the server may be called.
    pub hosts: Hosts,
    /// How requests are counted.
    pub metering: Metering,
    /// What the handler of the sources needs.
    pub doors: Doors,
    /// Renders `/metrics`.
    pub recorder: PrometheusHandle,
}

impl Api {
    /// The state of a server that listens at `listen`. The metrics recorder must be installed before.
    #[must_use]
    pub fn new(
        pipeline: Pipeline,
        (desk, channels): (Desk, Arc<Channels>),
        store: Arc<Store>,
        config: &Config,
        listen: SocketAddr,
        (policy, packages, hooks, lists): (Policy, Shelf, Hooks, kyb::Shelf),
        recorder: PrometheusHandle,
    ) -> Self {
        let limits = config.limits.clone();
        let budgets = Budgets {
            rate_events_per_second: limits.rate_events_per_second,
            rate_events_burst: limits.rate_events_burst,
            in_flight_bytes_max: limits.in_flight_bytes_max,
            in_flight_bytes_per_key_max: limits.in_flight_bytes_per_key_max,
        };
        let query_limits = QueryLimits {
            rows_max: limits.query_rows_max,
            memory_bytes_max: limits.query_memory_bytes_max,
            time_max: limits.query_time_max(),
        };
        Self {
            pipeline,
            desk,
            channels,
            signals: config.signals.clone(),
            started: crate::clock::now(),
            store,
            admission: Admission::new(budgets),
            policy,
            packages,
            hooks,
            lists,
            bearers: inspect::Bearers::new(limits.bearers_max),
            query_limits,
            queries: Semaphore::new(limits.concurrent_queries_max),
            hosts: Hosts::new(listen, &config.server.allowed_hosts),
            metering: Metering::new(),
            doors: Doors::new(&limits),
            limits,
            recorder,
        }
    }
}

/// Every path with its handlers.
pub fn router(api: Arc<Api>) -> Router {
    let mut router = Router::new()
        .route("/api/v1/inspect", post(inspect::inspect))
        .route("/api/v1/scan", post(packages::scan))
        .route("/api/v1/manifests", post(packages::manifest))
        .route("/api/v1/inventories", get(packages::inventories))
        .route("/api/v1/inventories/{name}", axum::routing::delete(packages::forget_inventory))
        .route("/api/v1/businesses/screen", post(businesses::screen::screen))
        .route("/api/v1/businesses/compare", post(businesses::compare::compare))
        .route(
            "/api/v1/businesses/counterparties",
            get(businesses::counterparties::list).post(businesses::counterparties::put),
        )
        .route("/api/v1/businesses/counterparties/{id}", axum::routing::delete(businesses::counterparties::forget))
        .route("/api/v1/businesses/decisions", post(businesses::decisions::decide))
        .route("/match/{dataset}", post(businesses::yente::matches))
        .route("/entities/{id}", get(businesses::yente::get))
        .route("/search/{dataset}", get(businesses::yente::search::search))
        .route("/catalog", get(businesses::yente::search::catalog))
        .route("/v2/search", get(businesses::watchman::search))
        .route("/v2/listinfo", get(businesses::watchman::list_info))
        .route("/api/v1/hooks/github", post(hooks::github))
        .route("/api/v1/hooks/gitlab", post(hooks::gitlab))
        .route("/api/v1/hooks/bitbucket", post(hooks::bitbucket))
        .route(journal::PATH, post(journal::upload))
        .route("/api/v1/query", post(query::query))
        .route("/api/v1/findings", get(lists::findings))
        .route("/api/v1/events/{id}", get(lists::event))
        .route("/api/v1/anomalies", get(anomalies::list))
        .route("/api/v1/anomalies/series", get(anomalies::series))
        .route("/api/v1/anomalies/{finding}/feedback", post(anomalies::feedback))
        .route("/api/v1/stream", get(stream::stream))
        .route("/api/v1/keys", get(keys::list).post(keys::create))
        .route("/api/v1/keys/{id}", axum::routing::delete(keys::revoke))
        .route("/api/v1/feeds", get(feeds::list))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .merge(respond::router())
        .merge(web::router());
    for (index, source) in SOURCES.iter().enumerate() {
        let take = move |state, request: Request| ingest::ingest(state, index, request);
        let methods = match source.path {
            "/api/v1/events" => post(take).get(lists::events),
            _ => post(take),
        };
        router = router.route(source.path, methods);
    }
    router
        .fallback(|| async { Problem::new(Kind::NotFound, "nothing is served at this path") })
        .method_not_allowed_fallback(|| async { Problem::new(Kind::Method, "the path takes other methods") })
        .with_state(api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_counted_under_its_path() {
        for source in SOURCES {
            assert!(PATHS.contains(&source.path), "add {} to PATHS", source.path);
        }
    }
}
