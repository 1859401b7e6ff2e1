//! Ways in whose forms are other people's, for the description of the API.
#![allow(dead_code, reason = "describes what other files do")]

use crate::api::schema::{ProblemSchema, ReceiptSchema};

/// Take alerts of another Alertmanager
#[utoipa::path(post, path = "/api/v1/signals/alertmanager", tag = "signals", request_body = Object,
    description = "The message of Alertmanager's `webhook_config`, version 4.",
    responses(
        (status = 200, description = "What was accepted is on disk", body = ReceiptSchema),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn alertmanager_webhook() {}

/// Take alerts of Grafana
#[utoipa::path(post, path = "/api/v1/signals/grafana", tag = "signals", request_body = Object,
    description = "The message of a webhook contact point.",
    responses(
        (status = 200, description = "What was accepted is on disk", body = ReceiptSchema),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn grafana() {}

/// Take CloudEvents
#[utoipa::path(post, path = "/api/v1/signals/cloudevents", tag = "signals", request_body = Object,
    description = "One event of CloudEvents 1.0 in structured mode, or a batch.",
    responses(
        (status = 202, description = "What was accepted is on disk", body = ReceiptSchema),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn cloudevents() {}

/// Take alerts in a form of your own
#[utoipa::path(post, path = "/api/v1/signals/custom/{name}", tag = "signals", request_body = Object,
    description = "Any JSON, read by the table `[[signals]]` of this name in the configuration.",
    params(("name" = String, Path, description = "Of the table")),
    responses(
        (status = 202, description = "What was accepted is on disk", body = ReceiptSchema),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn custom() {}

/// Take an event as PagerDuty does
#[utoipa::path(post, path = "/v2/enqueue", tag = "signals", request_body = Object,
    description = "The Events API v2 of PagerDuty. `routing_key` is a key of this server, unless one is sent as a bearer token.",
    responses(
        (status = 202, description = "The event is on disk", body = Object),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn pagerduty() {}

/// Take an alert as Opsgenie does
#[utoipa::path(post, path = "/v2/alerts", tag = "signals", request_body = Object,
    description = "*Create alert* of Opsgenie's Alert API v2. The key is sent as `Authorization: GenieKey pal_…`, or as a bearer token. `P1` to `P5` are critical to informational.",
    responses(
        (status = 202, description = "The alert is on disk", body = Object),
        (status = "4XX", description = "Nothing was accepted", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn opsgenie() {}

/// Close or acknowledge an alert as Opsgenie does
#[utoipa::path(post, path = "/v2/alerts/{identifier}/{action}", tag = "signals", request_body = Object,
    description = "*Close alert* and *Acknowledge alert* of Opsgenie's Alert API v2.",
    params(
        ("identifier" = String, Path, description = "The alert's alias"),
        ("action" = String, Path, description = "`close` or `acknowledge`"),
        ("identifierType" = String, Query, description = "`alias`"),
    ),
    responses(
        (status = 202, description = "It is on disk", body = Object),
        (status = "4XX", description = "Nothing was changed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub fn opsgenie_act() {}

/// Alerts, as Alertmanager has them
#[utoipa::path(get, path = "/api/v2/alerts", tag = "signals",
    description = "`GET` and `POST` as in the API v2 of Alertmanager, for Prometheus, amtool and dashboards.",
    responses((status = 200, description = "The alerts that are not over", body = Vec<Object>)))]
pub fn alertmanager() {}

/// Groups of alerts, as Alertmanager has them
#[utoipa::path(get, path = "/api/v2/alerts/groups", tag = "signals",
    responses((status = 200, description = "The groups in which they are told", body = Vec<Object>)))]
pub fn groups() {}

/// Silences, as Alertmanager has them
#[utoipa::path(get, path = "/api/v2/silences", tag = "signals",
    description = "`GET` and `POST` as in the API v2 of Alertmanager.",
    responses((status = 200, description = "All silences", body = Vec<Object>)))]
pub fn silences() {}

/// A silence, as Alertmanager has it
#[utoipa::path(get, path = "/api/v2/silence/{id}", tag = "signals",
    description = "`GET` and `DELETE` as in the API v2 of Alertmanager.",
    params(("id" = String, Path, description = "Of the silence")),
    responses((status = 200, description = "The silence", body = Object)))]
pub fn silence() {}

/// The server, as Alertmanager describes itself
#[utoipa::path(get, path = "/api/v2/status", tag = "signals",
    responses((status = 200, description = "Version and start", body = Object)))]
pub fn status() {}

/// Channels, as Alertmanager lists its receivers
#[utoipa::path(get, path = "/api/v2/receivers", tag = "signals",
    responses((status = 200, description = "Their names", body = Vec<Object>)))]
pub fn receivers() {}

/// Carry out a press of a button in Slack
#[utoipa::path(post, path = "/slack/interactions", tag = "signals",
    description = "The address for *Interactivity* of the Slack app. Signed by Slack; no key.",
    request_body(content((String = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "It is done"),
        (status = 403, description = "Not signed by an app of ours", body = ProblemSchema, content_type = "application/problem+json")))]
pub fn slack() {}
