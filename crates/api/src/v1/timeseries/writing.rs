//! A page as JSON, written while it is read. What is short is one answer; of what is long the first rows are sent
//! while the next are not yet read, and what is known last comes last.

use super::{
    list::TimeSeriesSample,
    reader::{Reader, Rows},
    request::Request,
};
use crate::{
    State,
    error::{ApiError, Result},
    samples::{Explanation, RowId, devices},
    streaming::{self, Frames, Stage},
    wire::{Cursor, Pagination, json_answer, shown_sources},
};
use axum::{body::Body, response::Response};
use model::{Timestamp, UserId};
use serde::Serialize;

/// So many bytes are sent before more is read.
const BYTES_A_FRAME: usize = 64 * 1024;
/// About what a row takes.
const BYTES_A_ROW: usize = 256;

/// A page that is being written.
pub(super) struct Writing {
    state: State,
    user: UserId,
    request: Request,
    reader: Reader,
    out: Vec<u8>,
    count: usize,
    ends: Option<(Place, Place)>,
}

type Place = (Timestamp, RowId);

/// The page that a request asks for.
pub(super) async fn answer(state: State, user: UserId, request: Request) -> Result<Response> {
    let reader = Reader::new(&state, user, &request);
    let out = b"{\"data\":[".to_vec();
    let mut writing = Box::new(Writing { state, user, request, reader, out, count: 0, ends: None });
    while writing.read_on().await? {
        if writing.out.len() >= BYTES_A_FRAME {
            return Ok(json_answer(Body::from_stream(streaming::body(writing))));
        }
    }
    Ok(json_answer(writing.out))
}

impl Frames for Box<Writing> {
    async fn frame(mut self) -> (Vec<u8>, Stage<Self>) {
        while self.out.len() < BYTES_A_FRAME {
            match self.read_on().await {
                Ok(true) => {}
                Ok(false) => return (std::mem::take(&mut self.out), Stage::Done),
                Err(_) => return (Vec::new(), Stage::Broken),
            }
        }
        (std::mem::take(&mut self.out), Stage::Open(self))
    }
}

impl Writing {
    /// Reads on and writes what came, after the last rows the end too; whether there is more to read.
    async fn read_on(&mut self) -> Result<bool> {
        if self.reader.is_open() {
            let rows = match self.request.backward() {
                true => self.reader.all(&self.state, &self.request).await?,
                false => self.reader.next(&self.state, &self.request).await?,
            };
            self.write(rows).await?;
        }
        let is_open = self.reader.is_open();
        if !is_open {
            self.finish()?;
        }
        Ok(is_open)
    }

    async fn write(&mut self, Rows { rows, sources }: Rows) -> Result<()> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
        self.ends = Some((self.ends.map_or(first.place(), |(first, _)| first), last.place()));
        let shown = shown_sources(&sources)?;
        let devices = devices(&self.state, self.user, &rows).await?;
        self.out.reserve(BYTES_A_ROW * rows.len());
        for row in &rows {
            if self.count > 0 {
                self.out.push(b',');
            }
            let source = devices.get(&row.id.context).copied().unwrap_or(row.id.source);
            let sample =
                TimeSeriesSample::of(row, shown.get(&source).map(AsRef::as_ref), Explanation::of(row, &sources));
            put(&mut self.out, &sample)?;
            self.count += 1;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let pagination = self.pagination();
        self.out.extend_from_slice(b"],\"pagination\":");
        put(&mut self.out, &pagination)?;
        self.out.extend_from_slice(b",\"metadata\":");
        put(&mut self.out, &self.request.metadata(self.count))?;
        self.out.push(b'}');
        Ok(())
    }

    fn pagination(&self) -> Pagination {
        let more = self.reader.more;
        let backward = self.request.backward();
        let (has_next, has_previous) = if backward { (true, more) } else { (more, self.request.cursor.is_some()) };
        let cursor = |of: fn(Timestamp, String) -> Cursor, (at, id): Place| of(at, id.encode()).encode();
        Pagination {
            next_cursor: self.ends.filter(|_| has_next).map(|(_, last)| cursor(Cursor::after, last)),
            previous_cursor: self.ends.filter(|_| has_previous).map(|(first, _)| cursor(Cursor::before, first)),
            has_more: more,
            total_count: self.reader.total,
        }
    }
}

fn put<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<()> {
    serde_json::to_writer(out, value).map_err(|error| ApiError::internal(&error))
}
