//! The lake against a model: whatever is done to it and in what order, it holds what a list in memory holds.
//!
//! The model knows nothing of files, versions or memory. It is told what was appended, and what retention may take.

use super::{
    super::faults::{Moment, arrange, mend},
    *,
};
use palisade_model::{Metric, Span};
use proptest::prelude::*;
use std::{collections::BTreeMap, time::Duration};

const MINUTE: i64 = 60_000_000_000;
const DAY_NANOS: i64 = 24 * 60 * MINUTE;
const VACUUM_AFTER_MINUTES: i64 = 60;

#[derive(Clone, Debug)]
enum Step {
    /// So many events, metrics, spans and findings of one record; times as far from now as a sender may say.
    Append { events: u32, metrics: u32, spans: u32, findings: u32, far: bool },
    /// Whether the log is freed of what is committed.
    Commit { frees: bool },
    /// A commit while files whose names hold this fail.
    CommitFails { name_holds: &'static str, moment: Moment },
    /// The process ends, and another replays what the log holds.
    Crash,
    /// Time passes, and upkeep is done.
    KeepUp { minutes: i64 },
    /// Somebody else opens the tables, and reads them from then on as they are now.
    OpenReader,
}

fn step() -> impl Strategy<Value = Step> {
    let append = (0..40_u32, 0..30_u32, 0..20_u32, 0..5_u32, any::<bool>())
        .prop_map(|(events, metrics, spans, findings, far)| Step::Append { events, metrics, spans, findings, far });
    let fails = (
        proptest::sample::select(vec![".parquet", "_delta_log", "events/", "findings/_delta_log"]),
        proptest::sample::select(vec![Moment::Write, Moment::Answer]),
    );
    prop_oneof![
        6 => append,
        6 => any::<bool>().prop_map(|frees| Step::Commit { frees }),
        2 => fails.prop_map(|(name_holds, moment)| Step::CommitFails { name_holds, moment }),
        2 => Just(Step::Crash),
        3 => proptest::sample::select(vec![5, 30, 50, 600, 2_000]).prop_map(|minutes| Step::KeepUp { minutes }),
        1 => Just(Step::OpenReader),
    ]
}

/// What is kept of a row: a number that queries sum, and the day of its receipt.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    number: i64,
    day: i64,
    time: Timestamp,
}

