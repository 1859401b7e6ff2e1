//! A Parquet file of a table as the Parquet reader wants it: byte ranges of an object in the table's store.

use bytes::Bytes;
use deltalake::{
    ObjectStore, Path,
    parquet::{
        arrow::{arrow_reader::ArrowReaderOptions, async_reader::AsyncFileReader},
        errors::{ParquetError, Result},
        file::metadata::{ParquetMetaData, ParquetMetaDataReader},
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{ops::Range, sync::Arc};

/// One file.
pub(super) struct FileReader {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) path: Path,
    /// Its size.
    pub(super) bytes: u64,
}

impl AsyncFileReader for FileReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        async move {
            let parts = self.get_byte_ranges(vec![range]).await?;
            parts.into_iter().next().ok_or_else(|| ParquetError::General("the store gave nothing".to_owned()))
        }
        .boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        async move {
            let parts = self.store.get_ranges(&self.path, &ranges).await;
            parts.map_err(|error| ParquetError::External(Box::new(error)))
        }
        .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        async move {
            let bytes = self.bytes;
            ParquetMetaDataReader::new().load_and_finish(self, bytes).await.map(Arc::new)
        }
        .boxed()
    }
}
