//! Old samples that lie in cold storage, as part of a record: object by object, a few rows at a time.
//!
//! What is in memory is one object and, while a month has several or late samples at hand, the slots that others of
//! them hold: of one slot the sample at hand counts, else that of the latest object. They come after the samples at
//! hand: what is moved meanwhile may come twice, under one id, and is never missing.

use crate::{
    State,
    error::{ApiError, Result},
    samples::Window,
    v1::query::{self, Walk},
};
use export::samples::{SampleRow, StoredSample, StoredSamples};
use model::{Aggregation, Context, ProviderName, SeriesType, Source, Timestamp};
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet, VecDeque},
    io,
    sync::Arc,
};
use store::{ColdKey, StoredSource, User};

/// So many rows are read at a time.
const ROWS: usize = 2_048;

/// Samples by series and device; of each its time and length.
type Slots = HashMap<(SeriesType, Option<String>), HashSet<(Timestamp, i64)>>;

/// What of a user's old samples is wanted.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) span: Window,
    /// All, if none was named.
    pub(super) series: Option<Vec<SeriesType>>,
    pub(super) without: &'static [SeriesType],
}

/// Old samples of one provider; those of a series stand together.
pub(super) struct ColdRows {
    pub(super) rows: Vec<StoredSample>,
    provider: ProviderName,
    sources: Arc<Vec<StoredSource>>,
}

impl ColdRows {
    /// Who measured a sample, with the number of the source; the first of those that are alike.
    pub(super) fn source(&self, sample: &StoredSample) -> (i32, Source) {
        let is_it =
            |stored: &&StoredSource| stored.source.provider == self.provider && stored.source.device == sample.device;
        match self.sources.iter().find(is_it) {
            Some(stored) => (stored.number, stored.source.clone()),
            None => (0, Source { device: sample.device.clone(), ..Source::of(self.provider.clone()) }),
        }
    }
}

/// An object while it is read.
struct Open {
    samples: StoredSamples,
    provider: ProviderName,
    /// Halves of pressures wait for each other to the end of the object.
    pressures: Vec<StoredSample>,
    own: Slots,
    /// Whether earlier objects of its month follow.
    keeps_slots: bool,
}

/// The way through.
pub(super) struct ColdWalk {
    user: User,
    wanted: Wanted,
    /// None before the first reading.
    objects: Option<VecDeque<ColdKey>>,
    sources: Arc<Vec<StoredSource>>,
    /// The month and provider whose slots are known.
    month: Option<(i32, ProviderName)>,
    taken: Slots,
    open: Option<Box<Open>>,
}

impl ColdWalk {
    pub(super) fn new(user: User, wanted: Wanted) -> Self {
        let (sources, taken) = (Arc::new(Vec::new()), Slots::new());
        Self { user, wanted, objects: None, sources, month: None, taken, open: None }
    }

    /// The next rows; none at the end.
    pub(super) async fn next(&mut self, state: &State) -> Result<Option<ColdRows>> {
        loop {
            if let Some(open) = self.open.take() {
                if let Some(rows) = self.read(open).await? {
                    return Ok(Some(rows));
                }
                continue;
            }
            if self.objects.is_none() {
                self.list(state).await?;
            }
            let Some(key) = self.objects.as_mut().and_then(VecDeque::pop_front) else { return Ok(None) };
            self.begin(state, key).await?;
        }
    }

    async fn list(&mut self, state: &State) -> Result<()> {
        let span = self.wanted.span;
        let mut keys: Vec<ColdKey> = state.store.list_cold(self.user.id).await?.into_iter().map(|it| it.key).collect();
        keys.retain(|key| key.begin() < span.to && key.end() > span.from);
        keys.sort_by_key(|key| (key.month, key.provider.clone(), Reverse(key.number)));
        self.sources = Arc::new(state.store.list_sources(self.user.id).await?);
        self.objects = Some(keys.into());
        Ok(())
    }

    async fn begin(&mut self, state: &State, key: ColdKey) -> Result<()> {
        let month = (key.month, key.provider.clone());
        if self.month.as_ref() != Some(&month) {
            self.taken = at_hand(state, &self.user, &self.wanted, &key).await?;
            self.month = Some(month);
        }
        let place = state.intake.cold().ok_or_else(|| unreadable(&"cold.url is not set"))?;
        let bytes = match place.read(&key.object_name(self.user.team_id, self.user.id)).await {
            Ok(bytes) => bytes,
            // one whose time is over may go while it is waited for
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_kept(state, &self.user, &key).await? => {
                return Ok(());
            }
            Err(error) => return Err(unreadable(&error)),
        };
        let samples = StoredSamples::new(bytes).map_err(|error| unreadable(&error))?;
        let next = self.objects.as_ref().and_then(VecDeque::front);
        let keeps_slots = next.is_some_and(|next| next.month == key.month && next.provider == key.provider);
        let (pressures, own) = (Vec::new(), Slots::new());
        self.open = Some(Box::new(Open { samples, provider: key.provider, pressures, own, keeps_slots }));
        Ok(())
    }

