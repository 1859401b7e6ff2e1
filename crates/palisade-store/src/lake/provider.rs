//! The tables as a query sees them: committed files and the rows in memory.

use super::{schema::TableName, table::View};
use async_trait::async_trait;
use deltalake::{
    arrow::{array::RecordBatch, compute::cast, datatypes::SchemaRef},
    datafusion::{
        catalog::{SchemaProvider, Session, TableProvider},
        datasource::{MemTable, TableType},
        error::{DataFusionError, Result},
        logical_expr::{Expr, TableProviderFilterPushDown},
        physical_plan::{ExecutionPlan, union::UnionExec},
    },
};
use std::sync::Arc;

/// All tables of one moment. A table is made ready when a query names it: of the time of a small query that took most.
#[derive(Debug)]
pub(super) struct Tables(pub(super) Vec<(TableName, View)>);

impl Tables {
    fn view(&self, wanted: &str) -> Option<&View> {
        self.0.iter().find_map(|(name, view)| (name.as_str() == wanted).then_some(view))
    }
}

#[async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.as_str().to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        match self.view(name) {
            Some(view) => Ok(Some(Arc::new(UnionTable::new(view).await?))),
            None => Ok(None),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.view(name).is_some()
    }
}

/// The union of a Delta snapshot and rows that are not committed yet.
#[derive(Debug)]
struct UnionTable {
    files: Arc<dyn TableProvider>,
    rows: Option<MemTable>,
}

impl UnionTable {
    async fn new(view: &View) -> Result<Self> {
        let files = view.delta.table_provider().build().await?;
        let schema = files.schema();
        let batches = view.batches.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>>>()?;
        let rows = (!batches.is_empty()).then(|| MemTable::try_new(schema, vec![batches])).transpose()?;
        Ok(Self { files: Arc::new(files), rows })
    }
}

/// The batch with the column types that the files are read with, such as views instead of plain texts.
fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = schema.fields().iter().map(|field| {
        let column = batch.column_by_name(field.name());
        let column = column.ok_or_else(|| DataFusionError::Internal(format!("rows lack column {}", field.name())))?;
        Ok(cast(column, field.data_type())?)
    });
    Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_>>()?)?)
}

#[async_trait]
impl TableProvider for UnionTable {
    fn schema(&self) -> SchemaRef {
        self.files.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files.scan(session, projection, filters, limit).await?;
        match &self.rows {
            None => Ok(files),
            Some(rows) => {
                let rows = rows.scan(session, projection, filters, limit).await?;
                UnionExec::try_new(vec![files, rows])
            }
        }
    }

    /// Files are pruned by the filters; rows in memory are not, so the query filters again.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}
