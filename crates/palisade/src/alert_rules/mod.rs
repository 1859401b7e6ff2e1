//! Rules over metrics and tables: evaluated again and again, and what they find becomes alerts.
//!
//! ```text
//! files ──► groups of Prometheus, SQL rules ──► due? ──► evaluate (its own thread) ──► signals, what they wait for ──► desk
//!                                                          ▲                       └► recorded series ──► pipeline
//!                                                     lake (points, rows)
//! ```
//!
//! One is evaluated at a time, so that rules never take more than one core; one that cannot be evaluated says so once and
//! leaves its alerts as they are. What alerts wait for is kept by the desk, so that `for` goes on after a restart.

mod files;
mod series;

use crate::api::server::told;
use crate::clock::now;
use crate::config::AlertRules;
use crate::desk::{Desk, Order};
use crate::pipeline::{Pipeline, Submission};
use files::{Loaded, Signature};
use palisade_model::{Metric, MetricKind, Observation, Timestamp};
use palisade_response::rules::{Environment, Evaluation, Failure, Group, RECORD_KIND, Rows, SqlRule};
use palisade_response::{Actor, Record, promql};
use palisade_store::state::ResponseRecord;
use palisade_store::{Lake, QueryLimits};
use series::{LakeSeries, labelled};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch::Receiver;

/// With nothing due, the files are looked at and the clock is read at least this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// About what one recorded point takes on its way.
const POINT_BYTES: usize = 512;

/// The rules of a server, and what they are evaluated over.
pub struct Runner {
    settings: AlertRules,
    rules: Rules,
    signature: Signature,
    looked_at: Timestamp,
    environment: Environment,
    lake: Lake,
    limits: QueryLimits,
    /// Which rules failed the last time, so that each failure is told once.
    failing: BTreeSet<(String, String)>,
}

/// Everything that is evaluated, each with the time at which it is due.
#[derive(Default)]
struct Rules {
    groups: Vec<(Timestamp, Group)>,
    sql: Vec<(Timestamp, SqlRule)>,
}

/// Which of them.
#[derive(Clone, Copy)]
enum Place {
    Group(usize),
    Sql(usize),
}

impl Runner {
    /// Loads the rules that `settings` names; they go on with what was `kept`.
    ///
    /// # Errors
    /// When a file cannot be read. What is wrong in a file is told, and refused by itself.
    pub fn load(
        settings: &AlertRules,
        environment: Environment,
        kept: &[ResponseRecord],
        lake: &Lake,
        limits: QueryLimits,
    ) -> anyhow::Result<Self> {
        let signature = Signature::of(&settings.files)?;
        let mut rules = Rules::of(Loaded::read(settings)?, now());
        rules.restore(&waiting(kept));
        let (settings, lake) = (settings.clone(), lake.clone());
        let failing = BTreeSet::new();
        Ok(Self { settings, rules, signature, looked_at: now(), environment, lake, limits, failing })
    }

