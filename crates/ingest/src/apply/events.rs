//! Workouts, nights and days: finds the one a record speaks of, files the revision, says what changed.

use super::{
    batch::{Sources, stamp},
    mapping::MappedPart,
    points::Merged,
    single::Single,
};
use crate::{IngestError, Intake};
use model::{
    Context, DailyDocument, DailyRecord, EventDocument, EventId, EventKind, EventRecord, Facet, Filed, Record, Revised,
    SleepDocument, SleepRecord, Source, Timestamp, UserId, WorkoutDocument, WorkoutFacet, WorkoutRecord, derived_id,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::{Emission, Part, PartKey, StoredEvent, Subject, workout_alias};

/// What ended longer than this before it arrived is history.
const HISTORICAL_S: i64 = 2 * 86_400;

struct Entry {
    event: StoredEvent,
    /// As it was kept; none for an event that is not kept yet.
    before: Option<EventDocument>,
    /// To be written, though perhaps nobody need be told.
    dirty: bool,
    /// The parts that had something new to say of it.
    by: Vec<PartKey>,
}

impl Entry {
    /// A part's document was filed.
    fn note(&mut self, filed: &Filed, part: &Part) {
        self.dirty |= *filed != Filed::Kept;
        if matches!(filed, Filed::Changed(_)) || self.before.is_none() {
            self.by.push(part.key());
        }
    }

    /// The names of what is shown otherwise than before this batch.
    fn changed(&self, merged: &Merged) -> BTreeSet<&'static str> {
        let mut changed: BTreeSet<&'static str> = match &self.before {
            Some(before) => self.event.document.changes_since(before).into_iter().collect(),
            None => BTreeSet::from(["start"]),
        };
        // samples of a workout that changed are a change of the workout
        let context = Context::workout(self.event.number);
        if self.event.kind == EventKind::Workout && merged.changed_contexts.contains(&context) {
            changed.insert("samples");
        }
        changed
    }

    /// A file that does not say when it began cannot be shown: it waits for the summary.
    fn can_be_shown(&self) -> bool {
        match &self.event.document {
            EventDocument::Workout(document) => document.view().is_some(),
            _ => true,
        }
    }
}

/// The events that a batch speaks of.
pub(super) struct Events {
    user: UserId,
    entries: BTreeMap<EventId, Entry>,
    aliases: HashMap<String, EventId>,
    new_aliases: Vec<(String, EventId)>,
    numbers: HashMap<EventId, i32>,
    removed: Vec<Removed>,
}

/// An event that is no more, and the parts that say so.
struct Removed {
    event: StoredEvent,
    by: Vec<PartKey>,
}

/// Which event something is filed under.
pub(super) enum Place {
    /// One that is kept.
    Kept(Box<StoredEvent>),
    /// A further one, under this id and name.
    Free(EventId, String),
}

/// What is written and told of a batch's events.
pub(super) struct Told {
    pub(super) events: Vec<StoredEvent>,
    pub(super) removed: Vec<(EventId, i64)>,
    pub(super) aliases: Vec<(String, EventId)>,
    pub(super) emissions: Vec<Emission>,
    /// The parts that changed anything that is shown.
    pub(super) changed_by: HashSet<PartKey>,
}

/// Where an event's identity is unique: at the provider, within the account.
fn scope(part: &Part, kind: EventKind) -> String {
    format!("{}/{}/{kind}", part.provider, part.account.as_deref().unwrap_or_default())
}

pub(super) fn event_id(user: UserId, part: &Part, kind: EventKind, external_id: &str) -> EventId {
    EventId::from_uuid(derived_id(&[b"event", user.as_bytes(), scope(part, kind).as_bytes(), external_id.as_bytes()]))
}

pub(super) fn alias(part: &Part, name: &str) -> String {
    workout_alias(&part.provider, part.account.as_deref(), name)
}

fn names(workout: &WorkoutRecord) -> impl Iterator<Item = &str> {
    std::iter::once(workout.external_id.as_str()).chain(workout.aliases.iter().map(String::as_str))
}

