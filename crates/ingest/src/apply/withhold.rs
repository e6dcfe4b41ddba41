//! Leaves out what the team's policy of retention no longer keeps, so that a delivery that comes again, or a replay,
//! does not bring it back: what is before the day until which anything is kept, and points for which a reduced one
//! stands already. Old points that nothing stands for are taken, and reduced when their turn comes.

use super::mapping::MappedPart;
use crate::{IngestError, Intake};
use model::{Context, Record, SampleBatch, SeriesType, Timestamp};
use series::{Columns, Reduced};
use std::collections::{HashMap, HashSet};
use store::{Cell, Horizon, StoreError};

/// A series of a source that may have been reduced.
type Key = (SeriesType, i32, Context);

/// Leaves out of parts of one user what is not to come back; how many points and records.
pub(super) async fn withhold(intake: &Intake, mapped: &mut [MappedPart]) -> Result<u64, IngestError> {
    let Some(part) = mapped.first().map(|first| &first.part) else { return Ok(0) };
    let user = part.user_id.ok_or(StoreError::NotFound("user"))?;
    let team = part.team_id.ok_or(StoreError::NotFound("team"))?;
    let horizon = intake.store.find_retention(team).await?.horizon(intake.clock.now());
    if horizon == Horizon::default() {
        return Ok(0);
    }
    let mut left_out = 0;
    if let Some(kept) = horizon.kept {
        for part in mapped.iter_mut() {
            let records = &mut part.mapped.records;
            let before = records.len();
            records.retain(|record| ends(record).is_none_or(|end| end >= kept));
            left_out += (before - records.len()) as u64;
            let batches = records.iter_mut().flat_map(batches);
            left_out += batches.map(|batch| retain(batch, |point| point.start >= kept)).sum::<u64>();
        }
    }
    if let Some((before, _)) = horizon.reduced {
        let mut numbers: HashMap<String, i32> = HashMap::new();
        for stored in intake.store.list_sources(user).await? {
            // what tells no device's own id belongs to the first of its kind
            numbers.entry(stored.source.kind_identity()).or_insert(stored.number);
            numbers.insert(stored.source.identity(), stored.number);
        }
        let key = |batch: &SampleBatch| {
            let context = batch.context.reduced()?;
            Some((batch.series, *numbers.get(&batch.source.identity())?, context))
        };
        let mut cells: HashSet<(Key, (Timestamp, Timestamp))> = HashSet::new();
        for batch in mapped.iter_mut().flat_map(|part| part.mapped.records.iter_mut()).flat_map(batches) {
            let Some(key) = key(batch) else { continue };
            let old = batch.points.iter().filter(|point| point.start < before);
            cells.extend(series::cells(key.0, key.2, old).into_iter().map(|window| (key, window)));
        }
        if cells.is_empty() {
            return Ok(left_out);
        }
        let wanted = cells
            .into_iter()
            .map(|((series, source, context), (from, to))| Cell { series, source, context, from, to })
            .collect();
        let mut reduced: HashMap<Key, Reduced> = HashMap::new();
        for block in intake.store.load_cells(user, wanted).await? {
            let key = (block.key.series, block.key.source, block.key.context);
            reduced.entry(key).or_default().add(Columns::decode(&block.data)?.points());
        }
        for batch in mapped.iter_mut().flat_map(|part| part.mapped.records.iter_mut()).flat_map(batches) {
            if let Some(reduced) = key(batch).and_then(|key| reduced.get(&key)) {
                left_out += retain(batch, |point| !reduced.covers(point));
            }
        }
    }
    Ok(left_out)
}

fn retain(batch: &mut SampleBatch, keep: impl Fn(&model::Point) -> bool) -> u64 {
    let before = batch.points.len();
    batch.points.retain(keep);
    (before - batch.points.len()) as u64
}

/// When what a record says is over; none for samples, whose points are looked at one by one.
fn ends(record: &Record) -> Option<Timestamp> {
    match record {
        Record::Workout(workout) => workout.end.or(workout.start),
        Record::Sleep(sleep) => Some(sleep.end),
        Record::Daily(daily) => Some(daily.start.plus_seconds(86_400)),
        Record::Samples(_) => None,
        Record::Score(score) => Some(score.at),
        Record::Activity(event) => Some(event.end),
        Record::MenstrualCycle(event) => Some(event.end),
        Record::HealthSnapshot(event) => Some(event.end),
    }
}

/// The samples that go by their own source and context; those of workouts belong to their workout.
fn batches(record: &mut Record) -> Vec<&mut SampleBatch> {
    match record {
        Record::Workout(_) | Record::Score(_) => Vec::new(),
        Record::Samples(batch) => vec![batch],
        Record::Sleep(sleep) => sleep.samples.iter_mut().collect(),
        Record::Daily(daily) => daily.samples.iter_mut().collect(),
        Record::Activity(event) => event.samples.iter_mut().collect(),
        Record::MenstrualCycle(event) => event.samples.iter_mut().collect(),
        Record::HealthSnapshot(event) => event.samples.iter_mut().collect(),
    }
}
