//! The vocabulary as Arrow rows.
//!
//! One [`Rows`] gathers the rows of one table, column by column, until they are sealed into a record batch. Appending
//! copies each text once, into the column's buffer, and allocates nothing of its own.

use super::schema::{Kind, TableName};
use deltalake::arrow::{
    array::{
        Array, ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListBuilder, MapBuilder,
        MapFieldNames, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
    },
    error::ArrowError,
};
use palisade_model::{Attributes, Event, Finding, Metric, MetricKind, Quantile, Span, Timestamp, Value};
use serde::Serialize;
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
    Floats(Box<ListBuilder<Float64Builder>>),
    Integers(Box<ListBuilder<Int64Builder>>),
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
    Floats(&'a [f64]),
    Integers(&'a [u64]),
    Null,
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
        let start_time = match metric.start_time == Timestamp::default() {
            true => Cell::Null,
            false => Cell::Time(metric.start_time),
        };
        let quantiles;
        let [count, min, max, bounds, counts, quantiles] = match metric.distribution.as_deref() {
            None => [const { Cell::Null }; 6],
            Some(distribution) => {
                let quantile = |at: &Quantile| (at.quantile.to_string(), Value::Float(at.value));
                quantiles = distribution.quantiles.iter().map(quantile).collect::<Attributes>();
                [
                    Cell::Integer(distribution.count.try_into().unwrap_or(i64::MAX)),
                    distribution.min.map_or(Cell::Null, Cell::Float),
                    distribution.max.map_or(Cell::Null, Cell::Float),
                    Cell::Floats(&distribution.bounds),
                    Cell::Integers(&distribution.counts),
                    Cell::Map(&quantiles),
                ]
            }
        };
        self.push(&[
            Cell::Text(metric.id.encode(id)),
            Cell::Time(metric.time),
            Cell::Integer(metric.series().cast_signed()),
            Cell::Text(&metric.name),
            Cell::Text(kind),
            Cell::Float(metric.value),
            Cell::Text(&metric.unit),
            Cell::Text(&metric.service),
            Cell::Text(&metric.host),
            Cell::Map(&metric.attributes),
            start_time,
            count,
            min,
            max,
            bounds,
            counts,
            quantiles,
            Cell::Day(metric.id.received()),
        ]);
    }

    pub(super) fn push_span(&mut self, span: &Span) {
        let id = &mut [0; 36];
        let events = json_list(&span.events);
        let links = json_list(&span.links);
        self.push(&[
            Cell::Text(span.id.encode(id)),
            Cell::Time(span.time),
            Cell::Integer(span.duration_ns),
            Cell::Text(&span.trace_id),
            Cell::Text(&span.span_id),
            Cell::Text(&span.parent_span_id),
            Cell::Text(&span.name),
            Cell::Text(&span.kind),
            Cell::Boolean(span.failed),
            Cell::Text(&span.status_message),
            Cell::Text(&span.service),
            Cell::Text(&span.host),
            Cell::Text(&events),
            Cell::Text(&links),
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
            Kind::Text | Kind::Identity | Kind::Message => Self::Text(StringBuilder::new()),
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Integer | Kind::Key => Self::Integer(Int64Builder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Day => Self::Day(Date32Builder::new()),
            Kind::Floats => Self::Floats(Box::default()),
            Kind::Integers => Self::Integers(Box::default()),
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
            (Self::Time(column), Cell::Null) => column.append_null(),
            (Self::Integer(column), Cell::Null) => column.append_null(),
            (Self::Float(column), Cell::Null) => column.append_null(),
            (Self::Floats(column), Cell::Null) => column.append_null(),
            (Self::Integers(column), Cell::Null) => column.append_null(),
            (Self::Map(column), Cell::Null) => column.append(false).expect("keys and values are appended in pairs"),
            (Self::Floats(column), Cell::Floats(values)) => {
                column.append_value(values.iter().copied().map(Some));
                return size_of_val(*values);
            }
            (Self::Integers(column), Cell::Integers(values)) => {
                column.append_value(values.iter().map(|&value| i64::try_from(value).ok()));
                return size_of_val(*values);
            }
            (Self::Map(column), Cell::Map(attributes)) => return push_map(column, attributes, text),
            _ => debug_assert!(false, "a cell stands in a column of another kind"),
        }
        0
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => exact(column.finish()),
            Self::Time(column) => exact(column.finish()),
            Self::Integer(column) => exact(column.finish()),
            Self::Float(column) => exact(column.finish()),
            Self::Boolean(column) => exact(column.finish()),
            Self::Day(column) => exact(column.finish()),
            Self::Map(column) => exact(column.finish()),
            Self::Floats(column) => exact(column.finish()),
            Self::Integers(column) => exact(column.finish()),
        }
    }
}

/// The array without the room that its buffers grew for rows that did not come, up to as much as it holds.
fn exact(mut array: impl Array + 'static) -> ArrayRef {
    array.shrink_to_fit();
    Arc::new(array)
}

/// The list as JSON text, empty when it is.
fn json_list<T: Serialize>(list: &[T]) -> String {
    match list {
        [] => String::new(),
        // What the vocabulary holds can always be written as JSON.
        list => serde_json::to_string(list).unwrap_or_default(),
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