impl Events {
    pub(super) async fn load(intake: &Intake, user: UserId, mapped: &[MappedPart]) -> Result<Self, IngestError> {
        let (mut ids, mut aliases, mut workouts) = (Vec::new(), Vec::new(), Vec::new());
        for part in mapped {
            for record in &part.mapped.records {
                let id = |kind, external_id: &str| event_id(user, &part.part, kind, external_id);
                match record {
                    Record::Workout(workout) => {
                        ids.push(id(EventKind::Workout, &workout.external_id));
                        aliases.extend(names(workout).map(|name| alias(&part.part, name)));
                        workouts.push((workout.as_ref(), &part.part));
                    }
                    Record::Sleep(sleep) => ids.push(id(EventKind::Sleep, &sleep.external_id)),
                    Record::Daily(daily) => ids.push(id(EventKind::Daily, &daily.external_id)),
                    Record::Activity(span) => ids.push(id(EventKind::Activity, &span.external_id)),
                    Record::MenstrualCycle(cycle) => ids.push(id(EventKind::MenstrualCycle, &cycle.external_id)),
                    Record::HealthSnapshot(shot) => ids.push(id(EventKind::HealthSnapshot, &shot.external_id)),
                    Record::Samples(_) | Record::Score(_) => {}
                }
            }
        }
        let mut events = Self {
            user,
            entries: BTreeMap::new(),
            aliases: HashMap::new(),
            new_aliases: Vec::new(),
            numbers: HashMap::new(),
            removed: Vec::new(),
        };
        if ids.is_empty() {
            return Ok(events);
        }
        aliases.sort_unstable();
        aliases.dedup();
        let known = intake.store.load_events(user, ids, aliases).await?;
        events.aliases.extend(known.aliases);
        for event in known.events {
            let entry = Entry { before: Some(event.document.clone()), event, dirty: false, by: Vec::new() };
            events.entries.insert(entry.event.id, entry);
        }
        events.number_workouts(intake, &workouts).await?;
        Ok(events)
    }

