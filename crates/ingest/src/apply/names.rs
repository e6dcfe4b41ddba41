//! What a sender calls its records: kept beside their points, so that it may delete them, and looked at before they are
//! applied, so that what it deleted already does not come back.
//!
//! Of two records of one source that begin together and last as long, the later told stands in the series; the other is
//! kept aside and comes back when that one is deleted.

use super::{
    batch::{Sources, stamp},
    mapping::MappedPart,
    points::SeriesKey,
};
use crate::{IngestError, Intake};
use model::{
    Context, LocalOffset, Point, ProviderName, Record, RecordName, SampleBatch, SeriesType, Source, Stamp, Timestamp,
    UserId,
};
use series::{Block, Incoming, Stored};
use std::collections::{BTreeMap, HashMap};
use store::{Cell, DeliveryKind, NameChanges, ShadowedRecord, StoreError, StoredBlock};

/// Points of a batch with what each is called.
pub(super) struct Named {
    series: SeriesType,
    source: Source,
    context: Context,
    rank: i32,
    offset: Option<LocalOffset>,
    points: Vec<(Point, RecordName)>,
}

/// What begins when and lasts how long.
pub(super) type Slot = (Timestamp, i64);

pub(super) fn slot(point: &Point) -> Slot {
    (point.start, point.duration_us)
}

/// Takes the names out of what was mapped, and leaves out what its sender deleted since.
pub(super) async fn take(intake: &Intake, mapped: &mut [MappedPart]) -> Result<(), IngestError> {
    let mut told: BTreeMap<ProviderName, Vec<RecordName>> = BTreeMap::new();
    for part in mapped.iter().filter(|part| part.part.kind == DeliveryKind::Sdk) {
        let names = part.mapped.names.iter().flat_map(|batch| &batch.names).flatten().copied();
        let workouts = part.mapped.records.iter().filter_map(workout_name);
        told.entry(part.part.provider.clone()).or_default().extend(names.chain(workouts));
    }
    for (provider, names) in told.into_iter().filter(|(_, names)| !names.is_empty()) {
        let user = mapped.first().and_then(|first| first.part.user_id).ok_or(StoreError::NotFound("user"))?;
        let deleted = intake.store.find_deletions(user, provider.clone(), names).await?;
        for part in mapped.iter_mut().filter(|part| part.part.provider == provider) {
            let receipt = part.part.receipt;
            let is_gone = |name: RecordName| deleted.get(&name).is_some_and(|until| receipt <= *until);
            for batch in std::mem::take(&mut part.mapped.names) {
                if let Some(Record::Samples(samples)) = part.mapped.records.get_mut(batch.record) {
                    part.named.extend(named(samples, &batch.names, is_gone));
                }
            }
            part.mapped.records.retain(|record| !workout_name(record).is_some_and(is_gone));
        }
    }
    Ok(())
}

fn workout_name(record: &Record) -> Option<RecordName> {
    if let Record::Workout(workout) = record { Some(RecordName::of(&workout.external_id)) } else { None }
}

/// The named points of a batch, which loses those that are gone.
fn named(
    samples: &mut SampleBatch,
    names: &[Option<RecordName>],
    is_gone: impl Fn(RecordName) -> bool,
) -> Option<Named> {
    let mut names = names.iter().copied();
    let mut points = Vec::with_capacity(samples.points.len());
    samples.points.retain(|point| {
        let name = names.next().flatten();
        let stays = !name.is_some_and(&is_gone);
        points.extend(name.filter(|_| stays).map(|name| (*point, name)));
        stays
    });
    let (source, context) = (samples.source.clone(), samples.context);
    let (series, rank, offset) = (samples.series, samples.rank, samples.offset);
    (!points.is_empty()).then_some(Named { series, source, context, rank, offset, points })
}

/// A record in its slot.
#[derive(Clone, Copy)]
struct Held {
    point: Point,
    name: RecordName,
    stamp: Stamp,
    offset: Option<LocalOffset>,
    /// Whether the point has the record's value; of what is kept only the name is known at first.
    has_value: bool,
}

