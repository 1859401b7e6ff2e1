//! What the tables hold.
//!
//! Columns are what everyone filters by; the rest of an observation is one column `attributes`, a map from text to
//! text, which SQL reaches into with `attributes['key']`. Tables are partitioned by `day`, the day of *receipt*: event
//! times come from outside and would let anyone open any number of partitions. Times are microseconds, the finest
//! that Delta readers share.

use deltalake::{
    arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit},
    kernel::{ArrayType, DataType as DeltaType, MapType, PrimitiveType, StructField},
    parquet::{
        basic::{Compression, Encoding, ZstdLevel},
        file::properties::{EnabledStatistics, WriterProperties, WriterVersion},
        schema::types::ColumnPath,
    },
};
use std::sync::Arc;

/// The partition column.
pub(super) const DAY: &str = "day";
/// When it happened.
pub(super) const TIME: &str = "time";
/// Which series a point belongs to.
const SERIES: &str = "series";

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TableName {
    Events,
    Metrics,
    Spans,
    Findings,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, null when empty.
    Text,
    /// Text that hardly repeats but shares its beginning with the value before, of which only the rest is stored.
    Identity,
    /// Text that hardly repeats, stored as it is.
    Message,
    Time,
    Integer,
    /// A number that repeats, such as that of a series.
    Key,
    Float,
    Boolean,
    Map,
    Floats,
    Integers,
    Day,
}

use Kind::{Boolean, Day, Float, Floats, Identity, Integer, Integers, Key, Map, Message, Text, Time};

const EVENTS: &[(&str, Kind)] = &[
    ("id", Identity),
    ("time", Time),
    ("kind", Text),
    ("severity", Text),
    ("service", Text),
    ("host", Text),
    ("actor", Text),
    ("source_address", Text),
    ("trace_id", Identity),
    ("span_id", Identity),
    ("message", Message),
    ("attributes", Map),
    ("day", Day),
];

/// `series` is the same number for all points with the same name, service, host and attributes. `count` to `quantiles`
/// are null for a plain number; `counts` has one element more than `bounds`, and `value` is the sum.
const METRICS: &[(&str, Kind)] = &[
    ("id", Identity),
    ("time", Time),
    ("series", Key),
    ("name", Text),
    ("kind", Text),
    ("value", Float),
    ("unit", Text),
    ("service", Text),
    ("host", Text),
    ("attributes", Map),
    ("start_time", Time),
    ("count", Integer),
    ("min", Float),
    ("max", Float),
    ("bounds", Floats),
    ("counts", Integers),
    ("quantiles", Map),
    ("day", Day),
];

/// `events` and `links` are JSON lists as text.
const SPANS: &[(&str, Kind)] = &[
    ("id", Identity),
    ("time", Time),
    ("duration_ns", Integer),
    ("trace_id", Identity),
    ("span_id", Identity),
    ("parent_span_id", Identity),
    ("name", Text),
    ("kind", Text),
    ("failed", Boolean),
    ("status_message", Text),
    ("service", Text),
    ("host", Text),
    ("events", Text),
    ("links", Text),
    ("attributes", Map),
    ("day", Day),
];

/// `references` and `evidence` are JSON lists as text.
const FINDINGS: &[(&str, Kind)] = &[
    ("id", Identity),
    ("time", Time),
    ("detector", Text),
    ("version", Text),
    ("class", Text),
    ("severity", Text),
    ("confidence", Float),
    ("subject_kind", Text),
    ("subject_name", Text),
    ("title", Text),
    ("explanation", Text),
    ("remediation", Text),
    ("references", Text),
    ("evidence", Text),
    ("fingerprint", Text),
    ("observation", Identity),
    ("day", Day),
];

impl TableName {
    /// All tables.
    pub(super) const ALL: [Self; 4] = [Self::Events, Self::Metrics, Self::Spans, Self::Findings];

