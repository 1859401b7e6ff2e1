//! What the tables hold.
//!
//! Columns are what everyone filters by; the rest of an observation is one column `attributes`, a map from text to
//! text, which SQL reaches into with `attributes['key']`. Tables are partitioned by `day`, the day of *receipt*: event
//! times come from outside and would let anyone open any number of partitions. Times are microseconds, the finest
//! that Delta readers share.

use deltalake::{
    arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit},
    kernel::{DataType as DeltaType, MapType, PrimitiveType, StructField},
    parquet::{
        basic::{Compression, Encoding, ZstdLevel},
        file::properties::{EnabledStatistics, WriterProperties, WriterVersion},
        schema::types::ColumnPath,
    },
};
use std::sync::Arc;

/// The partition column.
pub(super) const DAY: &str = "day";
/// The column that rows are sorted by.
pub(super) const TIME: &str = "time";

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
    /// Text that hardly repeats: stored as differences to the value before instead of through a dictionary.
    Identity,
    Time,
    Integer,
    Float,
    Boolean,
    Map,
    Day,
}

use Kind::{Boolean, Day, Float, Identity, Integer, Map, Text, Time};

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
    ("message", Text),
    ("attributes", Map),
    ("day", Day),
];

const METRICS: &[(&str, Kind)] = &[
    ("id", Identity),
    ("time", Time),
    ("name", Text),
    ("kind", Text),
    ("value", Float),
    ("unit", Text),
    ("service", Text),
    ("host", Text),
    ("attributes", Map),
    ("day", Day),
];

const SPANS: &[(&str, Kind)] = &[
    ("id", Identity),
    ("time", Time),
    ("duration_ns", Integer),
    ("trace_id", Identity),
    ("span_id", Identity),
    ("parent_span_id", Identity),
    ("name", Text),
    ("failed", Boolean),
    ("service", Text),
    ("host", Text),
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
            Self::Metrics => "id,time,name",
            Self::Spans => "id,time,service",
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

    /// How files are written: zstd for all, and an encoding that suits the kind of column. Chosen by reasoning, not yet
    /// by measuring alternatives against each other.
    pub(super) fn writer_properties(self) -> WriterProperties {
        let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("the level is one of zstd's");
        let mut properties = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_2_0)
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_column_statistics_enabled(ColumnPath::from(TIME), EnabledStatistics::Page)
            .set_column_statistics_enabled(ColumnPath::from("id"), EnabledStatistics::Page);
        for (name, kind) in self.columns() {
            let encoding = match kind {
                Identity => Encoding::DELTA_BYTE_ARRAY,
                Time | Integer => Encoding::DELTA_BINARY_PACKED,
                _ => continue,
            };
            let path = ColumnPath::from(*name);
            properties =
                properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, encoding);
        }
        properties.build()
    }
}

/// The fastest of zstd's usual levels, because encoding shares the cores with ingest. Not compared with others yet.
const ZSTD_LEVEL: i32 = 1;
/// Meant to let an hour skip most row groups of a day; other sizes were not compared yet.
const ROW_GROUP_ROWS: usize = 128 * 1024;

impl Kind {
    fn arrow(self) -> DataType {
        match self {
            Text | Identity => DataType::Utf8,
            Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Integer => DataType::Int64,
            Float => DataType::Float64,
            Boolean => DataType::Boolean,
            Day => DataType::Date32,
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
            Text | Identity => PrimitiveType::String,
            Time => PrimitiveType::Timestamp,
            Integer => PrimitiveType::Long,
            Float => PrimitiveType::Double,
            Boolean => PrimitiveType::Boolean,
            Day => PrimitiveType::Date,
            Map => return DeltaType::Map(Box::new(MapType::new(DeltaType::STRING, DeltaType::STRING, true))),
        };
        DeltaType::Primitive(primitive)
    }
}