/// Merges the names of a batch into those that are kept.
pub(super) async fn merge(
    intake: &Intake,
    user: UserId,
    mapped: &[MappedPart],
    sources: &Sources,
) -> Result<NameChanges, IngestError> {
    let mut arriving: BTreeMap<SeriesKey, Vec<(Stamp, &Named)>> = BTreeMap::new();
    for part in mapped {
        for named in &part.named {
            let key = (named.series, sources.number(&named.source), named.context);
            arriving.entry(key).or_default().push((stamp(&part.part, named.rank), named));
        }
    }
    let mut changes = NameChanges::default();
    for (key, arriving) in arriving {
        let points: Vec<Point> =
            arriving.iter().flat_map(|(_, named)| &named.points).map(|(point, _)| *point).collect();
        let kept = intake.store.load_name_cells(user, cells(key, &points)).await?;
        let losers = losers(&kept, &arriving)?;
        changes.shadowed.extend(shadowed(intake, user, key, losers).await?);
        let batches: Vec<Vec<Point>> = arriving.iter().map(|(_, named)| as_points(&named.points)).collect();
        let incoming: Vec<Incoming<'_>> = batches
            .iter()
            .zip(&arriving)
            .map(|(points, (stamp, _))| Incoming { points, stamp: *stamp, offset: None })
            .collect();
        let plan = series::merge(key.0, key.1, key.2, &stored(kept), &incoming)?;
        changes.writes.extend(plan.writes);
        changes.removes.extend(plan.removes);
    }
    Ok(changes)
}

/// Points whose values are names.
pub(super) fn as_points(points: &[(Point, RecordName)]) -> Vec<Point> {
    points.iter().map(|(point, name)| Point { value: name.as_value(), ..*point }).collect()
}

pub(super) fn cells((series, source, context): SeriesKey, points: &[Point]) -> Vec<Cell> {
    let windows = series::cells(series, context, points);
    windows.into_iter().map(|(from, to)| Cell { series, source, context, from, to }).collect()
}

pub(super) fn stored(blocks: Vec<StoredBlock>) -> Vec<Stored> {
    blocks.into_iter().map(|block| Stored { key: block.key, ver: block.ver, data: block.data }).collect()
}

/// The records that lose their slot to another.
fn losers(kept: &[StoredBlock], arriving: &[(Stamp, &Named)]) -> Result<Vec<Held>, IngestError> {
    let mut slots: HashMap<Slot, Vec<Held>> = HashMap::new();
    for (stamp, named) in arriving {
        for (point, name) in &named.points {
            let held = Held { point: *point, name: *name, stamp: *stamp, offset: named.offset, has_value: true };
            slots.entry(slot(point)).or_default().push(held);
        }
    }
    for block in kept {
        let block = Block::decode(&block.data)?;
        for (point, stamp) in block.points().iter().zip(block.stamps().iter()) {
            if let Some(in_slot) = slots.get_mut(&slot(point))
                && let Some(name) = RecordName::of_value(point.value)
            {
                in_slot.insert(0, Held { point: *point, name, stamp, offset: None, has_value: false });
            }
        }
    }
    let mut losers = Vec::new();
    for mut in_slot in slots.into_values().filter(|in_slot| in_slot.len() > 1) {
        // of equal stamps the later stands, as in a merge
        in_slot.sort_by_key(|held| held.stamp);
        let standing = in_slot.last().map(|held| held.name);
        losers.extend(in_slot.into_iter().filter(|held| Some(held.name) != standing));
    }
    Ok(losers)
}

/// What is kept of losers; the values of those that stood are looked up.
async fn shadowed(
    intake: &Intake,
    user: UserId,
    key: SeriesKey,
    mut losers: Vec<Held>,
) -> Result<Vec<ShadowedRecord>, IngestError> {
    let unknown: Vec<Point> = losers.iter().filter(|held| !held.has_value).map(|held| held.point).collect();
    if !unknown.is_empty() {
        let mut values: HashMap<Slot, (f64, Option<LocalOffset>)> = HashMap::new();
        for block in intake.store.load_cells(user, cells(key, &unknown)).await? {
            let block = Block::decode(&block.data)?;
            for (index, point) in block.points().iter().enumerate() {
                values.insert(slot(point), (point.value, block.offset_at(index)));
            }
        }
        for held in losers.iter_mut().filter(|held| !held.has_value) {
            if let Some((value, offset)) = values.get(&slot(&held.point)) {
                (held.point.value, held.offset, held.has_value) = (*value, *offset, true);
            }
        }
    }
    let (series, source, context) = key;
    let known = losers.into_iter().filter(|held| held.has_value);
    Ok(known
        .map(|Held { point, name, stamp, offset, .. }| ShadowedRecord {
            series,
            source,
            context,
            point,
            offset,
            stamp,
            name,
        })
        .collect())
}
