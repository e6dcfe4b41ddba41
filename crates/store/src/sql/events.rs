//! Events, their aliases, numbers and files.

use super::transaction::Transaction;
use super::value::{Row, Value, owned, params};
use super::{awaited_files, convert::to_json};
use crate::{EventQuery, Known, Result, StoreError, StoredEvent, StoredFile};
use model::{
    Context, DailyDetail, DailyDocument, EventDocument, EventId, EventKind, Timestamp, UserId, WorkoutDetail,
    WorkoutDocument, WorkoutFacet,
};

const EVENT: &str = "id, kind, external_id, source, number, start_at, end_at, offset_s, offset_kind, type_code,
    revision, deleted_at, created_at, updated_at, ver, document";

fn event(row: &Row<'_>) -> Result<StoredEvent> {
    Ok(StoredEvent {
        id: EventId::from_uuid(row.uuid(0)?),
        kind: EventKind::from_stored(row.get(1)?).unwrap_or(EventKind::Workout),
        external_id: row.get(2)?,
        source: row.get(3)?,
        number: row.get(4)?,
        start: row.time(5)?,
        end: row.time(6)?,
        offset: row.offset(7, 8)?,
        type_code: row.get(9)?,
        revision: row.get(10)?,
        deleted_at: row.time_opt(11)?,
        created_at: row.time(12)?,
        updated_at: row.time(13)?,
        ver: row.get(14)?,
        document: row.json(15)?,
    })
}

fn find_any(tx: &dyn Transaction, user: UserId, id: EventId) -> Result<Option<StoredEvent>> {
    tx.sql(format!("select {EVENT} from event where user_id = ?1 and id = ?2"))
        .find(params![user.as_bytes(), id.as_bytes()], event)
}