    /// Every workout has a number before its samples are merged: it is their context.
    async fn number_workouts(
        &mut self,
        intake: &Intake,
        workouts: &[(&WorkoutRecord, &Part)],
    ) -> Result<(), IngestError> {
        let mut ids = Vec::new();
        for (workout, part) in workouts {
            let id = self.resolve(workout, part);
            if let Some(entry) = self.entries.get(&id) {
                self.numbers.insert(id, entry.event.number);
            } else if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if !ids.is_empty() {
            let numbers = intake.store.ensure_event_numbers(self.user, ids.clone()).await?;
            self.numbers.extend(ids.into_iter().zip(numbers));
        }
        Ok(())
    }

    /// The workout that a record names, by any of its names; all its names lead there from now on.
    fn resolve(&mut self, workout: &WorkoutRecord, part: &Part) -> EventId {
        let known = self.id_of(workout, part);
        let id = known.unwrap_or_else(|| event_id(self.user, part, EventKind::Workout, &workout.external_id));
        for name in names(workout) {
            let alias = alias(part, name);
            if !self.aliases.contains_key(&alias) {
                self.aliases.insert(alias.clone(), id);
                self.new_aliases.push((alias, id));
            }
        }
        id
    }

    /// The workout that a record names, if it is known.
    pub(super) fn id_of(&self, workout: &WorkoutRecord, part: &Part) -> Option<EventId> {
        names(workout).find_map(|name| self.aliases.get(&alias(part, name)).copied())
    }

    /// Files one document of a workout; says the context of its samples, none if it was deleted.
    pub(super) fn file_workout(&mut self, workout: &WorkoutRecord, part: &Part, now: Timestamp) -> Option<Context> {
        let id = self.resolve(workout, part);
        let number = self.numbers.get(&id).copied().unwrap_or_default();
        let revision = WorkoutFacet {
            stamp: stamp(part, workout.rank),
            source: workout.source.clone(),
            start: workout.start,
            end: workout.end,
            offset: workout.offset,
            detail: workout.detail.clone(),
            file: workout.file.clone(),
        };
        let entry = self.entries.entry(id).or_insert_with(|| {
            let document = EventDocument::Workout(WorkoutDocument::default());
            new_entry(id, &workout.external_id, number, document, now)
        });
        let mut filed = Filed::Kept;
        if let EventDocument::Workout(document) = &mut entry.event.document {
            filed = document.file(workout.facet, revision);
            if let Some(view) = document.view() {
                entry.event.start = view.start;
                entry.event.end = view.end;
                entry.event.offset = view.offset;
                entry.event.type_code = view.detail.workout_type.map(|kind| kind.as_str().to_owned());
            }
        }
        entry.note(&filed, part);
        entry.event.deleted_at.is_none().then(|| Context::workout(number))
    }

    pub(super) fn file_sleep(&mut self, sleep: &SleepRecord, part: &Part, now: Timestamp) {
        let revision = SleepDocument {
            stamp: stamp(part, sleep.rank),
            source: sleep.source.clone(),
            start: sleep.start,
            end: sleep.end,
            offset: sleep.offset,
            detail: sleep.detail.clone(),
        };
        self.file_revision(&sleep.external_id, revision, part, now);
    }

    /// Files what a night that is made of stages is now: that of an event, or a further one.
    pub(super) fn file_night(&mut self, place: Place, night: SleepDocument, by: &[PartKey], now: Timestamp) {
        let entry = match place {
            Place::Kept(event) => {
                let before = Some(event.document.clone());
                self.entries.entry(event.id).or_insert(Entry { before, event: *event, dirty: false, by: Vec::new() })
            }
            Place::Free(id, external_id) => {
                let document = EventDocument::Sleep(Box::new(night.clone()));
                self.entries.entry(id).or_insert_with(|| new_entry(id, &external_id, 0, document, now))
            }
        };
        let mut filed = Filed::Kept;
        if let EventDocument::Sleep(document) = &mut entry.event.document {
            (entry.event.start, entry.event.end, entry.event.offset) = (night.start, night.end, night.offset);
            filed = document.file(night);
        }
        entry.dirty |= filed != Filed::Kept;
        if matches!(filed, Filed::Changed(_)) || entry.before.is_none() {
            entry.by.extend(by);
        }
    }

    /// Whether the batch speaks of an event.
    pub(super) fn holds(&self, id: EventId) -> bool {
        self.entries.contains_key(&id)
    }

    /// An event that others took in, of which nothing is left, or that its sender deleted.
    pub(super) fn remove(&mut self, event: StoredEvent, by: &[PartKey]) {
        self.removed.push(Removed { event, by: by.to_vec() });
    }

    /// Files an event of one document.
    pub(super) fn file_single<D: Single>(&mut self, record: &EventRecord<D>, part: &Part, now: Timestamp) {
        let revision = Revised {
            stamp: stamp(part, record.rank),
            source: record.source.clone(),
            start: record.start,
            end: record.end,
            offset: record.offset,
            detail: record.detail.clone(),
        };
        self.file_revision(&record.external_id, revision, part, now);
    }

    fn file_revision<D: Single>(&mut self, external_id: &str, revision: Revised<D>, part: &Part, now: Timestamp) {
        let id = event_id(self.user, part, D::KIND, external_id);
        let entry = self
            .entries
            .entry(id)
            .or_insert_with(|| new_entry(id, external_id, 0, D::document(Box::new(revision.clone())), now));
        let mut filed = Filed::Kept;
        if let Some(document) = D::of(&mut entry.event.document) {
            filed = document.file(revision);
            let (start, end, offset) = (document.start, document.end, document.offset);
            (entry.event.start, entry.event.end, entry.event.offset) = (start, end, offset);
        }
        entry.note(&filed, part);
    }

    pub(super) fn file_daily(&mut self, daily: &DailyRecord, part: &Part, now: Timestamp) {
        let id = event_id(self.user, part, EventKind::Daily, &daily.external_id);
        let revision = DailyDocument {
            stamp: stamp(part, daily.rank),
            source: daily.source.clone(),
            date: daily.date,
            start: daily.start,
            offset: daily.offset,
            detail: daily.detail.clone(),
        };
        let entry = self.entries.entry(id).or_insert_with(|| {
            let document = EventDocument::Daily(Box::new(revision.clone()));
            new_entry(id, &daily.external_id, 0, document, now)
        });
        let mut filed = Filed::Kept;
        if let EventDocument::Daily(document) = &mut entry.event.document {
            filed = document.file(revision);
            entry.event.start = document.start;
            entry.event.end = document.start.plus_seconds(86_400);
            entry.event.offset = document.offset;
        }
        entry.note(&filed, part);
    }

    /// Finds the numbers of the sources that the events show. A workout's may come from an older document.
    pub(super) async fn settle_sources(
        &mut self,
        intake: &Intake,
        known: &Sources,
        now: Timestamp,
    ) -> Result<(), IngestError> {
        let mut unknown: Vec<(EventId, Source)> = Vec::new();
        for (id, entry) in &mut self.entries {
            let Some(source) = shown_source(&entry.event.document) else { continue };
            match known.find(&source) {
                Some(number) => entry.event.source = number,
                None => unknown.push((*id, source)),
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let sources = unknown.iter().map(|(_, source)| source.clone()).collect();
        let numbers = intake.store.ensure_sources(self.user, sources, now).await?;
        for ((id, _), number) in unknown.iter().zip(numbers) {
            if let Some(entry) = self.entries.get_mut(id) {
                entry.event.source = number;
            }
        }
        Ok(())
    }

    /// Whether the workout that a record names was deleted by a person.
    pub(super) fn is_deleted(&self, id: EventId) -> bool {
        self.entries.get(&id).is_some_and(|entry| entry.event.deleted_at.is_some())
    }

    /// Whether a file that ranks higher speaks for the workout: then one of this rank is not kept beside it.
    pub(super) fn has_better_file(&self, id: EventId, rank: i32) -> bool {
        let document = self.entries.get(&id).map(|entry| &entry.event.document);
        let Some(EventDocument::Workout(document)) = document else { return false };
        document.facets().iter().any(|(facet, kept)| *facet == Facet::File && kept.stamp.rank > rank)
    }

    /// What is to be written and told.
    pub(super) fn finish(self, merged: &Merged, quiet: bool, now: Timestamp) -> Told {
        let (aliases, emissions) = (self.new_aliases, Vec::new());
        let mut removed = self.removed;
        // one that a further night of the batch goes on as stays
        removed.retain(|removed| !self.entries.contains_key(&removed.event.id));
        let gone = removed.iter().map(|Removed { event, .. }| (event.id, event.ver)).collect();
        let mut told = Told { events: Vec::new(), removed: gone, aliases, emissions, changed_by: HashSet::new() };
        for Removed { event, by } in removed {
            told.changed_by.extend(by);
            told.emissions.extend(deletion(&event, now).filter(|_| !quiet));
        }
        for (id, mut entry) in self.entries {
            let changed = entry.changed(merged);
            if !entry.can_be_shown() || (changed.is_empty() && !entry.dirty) {
                continue;
            }
            if !changed.is_empty() {
                entry.event.revision += 1;
                entry.event.updated_at = now;
            }
            if !changed.is_empty() && entry.event.deleted_at.is_none() {
                told.changed_by.extend(&entry.by);
                told.emissions.extend(emission(id, &entry, &changed, now).filter(|_| !quiet));
            }
            told.events.push(entry.event);
        }
        told
    }
}

fn shown_source(document: &EventDocument) -> Option<Source> {
    match document {
        EventDocument::Workout(document) => document.view().map(|view| view.source),
        EventDocument::Sleep(document) => Some(document.source.clone()),
        EventDocument::Daily(document) => Some(document.source.clone()),
        EventDocument::Activity(document) => Some(document.source.clone()),
        EventDocument::MenstrualCycle(document) => Some(document.source.clone()),
        EventDocument::HealthSnapshot(document) => Some(document.source.clone()),
    }
}

fn new_entry(id: EventId, external_id: &str, number: i32, document: EventDocument, now: Timestamp) -> Entry {
    let event = StoredEvent {
        id,
        kind: document.kind(),
        external_id: external_id.to_owned(),
        source: 0,
        number,
        start: Timestamp::default(),
        end: Timestamp::default(),
        offset: None,
        type_code: None,
        revision: 0,
        deleted_at: None,
        created_at: now,
        updated_at: now,
        ver: 0,
        document,
    };
    Entry { event, before: None, dirty: true, by: Vec::new() }
}

/// The names of kinds that subscribers are told of; days, recognised spans and snapshots are told through their series
/// and runs.
fn noun(kind: EventKind) -> Option<&'static str> {
    match kind {
        EventKind::Workout => Some("workout"),
        EventKind::Sleep => Some("sleep"),
        EventKind::MenstrualCycle => Some("menstrual_cycle"),
        EventKind::Daily | EventKind::Activity | EventKind::HealthSnapshot => None,
    }
}

fn deletion(event: &StoredEvent, now: Timestamp) -> Option<Emission> {
    Some(Emission {
        event_type: format!("{}.deleted", noun(event.kind)?),
        subject: Subject::Event { kind: event.kind, id: event.id, revision: event.revision + 1 },
        historical: now.micros_since(event.end) > HISTORICAL_S * 1_000_000,
        changed: Vec::new(),
    })
}

fn emission(id: EventId, entry: &Entry, changed: &BTreeSet<&str>, now: Timestamp) -> Option<Emission> {
    let is_created = entry.before.is_none();
    let verb = if is_created { "created" } else { "updated" };
    let noun = noun(entry.event.kind)?;
    Some(Emission {
        event_type: format!("{noun}.{verb}"),
        subject: Subject::Event { kind: entry.event.kind, id, revision: entry.event.revision },
        historical: now.micros_since(entry.event.end) > HISTORICAL_S * 1_000_000,
        changed: if is_created { Vec::new() } else { changed.iter().map(|name| (*name).to_owned()).collect() },
    })
}
