//! `/openapi.json`: the description of the API, made from the handlers and kept beside the crate as a golden file.

use super::businesses::{compare, counterparties, decisions, screen, watchman, yente};
use super::respond::described as signals;
use super::respond::{alerts, audit, channels, incidents, on_call, outbox, silences};
use super::schema::{NewEventSchema, ProblemSchema, ReceiptSchema};
use super::{anomalies, feeds, health, hooks, inspect, keys, lists, packages, query, stream};
use axum::http::{HeaderName, header};
use bytes::Bytes;
use std::sync::LazyLock;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The whole description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Palisade",
        description = "Send in what crosses your trust boundary; see what is found in it, live and with SQL. \
            Errors are RFC 9457 problem details with an `action`. Lists are paged by cursor. Times are RFC 3339 UTC. \
            A write with an `Idempotency-Key` that was seen before is answered alike and done once.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        send_events, send_otlp_logs, send_otlp_metrics, send_otlp_traces, send_remote_write, send_journal, inspect::inspect, packages::scan, packages::manifest, packages::inventories, packages::forget_inventory,
        screen::screen, compare::compare, counterparties::put, counterparties::list, counterparties::forget, decisions::decide,
        yente::matches, yente::get, yente::search::search, yente::search::catalog, watchman::search, watchman::list_info,
        hooks::github, hooks::gitlab, hooks::bitbucket, query::query, lists::events, lists::event, lists::findings,
        anomalies::list, anomalies::series, anomalies::feedback,
        stream::stream, keys::list, keys::create, keys::revoke, feeds::list, health::live, health::ready,
        health::metrics,
        alerts::list, alerts::get, alerts::acknowledge, alerts::unacknowledge, alerts::snooze, alerts::resolve,
        silences::list, silences::get, silences::create, silences::expire,
        incidents::list, incidents::get, incidents::open, incidents::change, incidents::figures, incidents::export,
        channels::list, channels::put, channels::delete, channels::test, outbox::list, outbox::retry, on_call::list, on_call::stand_in, on_call::end,
        audit::list, audit::verify,
        signals::alertmanager_webhook, signals::grafana, signals::cloudevents, signals::custom, signals::pagerduty,
        signals::opsgenie, signals::opsgenie_act,
        signals::alertmanager, signals::groups, signals::silences, signals::silence, signals::status,
        signals::receivers, signals::slack,
    ),
    tags(
        (name = "sources", description = "Send in. Scope `ingest`."),
        (name = "guard", description = "Ask for a verdict. Scope `inspect`."),
        (name = "packages", description = "Ask about packages and manifests. Scope `inspect`."),
        (name = "businesses", description = "Screen businesses and people against lists. Scopes `inspect`, `ingest`, `respond`."),
        (name = "lake", description = "Ask for what is kept. Scope `read`."),
        (name = "anomalies", description = "See what is odd in numbers. Scopes `read` and `respond`."),
        (name = "live", description = "See what passes. Scope `read`."),
        (name = "response", description = "See what needs a person, and act on it. Scopes `read` and `respond`."),
        (name = "signals", description = "Alerts of other tools, in their own forms. Scope `ingest` or `respond`."),
        (name = "channels", description = "Where people are told. Scopes `admin` and `respond`."),
        (name = "audit", description = "Who changed what. Scope `admin`."),
        (name = "keys", description = "API keys. Scope `admin`."),
        (name = "operating", description = "How the server is. No key."),
    ),
    security(("key" = [])),
    modifiers(&Key),
)]
pub struct Description;

/// The one way in for programs.
struct Key;

impl Modify for Key {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("pal_…")
            .description(Some("A key, made with `palisade key create`"))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// Send events
#[utoipa::path(post, path = "/api/v1/events", tag = "sources",
    description = "One event, an array of events, or lines of events; plain, gzip or zstd.",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 256 visible ASCII characters")),
    request_body(content(
        (NewEventSchema = "application/json"), (String = "application/x-ndjson"))),
    responses(
        (status = 202, description = "What was accepted is on disk", body = ReceiptSchema),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 429, description = "Too much at once; Retry-After says when to come back", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "The server is at a limit; Retry-After says when to come back", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
#[allow(dead_code, reason = "describes what api::ingest does for this source")]
fn send_events() {}

/// Send logs by OTLP/HTTP
#[utoipa::path(post, path = "/v1/logs", tag = "sources",
    description = "An `ExportLogsServiceRequest` (OTLP/HTTP), as protobuf or JSON; plain, gzip or zstd. Answers and errors have the form that OTLP asks for.",
    request_body(content((Vec<u8> = "application/x-protobuf"), (Object = "application/json"))),
    responses(
        (status = 200, description = "An `ExportLogsServiceResponse`; `partialSuccess` names what was refused"),
        (status = "4XX", description = "A `google.rpc.Status`: nothing was accepted, and sending it again would not help (429 aside)"),
        (status = 503, description = "A `google.rpc.Status`; Retry-After says when to come back"),
    ))]
