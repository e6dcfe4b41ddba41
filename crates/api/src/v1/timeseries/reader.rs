//! Reads a page piece by piece, from the cursor on, forward or backward, until it is full.

use super::request::Request;
use crate::{
    State,
    error::Result,
    samples::{Page, Piece, Rest, Row, Window, bucket, counted, next_piece},
};
use model::UserId;
use store::{SpanCount, StoredSource};

/// Rows of spans longer than this are not counted, unless they are all read from the beginning on.
const COUNTED_S: i64 = 31 * 86_400;
/// As summaries take less than points, so many times as many are read at once.
const SUMMARISED: u64 = 8;
/// About how many rows are read at first, so that the answer can begin; a day of minutes is fewer.
const FIRST_ROWS: u64 = 2_048;
/// About how many rows are read at a time after that, as many points as those before had for so many.
const ROWS_A_READ: u64 = 4_096;

/// How far a page is read.
pub(super) struct Reader {
    user: UserId,
    rest: Window,
    points: u64,
    most_points: u64,
    count: Option<Window>,
    /// How many rows the span has up to here, if it is read from one of its ends on.
    seen: Option<u64>,
    held: usize,
    /// Whether there are rows beyond the page in the direction of reading.
    pub(super) more: bool,
    /// How many rows the whole span has, where that is known at little cost.
    pub(super) total: Option<u64>,
}

/// Some of its rows, oldest first.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) sources: Vec<StoredSource>,
}

impl Reader {
    pub(super) fn new(state: &State, user: UserId, request: &Request) -> Self {
        let selection = &request.selection;
        let reach = selection.span.reach();
        let rest = beyond(reach, request);
        let window = state.settings.points_a_window * if selection.has_summaries() { SUMMARISED } else { 1 };
        let wanted = request.limit as u64 + 1;
        let is_counted = selection.is_raw()
            && selection.merged.is_none()
            && reach.to.micros_since(reach.from) <= COUNTED_S * 1_000_000;
        Self {
            user,
            rest,
            points: selection.points_of(wanted.min(FIRST_ROWS)).min(window).max(1),
            most_points: window.max(wanted),
            count: is_counted.then_some(reach),
            seen: (rest == reach).then_some(0),
            held: 0,
            more: false,
            total: reach.is_empty().then_some(0),
        }
    }

    /// Whether there may be rows that were not read.
    pub(super) fn is_open(&self) -> bool {
        !self.more && !self.rest.is_empty()
    }

    /// The next rows; backward, those before.
    pub(super) async fn next(&mut self, state: &State, request: &Request) -> Result<Rows> {
        let room = request.limit - self.held;
        let page = Page { place: request.place(), backward: request.backward(), most: room + 1 };
        let asked = Rest { window: self.rest, points: self.points, page: Some(page), count: self.count };
        let piece = next_piece(state, self.user, &request.selection, asked).await?;
        let Piece { mut rows, all, window, sources, count } = piece;
        self.more = rows.len() > room;
        if request.backward() {
            self.rest.to = window.from;
            rows.drain(..rows.len().saturating_sub(room));
        } else {
            self.rest.from = window.to;
            rows.truncate(room);
        }
        self.held += rows.len();
        self.tell_total(all, count, request)?;
        let fitting = self.points.saturating_mul(ROWS_A_READ) / all.max(1);
        self.points = self.points.saturating_mul(4).min(fitting).clamp(1, self.most_points);
        self.count = None;
        Ok(Rows { rows, sources })
    }

    /// All rows that are left.
    pub(super) async fn all(&mut self, state: &State, request: &Request) -> Result<Rows> {
        let mut held = Rows { rows: Vec::new(), sources: Vec::new() };
        while self.is_open() {
            let Rows { rows, sources } = self.next(state, request).await?;
            let place = if request.backward() { 0 } else { held.rows.len() };
            held.rows.splice(place..place, rows);
            held.sources = sources;
        }
        Ok(held)
    }

    fn tell_total(&mut self, all: u64, count: Option<SpanCount>, request: &Request) -> Result<()> {
        self.seen = self.seen.map(|seen| seen + all);
        match (self.seen, count) {
            (Some(seen), _) if self.rest.is_empty() => self.total = Some(seen),
            (_, Some(told)) => self.total = Some(counted(&told, request.selection.span.reach())?),
            _ => {}
        }
        Ok(())
    }
}

/// The part of a span that may hold rows beyond the place that a page begins at.
fn beyond(reach: Window, request: &Request) -> Window {
    let Some((at, _)) = request.place() else { return reach };
    let holding = bucket(at, request.selection.resolution, request.selection.zone.as_ref());
    if request.backward() {
        Window { to: holding.to.max(at.plus_micros(1)).min(reach.to), ..reach }
    } else {
        Window { from: holding.from.max(reach.from), ..reach }
    }
}
