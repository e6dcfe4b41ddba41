//! Follows what a sender deletes: points go by what they are called, workouts by their id. What was told of a record
//! after the deletion stays, and what comes later from before it is left out ([`super::names`]), so that any order of
//! arrival and any repetition ends the same.

use super::{
    events::{Events, alias, event_id},
    mapping::MappedPart,
    names::{Slot, cells, slot},
    nights::Gone,
    points::{Merged, SeriesKey},
};
use crate::{IngestError, Intake};
use model::{Context, EventDocument, EventKind, Point, RecordName, SeriesType, Source, UserId};
use series::{Block, BlockKey, BlockWrite, Incoming, Stored};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{NameChanges, Part, RecordDeletion, ShadowedRecord, StoreError, StoredBlock, StoredEvent};

/// What a deletion does beside the points that it takes.
#[derive(Default)]
pub(super) struct Retracted {
    pub(super) names: NameChanges,
    /// Stages that are no more, by the number of their source.
    pub(super) stages: BTreeMap<i32, Gone>,
}

/// What one part deletes.
struct Deletion<'a> {
    part: &'a Part,
    names: HashSet<RecordName>,
}

impl Deletion<'_> {
    /// Whether it speaks of what was told of a record by a receipt.
    fn takes(&self, name: RecordName, receipt: i64) -> bool {
        receipt <= self.part.receipt && self.names.contains(&name)
    }
}

/// Takes away what a batch deletes; such a batch is one part.
pub(super) async fn retract(
    intake: &Intake,
    user: UserId,
    mapped: &[MappedPart],
    merged: &mut Merged,
    events: &mut Events,
) -> Result<Retracted, IngestError> {
    let mut retracted = Retracted::default();
    for MappedPart { part, mapped, .. } in mapped.iter().filter(|part| !part.mapped.deleted.is_empty()) {
        let names = mapped.deleted.iter().map(|id| RecordName::of(id)).collect();
        let deletion = Deletion { part, names };
        workouts(intake, user, part, &mapped.deleted, events).await?;
        points(intake, user, &deletion, merged, &mut retracted).await?;
        let (provider, receipt) = (&part.provider, part.receipt);
        let deletions = deletion.names.into_iter();
        let deletions = deletions.map(|name| RecordDeletion { provider: provider.clone(), name, receipt });
        retracted.names.deletions.extend(deletions);
    }
    Ok(retracted)
}

/// Workouts of these ids go, but those of which something was told since, and those that a person deleted: they stay so.
async fn workouts(
    intake: &Intake,
    user: UserId,
    part: &Part,
    deleted: &[String],
    events: &mut Events,
) -> Result<(), IngestError> {
    let ids = deleted.iter().map(|id| event_id(user, part, EventKind::Workout, id)).collect();
    let aliases = deleted.iter().map(|id| alias(part, id)).collect();
    let known = intake.store.load_events(user, ids, aliases).await?.events;
    let goes = |event: &StoredEvent| {
        let EventDocument::Workout(document) = &event.document else { return false };
        event.deleted_at.is_none() && document.facets().iter().all(|(_, kept)| kept.stamp.receipt <= part.receipt)
    };
    known.into_iter().filter(goes).for_each(|event| events.remove(event, &[part.key()]));
    Ok(())
}

