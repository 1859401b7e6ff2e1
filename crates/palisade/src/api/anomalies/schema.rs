//! The forms of anomalies and series, for the description of the API; the watch knows nothing of OpenAPI.
#![allow(dead_code, reason = "these types describe others and are never made")]

use crate::api::schema::SeverityName;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a person says of an anomaly.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"verdict": "fine"}))]
pub struct FeedbackRequest {
    /// Was something wrong?
    pub verdict: Verdict,
}

/// Whether something was wrong.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing was wrong.
    Fine,
    /// Something was wrong.
    Real,
}

/// A page of anomalies.
#[derive(ToSchema)]
pub struct AnomalyPage {
    /// The newest first.
    items: Vec<AnomalySchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// What was odd together.
#[derive(ToSchema)]
#[schema(as = Anomaly)]
pub struct AnomalySchema {
    /// The id of its finding.
    finding: String,
    /// telemetry.anomaly; telemetry.storm when many hosts or services were odd at once; telemetry.silence when nothing
    /// comes from one any more.
    class: String,
    /// Equal for anomalies of the same matter; its alert has it.
    fingerprint: String,
    /// How bad.
    severity: SeverityName,
    /// When the server took in what made it, RFC 3339.
    time: String,
    /// Since when something of it was odd, RFC 3339.
    since: String,
    /// When all of it was usual again, RFC 3339; none while it lasts.
    ended: Option<String>,
    /// What it is about.
    group: GroupSchema,
    /// One line.
    title: String,
    /// How many series were odd.
    series_count: u64,
    /// The oddest of them.
    series: Vec<MemberSchema>,
    /// What likely caused it, the most telling first.
    causes: Vec<CauseSchema>,
    /// Whether it became a finding. What is beyond the budget of its host is listed here alone.
    told: bool,
    /// What a person said of it: fine or real.
    feedback: Option<String>,
}

/// A host, a service, a metric, or all.
#[derive(ToSchema)]
#[schema(as = AnomalyGroup)]
pub struct GroupSchema {
    /// host, service, metric or all.
    kind: String,
    /// Which.
    name: String,
}

/// One series of an anomaly.
#[derive(ToSchema)]
#[schema(as = AnomalySeries)]
pub struct MemberSchema {
    /// Its name and labels.
    series: String,
    /// When it was found odd, RFC 3339.
    time: String,
    /// Since when its scores were raised, RFC 3339.
    since: String,
    /// The value then; of a counter its rate a second.
    value: f64,
    /// What was expected.
    band: Option<BandSchema>,
    /// How odd: decades of how rare it is, and by how much.
    score: f32,
    /// What the score had to reach.
    threshold: f32,
    /// 1 less the part of earlier scores that are as high.
    likelihood: f64,
    /// Which detectors say so, the surest first.
    detectors: Vec<DetectorSchema>,
    /// Earlier alarms of the series that looked alike.
    similar: Vec<SimilarSchema>,
    /// The score, comparable between series.
    strength: f32,
}

/// What was expected.
#[derive(ToSchema)]
#[schema(as = Band)]
pub struct BandSchema {
    /// Lowest value that is usual.
    low: f64,
    /// The value expected.
    expected: f64,
    /// Highest value that is usual.
    high: f64,
}

/// How much one detector says.
#[derive(ToSchema)]
#[schema(as = DetectorSays)]
pub struct DetectorSchema {
    /// Which: season, level, jump, pattern and so on.
    channel: String,
    /// 3 for what one point in a thousand reaches.
    decades: f32,
}

/// An earlier alarm that looked alike.
#[derive(ToSchema)]
#[schema(as = SimilarAlarm)]
pub struct SimilarSchema {
    /// When, RFC 3339.
    time: String,
    /// Its score.
    score: f32,
    /// 1 for the same detectors in the same proportion.
    likeness: f32,
    /// What was said of it.
    feedback: Option<String>,
}

/// What else was odd, or took what was taken.
#[derive(ToSchema)]
#[schema(as = AnomalyCause)]
pub struct CauseSchema {
    /// process or series.
    kind: String,
    /// The name of the process, or the series with its labels.
    name: String,
    /// Since when, RFC 3339.
    since: String,
    /// How odd it was; none for processes.
    score: Option<f32>,
    /// What a process took of which resource.
    taken: Option<AmountSchema>,
    /// What it has in common with the anomaly, as `name=value`.
    shared: Vec<String>,
    /// Whether it moved first, and so is the likely cause.
    first_mover: bool,
}

/// What was taken of a resource.
#[derive(ToSchema)]
#[schema(as = AmountTaken)]
pub struct AmountSchema {
    /// cpu (a share of all processors) or memory (bytes).
    resource: String,
    /// Before the anomaly.
    before: f64,
    /// At its height.
    now: f64,
}

/// A page of series.
#[derive(ToSchema)]
pub struct SeriesPage {
    /// By name.
    items: Vec<SeriesSchema>,
    /// The `cursor` of the page after this; none after the last.
    next: Option<String>,
}

/// A series that is watched.
#[derive(ToSchema)]
#[schema(as = WatchedSeries)]
pub struct SeriesSchema {
    /// The number of the series, as the column `series` of the table of metrics has it.
    id: i64,
    /// The metric; derived ones are log.rate, log.template.rate, log.templates.new, span.rate, span.failures and
    /// span.duration.p95.
    name: String,
    /// The program or service measured.
    service: Option<String>,
    /// The machine measured.
    host: Option<String>,
    /// What else tells it from others of the name.
    labels: Option<BTreeMap<String, String>>,
    /// gauge, or counter, whose rate is looked at.
    kind: String,
    /// warming-up, usual, raised or odd.
    state: String,
    /// The score of the last point.
    score: f32,
    /// What a score has to reach to be an alarm.
    threshold: f32,
    /// Points scored since it began.
    points_seen: u32,
    /// The last points, the oldest first. After a restart they begin anew.
    points: Vec<PointSchema>,
}

/// A point, with what was expected of it.
#[derive(ToSchema)]
#[schema(as = WatchedPoint)]
pub struct PointSchema {
    /// When, RFC 3339.
    time: String,
    /// The value; of a counter its rate a second.
    value: f32,
    /// Lowest value that was usual.
    low: f32,
    /// The value expected.
    expected: f32,
    /// Highest value that was usual.
    high: f32,
    /// How odd it is.
    score: f32,
}
