//! The application of some parts: everything they say, merged into what is kept.

use super::{
    coverage,
    events::Events,
    mapping::{Kind, MappedPart},
    names, nights,
    points::Points,
    report, retract,
    scores::Scores,
};
use crate::{IngestError, Intake};
use model::{ConnectionId, EventRecord, Record, SampleBatch, Source, Stamp, Timestamp, UserId};
use std::collections::HashMap;
use store::{
    Application, CompletedPart, ConnectionChange, DeliveryKind, FetchOrder, MissedFile, Part, StoreError, StoredFile,
    workout_alias,
};

/// One application being built.
pub(super) struct Batch {
    application: Application,
    points_changed: u64,
}

/// Numbers of the sources whose nights, days, points and scores a batch holds.
pub(super) struct Sources(HashMap<String, i32>);

impl Sources {
    async fn load(intake: &Intake, user: UserId, mapped: &[MappedPart], now: Timestamp) -> Result<Self, IngestError> {
        let mut wanted: Vec<Source> = Vec::new();
        for part in mapped {
            for record in &part.mapped.records {
                collect(record, &mut wanted);
            }
        }
        let numbers = intake.store.ensure_sources(user, wanted.clone(), now).await?;
        Ok(Self(wanted.iter().map(Source::identity).zip(numbers).collect()))
    }

    pub(super) fn number(&self, source: &Source) -> i32 {
        self.find(source).unwrap_or_default()
    }

    pub(super) fn find(&self, source: &Source) -> Option<i32> {
        self.0.get(&source.identity()).copied()
    }
}

/// The source under which a workout's samples are kept: its context keeps them apart already, and the
/// documents of one workout spell its device in different ways.
pub(super) fn samples_source(source: &Source) -> Source {
    Source::of(source.provider.clone())
}

fn collect(record: &Record, wanted: &mut Vec<Source>) {
    let mut want = |source: &Source| {
        if !wanted.contains(source) {
            wanted.push(source.clone());
        }
    };
    match record {
        Record::Workout(workout) => want(&samples_source(&workout.source)),
        Record::Sleep(sleep) => {
            want(&sleep.source);
            sleep.samples.iter().for_each(|batch| want(&batch.source));
            sleep.score.iter().for_each(|score| want(&score.source));
        }
        Record::Daily(daily) => {
            want(&daily.source);
            daily.samples.iter().for_each(|batch| want(&batch.source));
            daily.scores.iter().for_each(|score| want(&score.source));
        }
        Record::Samples(batch) => want(&batch.source),
        Record::Score(score) => want(&score.source),
        Record::Activity(span) => collect_event(span, want),
        Record::MenstrualCycle(cycle) => collect_event(cycle, want),
        Record::HealthSnapshot(snapshot) => collect_event(snapshot, want),
    }
}

fn collect_event<D>(record: &EventRecord<D>, mut want: impl FnMut(&Source)) {
    want(&record.source);
    record.samples.iter().for_each(|batch| want(&batch.source));
}

/// The stamp of what a part says at a rank.
pub(super) fn stamp(part: &Part, rank: i32) -> Stamp {
    Stamp { rank, receipt: part.receipt, part: part.number }
}

impl Batch {
    pub(super) async fn build(intake: &Intake, mapped: &[MappedPart]) -> Result<Self, IngestError> {
        let now = intake.clock.now();
        let first = mapped.first().map(|first| &first.part).ok_or(StoreError::NotFound("part"))?;
        let user = first.user_id.ok_or(StoreError::NotFound("user"))?;
        let team = first.team_id.ok_or(StoreError::NotFound("team"))?;
        let sources = Sources::load(intake, user, mapped, now).await?;
        let mut events = Events::load(intake, user, mapped).await?;
        let mut points = Points::default();
        let scores = Scores::load(intake, user, mapped, &sources).await?;
        for part in mapped {
            for record in &part.mapped.records {
                take(record, &part.part, &sources, &mut events, &mut points, now);
            }
        }
        let mut merged = points.merge(intake, user).await?;
        let mut names = names::merge(intake, user, mapped, &sources).await?;
        let retracted = retract::retract(intake, user, mapped, &mut merged, &mut events).await?;
        names.take(retracted.names);
        let quiet = mapped.iter().all(|part| part.part.quiet);
        let touched = nights::touched(mapped, &sources, retracted.stages);
        nights::derive(intake, (user, now), touched, &merged, &mut events).await?;
        let files = files(intake, mapped, &events).await?;
        let missed_files = missed_files(mapped);
        events.settle_sources(intake, &sources, now).await?;
        let told = events.finish(&merged, quiet, now);
        let synced = (first.provider.clone(), first.connection_id);
        let mut application = Application {
            user_id: user,
            team_id: team,
            now,
            parts: completed(mapped),
            block_writes: merged.writes,
            block_removes: merged.removes,
            events: told.events,
            event_removes: told.removed,
            aliases: told.aliases,
            scores: Vec::new(),
            files,
            missed_files,
            sync_events: Vec::new(),
            emissions: told.emissions,
            fetches: fetches(mapped),
            synced: mapped.iter().any(|part| matches!(part.kind, Kind::Data)).then_some(synced),
            coverage: coverage::at(mapped, now),
            connection_changes: changes(mapped),
            names,
        };
        report::runs(&mut application, mapped, &merged.counts, &scores, &told.changed_by, now);
        application.scores = scores.into_all();
        let points_changed =
            merged.counts.values().map(|counts| u64::from(counts.inserted + counts.replaced + counts.deleted)).sum();
        Ok(Self { application, points_changed })
    }

