//! How many raw points a span holds: by the heads of blocks, decoding only those that its edges cut.

use super::request::Request;
use crate::{
    State,
    error::{ApiError, Result},
};
use model::UserId;
use series::Columns;
use store::StoredBlock;

/// Above so many blocks on the edges, counting costs more than it tells.
const MOST_CUT: usize = 512;

/// The number of points that start in the span; none where counting would cost too much.
pub(super) async fn count_points(
    state: &State,
    user: UserId,
    request: &Request,
    heads: &[StoredBlock],
) -> Result<Option<u64>> {
    let span = request.span.samples;
    let touching = heads.iter().filter(|head| span.is_touched_by(head));
    let (inside, cut): (Vec<&StoredBlock>, Vec<&StoredBlock>) =
        touching.partition(|head| head.t_min >= span.from && head.t_end_max < span.to);
    if cut.len() > MOST_CUT {
        return Ok(None);
    }
    let mut total: u64 = inside.iter().map(|head| u64::from(head.count)).sum();
    let blocks = state.store.load_blocks(user, cut.iter().map(|head| head.key).collect()).await?;
    for block in blocks {
        let columns = Columns::decode(&block.data).map_err(|error| ApiError::internal(&error))?;
        let points = columns.points();
        let first = points.partition_point(|point| point.start < span.from);
        let last = points.partition_point(|point| point.start < span.to);
        total += last.saturating_sub(first) as u64;
    }
    Ok(Some(total))
}
