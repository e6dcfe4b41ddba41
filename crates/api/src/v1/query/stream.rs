//! Samples of several people as one table, as a stream.

use super::{
    asked::Asked,
    format::media_type,
    walk::{Chunk, Walk},
};
use crate::{
    State,
    error::{ApiError, Result},
    exporting::{self, Source, Step},
    samples::daily_total,
};
use axum::response::Response;
use export::samples::{Batch, SampleRow, TableFormat, TableWriter};
use std::{collections::HashMap, sync::Arc};

/// About how many rows are read at a time: a megabyte or two of memory for a stream.
const ROWS_A_READ: u64 = 16_384;
/// More rows than this are written off the async threads.
const FEW_ROWS: usize = 256;

/// The table.
pub(super) fn answer(state: &State, asked: Arc<Asked>, format: TableFormat) -> Result<Response> {
    let (media_type, ending) = media_type(format);
    let table = SampleTable::new(state, asked, format)?;
    exporting::answer(state, table, media_type, &format!("samples.{ending}"))
}

/// The table while it is written.
pub(in crate::v1) struct SampleTable {
    state: State,
    walk: Walk,
    /// None after it failed.
    writer: Option<TableWriter>,
}

impl SampleTable {
    pub(in crate::v1) fn new(state: &State, asked: Arc<Asked>, format: TableFormat) -> Result<Self> {
        let writer = TableWriter::new(format).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { state: state.clone(), walk: Walk::new(asked), writer: Some(writer) })
    }

    /// Appends the next rows; whether there were any.
    pub(in crate::v1) async fn more(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let Some(chunk) = self.walk.next(&self.state, ROWS_A_READ, None).await? else { return Ok(false) };
        if let Some(writer) = self.writer.take() {
            let (writer, bytes) = written(writer, chunk, std::mem::take(out)).await?;
            (self.writer, *out) = (Some(writer), bytes);
        }
        Ok(true)
    }

    /// Adds rows from elsewhere.
    pub(in crate::v1) fn put(&mut self, batch: &Batch<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        writer.write(batch, out).map_err(|error| ApiError::internal(&error))
    }

    /// Appends what ends the table.
    pub(in crate::v1) fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let ended = self.writer.take().map(|writer| writer.finish(out));
        ended.unwrap_or(Ok(())).map_err(|error| ApiError::internal(&error))
    }
}

impl Source for SampleTable {
    async fn fill(&mut self, out: &mut Vec<u8>) -> Result<Step> {
        if self.more(out).await? {
            return Ok(Step::More);
        }
        self.end(out)?;
        Ok(Step::End)
    }

    fn break_off(&mut self, out: &mut Vec<u8>) {
        if let Some(writer) = self.writer.take() {
            writer.break_off(out);
        }
    }
}

async fn written(mut writer: TableWriter, chunk: Chunk, mut out: Vec<u8>) -> Result<(TableWriter, Vec<u8>)> {
    let few = chunk.rows.len() <= FEW_ROWS;
    let work = move || {
        write(&mut writer, &chunk, &mut out)?;
        Ok((writer, out))
    };
    if few {
        return work();
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
}

fn write(writer: &mut TableWriter, chunk: &Chunk, out: &mut Vec<u8>) -> Result<()> {
    let sources: HashMap<i32, _> = chunk.sources.iter().map(|stored| (stored.number, &stored.source)).collect();
    let row = |row: &crate::samples::Row| SampleRow {
        at: row.at,
        duration_us: row.id.duration_us,
        value: row.value,
        offset: row.offset,
        source: sources.get(&chunk.source(row)).copied(),
        is_daily_total: daily_total(row),
        is_reduced: row.id.context.is_reduced(),
    };
    let rows: Vec<SampleRow<'_>> = chunk.rows.iter().map(row).collect();
    let batch = Batch {
        user_id: &chunk.person.id_text,
        external_user_id: chunk.person.user.external_user_id.as_deref(),
        series: chunk.series,
        rows: &rows,
    };
    writer.write(&batch, out).map_err(|error| ApiError::internal(&error))
}