#[allow(dead_code, reason = "describes what api::ingest does for this source")]
fn send_otlp_logs() {}

/// Send metrics by OTLP/HTTP
#[utoipa::path(post, path = "/v1/metrics", tag = "sources",
    description = "An `ExportMetricsServiceRequest` (OTLP/HTTP), as protobuf or JSON; plain, gzip or zstd. Answers and errors have the form that OTLP asks for.",
    request_body(content((Vec<u8> = "application/x-protobuf"), (Object = "application/json"))),
    responses(
        (status = 200, description = "An `ExportMetricsServiceResponse`; `partialSuccess` names what was refused"),
        (status = "4XX", description = "A `google.rpc.Status`: nothing was accepted, and sending it again would not help (429 aside)"),
        (status = 503, description = "A `google.rpc.Status`; Retry-After says when to come back"),
    ))]
#[allow(dead_code, reason = "describes what api::ingest does for this source")]
fn send_otlp_metrics() {}

/// Send traces by OTLP/HTTP
#[utoipa::path(post, path = "/v1/traces", tag = "sources",
    description = "An `ExportTraceServiceRequest` (OTLP/HTTP), as protobuf or JSON; plain, gzip or zstd. Answers and errors have the form that OTLP asks for.",
    request_body(content((Vec<u8> = "application/x-protobuf"), (Object = "application/json"))),
    responses(
        (status = 200, description = "An `ExportTraceServiceResponse`; `partialSuccess` names what was refused"),
        (status = "4XX", description = "A `google.rpc.Status`: nothing was accepted, and sending it again would not help (429 aside)"),
        (status = 503, description = "A `google.rpc.Status`; Retry-After says when to come back"),
    ))]
#[allow(dead_code, reason = "describes what api::ingest does for this source")]
fn send_otlp_traces() {}

/// Send a journal of systemd
#[utoipa::path(post, path = "/upload", tag = "sources",
    description = "Entries in the journal export format, as `systemd-journal-upload` sends them. The body may go on without end: entries are kept as they come. The key may also be the password of Basic authentication.",
    request_body(content((Vec<u8> = "application/vnd.fdo.journal"))),
    responses(
        (status = 202, description = "The body has ended and its entries are on disk", body = ReceiptSchema),
        (status = "4XX", description = "What came before the error is kept", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
#[allow(dead_code, reason = "describes what api::journal does")]
fn send_journal() {}

/// Send metrics by Prometheus remote write
#[utoipa::path(post, path = "/api/v1/write", tag = "sources",
    description = "A `prometheus.WriteRequest` (remote write 1.0), snappy in the block format.",
    request_body(content((Vec<u8> = "application/x-protobuf"))),
    responses(
        (status = 204, description = "What was sent is on disk"),
        (status = 400, description = "Samples were refused: the detail says how many, and whether others were kept. Sending it again would not help", body = ProblemSchema, content_type = "application/problem+json"),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "The server is at a limit; Retry-After says when to come back", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
#[allow(dead_code, reason = "describes what api::ingest does for this source")]
fn send_remote_write() {}

static DESCRIPTION: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(text()));

fn text() -> String {
    let mut text = Description::openapi().to_pretty_json().expect("the description has text keys only");
    text.push('\n');
    text
}

/// Answers with the description.
pub async fn openapi() -> ([(HeaderName, &'static str); 1], Bytes) {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_sources::SOURCES;

    const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a file of our own")]
    fn description_is_as_published() {
        let text = text();
        if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
            std::fs::write(GOLDEN, &text).unwrap();
        }
        let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
        assert!(golden == text, "openapi.json is out of date: look at the change, then run with UPDATE_GOLDEN=1");
    }

    #[test]
    fn every_path_of_the_api_is_described() {
        let described = Description::openapi().paths.paths;
        let pages = ["/", "/docs", "/docs.js", "/live.js", "/page.css", "/signin", "/signout", "/openapi.json"];
        let paths = super::super::PATHS.iter().filter(|path| !pages.contains(path) && **path != "other");
        for path in paths.copied().chain(SOURCES.iter().map(|source| source.path)) {
            assert!(described.contains_key(path), "describe {path}");
        }
    }
}
