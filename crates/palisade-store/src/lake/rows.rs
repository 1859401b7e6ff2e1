//! The vocabulary as Arrow rows.
//!
//! One [`Rows`] gathers the rows of one table, column by column, until they are sealed into a record batch. Appending
//! copies each text once, into the column's buffer, and allocates nothing of its own.

use super::schema::{Kind, TableName};
use deltalake::arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, MapBuilder, MapFieldNames, RecordBatch,
        StringBuilder, TimestampMicrosecondBuilder,
    },
    error::ArrowError,
};
use palisade_model::{Attributes, Event, Finding, Metric, MetricKind, Span, Timestamp, Value};
use std::{fmt::Write as _, sync::Arc};

/// Rows of one table that are being gathered.
#[derive(Debug)]
pub(super) struct Rows {
    name: TableName,
    columns: Vec<ColumnRows>,
    rows: usize,
    bytes: usize,
    text: String,
}

#[derive(Debug)]
enum ColumnRows {
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
    Integer(Int64Builder),
    Float(Float64Builder),
    Boolean(BooleanBuilder),
    Day(Date32Builder),
    Map(Box<MapBuilder<StringBuilder, StringBuilder>>),
}

/// What one row holds in one column.
enum Cell<'a> {
    Text(&'a str),
    Time(Timestamp),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Day(Timestamp),
    Map(&'a Attributes),
}

/// Roughly what a row takes beside its texts: offsets, validity, numbers.
const ROW_BYTES: usize = 96;

impl Rows {
    pub(super) fn new(name: TableName) -> Self {
        let columns = name.columns().iter().map(|(_, kind)| ColumnRows::new(*kind)).collect();
        Self { name, columns, rows: 0, bytes: 0, text: String::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.rows
    }

    /// About how many bytes of memory the rows take.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push_event(&mut self, event: &Event) {
        let id = &mut [0; 36];
        self.push(&[
            Cell::Text(event.id.encode(id)),
            Cell::Time(event.time),
            Cell::Text(&event.kind),
            Cell::Text(event.severity.name()),
            Cell::Text(&event.service),
            Cell::Text(&event.host),
            Cell::Text(&event.actor),
            Cell::Text(&event.source_address),
            Cell::Text(&event.trace_id),
            Cell::Text(&event.span_id),
            Cell::Text(&event.message),
            Cell::Map(&event.attributes),
            Cell::Day(event.id.received()),
        ]);
    }

    pub(super) fn push_metric(&mut self, metric: &Metric) {
        let id = &mut [0; 36];
        let kind = match metric.kind {
            MetricKind::Gauge => "gauge",
            MetricKind::Counter => "counter",
            MetricKind::Delta => "delta",
        };
        self.push(&[
            Cell::Text(metric.id.encode(id)),
            Cell::Time(metric.time),
            Cell::Text(&metric.name),
            Cell::Text(kind),
            Cell::Float(metric.value),
            Cell::Text(&metric.unit),
            Cell::Text(&metric.service),
            Cell::Text(&metric.host),
            Cell::Map(&metric.attributes),
            Cell::Day(metric.id.received()),
        ]);
    }

    pub(super) fn push_span(&mut self, span: &Span) {
        let id = &mut [0; 36];
        self.push(&[
            Cell::Text(span.id.encode(id)),
            Cell::Time(span.time),
            Cell::Integer(span.duration_ns),
            Cell::Text(&span.trace_id),
            Cell::Text(&span.span_id),
            Cell::Text(&span.parent_span_id),
            Cell::Text(&span.name),
            Cell::Boolean(span.failed),
            Cell::Text(&span.service),
            Cell::Text(&span.host),
            Cell::Map(&span.attributes),
            Cell::Day(span.id.received()),
        ]);
    }

    pub(super) fn push_finding(&mut self, finding: &Finding) {
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        let references = json(serde_json::to_string(&finding.references));
        let evidence = json(serde_json::to_string(&finding.evidence));
        self.push(&[
            Cell::Text(&finding.id.to_string()),
            Cell::Time(finding.time),
            Cell::Text(&finding.detector),
            Cell::Text(&finding.version),
            Cell::Text(&finding.class),
            Cell::Text(finding.severity.name()),
            Cell::Float(finding.confidence),
            Cell::Text(&finding.subject.kind),
            Cell::Text(&finding.subject.name),
            Cell::Text(&finding.title),
            Cell::Text(&finding.explanation),
            Cell::Text(&finding.remediation),
            Cell::Text(&references),
            Cell::Text(&evidence),
            Cell::Text(&finding.fingerprint),
            Cell::Text(&finding.observation.map(|id| id.to_string()).unwrap_or_default()),
            Cell::Day(finding.observation.map_or(finding.time, |id| id.received())),
        ]);
    }

    fn push(&mut self, cells: &[Cell<'_>]) {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.name.as_str());
        self.bytes += ROW_BYTES;
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += column.push(cell, &mut self.text);
        }
        self.rows += 1;
    }

    /// The gathered rows, of which there may be none; gathering begins anew.
    pub(super) fn seal(&mut self) -> Result<RecordBatch, ArrowError> {
        let columns = self.columns.iter_mut().map(ColumnRows::finish).collect();
        (self.rows, self.bytes) = (0, 0);
        RecordBatch::try_new(self.name.arrow(), columns)
    }
}

impl ColumnRows {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Identity => Self::Text(StringBuilder::new()),
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Day => Self::Day(Date32Builder::new()),
            Kind::Map => {
                let names = MapFieldNames { entry: "key_value".into(), key: "key".into(), value: "value".into() };
                Self::Map(Box::new(MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new())))
            }
        }
    }

    /// Appends the cell; returns how many bytes of text it took.
    fn push(&mut self, cell: &Cell<'_>, text: &mut String) -> usize {
        match (self, cell) {
            (Self::Text(column), Cell::Text("")) => column.append_null(),
            (Self::Text(column), Cell::Text(value)) => {
                column.append_value(value);
                return value.len();
            }
            (Self::Time(column), Cell::Time(time)) => column.append_value(time.micros()),
            (Self::Integer(column), Cell::Integer(value)) => column.append_value(*value),
            (Self::Float(column), Cell::Float(value)) => column.append_value(*value),
            (Self::Boolean(column), Cell::Boolean(value)) => column.append_value(*value),
            (Self::Day(column), Cell::Day(time)) => column.append_value(i32::try_from(time.days()).unwrap_or(0)),
            (Self::Map(column), Cell::Map(attributes)) => return push_map(column, attributes, text),
            _ => debug_assert!(false, "a cell stands in a column of another kind"),
        }
        0
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Time(column) => Arc::new(column.finish()),
            Self::Integer(column) => Arc::new(column.finish()),
            Self::Float(column) => Arc::new(column.finish()),
            Self::Boolean(column) => Arc::new(column.finish()),
            Self::Day(column) => Arc::new(column.finish()),
            Self::Map(column) => Arc::new(column.finish()),
        }
    }
}

fn push_map(
    column: &mut MapBuilder<StringBuilder, StringBuilder>,
    attributes: &Attributes,
    text: &mut String,
) -> usize {
    let mut bytes = 0;
    for (key, value) in attributes {
        column.keys().append_value(key);
        bytes += key.len() + 8;
        match value {
            Value::Null => column.values().append_null(),
            Value::Text(value) | Value::Json(value) => {
                column.values().append_value(value);
                bytes += value.len();
            }
            other => {
                text.clear();
                // Writing to a String cannot fail.
                let _ = write!(text, "{other}");
                column.values().append_value(&text);
                bytes += text.len();
            }
        }
    }
    column.append(true).expect("keys and values are appended in pairs");
    bytes
}