    pub(super) fn points_changed(&self) -> u64 {
        self.points_changed
    }

    pub(super) fn files_missed(&self) -> u64 {
        self.application.missed_files.len() as u64
    }

    pub(super) fn into_application(self) -> Application {
        self.application
    }
}

/// Puts one record where it belongs.
fn take<'a>(
    record: &'a Record,
    part: &'a Part,
    sources: &Sources,
    events: &mut Events,
    points: &mut Points<'a>,
    now: Timestamp,
) {
    let mut add = |batch: &'a SampleBatch| {
        points.add(part, sources.number(&batch.source), batch.context, batch);
    };
    match record {
        Record::Workout(workout) => {
            let source = sources.number(&samples_source(&workout.source));
            if let Some(context) = events.file_workout(workout, part, now) {
                workout.samples.iter().for_each(|batch| points.add(part, source, context, batch));
            }
        }
        Record::Sleep(sleep) => {
            events.file_sleep(sleep, part, now);
            sleep.samples.iter().for_each(&mut add);
        }
        Record::Daily(daily) => {
            events.file_daily(daily, part, now);
            daily.samples.iter().for_each(&mut add);
        }
        Record::Samples(batch) => add(batch),
        Record::Score(_) => {}
        Record::Activity(span) => {
            events.file_single(span, part, now);
            span.samples.iter().for_each(&mut add);
        }
        Record::MenstrualCycle(cycle) => {
            events.file_single(cycle, part, now);
            cycle.samples.iter().for_each(&mut add);
        }
        Record::HealthSnapshot(snapshot) => {
            events.file_single(snapshot, part, now);
            snapshot.samples.iter().for_each(&mut add);
        }
    }
}

fn completed(mapped: &[MappedPart]) -> Vec<CompletedPart> {
    mapped
        .iter()
        .map(|part| CompletedPart {
            key: part.part.key(),
            items: part.mapped.items,
            issues: part.mapped.issues.clone(),
            is_refused: matches!(part.kind, Kind::Refused),
        })
        .collect()
}

/// What must be fetched; a replay fetches nothing again.
fn fetches(mapped: &[MappedPart]) -> Vec<FetchOrder> {
    let live = mapped.iter().filter(|part| !part.part.quiet);
    live.filter_map(|part| part.part.connection_id.map(|link| (link, part)))
        .flat_map(|(connection_id, part)| {
            let noticed_at = part.part.received_at;
            part.mapped.fetches.iter().map(move |fetch| FetchOrder { connection_id, fetch: fetch.clone(), noticed_at })
        })
        .collect()
}

/// What notices change of their connections.
fn changes(mapped: &[MappedPart]) -> Vec<(ConnectionId, ConnectionChange)> {
    let mut all = Vec::new();
    for part in mapped {
        if let (Kind::Notice(changes), Some(link)) = (&part.kind, part.part.connection_id) {
            all.extend(changes.iter().map(|change| (link, change.clone())));
        }
    }
    all
}

/// The files of workouts, as received.
async fn files(intake: &Intake, mapped: &[MappedPart], events: &Events) -> Result<Vec<StoredFile>, IngestError> {
    let mut files = Vec::new();
    for part in mapped {
        let Some(format) = part.mapped.format.or(part.part.meta.format) else { continue };
        let whole = part.mapped.records.iter().find_map(|record| match record {
            Record::Workout(workout) if workout.file.is_some() => {
                events.id_of(workout, &part.part).map(|id| (id, workout.rank))
            }
            _ => None,
        });
        let whole = whole.filter(|(id, rank)| !events.is_deleted(*id) && !events.has_better_file(*id, *rank));
        let Some((event_id, _)) = whole else { continue };
        let body = match &part.part.body {
            store::Body::Inline(bytes) => bytes.clone(),
            store::Body::Spooled(name) => intake.spool.read_compressed(name).await.map_err(IngestError::Body)?,
            store::Body::Expired => continue,
        };
        let meta = &part.part.meta;
        let name = meta.file_name.clone().or_else(|| meta.external_id.as_ref().map(|id| format!("{id}.{format}")));
        files.push(StoredFile {
            event_id,
            format,
            name: name.unwrap_or_else(|| format!("workout.{format}")),
            size: part.part.size,
            body,
            received_at: part.part.received_at,
        });
    }
    Ok(files)
}

/// Fetched files that hold no workout that can be used, or may not be taken.
fn missed_files(mapped: &[MappedPart]) -> Vec<MissedFile> {
    let of = |part: &MappedPart| {
        let holds_one = |record: &Record| matches!(record, Record::Workout(workout) if workout.file.is_some());
        if part.mapped.records.iter().any(holds_one) {
            return None;
        }
        let reason = part.mapped.issues.first().map_or("the file holds no workout", |issue| &issue.message);
        missed_file(&part.part, reason.to_owned())
    };
    mapped.iter().filter_map(of).collect()
}

/// A fetched file that cannot be used; none for a part that is something else.
pub(super) fn missed_file(part: &Part, reason: String) -> Option<MissedFile> {
    let name = part.meta.external_id.as_deref().filter(|_| part.kind == DeliveryKind::File)?;
    Some(MissedFile {
        alias: workout_alias(&part.provider, part.account.as_deref(), name),
        format: part.meta.format,
        received_at: part.received_at,
        reason,
    })
}
