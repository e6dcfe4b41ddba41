//! How alike the heart beat in two workouts: the samples of the workouts themselves, else what the same service measured
//! beside them. Read pair by pair, and only where it decides or somebody asks why.

use crate::{
    State,
    error::{ApiError, Result},
};
use model::{Context, HeartAgreement, Point, SeriesType, UserId, WorkoutSpan};
use series::{BlockKey, Columns, heart_agreement};
use std::collections::{BTreeMap, BTreeSet};
use store::{BlockQuery, StoredBlock, StoredSource};

/// Samples of a workout may lie this far beside it, as clocks err.
const SLACK_S: i64 = 86_400;
/// More than four days of one-second values are not looked at.
const MAX_POINTS: u64 = 400_000;

/// Reads the hearts of a user's workouts.
pub(super) struct Hearts<'a> {
    pub(super) state: &'a State,
    pub(super) user: UserId,
    pub(super) sources: &'a [StoredSource],
}

/// The best recording of a heart that there is: whose, and its blocks.
struct Recording {
    source: i32,
    context: Context,
    keys: Vec<BlockKey>,
    points: u64,
}

impl Hearts<'_> {
    /// How alike both are; none where one tells too little, or both tell the very same samples.
    pub(super) async fn agreement(
        &self,
        one: &WorkoutSpan,
        other: &WorkoutSpan,
        shift_us: i64,
    ) -> Result<Option<HeartAgreement>> {
        let (Some(mine), Some(theirs)) = (self.find(one).await?, self.find(other).await?) else { return Ok(None) };
        let is_same = (mine.source, mine.context) == (theirs.source, theirs.context);
        let points = mine.points.saturating_add(theirs.points);
        if is_same || points > MAX_POINTS {
            return Ok(None);
        }
        // held until the samples are compared
        let leave = self.state.decoding.leave(points).await?;
        let mine = self.state.store.load_blocks(self.user, mine.keys).await?;
        let theirs = self.state.store.load_blocks(self.user, theirs.keys).await?;
        let (one, other) = (one.clone(), other.clone());
        let work = move || {
            let agreement = heart_agreement(&beats(mine, &one)?, &beats(theirs, &other)?, shift_us);
            drop(leave);
            Ok(agreement)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?
    }

    async fn find(&self, span: &WorkoutSpan) -> Result<Option<Recording>> {
        let own = Context::workout(span.number);
        let all: BTreeSet<i32> = self.sources.iter().map(|stored| stored.number).collect();
        if let Some(found) = self.recording(span, own, SLACK_S, &all).await? {
            return Ok(Some(found));
        }
        let service = self.sources.iter().filter(|stored| stored.source.provider == span.provider);
        self.recording(span, Context::SAMPLES, 0, &service.map(|stored| stored.number).collect()).await
    }

    /// Of the sources that recorded in a context the one with most points.
    async fn recording(
        &self,
        span: &WorkoutSpan,
        context: Context,
        slack_s: i64,
        of: &BTreeSet<i32>,
    ) -> Result<Option<Recording>> {
        let query = BlockQuery {
            series: vec![SeriesType::HEART_RATE],
            from: span.start.plus_seconds(-slack_s),
            to: span.end.plus_seconds(slack_s),
            source: None,
            context: Some(context),
        };
        let heads = self.state.store.list_block_heads(self.user, query).await?;
        let mut by_source: BTreeMap<i32, Recording> = BTreeMap::new();
        for head in heads.into_iter().filter(|head| of.contains(&head.key.source)) {
            let source = head.key.source;
            let empty = Recording { source, context, keys: Vec::new(), points: 0 };
            let found = by_source.entry(source).or_insert(empty);
            found.points += u64::from(head.count);
            found.keys.push(head.key);
        }
        Ok(by_source.into_values().max_by_key(|found| found.points))
    }
}

/// The beats of a workout in order of time.
fn beats(blocks: Vec<StoredBlock>, span: &WorkoutSpan) -> Result<Vec<Point>> {
    let mut points = Vec::new();
    for block in blocks {
        let decoded = Columns::decode(&block.data).map_err(|error| ApiError::internal(&error))?.into_points();
        let is_own = block.key.context.is_workout();
        points.extend(decoded.into_iter().filter(|point| is_own || (span.start..=span.end).contains(&point.start)));
    }
    points.sort_by_key(|point| point.start);
    Ok(points)
}
