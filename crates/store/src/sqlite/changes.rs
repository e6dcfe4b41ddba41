//! The change log, runs, and what subscribers are told, in SQLite.

use super::{
    SqliteStore,
    convert::{Columns, to_json},
    endpoints, messages, users,
};
use crate::{Change, ChangeBody, ChangePosition, Changes, Emission, Lane, Result, RunQuery, SyncEvent, SyncRun};
use async_trait::async_trait;
use model::{RunId, TeamId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

const SYNC: i64 = 1;
const EMISSION: i64 = 2;

fn append(connection: &Connection, team: TeamId, user: UserId, at: Timestamp, kind: i64, body: &str) -> Result<()> {
    let lane = Lane::of_user(user);
    let position: i64 = connection
        .prepare_cached("update lane_position set changes = changes + 1 where lane = ?1 returning changes")?
        .query_row([lane.0], |row| row.get(0))?;
    connection
        .prepare_cached(
            "insert into change (lane, position, team_id, user_id, created_at, kind, body)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![lane.0, position, team.as_bytes(), user.as_bytes(), at.as_micros(), kind, body])?;
    Ok(())
}

/// Appends sync events to the log and brings their runs up to date.
pub(super) fn put_sync_events(connection: &Connection, team: TeamId, user: UserId, events: &[SyncEvent]) -> Result<()> {
    for event in events {
        let body = to_json(event)?;
        append(connection, team, user, event.timestamp, SYNC, &body)?;
        connection
            .prepare_cached(
                "insert into sync_run (user_id, run_id, team_id, provider, source, status, first_at, last_at, latest)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)
                 on conflict (user_id, run_id) do update set status = excluded.status, last_at = excluded.last_at,
                 latest = excluded.latest where excluded.last_at >= sync_run.last_at",
            )?
            .execute(params![
                user.as_bytes(),
                event.run_id.as_bytes(),
                team.as_bytes(),
                event.provider.as_str(),
                event.source,
                event.status,
                event.timestamp.as_micros(),
                body
            ])?;
    }
    Ok(())
}

/// Appends to the log, and makes a message for every endpoint that wants to know.
pub(super) fn emit(
    connection: &Connection,
    team: TeamId,
    user: UserId,
    now: Timestamp,
    emissions: &[Emission],
) -> Result<()> {
    if emissions.is_empty() {
        return Ok(());
    }
    let endpoints = endpoints::list(connection, team)?;
    for emission in emissions {
        append(connection, team, user, now, EMISSION, &to_json(emission)?)?;
        for endpoint in endpoints.iter().filter(|endpoint| {
            endpoint.enabled
                && endpoint.user_id.is_none_or(|only| only == user)
                && (endpoint.filter_types.is_empty() || endpoint.filter_types.contains(&emission.event_type))
        }) {
            messages::insert(connection, endpoint, user, emission, now)?;
        }
    }
    Ok(())
}

fn trim_lane(connection: &Connection, lane: Lane, before: Timestamp, limit: u64) -> Result<u64> {
    let mut select = connection
        .prepare_cached("select position, created_at from change where lane = ?1 order by position limit ?2")?;
    let mut rows = select.query(params![lane.0, limit])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        if row.time(1)? >= before {
            break;
        }
        last = Some(row.get::<_, i64>(0)?);
    }
    let trimmed = connection
        .prepare_cached("delete from change where lane = ?1 and position <= ?2")?
        .execute(params![lane.0, last])?;
    Ok(trimmed as u64)
}

fn change(row: &Row<'_>) -> rusqlite::Result<Change> {
    let body = if row.get::<_, i64>(5)? == SYNC {
        ChangeBody::Sync(Box::new(row.json(6)?))
    } else {
        ChangeBody::Emission(row.json(6)?)
    };
    Ok(Change {
        at: ChangePosition { lane: Lane(row.get(0)?), position: row.get(1)? },
        team_id: TeamId::from_uuid(row.uuid(2)?),
        user_id: UserId::from_uuid(row.uuid(3)?),
        created_at: row.time(4)?,
        body,
    })
}

fn run(row: &Row<'_>) -> rusqlite::Result<SyncRun> {
    Ok(SyncRun { user_id: UserId::from_uuid(row.uuid(0)?), latest: row.json(1)?, first_at: row.time(2)? })
}

/// Drops runs, attempts and finished messages that ended before; what still waits stays.
fn trim_history(connection: &Connection, before: Timestamp, limit: u32) -> Result<()> {
    for text in [
        "delete from sync_run where (user_id, run_id) in
         (select user_id, run_id from sync_run where last_at < ?1 order by last_at limit ?2)",
        "delete from attempt where (endpoint_id, at, message_id, number) in
         (select endpoint_id, at, message_id, number from attempt where at < ?1 order by at limit ?2)",
        "delete from message where (lane, position) in
         (select lane, position from message where state <> 0 and created_at < ?1 order by created_at limit ?2)",
        "delete from job where (lane, position) in
         (select lane, position from job where state <> 0 and ended_at < ?1 order by ended_at limit ?2)",
    ] {
        connection.prepare_cached(text)?.execute(params![before.as_micros(), limit])?;
    }
    Ok(())
}

#[async_trait]
impl Changes for SqliteStore {
    async fn read_changes(&self, after: ChangePosition, user: Option<UserId>, limit: u32) -> Result<Vec<Change>> {
        self.read(move |connection| {
            const CHANGE: &str = "select lane, position, team_id, user_id, created_at, kind, body from change";
            // the plus keeps the engine from walking the whole lane instead of the user's entries
            let rows: Vec<Change> = if let Some(user) = user {
                connection
                    .prepare_cached(&format!(
                        "{CHANGE} where user_id = ?1 and position > ?2 and +lane = ?3 order by position limit ?4"
                    ))?
                    .query_map(params![user.as_bytes(), after.position, after.lane.0, limit], change)?
                    .collect::<rusqlite::Result<_>>()?
            } else {
                connection
                    .prepare_cached(&format!("{CHANGE} where lane = ?1 and position > ?2 order by position limit ?3"))?
                    .query_map(params![after.lane.0, after.position, limit], change)?
                    .collect::<rusqlite::Result<_>>()?
            };
            Ok(rows)
        })
        .await
    }

    async fn change_bounds(&self, lane: Lane) -> Result<(i64, i64)> {
        self.read(move |connection| {
            let highest: i64 = connection
                .prepare_cached("select changes from lane_position where lane = ?1")?
                .query_row([lane.0], |row| row.get(0))
                .optional()?
                .unwrap_or(0);
            let lowest: Option<i64> = connection
                .prepare_cached("select min(position) from change where lane = ?1")?
                .query_row([lane.0], |row| row.get(0))?;
            Ok((lowest.unwrap_or(highest + 1), highest))
        })
        .await
    }

    async fn trim_changes(&self, before: Timestamp, limit: u32) -> Result<u64> {
        self.write(move |connection| {
            // whole beginnings of lanes only: what is left of a lane has no gaps
            let mut left = u64::from(limit);
            for lane in Lane::all() {
                left -= trim_lane(connection, lane, before, left)?;
            }
            trim_history(connection, before, limit)?;
            Ok(u64::from(limit) - left)
        })
        .await
    }

    async fn put_sync_events(
        &self,
        team: TeamId,
        user: UserId,
        events: Vec<SyncEvent>,
        emissions: Vec<Emission>,
    ) -> Result<()> {
        let emits = !emissions.is_empty();
        let now = events.last().map_or_else(|| self.clock.now(), |event| event.timestamp);
        self.write(move |connection| {
            users::require(connection, team, user)?;
            put_sync_events(connection, team, user, &events)?;
            emit(connection, team, user, now, &emissions)
        })
        .await?;
        self.wakers.changes.notify_waiters();
        if emits {
            self.wakers.messages.notify_one();
        }
        Ok(())
    }

    async fn list_sync_events(&self, user: UserId, limit: u32) -> Result<Vec<(ChangePosition, SyncEvent)>> {
        self.read(move |connection| {
            let mut select = connection.prepare_cached(
                "select lane, position, body from change where user_id = ?1 and kind = ?2
                 order by position desc limit ?3",
            )?;
            let rows = select.query_map(params![user.as_bytes(), SYNC, limit], |row| {
                let at = ChangePosition { lane: Lane(row.get(0)?), position: row.get(1)? };
                Ok((at, row.json(2)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn list_runs(&self, team: TeamId, query: RunQuery) -> Result<Vec<SyncRun>> {
        self.read(move |connection| {
            let mut text = "select user_id, latest, first_at from sync_run where team_id = ?1".to_owned();
            let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(team.as_bytes().to_vec())];
            let user = query.user_id.map(|id| id.as_bytes().to_vec());
            let mut add = |column: &str, value: Option<Box<dyn ToSql>>| {
                if let Some(value) = value {
                    values.push(value);
                    text.push_str(&format!(" and {column} = ?{}", values.len()));
                }
            };
            add("user_id", user.map(|value| Box::new(value) as Box<dyn ToSql>));
            add("provider", query.provider.map(|value| Box::new(value) as Box<dyn ToSql>));
            add("status", query.status.map(|value| Box::new(value) as Box<dyn ToSql>));
            add("source", query.source.map(|value| Box::new(value) as Box<dyn ToSql>));
            text.push_str(&format!(" order by last_at desc, user_id desc, run_id desc limit ?{}", values.len() + 1));
            values.push(Box::new(query.limit));
            let values: Vec<&dyn ToSql> = values.iter().map(AsRef::as_ref).collect();
            let mut select = connection.prepare_cached(&text)?;
            let rows = select.query_map(&*values, run)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    async fn find_run(&self, user: UserId, id: RunId) -> Result<Option<SyncRun>> {
        self.read(move |connection| {
            Ok(connection
                .prepare_cached("select user_id, latest, first_at from sync_run where user_id = ?1 and run_id = ?2")?
                .query_row(params![user.as_bytes(), id.as_bytes()], run)
                .optional()?)
        })
        .await
    }
}
