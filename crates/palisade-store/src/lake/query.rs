//! SQL over the lake: read-only, bounded in memory, time and rows, and gone when its asker is.

use super::{committer::Lake, provider::Tables, render, stoppable::Stoppable};
use deltalake::{
    arrow::array::RecordBatch,
    datafusion::{
        common::ParamValues,
        error::DataFusionError,
        execution::{
            SendableRecordBatchStream, SessionStateBuilder,
            context::{SQLOptions, SessionContext},
            disk_manager::{DiskManagerBuilder, DiskManagerMode},
            memory_pool::GreedyMemoryPool,
            runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
        },
        prelude::SessionConfig,
        scalar::ScalarValue,
    },
};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// What one query may take.
#[derive(Clone, Debug)]
pub struct QueryLimits {
    /// Rows beyond these are left out, and the answer says so.
    pub rows_max: usize,
    /// Memory for sorting, grouping and joining.
    pub memory_bytes_max: usize,
    /// Time from the call to the last row.
    pub time_max: Duration,
}

impl Default for QueryLimits {
    /// Enough for a dashboard on a small machine.
    fn default() -> Self {
        Self { rows_max: 10_000, memory_bytes_max: 128 << 20, time_max: Duration::from_secs(30) }
    }
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Names and types, in the order of the values in a row.
    pub columns: Vec<Column>,
    /// Times are RFC 3339 text, maps objects, lists lists.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// True when there were more rows than the limit lets through.
    #[serde(default)]
    pub truncated: bool,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `text`, `integer`, `float`, `boolean`, `time`, `date`, `map` …
    #[serde(rename = "type")]
    pub kind: String,
}

/// A file format for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// RFC 4180, with a header line.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The SQL is wrong, or fails on the data; the text says where.
    #[error("{0}")]
    Syntax(String),
    /// The statement would change something.
    #[error("only queries are allowed: the lake is read-only. Use SELECT, WITH, EXPLAIN, SHOW or DESCRIBE")]
    NotReadOnly,
    /// The query ran for longer than it may.
    #[error("the query took longer than {} s and was stopped: narrow it down, for example by time", .0.as_secs_f64())]
    TooLong(Duration),
    /// The query needs more memory than it may.
    #[error("the query needs more than {0} bytes of memory: select fewer columns, or narrow it down by time")]
    TooMuchMemory(usize),
    /// Something in the engine failed; the text is for the log.
    #[error("the query failed inside: {0}")]
    Internal(String),
}

/// Footers of files that were read are kept up to this. Small files are merged away soon, and their footers would stay.
const FOOTER_BYTES_MAX: usize = 8 << 20;

/// What queries share: footers of files, and the way to the files.
#[derive(Debug)]
pub(super) struct Engine {
    shared: Arc<RuntimeEnv>,
}

impl Engine {
    pub(super) fn new() -> Result<Self, DataFusionError> {
        Ok(Self { shared: RuntimeEnvBuilder::new().with_metadata_cache_limit(FOOTER_BYTES_MAX).build_arc()? })
    }
}

/// Where names without a catalogue or a schema are looked up, by the engine's defaults.
const CATALOG: &str = "datafusion";
const SCHEMA: &str = "public";

impl Lake {
    /// Answers `sql` from committed files and memory. The query ends when the future is dropped.
    ///
    /// # Errors
    /// When the SQL is wrong, would change something, or needs more than `limits`.
    pub async fn query(&self, sql: &str, limits: &QueryLimits) -> Result<Table, QueryError> {
        let answer = self.run_query(sql, Vec::new(), limits).await?;
        render::table(&answer.batches, &answer.schema, answer.truncated)
    }

