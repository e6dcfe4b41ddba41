//! A page of columns: one object for each user, series, source and kind, with one array a field.

use super::{
    asked::{Asked, Place},
    walk::{Chunk, Walk},
};
use crate::{
    State,
    error::Result,
    samples::{Explanation, NOBODY, Row, daily_total, resolution_name},
    wire::{OffsetText, SourceMetadata, json_body},
};
use axum::response::Response;
use model::Timestamp;
use serde::Serialize;
use series::Resolution;
use std::{collections::BTreeMap, sync::Arc};
use utoipa::ToSchema;

/// A page of samples in columns.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueryPage {
    /// The columns, in the order of the query.
    series: Vec<SeriesColumns>,
    /// Whether and where there is more.
    pagination: QueryPagination,
    /// What was asked for.
    metadata: QueryMetadata,
}

/// Samples of one user, series and source. All arrays are as long as `time`.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeriesColumns {
    /// The user.
    user_id: String,
    /// The team's own id of the user.
    external_user_id: Option<String>,
    /// The series.
    r#type: &'static str,
    /// Its unit.
    unit: &'static str,
    /// Who measured; null in columns of merged buckets.
    source: Option<SourceMetadata>,
    /// Of merged buckets: the sources that gave one or more of them alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<SourceMetadata>>,
    /// Of merged buckets: which of `sources` gave each, null where several did.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_index: Option<Vec<Option<usize>>>,
    /// True for totals and averages of whole days; false for parts of amounts; else null.
    is_daily_total: Option<bool>,
    /// True where the team's retention policy lets one point stand for a bucket of old ones, or may.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_reduced: bool,
    /// When each was measured, or where its span begins.
    #[schema(value_type = Vec<String>)]
    time: Vec<Timestamp>,
    /// The values.
    value: Vec<f64>,
    /// How long each lasts, seconds; absent where none lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<Vec<f64>>,
    /// The UTC offset at each, null where unknown; absent where all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<String>>>)]
    zone_offset: Option<Vec<Option<OffsetText>>>,
    /// Why each is what it is, if that was asked; null for buckets that are not merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Vec<Option<Explanation>>>,
}

/// What samples of the same columns have in common beside their source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    is_daily_total: Option<bool>,
    is_reduced: bool,
}

impl Kind {
    fn of(row: &Row) -> Self {
        Self { is_daily_total: daily_total(row), is_reduced: row.id.context.is_reduced() }
    }
}

/// Whether and where there is more.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueryPagination {
    /// Leads to the next page, with the same body otherwise; null on the last.
    next_cursor: Option<String>,
    /// Whether there is more.
    has_more: bool,
}

/// What was asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueryMetadata {
    /// The resolution.
    resolution: &'static str,
    /// How many samples are on this page.
    sample_count: usize,
    /// Whether sources that overlap count as one; absent where they do not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    merged: bool,
    /// The span's begin, by the clock of UTC or of `tz`.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The span's end.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
}

/// A page.
pub(super) async fn answer(state: &State, asked: Arc<Asked>) -> Result<Response> {
    let mut walk = Walk::new(Arc::clone(&asked));
    let mut series = Vec::new();
    let (mut left, mut last, mut has_more) = (asked.limit, None, false);
    while let Some(mut chunk) = walk.next(state, left as u64 + 1, Some(left + 1)).await? {
        has_more = chunk.rows.len() > left;
        chunk.rows.truncate(left);
        left -= chunk.rows.len();
        let user = chunk.person.user.id;
        last = chunk.rows.last().map(|row| Place { user, at: row.at, row: row.id }).or(last);
        put(&mut series, &chunk, &asked);
        if has_more {
            break;
        }
    }
    let rows = asked.limit - left;
    let span = asked.span(None).samples;
    let page = QueryPage {
        series,
        pagination: QueryPagination { next_cursor: last.filter(|_| has_more).map(|place| place.encode()), has_more },
        metadata: QueryMetadata {
            resolution: resolution_name(asked.resolution),
            sample_count: rows,
            merged: asked.merged,
            from: span.from,
            to: span.to,
        },
    };
    json_body(&page, 48 * rows + 1_024)
}

/// Adds rows to the columns of their user, series, source and kind.
fn put(all: &mut Vec<SeriesColumns>, chunk: &Chunk, asked: &Asked) {
    // buckets that several sources may have made are one line in a chart, whoever gave each
    let mixed = asked.merged && asked.resolution != Resolution::Raw;
    // where a piece goes on, so do its columns
    let begin = all.iter().rposition(|it| it.user_id != chunk.person.id_text || it.r#type != chunk.series.as_str());
    let begin = begin.map_or(0, |last| last + 1);
    let mut places: BTreeMap<(i32, Kind), usize> = BTreeMap::new();
    for row in &chunk.rows {
        let (giver, kind) = (chunk.source(row), Kind::of(row));
        let source = if mixed { NOBODY } else { giver };
        let place = *places.entry((source, kind)).or_insert_with(|| {
            let fresh = columns(chunk, source, kind);
            let same = |it: &SeriesColumns| it.source == fresh.source && it.kind() == kind;
            let found = all.iter().skip(begin).position(same).map(|found| begin + found);
            found.unwrap_or_else(|| {
                all.push(fresh);
                all.len() - 1
            })
        });
        if let Some(columns) = all.get_mut(place) {
            columns.push(row);
            if mixed {
                columns.name_giver(chunk, giver);
            }
            if asked.explain {
                columns.explain.get_or_insert_default().push(Explanation::of(row, &chunk.sources));
            }
        }
    }
}

fn columns(chunk: &Chunk, source: i32, kind: Kind) -> SeriesColumns {
    let source = chunk.sources.iter().find(|stored| stored.number == source);
    SeriesColumns {
        user_id: chunk.person.id_text.clone(),
        external_user_id: chunk.person.user.external_user_id.clone(),
        r#type: chunk.series.as_str(),
        unit: chunk.series.unit().as_str(),
        source: source.map(|stored| SourceMetadata::from(&stored.source)),
        is_daily_total: kind.is_daily_total,
        is_reduced: kind.is_reduced,
        sources: None,
        source_index: None,
        time: Vec::new(),
        value: Vec::new(),
        duration_s: None,
        zone_offset: None,
        explain: None,
    }
}

impl SeriesColumns {
    fn kind(&self) -> Kind {
        Kind { is_daily_total: self.is_daily_total, is_reduced: self.is_reduced }
    }

    /// Notes who gave the last row, if one source alone did.
    fn name_giver(&mut self, chunk: &Chunk, giver: i32) {
        let sources = self.sources.get_or_insert_default();
        let giver = chunk.sources.iter().find(|stored| stored.number == giver);
        let place = giver.map(|stored| SourceMetadata::from(&stored.source)).map(|giver| {
            sources.iter().position(|known| *known == giver).unwrap_or_else(|| {
                sources.push(giver);
                sources.len() - 1
            })
        });
        self.source_index.get_or_insert_default().push(place);
    }

    fn push(&mut self, row: &Row) {
        let before = self.time.len();
        self.time.push(row.at);
        self.value.push(row.value);
        if row.id.duration_us > 0 || self.duration_s.is_some() {
            let durations = self.duration_s.get_or_insert_with(|| vec![0.0; before]);
            durations.push(row.id.duration_us as f64 / 1e6);
        }
        if row.offset.is_some() || self.zone_offset.is_some() {
            let offsets = self.zone_offset.get_or_insert_with(|| vec![None; before]);
            offsets.push(row.offset.map(OffsetText::new));
        }
    }
}