    /// The next rows of an object that are wanted; none at its end.
    async fn read(&mut self, mut open: Box<Open>) -> Result<Option<ColdRows>> {
        let (wanted, taken) = (self.wanted.clone(), std::mem::take(&mut self.taken));
        let work = move || {
            let rows = open.rows(&wanted, &taken);
            (rows, open, taken)
        };
        let done = tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error))?;
        let (rows, open, taken) = done;
        self.taken = taken;
        let rows = rows.map_err(|error| unreadable(&error))?;
        let provider = open.provider.clone();
        if rows.is_empty() {
            for (of, slots) in open.own {
                self.taken.entry(of).or_default().extend(slots);
            }
            return Ok(None);
        }
        self.open = Some(open);
        Ok(Some(ColdRows { rows, provider, sources: Arc::clone(&self.sources) }))
    }
}

async fn is_kept(state: &State, user: &User, key: &ColdKey) -> Result<bool> {
    Ok(state.store.list_cold(user.id).await?.iter().any(|object| object.key == *key))
}

/// The slots of a month that came after it went, or came back.
async fn at_hand(state: &State, user: &User, wanted: &Wanted, key: &ColdKey) -> Result<Slots> {
    let asked = query::Asked::apart_between(user.clone(), wanted.series.clone(), (key.begin(), key.end()));
    let (mut walk, mut slots) = (Walk::new(Arc::new(asked)), Slots::new());
    while let Some(chunk) = walk.next(state, ROWS as u64, None).await? {
        for row in &chunk.rows {
            let context = row.id.context;
            let stays = context.is_daily() || context.is_workout() || context == Context::MANUAL;
            let source = chunk.sources.iter().find(|stored| stored.number == row.id.source);
            let Some(source) = source.filter(|stored| !stays && stored.source.provider == key.provider) else {
                continue;
            };
            let of = (row.id.series, source.source.device.clone());
            slots.entry(of).or_default().insert((row.at, row.id.duration_us));
        }
    }
    Ok(slots)
}

impl Open {
    fn rows(
        &mut self,
        wanted: &Wanted,
        taken: &Slots,
    ) -> std::result::Result<Vec<StoredSample>, export::samples::ExportError> {
        let mut rows = Vec::with_capacity(ROWS);
        while rows.len() < ROWS {
            let Some(sample) = self.samples.next() else { break };
            let sample = sample?;
            if !wanted.takes(&sample) {
                continue;
            }
            let (of, slot) = ((sample.series, sample.device.clone()), (sample.at, sample.duration_us));
            if taken.get(&of).is_some_and(|slots| slots.contains(&slot)) {
                continue;
            }
            if self.keeps_slots {
                self.own.entry(of).or_default().insert(slot);
            }
            let is_pressure = PRESSURES.contains(&sample.series);
            if is_pressure { &mut self.pressures } else { &mut rows }.push(sample);
        }
        if rows.is_empty() {
            rows = std::mem::take(&mut self.pressures);
            rows.sort_by_key(|row| (row.at, row.series));
        }
        Ok(rows)
    }
}

const PRESSURES: [SeriesType; 2] = [SeriesType::BLOOD_PRESSURE_SYSTOLIC, SeriesType::BLOOD_PRESSURE_DIASTOLIC];

impl Wanted {
    fn takes(&self, sample: &StoredSample) -> bool {
        let is_named = match &self.series {
            Some(series) => series.contains(&sample.series),
            None => !self.without.contains(&sample.series),
        };
        is_named && self.span.from <= sample.at && sample.at < self.span.to
    }
}

/// A sample as it leaves.
pub(super) fn cold_row<'s>(sample: &StoredSample, source: &'s Source) -> SampleRow<'s> {
    let is_amount = sample.series.spec().aggregation == Aggregation::Sum;
    SampleRow {
        at: sample.at,
        duration_us: sample.duration_us,
        value: sample.value,
        offset: sample.offset,
        source: Some(source),
        is_daily_total: is_amount.then_some(false),
        is_reduced: sample.is_reduced,
    }
}

/// Only an operator can mend it.
fn unreadable(cause: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(cause = %cause, "a cold object cannot be read for an export");
    ApiError::Unavailable { reason: "Cold storage does not answer", retry_after_s: 60 }
}