pub(super) fn load(tx: &dyn Transaction, user: UserId, ids: &[EventId], aliases: &[String]) -> Result<Known> {
    let mut known = Known::default();
    let mut wanted: Vec<EventId> = ids.to_vec();
    let select = tx.sql("select event_id from event_alias where user_id = ?1 and alias = ?2");
    for alias in aliases {
        let found = select.find(params![user.as_bytes(), alias], |row| row.uuid(0))?;
        if let Some(id) = found.map(EventId::from_uuid) {
            known.aliases.push((alias.clone(), id));
            wanted.push(id);
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    for id in wanted {
        known.events.extend(find_any(tx, user, id)?);
    }
    Ok(known)
}

pub(super) fn numbers(tx: &dyn Transaction, user: UserId, ids: &[EventId]) -> Result<Option<Vec<i32>>> {
    let select = tx.sql("select number from event_number where user_id = ?1 and event_id = ?2");
    let mut numbers = Vec::with_capacity(ids.len());
    for id in ids {
        match select.find(params![user.as_bytes(), id.as_bytes()], |row| row.get(0))? {
            Some(number) => numbers.push(number),
            None => return Ok(None),
        }
    }
    Ok(Some(numbers))
}

pub(super) fn ensure_numbers(tx: &dyn Transaction, user: UserId, ids: &[EventId]) -> Result<Vec<i32>> {
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(found) = numbers(tx, user, std::slice::from_ref(id))? {
            all.extend(found);
            continue;
        }
        let number: i32 = tx
            .sql("update app_user set next_event = next_event + 1 where id = ?1 returning next_event - 1")
            .find(params![user.as_bytes()], |row| row.get(0))?
            .ok_or(StoreError::NotFound("user"))?;
        tx.sql("insert into event_number (user_id, event_id, number) values (?1, ?2, ?3)").execute(params![
            user.as_bytes(),
            id.as_bytes(),
            number
        ])?;
        all.push(number);
    }
    Ok(all)
}

/// What a tombstone keeps of a document: identity and stamps, no values.
fn emptied(document: &EventDocument) -> EventDocument {
    match document {
        EventDocument::Workout(workout) => {
            let mut empty = WorkoutDocument::default();
            for (facet, kept) in workout.facets() {
                empty.file(*facet, WorkoutFacet { detail: WorkoutDetail::default(), file: None, ..kept.clone() });
            }
            EventDocument::Workout(empty)
        }
        EventDocument::Sleep(sleep) => EventDocument::Sleep(Box::new(sleep.emptied())),
        EventDocument::Activity(span) => EventDocument::Activity(Box::new(span.emptied())),
        EventDocument::MenstrualCycle(cycle) => EventDocument::MenstrualCycle(Box::new(cycle.emptied())),
        EventDocument::HealthSnapshot(snapshot) => EventDocument::HealthSnapshot(Box::new(snapshot.emptied())),
        EventDocument::Daily(daily) => {
            EventDocument::Daily(Box::new(DailyDocument { detail: DailyDetail::default(), ..(**daily).clone() }))
        }
    }
}

/// Writes an event if its version is still the kept one; false if it is not.
pub(super) fn write(tx: &dyn Transaction, user: UserId, wanted: &StoredEvent) -> Result<bool> {
    let kept: Option<i64> = tx
        .sql("select ver from event where user_id = ?1 and id = ?2")
        .find(params![user.as_bytes(), wanted.id.as_bytes()], |row| row.get(0))?;
    if kept.unwrap_or(0) != wanted.ver {
        return Ok(false);
    }
    tx.sql(format!(
        "insert into event (user_id, {EVENT})
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             on conflict (user_id, id) do update set kind = excluded.kind, external_id = excluded.external_id,
             source = excluded.source, number = excluded.number, start_at = excluded.start_at, end_at = excluded.end_at,
             offset_s = excluded.offset_s, offset_kind = excluded.offset_kind, type_code = excluded.type_code,
             revision = excluded.revision, deleted_at = excluded.deleted_at, created_at = excluded.created_at,
             updated_at = excluded.updated_at, ver = excluded.ver, document = excluded.document"
    ))
    .execute(params![
        user.as_bytes(),
        wanted.id.as_bytes(),
        wanted.kind.as_stored(),
        wanted.external_id,
        wanted.source,
        wanted.number,
        wanted.start.as_micros(),
        wanted.end.as_micros(),
        wanted.offset.map(|offset| offset.seconds),
        wanted.offset.map(|offset| offset.kind.as_str()),
        wanted.type_code,
        wanted.revision,
        wanted.deleted_at.map(Timestamp::as_micros),
        wanted.created_at.as_micros(),
        wanted.updated_at.as_micros(),
        wanted.ver + 1,
        if wanted.deleted_at.is_some() { to_json(&emptied(&wanted.document))? } else { to_json(&wanted.document)? }
    ])?;
    Ok(true)
}

pub(super) fn put_alias(tx: &dyn Transaction, user: UserId, alias: &str, id: EventId) -> Result<()> {
    tx.sql("insert into event_alias (user_id, alias, event_id) values (?1, ?2, ?3) on conflict do nothing")
        .execute(params![user.as_bytes(), alias, id.as_bytes()])?;
    Ok(())
}

/// Whether these are the samples of a workout that was deleted.
pub(super) fn is_deleted(tx: &dyn Transaction, user: UserId, context: Context) -> Result<bool> {
    if !context.is_workout() {
        return Ok(false);
    }
    let number = context.as_stored() - Context::workout(0).as_stored();
    tx.sql("select 1 from event where user_id = ?1 and number = ?2 and deleted_at is not null")
        .exists(params![user.as_bytes(), number])
}

pub(super) fn find(tx: &dyn Transaction, user: UserId, kind: EventKind, id: EventId) -> Result<Option<StoredEvent>> {
    Ok(find_any(tx, user, id)?.filter(|event| event.kind == kind && event.deleted_at.is_none()))
}

struct Filter {
    text: String,
    values: Vec<Value<'static>>,
}

fn filter(user: UserId, query: &EventQuery) -> Filter {
    let mut filter = Filter {
        text: "user_id = ?1 and kind = ?2 and start_at >= ?3 and start_at < ?4 and deleted_at is null".to_owned(),
        values: vec![
            owned(user.as_bytes()),
            owned(query.kind.as_stored()),
            owned(query.from.as_micros()),
            owned(query.to.as_micros()),
        ],
    };
    if let Some(code) = &query.type_code {
        filter.text.push_str(" and type_code = ?5");
        filter.values.push(owned(code));
    }
    filter
}

/// The same query with its span cut at the cursor, so that what lies before it is not walked over.
fn after_cursor(query: &EventQuery) -> EventQuery {
    let mut query = query.clone();
    if let Some((start, _)) = query.after {
        if query.descending {
            query.to = query.to.min(start.plus_micros(1));
        } else {
            query.from = query.from.max(start);
        }
    }
    query
}

pub(super) fn list(tx: &dyn Transaction, user: UserId, query: &EventQuery) -> Result<Vec<StoredEvent>> {
    let mut filter = filter(user, &after_cursor(query));
    if let Some((start, id)) = query.after {
        let sign = if query.descending { "<" } else { ">" };
        let place = filter.values.len() + 1;
        filter.text.push_str(&format!(" and (start_at, id) {sign} (?{place}, ?{})", place + 1));
        filter.values.push(owned(start.as_micros()));
        filter.values.push(owned(id.as_bytes()));
    }
    let direction = if query.descending { "desc" } else { "asc" };
    filter.values.push(owned(query.limit));
    let select = tx.sql(format!(
        "select {EVENT} from event where {} order by start_at {direction}, id {direction} limit ?{}",
        filter.text,
        filter.values.len()
    ));
    select.rows(&filter.values, event)
}

/// How far before a span an event may begin and still reach into it.
const LONGEST_S: i64 = 60 * 86_400;

/// A source's events that overlap a span. The two halves have an index each.
pub(super) fn list_of_source(
    tx: &dyn Transaction,
    user: UserId,
    kind: EventKind,
    source: i32,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<StoredEvent>> {
    let mut events = Vec::new();
    for deleted in ["is null", "is not null"] {
        let select = tx.sql(format!(
            "select {EVENT} from event where user_id = ?1 and kind = ?2 and start_at >= ?3 and start_at <= ?4
             and end_at >= ?5 and source = ?6 and deleted_at {deleted}"
        ));
        events.extend(select.rows(
            params![
                user.as_bytes(),
                kind.as_stored(),
                from.plus_seconds(-LONGEST_S).as_micros(),
                to.as_micros(),
                from.as_micros(),
                source
            ],
            event,
        )?);
    }
    events.sort_by_key(|event| (event.start, event.id));
    Ok(events)
}

/// Removes an event, with a workout's samples and files, if its version is still the kept one; false if it is not.
pub(super) fn remove(tx: &dyn Transaction, user: UserId, id: EventId, ver: i64) -> Result<bool> {
    let removed: Option<(i16, i32)> = tx
        .sql("delete from event where user_id = ?1 and id = ?2 and ver = ?3 returning kind, number")
        .find(params![user.as_bytes(), id.as_bytes(), ver], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some((kind, number)) = removed
        && EventKind::from_stored(kind) == Some(EventKind::Workout)
    {
        forget_workout(tx, user, id, number)?;
    }
    Ok(removed.is_some())
}

/// Deletes the samples and files of a workout that is no more.
fn forget_workout(tx: &dyn Transaction, user: UserId, id: EventId, number: i32) -> Result<()> {
    tx.sql("delete from block where user_id = ?1 and context = ?2 and context >= 1000")
        .execute(params![user.as_bytes(), Context::workout(number).as_stored()])?;
    tx.sql("delete from workout_file where user_id = ?1 and event_id = ?2")
        .execute(params![user.as_bytes(), id.as_bytes()])?;
    awaited_files::forget(tx, user, id)
}

pub(super) fn count(tx: &dyn Transaction, user: UserId, query: &EventQuery) -> Result<u64> {
    let filter = filter(user, query);
    tx.sql(format!("select count(*) from event where {}", filter.text)).one(&filter.values, |row| row.get(0))
}

/// Leaves a tombstone: the identity and versions stay, so that a re-delivery does not bring it back.
pub(super) fn delete(tx: &dyn Transaction, user: UserId, kind: EventKind, id: EventId, now: Timestamp) -> Result<bool> {
    let Some(event) = find(tx, user, kind, id)? else { return Ok(false) };
    tx.sql(
        "update event set deleted_at = ?3, updated_at = ?3, ver = ver + 1, revision = revision + 1, document = ?4
             where user_id = ?1 and id = ?2",
    )
    .execute(params![user.as_bytes(), id.as_bytes(), now.as_micros(), to_json(&emptied(&event.document))?])?;
    forget_workout(tx, user, id, event.number)?;
    Ok(true)
}

/// Keeps a workout's file, unless a later one is there or the workout was deleted.
pub(super) fn put_file(tx: &dyn Transaction, user: UserId, file: &StoredFile) -> Result<()> {
    tx.sql(
        "insert into workout_file (user_id, event_id, format, name, size, received_at, body)
             select ?1, ?2, ?3, ?4, ?5, ?6, ?7 where not exists
                 (select 1 from event where user_id = ?1 and id = ?2 and deleted_at is not null)
             on conflict (user_id, event_id, format) do update set name = excluded.name, size = excluded.size,
             received_at = excluded.received_at, body = excluded.body
             where excluded.received_at >= workout_file.received_at",
    )
    .execute(params![
        user.as_bytes(),
        file.event_id.as_bytes(),
        file.format.as_str(),
        file.name,
        file.size,
        file.received_at.as_micros(),
        file.body
    ])?;
    awaited_files::came(tx, user, file.event_id, file.format)
}

pub(super) fn list_files(tx: &dyn Transaction, user: UserId, id: EventId) -> Result<Vec<StoredFile>> {
    let select = tx.sql("select format, name, size, received_at, body from workout_file where user_id = ?1 and event_id = ?2 order by format");
    select.rows(params![user.as_bytes(), id.as_bytes()], |row| {
        Ok(StoredFile {
            event_id: id,
            format: row.code(0)?,
            name: row.get(1)?,
            size: row.get(2)?,
            received_at: row.time(3)?,
            body: row.get(4)?,
        })
    })
}
