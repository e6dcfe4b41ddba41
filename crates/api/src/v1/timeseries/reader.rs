//! Reads pieces from the cursor on, forward or backward, until the page is full.

use super::request::Request;
use crate::{
    State,
    error::Result,
    samples::{Page, Piece, Rest, Row, RowId, Window, bucket, counted, next_piece},
};
use model::{Timestamp, UserId};
use store::StoredSource;

/// Rows of spans longer than this are not counted, unless one piece holds them all.
const COUNTED_S: i64 = 31 * 86_400;
/// As summaries take less than points, so many times as many are read at once.
const SUMMARISED: u64 = 8;

/// A page.
pub(super) struct Rows {
    /// Its rows, oldest first.
    pub(super) rows: Vec<Row>,
    /// Whether there is more in the direction of reading.
    pub(super) more: bool,
    /// How many rows the whole span has, where that is known at little cost.
    pub(super) total: Option<u64>,
    pub(super) sources: Vec<StoredSource>,
}

/// Reads a page of a user's samples.
pub(super) async fn read(state: &State, user: UserId, request: &Request) -> Result<Rows> {
    let selection = &request.selection;
    let (place, backward) = (request.place(), request.backward());
    let reach = selection.span.reach();
    let mut rest = beyond(reach, place, request);
    let mut page = Rows { rows: Vec::new(), more: false, total: reach.is_empty().then_some(0), sources: Vec::new() };
    let most_points = state.settings.points_a_window * if selection.has_summaries() { SUMMARISED } else { 1 };
    let wanted = request.limit as u64 + 1;
    let mut points = selection.points_of(wanted).min(most_points).max(1);
    let mut count = (selection.is_raw() && reach.to.micros_since(reach.from) <= COUNTED_S * 1_000_000).then_some(reach);
    while !rest.is_empty() {
        let most = request.limit + 1 - page.rows.len();
        let asked = Rest { window: rest, points, page: Some(Page { place, backward, most }), count };
        let Piece { rows, all, window, sources, count: told } = next_piece(state, user, selection, asked).await?;
        let whole = window == reach;
        page.total = if whole { Some(all) } else { page.total };
        if let (Some(told), false) = (told, whole) {
            page.total = Some(counted(&told, reach)?);
        }
        page.sources = sources;
        if backward {
            page.rows.splice(0..0, rows);
            rest.to = window.from;
        } else {
            page.rows.extend(rows);
            rest.from = window.to;
        }
        if page.rows.len() > request.limit {
            break;
        }
        (points, count) = (points.saturating_mul(4).min(most_points.max(wanted)), None);
    }
    page.more = page.rows.len() > request.limit;
    if backward {
        page.rows.drain(..page.rows.len().saturating_sub(request.limit));
    } else {
        page.rows.truncate(request.limit);
    }
    Ok(page)
}

/// The part of a span that may hold rows beyond a place.
fn beyond(reach: Window, place: Option<(Timestamp, RowId)>, request: &Request) -> Window {
    let Some((at, _)) = place else { return reach };
    let holding = bucket(at, request.selection.resolution, request.selection.zone.as_ref());
    if request.backward() {
        Window { to: holding.to.max(at.plus_micros(1)).min(reach.to), ..reach }
    } else {
        Window { from: holding.from.max(reach.from), ..reach }
    }
}