    /// Evaluates what is due until the server stops.
    pub async fn run(mut self, desk: Desk, pipeline: Pipeline, mut stopped: Receiver<bool>) {
        if self.settings.files.is_empty() {
            return;
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.until_due()) => {}
                () = told(&mut stopped) => return,
            }
            self.reload();
            let Some(place) = self.due() else { continue };
            let evaluated = tokio::task::spawn_blocking(move || {
                let evaluation = self.evaluate(place);
                (self, evaluation)
            });
            let Ok((runner, evaluation)) = evaluated.await else {
                tracing::error!("the evaluation of alert rules has ended by a fault; none is evaluated any more");
                return;
            };
            self = runner;
            self.deliver(evaluation, &desk, &pipeline).await;
        }
    }

    fn until_due(&self) -> Duration {
        let nanos = self.rules.next_due().map(|due| due.nanos().saturating_sub(now().nanos()));
        nanos.map_or(LOOK_EVERY, |nanos| Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)).min(LOOK_EVERY))
    }

    fn due(&self) -> Option<Place> {
        let (due, place) = self.rules.first_due()?;
        (due <= now()).then_some(place)
    }

    /// Takes changed files over. Those that cannot be read leave the rules before running.
    fn reload(&mut self) {
        let every = self.settings.reload_seconds.saturating_mul(1_000_000_000);
        let since = now().nanos().abs_diff(self.looked_at.nanos());
        if every == 0 || since < every {
            return;
        }
        self.looked_at = now();
        let Ok(signature) = Signature::of(&self.settings.files) else { return };
        if signature == self.signature {
            return;
        }
        self.signature = signature;
        match Loaded::read(&self.settings) {
            Ok(loaded) => {
                let waiting = self.rules.waiting();
                self.rules = Rules::of(loaded, now());
                self.rules.restore(&waiting);
            }
            Err(error) => tracing::warn!("the alert rules cannot be loaded, those before go on: {error:#}"),
        }
    }

    /// Evaluates one group or rule. It asks the lake and waits for the answers, so it has a thread of its own.
    fn evaluate(&mut self, place: Place) -> Evaluation {
        let (now, environment) = (now(), &self.environment);
        match place {
            Place::Group(index) => {
                let (due, group) = &mut self.rules.groups[index];
                let data = LakeSeries::new(&self.lake, &self.limits);
                let evaluation = group.evaluate(now, &data, environment);
                *due = evaluation.next;
                evaluation
            }
            Place::Sql(index) => {
                let (due, rule) = &mut self.rules.sql[index];
                *due = Timestamp::from_millis(now.millis().saturating_add(rule.every));
                let rows = rows(&self.lake, rule, &self.limits);
                rows.and_then(|rows| rule.evaluate(now, &rows, environment)).unwrap_or_else(|message| Evaluation {
                    failures: vec![Failure { rule: rule.name.clone(), message }],
                    ..Evaluation::default()
                })
            }
        }
    }

    async fn deliver(&mut self, evaluation: Evaluation, desk: &Desk, pipeline: &Pipeline) {
        let Evaluation { mut signals, series, records, failures, .. } = evaluation;
        self.tell(&failures);
        self.environment.external.label(&mut signals);
        let mut orders: Vec<Order> = signals.into_iter().map(Order::Signal).collect();
        if !records.is_empty() {
            orders.push(Order::Keep(records));
        }
        if !orders.is_empty() {
            let actor = Actor { name: "palisade".to_owned(), via: "automatic".to_owned() };
            if let Err(error) = desk.orders(actor, orders).await {
                tracing::warn!(%error, "what alert rules found comes late: it is told again at the next evaluation");
            }
        }
        let observations: Vec<Observation> = series.iter().filter_map(recorded).map(Observation::Metric).collect();
        if !observations.is_empty() {
            let share = pipeline.room_whenever(observations.len() * POINT_BYTES).await;
            let submission = Submission { observations, share, idempotency_key: None, judged: None };
            if let Err(error) = pipeline.submit_whenever(submission).await {
                tracing::warn!(%error, "what alert rules record is not kept");
            }
        }
    }

    /// Tells what fails now and did not before.
    fn tell(&mut self, failures: &[Failure]) {
        for Failure { rule, message } in failures {
            metrics::counter!("palisade_alert_rule_failures_total").increment(1);
            if self.failing.insert((rule.clone(), message.clone())) {
                tracing::warn!(rule, "an alert rule cannot be evaluated: {message}");
            }
        }
    }
}

impl Rules {
    fn of(loaded: Loaded, now: Timestamp) -> Self {
        metrics::gauge!("palisade_alert_rules").set(loaded.count() as f64);
        Self {
            groups: loaded.groups.into_iter().map(|group| (group.next_after(now), group)).collect(),
            sql: loaded.sql.into_iter().map(|rule| (now, rule)).collect(),
        }
    }

    fn first_due(&self) -> Option<(Timestamp, Place)> {
        let groups = self.groups.iter().enumerate().map(|(index, (due, _))| (*due, Place::Group(index)));
        let sql = self.sql.iter().enumerate().map(|(index, (due, _))| (*due, Place::Sql(index)));
        groups.chain(sql).min_by_key(|(due, _)| *due)
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.first_due().map(|(due, _)| due)
    }

    fn restore(&mut self, records: &[Record]) {
        self.groups.iter_mut().for_each(|(_, group)| group.restore(records));
        self.sql.iter_mut().for_each(|(_, rule)| rule.restore(records));
    }

    /// What alerts wait for now.
    fn waiting(&self) -> Vec<Record> {
        let groups = self.groups.iter().flat_map(|(_, group)| group.kept());
        groups.chain(self.sql.iter().flat_map(|(_, rule)| rule.kept())).collect()
    }
}

/// What alert rules waited for, of all that the desk keeps.
fn waiting(kept: &[ResponseRecord]) -> Vec<Record> {
    let of_rules = kept.iter().filter(|record| record.kind == RECORD_KIND);
    let record = |record: &ResponseRecord| {
        let body = serde_json::from_str(record.body.as_deref()?).ok()?;
        Some(Record { kind: record.kind.clone(), key: record.key.clone(), body: Some(body) })
    };
    of_rules.filter_map(record).collect()
}

fn rows(lake: &Lake, rule: &SqlRule, limits: &QueryLimits) -> Result<Rows, String> {
    let limits = QueryLimits { rows_max: rule.max_rows + 1, ..limits.clone() };
    let answered = tokio::runtime::Handle::current().block_on(lake.query(&rule.sql, &limits));
    let table = answered.map_err(|error| error.to_string())?;
    Ok(Rows { columns: table.columns.into_iter().map(|column| column.name).collect(), rows: table.rows })
}

/// The point that a rule records; the end of a series needs none, because no further point comes.
fn recorded(series: &promql::Series) -> Option<Metric> {
    let sample = series.samples.last().filter(|sample| !promql::is_stale(sample.value))?;
    let (name, service, host, attributes) = labelled(&series.labels);
    let time = Timestamp::from_millis(sample.at);
    let value = sample.value;
    Some(Metric { time, name, service, host, attributes, value, kind: MetricKind::Gauge, ..Metric::default() })
}
