//! A table as a stream: rows are read as the client takes them.

use super::{
    asked::Asked,
    format::media_type,
    walk::{Chunk, Walk},
};
use crate::{
    State,
    error::{ApiError, Result},
    samples::daily_total,
    streaming::{self, Frames, Stage},
};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use export::samples::{Batch, SampleRow, TableFormat, TableWriter};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::OwnedSemaphorePermit;

/// About how many rows are read at a time: a megabyte or two of memory for a stream.
const ROWS_A_READ: u64 = 16_384;
/// So many bytes are gathered before they are sent, if rows are few.
const BYTES_A_FRAME: usize = 64 * 1024;
/// More rows than this are written off the async threads.
const FEW_ROWS: usize = 256;

/// The table.
pub(super) fn answer(state: &State, asked: Arc<Asked>, format: TableFormat) -> Result<Response> {
    let permit = Arc::clone(&state.exports)
        .try_acquire_owned()
        .map_err(|_| ApiError::Unavailable { reason: "Too many exports are open", retry_after_s: 10 })?;
    let writer = TableWriter::new(format).map_err(|error| ApiError::internal(&error))?;
    let export = Export { state: state.clone(), walk: Walk::new(asked), writer, _permit: permit };
    let (media_type, ending) = media_type(format);
    let name = format!("attachment; filename=\"samples.{ending}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?),
    ];
    Ok((headers, Body::from_stream(streaming::body(Box::new(export)))).into_response())
}

struct Export {
    state: State,
    walk: Walk,
    writer: TableWriter,
    _permit: OwnedSemaphorePermit,
}

impl Frames for Box<Export> {
    async fn frame(mut self) -> (Vec<u8>, Stage<Self>) {
        let mut out = Vec::new();
        while out.len() < BYTES_A_FRAME {
            if self.state.shutdown.is_cancelled() {
                self.writer.break_off(&mut out);
                return (out, Stage::Broken);
            }
            match self.walk.next(&self.state, ROWS_A_READ, None).await {
                Ok(Some(chunk)) => match written(self.writer, chunk, out).await {
                    Ok((writer, bytes)) => (self.writer, out) = (writer, bytes),
                    // the error is logged, and what writes the sign is gone with it
                    Err(_) => return (Vec::new(), Stage::Broken),
                },
                Ok(None) => {
                    let ended = self.writer.finish(&mut out).map_err(|error| ApiError::internal(&error));
                    return (out, if ended.is_ok() { Stage::Done } else { Stage::Broken });
                }
                Err(_) => {
                    self.writer.break_off(&mut out);
                    return (out, Stage::Broken);
                }
            }
        }
        (out, Stage::Open(self))
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
