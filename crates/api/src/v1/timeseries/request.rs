//! What a page of samples asks for.

use crate::{
    error::{ApiError, Result},
    samples::{RESOLUTIONS, RowId, Selection, Span, resolution_name, time_zone},
    trust::Trusted,
    wire::{Cursor, Metadata, Query},
};
use model::{SeriesType, Timestamp};
use series::Resolution;
use std::sync::Arc;
use store::User;

/// What is asked for.
pub(super) struct Request {
    pub(super) selection: Arc<Selection>,
    pub(super) cursor: Option<(Cursor, RowId)>,
    pub(super) limit: usize,
}

impl Request {
    /// Reads it from the query.
    pub(super) fn read(query: &Query, user: Option<&User>, merged: Option<Trusted>, max_page: u32) -> Result<Self> {
        let resolution = query.choice("resolution", Resolution::Raw, RESOLUTIONS)?;
        let zone = time_zone(query.text("tz"), user, resolution)?;
        let (from, to) = (query.instant("start_time")?, query.instant("end_time")?);
        let cursor = query.text("cursor").filter(|text| !text.is_empty()).map(|text| {
            let cursor = Cursor::decode(text)?;
            let id = RowId::decode(&cursor.id).ok_or_else(|| Cursor::malformed(text))?;
            Ok::<_, ApiError>((cursor, id))
        });
        let cursor = cursor.transpose()?;
        let limit = query.integer("limit", 50, 1..=max_page)? as usize;
        let span = Span::new(from, to, resolution, zone.as_ref());
        let explain = query.flag("explain")?;
        let selection = Arc::new(Selection { series: series(query)?, span, resolution, zone, merged, explain });
        Ok(Self { selection, cursor, limit })
    }

    pub(super) fn backward(&self) -> bool {
        self.cursor.as_ref().is_some_and(|(cursor, _)| cursor.backward)
    }

    /// The row that the page begins beyond.
    pub(super) fn place(&self) -> Option<(Timestamp, RowId)> {
        self.cursor.as_ref().map(|(cursor, id)| (cursor.at, *id))
    }

    /// What was asked for, and that a page of it has so many rows. Raw has no name, as the peer has it.
    pub(super) fn metadata(&self, sample_count: usize) -> Metadata {
        let selection = &self.selection;
        Metadata {
            resolution: (!selection.is_raw()).then(|| resolution_name(selection.resolution)),
            sample_count,
            merged: selection.merged.is_some(),
            start_time: selection.span.samples.from,
            end_time: selection.span.samples.to,
        }
    }
}

/// The series asked for; none named is all.
fn series(query: &Query) -> Result<Vec<SeriesType>> {
    let find = |code: &str| {
        SeriesType::find(code)
            .ok_or_else(|| ApiError::invalid("types", format!("Input should be one of the series types, not '{code}'")))
    };
    let mut wanted = query.all("types").filter(|code| !code.is_empty()).map(find).collect::<Result<Vec<_>>>()?;
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}