    /// Answers `sql` as the bytes of a file.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn query_file(&self, sql: &str, limits: &QueryLimits, format: FileFormat) -> Result<Vec<u8>, QueryError> {
        let answer = self.run_query(sql, Vec::new(), limits).await?;
        render::file(&answer.batches, &answer.schema, format)
    }

    /// Answers `sql` with `$1`, `$2` … bound to `values`.
    pub(super) async fn run_query(
        &self,
        sql: &str,
        values: Vec<ScalarValue>,
        limits: &QueryLimits,
    ) -> Result<Answer, QueryError> {
        self.wait_until_applied().await;
        let (lake, sql, task_limits) = (self.clone(), sql.to_owned(), limits.clone());
        let answer = self.inner.threads.handle().spawn(async move { lake.answer(&sql, values, &task_limits).await });
        let mut answer = AbortOnDrop(answer);
        match tokio::time::timeout(limits.time_max, &mut answer.0).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => Err(QueryError::Internal(error.to_string())),
            Err(_) => Err(QueryError::TooLong(limits.time_max)),
        }
    }

    async fn answer(&self, sql: &str, values: Vec<ScalarValue>, limits: &QueryLimits) -> Result<Answer, QueryError> {
        let explain = |error| explain(&error, limits);
        let context = self.context(limits).map_err(explain)?;
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let mut frame = context.sql_with_options(sql, read_only).await.map_err(explain)?;
        if !values.is_empty() {
            frame = frame.with_param_values(ParamValues::from(values)).map_err(explain)?;
        }
        let stream = frame.execute_stream().await.map_err(explain)?;
        collect(stream, limits.rows_max).await.map_err(explain)
    }

    pub(super) fn context(&self, limits: &QueryLimits) -> Result<SessionContext, DataFusionError> {
        let pool = Arc::new(GreedyMemoryPool::new(limits.memory_bytes_max));
        let no_files = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let runtime = RuntimeEnvBuilder::from_runtime_env(&self.inner.engine.shared)
            .with_memory_pool(pool)
            .with_disk_manager_builder(no_files)
            .build_arc()?;
        let config = SessionConfig::new()
            .with_information_schema(true)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_physical_optimizer_rule(Arc::new(Stoppable));
        let context = SessionContext::new_with_state(state.build());
        let views = self.inner.views().map_err(|error| DataFusionError::Internal(error.to_string()))?;
        for (_, view) in &views {
            view.delta.update_datafusion_session(&context.state())?;
        }
        let catalog = context.catalog(CATALOG).ok_or_else(|| DataFusionError::Internal("no catalog".to_owned()))?;
        catalog.register_schema(SCHEMA, Arc::new(Tables(views)))?;
        Ok(context)
    }
}

/// Ends the query when its asker goes away.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Batches of rows, before they are shown.
pub(super) struct Answer {
    pub(super) schema: deltalake::arrow::datatypes::SchemaRef,
    pub(super) batches: Vec<RecordBatch>,
    pub(super) truncated: bool,
}

async fn collect(mut stream: SendableRecordBatchStream, rows_max: usize) -> Result<Answer, DataFusionError> {
    let mut answer = Answer { schema: stream.schema(), batches: Vec::new(), truncated: false };
    let mut room = rows_max;
    while let Some(batch) = stream.next().await.transpose()? {
        if batch.num_rows() > room {
            answer.batches.push(batch.slice(0, room));
            answer.truncated = true;
            break;
        }
        room -= batch.num_rows();
        answer.batches.push(batch);
    }
    Ok(answer)
}

/// The engine's error as the asker should read it.
fn explain(error: &DataFusionError, limits: &QueryLimits) -> QueryError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryError::TooMuchMemory(limits.memory_bytes_max),
        DataFusionError::Plan(text) if is_refusal(text) => QueryError::NotReadOnly,
        DataFusionError::Internal(text) => QueryError::Internal(text.clone()),
        DataFusionError::ObjectStore(error) => QueryError::Internal(error.to_string()),
        DataFusionError::IoError(error) => QueryError::Internal(error.to_string()),
        other => QueryError::Syntax(other.strip_backtrace()),
    }
}

fn is_refusal(text: &str) -> bool {
    ["DDL not supported", "DML not supported", "Statement not supported"]
        .iter()
        .any(|refusal| text.starts_with(refusal))
}
