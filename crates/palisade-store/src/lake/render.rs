//! Answers as people and programs read them: JSON values, CSV, Parquet.

use super::query::{Column, FileFormat, QueryError, Table};
use deltalake::{
    arrow::{
        array::RecordBatch,
        compute::cast,
        csv,
        datatypes::{DataType, Field, Schema, SchemaRef},
        error::ArrowError,
        json::{WriterBuilder, writer::LineDelimited},
    },
    parquet::arrow::ArrowWriter,
};
use serde_json::Value;
use std::sync::Arc;

/// The answer as names, types and JSON values.
pub(super) fn table(batches: &[RecordBatch], schema: &SchemaRef, truncated: bool) -> Result<Table, QueryError> {
    let column = |field: &Arc<Field>| Column { name: field.name().clone(), kind: kind(field.data_type()).to_owned() };
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for object in objects(batches).map_err(inside)? {
        rows.push(object.into_iter().map(|(_, value)| value).collect());
    }
    Ok(Table { columns: schema.fields().iter().map(column).collect(), rows, truncated })
}

/// Each row as pairs of column name and value, in the order of the columns.
pub(super) fn objects(batches: &[RecordBatch]) -> Result<Vec<Vec<(String, Value)>>, ArrowError> {
    let mut rows = Vec::new();
    for batch in batches {
        let names: Vec<_> = batch.schema_ref().fields().iter().map(|field| field.name().clone()).collect();
        for line in json_lines(batch)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let mut object: serde_json::Map<String, Value> =
                serde_json::from_slice(line).map_err(|error| ArrowError::JsonError(error.to_string()))?;
            let value = |(index, name): (usize, &String)| {
                (name.clone(), object.remove(&index.to_string()).unwrap_or(Value::Null))
            };
            rows.push(names.iter().enumerate().map(value).collect());
        }
    }
    Ok(rows)
}

/// The rows as JSON objects a line, keyed by the index of the column: two columns may have one name.
fn json_lines(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let fields = batch.schema_ref().fields().iter().enumerate();
    let fields: Vec<_> = fields.map(|(index, field)| field.as_ref().clone().with_name(index.to_string())).collect();
    let renamed = RecordBatch::try_new(Arc::new(Schema::new(fields)), batch.columns().to_vec())?;
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    writer.write(&renamed)?;
    writer.finish()?;
    Ok(writer.into_inner())
}

/// The answer as a file.
pub(super) fn file(batches: &[RecordBatch], schema: &SchemaRef, format: FileFormat) -> Result<Vec<u8>, QueryError> {
    let mut bytes = Vec::new();
    match format {
        FileFormat::Csv => write_csv(&mut bytes, batches, schema).map_err(inside)?,
        FileFormat::Parquet => {
            let mut writer = ArrowWriter::try_new(&mut bytes, Arc::clone(schema), None).map_err(inside)?;
            for batch in batches {
                writer.write(batch).map_err(inside)?;
            }
            writer.close().map_err(inside)?;
        }
    }
    Ok(bytes)
}

fn write_csv(bytes: &mut Vec<u8>, batches: &[RecordBatch], schema: &SchemaRef) -> Result<(), ArrowError> {
    if batches.is_empty() {
        let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        bytes.extend_from_slice(names.join(",").as_bytes());
        bytes.push(b'\n');
        return Ok(());
    }
    let mut writer = csv::WriterBuilder::new().with_header(true).build(bytes);
    batches.iter().try_for_each(|batch| writer.write(&flat(batch)?))
}

/// The batch with its maps and lists as JSON text, which CSV has no form for.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    use deltalake::arrow::array::{ArrayRef, StringArray};
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (index, field) in batch.schema_ref().fields().iter().enumerate() {
        let column = batch.column(index);
        let column: ArrayRef = match field.data_type() {
            nested if nested.is_nested() => {
                let one = RecordBatch::try_new(Arc::new(Schema::new(vec![field.clone()])), vec![Arc::clone(column)])?;
                let texts = objects(&[one])?.into_iter().map(|row| row.first().map(|(_, value)| value.to_string()));
                Arc::new(texts.collect::<StringArray>())
            }
            DataType::Utf8View => cast(column, &DataType::Utf8)?,
            _ => Arc::clone(column),
        };
        fields.push(Field::new(field.name(), column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// The type in words that need no knowledge of Arrow.
fn kind(kind: &DataType) -> &'static str {
    match kind {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text",
        DataType::Dictionary(_, value) => self::kind(value),
        DataType::Boolean => "boolean",
        DataType::Timestamp(..) => "time",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Duration(_) | DataType::Interval(_) => "duration",
        DataType::Map(..) => "map",
        DataType::List(_) | DataType::LargeList(_) | DataType::ListView(_) => "list",
        DataType::Struct(_) => "struct",
        DataType::Null => "null",
        number if number.is_integer() => "integer",
        number if number.is_numeric() => "float",
        _ => "binary",
    }
}

fn inside(error: impl std::fmt::Display) -> QueryError {
    QueryError::Internal(error.to_string())
}
