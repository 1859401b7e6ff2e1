//! The forms of the response, for the description of the API; the vocabulary knows nothing of OpenAPI.
#![allow(dead_code, reason = "these types describe others and are never made")]

use crate::api::schema::SeverityName;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A page of alerts.
#[derive(ToSchema)]
pub struct AlertPage {
    /// In order.
    items: Vec<AlertSchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// Something that somebody should look at.
#[derive(ToSchema)]
#[schema(as = Alert)]
pub struct AlertSchema {
    /// This episode: an alert that fires again after it was resolved is a new one of the same fingerprint.
    id: String,
    /// Equal for everything that tells of the same matter.
    fingerprint: String,
    /// What it is about, `alertname` and `severity` among them.
    labels: BTreeMap<String, String>,
    /// What to tell people.
    annotations: BTreeMap<String, String>,
    /// How bad it is now.
    severity: SeverityName,
    /// Where it stands.
    status: AlertStatusName,
    /// Where its signals come from.
    source: String,
    /// Where its signals can be looked at.
    generator_url: String,
    /// When the matter began, RFC 3339.
    starts_at: String,
    /// When it was resolved, or will be unless it is told again, RFC 3339.
    ends_at: Option<String>,
    /// When it was last told, RFC 3339.
    last_seen: String,
    /// When any of this last changed, RFC 3339.
    updated_at: String,
    /// How often it was told.
    count: u64,
    /// The latest findings in it.
    findings: Vec<String>,
    /// Who looks at it.
    acknowledged: Option<AcknowledgementSchema>,
    /// Nobody is told before this time, RFC 3339.
    snoozed_until: Option<String>,
    /// Why nobody is told now; empty when people are.
    suppressed_by: Vec<SuppressionSchema>,
    /// It fires and resolves again and again.
    flapping: bool,
    /// Which channels hear of it.
    channels: Vec<String>,
    /// The incident that it belongs to.
    incident: Option<String>,
}

/// Where an alert stands.
#[derive(ToSchema)]
#[schema(as = AlertStatus, rename_all = "lowercase")]
pub enum AlertStatusName {
    Pending,
    Firing,
    Resolved,
}

/// Somebody looks at it.
#[derive(ToSchema)]
#[schema(as = Acknowledgement)]
pub struct AcknowledgementSchema {
    /// Who.
    by: String,
    /// Since when, RFC 3339.
    at: String,
    /// What they had to say.
    note: String,
}

/// Why an alert is not told.
#[derive(ToSchema)]
#[schema(as = Suppression)]
pub struct SuppressionSchema {
    /// silence, inhibition or maintenance.
    kind: String,
    /// The silence's id, the other alert's fingerprint, the window's name.
    by: String,
}

/// A page of silences.
#[derive(ToSchema)]
pub struct SilencePage {
    /// In order.
    items: Vec<SilenceSchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// Nobody is told of what it matches.
#[derive(ToSchema)]
#[schema(as = Silence)]
pub struct SilenceSchema {
    /// Its identity.
    id: String,
    /// All must be met, in Alertmanager's notation.
    matchers: Vec<String>,
    /// From when, RFC 3339.
    starts_at: String,
    /// Until when, RFC 3339.
    ends_at: String,
    /// Who made it, or changed it last.
    created_by: String,
    /// Why.
    reason: String,
    /// When it was made or last changed, RFC 3339.
    updated_at: String,
    /// pending, active or expired.
    status: String,
}

/// A page of incidents.
#[derive(ToSchema)]
pub struct IncidentPage {
    /// In order, without their alerts and timelines.
    items: Vec<IncidentSchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// What people work on together.
#[derive(ToSchema)]
#[schema(as = Incident)]
pub struct IncidentSchema {
    /// Its identity.
    id: String,
    /// A number that people can say.
    number: u64,
    /// incident, kyb_case or supply_review.
    kind: String,
    /// One line.
    title: String,
    /// What is known.
    summary: String,
    /// How bad it is.
    severity: SeverityName,
    /// open, investigating, waiting, identified, monitoring, resolved or closed.
    status: String,
    /// Who has it in hand.
    owner: Option<String>,
    /// Further roles and who has them.
    roles: BTreeMap<String, String>,
    /// A person, a rule (`rule:NAME`) or `correlation`.
    opened_by: String,
    /// When the first of its alerts began, RFC 3339.
    started_at: String,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// When somebody first took it in hand, RFC 3339.
    acknowledged_at: Option<String>,
    /// When it was resolved, RFC 3339.
    resolved_at: Option<String>,
    /// When any of this last changed, RFC 3339.
    updated_at: String,
    /// Fingerprints of its alerts.
    alerts: Vec<String>,
    /// What its alerts share.
    entities: BTreeMap<String, String>,
    /// Why its alerts belong together.
    joined_because: String,
    /// Everything that happened, in order.
    timeline: Vec<TimelineEntrySchema>,
    /// What is to be done.
    #[schema(value_type = Vec<Object>)]
    tasks: Vec<String>,
    /// Where to read on.
    #[schema(value_type = Vec<Object>)]
    links: Vec<String>,
    /// Incidents that have to do with it.
    related: Vec<String>,
    /// The incident of which this is a duplicate.
    duplicate_of: Option<String>,
    /// What was learnt, as Markdown.
    post_mortem: String,
}

/// One thing that happened.
#[derive(ToSchema)]
#[schema(as = TimelineEntry)]
pub struct TimelineEntrySchema {
    /// When, RFC 3339.
    at: String,
    /// Who did it.
    by: String,
    /// What sort.
    kind: String,
    /// What happened, as a sentence.
    text: String,
}

/// The incident to open.
#[derive(ToSchema)]
#[schema(as = NewIncident, example = json!({"title": "Checkout fails", "severity": "high", "entities": {"service": "shop"}}))]
pub struct NewIncidentSchema {
    /// One line.
    title: String,
    /// incident, kyb_case or supply_review.
    kind: Option<String>,
    /// What is known.
    summary: Option<String>,
    /// How bad it is.
    severity: Option<SeverityName>,
    /// Who has it in hand.
    owner: Option<String>,
    /// What it is about.
    entities: Option<BTreeMap<String, String>>,
    /// Fingerprints of alerts that belong to it.
    alerts: Option<Vec<String>>,
}

/// A change: `do` says what, and the other members what it needs.
#[derive(ToSchema)]
#[schema(as = IncidentChange, example = json!({"do": "set_status", "status": "identified", "note": "a bad release"}))]
pub struct IncidentChangeSchema {
    /// acknowledge, set_status (status, note), set_severity (severity, note), set_owner (owner), set_role (role, person),
    /// describe (title, summary), note (text), message (channel, text), add_task (title, owner), finish_task (task),
    /// add_link (title, url), relate, duplicate_of, merge_into (other), assign_alerts, release_alerts (alerts), decide
    /// (outcome, reason), draft_post_mortem (replace), write_post_mortem (text), resolve (note), reopen, close (reason).
    r#do: String,
}

/// How long it takes until somebody acts.
#[derive(ToSchema)]
#[schema(as = IncidentFigures)]
pub struct IncidentFiguresPage {
    /// By kind and severity: how many, and the mean seconds until somebody acted and until it was over.
    #[schema(value_type = Vec<Object>)]
    items: Vec<String>,
}

/// A page of the audit log.
#[derive(ToSchema)]
pub struct AuditPage {
    /// The latest first.
    items: Vec<AuditEntrySchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// One change. The hash is the SHA-256 of netstrings of the previous hash, sequence, at in nanoseconds, actor, via,
/// action, subject and detail.
#[derive(ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntrySchema {
    /// Its place, from 1.
    sequence: u64,
    /// When, RFC 3339.
    at: String,
    /// When, in nanoseconds since the Unix epoch.
    at_nanos: i64,
    /// Who.
    actor: String,
    /// By what way.
    via: String,
    /// What was done.
    action: String,
    /// To what.
    subject: String,
    /// What else there is to say.
    #[schema(value_type = Object)]
    detail: String,
    /// The hash of the entry before it.
    previous_hash: String,
    /// Its own.
    hash: String,
}

/// What verifying the audit log came to.
#[derive(ToSchema)]
#[schema(as = AuditVerdict)]
pub struct AuditVerdictSchema {
    /// Entries that are as they were written.
    entries: u64,
    /// The hash of the last of them.
    head: String,
    /// What is wrong with the one after it; none when nothing is.
    broken: Option<String>,
}

/// A page of messages.
#[derive(ToSchema)]
pub struct OutboxPage {
    /// Those that changed last first.
    items: Vec<OutboxEntrySchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// A message to a channel.
#[derive(ToSchema)]
#[schema(as = OutboxEntry)]
pub struct OutboxEntrySchema {
    /// Its identity, which receivers that honour keys get.
    id: String,
    /// The channel that carries it.
    channel: String,
    /// waiting, sending, sent or dead.
    state: String,
    /// How often it was tried and not taken.
    attempts: u32,
    /// An attempt may have arrived of which nobody knows.
    may_repeat: bool,
    /// When it is tried next, RFC 3339.
    next_attempt: String,
    /// What the last attempt failed of.
    last_error: String,
    /// When it was decided on, RFC 3339.
    created: String,
    /// When any of this last changed, RFC 3339.
    updated: String,
    /// Why it is sent.
    reason: String,
    /// How many alerts are in it.
    alerts: u64,
    /// What it is about.
    group_key: String,
}

/// All channels.
#[derive(ToSchema)]
pub struct ChannelList {
    /// By name.
    channels: Vec<ChannelSchema>,
}

/// A channel, with its secrets masked.
#[derive(ToSchema)]
#[schema(as = Channel)]
pub struct ChannelSchema {
    /// What routes call it.
    name: String,
    /// smtp, slack, teams, discord, telegram, ntfy, pagerduty, webhook, sms, alertmanager, syslog, file or command.
    kind: String,
    /// Whether it stands in the configuration file and cannot be changed here.
    configured: bool,
    /// Its settings; secrets are shown as asterisks, and kept when these are sent back.
    #[schema(value_type = Object)]
    settings: String,
    /// How its delivery fares.
    #[schema(value_type = Option<Object>)]
    status: Option<String>,
}

/// What became of a test message.
#[derive(ToSchema)]
#[schema(as = ChannelTest)]
pub struct ChannelTestSchema {
    /// The message, which the outbox lists.
    id: String,
    /// waiting, sending, sent or dead.
    state: String,
    /// What went wrong; empty when nothing did.
    error: String,
}

/// Who is on call.
#[derive(ToSchema)]
pub struct OnCallPage {
    /// By schedule.
    items: Vec<OnCallSchema>,
    /// None.
    next: Option<String>,
}

/// Who is on call by one schedule.
#[derive(ToSchema)]
#[schema(as = OnCall)]
pub struct OnCallSchema {
    /// The schedule.
    schedule: String,
    /// Who; nobody when it is empty.
    people: Vec<String>,
    /// Who stands in now or later: id, person, starts_at, ends_at.
    #[schema(value_type = Vec<Object>)]
    overrides: Vec<String>,
}