/// Rows by table and id.
type Rows = BTreeMap<(&'static str, String), Kept>;

struct World {
    folder: tempfile::TempDir,
    options: LakeOptions,
    lake: Lake,
    now: Timestamp,
    /// The log, which here keeps everything.
    records: Vec<(Vec<Observation>, Vec<Finding>)>,
    rows: Rows,
    readers: Vec<(Lake, Timestamp, Rows)>,
}

fn options(by_bytes: bool) -> LakeOptions {
    LakeOptions {
        retention_days: if by_bytes { 0 } else { 2 },
        retention_bytes: if by_bytes { 60_000 } else { 0 },
        file_bytes: 40_000,
        vacuum_after: Duration::from_secs(60 * VACUUM_AFTER_MINUTES.unsigned_abs()),
        ..LakeOptions::default()
    }
}

impl World {
    async fn new(by_bytes: bool) -> Self {
        let (folder, options) = (tempfile::tempdir().unwrap(), options(by_bytes));
        let lake = Lake::open(folder.path(), options.clone()).await.unwrap();
        let now = super::super::clock::now();
        Self { folder, options, lake, now, records: Vec::new(), rows: Rows::new(), readers: Vec::new() }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Append { events, metrics, spans, findings, far } => {
                self.append([events, metrics, spans, findings], far);
            }
            Step::Commit { frees } => self.commit(frees).await,
            Step::CommitFails { name_holds, moment } => {
                arrange(self.folder.path(), name_holds, moment);
                let free: Free = Box::new(|_| Box::pin(async { true }));
                let _either = self.lake.commit_all(&free).await;
                self.check("while commits fail").await;
                mend(self.folder.path());
            }
            Step::Crash => self.crash().await,
            Step::KeepUp { minutes } => self.keep_up(minutes).await,
            Step::OpenReader => {
                self.commit(true).await;
                let reader = Lake::open_read_only(self.folder.path()).await.unwrap();
                self.readers.push((reader, self.now, self.rows.clone()));
            }
        }
    }

    fn append(&mut self, [events, metrics, spans, findings]: [u32; 4], far: bool) {
        let position = self.records.len() as u64 + 1;
        let first = Id::first_of_block(self.now, position);
        let times = if far { [-400 * DAY_NANOS, 20 * 60 * MINUTE, -3 * DAY_NANOS] } else { [0, -1_000, -5_000_000] };
        let time = |index: u32| Timestamp::from_nanos(self.now.nanos() + times[index as usize % 3] + i64::from(index));
        let mut observations = Vec::new();
        for index in 0..events + metrics + spans {
            let (id, time, number) = (first.nth(index), time(index), i64::from(index % 7));
            observations.push(if index < events {
                let attributes = vec![("n".into(), Value::Integer(number))];
                Observation::Event(Event { id, time, host: format!("h{number}"), attributes, ..Event::default() })
            } else if index < events + metrics {
                let (name, value) = (format!("m{number}"), number as f64);
                Observation::Metric(Metric { id, time, name, value, ..Metric::default() })
            } else {
                Observation::Span(Span { id, time, duration_ns: number, ..Span::default() })
            });
        }
        let judged = observations.iter().filter_map(|observation| match observation {
            Observation::Event(event) => Some(finding(event)),
            _ => None,
        });
        let findings: Vec<_> = judged.take(findings as usize).collect();
        self.lake.expect(position);
        self.lake.append(position, &observations, &findings).unwrap();
        let day = self.now.days();
        for observation in &observations {
            let (table, number) = match observation {
                Observation::Event(event) => ("events", i64::from(event.host[1..].parse::<u8>().unwrap())),
                Observation::Metric(metric) => ("metrics", metric.value as i64),
                Observation::Span(span) => ("spans", span.duration_ns),
            };
            let time = match observation {
                Observation::Event(event) => event.time,
                Observation::Metric(metric) => metric.time,
                Observation::Span(span) => span.time,
            };
            self.rows.insert((table, observation.id().to_string()), Kept { number, day, time });
        }
        for finding in &findings {
            self.rows.insert(("findings", finding.id.to_string()), Kept { number: 1, day, time: finding.time });
        }
        self.records.push((observations, findings));
    }

    async fn commit(&mut self, frees: bool) {
        let free: Free = Box::new(move |_| Box::pin(std::future::ready(frees)));
        assert!(self.lake.commit_all(&free).await, "{:?}", self.lake.status());
    }

    async fn crash(&mut self) {
        self.lake = Lake::open(self.folder.path(), self.options.clone()).await.unwrap();
        let committed = self.lake.committed().unwrap();
        for (position, (observations, findings)) in (1..).zip(&self.records) {
            if position > committed {
                self.lake.expect(position);
                self.lake.append(position, observations, findings).unwrap();
            }
        }
    }

    async fn keep_up(&mut self, minutes: i64) {
        self.commit(true).await;
        self.now = Timestamp::from_nanos(self.now.nanos() + minutes * MINUTE);
        self.readers.retain(|(_, opened, _)| self.now.nanos() - opened.nanos() < VACUUM_AFTER_MINUTES * MINUTE);
        self.lake.keep_up(self.now).await;
        assert_eq!(self.lake.status().last_error, None);
        if self.options.retention_days > 0 {
            let first_day = self.now.days() - i64::from(self.options.retention_days);
            self.rows.retain(|_, row| row.day >= first_day);
        } else {
            self.forget_by_bytes().await;
        }
    }

    /// Which files go depends on their sizes, which the model does not know: older days go before newer ones, and what
    /// is left is no more than was asked for.
    async fn forget_by_bytes(&mut self) {
        let left = read(&self.lake).await;
        for table in &self.lake.inner.tables {
            let name = table.name.as_str();
            let bytes: i64 = table.delta().snapshot().unwrap().log_data().iter().map(|file| file.size()).sum();
            assert!(bytes.unsigned_abs() <= self.options.retention_bytes, "{name} takes {bytes}");
            let days = |is_left: bool| {
                let rows = self.rows.iter().filter(|((table, _), _)| *table == name);
                rows.filter(|(key, _)| left.contains_key(*key) == is_left).map(|(_, row)| row.day).collect::<Vec<_>>()
            };
            if let (Some(newest_gone), Some(oldest_left)) = (days(false).iter().max(), days(true).iter().min()) {
                assert!(newest_gone <= oldest_left, "{name}: day {newest_gone} is gone, {oldest_left} is not");
            }
        }
        self.rows.retain(|key, _| left.contains_key(key));
    }

    async fn check(&self, when: &str) {
        let found = read(&self.lake).await;
        let wanted: BTreeMap<_, _> = self.rows.iter().map(|(key, row)| (key.clone(), row.number)).collect();
        assert!(found == wanted, "{when}: {} rows, but {} were kept", found.len(), wanted.len());
        // Files are left out by the statistics of their times.
        let since = Timestamp::from_nanos(self.now.nanos() - 60 * MINUTE);
        let sql = format!("SELECT count(*), sum(value) FROM metrics WHERE time >= '{since}'");
        let table = self.lake.query(&sql, &QueryLimits::default()).await.unwrap();
        let recent = self.rows.iter().filter(|((table, _), row)| *table == "metrics" && row.time >= since);
        let numbers: Vec<i64> = recent.map(|(_, row)| row.number).collect();
        assert_eq!(table.rows[0][0], numbers.len(), "{when}: metrics of the last hour");
        assert_eq!(table.rows[0][1].as_f64().unwrap_or(0.0), numbers.iter().sum::<i64>() as f64, "{when}: their sum");
        for (reader, opened, rows) in &self.readers {
            let wanted: BTreeMap<_, _> = rows.iter().map(|(key, row)| (key.clone(), row.number)).collect();
            assert!(read(reader).await == wanted, "{when}: who opened at {opened} reads something else");
        }
    }
}