    /// The name in SQL, and of the folder.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Metrics => "metrics",
            Self::Spans => "spans",
            Self::Findings => "findings",
        }
    }

    /// The columns in order.
    pub(super) const fn columns(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Events => EVENTS,
            Self::Metrics => METRICS,
            Self::Spans => SPANS,
            Self::Findings => FINDINGS,
        }
    }

    /// The columns that data skipping keeps the least and greatest value of.
    pub(super) const fn skipping_columns(self) -> &'static str {
        match self {
            Self::Events | Self::Findings => "id,time,severity",
            Self::Metrics => "id,time,series,name",
            Self::Spans => "id,time,service",
        }
    }

    /// The columns that the rows of every file are sorted by.
    pub(super) const fn order(self) -> &'static [&'static str] {
        match self {
            // Points of one series stand together: a query asks for few series over a long time, and what describes a
            // series is stored once.
            Self::Metrics => &[SERIES, TIME],
            Self::Events | Self::Spans | Self::Findings => &[TIME],
        }
    }

    /// The schema of rows in memory.
    pub(super) fn arrow(self) -> SchemaRef {
        let field = |(name, kind): &(&str, Kind)| Field::new(*name, kind.arrow(), true);
        Arc::new(Schema::new(self.columns().iter().map(field).collect::<Vec<_>>()))
    }

    /// The columns as Delta knows them.
    pub(super) fn delta(self) -> Vec<StructField> {
        self.columns().iter().map(|(name, kind)| StructField::new(*name, kind.delta(), true)).collect()
    }

    /// How a column is stored, unless through a dictionary.
    fn encoding(self, name: &str, kind: Kind) -> Option<Encoding> {
        match (self, name, kind) {
            // In the order of series neighbours come from different batches, and moments repeat from series to series:
            // zstd sees that in plain values and not in differences.
            (Self::Metrics, "id" | TIME, _) => Some(Encoding::PLAIN),
            (_, _, Identity) => Some(Encoding::DELTA_BYTE_ARRAY),
            (_, _, Message) => Some(Encoding::DELTA_LENGTH_BYTE_ARRAY),
            (_, _, Time | Integer) => Some(Encoding::DELTA_BINARY_PACKED),
            (_, _, Float) => Some(Encoding::PLAIN),
            _ => None,
        }
    }

    /// How files are written. The settings are those that measured best on web server logs, Windows events and node
    /// metrics; docs/performance.md has the table and the command.
    pub(super) fn writer_properties(self, effort: Effort) -> WriterProperties {
        let level = ZstdLevel::try_new(effort.zstd_level()).expect("the level is one of zstd's");
        let mut properties = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_2_0)
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_data_page_size_limit(PAGE_BYTES)
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_column_statistics_enabled(ColumnPath::from(TIME), EnabledStatistics::Page)
            .set_column_statistics_enabled(ColumnPath::from("id"), EnabledStatistics::Page);
        for (name, kind) in self.columns() {
            let Some(encoding) = self.encoding(name, *kind) else { continue };
            let path = ColumnPath::from(*name);
            properties =
                properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, encoding);
        }
        properties.build()
    }
}

/// How hard a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// A commit, which shares the cores with ingest and is merged soon.
    Commit,
    /// A merged file, which is written once and read often.
    Merge,
}

impl Effort {
    const fn zstd_level(self) -> i32 {
        match self {
            Self::Commit => 1,
            Self::Merge => 6,
        }
    }
}

/// What is compressed at once. Pages of 4 MiB make text a tenth smaller; but one of each column is in memory while files
/// are written and read, and a merge then takes 15 MB more (`palisade bench soak`).
const PAGE_BYTES: usize = 1 << 20;
/// A query skips groups by their times and ids; groups of 1 Mi rows would hardly be smaller on disk.
const ROW_GROUP_ROWS: usize = 64 * 1024;

impl Kind {
    fn arrow(self) -> DataType {
        match self {
            Text | Identity | Message => DataType::Utf8,
            Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Integer | Key => DataType::Int64,
            Float => DataType::Float64,
            Boolean => DataType::Boolean,
            Day => DataType::Date32,
            Floats => DataType::new_list(DataType::Float64, true),
            Integers => DataType::new_list(DataType::Int64, true),
            Map => {
                let entries = Fields::from(vec![
                    Field::new("key", DataType::Utf8, false),
                    Field::new("value", DataType::Utf8, true),
                ]);
                DataType::Map(Arc::new(Field::new("key_value", DataType::Struct(entries), false)), false)
            }
        }
    }

    fn delta(self) -> DeltaType {
        let primitive = match self {
            Text | Identity | Message => PrimitiveType::String,
            Time => PrimitiveType::Timestamp,
            Integer | Key => PrimitiveType::Long,
            Float => PrimitiveType::Double,
            Boolean => PrimitiveType::Boolean,
            Day => PrimitiveType::Date,
            Floats => return DeltaType::Array(Box::new(ArrayType::new(DeltaType::DOUBLE, true))),
            Integers => return DeltaType::Array(Box::new(ArrayType::new(DeltaType::LONG, true))),
            Map => return DeltaType::Map(Box::new(MapType::new(DeltaType::STRING, DeltaType::STRING, true))),
        };
        DeltaType::Primitive(primitive)
    }
}
