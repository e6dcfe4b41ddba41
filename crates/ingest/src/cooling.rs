//! Moves a user's old samples to the cold place: those of one provider and month become an object. It is written and
//! read back before they go from the store, in the transaction that says that it is there; so whoever dies on the way
//! leaves them in the store, and an object that is removed because nobody kept it.
//!
//! What comes for a month that has gone cold is taken, and moved in the next round to a further object, but for what
//! lies there already.

use crate::{ColdPlace, IngestError, Intake, retention};
use export::samples::{Batch, ExportError, SampleRow, StoredSample, TableFormat, TableWriter, read_parquet};
use model::{Aggregation, BlockClass, ProviderName, SeriesType, Source, TeamId, Timestamp, UserId};
use series::{Block, Reduced, bucket_end, bucket_of};
use std::collections::HashMap;
use store::{Application, Applied, ColdObject, RetentionDone, StoredBlock};

/// How many blocks, and about how many points, go to one object: what is in memory at a time.
const BLOCKS: u32 = 2_000;
const POINTS: u64 = 500_000;
/// How often an object is made anew when somebody else changed the same blocks.
const REDOS: u32 = 8;

/// Moves samples of the earliest month that is over at an instant; nothing done when there are none.
pub(crate) async fn cool(
    intake: &Intake,
    user: UserId,
    team: TeamId,
    before: Timestamp,
) -> Result<RetentionDone, IngestError> {
    let Some(place) = intake.cold() else { return Ok(RetentionDone::default()) };
    for _ in 0..REDOS {
        let blocks = intake.store.list_coolable(user, before, BLOCKS).await?;
        if blocks.is_empty() {
            return Ok(RetentionDone::default());
        }
        let sources = intake.store.list_sources(user).await?;
        let sources = sources.into_iter().map(|stored| (stored.number, stored.source)).collect();
        let Some(bite) = Bite::of(blocks, sources) else { return Ok(RetentionDone::default()) };
        if let Some(points_cooled) = bite.cool(intake, place, user, team).await? {
            return Ok(RetentionDone { points_cooled, ..RetentionDone::default() });
        }
    }
    Err(IngestError::Contention)
}

/// Samples on their way out.
struct Taken {
    /// What takes them from the store.
    change: Application,
    /// How many there are.
    points: u64,
    /// The object that they become, and how many it holds: those that do not lie there already.
    table: Option<(Vec<u8>, u64)>,
}

/// Blocks that go to one object.
struct Bite {
    provider: ProviderName,
    month: i32,
    blocks: Vec<StoredBlock>,
    points: u64,
    sources: HashMap<i32, Source>,
}

impl Bite {
    /// The first of these blocks, which have samples of one month, that are of one provider.
    fn of(blocks: Vec<StoredBlock>, sources: HashMap<i32, Source>) -> Option<Self> {
        let first = blocks.first()?;
        let provider = sources.get(&first.key.source)?.provider.clone();
        let month = bucket_of(BlockClass::Month, first.t_min);
        let mut bite = Self { provider, month, blocks: Vec::new(), points: 0, sources };
        for block in blocks {
            let is_ours = bite.sources.get(&block.key.source).is_some_and(|source| source.provider == bite.provider);
            if is_ours && (bite.points == 0 || bite.points + u64::from(block.count) <= POINTS) {
                bite.points += u64::from(block.count);
                bite.blocks.push(block);
            }
        }
        Some(bite)
    }

    /// How many samples went; none when somebody else changed their blocks.
    async fn cool(
        self,
        intake: &Intake,
        place: &ColdPlace,
        user: UserId,
        team: TeamId,
    ) -> Result<Option<u64>, IngestError> {
        let (provider, month) = (self.provider.clone(), self.month);
        let mut known = Known::default();
        for object in intake.store.list_cold(user).await? {
            if (&object.key.provider, object.key.month) == (&provider, month) {
                known.read(place, &object.key.object_name(team, user), object.key.number).await?;
            }
        }
        let person = intake.store.load_user(user).await?.and_then(|user| user.external_user_id);
        let change = Application::of(user, team, intake.clock.now());
        let taken = tokio::task::spawn_blocking(move || self.take(change, &known, person.as_deref())).await;
        let taken = taken.map_err(|error| IngestError::Cold(std::io::Error::other(error)))??;
        let Some((bytes, points)) = taken.table else {
            let applied = intake.store.apply(taken.change).await?;
            return Ok((applied == Applied::Done).then_some(taken.points));
        };
        let key = intake.store.begin_cold(team, user, provider, month, intake.clock.now()).await?;
        let length = bytes.len() as u64;
        if let Err(error) = place.write(&key.object_name(team, user), bytes).await {
            intake.store.abandon_cold(user, key, intake.clock.now()).await?;
            return Err(IngestError::Cold(error));
        }
        let object = ColdObject { key: key.clone(), points, bytes: length, kept_at: intake.clock.now() };
        if intake.store.keep_cold(taken.change, object).await? == Applied::Conflict {
            intake.store.abandon_cold(user, key, intake.clock.now()).await?;
            return Ok(None);
        }
        metrics::counter!("wearhouse_cold_objects_written_total").increment(1);
        metrics::counter!("wearhouse_cold_bytes_written_total").increment(length);
        Ok(Some(taken.points))
    }