/// All rows of all tables with their numbers; none is there twice.
async fn read(lake: &Lake) -> BTreeMap<(&'static str, String), i64> {
    let sql = "SELECT 'events' AS name, id, CAST(substr(host, 2) AS BIGINT) AS number FROM events \
               UNION ALL SELECT 'metrics', id, CAST(value AS BIGINT) FROM metrics \
               UNION ALL SELECT 'spans', id, duration_ns FROM spans UNION ALL SELECT 'findings', id, 1 FROM findings";
    let limits = QueryLimits { rows_max: 1_000_000, ..QueryLimits::default() };
    let table = lake.query(sql, &limits).await.unwrap();
    let mut rows = BTreeMap::new();
    for row in &table.rows {
        let names = ["events", "metrics", "spans", "findings"];
        let name = names.into_iter().find(|name| row[0] == **name).unwrap();
        let twice = rows.insert((name, row[1].as_str().unwrap().to_owned()), row[2].as_i64().unwrap());
        assert_eq!(twice, None, "{row:?} is there twice");
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_lake_holds_what_the_model_holds(
        by_bytes in any::<bool>(),
        steps in proptest::collection::vec(step(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new(by_bytes).await;
            for (number, step) in steps.iter().enumerate() {
                world.take(step).await;
                world.check(&format!("after step {number}, {step:?}")).await;
            }
            world.crash().await;
            world.check("after a last crash").await;
        });
    }
}
