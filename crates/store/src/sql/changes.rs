//! The change log, runs, and what subscribers are told,.

use super::Scope;
use super::transaction::Transaction;
use super::value::{Row, ToValue, Value, owned, params};
use super::{SqlStore, convert::to_json, endpoints, erasure_reports::OF_USERS_THERE, messages, users};
use crate::{Bell, Change, ChangeBody, ChangePosition, Changes, Emission, Lane, Result, RunQuery, SyncEvent, SyncRun};
use async_trait::async_trait;
use model::{RunId, TeamId, Timestamp, UserId};
use std::ops::ControlFlow;

const SYNC: i64 = 1;
const EMISSION: i64 = 2;

/// An entry of the log: when, of what kind, what.
type Entry = (Timestamp, i64, String);

/// Appends entries of a user's at the next positions of their lane.
fn append(tx: &dyn Transaction, team: TeamId, user: UserId, entries: &[Entry]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let (lane, count) = (Lane::of_user(user), entries.len() as i64);
    let last: i64 = tx
        .sql("update lane_position set changes = changes + ?2 where lane = ?1 returning changes")
        .one(params![lane.0, count], |row| row.get(0))?;
    let rows: Vec<_> = (last - count + 1..)
        .zip(entries)
        .map(|(position, (at, kind, body))| {
            vec![
                owned(lane.0),
                owned(position),
                owned(team.as_bytes()),
                owned(user.as_bytes()),
                owned(at.as_micros()),
                owned(*kind),
                body.to_value(),
            ]
        })
        .collect();
    tx.sql(
        "insert into change (lane, position, team_id, user_id, created_at, kind, body)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )
    .execute_all(&rows)?;
    Ok(())
}

/// Appends sync events to the log and brings their runs up to date.
pub(super) fn put_sync_events(tx: &dyn Transaction, team: TeamId, user: UserId, events: &[SyncEvent]) -> Result<()> {
    let entries: Vec<Entry> =
        events.iter().map(|event| Ok((event.timestamp, SYNC, to_json(event)?))).collect::<Result<_>>()?;
    append(tx, team, user, &entries)?;
    let runs: Vec<_> = events
        .iter()
        .zip(&entries)
        .map(|(event, (_, _, body))| {
            vec![
                owned(user.as_bytes()),
                owned(event.run_id.as_bytes()),
                owned(team.as_bytes()),
                owned(event.provider.as_str()),
                event.source.to_value(),
                event.status.to_value(),
                owned(event.timestamp.as_micros()),
                body.to_value(),
            ]
        })
        .collect();
    tx.sql(
        "insert into sync_run (user_id, run_id, team_id, provider, source, status, first_at, last_at, latest)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)
         on conflict (user_id, run_id) do update set status = excluded.status, last_at = excluded.last_at,
         latest = excluded.latest where excluded.last_at >= sync_run.last_at",
    )
    .execute_all(&runs)?;
    Ok(())
}

/// Appends to the log, and makes a message for every endpoint that wants to know.
pub(super) fn emit(
    tx: &dyn Transaction,
    team: TeamId,
    user: UserId,
    now: Timestamp,
    emissions: &[Emission],
) -> Result<()> {
    if emissions.is_empty() {
        return Ok(());
    }
    let endpoints = endpoints::list(tx, team)?;
    let entries: Vec<Entry> =
        emissions.iter().map(|emission| Ok((now, EMISSION, to_json(emission)?))).collect::<Result<_>>()?;
    append(tx, team, user, &entries)?;
    for emission in emissions {
        for endpoint in endpoints.iter().filter(|endpoint| {
            endpoint.enabled
                && endpoint.user_id.is_none_or(|only| only == user)
                && (endpoint.filter_types.is_empty() || endpoint.filter_types.contains(&emission.event_type))
        }) {
            messages::insert(tx, endpoint, user, emission, now)?;
        }
    }
    Ok(())
}

fn trim_lane(tx: &dyn Transaction, lane: Lane, before: Timestamp, limit: u64) -> Result<u64> {
    let select = tx.sql("select position, created_at from change where lane = ?1 order by position limit ?2");
    let mut last: Option<i64> = None;
    select.walk(params![lane.0, limit], |row| {
        if row.time(1)? >= before {
            return Ok(ControlFlow::Break(()));
        }
        last = Some(row.get(0)?);
        Ok(ControlFlow::Continue(()))
    })?;
    let trimmed = tx.sql("delete from change where lane = ?1 and position <= ?2").execute(params![lane.0, last])?;
    Ok(trimmed as u64)
}

fn change(row: &Row<'_>) -> Result<Change> {
    let body = if row.get::<i64>(5)? == SYNC {
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

fn run(row: &Row<'_>) -> Result<SyncRun> {
    Ok(SyncRun { user_id: UserId::from_uuid(row.uuid(0)?), latest: row.json(1)?, first_at: row.time(2)? })
}

/// Drops runs, attempts and finished messages that ended before; what still waits stays.
fn trim_history(tx: &dyn Transaction, before: Timestamp, limit: u32) -> Result<()> {
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
        tx.sql(text).execute(params![before.as_micros(), limit])?;
    }
    Ok(())
}

#[async_trait]
impl Changes for SqlStore {
    async fn read_changes(&self, after: ChangePosition, user: Option<UserId>, limit: u32) -> Result<Vec<Change>> {
        self.read(move |tx| {
            const CHANGE: &str = "select lane, position, team_id, user_id, created_at, kind, body from change";
            // the plus keeps the engine from walking the whole lane instead of the user's entries
            let rows: Vec<Change> = if let Some(user) = user {
                tx.sql(format!(
                    "{CHANGE} where user_id = ?1 and position > ?2 and +lane = ?3 order by position limit ?4"
                ))
                .rows(params![user.as_bytes(), after.position, after.lane.0, limit], change)?
            } else {
                tx.sql(format!(
                    "{CHANGE} where lane = ?1 and position > ?2 and {OF_USERS_THERE} order by position limit ?3"
                ))
                .rows(params![after.lane.0, after.position, limit], change)?
            };
            Ok(rows)
        })
        .await
    }

    async fn change_bounds(&self, lane: Lane) -> Result<(i64, i64)> {
        self.read(move |tx| {
            let highest: i64 = tx
                .sql("select changes from lane_position where lane = ?1")
                .find(params![lane.0], |row| row.get(0))?
                .unwrap_or(0);
            let lowest: Option<i64> =
                tx.sql("select min(position) from change where lane = ?1").one(params![lane.0], |row| row.get(0))?;
            Ok((lowest.unwrap_or(highest + 1), highest))
        })
        .await
    }

    async fn trim_changes(&self, before: Timestamp, limit: u32) -> Result<u64> {
        self.write(Scope::key(b"trim"), move |tx| {
            // whole beginnings of lanes only: what is left of a lane has no gaps
            let mut left = u64::from(limit);
            for lane in Lane::all() {
                left -= trim_lane(tx, lane, before, left)?;
            }
            trim_history(tx, before, limit)?;
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
        self.write(Scope::user(user), move |tx| {
            users::require(tx, team, user)?;
            put_sync_events(tx, team, user, &events)?;
            emit(tx, team, user, now, &emissions)
        })
        .await?;
        self.wakers.ring(Bell::Changes);
        if emits {
            self.wakers.ring(Bell::Messages);
        }
        Ok(())
    }

    async fn list_sync_events(&self, user: UserId, limit: u32) -> Result<Vec<(ChangePosition, SyncEvent)>> {
        self.read(move |tx| {
            let select = tx.sql(
                "select lane, position, body from change where user_id = ?1 and kind = ?2
                 order by position desc limit ?3",
            );
            let rows = select.rows(params![user.as_bytes(), SYNC, limit], |row| {
                let at = ChangePosition { lane: Lane(row.get(0)?), position: row.get(1)? };
                Ok((at, row.json(2)?))
            })?;
            Ok(rows)
        })
        .await
    }

    async fn list_runs(&self, team: TeamId, query: RunQuery) -> Result<Vec<SyncRun>> {
        self.read(move |tx| {
            let mut text =
                format!("select user_id, latest, first_at from sync_run where team_id = ?1 and {OF_USERS_THERE}");
            let mut values: Vec<Value<'static>> = vec![owned(team.as_bytes())];
            let mut add = |column: &str, value: Option<Value<'static>>| {
                if let Some(value) = value {
                    values.push(value);
                    text.push_str(&format!(" and {column} = ?{}", values.len()));
                }
            };
            add("user_id", query.user_id.map(|id| owned(id.as_bytes())));
            add("provider", query.provider.as_ref().map(owned));
            add("status", query.status.as_ref().map(owned));
            add("source", query.source.as_ref().map(owned));
            text.push_str(&format!(" order by last_at desc, user_id desc, run_id desc limit ?{}", values.len() + 1));
            values.push(owned(query.limit));
            tx.sql(&text).rows(&values, run)
        })
        .await
    }

    async fn find_run(&self, user: UserId, id: RunId) -> Result<Option<SyncRun>> {
        self.read(move |tx| {
            tx.sql("select user_id, latest, first_at from sync_run where user_id = ?1 and run_id = ?2")
                .find(params![user.as_bytes(), id.as_bytes()], run)
        })
        .await
    }
}