async fn points(
    intake: &Intake,
    user: UserId,
    deletion: &Deletion<'_>,
    merged: &mut Merged,
    retracted: &mut Retracted,
) -> Result<(), IngestError> {
    let (provider, wanted) = (deletion.part.provider.clone(), deletion.names.iter().copied().collect());
    let mut shadows: BTreeMap<SeriesKey, Vec<ShadowedRecord>> = BTreeMap::new();
    for shadow in intake.store.list_shadowed(user, provider.clone()).await? {
        if deletion.takes(shadow.name, shadow.stamp.receipt) {
            retracted.names.unshadowed.push(shadow);
        } else {
            shadows.entry((shadow.series, shadow.source, shadow.context)).or_default().push(shadow);
        }
    }
    let mut blocks: BTreeMap<SeriesKey, Vec<StoredBlock>> = BTreeMap::new();
    for block in intake.store.find_names(user, provider, wanted).await? {
        blocks.entry((block.key.series, block.key.source, block.key.context)).or_default().push(block);
    }
    let sources: HashMap<i32, Source> = match blocks.is_empty() {
        true => HashMap::new(),
        false => intake.store.list_sources(user).await?.into_iter().map(|it| (it.number, it.source)).collect(),
    };
    for (key, names) in blocks {
        let freed = freed(&names, deletion)?;
        if freed.is_empty() {
            continue;
        }
        let heirs = heirs(&freed, shadows.remove(&key).unwrap_or_default());
        let (writes, removes) = rewritten(key, names, &freed, &heirs, |heir| heir.name.as_value())?;
        retracted.names.writes.extend(writes);
        retracted.names.removes.extend(removes);
        let points: Vec<Point> = freed.values().copied().collect();
        let kept = intake.store.load_cells(user, cells(key, &points)).await?;
        let (writes, removes) = rewritten(key, kept, &freed, &heirs, |heir| heir.point.value)?;
        merged.writes.extend(writes);
        merged.removes.extend(removes);
        let deleted = u32::try_from(freed.len()).unwrap_or(u32::MAX);
        let counts = merged.counts.entry((deletion.part.receipt, deletion.part.number)).or_default();
        counts.deleted = counts.deleted.saturating_add(deleted);
        if key.0 == SeriesType::SLEEP_STAGE && [Context::SLEEP_STAGES, Context::IN_BED].contains(&key.2) {
            let source = sources.get(&key.1).cloned().ok_or(StoreError::NotFound("source"))?;
            let by = deletion.part.key();
            let gone = retracted.stages.entry(key.1).or_insert(Gone { source, spans: Vec::new(), by });
            gone.spans.extend(points.iter().map(|point| (point.start, point.end())));
        }
        retracted.names.unshadowed.extend(heirs);
    }
    Ok(())
}

/// The slots that a deletion frees.
fn freed(names: &[StoredBlock], deletion: &Deletion<'_>) -> Result<BTreeMap<Slot, Point>, IngestError> {
    let mut freed = BTreeMap::new();
    for block in names {
        let block = Block::decode(&block.data)?;
        for (point, stamp) in block.points().iter().zip(block.stamps().iter()) {
            if RecordName::of_value(point.value).is_some_and(|name| deletion.takes(name, stamp.receipt)) {
                freed.insert(slot(point), *point);
            }
        }
    }
    Ok(freed)
}

/// The records that come back into freed slots: of several the one told last.
fn heirs(freed: &BTreeMap<Slot, Point>, shadows: Vec<ShadowedRecord>) -> Vec<ShadowedRecord> {
    let mut heirs: BTreeMap<Slot, ShadowedRecord> = BTreeMap::new();
    for shadow in shadows {
        let place = slot(&shadow.point);
        if freed.contains_key(&place) && heirs.get(&place).is_none_or(|heir| heir.stamp < shadow.stamp) {
            heirs.insert(place, shadow);
        }
    }
    heirs.into_values().collect()
}

type Changes = (Vec<BlockWrite>, Vec<(BlockKey, i64)>);

/// Blocks without the points in some slots, and with what comes back into them.
fn rewritten(
    (series, source, context): SeriesKey,
    blocks: Vec<StoredBlock>,
    freed: &BTreeMap<Slot, Point>,
    heirs: &[ShadowedRecord],
    value: impl Fn(&ShadowedRecord) -> f64,
) -> Result<Changes, IngestError> {
    let (mut stored, mut cut) = (Vec::new(), Vec::new());
    for StoredBlock { key, ver, data, .. } in blocks {
        let block = Block::decode(&data)?;
        let rest = block.retained(|point| !freed.contains_key(&slot(point)));
        if rest.points().len() == block.points().len() {
            stored.push(Stored { key, ver, data });
            continue;
        }
        let encoded = rest.encode(&key);
        stored.push(Stored { key, ver, data: encoded.data.clone() });
        cut.push((rest.points().is_empty(), BlockWrite { key, expected_ver: Some(ver), block: encoded }));
    }
    let batches: Vec<[Point; 1]> = heirs.iter().map(|heir| [Point { value: value(heir), ..heir.point }]).collect();
    let incoming: Vec<Incoming<'_>> = batches
        .iter()
        .zip(heirs)
        .map(|(points, heir)| Incoming { points, stamp: heir.stamp, offset: heir.offset })
        .collect();
    let plan = series::merge(series, source, context, &stored, &incoming)?;
    let (mut writes, mut removes) = (plan.writes, plan.removes);
    for (is_empty, write) in cut {
        let is_told =
            writes.iter().any(|other| other.key == write.key) || removes.iter().any(|(key, _)| *key == write.key);
        match write.expected_ver {
            Some(ver) if is_empty && !is_told => removes.push((write.key, ver)),
            _ if !is_told => writes.push(write),
            _ => {}
        }
    }
    Ok((writes, removes))
}