    /// Takes the samples of the month and leaves those of others. Blocking.
    fn take(
        self,
        mut change: Application,
        known: &Known,
        external_user_id: Option<&str>,
    ) -> Result<Taken, IngestError> {
        let user_id = change.user_id.to_string();
        let end = bucket_end(BlockClass::Month, self.month);
        let mut writer = TableWriter::new(TableFormat::Parquet).map_err(unwritten)?;
        let (mut bytes, mut points, mut held) = (Vec::new(), 0, 0);
        for block in &self.blocks {
            let Some(source) = self.sources.get(&block.key.source) else { continue };
            let old = retention::cut(&mut change, block, end)?;
            let fresh = known.leave_out(block.key.series, source.device.as_ref(), &old);
            let rows = rows(block, &fresh, source);
            points += old.points().len() as u64;
            held += rows.len() as u64;
            let batch = Batch { user_id: &user_id, external_user_id, series: block.key.series, rows: &rows };
            writer.write(&batch, &mut bytes).map_err(unwritten)?;
        }
        writer.finish(&mut bytes).map_err(unwritten)?;
        Ok(Taken { change, points, table: (held > 0).then_some((bytes, held)) })
    }
}

fn unwritten(error: ExportError) -> IngestError {
    IngestError::Cold(std::io::Error::other(error))
}

fn rows<'s>(block: &StoredBlock, held: &Block, source: &'s Source) -> Vec<SampleRow<'s>> {
    let is_amount = block.key.series.spec().aggregation == Aggregation::Sum;
    let row = |(index, point): (usize, &model::Point)| SampleRow {
        at: point.start,
        duration_us: point.duration_us,
        value: point.value,
        offset: held.offset_at(index),
        source: Some(source),
        is_daily_total: is_amount.then_some(false),
        is_reduced: block.key.context.is_reduced(),
    };
    held.points().iter().enumerate().map(row).collect()
}

/// What the objects of a month hold, by series and device.
#[derive(Default)]
struct Known(HashMap<(SeriesType, Option<String>), OfDevice>);

#[derive(Default)]
struct OfDevice {
    reduced: Reduced,
    /// The values of a slot in the latest object that has any, and the number of that object.
    slots: HashMap<(Timestamp, i64), (i64, Vec<u64>)>,
}

impl Known {
    async fn read(&mut self, place: &ColdPlace, name: &str, number: i64) -> Result<(), IngestError> {
        let bytes = match place.read(name).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(IngestError::Cold(error)),
        };
        let samples = tokio::task::spawn_blocking(move || read_parquet(bytes)).await;
        match samples.map_err(|error| IngestError::Cold(std::io::Error::other(error)))? {
            Ok(samples) => samples.into_iter().for_each(|sample| self.note(sample, number)),
            // what comes again may be all that is left of it
            Err(error) => tracing::error!(name, %error, "a cold object is not what was written"),
        }
        Ok(())
    }

    fn note(&mut self, sample: StoredSample, number: i64) {
        let of_device = self.0.entry((sample.series, sample.device)).or_default();
        if sample.is_reduced {
            let point = model::Point { start: sample.at, duration_us: sample.duration_us, value: sample.value };
            of_device.reduced.add(&[point]);
            return;
        }
        let slot = of_device.slots.entry((sample.at, sample.duration_us)).or_default();
        if slot.0 != number {
            *slot = (number, Vec::new());
        }
        slot.1.push(sample.value.to_bits());
    }

    /// What of a block is not known: another value of a slot is, and so is a bucket that nothing stands for yet.
    fn leave_out(&self, series: SeriesType, device: Option<&String>, block: &Block) -> Block {
        let Some(of_device) = self.0.get(&(series, device.cloned())) else { return block.clone() };
        block.retained(|point| {
            let slot = of_device.slots.get(&(point.start, point.duration_us));
            let is_same = slot.is_some_and(|(_, values)| values.contains(&point.value.to_bits()));
            !is_same && !of_device.reduced.covers(point)
        })
    }
}
