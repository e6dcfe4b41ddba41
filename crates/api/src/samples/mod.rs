//! Reading samples, whatever the route: in pieces of bounded size, each its own read of the store.
//!
//! A **selection** says what of a user is read. A **piece** is the next part of it in time, complete within
//! its window (`piece`): raw points as they are, or buckets (`buckets`), for which hourly summaries stand in
//! where they give the same; on request overlapping sources are resolved into one (`merged`). Nothing of the store is held between two pieces, so a reader may take its time.

mod buckets;
mod day_totals;
mod devices;
mod explain;
mod merged;
mod offsets;
mod piece;
mod raw;
mod row;
mod selection;
mod span;
mod window;

pub(crate) use devices::devices;
pub(crate) use explain::Explanation;
pub(crate) use merged::NOBODY;
pub(crate) use piece::{Page, Piece, Rest, counted, next_piece};
pub(crate) use row::{Row, RowId, daily_total};
pub(crate) use selection::{RESOLUTIONS, Selection, resolution_name, time_zone};
pub(crate) use span::Span;
pub(crate) use window::{Window, bucket};
